import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useLocation, useParams } from "wouter";
import { api } from "../api/client";
import { keys } from "../api/keys";
import { Text } from "../taxonomy/Named";
import { versionPath } from "../taxonomy/types";
import { textOf } from "../taxonomy/words";
import "../taxonomy/taxonomy.css";
import { Badge, Notice } from "../ui/Badge";
import { Button, LinkButton } from "../ui/Button";
import { plural } from "../ui/format";
import { PageHeader } from "../ui/PageHeader";
import { Panel } from "../ui/Panel";
import { ErrorState, Loaded } from "../ui/States";
import { Table } from "../ui/Table";
import { RadioGroup, TextArea, TextField } from "../ui/fields";
import { useToast } from "../ui/Toast";
import { answered, KEEP } from "./answers";
import type { DraftChanges, DraftProposal, Operation } from "./document";
import { DryRun } from "./DryRun";
import "./draft.css";

/** Lint, changes with what explains them, number, dry run, publication: each with its own numbers, on one page. */
export default function PublishPage() {
  const { slug = "" } = useParams<{ slug: string }>();
  const query = useQuery({
    queryKey: keys.taxonomy(slug, "publish"),
    queryFn: ({ signal }) => api.get<DraftChanges>(`/taxonomies/${slug}/draft/changes`, { signal }),
    gcTime: 0,
  });
  return (
    <>
      <PageHeader
        title="Publish the draft"
        lead="A published version never changes, and publishing moves no campaign."
        crumbs={[
          { label: "Taxonomies", href: "/taxonomies" },
          { label: slug, href: `/taxonomies/${slug}` },
          { label: "Draft", href: `/taxonomies/${slug}/draft` },
          { label: "Publish" },
        ]}
        actions={<LinkButton href={`/taxonomies/${slug}/draft`}>Back to the draft</LinkButton>}
      />
      <Loaded query={query} label="Comparing the draft">
        {(changes) => <Wizard key={changes.etag} slug={slug} changes={changes} />}
      </Loaded>
    </>
  );
}

function Wizard({ slug, changes }: { slug: string; changes: DraftChanges }) {
  const [words, setWords] = useState<Record<string, string>>({});
  const [number, setNumber] = useState(changes.number);
  const [notes, setNotes] = useState(changes.release_notes);
  const [problem, setProblem] = useState<unknown>(null);
  const [isBusy, setBusy] = useState(false);
  const [, go] = useLocation();
  const client = useQueryClient();
  const toast = useToast();
  const errors = changes.lint.filter((one) => one.level === "E");
  const warned = [...new Set(changes.lint.filter((one) => one.level === "W").map((one) => one.rule))].sort();
  const open =
    (changes.is_empty && "Nothing differs from the version before.") ||
    (changes.violations.length > 0 &&
      `${plural(changes.violations.length, "rule")} of the file to keep first.`) ||
    (errors.length > 0 && `${plural(errors.length, "error")} of the lint to mend first.`) ||
    (changes.unexplained > 0 && `${plural(changes.unexplained, "change")} without an operation.`) ||
    (changes.problems.length > 0 && `${plural(changes.problems.length, "operation")} to correct.`) ||
    (warned.some((rule) => (words[rule] ?? "").trim().length < 8) && "A written word for each warning.") ||
    "";
  const publish = async () => {
    setBusy(true);
    setProblem(null);
    try {
      const acknowledged_warnings = warned.map((rule) => ({ rule, word: words[rule] ?? "" }));
      const body = { number, acknowledged_warnings, release_notes: notes };
      await api.post(`/taxonomies/${slug}/versions`, body, { ifMatch: changes.etag });
      toast.ok(`Version ${number} is published.`);
      go(versionPath(slug, number));
      await client.invalidateQueries({ queryKey: keys.taxonomies });
    } catch (error) {
      setProblem(error);
    } finally {
      setBusy(false);
    }
  };
  return (
    <>
      <Lint
        changes={changes}
        warned={warned}
        words={words}
        onWord={(rule, word) => setWords({ ...words, [rule]: word })}
      />
      <Changes slug={slug} changes={changes} />
      <DryRun slug={slug} etag={changes.etag} />
      <Panel title="Number and release notes">
        <div className="form">
          <TextField
            label="Version number"
            hint={`The operations need at least a ${changes.least} step: ${changes.number} or more.`}
            value={number}
            onChange={setNumber}
          />
          <TextArea label="Release notes" isOptional isWide rows={8} value={notes} onChange={setNotes} />
          {problem !== null && <ErrorState error={problem} />}
          {open && <Notice tone="warn">Still open: {open}</Notice>}
          <div className="form-actions">
            <Button kind="primary" disabled={open !== ""} isBusy={isBusy} onClick={() => void publish()}>
              Publish {number}
            </Button>
          </div>
        </div>
      </Panel>
    </>
  );
}

