import { Suspense, useMemo } from "react";
import { useParams } from "wouter";
import { isProblem } from "../api/problem";
import { KeyHelp } from "../keyboard/KeyHelp";
import { suggestedVerdict } from "./answer";
import type { Catalogue } from "./catalogue";
import { DefectPalette } from "./DefectPalette";
import type { Desk } from "./desk";
import { FindingsList, marksOf } from "./FindingsList";
import { HintBar } from "./HintBar";
import { TestFeedback, VerdictBar } from "./panels";
import { PromptBox } from "./PromptBox";
import { Dialogs, RulePanel } from "./later";
import { faults as faultsOf } from "./rules";
import { edit } from "./session";
import { comparison, StageArea } from "./Stage";
import { StatusBar } from "./StatusBar";
import { useDesk } from "./useDesk";
import { useScreen } from "./useScreen";
import "./queue.css";
import "./panels.css";

/** The workspace: `/annotate/:campaign`. */
export default function QueuePage() {
  const { campaign = "" } = useParams<{ campaign: string }>();
  const { ready, error, retry } = useDesk(campaign);
  if (ready !== null) return <Workbench key={campaign} book={ready.book} desk={ready.desk} />;
  return <Opening error={error} retry={retry} />;
}

export function Opening({ error, retry }: { error: unknown; retry: () => void }) {
  return (
    <main className="ts-work ts-opening" data-theme="dark">
      <h1 className="visually-hidden">Labelling</h1>
      {error != null && (
        <div className="ts-stop" role="alert">
          <h2>{isProblem(error) ? error.title : "The campaign does not open"}</h2>
          <p>{isProblem(error) ? error.detail : "Something unexpected happened."}</p>
          <p>
            <button type="button" className="button primary" onClick={retry}>
              Try again
            </button>{" "}
            <a className="button" href="/">
              To my campaigns
            </a>
          </p>
        </div>
      )}
    </main>
  );
}

function Workbench({ book, desk }: { book: Catalogue; desk: Desk }) {
  const { open: current } = desk.read().session;
  const inHand = useDefectInHand(book, desk);
  const compare = comparison(inHand?.examples, current?.lease.reference_url ?? null);
  const screen = useScreen({ desk, canCompare: compare !== null });
  const { state, outbox, view } = screen;
  const { open, notice } = state.session;
  const faults = useMemo(
    () => (open === null ? [] : faultsOf(book, open.lease, open.line.present)),
    [book, open],
  );
  const marks = useMemo(() => (open === null ? [] : marksOf(book, open, faults)), [book, open, faults]);
  const level = open?.line.present.findings.find(({ key }) => key === open.selected)?.severity ?? null;
  return (
    <main className="ts-work" data-theme="dark" tabIndex={-1}>
      <h1 className="visually-hidden">Labelling: {book.workspace.campaign.name}</h1>
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
            compare={compare}
            onBadImage={() => void desk.putAway({ kind: "skip", reason: "cannot_load", note: "" })}
          />
          {open?.asking === "verdict" && (
            <VerdictBar
              suggested={suggestedVerdict(book, open.line.present)}
              onVerdict={(verdict) => desk.dispatch(edit({ type: "verdict", verdict }))}
            />
          )}
          {state.test !== null && <TestFeedback test={state.test} onDone={desk.dismissTest} />}
        </div>
        <aside className="ts-side-panel" aria-label="Defects and findings">
          {open !== null && (
            <>
              <PromptBox key={open.lease.id} lease={open.lease} />
              {view.rule ? (
                <Suspense fallback={<section className="ts-rule" />}>
                  <RulePanel
                    book={book}
                    defect={inHand}
                    level={level}
                    onClose={() => screen.setView({ rule: false })}
                  />
                </Suspense>
              ) : (
                <DefectPalette
                  book={book}
                  open={open}
                  onPick={(defect) => desk.dispatch(edit({ type: "pick", defect }))}
                  onDimension={(letter) => {
                    desk.dispatch(edit({ type: "escape" }));
                    desk.dispatch(edit({ type: "letter", letter, remove: false }));
                  }}
                />
              )}
              <FindingsList
                book={book}
                open={open}
                faults={faults}
                onEdit={(change) => desk.dispatch(edit(change))}
              />
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
          Two letters mark a defect: first its dimension, then its own. Again marks a second one; with{" "}
          <kbd>Shift</kbd> on the second letter it is taken away. Digits set the level.
        </p>
      </KeyHelp>
    </main>
  );
}

/** The defect the help is about: that of the chosen finding. */
function useDefectInHand(book: Catalogue, desk: Desk) {
  const { open } = desk.read().session;
  const finding =
    open?.line.present.findings.find(({ key }) => key === open.selected) ??
    open?.line.present.findings.at(-1);
  return finding === undefined ? undefined : book.defects.get(finding.defect);
}
