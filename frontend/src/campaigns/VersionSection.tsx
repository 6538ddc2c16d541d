import { useQuery } from "@tanstack/react-query";
import { useEffect } from "react";
import { api } from "../api/client";
import { keys } from "../api/keys";
import { LinkButton } from "../ui/Button";
import { SelectField } from "../ui/fields";
import { Panel } from "../ui/Panel";
import { EmptyState, ErrorState, Loaded, Skeleton } from "../ui/States";
import { DefectChecklist } from "./DefectChecklist";
import { activeDefects, MANY_DEFECTS } from "./plan";
import type { SectionProps } from "./PlanSections";
import type { TaxonomyList, Version } from "./types";

interface PublishedVersion {
  id: string;
  slug: string;
  title: string;
  number: string;
}

export function usePublishedVersions() {
  return useQuery({
    queryKey: keys.taxonomies,
    queryFn: ({ signal }) => api.get<TaxonomyList>("/taxonomies", { signal }),
  });
}

export function publishedIn(list: TaxonomyList): PublishedVersion[] {
  return list.taxonomies.flatMap(({ slug, title, versions }) =>
    versions
      .filter((version) => version.state === "published")
      .map((version) => ({ id: version.id, slug, title, number: version.number })),
  );
}

/** The chosen version in full, for its defects. */
export function useVersion(list: TaxonomyList | undefined, chosen: string | null) {
  const found = list ? publishedIn(list).find((one) => one.id === chosen) : undefined;
  return useQuery({
    queryKey: keys.taxonomy(found?.slug ?? "", "version", found?.number ?? ""),
    queryFn: ({ signal }) =>
      api.get<Version>(
        `/taxonomies/${found?.slug ?? ""}/versions/${encodeURIComponent(found?.number ?? "")}`,
        {
          signal,
        },
      ),
    enabled: found !== undefined,
    staleTime: Infinity,
  });
}

interface VersionSectionProps extends SectionProps {
  list: ReturnType<typeof usePublishedVersions>;
  version: ReturnType<typeof useVersion>;
}

export function VersionSection({ draft, change, errors, list, version }: VersionSectionProps) {
  const only = list.data ? publishedIn(list.data) : [];
  const single = only.length === 1 ? only[0]?.id : undefined;
  useEffect(() => {
    if (draft.version === null && single !== undefined) change({ version: single });
  }, [draft.version, single, change]);
  return (
    <Panel title="Version and defects">
      <Loaded query={list} label="Loading taxonomies">
        {(data) =>
          publishedIn(data).length === 0 ? (
            <EmptyState
              title="No published version yet"
              actions={<LinkButton href="/taxonomies">Go to taxonomies</LinkButton>}
            >
              A campaign asks the defects of one published version of a taxonomy. Import and publish one
              first.
            </EmptyState>
          ) : (
            <div className="stack">
              <SelectField
                label="Version"
                hint="Published, so it never changes while people label."
                options={publishedIn(data).map((one) => ({
                  value: one.id,
                  label: `${one.title} ${one.number}`,
                }))}
                value={draft.version}
                onChange={(next) => change({ version: next, defects: [] })}
                placeholder="Choose a version"
                error={errors["version"]}
              />
              {draft.version !== null && <Defects {...{ draft, change, errors, version }} />}
            </div>
          )
        }
      </Loaded>
    </Panel>
  );
}

function Defects({ draft, change, errors, version }: Omit<VersionSectionProps, "list">) {
  const { data, error, refetch } = version;
  const few = data && activeDefects(data).length <= MANY_DEFECTS ? data.id : null;
  useEffect(() => {
    // A small version is meant to be asked whole; from a big one the lead has to choose.
    if (data && few === data.id) change({ defects: activeDefects(data).map((defect) => defect.id) });
  }, [data, few, change]);
  if (error) return <ErrorState error={error} onRetry={() => void refetch()} />;
  if (!data) return <Skeleton label="Loading the defects" />;
  return (
    <DefectChecklist
      version={data}
      chosen={draft.defects}
      onChange={(defects) => change({ defects })}
      error={defectError(errors)}
    />
  );
}

function defectError(errors: Record<string, string>): string | undefined {
  return Object.entries(errors).find(([field]) => field === "defects" || field.startsWith("defects."))?.[1];
}
