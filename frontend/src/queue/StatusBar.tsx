import { useEffect, useState } from "react";
import { Link } from "wouter";
import { clock } from "./activity";
import type { Desk, DeskState } from "./desk";
import type { OutboxState } from "./outbox";
import type { Workspace } from "./types";

interface StatusBarProps {
  workspace: Workspace;
  state: DeskState;
  outbox: OutboxState;
  desk: Desk;
  onRefused: () => void;
}

/** One line above the picture: where one is, how far, and whether everything is saved. */
export function StatusBar({ workspace, state, outbox, desk, onRefused }: StatusBarProps) {
  const { campaign, version, progress } = workspace;
  const { session } = state;
  const answered = progress.mine_answered + session.answered;
  const total = Math.max(progress.items, answered);
  const place = session.open?.correcting == null ? Math.min(answered + 1, Math.max(total, 1)) : null;
  return (
    <header className="ts-bar">
      <Link href="/" className="ts-home" aria-label="To my campaigns">
        ‹
      </Link>
      <span className="ts-campaign" title={`${campaign.project.name}: ${campaign.name}`}>
        {campaign.name}
      </span>
      <span className="muted ts-version">
        {version.taxonomy} {version.version}
      </span>
      <span className="ts-place">
        {place === null ? (
          <strong className="ts-correcting">Correction</strong>
        ) : (
          <>
            Image <strong>{place}</strong> <span className="muted">of {total}</span>
          </>
        )}
      </span>
      <progress
        value={answered}
        max={Math.max(total, 1)}
        aria-label={`${answered} of ${total} answered by me`}
      />
      <ActiveTime desk={desk} />
      <span className="ts-spring" />
      <Saved outbox={outbox} offline={state.offline || outbox.offline} onRefused={onRefused} />
    </header>
  );
}

function ActiveTime({ desk }: { desk: Desk }) {
  const [text, setText] = useState("00:00");
  const [hidden, setHidden] = useState(false);
  useEffect(() => {
    const timer = setInterval(() => setText(clock(desk.activity().total)), 1000);
    return () => clearInterval(timer);
  }, [desk]);
  return (
    <button
      type="button"
      className="ts-time"
      title={hidden ? "Show the active time" : "Hide the active time"}
      onMouseDown={(event) => event.preventDefault()}
      onClick={() => setHidden(!hidden)}
    >
      {hidden ? "––:––" : text} <span className="muted">active</span>
      <span className="visually-hidden">{hidden ? ", show" : ", hide"}</span>
    </button>
  );
}

/** Never only a colour: a word, a sign and a count. */
function Saved({
  outbox,
  offline,
  onRefused,
}: {
  outbox: OutboxState;
  offline: boolean;
  onRefused: () => void;
}) {
  const { waiting, refused, halted, storage } = outbox;
  const word = halted !== null ? "sign-in needed" : offline ? "offline" : waiting > 0 ? "saving" : "saved";
  const sign = waiting === 0 && !offline && halted === null ? "✓" : offline ? "⚠" : "↑";
  const tone = halted !== null || offline ? "warn" : waiting > 0 ? "busy" : "ok";
  return (
    <span className="ts-saved">
      {refused.length > 0 && (
        <button type="button" className="ts-badge error" onClick={onRefused}>
          ! {refused.length} not accepted
        </button>
      )}
      {storage === "memory" && (
        <span
          className="ts-badge warn"
          title="This browser does not let the page store anything. Keep it open until all is saved."
        >
          not stored on disk
        </span>
      )}
      <span className={`ts-badge ${tone}`}>
        <span aria-hidden="true">{sign}</span> {word}
        {waiting > 0 && ` · ${waiting} waiting`}
      </span>
    </span>
  );
}
