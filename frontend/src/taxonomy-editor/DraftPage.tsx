import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useMemo, useState } from "react";
import { useLocation, useParams } from "wouter";
import { api } from "../api/client";
import { keys } from "../api/keys";
import { byField, isProblem } from "../api/problem";
import { Text } from "../taxonomy/Named";
import { visible } from "../taxonomy/visible";
import "../taxonomy/taxonomy.css";
import { Badge, Notice } from "../ui/Badge";
import { Button } from "../ui/Button";
import { ConfirmDialog } from "../ui/ConfirmDialog";
import { Dialog } from "../ui/Dialog";
import { plural } from "../ui/format";
import { Menu } from "../ui/Menu";
import { PageHeader } from "../ui/PageHeader";
import { Panel } from "../ui/Panel";
import { EmptyState, ErrorState, Loaded } from "../ui/States";
import { useToast } from "../ui/Toast";
import { ActDialog, type Act } from "./ActDialog";
import { DefectForm } from "./DefectForm";
import { FileForm } from "./FileForm";
import { defectsOf, findDefect, moveDefect, type DraftChanges, type TaxonomyDraft } from "./document";
import { DraftTree } from "./DraftTree";
import { useDraft, type DraftDesk } from "./useDraft";
import "./draft.css";

export default function DraftPage() {
  const { slug = "" } = useParams<{ slug: string }>();
  const query = useQuery({
    queryKey: keys.taxonomy(slug, "draft"),
    queryFn: ({ signal }) => api.get<TaxonomyDraft>(`/taxonomies/${slug}/draft`, { signal }),
    staleTime: Infinity,
    gcTime: 0,
    retry: false,
  });
  if (query.error && isProblem(query.error, "not-found")) return <NoDraft slug={slug} />;
  return (
    <>
      {!query.data && <PageHeader title="Draft" crumbs={crumbs(slug, slug)} />}
      <Loaded query={query} label="Loading the draft">
        {(draft) => <Editor slug={slug} loaded={draft} />}
      </Loaded>
    </>
  );
}

function NoDraft({ slug }: { slug: string }) {
  const client = useQueryClient();
  const toast = useToast();
  const start = async () => {
    try {
      await api.post(`/taxonomies/${slug}/draft`, {});
      await client.invalidateQueries({ queryKey: keys.taxonomy(slug) });
    } catch (error) {
      toast.error(error);
    }
  };
  return (
    <>
      <PageHeader title="Draft" crumbs={crumbs(slug, slug)} />
      <EmptyState
        title="No draft is open"
        actions={
          <Button kind="primary" onClick={() => void start()}>
            Start a draft
          </Button>
        }
      >
        A draft begins as the newest published version. Nothing you change reaches a campaign.
      </EmptyState>
    </>
  );
}

function crumbs(slug: string, title: string) {
  return [
    { label: "Taxonomies", href: "/taxonomies" },
    { label: title, href: `/taxonomies/${slug}` },
    { label: "Draft" },
  ];
}

const SAYS: Record<DraftDesk["state"], string> = {
  saved: "All saved",
  waiting: "Not saved yet",
  saving: "Saving…",
  refused: "Not saved",
  conflict: "Not saved: somebody else did",
};