function Lint(props: {
  changes: DraftChanges;
  warned: string[];
  words: Record<string, string>;
  onWord: (rule: string, word: string) => void;
}) {
  const { changes, warned, words, onWord } = props;
  const results = changes.lint;
  return (
    <Panel
      title="Lint"
      aside={
        <span className="muted">
          {plural(results.filter((one) => one.level === "E").length, "error")},{" "}
          {plural(results.filter((one) => one.level === "W").length, "warning")}
        </span>
      }
    >
      <div className="stack">
        {changes.violations.map((one) => (
          <p key={one.pointer + one.code}>
            <Badge tone="error">{one.code}</Badge> <Text>{one.message}</Text>{" "}
            <span className="muted">{one.pointer}</span>
          </p>
        ))}
        <Table
          caption="Results of the lint"
          hideCaption
          maxHeight="18rem"
          rows={results}
          rowKey={(one) => one.rule + one.message}
          empty="The lint has nothing to say."
          columns={[
            {
              key: "rule",
              head: "Rule",
              cell: (one) => (
                <Badge tone={one.level === "E" ? "error" : one.level === "W" ? "warn" : "info"}>
                  {one.rule}
                </Badge>
              ),
            },
            {
              key: "message",
              head: "What",
              isRowHead: true,
              className: "wide-text",
              cell: (one) => <Text>{one.message}</Text>,
            },
            {
              key: "counts",
              head: "Counts",
              numeric: true,
              cell: (one) => (one.denominator === null ? "–" : `${one.numerator} of ${one.denominator}`),
            },
            {
              key: "fix",
              head: "What mends it",
              className: "wide-text",
              cell: (one) => <Text>{one.fix}</Text>,
            },
          ]}
        />
        {warned.map((rule) => (
          <TextField
            key={rule}
            label={`Why the warnings of ${rule} may stay (${results.filter((one) => one.rule === rule && one.level === "W").length})`}
            isWide
            value={words[rule] ?? ""}
            onChange={(word) => onWord(rule, word)}
          />
        ))}
      </div>
    </Panel>
  );
}

function Changes({ slug, changes }: { slug: string; changes: DraftChanges }) {
  const [answers, setAnswers] = useState<Record<number, string>>({});
  const [whys, setWhys] = useState<Record<number, string>>({});
  const [problem, setProblem] = useState<unknown>(null);
  const client = useQueryClient();
  const open = changes.proposals.filter((one, place) => one.options.length > 0 && !answers[place]).length;
  const declare = async (operations: Operation[]) => {
    setProblem(null);
    try {
      await api.put(`/taxonomies/${slug}/draft/operations`, { operations }, { ifMatch: changes.etag });
      await client.invalidateQueries({ queryKey: keys.taxonomy(slug) });
    } catch (error) {
      setProblem(error);
    }
  };
  const kept = changes.operations.filter((one) => !changes.idle.includes(String(one["id"])));
  return (
    <Panel
      title="What changed, and what explains it"
      aside={<span className="muted">{plural(changes.changes.length, "change")}</span>}
    >
      <div className="stack">
        <Table
          caption="Changes"
          hideCaption
          maxHeight="22rem"
          rows={changes.changes}
          rowKey={(one) => `${one.concept.id} ${one.field ?? one.kind}`}
          empty={changes.notes.length > 0 ? "Only titles, sources or order." : "Nothing changed."}
          columns={[
            {
              key: "concept",
              head: "Defect",
              isRowHead: true,
              cell: (one) => <Text>{`${one.concept.code} ${one.concept.name}`}</Text>,
            },
            { key: "what", head: "What", cell: (one) => (one.field ?? one.kind).replaceAll("_", " ") },
            {
              key: "before",
              head: "Before",
              className: "wide-text",
              cell: (one) => (one.field ? <Text>{textOf(one.before)}</Text> : ""),
            },
            {
              key: "after",
              head: "After",
              className: "wide-text",
              cell: (one) => (one.field ? <Text>{textOf(one.after)}</Text> : ""),
            },
            {
              key: "by",
              head: "Explained by",
              cell: (one) => {
                const by = changes.operations.filter((operation) =>
                  one.explained_by.includes(String(operation["id"])),
                );
                return by.length > 0 ? (
                  by.map((operation) => String(operation["op"])).join(", ")
                ) : (
                  <Badge tone="warn">nothing yet</Badge>
                );
              },
            },
          ]}
        />
        {changes.problems.map((one) => (
          <p key={one.pointer + one.message}>
            <Badge tone="error">{one.code}</Badge> <Text>{one.message}</Text>
          </p>
        ))}
        {changes.idle.length > 0 && (
          <div className="form-actions">
            <Button onClick={() => void declare(kept)}>
              Drop {plural(changes.idle.length, "idle operation")}
            </Button>
          </div>
        )}
        {changes.proposals.map((proposal, place) => (
          <Proposal
            key={JSON.stringify(proposal.operation)}
            proposal={proposal}
            answer={answers[place] ?? null}
            why={whys[place] ?? ""}
            onAnswer={(answer) => setAnswers({ ...answers, [place]: answer })}
            onWhy={(why) => setWhys({ ...whys, [place]: why })}
          />
        ))}
        {problem !== null && <ErrorState error={problem} />}
        {changes.proposals.length > 0 && (
          <div className="form-actions">
            {open > 0 && <span className="hint">{plural(open, "question")} to answer first.</span>}
            <Button
              disabled={open > 0}
              onClick={() =>
                void declare([
                  ...kept,
                  ...changes.proposals.map((one, place) => answered(one, answers[place], whys[place])),
                ])
              }
            >
              Declare {plural(changes.proposals.length, "operation")}
            </Button>
          </div>
        )}
      </div>
    </Panel>
  );
}

function Proposal(props: {
  proposal: DraftProposal;
  answer: string | null;
  why: string;
  onAnswer: (answer: string) => void;
  onWhy: (why: string) => void;
}) {
  const { proposal, answer, why, onAnswer, onWhy } = props;
  const { operation, question, options } = proposal;
  const about = String(operation["concept"] ?? operation["group"] ?? "");
  return (
    <div className="draft-change">
      <p>
        <Badge tone="info">{String(operation["op"])}</Badge> {about} {question && <Text>{question}</Text>}
      </p>
      {options.length > 0 && (
        <RadioGroup
          label={`What was it for ${about}?`}
          value={answer}
          onChange={onAnswer}
          options={options.filter((one) => one !== KEEP).map((one) => ({ value: one, label: one }))}
        />
      )}
      <TextField label={`Why ${about}`} isOptional isWide value={why} onChange={onWhy} />
    </div>
  );
}
