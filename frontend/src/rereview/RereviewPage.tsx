import { useQuery } from "@tanstack/react-query";
import { useEffect, useMemo, useRef, useState, useSyncExternalStore } from "react";
import { Link, useParams } from "wouter";
import { api } from "../api/client";
import { keys } from "../api/keys";
import { hasRole, useSignedIn } from "../api/session";
import { Queries } from "../app/Queries";
import { CanvasView } from "../canvas/CanvasView";
import type { Region } from "../canvas/geometry";
import type { Mark } from "../canvas/Overlay";
import type { StageHandle } from "../canvas/stage-machine";
import { KeyHelp, Keys } from "../keyboard/KeyHelp";
import { useCommands } from "../keyboard/useCommands";
import { createPool } from "../queue/pool";
import { LinkButton } from "../ui/Button";
import { usePageTitle } from "../ui/PageHeader";
import { EmptyState, ErrorState } from "../ui/States";
import { reviewCommands } from "./commands";
import { QuestionPanel } from "./QuestionPanel";
import { asksRegion, missing, newDraft, shapesOf, type Progress, type Question } from "./reply";
import { useQuestions, type Desk } from "./useQuestions";
import "../queue/queue.css";
import "../queue/panels.css";
import "../adjudicate/adjudicate.css";
import "../taxonomy/taxonomy.css";
import "./rereview.css";

/** What a new version puts to people: one finding after the other, with the old answer and the changed sentence. */
export default function RereviewPage() {
  return (
    <Queries>
      <Rereview />
    </Queries>
  );
}

function Rereview() {
  const { project = "", campaign = "" } = useParams<{ project: string; campaign: string }>();
  usePageTitle("Re-review");
  const session = useSignedIn();
  const isReviewer = hasRole(session, project, "reviewer");
  const progress = useQuery({
    queryKey: keys.campaign(campaign, "rereview"),
    queryFn: ({ signal }) => api.get<Progress>(`/campaigns/${campaign}/rereview`, { signal }),
    refetchInterval: 15_000,
  });
  const back = isReviewer ? "/" : `/projects/${project}/campaigns/${campaign}/version`;
  if (!isReviewer) {
    return (
      <main className="ts-work desk-empty" data-theme="dark">
        <h1 className="visually-hidden">Re-review</h1>
        <EmptyState
          title={progress.data ? `${progress.data.open} questions are open` : "Re-review"}
          actions={<LinkButton href={back}>To the version</LinkButton>}
        >
          Reviewers of the project answer them; you may see how far they are.
        </EmptyState>
      </main>
    );
  }
  return <Answering campaign={campaign} back={back} progress={progress.data} />;
}

function Answering({
  campaign,
  back,
  progress,
}: {
  campaign: string;
  back: string;
  progress?: Progress | undefined;
}) {
  const desk = useQuestions(campaign);
  const [question] = desk.questions;
  if (question) {
    return <Screen key={question.id} desk={desk} question={question} back={back} progress={progress} />;
  }
  return (
    <main className="ts-work desk-empty" data-theme="dark">
      <h1 className="visually-hidden">Re-review</h1>
      {desk.error !== null ? (
        <ErrorState error={desk.error} onRetry={desk.reload} />
      ) : desk.state === "loading" || desk.waiting > 0 ? (
        <p className="muted" aria-live="polite">
          {desk.waiting > 0 ? `Saving ${desk.waiting}` : "Opening the questions"}
        </p>
      ) : (
        <EmptyState
          title="Nothing to look at again"
          actions={
            <LinkButton kind="primary" href={back}>
              Back
            </LinkButton>
          }
        >
          {desk.reason ?? "No question of this campaign waits for you."}
        </EmptyState>
      )}
    </main>
  );
}

interface ScreenProps {
  desk: Desk;
  question: Question;
  back: string;
  progress: Progress | undefined;
}

