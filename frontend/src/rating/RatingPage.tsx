import { Suspense, useMemo } from "react";
import { useParams } from "wouter";
import { KeyHelp } from "../keyboard/KeyHelp";
import type { Command } from "../keyboard/command";
import { suggestedVerdict } from "../queue/answer";
import type { Catalogue } from "../queue/catalogue";
import type { Desk } from "../queue/desk";
import { FindingsList, marksOf } from "../queue/FindingsList";
import { HintBar } from "../queue/HintBar";
import { VerdictBar } from "../queue/panels";
import { PromptBox } from "../queue/PromptBox";
import { Opening } from "../queue/QueuePage";
import { Dialogs, RulePanel } from "../queue/later";
import { faults as faultsOf, isNotRatable, ratedDefects } from "../queue/rules";
import { edit } from "../queue/session";
import { comparison, StageArea } from "../queue/Stage";
import { StatusBar } from "../queue/StatusBar";
import { useDesk } from "../queue/useDesk";
import { useScreen } from "../queue/useScreen";
import { RatingForm } from "./RatingForm";
import "../queue/queue.css";
import "../queue/panels.css";
import "./rating.css";

/** The quick form for rating scales: `/rate/:campaign`. */
export default function RatingPage() {
  const { campaign = "" } = useParams<{ campaign: string }>();
  const { ready, error, retry } = useDesk(campaign);
  if (ready !== null) return <RatingDesk key={campaign} book={ready.book} desk={ready.desk} />;
  return <Opening error={error} retry={retry} />;
}

/** Here 0 is a score ("not applicable"), and Space means nothing: every image has its scores. */
function ratingCommands(commands: readonly Command[], desk: Desk): readonly Command[] {
  const cursor = (by: number) => () => {
    const { open, book } = desk.read().session;
    if (open === null) return;
    const last = ratedDefects(book, open.lease).length;
    desk.dispatch(edit({ type: "cursor", to: Math.min(Math.max(open.cursor + by, 0), last) }));
  };
  const kept = commands
    .filter(({ id }) => id !== "work.clean" && id !== "work.repeat" && id !== "work.copy")
    .map((command) => (command.id === "view.fit" ? { ...command, keys: ["Home"] } : command))
    .map((command) => {
      if (command.id === "work.next-finding")
        return { ...command, label: "Next score", when: () => true, run: cursor(1) };
      if (command.id !== "work.previous-finding") return command;
      return { ...command, label: "Previous score", when: () => true, run: cursor(-1) };
    });
  return [
    ...kept,
    {
      id: "rate.not-applicable",
      label: "Not applicable",
      group: "Answer",
      keys: ["0"],
      run: () => desk.dispatch(edit({ type: "not-applicable" })),
    },
  ];
}

function RatingDesk({ book, desk }: { book: Catalogue; desk: Desk }) {
  const screen = useScreen({ desk, canCompare: false, adapt: ratingCommands });
  const { state, outbox, view } = screen;
  const { open, notice } = state.session;
  const faults = useMemo(
    () => (open === null ? [] : faultsOf(book, open.lease, open.line.present)),
    [book, open],
  );
  const marks = useMemo(() => (open === null ? [] : marksOf(book, open, faults)), [book, open, faults]);
  const asked = open === null ? undefined : ratedDefects(book, open.lease)[open.cursor];
  return (
    <main className="ts-work" data-theme="dark" tabIndex={-1}>
      <h1 className="visually-hidden">Rating: {book.workspace.campaign.name}</h1>
      <StatusBar
        workspace={book.workspace}
        state={state}
        outbox={outbox}
        desk={desk}
        onRefused={() => screen.setDialog("refused")}
      />
      <div className="ts-desk">
        <div className="ts-left">
          <StageArea
            desk={desk}
            screen={screen}
            marks={marks}
            compare={comparison(undefined, open?.lease.reference_url ?? null)}
            onBadImage={() => void desk.putAway({ kind: "skip", reason: "cannot_load", note: "" })}
          />
          {open?.asking === "verdict" && (
            <VerdictBar
              suggested={suggestedVerdict(book, open.line.present)}
              onVerdict={(verdict) => desk.dispatch(edit({ type: "verdict", verdict }))}
            />
          )}
        </div>
        <aside className="ts-side-panel" aria-label="Scores">
          {open !== null && (
            <>
              <PromptBox key={open.lease.id} lease={open.lease} />
              {view.rule ? (
                <Suspense fallback={<section className="ts-rule" />}>
                  <RulePanel
                    book={book}
                    defect={asked}
                    level={asked === undefined ? null : (open.line.present.ratings[asked.id] ?? null)}
                    onClose={() => screen.setView({ rule: false })}
                  />
                </Suspense>
              ) : (
                <RatingForm
                  book={book}
                  open={open}
                  notRatable={isNotRatable(book, open.line.present)}
                  onEdit={(change) => desk.dispatch(edit(change))}
                  onSubmit={() => void desk.close("submit", performance.now())}
                />
              )}
              {open.line.present.findings.length > 0 && (
                <FindingsList
                  book={book}
                  open={open}
                  faults={faults.filter(({ finding }) => finding !== null)}
                  onEdit={(change) => desk.dispatch(edit(change))}
                />
              )}
            </>
          )}
        </aside>
      </div>
      <HintBar notice={notice} open={open} book={book} view={view} />
      <Suspense>
        <Dialogs book={book} desk={desk} screen={screen} />
      </Suspense>
      <KeyHelp>
        <p>
          A digit gives the score that is asked and goes on to the next; <kbd>0</kbd> says that it does not
          apply. Two letters jump to a score or set a flag. Enter submits.
        </p>
      </KeyHelp>
    </main>
  );
}