function Editor({ slug, loaded }: { slug: string; loaded: TaxonomyDraft }) {
  const desk = useDraft(slug, loaded);
  const { document } = desk.work;
  const [, go] = useLocation();
  const [picked, setPicked] = useState<string | null>(null);
  const [act, setAct] = useState<Act | null>(null);
  const [isFrame, setFrame] = useState(false);
  const [discarding, setDiscarding] = useState(false);
  const client = useQueryClient();
  const lint = useQuery({
    queryKey: keys.taxonomy(slug, "draft-changes", desk.facts.etag),
    queryFn: ({ signal }) => api.get<DraftChanges>(`/taxonomies/${slug}/draft/changes`, { signal }),
    placeholderData: (before) => before,
  });
  const selected = picked && findDefect(document, picked) ? picked : (defectsOf(document)[0]?.id ?? null);
  const defect = selected ? findDefect(document, selected) : undefined;
  const known = { last: desk.facts.last_number, used: desk.facts.used_codes };
  const marks = useMemo(() => {
    const counted = new Map<string, number>();
    for (const one of lint.data?.lint ?? []) {
      if (one.level === "I") continue;
      for (const concept of one.concepts) counted.set(concept.id, (counted.get(concept.id) ?? 0) + 1);
    }
    return counted;
  }, [lint.data]);
  const title = visible(document.taxonomy.title);
  const publish = async () => {
    if (await desk.save()) go(`/taxonomies/${slug}/publish`);
  };
  const discard = async () => {
    await desk.save();
    const now = await api.get<TaxonomyDraft>(`/taxonomies/${slug}/draft`);
    await api.delete(`/taxonomies/${slug}/draft`, { ifMatch: now.etag });
    go(`/taxonomies/${slug}`);
    await client.invalidateQueries({ queryKey: keys.taxonomies });
  };
  return (
    <>
      <PageHeader
        title={
          <>
            <Text>{title}</Text>, draft after {desk.facts.parent ?? "nothing"}
          </>
        }
        tab={`Draft of ${title}`}
        crumbs={crumbs(slug, title)}
        actions={
          <>
            <span className="muted" role="status">
              {SAYS[desk.state]}
            </span>
            <Button disabled={!desk.canUndo} onClick={desk.undo}>
              Undo
            </Button>
            <Button kind="danger" onClick={() => setDiscarding(true)}>
              Discard
            </Button>
            <Button kind="primary" onClick={() => void publish()}>
              Publish…
            </Button>
          </>
        }
      />
      {desk.state === "refused" && <ErrorState error={desk.problem} onRetry={() => void desk.save()} />}
      <div className="draft">
        <div className="draft-side">
          <div className="row">
            <Button onClick={() => setAct("add")}>Add a defect</Button>
            {defect && (
              <Menu
                button="Change"
                label="Change the selected defect"
                entries={(["move", "deprecate", "merge", "split", "remove"] as const).map((id) => ({
                  id,
                  label: {
                    move: "Move to…",
                    deprecate: "Deprecate…",
                    merge: "Merge…",
                    split: "Split…",
                    remove: "Remove…",
                  }[id],
                  run: () => setAct(id),
                  isDisabled: defect.catch_all === true,
                }))}
              />
            )}
          </div>
          <Button aria-pressed={isFrame} onClick={() => setFrame(!isFrame)}>
            Scales, groups and scoring
          </Button>
          <DraftTree
            document={document}
            selected={selected}
            onSelect={(id) => {
              setPicked(id);
              setFrame(false);
            }}
            lint={marks}
            onMove={(id, to) => desk.change({ ...desk.work, document: moveDefect(document, id, to, known) })}
          />
        </div>
        <div className="stack loose">
          {isFrame && (
            <FileForm
              document={document}
              problems={saidOf(desk)}
              onChange={(next) => desk.change({ ...desk.work, document: next })}
            />
          )}
          {defect && !isFrame && (
            <>
              <LintOf results={lint.data?.lint ?? []} concept={defect.id} />
              <DefectForm
                key={defect.id}
                slug={slug}
                document={document}
                defect={defect}
                used={desk.facts.used_codes}
                problems={problemsOf(desk, defect.id)}
                onChange={(next) => desk.change({ ...desk.work, document: next })}
              />
            </>
          )}
        </div>
      </div>
      {act && (
        <ActDialog
          act={act}
          work={desk.work}
          defect={selected}
          known={known}
          onClose={() => setAct(null)}
          onDone={(work, id) => {
            desk.change(work);
            setPicked(id);
            setAct(null);
          }}
        />
      )}
      <ConfirmDialog
        title="Discard the draft"
        confirm="Discard the draft"
        isDanger
        isOpen={discarding}
        onClose={() => setDiscarding(false)}
        onConfirm={discard}
      >
        Everything changed since {desk.facts.parent ?? "the beginning"} is thrown away. This cannot be undone.
      </ConfirmDialog>
      <Conflict desk={desk} />
    </>
  );
}

