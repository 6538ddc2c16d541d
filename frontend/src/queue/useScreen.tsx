/** What both labelling pages share: the desk's state, the view's switches, the dialogs and the keys. */
import { useEffect, useMemo, useState, useSyncExternalStore } from "react";
import type { StageHandle } from "../canvas/stage-machine";
import type { PixelView } from "../canvas/viewport";
import type { Command } from "../keyboard/command";
import { useCommands } from "../keyboard/useCommands";
import { taxonomyKey, workspaceCommands } from "./commands";
import type { DialogName, Screen } from "./commands";
import type { Desk, DeskState } from "./desk";
import { createHold } from "./hold";
import type { OutboxState } from "./outbox";
import { fetchLater } from "./later";
import type { Lease } from "./types";

export interface View {
  readonly overlay: boolean;
  readonly contrast: boolean;
  readonly rule: boolean;
  readonly loupe: boolean;
  readonly comparing: boolean;
  readonly pixels: PixelView;
}

const VIEW: View = {
  overlay: true,
  contrast: false,
  rule: false,
  loupe: false,
  comparing: false,
  pixels: "auto",
};

export interface ScreenState {
  readonly state: DeskState;
  readonly outbox: OutboxState;
  readonly view: View;
  readonly setView: (change: Partial<View>) => void;
  readonly dialog: DialogName | "refused" | null;
  readonly setDialog: (dialog: DialogName | "refused" | null) => void;
  /** Given to the canvas, which hands in its handle. */
  readonly setStage: (stage: StageHandle | null) => void;
  readonly commands: readonly Command[];
}

interface ScreenOptions {
  desk: Desk;
  /** Is there a picture to compare with while Space is held? */
  canCompare: boolean;
  adapt?: (commands: readonly Command[], desk: Desk) => readonly Command[];
}

const unchanged = (commands: readonly Command[]) => commands;

export function useScreen({ desk, canCompare, adapt = unchanged }: ScreenOptions): ScreenState {
  const state = useSyncExternalStore(desk.subscribe, desk.read);
  const outbox = useSyncExternalStore(desk.outbox.subscribe, desk.outbox.read);
  const [view, change] = useState(VIEW);
  const [dialog, setDialog] = useState<DialogName | "refused" | null>(null);
  const [stage, setStage] = useState<StageHandle | null>(null);
  const [hold] = useState(createHold);
  const setView = (next: Partial<View>) => change((before) => ({ ...before, ...next }));

  const screen: Screen = {
    desk,
    stage: () => stage,
    open: (name) => {
      if (state.session.open === null && name !== "search") return;
      if (name === "verdict") desk.dispatch({ type: "edit", edit: { type: "ask-verdict" } });
      else if (state.session.open?.correcting != null && (name === "skip" || name === "escalate")) {
        desk.dispatch({
          type: "notice",
          text: "This image is answered already: correct it, or Page Down goes on.",
          tone: "warn",
        });
      } else setDialog(name);
    },
    toggle: (what) => {
      if (what === "pixels")
        setView({ pixels: view.pixels === "auto" ? "on" : view.pixels === "on" ? "off" : "auto" });
      else setView({ [what]: !view[what] });
    },
    isRuleOpen: () => view.rule,
    closeRule: () => setView({ rule: false }),
    space: (at) => {
      if (!canCompare) return void desk.close("clean", at);
      hold.press({
        tap: (released) => void desk.close("clean", released),
        hold: () => setView({ comparing: true }),
        release: () => setView({ comparing: false }),
      });
    },
    loupe: (on) => setView({ loupe: on }),
    isOnStage: () => {
      const focus = document.activeElement;
      return focus === null || focus === document.body || focus.matches(".ts-work, .ts-stage *");
    },
  };
  const commands = adapt(workspaceCommands(screen), desk);
  useCommands(commands, { fallback: (chord, event) => taxonomyKey(desk, chord, event.timeStamp) });

  const isShown = state.session.open?.shownAt != null;
  useEffect(() => {
    if (isShown) fetchLater();
  }, [isShown]);

  useEffect(() => {
    const release = (event: KeyboardEvent) => {
      if (event.key === "`" || event.key === "Dead") change((before) => ({ ...before, loupe: false }));
      if (event.key === " ") hold.release(event.timeStamp);
    };
    const letGo = () => {
      hold.cancel();
      change((before) => (before.loupe ? { ...before, loupe: false } : before));
    };
    const input = (event: Event) => desk.heard(event.timeStamp);
    window.addEventListener("keyup", release);
    window.addEventListener("blur", letGo);
    window.addEventListener("keydown", input);
    window.addEventListener("pointermove", input, { passive: true });
    window.addEventListener("wheel", input, { passive: true });
    return () => {
      window.removeEventListener("keyup", release);
      window.removeEventListener("blur", letGo);
      window.removeEventListener("keydown", input);
      window.removeEventListener("pointermove", input);
      window.removeEventListener("wheel", input);
    };
  }, [desk, hold]);

  return { state, outbox, view, setView, dialog, setDialog, setStage, commands };
}

/** The image to draw: the open one once it is decoded, until then the one before, dimmed. */
export function useDisplayed(
  state: DeskState,
  desk: Desk,
): { lease: Lease | null; bitmap: ImageBitmap | null; isOld: boolean } {
  const open = state.session.open?.lease ?? null;
  const isReady = state.picture?.state === "ready";
  const [last, setLast] = useState<Lease | null>(null);
  if (open !== null && isReady && last?.id !== open.id) setLast(open);
  return useMemo(() => {
    if (open === null) return { lease: null, bitmap: null, isOld: false };
    if (state.picture?.state === "ready") return { lease: open, bitmap: state.picture.bitmap, isOld: false };
    const kept = last === null || state.picture?.state === "failed" ? undefined : desk.pool.get(last.id);
    if (last !== null && kept?.state === "ready") return { lease: last, bitmap: kept.bitmap, isOld: true };
    return { lease: open, bitmap: null, isOld: false };
  }, [open, last, state.picture, desk]);
}

/** True once `on` has lasted: a short wait shows nothing. */
export function useLate(on: boolean, ms = 150): boolean {
  const [late, setLate] = useState(false);
  useEffect(() => {
    if (!on) return;
    const timer = setTimeout(() => setLate(true), ms);
    return () => {
      clearTimeout(timer);
      setLate(false);
    };
  }, [on, ms]);
  return on && late;
}
