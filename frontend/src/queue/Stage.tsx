import { useState } from "react";
import { CanvasView } from "../canvas/CanvasView";
import type { Mark } from "../canvas/Overlay";
import type { Desk } from "./desk";
import { BadImage, EmptyQueue } from "./panels";
import { edit } from "./session";
import { useDisplayed, useLate } from "./useScreen";
import type { ScreenState } from "./useScreen";
import type { Example } from "./types";

interface StageProps {
  desk: Desk;
  screen: ScreenState;
  marks: readonly Mark[];
  compare: { readonly url: string; readonly caption: string } | null;
  onBadImage: () => void;
}

/** The grey stage: the picture and its findings, or why there is none. */
export function StageArea({ desk, screen, marks, compare, onBadImage }: StageProps) {
  const { state, view, setStage } = screen;
  const { open } = state.session;
  const shown = useDisplayed(state, desk);
  const late = useLate(shown.isOld);
  const [campaign] = useState(() => state.session.book.workspace.campaign.name);
  const failed = state.picture?.state === "failed";
  if (open === null || shown.lease === null || (failed && state.offline)) {
    return (
      <div className="ts-stage ts-nothing">
        <EmptyQueue state={state} campaign={campaign} onAgain={() => void desk.resume()} />
      </div>
    );
  }
  if (state.picture?.state === "failed") {
    const wanted = { key: open.lease.id, url: open.lease.image.url };
    return (
      <div className="ts-stage ts-nothing">
        <BadImage reason={state.picture.reason} onRetry={() => desk.pool.retry(wanted)} onSkip={onBadImage} />
      </div>
    );
  }
  const { image, prompt } = shown.lease;
  return (
    <>
      <CanvasView
        ref={setStage}
        imageKey={shown.lease.id}
        label={prompt ?? "Image"}
        size={image}
        bitmap={shown.bitmap}
        thumbnailUrl={image.thumbnail_url}
        marks={shown.isOld ? [] : marks}
        selected={open.selected ?? (open.loose === null ? null : "loose")}
        tool={open.tool}
        overlay={view.overlay}
        contrast={view.contrast}
        dimmed={shown.isOld}
        loupe={view.loupe}
        keepZoom={false}
        pixelView={view.pixels}
        onDrawn={(region) => desk.dispatch(edit({ type: "drawn", region }))}
        onSelect={(key) => {
          if (key !== open.selected && key !== "loose") desk.dispatch(edit({ type: "select", key }));
        }}
        onReshaped={(key, region) => {
          if (key !== "loose") desk.dispatch(edit({ type: "reshaped", key, region }));
        }}
        onPainted={desk.painted}
      />
      {late && <p className="ts-loading">loading next</p>}
      {view.comparing && compare !== null && (
        <figure className="ts-compare">
          <img src={compare.url} alt={compare.caption} />
          <figcaption>{compare.caption}</figcaption>
        </figure>
      )}
    </>
  );
}

/** What Space shows while held: the clean example of the defect in hand, else the reference picture. */
export function comparison(
  examples: readonly Example[] | undefined,
  reference: string | null,
): StageProps["compare"] {
  const clean = examples?.find((example) => example.kind === "negative" && example.url !== null);
  if (clean?.url != null) return { url: clean.url, caption: `Clean: ${clean.caption}` };
  return reference === null ? null : { url: reference, caption: "Reference" };
}