function Screen({ desk, question, back, progress }: ScreenProps) {
  const [draft, setDraft] = useState(() => newDraft(question));
  const [overlay, setOverlay] = useState(true);
  const [stage, setStage] = useState<StageHandle | null>(null);
  const main = useRef<HTMLElement>(null);
  const picture = usePictures(desk.questions);
  const lacks = missing(question, draft);
  const isDrawing = asksRegion(question) && !draft.none;
  const [shape] = shapesOf(question, draft);
  useEffect(() => main.current?.focus(), []);
  const submit = () => {
    if (lacks === null) desk.answer(question, draft);
  };
  useCommands(
    reviewCommands({
      question,
      draft,
      stage,
      setDraft,
      submit,
      skip: () => desk.skip(question),
      toggleOverlay: () => setOverlay(!overlay),
    }),
  );
  const marks = useMemo(() => marksOf(question, draft.region), [question, draft.region]);
  return (
    <main ref={main} className="ts-work desk" data-theme="dark" tabIndex={-1}>
      <header className="desk-bar">
        <Link href={back} className="button quiet small">
          ← Back
        </Link>
        <h1>
          Re-review{" "}
          <span className="muted">
            · {question.versions.old} → {question.versions.new}
          </span>
        </h1>
        <span className="push number" aria-live="polite">
          {progress && `${progress.open} open, ${progress.answered} answered`}
          {desk.waiting > 0 && ` · saving ${desk.waiting}`}
        </span>
        <KeyHelp />
      </header>
      <div className="desk-body">
        <div className="desk-stage">
          {picture?.state === "failed" ? (
            <p className="desk-failed">The picture cannot be shown: {picture.reason}</p>
          ) : (
            <CanvasView
              ref={setStage}
              imageKey={question.id}
              label={question.prompt ?? "Image"}
              size={question.image}
              bitmap={picture?.state === "ready" ? picture.bitmap : null}
              thumbnailUrl={question.image.thumbnail_url}
              marks={marks}
              selected={draft.region ? "new" : null}
              tool={isDrawing && draft.region === null ? (shape ?? "box") : null}
              overlay={overlay}
              contrast={false}
              dimmed={false}
              loupe={false}
              keepZoom={false}
              pixelView="auto"
              onDrawn={(region) => setDraft({ ...draft, region })}
              onSelect={() => undefined}
              onReshaped={(key, region) => key === "new" && setDraft({ ...draft, region })}
              onPainted={() => undefined}
            />
          )}
          {question.prompt !== null && <p className="desk-prompt">{question.prompt}</p>}
        </div>
        <aside className="desk-panel" aria-label="The question">
          <QuestionPanel question={question} draft={draft} onDraft={setDraft} />
        </aside>
      </div>
      <footer className="desk-foot">
        <span aria-live="polite">{desk.refusal ?? lacks ?? "Ready to save."}</span>
        <span className="push" />
        <span className="muted desk-hints">
          <Keys chord="1" />–<Keys chord="9" /> choose {isDrawing && "· arrows draw "}·{" "}
          <Keys chord="Shift+S" /> skip
        </span>
        <button type="button" className="button primary" disabled={lacks !== null} onClick={submit}>
          Save and next <Keys chord="Enter" />
        </button>
      </footer>
    </main>
  );
}

/** The decoded pictures of the leased questions, the next ones fetched meanwhile. */
function usePictures(questions: readonly Question[]) {
  const [pool] = useState(() => createPool());
  useEffect(() => () => pool.close(), [pool]);
  useEffect(() => {
    pool.want(questions.map(({ id, image }) => ({ key: id, url: image.url })));
  }, [pool, questions]);
  const first = questions[0]?.id;
  return useSyncExternalStore(pool.subscribe, () => (first === undefined ? undefined : pool.get(first)));
}

function marksOf(question: Question, drawn: Region | null): readonly Mark[] {
  const old = question.old.region as Region | null;
  const marks: Mark[] = [];
  if (old !== null) {
    marks.push({
      key: "old",
      region: old,
      tag: question.old.code,
      name: `Old answer: ${question.old.name}`,
      unsure: false,
      faulty: false,
      line: "dotted",
    });
  }
  if (drawn !== null) {
    marks.push({ key: "new", region: drawn, tag: "new", name: "Where it is", unsure: false, faulty: false });
  }
  return marks;
}
