import { useQuery } from "@tanstack/react-query";
import { api } from "../api/client";
import { keys } from "../api/keys";
import type { components } from "../api/schema";
import { FilterBar } from "../images/FilterBar";
import { isFiltered, queryOf, type ImageFilter } from "../images/filters";
import { plural } from "../ui/format";
import type { Facets } from "./types";
import "../images/images.css";

interface ImageChoiceProps {
  project: string;
  filter: ImageFilter;
  onChange: (filter: ImageFilter) => void;
  error?: string | undefined;
}

/** Which images: the filters of the gallery, with how many fit right now. */
export function ImageChoice({ project, filter, onChange, error }: ImageChoiceProps) {
  const base = `/projects/${encodeURIComponent(project)}/images`;
  const facets = useQuery({
    queryKey: keys.project(project, "images", "facets"),
    queryFn: ({ signal }) => api.get<Facets>(`${base}/facets`, { signal }),
  });
  const query = queryOf(filter);
  const count = useQuery({
    queryKey: keys.project(project, "images", "count", query),
    queryFn: ({ signal }) =>
      api.get<components["schemas"]["GalleryPage"]>(base, { signal, query: { ...query, limit: 1 } }),
    placeholderData: (before) => before,
  });
  const total = count.data?.total;
  const all = facets.data?.images;
  return (
    <div className="stack tight">
      <FilterBar
        filter={filter}
        facets={facets.data}
        onChange={(name, value) => onChange({ ...filter, [name]: value })}
      />
      <p aria-live="polite" className={error ? "field-error" : "muted"}>
        {error ?? sentence(total, all, isFiltered(filter))}
      </p>
    </div>
  );
}

function sentence(total: number | undefined, all: number | undefined, isNarrowed: boolean): string {
  if (total === undefined) return "Counting the images…";
  if (!isNarrowed) return `All ${plural(total, "image")} of the project.`;
  return `${plural(total, "image")} ${total === 1 ? "fits" : "fit"}${all === undefined ? "" : ` of ${all.toLocaleString("en")}`}.`;
}
