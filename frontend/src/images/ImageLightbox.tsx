import { useQuery } from "@tanstack/react-query";
import { api } from "../api/client";
import { keys } from "../api/keys";
import type { components } from "../api/schema";
import { Dialog } from "../ui/Dialog";
import { Lightbox } from "../ui/Lightbox";
import { Loaded } from "../ui/States";
import { ImageRecord } from "./ImageRecord";

type ImageDocument = components["schemas"]["ImageDocument"];
type Row = components["schemas"]["GalleryImageDocument"];

interface ImageLightboxProps {
  project: string;
  image: string;
  /** The gallery around it, for its neighbours. */
  rows: readonly Row[];
  onImage: (image: string) => void;
  onClose: () => void;
}

/** One image large with its record; a tombstone has no picture. */
export function ImageLightbox({ project, image, rows, onImage, onClose }: ImageLightboxProps) {
  const query = useQuery({
    queryKey: keys.image(image),
    queryFn: ({ signal }) => api.get<ImageDocument>(`/images/${image}`, { signal }),
  });
  const place = rows.findIndex((row) => row.id === image);
  const name = query.data?.name ?? rows[place]?.name ?? "Image";
  const side = (
    <Loaded query={query} label="Loading the record">
      {(data) => <ImageRecord project={project} image={data} />}
    </Loaded>
  );
  if (query.error != null || query.data?.original_url === null) {
    return (
      <Dialog title={name} isOpen onClose={onClose} size="wide">
        {side}
      </Dialog>
    );
  }
  return (
    <Lightbox
      title={name}
      image={`/api/v1/images/${image}/original`}
      alt={query.data?.prompt || name}
      index={Math.max(place, 0)}
      count={place < 0 ? 1 : rows.length}
      onIndex={(index) => {
        const row = rows[index];
        if (row) onImage(row.id);
      }}
      onClose={onClose}
    >
      {side}
    </Lightbox>
  );
}
