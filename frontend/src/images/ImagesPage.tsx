import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { useCallback, useState } from "react";
import { useLocation, useParams, useSearch } from "wouter";
import { api } from "../api/client";
import { keys } from "../api/keys";
import type { components } from "../api/schema";
import { hasRole, useSignedIn } from "../api/session";
import { Button, LinkButton } from "../ui/Button";
import { Segments } from "../ui/fields";
import { formatCount, plural } from "../ui/format";
import { Gallery, type GalleryItem } from "../ui/Gallery";
import { PageHeader } from "../ui/PageHeader";
import { EmptyState, ErrorState, Skeleton } from "../ui/States";
import { FilterBar } from "./FilterBar";
import { changed, filterFrom, isFiltered, queryOf } from "./filters";
import { ImageLightbox } from "./ImageLightbox";
import { WithdrawDialog } from "./WithdrawDialog";
import "./images.css";

type Page = components["schemas"]["GalleryPage"];
type Row = components["schemas"]["GalleryImageDocument"];
type Facets = components["schemas"]["FacetsDocument"];

const PAGE = 100;

/** All images of a project, filtered by how they were made. */
export default function ImagesPage() {
  const { project = "" } = useParams<{ project: string }>();
  const session = useSignedIn();
  const search = new URLSearchParams(useSearch());
  const [, go] = useLocation();
  const filter = filterFrom(search);
  const base = `/projects/${encodeURIComponent(project)}`;
  const images = useImages(project, search);
  const facets = useQuery({
    queryKey: keys.project(project, "images", "facets"),
    queryFn: ({ signal }) => api.get<Facets>(`${base}/images/facets`, { signal }),
  });
  const rows = images.data?.pages.flatMap((page) => page.rows);
  const total = images.data?.pages[0]?.total ?? 0;
  const [selected, setSelected] = useState<ReadonlySet<string> | null>(null);
  const [isWithdrawing, setWithdrawing] = useState(false);
  const text = search.toString();
  const set = useCallback(
    (name: string, value: string) => {
      const next = changed(new URLSearchParams(text), name, value).toString();
      go(`${base}/images${next ? `?${next}` : ""}`, { replace: true });
    },
    [base, go, text],
  );
  const isLead = hasRole(session, project, "lead");
  const name = session.memberships.find((one) => one.project.slug === project)?.project.name ?? project;
  const toggle = (id: string) => {
    const next = new Set(selected);
    if (!next.delete(id)) next.add(id);
    setSelected(next);
  };
  return (
    <>
      <PageHeader
        title="Images"
        crumbs={[{ label: name, href: "/" }, { label: "Images" }]}
        lead={facets.data && <Lead facets={facets.data} />}
        actions={
          isLead && (
            <LinkButton kind="primary" href={`${base}/imports/new`}>
              Import images
            </LinkButton>
          )
        }
      />
      <FilterBar filter={filter} facets={facets.data} onChange={set} />
      <div className="row between image-bar">
        <span className="muted" role="status">
          {rows && (isFiltered(filter) ? `${plural(total, "image")} fit the filter` : plural(total, "image"))}
        </span>
        <div className="row">
          {isFiltered(filter) && (
            <Button kind="quiet" onClick={() => go(`${base}/images`)}>
              Clear filters
            </Button>
          )}
          <Segments
            label="Which images"
            options={[
              { value: "", label: "In the project" },
              {
                value: "true",
                label: `Withdrawn${facets.data ? ` (${formatCount(facets.data.withdrawn)})` : ""}`,
              },
            ]}
            value={filter.withdrawn}
            onChange={(value) => {
              setSelected(null);
              set("withdrawn", value);
            }}
          />
          {isLead && !filter.withdrawn && selected === null && (rows?.length ?? 0) > 0 && (
            <Button onClick={() => setSelected(new Set())}>Select</Button>
          )}
        </div>
      </div>
      {selected !== null && (
        <SelectionBar
          count={selected.size}
          loaded={rows?.length ?? 0}
          onAll={() => setSelected(new Set(rows?.map((row) => row.id)))}
          onDone={() => setSelected(null)}
          onWithdraw={() => setWithdrawing(true)}
        />
      )}
      {images.error != null && <ErrorState error={images.error} onRetry={() => void images.refetch()} />}
      {rows === undefined && images.error == null && (
        <Skeleton label="Loading images" shape="tiles" lines={12} />
      )}
      {rows?.length === 0 && (
        <Nothing
          base={base}
          isAtAll={facets.data?.images === 0}
          withdrawn={filter.withdrawn}
          isLead={isLead}
        />
      )}
      {rows && rows.length > 0 && (
        <Gallery
          label="Images"
          items={rows.map(itemOf)}
          isSelected={(item) => selected?.has(item.key) ?? false}
          onOpen={(index) => {
            const row = rows[index];
            if (!row) return;
            if (selected === null) set("image", row.id);
            else toggle(row.id);
          }}
          onNeedMore={
            images.hasNextPage && !images.isFetching ? () => void images.fetchNextPage() : undefined
          }
        />
      )}
      {search.get("image") && (
        <ImageLightbox
          project={project}
          image={search.get("image") ?? ""}
          rows={rows ?? []}
          onImage={(id) => set("image", id)}
          onClose={() => set("image", "")}
        />
      )}
      <WithdrawDialog
        project={project}
        choice={isWithdrawing && selected ? { images: [...selected] } : null}
        onClose={() => setWithdrawing(false)}
        onDone={() => setSelected(null)}
      />
    </>
  );
}

