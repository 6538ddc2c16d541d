import { useQuery } from "@tanstack/react-query";
import { useParams, useSearchParams } from "wouter";
import { api } from "../api/client";
import { keys } from "../api/keys";
import { Badge, type Tone } from "../ui/Badge";
import { plural } from "../ui/format";
import { PageHeader } from "../ui/PageHeader";
import { Panel } from "../ui/Panel";
import { EmptyState, Loaded } from "../ui/States";
import { SelectField } from "../ui/fields";
import { Code, ConceptLink, Text } from "./Named";
import type { Change, Reference, TaxonomyDiff, TaxonomyDocument } from "./types";
import { visible } from "./visible";
import { WordDiff } from "./WordDiff";
import { textOf } from "./words";
import "./taxonomy.css";

export default function DiffPage() {
  const { slug = "" } = useParams<{ slug: string }>();
  const [search, setSearch] = useSearchParams();
  const taxonomy = useQuery({
    queryKey: keys.taxonomy(slug),
    queryFn: ({ signal }) => api.get<TaxonomyDocument>(`/taxonomies/${slug}`, { signal }),
  });
  const versions = taxonomy.data?.versions ?? [];
  const to = search.get("to") ?? versions[0]?.number ?? "";
  const from = search.get("from") ?? versions[1]?.number ?? versions[0]?.number ?? "";
  const query = useQuery({
    queryKey: keys.taxonomy(slug, "diff", from, to),
    queryFn: ({ signal }) =>
      api.get<TaxonomyDiff>(`/taxonomies/${slug}/diff`, { signal, query: { from, to } }),
    enabled: from !== "" && to !== "",
  });
  const title = taxonomy.data ? visible(taxonomy.data.title) : slug;
  const options = versions.map((one) => ({ value: one.number, label: `${one.number} (${one.state})` }));
  const choose = (name: "from" | "to") => (value: string) =>
    setSearch(new URLSearchParams({ from, to, [name]: value }), { replace: true });
  return (
    <>
      <PageHeader
        title="Changes between versions"
        lead={`What differs in ${title}, concept by concept. Concepts are matched by their permanent id.`}
        crumbs={[
          { label: "Taxonomies", href: "/taxonomies" },
          { label: title, href: `/taxonomies/${slug}` },
          { label: "Changes" },
        ]}
      />
      <div className="row">
        <SelectField label="From" options={options} value={from} onChange={choose("from")} />
        <SelectField label="To" options={options} value={to} onChange={choose("to")} />
      </div>
      <Loaded
        query={taxonomy.error ? (taxonomy as unknown as typeof query) : query}
        label="Comparing the versions"
      >
        {(data) => <Changes data={data} />}
      </Loaded>
    </>
  );
}

interface Branch {
  key: string;
  title: Reference | null;
  concepts: Map<string, Change[]>;
}

const OTHER = "other";

/** Changes by dimension and concept: a sub-defect stands under its defect's dimension by its first letter. */
function branchesOf(changes: readonly Change[]): Branch[] {
  const found = new Map<string, Branch>();
  for (const change of changes) {
    const letter = change.concept.code.slice(0, 1) || OTHER;
    const branch = found.get(letter) ?? { key: letter, title: null, concepts: new Map<string, Change[]>() };
    if (change.subject === "defect" && change.parent) branch.title ??= change.parent;
    if (change.subject === "dimension") branch.title ??= change.concept;
    branch.concepts.set(change.concept.id, [...(branch.concepts.get(change.concept.id) ?? []), change]);
    found.set(letter, branch);
  }
  return [...found.values()].sort((one, other) =>
    one.key === OTHER ? 1 : other.key === OTHER ? -1 : one.key.localeCompare(other.key),
  );
}

