import { useQuery } from "@tanstack/react-query";
import { Link } from "wouter";
import { api } from "../api/client";
import { keys } from "../api/keys";
import { LinkButton } from "../ui/Button";
import { formatCount, formatDay } from "../ui/format";
import { PageHeader } from "../ui/PageHeader";
import { Panel } from "../ui/Panel";
import { EmptyState, Loaded } from "../ui/States";
import { Table } from "../ui/Table";
import { ImportPanel } from "./ImportPanel";
import { StateBadge, Text } from "./Named";
import { diffPath, versionPath, type TaxonomyDocument, type TaxonomyList } from "./types";
import { visible } from "./visible";
import "./taxonomy.css";

/** Every taxonomy with its versions; owners bring files in here. */
export default function TaxonomiesPage() {
  const query = useQuery({
    queryKey: keys.taxonomies,
    queryFn: ({ signal }) => api.get<TaxonomyList>("/taxonomies", { signal }),
  });
  return (
    <>
      <PageHeader
        title="Taxonomies"
        lead="What counts as a defect, how bad it is and what follows. A published version never changes."
      />
      <Loaded query={query} label="Loading taxonomies">
        {(data) => (
          <>
            {data.taxonomies.length === 0 && (
              <EmptyState title="No taxonomy yet">
                {data.may_import
                  ? "Drop a taxonomy file below to begin."
                  : "A taxonomy owner brings one in; ask an administrator who that is."}
              </EmptyState>
            )}
            {data.taxonomies.map((one) => (
              <Taxonomy key={one.id} taxonomy={one} />
            ))}
            {data.may_import && <ImportPanel />}
          </>
        )}
      </Loaded>
    </>
  );
}

function Taxonomy({ taxonomy }: { taxonomy: TaxonomyDocument }) {
  const { slug, versions } = taxonomy;
  const newest = versions.find((one) => one.state === "published") ?? versions[0];
  return (
    <Panel
      title={
        newest ? (
          <Link href={versionPath(slug, newest.number)}>{visible(taxonomy.title)}</Link>
        ) : (
          <Text>{taxonomy.title}</Text>
        )
      }
      aside={
        <span className="muted">
          {taxonomy.owners.length > 0
            ? `Owned by ${taxonomy.owners.map((owner) => visible(owner.name)).join(", ")}`
            : "Owned by the installation"}
        </span>
      }
    >
      <Table
        caption={`Versions of ${visible(taxonomy.title)}`}
        hideCaption
        rows={versions}
        rowKey={(one) => one.id}
        columns={[
          {
            key: "number",
            head: "Version",
            isRowHead: true,
            cell: (one) => <Link href={versionPath(slug, one.number)}>{one.number}</Link>,
          },
          { key: "state", head: "State", cell: (one) => <StateBadge state={one.state} /> },
          { key: "published", head: "Published", cell: (one) => formatDay(one.published_at) },
          {
            key: "dimensions",
            head: "Dimensions",
            numeric: true,
            cell: (one) => formatCount(one.counts.dimensions),
          },
          { key: "defects", head: "Defects", numeric: true, cell: (one) => formatCount(one.counts.defects) },
          {
            key: "pictures",
            head: "Pictures",
            numeric: true,
            cell: (one) => formatCount(one.counts.examples - one.counts.pictures_missing),
          },
          {
            key: "missing",
            head: "Missing",
            numeric: true,
            cell: (one) => formatCount(one.counts.pictures_missing),
          },
          {
            key: "changes",
            head: <span className="visually-hidden">Changes</span>,
            cell: (one) => {
              const before = versions[versions.indexOf(one) + 1];
              return (
                before && (
                  <LinkButton small kind="quiet" href={diffPath(slug, before.number, one.number)}>
                    Changes since {before.number}
                  </LinkButton>
                )
              );
            },
          },
        ]}
      />
    </Panel>
  );
}
