import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { api } from "../api/client";
import { keys } from "../api/keys";
import type { components } from "../api/schema";
import { hasRole, useSignedIn } from "../api/session";
import { visible } from "../taxonomy/visible";
import { Button } from "../ui/Button";
import { Tile } from "../ui/Gallery";
import { EmptyState, ErrorState, Skeleton } from "../ui/States";
import { SelectField, TextField, type Option } from "../ui/fields";
import { regionFrom, type Chosen } from "./examples";
import type { HeldDefect, HeldExample } from "./held";

type Schemas = components["schemas"];

/** An Image that may become the picture of an example. `says` is what is known of what it shows. */
export interface Candidate {
  image: string;
  name: string;
  project: string;
  thumbnail: string | null;
  says: Omit<Chosen, "sha256" | "source">;
}

interface SourceProps {
  onWanted: (candidate: Candidate) => void;
}

const PAGE = 24;

/** The projects whose pictures this person may take: where they lead or adjudicate. */
function useProjects(): { options: Option[]; nameOf: (slug: string) => string } {
  const session = useSignedIn();
  const usable = session.memberships
    .map((one) => one.project)
    .filter((one) => hasRole(session, one.slug, "lead") || hasRole(session, one.slug, "adjudicator"));
  return {
    options: usable.map((one) => ({ value: one.slug, label: visible(one.name) })),
    nameOf: (slug) => usable.find((one) => one.slug === slug)?.name ?? slug,
  };
}

function NoProject() {
  return (
    <EmptyState title="No project to take pictures from">
      Pictures come from projects in which you are lead or adjudicator.
    </EmptyState>
  );
}

export function CorpusTab({ onWanted }: SourceProps) {
  const projects = useProjects();
  const [project, setProject] = useState(projects.options[0]?.value ?? "");
  const [text, setText] = useState("");
  const [generator, setGenerator] = useState("");
  const base = `/projects/${encodeURIComponent(project)}/images`;
  const facets = useQuery({
    queryKey: keys.project(project, "images", "facets"),
    queryFn: ({ signal }) => api.get<Schemas["FacetsDocument"]>(`${base}/facets`, { signal }),
    enabled: project !== "",
  });
  const images = useInfiniteQuery({
    queryKey: keys.project(project, "images", "picker", text, generator),
    initialPageParam: "",
    queryFn: ({ signal, pageParam }) =>
      api.get<Schemas["GalleryPage"]>(base, {
        signal,
        query: { text, generator, limit: PAGE, cursor: pageParam },
      }),
    getNextPageParam: (page) => page.next ?? undefined,
    enabled: project !== "",
  });
  if (projects.options.length === 0) return <NoProject />;
  const rows = images.data?.pages.flatMap((page) => page.rows);
  return (
    <div className="stack">
      <div className="picker-filters">
        <SelectField label="Project" value={project} options={projects.options} onChange={setProject} />
        <TextField label="Prompt or name" isOptional value={text} onChange={setText} />
        <SelectField
          label="Generator"
          isOptional
          value={generator}
          options={[
            { value: "", label: "any" },
            ...(facets.data?.generator ?? []).map((one) => ({
              value: one.value,
              label: visible(one.label),
            })),
          ]}
          onChange={setGenerator}
        />
      </div>
      <Tiles
        label="Images of the project"
        candidates={rows?.map((row) => ({
          image: row.id,
          name: row.name,
          project: projects.nameOf(project),
          thumbnail: row.thumbnail_url,
          says: {},
        }))}
        caption={(one) => visible(one.name)}
        query={images}
        onWanted={onWanted}
      />
    </div>
  );
}

interface GoldProps extends SourceProps {
  slug: string;
  defect: HeldDefect;
  levels: readonly Option[];
  example: HeldExample;
}

