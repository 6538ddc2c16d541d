import { Link } from "wouter";
import { addressOf } from "../api/client";
import { formatCount, formatMoment, formatShare, plural } from "../ui/format";
import { Panel } from "../ui/Panel";
import { EmptyState } from "../ui/States";
import { Table, type Column } from "../ui/Table";
import { strategyName } from "./RankForm";
import type { LatestRanking, Place, Ranking } from "./types";

interface RankingPanelProps {
  project: string;
  latest: LatestRanking;
  rankings: readonly Ranking[];
}

/** The queue before and after the last ranking, with the reasons. */
export function RankingPanel({ project, latest, rankings }: RankingPanelProps) {
  const { ranking } = latest;
  if (!ranking) {
    return (
      <Panel title="The queue">
        <EmptyState title="Not ranked yet">
          {latest.open_priority
            ? `${plural(latest.open_priority, "open Item")} wait in the order of arrival. Rank them, or run the whole loop.`
            : "No Item of this campaign is open."}
        </EmptyState>
      </Panel>
    );
  }
  const moved = latest.after.filter((one) => one.place !== one.previous).length;
  return (
    <Panel
      title="The queue, before and after"
      aside={
        <span className="hint">{`${moved} of the first ${latest.after.length} stood elsewhere before`}</span>
      }
    >
      <div className="stack">
        <Strip title="Before" places={latest.before} project={project} pick={(one) => one.previous} />
        <Strip title="After" places={latest.after} project={project} pick={(one) => one.place} />
        <div className="queue-table">
          <Table
            caption="First Items of the queue, with the reasons"
            columns={columnsFor(project)}
            rows={latest.after}
            rowKey={(one) => one.item}
            maxHeight="520px"
          />
        </div>
        <details>
          <summary>{`${plural(rankings.length, "ranking")} of this campaign`}</summary>
          <Table
            caption="Rankings, the newest first"
            hideCaption
            columns={HISTORY}
            rows={rankings}
            rowKey={(one) => one.id}
          />
        </details>
      </div>
    </Panel>
  );
}

interface StripProps {
  title: string;
  places: readonly Place[];
  project: string;
  pick: (place: Place) => number;
}

const IN_STRIP = 12;

function Strip({ title, places, project, pick }: StripProps) {
  return (
    <div>
      <h3>{title}</h3>
      <ol className="queue-strip">
        {places.slice(0, IN_STRIP).map((one) => (
          <li key={one.item}>
            <Thumbnail place={one} project={project} />
            <strong>{pick(one)}</strong>
            <span className="hint">{title === "After" ? `was ${one.previous}` : `now ${one.place}`}</span>
          </li>
        ))}
      </ol>
    </div>
  );
}

function Thumbnail({ place, project }: { place: Place; project: string }) {
  return (
    <Link href={`/projects/${project}/images?image=${place.image}`} className="queue-thumb">
      {place.withdrawn ? (
        <span className="muted">withdrawn</span>
      ) : (
        <img src={addressOf(`/images/${place.image}/thumbnail`)} alt={place.name} loading="lazy" />
      )}
    </Link>
  );
}

function columnsFor(project: string): Column<Place>[] {
  return [
    { key: "place", head: "Place", numeric: true, isRowHead: true, cell: (one) => formatCount(one.place) },
    { key: "before", head: "Before", numeric: true, cell: (one) => formatCount(one.previous) },
    { key: "image", head: "Image", cell: (one) => <Thumbnail place={one} project={project} /> },
    {
      key: "why",
      head: "Why here",
      cell: (one) => (
        <ul className="reasons">
          {one.reasons.map((reason) => (
            <li key={reason}>{reason}</li>
          ))}
        </ul>
      ),
    },
    {
      key: "probability",
      head: "Drawn at random with",
      numeric: true,
      cell: (one) => formatShare(one.inclusion_probability),
    },
    { key: "state", head: "State", cell: (one) => one.state },
  ];
}

const HISTORY: Column<Ranking>[] = [
  { key: "when", head: "When", isRowHead: true, cell: (one) => formatMoment(one.created_at) },
  { key: "strategy", head: "Strategy", cell: (one) => strategyName(one.strategy) },
  { key: "share", head: "Random share", numeric: true, cell: (one) => formatShare(one.random_share, 0) },
  { key: "seed", head: "Seed", numeric: true, cell: (one) => one.seed },
  { key: "items", head: "Items", numeric: true, cell: (one) => formatCount(one.written) },
  { key: "by", head: "Asked by", cell: (one) => one.created_by ?? "the program" },
  { key: "state", head: "State", cell: (one) => (one.reason ? `${one.state}: ${one.reason}` : one.state) },
];
