/** Ties a stage machine to its element: size, wheel, image and context go in. */
import { useEffect, useLayoutEffect, useState, useSyncExternalStore } from "react";
import type { RefObject } from "react";
import { createStageMachine, placeOf } from "./stage-machine";
import type { StageMachine } from "./stage-machine";
import type { Effect, PointerContext } from "./store";
import type { Size } from "./viewport";

interface StageOptions {
  element: RefObject<HTMLDivElement | null>;
  imageKey: string;
  size: Size;
  keepZoom: boolean;
  context: PointerContext;
  onEffect: (effect: Effect) => void;
}

export function useStage({ element, imageKey, size, keepZoom, context, onEffect }: StageOptions) {
  const [machine] = useState<StageMachine>(() => createStageMachine(imageKey, size));
  const seen = useSyncExternalStore(machine.subscribe, machine.read);

  useLayoutEffect(() => {
    machine.show(imageKey, size, keepZoom);
    machine.attend(context, onEffect);
  });

  useLayoutEffect(() => {
    const node = element.current;
    if (node === null) return;
    const measure = () => machine.measure({ width: node.clientWidth, height: node.clientHeight });
    measure();
    if (typeof ResizeObserver === "undefined") return;
    const observer = new ResizeObserver(measure);
    observer.observe(node);
    return () => observer.disconnect();
  }, [element, machine]);

  useEffect(() => {
    const node = element.current;
    if (node === null) return;
    // React's own wheel listener is passive and could not keep the page from scrolling.
    const wheel = (event: WheelEvent) => {
      event.preventDefault();
      machine.wheel(placeOf(node, event), event.deltaY, event.deltaMode);
    };
    node.addEventListener("wheel", wheel, { passive: false });
    return () => node.removeEventListener("wheel", wheel);
  }, [element, machine]);

  return { seen, machine };
}