function useImages(project: string, search: URLSearchParams) {
  const filter = filterFrom(search);
  return useInfiniteQuery({
    queryKey: keys.project(project, "images", "gallery", filter),
    queryFn: ({ signal, pageParam }) =>
      api.get<Page>(`/projects/${encodeURIComponent(project)}/images`, {
        signal,
        query: { ...queryOf(filter), cursor: pageParam, limit: PAGE },
      }),
    initialPageParam: "",
    getNextPageParam: (page: Page) => page.next,
    placeholderData: (before) => before,
  });
}

function itemOf(row: Row): GalleryItem {
  return {
    key: row.id,
    thumbnail: row.thumbnail_url,
    name: row.prompt || row.name,
    caption: (
      <>
        <bdi className="clip">{row.name}</bdi>
        <span className="muted clip">{row.generator || `${row.width} × ${row.height}`}</span>
      </>
    ),
  };
}

function Lead({ facets }: { facets: Facets }) {
  const parts = [plural(facets.images, "image"), `${formatCount(facets.with_prompt)} with a prompt`];
  if (facets.with_reference > 0) parts.push(`${formatCount(facets.with_reference)} with a reference image`);
  if (facets.generator.length > 0) parts.push(plural(facets.generator.length, "generator"));
  return <>{parts.join(", ")}.</>;
}

interface SelectionBarProps {
  count: number;
  loaded: number;
  onAll: () => void;
  onDone: () => void;
  onWithdraw: () => void;
}

function SelectionBar({ count, loaded, onAll, onDone, onWithdraw }: SelectionBarProps) {
  return (
    <div className="panel row image-selection">
      <strong role="status">{plural(count, "image")} selected</strong>
      <Button small kind="quiet" onClick={onAll}>
        Select the {formatCount(loaded)} shown
      </Button>
      <span className="push" />
      <Button small kind="danger" disabled={count === 0} onClick={onWithdraw}>
        Withdraw
      </Button>
      <Button small onClick={onDone}>
        Done
      </Button>
    </div>
  );
}

interface NothingProps {
  base: string;
  isAtAll: boolean;
  withdrawn: string;
  isLead: boolean;
}

function Nothing({ base, isAtAll, withdrawn, isLead }: NothingProps) {
  if (withdrawn)
    return <EmptyState title="No image was withdrawn">Withdrawn images leave a tombstone here.</EmptyState>;
  if (!isAtAll)
    return <EmptyState title="No image fits the filter">Take away a filter or clear them all.</EmptyState>;
  return (
    <EmptyState
      title="This project has no images yet"
      actions={isLead && <LinkButton href={`${base}/imports/new`}>Import images</LinkButton>}
    >
      Images come in from this computer, from a ZIP, or from a folder of the server.
    </EmptyState>
  );
}
