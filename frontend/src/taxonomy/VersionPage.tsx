import { useQuery } from "@tanstack/react-query";
import { useDeferredValue, useMemo, useRef } from "react";
import { useLocation, useParams, useSearchParams } from "wouter";
import { addressOf, api } from "../api/client";
import { keys } from "../api/keys";
import { KeyHelp } from "../keyboard/KeyHelp";
import { useCommands } from "../keyboard/useCommands";
import { LinkButton } from "../ui/Button";
import { formatDay, plural } from "../ui/format";
import { Menu } from "../ui/Menu";
import { PageHeader } from "../ui/PageHeader";
import { Panel } from "../ui/Panel";
import { EmptyState, Loaded } from "../ui/States";
import { Tabs } from "../ui/Tabs";
import { DefectCard } from "./DefectCard";
import { StateBadge, Text } from "./Named";
import { find, indexOf, type Hit } from "./search";
import {
  defectPath,
  diffPath,
  draftPath,
  guidelinePath,
  versionPath,
  type TaxonomyDocument,
  type VersionDocument,
} from "./types";
import { About, Retired, Scales } from "./VersionParts";
import { visible } from "./visible";
import "./taxonomy.css";

export default function VersionPage() {
  const { slug = "", number } = useParams<{ slug: string; number?: string }>();
  const taxonomy = useQuery({
    queryKey: keys.taxonomy(slug),
    queryFn: ({ signal }) => api.get<TaxonomyDocument>(`/taxonomies/${slug}`, { signal }),
  });
  const newest =
    taxonomy.data?.versions.find((one) => one.state === "published") ?? taxonomy.data?.versions[0];
  const wanted = number ?? newest?.number;
  const version = useQuery({
    queryKey: keys.taxonomy(slug, "versions", wanted),
    queryFn: ({ signal }) => api.get<VersionDocument>(`/taxonomies/${slug}/versions/${wanted}`, { signal }),
    enabled: wanted !== undefined,
    staleTime: 60_000,
  });
  if (taxonomy.data && !wanted) return <EmptyState title="This taxonomy has no version yet" />;
  const query = taxonomy.error ? taxonomy : version;
  return (
    <>
      {query.error && !query.data && (
        <PageHeader
          title="Taxonomy"
          crumbs={[
            { label: "Taxonomies", href: "/taxonomies" },
            { label: visible(`${slug} ${wanted ?? ""}`) },
          ]}
        />
      )}
      <Loaded query={query as typeof version} label="Loading the version">
        {(data) => <Version document={data} taxonomy={taxonomy.data} />}
      </Loaded>
    </>
  );
}

function Version({
  document,
  taxonomy,
}: {
  document: VersionDocument;
  taxonomy: TaxonomyDocument | undefined;
}) {
  const [search, setSearch] = useSearchParams();
  const tab = search.get("part") ?? "defects";
  const { number, counts } = document;
  return (
    <>
      <PageHeader
        title={
          <>
            <Text>{document.title}</Text> {number} <StateBadge state={document.state} />
          </>
        }
        tab={`${visible(document.title)} ${number}`}
        lead={<Text>{document.summary}</Text>}
        crumbs={[
          { label: "Taxonomies", href: "/taxonomies" },
          { label: `${visible(document.title)} ${number}` },
        ]}
        actions={<Actions document={document} taxonomy={taxonomy} />}
      />
      <p className="muted row">
        <span>
          {plural(counts.dimensions, "dimension")}, {plural(counts.defects, "defect")}
          {counts.sub_defects > 0 && `, ${plural(counts.sub_defects, "sub-defect")}`}
        </span>
        {document.published_at && (
          <span>
            {document.imported_as_published ? "imported as published" : "published"}{" "}
            {formatDay(document.published_at)}
            {document.published_by && ` by ${visible(document.published_by)}`}
          </span>
        )}
        <span>
          {counts.examples - counts.pictures_missing} of {plural(counts.examples, "example")} with a picture
        </span>
      </p>
      <Tabs
        label="Parts of the version"
        selected={tab}
        onSelect={(part) => setSearch(part === "defects" ? {} : { part }, { replace: true })}
        tabs={[
          { id: "defects", label: "Defects", content: <Defects document={document} /> },
          { id: "scales", label: "Scales", content: <Scales document={document} /> },
          { id: "about", label: "Groups, figures, sources", content: <About document={document} /> },
          {
            id: "retired",
            label: `Retired (${document.retired_concepts.length})`,
            content: <Retired document={document} />,
          },
        ]}
      />
      <KeyHelp />
    </>
  );
}