/** Messages by path in the document: those of the last refusal, else what keeps the draft from being published. */
function saidOf(desk: DraftDesk): ReadonlyMap<string, string> {
  if (desk.state === "refused") return new Map(Object.entries(byField(desk.problem)));
  return new Map(
    desk.facts.violations.map((one) => [one.pointer.slice(1).replaceAll("/", "."), one.message] as const),
  );
}

/** Messages of one defect by field: those of the last refusal, else what keeps the draft from being published. */
function problemsOf(desk: DraftDesk, id: string): ReadonlyMap<string, string> {
  const { dimensions } = desk.work.document;
  const home = dimensions.findIndex((one) => one.defects.some((defect) => defect.id === id));
  const place = dimensions[home]?.defects.findIndex((defect) => defect.id === id);
  const start = `dimensions.${home}.defects.${place}.`;
  const found = new Map<string, string>();
  for (const [field, message] of saidOf(desk)) {
    const path = field.startsWith(start) ? field.slice(start.length) : "";
    for (const name of new Set([path, path.split(".")[0] ?? ""])) {
      if (name && !found.has(name)) found.set(name, message);
    }
  }
  return found;
}

function LintOf({ results, concept }: { results: DraftChanges["lint"]; concept: string }) {
  const own = results.filter((one) => one.concepts.some((other) => other.id === concept));
  if (own.length === 0) return null;
  return (
    <Panel title="Lint" aside={<span className="muted">{plural(own.length, "result")}</span>}>
      <ul className="stack tight">
        {own.map((one) => (
          <li key={one.rule + one.message}>
            <Badge tone={one.level === "E" ? "error" : one.level === "W" ? "warn" : "info"}>{one.rule}</Badge>{" "}
            <Text>{one.message}</Text>
            {one.denominator !== null && (
              <span className="muted">
                {" "}
                ({one.numerator} of {one.denominator})
              </span>
            )}{" "}
            <span className="muted">
              <Text>{one.fix}</Text>
            </span>
          </li>
        ))}
      </ul>
    </Panel>
  );
}

function Conflict({ desk }: { desk: DraftDesk }) {
  const { conflict } = desk;
  const differing = conflict ? differences(desk, conflict.theirs.document) : [];
  return (
    <Dialog
      title="Somebody saved the draft before you"
      isOpen={conflict !== null}
      isKept
      size="wide"
      onClose={() => {}}
      footer={
        <>
          <Button onClick={desk.takeTheirs}>Take theirs</Button>
          <Button kind="primary" onClick={desk.takeMine}>
            Take mine
          </Button>
        </>
      }
    >
      <Notice tone="warn">
        {conflict?.by} saved while you were writing. “Take theirs” keeps yours in Undo; “Take mine” replaces
        theirs with the next save.
      </Notice>
      <p>These defects differ between yours and theirs:</p>
      <ul>
        {differing.map((line) => (
          <li key={line}>
            <Text>{line}</Text>
          </li>
        ))}
      </ul>
    </Dialog>
  );
}

function differences(desk: DraftDesk, theirs: DraftDesk["work"]["document"]): string[] {
  const mine = new Map(defectsOf(desk.work.document).map((one) => [one.id, one]));
  const other = new Map(defectsOf(theirs).map((one) => [one.id, one]));
  return [...new Set([...mine.keys(), ...other.keys()])].flatMap((id) => {
    const [a, b] = [mine.get(id), other.get(id)];
    if (!a || !b) return [`${(a ?? b)?.code} ${(a ?? b)?.name}: only in ${a ? "yours" : "theirs"}`];
    const names = new Set([...Object.keys(a), ...Object.keys(b)]) as Set<keyof typeof a>;
    const fields = [...names].filter((name) => JSON.stringify(a[name]) !== JSON.stringify(b[name]));
    return fields.length > 0 ? [`${a.code} ${a.name}: ${fields.join(", ").replaceAll("_", " ")}`] : [];
  });
}
