import { useWindowVirtualizer } from "@tanstack/react-virtual";
import { useEffect, useLayoutEffect, useRef, useState, type ReactNode } from "react";
import { Link } from "wouter";

export interface GalleryItem {
  key: string;
  /** Address of the thumbnail; null where there is none (withdrawn, broken). */
  thumbnail: string | null;
  /** What assistive technology calls the picture. */
  name: string;
  /** Under the picture: a few words, badges. */
  caption?: ReactNode;
  href?: string;
}

export interface GalleryProps {
  label: string;
  items: readonly GalleryItem[];
  /** Without it (and without item.href) tiles are plain pictures. */
  onOpen?: (index: number) => void;
  isSelected?: (item: GalleryItem) => boolean;
  /** Called when the end comes near; load the next page then. */
  onNeedMore?: (() => void) | undefined;
  /** Least width of a tile in CSS pixels. */
  tile?: number;
}

const GAP = 12;

/** Any number of thumbnails; only those near the window are in the page. */
export function Gallery({ label, items, onOpen, isSelected, onNeedMore, tile = 176 }: GalleryProps) {
  const frame = useRef<HTMLDivElement>(null);
  const { width, top } = useBox(frame);
  const columns = Math.max(1, Math.floor((width + GAP) / (tile + GAP)));
  const rows = Math.ceil(items.length / columns);

  const virtual = useWindowVirtualizer({
    count: rows,
    estimateSize: () => (width - GAP * (columns - 1)) / columns + 40 + GAP,
    overscan: 3,
    scrollMargin: top,
  });
  const shown = virtual.getVirtualItems();
  const last = shown.at(-1)?.index ?? 0;
  useEffect(() => {
    if (rows > 0 && last >= rows - 3) onNeedMore?.();
  }, [last, rows, onNeedMore]);
  return (
    <div
      ref={frame}
      role="list"
      aria-label={label}
      className="gallery-inner"
      style={{ height: virtual.getTotalSize() }}
    >
      {shown.map((row) => (
        <div
          key={row.key}
          ref={virtual.measureElement}
          data-index={row.index}
          role="presentation"
          className="gallery-row"
          style={{
            gridTemplateColumns: `repeat(${columns}, minmax(0, 1fr))`,
            paddingBottom: GAP,
            transform: `translateY(${row.start - top}px)`,
          }}
        >
          {items.slice(row.index * columns, (row.index + 1) * columns).map((item, place) => (
            <div role="listitem" key={item.key}>
              <Tile
                item={item}
                isSelected={isSelected?.(item)}
                onOpen={onOpen && (() => onOpen(row.index * columns + place))}
              />
            </div>
          ))}
        </div>
      ))}
    </div>
  );
}

interface TileProps {
  item: GalleryItem;
  isSelected?: boolean | undefined;
  onOpen?: (() => void) | undefined;
}

/** One thumbnail, also for short lists that need no Gallery. */
export function Tile({ item, isSelected, onOpen }: TileProps) {
  const inside = (
    <>
      <Thumbnail address={item.thumbnail} />
      <span className="visually-hidden">{item.name}</span>
      {item.caption && <span className="thumb-text">{item.caption}</span>}
    </>
  );
  if (item.href) {
    return (
      <Link href={item.href} className="thumb">
        {inside}
      </Link>
    );
  }
  if (!onOpen) return <div className="thumb">{inside}</div>;
  return (
    <button
      type="button"
      className="thumb"
      aria-pressed={isSelected}
      onClick={onOpen}
      style={{ width: "100%" }}
    >
      {inside}
    </button>
  );
}

function Thumbnail({ address }: { address: string | null }) {
  const [broken, setBroken] = useState<string | null>(null);
  if (address === null || broken === address) return <span className="thumb-broken">No picture</span>;
  return <img src={address} alt="" loading="lazy" decoding="async" onError={() => setBroken(address)} />;
}

function useBox(frame: React.RefObject<HTMLElement | null>): { width: number; top: number } {
  const [box, setBox] = useState({ width: 960, top: 0 });
  useLayoutEffect(() => {
    const element = frame.current;
    if (!element) return;
    const measure = () => {
      const { width, top } = element.getBoundingClientRect();
      if (width > 0) setBox({ width, top: top + window.scrollY });
    };
    measure();
    const observer = new ResizeObserver(measure);
    observer.observe(element);
    observer.observe(document.body);
    return () => observer.disconnect();
  }, [frame]);
  return box;
}