function Changes({ data }: { data: TaxonomyDiff }) {
  const count = (kind: string) =>
    new Set(data.changes.filter((one) => one.kind === kind).map((one) => one.concept.id)).size;
  if (data.changes.length === 0 && data.notes.length === 0) {
    return <EmptyState title="Nothing differs">Both versions say the same.</EmptyState>;
  }
  return (
    <>
      <p className="row" role="status">
        <Badge tone="ok">{count("added")} added</Badge>
        <Badge tone="error">{count("gone")} gone</Badge>
        <Badge tone="info">{count("changed")} changed</Badge>
        <span className="muted">
          {plural(data.changes.length, "change")}, {plural(data.notes.length, "note")}
          {data.operations.length > 0 &&
            `, explained by ${plural(data.operations.length, "declared operation")}`}
        </span>
      </p>
      {branchesOf(data.changes).map((branch) => (
        <Panel
          key={branch.key}
          title={
            branch.title ? (
              <>
                <Code>{branch.title.code}</Code> <Text>{branch.title.name}</Text>
              </>
            ) : branch.key === OTHER ? (
              "Exclusion groups"
            ) : (
              `Dimension ${branch.key}`
            )
          }
          aside={<span className="muted">{plural(branch.concepts.size, "concept")}</span>}
        >
          <ul className="change-tree">
            {[...branch.concepts.entries()].map(([id, changes]) => (
              <li key={id}>
                <Concept data={data} changes={changes} />
              </li>
            ))}
          </ul>
        </Panel>
      ))}
      {data.notes.length > 0 && (
        <Panel title="Notes" aside={<span className="muted">touch no finding</span>}>
          <ul className="change-tree">
            {data.notes.map((note) => (
              <li key={note.path}>
                <details>
                  <summary className="mono">{visible(note.path)}</summary>
                  <WordDiff before={textOf(note.before)} after={textOf(note.after)} />
                </details>
              </li>
            ))}
          </ul>
        </Panel>
      )}
    </>
  );
}

const KINDS: Record<string, [Tone, string]> = {
  added: ["ok", "added"],
  gone: ["error", "gone"],
  changed: ["info", "changed"],
};
const LONG = new Set(["examples", "causes", "translations"]);

function Concept({ data, changes }: { data: TaxonomyDiff; changes: readonly Change[] }) {
  const first = changes[0];
  if (!first) return null;
  const [tone, word] = KINDS[first.kind] ?? ["neutral", first.kind];
  const number = first.kind === "gone" ? data.from_version : data.to_version;
  const operations = data.operations.filter((one) => namesConcept(one, first.concept.id));
  return (
    <div className="stack tight">
      <div className="row">
        <Badge tone={tone}>{word}</Badge>
        <ConceptLink slug={data.slug} number={number} to={first.concept} />
        {first.subject !== "defect" && <span className="muted">{first.subject.replaceAll("_", " ")}</span>}
        {operations.map((one, place) => (
          <Badge key={place} tone="purple">
            {one.op}
          </Badge>
        ))}
      </div>
      {operations.map((one, place) => (
        <p className="muted" key={place}>
          <Text>{one.why}</Text>
        </p>
      ))}
      {changes.map((change) => (
        <Field key={change.field ?? change.kind} change={change} />
      ))}
    </div>
  );
}

function Field({ change }: { change: Change }) {
  if (change.field === null) {
    const said = (change.after ?? change.before) as Record<string, unknown> | null;
    const text = typeof said?.["definition"] === "string" ? said["definition"] : textOf(said);
    return (
      <p className="change-words" data-kind={change.kind}>
        {visible(text)}
      </p>
    );
  }
  const words = <WordDiff before={textOf(change.before)} after={textOf(change.after)} />;
  const name = change.field.replaceAll("_", " ").replace(".", ": ");
  if (LONG.has(change.field)) {
    return (
      <details className="change-field">
        <summary>{name}</summary>
        {words}
      </details>
    );
  }
  return (
    <div className="change-field">
      <span className="change-name">{name}</span>
      {words}
    </div>
  );
}

interface Declared {
  op: string;
  why: string;
}

function namesConcept(operation: unknown, concept: string): operation is Declared {
  if (typeof operation !== "object" || operation === null) return false;
  const said = operation as Record<string, unknown>;
  const many = [said["concepts"], said["into"]].flatMap((one) =>
    Array.isArray(one) ? (one as unknown[]) : [one],
  );
  return said["concept"] === concept || said["group"] === concept || many.includes(concept);
}