export function GoldTab(props: GoldProps) {
  const { slug, defect, levels, example, onWanted } = props;
  const projects = useProjects();
  const [project, setProject] = useState(projects.options[0]?.value ?? "");
  const [picked, setCampaign] = useState<string | null>(null);
  const [value, setValue] = useState(example.kind === "negative" ? "absent" : "present");
  const [level, setLevel] = useState(example.kind === "positive" ? (example.severity ?? "") : "");
  const campaigns = useQuery({
    queryKey: keys.project(project, "campaigns"),
    queryFn: ({ signal }) =>
      api.get<Schemas["CampaignList"]>(`/projects/${encodeURIComponent(project)}/campaigns`, { signal }),
    enabled: project !== "",
  });
  const fitting = (campaigns.data?.campaigns ?? []).filter(
    (one) => one.version.taxonomy === slug && one.defects.some((other) => other.id === defect.id),
  );
  const campaign = fitting.find((one) => one.id === picked)?.id ?? fitting[0]?.id ?? "";
  const asked = value === "present" ? level : "";
  const gold = useInfiniteQuery({
    queryKey: keys.campaign(campaign, "gold", "picker", defect.id, value, asked),
    initialPageParam: "",
    queryFn: ({ signal, pageParam }) =>
      api.get<Schemas["CampaignGold"]>(`/campaigns/${campaign}/gold`, {
        signal,
        query: { concept: defect.id, value, level: asked, limit: PAGE, cursor: pageParam },
      }),
    getNextPageParam: (page) => page.next ?? undefined,
    enabled: campaign !== "",
  });
  if (projects.options.length === 0) return <NoProject />;
  const rows = gold.data?.pages.flatMap((page) => page.rows);
  return (
    <div className="stack">
      <div className="picker-filters">
        <SelectField label="Project" value={project} options={projects.options} onChange={setProject} />
        <SelectField
          label="Campaign"
          value={campaign || null}
          placeholder="none asks this defect"
          options={fitting.map((one) => ({ value: one.id, label: visible(one.name) }))}
          onChange={setCampaign}
        />
        <SelectField
          label="Gold says"
          value={value}
          options={[
            { value: "present", label: "present" },
            { value: "absent", label: "absent" },
          ]}
          onChange={setValue}
        />
        {value === "present" && (
          <SelectField
            label="Gold level"
            isOptional
            value={level}
            options={[{ value: "", label: "any" }, ...levels]}
            onChange={setLevel}
          />
        )}
      </div>
      {campaigns.isSuccess && fitting.length === 0 ? (
        <EmptyState title="No campaign of this project asks this defect" />
      ) : (
        <Tiles
          label="Images with gold"
          candidates={rows?.map((row) => ({
            image: row.image,
            name: `${defect.name}, ${row.level ?? row.value}`,
            project: projects.nameOf(project),
            thumbnail: row.thumbnail_url,
            says: {
              level: row.level,
              region: regionFrom(row.region),
              caption: captionFor(defect, row.value, row.level, levels),
            },
          }))}
          caption={(one) => one.says.level ?? value}
          query={gold}
          onWanted={onWanted}
        />
      )}
    </div>
  );
}

/** A first caption from the rule of the level; people sharpen it. */
function captionFor(
  defect: HeldDefect,
  value: string,
  level: string | null,
  levels: readonly Option[],
): string {
  if (value !== "present") return `Clean: nothing of “${defect.name}” is to be seen.`;
  const rule = level ? defect.severity[level]?.rule : undefined;
  const name = levels.find((one) => one.value === level)?.label ?? level;
  return [defect.name, [name, rule].filter(Boolean).join(": ")].filter(Boolean).join(", ");
}

interface TilesProps extends SourceProps {
  label: string;
  candidates: Candidate[] | undefined;
  caption: (candidate: Candidate) => string;
  query: {
    error: unknown;
    isPending: boolean;
    isFetching: boolean;
    hasNextPage: boolean;
    refetch: () => unknown;
    fetchNextPage: () => unknown;
  };
}

function Tiles({ label, candidates, caption, query, onWanted }: TilesProps) {
  if (query.error != null) return <ErrorState error={query.error} onRetry={() => void query.refetch()} />;
  if (candidates === undefined) return <Skeleton label="Loading images" shape="tiles" />;
  if (candidates.length === 0) return <EmptyState title="No image fits" />;
  return (
    <div className="stack">
      <div className="picker-tiles" role="list" aria-label={label}>
        {candidates.map((one) => (
          <div role="listitem" key={one.image}>
            <Tile
              item={{
                key: one.image,
                thumbnail: one.thumbnail,
                name: `Take ${visible(one.name)}`,
                caption: caption(one),
              }}
              onOpen={() => onWanted(one)}
            />
          </div>
        ))}
      </div>
      {query.hasNextPage && (
        <div>
          <Button disabled={query.isFetching} onClick={() => void query.fetchNextPage()}>
            Show more
          </Button>
        </div>
      )}
    </div>
  );
}