function Actions({
  document,
  taxonomy,
}: {
  document: VersionDocument;
  taxonomy: TaxonomyDocument | undefined;
}) {
  const [, go] = useLocation();
  const { slug, number } = document;
  const versions = taxonomy?.versions ?? [];
  const older = versions[versions.findIndex((one) => one.number === number) + 1]?.number;
  const before = versions.find((one) => one.number === document.previous_version)?.number ?? older;
  return (
    <>
      {versions.length > 1 && (
        <Menu
          button={`Version ${number}`}
          onGo={go}
          entries={versions.map((one) => ({
            id: one.number,
            label: one.number,
            hint: one.state,
            href: versionPath(slug, one.number),
            isCurrent: one.number === number,
          }))}
        />
      )}
      {taxonomy?.may_edit && <LinkButton href={draftPath(slug)}>Edit in a draft</LinkButton>}
      {before && <LinkButton href={diffPath(slug, before, number)}>Changes since {before}</LinkButton>}
      <LinkButton href={`/taxonomies/${slug}/board`}>Change requests</LinkButton>
      <LinkButton href={guidelinePath(slug, number)}>Print or share</LinkButton>
      <Menu
        button="Download"
        entries={(["yaml", "json", "skos", "xlsx", "csv"] as const).map((format) => ({
          id: format,
          label: {
            yaml: "YAML",
            json: "JSON",
            skos: "SKOS (Turtle)",
            xlsx: "Spreadsheet (XLSX)",
            csv: "Defects only (CSV)",
          }[format],
          run: () =>
            window.location.assign(addressOf(`/taxonomies/${slug}/versions/${number}/export`, { format })),
        }))}
      />
    </>
  );
}

function Defects({ document }: { document: VersionDocument }) {
  const [search, setSearch] = useSearchParams();
  const [, go] = useLocation();
  const field = useRef<HTMLInputElement>(null);
  const list = useRef<HTMLDivElement>(null);
  const written = search.get("q") ?? "";
  const query = useDeferredValue(written);
  const dimension = search.get("dimension");
  const index = useMemo(() => indexOf(document.dimensions), [document]);
  const hits = useMemo(() => find(index, query, dimension), [index, query, dimension]);
  const change = (name: string, value: string | null) =>
    setSearch(
      (now) => {
        const next = new URLSearchParams(now);
        if (value) next.set(name, value);
        else next.delete(name);
        return next;
      },
      { replace: true },
    );
  useCommands([
    {
      id: "taxonomy.search",
      label: "Search the defects",
      group: "Taxonomy",
      keys: ["/"],
      run: (event) => {
        event.preventDefault();
        field.current?.focus();
        field.current?.select();
      },
    },
  ]);
  return (
    <div className="version">
      <nav className="version-side" aria-label="Dimensions">
        <button type="button" aria-pressed={!dimension} onClick={() => change("dimension", null)}>
          <span>All dimensions</span>
          <span className="number">{document.counts.defects}</span>
        </button>
        {document.dimensions.map((one) => (
          <button
            key={one.id}
            type="button"
            aria-pressed={dimension === one.id}
            onClick={() => change("dimension", dimension === one.id ? null : one.id)}
          >
            <span>
              <span className="code-keys">{one.code}</span> <Text>{one.name}</Text>
            </span>
            <span className="number">{one.defects.length}</span>
          </button>
        ))}
      </nav>
      <div className="stack">
        <search className="version-search">
          <input
            ref={field}
            type="search"
            className="input"
            aria-label="Search the defects"
            placeholder="Search name, alias, translation, code or rule   ( / )"
            value={written}
            onChange={(event) => change("q", event.target.value)}
            onKeyDown={(event) => {
              const first = hits[0];
              if (event.key === "Enter" && first && written) {
                go(defectPath(document.slug, document.number, first.defect.id));
              }
              if (event.key === "ArrowDown") {
                event.preventDefault();
                list.current?.querySelector<HTMLElement>("a")?.focus();
              }
            }}
          />
          <span className="muted" role="status">
            {plural(hits.length, "defect")}
          </span>
        </search>
        <div className="stack loose" ref={list}>
          {hits.length === 0 && (
            <EmptyState title="No defect says this">Try another word, or look in all dimensions.</EmptyState>
          )}
          {query
            ? hits.length > 0 && (
                <Panel>
                  {hits.map((hit) => (
                    <DefectCard key={hit.defect.id} hit={hit} document={document} />
                  ))}
                </Panel>
              )
            : byDimension(hits).map(([first, ...rest]) => (
                <Panel
                  key={first.dimension.id}
                  title={
                    <>
                      <span className="code-keys">{first.dimension.code}</span>{" "}
                      <Text>{first.dimension.name}</Text>
                    </>
                  }
                  aside={<span className="muted">{plural(rest.length + 1, "defect")}</span>}
                >
                  <p className="muted">
                    <Text>{first.dimension.definition}</Text>
                  </p>
                  {[first, ...rest].map((hit) => (
                    <DefectCard key={hit.defect.id} hit={hit} document={document} />
                  ))}
                </Panel>
              ))}
        </div>
      </div>
    </div>
  );
}

function byDimension(hits: readonly Hit[]): [Hit, ...Hit[]][] {
  const found = new Map<string, [Hit, ...Hit[]]>();
  for (const hit of hits) {
    const group = found.get(hit.dimension.id);
    if (group) group.push(hit);
    else found.set(hit.dimension.id, [hit]);
  }
  return [...found.values()];
}
