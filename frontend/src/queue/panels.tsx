/** What stands over or instead of the picture: verdict, nothing to do, a bad image, answers not accepted, feedback. */
import { useEffect } from "react";
import { Link } from "wouter";
import type { DeskState } from "./desk";
import type { Problem, Receipt, Verdict } from "./types";
import { VERDICTS } from "./types";

interface VerdictBarProps {
  suggested: Verdict;
  onVerdict: (verdict: Verdict) => void;
}

export function VerdictBar({ suggested, onVerdict }: VerdictBarProps) {
  return (
    <div className="ts-verdict" role="group" aria-label="Verdict of the whole image">
      <strong>What becomes of the image?</strong>
      {VERDICTS.map((verdict, index) => (
        <button
          key={verdict}
          type="button"
          className={verdict === suggested ? "button primary" : "button"}
          onMouseDown={(event) => event.preventDefault()}
          onClick={() => onVerdict(verdict)}
        >
          <kbd>{index + 1}</kbd> {verdict}
        </button>
      ))}
      <span className="muted">by its findings: {suggested}</span>
    </div>
  );
}

const SAYS: Readonly<Record<string, { title: string; text: string }>> = {
  done: { title: "All done here", text: "You have answered every image of this campaign that was for you." },
  waiting: {
    title: "Waiting for others",
    text: "The rest is reserved by other people. Images come back here when a reservation ends.",
  },
  busy: {
    title: "One moment",
    text: "Many people are asking for images at once. The next try comes by itself.",
  },
  ready: { title: "Getting images", text: "" },
  unknown: { title: "Getting images", text: "" },
};

/** Why there is no image, and the next useful act. */
export function EmptyQueue({
  state,
  campaign,
  onAgain,
}: {
  state: DeskState;
  campaign: string;
  onAgain: () => void;
}) {
  const { queue, past, answered } = state.session;
  if (state.offline) {
    return (
      <Stop
        title="No connection"
        text="Every answer so far is kept on this machine and is sent when the server answers again."
      >
        <p>
          <button type="button" className="button primary" onClick={onAgain}>
            Try now
          </button>
        </p>
      </Stop>
    );
  }
  if (state.problem !== null)
    return <CampaignProblem problem={state.problem} campaign={campaign} onAgain={onAgain} />;
  const says = SAYS[queue.state] ?? { title: "Getting images", text: "" };
  const isLoading = queue.state === "unknown" || queue.state === "ready";
  return (
    <Stop title={says.title} text={queue.reason ?? says.text} quiet={isLoading}>
      {answered > 0 && (
        <p className="muted">
          {answered === 1 ? "One image" : `${answered} images`} answered in this sitting.
        </p>
      )}
      {!isLoading && (
        <p>
          <Link href="/" className="button primary">
            To my campaigns
          </Link>{" "}
          {queue.state !== "done" && (
            <button type="button" className="button" onClick={onAgain}>
              Look again
            </button>
          )}
        </p>
      )}
      {past.length > 0 && (
        <p className="muted">
          <kbd>Page Up</kbd> goes back to your last images.
        </p>
      )}
    </Stop>
  );
}

function CampaignProblem({
  problem,
  campaign,
  onAgain,
}: {
  problem: Problem;
  campaign: string;
  onAgain: () => void;
}) {
  const isPassing = problem.status === 0 || problem.status === 429 || problem.status >= 500;
  return (
    <Stop title={problem.title} text={problem.detail ?? `The campaign ${campaign} gives no images now.`}>
      <p>
        <button type="button" className={isPassing ? "button primary" : "button"} onClick={onAgain}>
          Try again
        </button>{" "}
        <Link href="/" className="button">
          To my campaigns
        </Link>
      </p>
    </Stop>
  );
}

interface StopProps {
  title: string;
  text: string;
  quiet?: boolean;
  children: React.ReactNode;
}

function Stop({ title, text, quiet = false, children }: StopProps) {
  return (
    <div className={quiet ? "ts-stop late" : "ts-stop"}>
      <h2>{title}</h2>
      {text !== "" && <p>{text}</p>}
      {children}
    </div>
  );
}

/** One bad image is never a dead end. */
export function BadImage({
  reason,
  onRetry,
  onSkip,
}: {
  reason: string;
  onRetry: () => void;
  onSkip: () => void;
}) {
  return (
    <div className="ts-stop" role="alert">
      <h2>This image does not load</h2>
      <p>{reason}</p>
      <p>
        <button type="button" className="button primary" onClick={onSkip}>
          Report it and go on
        </button>{" "}
        <button type="button" className="button" onClick={onRetry}>
          Try again
        </button>
      </p>
    </div>
  );
}

/** Feedback on a test item, in training only: short, after the answer, and any key goes on. */
export function TestFeedback({ test, onDone }: { test: NonNullable<Receipt["test"]>; onDone: () => void }) {
  useEffect(() => {
    const timer = setTimeout(onDone, 3000);
    window.addEventListener("keydown", onDone);
    return () => {
      clearTimeout(timer);
      window.removeEventListener("keydown", onDone);
    };
  }, [onDone]);
  const message = test["message"];
  return (
    <div className="ts-feedback" role="status">
      <strong>Training image</strong>{" "}
      {typeof message === "string" ? message : "Your answer was compared with the gold label."}
    </div>
  );
}
