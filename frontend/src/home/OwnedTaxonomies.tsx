import { useQuery } from "@tanstack/react-query";
import { Link } from "wouter";
import { api } from "../api/client";
import { keys } from "../api/keys";
import type { TaxonomyList } from "../campaigns/types";
import { Badge } from "../ui/Badge";
import { LinkButton } from "../ui/Button";
import { plural } from "../ui/format";
import { Panel } from "../ui/Panel";
import { EmptyState, Loaded } from "../ui/States";

/** The taxonomies a person owns, with their newest version. */
export function OwnedTaxonomies({ mayCreate }: { mayCreate: boolean }) {
  const query = useQuery({
    queryKey: keys.taxonomies,
    queryFn: ({ signal }) => api.get<TaxonomyList>("/taxonomies", { signal }),
  });
  const owned = query.data?.taxonomies.filter((one) => one.may_edit);
  if (!mayCreate && !owned?.length) return null;
  return (
    <Panel title="Your taxonomies" aside={<Link href="/taxonomies">All taxonomies</Link>}>
      <Loaded query={query} label="Loading taxonomies">
        {() =>
          owned?.length === 0 ? (
            <EmptyState
              title="You own no taxonomy yet"
              actions={<LinkButton href="/taxonomies">Import one</LinkButton>}
            >
              A taxonomy says what a defect is: dimensions, defects, levels and pictures that teach them.
            </EmptyState>
          ) : (
            <ul className="campaign-lines">
              {owned?.map((one) => {
                const newest = one.versions[0];
                return (
                  <li key={one.id}>
                    <Link href={`/taxonomies/${one.slug}`}>{one.title}</Link>
                    {newest ? (
                      <span className="row">
                        {newest.number}
                        <Badge tone={newest.state === "published" ? "ok" : "neutral"}>
                          {newest.state.replaceAll("_", " ")}
                        </Badge>
                      </span>
                    ) : (
                      <span className="muted">no version</span>
                    )}
                    <span className="muted">
                      {newest &&
                        `${plural(newest.counts.defects, "defect")}, ${plural(newest.counts.pictures_missing, "picture")} missing`}
                    </span>
                  </li>
                );
              })}
            </ul>
          )
        }
      </Loaded>
    </Panel>
  );
}
