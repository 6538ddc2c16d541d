import { useInfiniteQuery } from "@tanstack/react-query";
import { useState } from "react";
import { api } from "../api/client";
import { keys } from "../api/keys";
import { Badge } from "../ui/Badge";
import { SelectField } from "../ui/fields";
import { formatCount, plural } from "../ui/format";
import { Gallery } from "../ui/Gallery";
import { Panel } from "../ui/Panel";
import { Stat, Stats } from "../ui/Stat";
import { EmptyState, ErrorState, Skeleton } from "../ui/States";
import { Table, type Column } from "../ui/Table";
import {
  FATES,
  OUTCOMES,
  questionIn,
  type MoveCounts,
  type MovedConcept,
  type MovedFindings,
  type MoveRun,
} from "./types";

/** The numbers of a move: every finding has exactly one outcome. */
export function MoveNumbers({ counts }: { counts: MoveCounts }) {
  const review = Object.entries(counts.review);
  return (
    <div className="stack">
      <Stats>
        {OUTCOMES.map((outcome) => (
          <Stat
            key={outcome}
            label={outcome}
            value={formatCount(counts.outcomes[outcome])}
            n={counts.findings}
            of="findings"
            reason={FATES[outcome]}
          />
        ))}
      </Stats>
      <ul className="stack tight">
        <li>
          {plural(counts.answers, "answer")} carried; {plural(counts.merged, "finding")} on one region after a
          merge point to another.
        </li>
        <li>
          Stated absences that no longer hold, because the definition asks something else:{" "}
          {formatCount(counts.absences_lost)}.
        </li>
        <li>
          Gold: {formatCount(counts.gold.carried + counts.gold.mapped)} labels carried,{" "}
          {formatCount(counts.gold.queued)} held back until answered, {formatCount(counts.gold.archived)}{" "}
          archived.
        </li>
        <li>
          Verdicts: {formatCount(counts.verdicts_changed)} differ under the new version,{" "}
          {formatCount(counts.verdicts_open)} are “at least” until questions are answered.
        </li>
      </ul>
      {review.length > 0 && (
        <p>
          Questions to people:{" "}
          {review.map(([kind, number], place) => (
            <span key={kind}>
              {place > 0 && " · "}
              {questionIn(kind)} <strong className="number">{formatCount(number)}</strong>
            </span>
          ))}
        </p>
      )}
    </div>
  );
}

const COLUMNS: Column<MovedConcept>[] = [
  {
    key: "concept",
    head: "Found as",
    isRowHead: true,
    cell: (row) => (
      <>
        <kbd>{row.concept.code}</kbd> {row.concept.name}
      </>
    ),
  },
  ...OUTCOMES.map((outcome): Column<MovedConcept> => ({
    key: outcome,
    head: outcome,
    numeric: true,
    cell: (row) => formatCount(row.outcomes[outcome]),
  })),
  { key: "absences", head: "absences lost", numeric: true, cell: (row) => formatCount(row.absences_lost) },
  { key: "gold", head: "gold held back", numeric: true, cell: (row) => formatCount(row.gold_held_back) },
];

export function MovedConcepts({ counts }: { counts: MoveCounts }) {
  return (
    <Panel title="By defect" flush>
      <Table
        caption="What becomes of the findings of each defect"
        hideCaption
        columns={COLUMNS}
        rows={counts.concepts}
        rowKey={(row) => row.concept.id}
        empty={<EmptyState title="No finding yet">Only absences are carried.</EmptyState>}
      />
    </Panel>
  );
}

/** The findings behind the numbers, with their images. */
export function MovedGallery({ run }: { run: MoveRun }) {
  const [outcome, setOutcome] = useState("queued");
  const query = useInfiniteQuery({
    queryKey: keys.campaign(run.campaign, "move", run.id, run.state, outcome),
    initialPageParam: "",
    queryFn: ({ pageParam, signal }) =>
      api.get<MovedFindings>(`/migrations/${run.id}/findings`, {
        signal,
        query: { outcome, cursor: pageParam, limit: 24 },
      }),
    getNextPageParam: (last) => last.next ?? undefined,
  });
  const found = (query.data?.pages ?? []).flatMap((page) => page.findings);
  return (
    <Panel
      title="Findings"
      aside={
        <SelectField
          label="Outcome"
          value={outcome}
          onChange={setOutcome}
          options={OUTCOMES.map((one) => ({ value: one, label: `${one}: ${FATES[one]}` }))}
        />
      }
    >
      {query.error && <ErrorState error={query.error} onRetry={() => void query.refetch()} />}
      {query.isPending && <Skeleton label="Loading findings" lines={4} />}
      {query.data && found.length === 0 && (
        <EmptyState title={`No finding is ${outcome}`}>Choose another outcome.</EmptyState>
      )}
      {found.length > 0 && (
        <Gallery
          label={`Findings that are ${outcome}`}
          onNeedMore={query.hasNextPage ? () => void query.fetchNextPage() : undefined}
          items={found.map((one) => ({
            key: one.id,
            thumbnail: one.thumbnail_url,
            name: `${one.was.name}: ${one.outcome}`,
            caption: (
              <>
                <strong>{one.was.code}</strong> {one.level ?? ""} →{" "}
                {one.becomes.join(" or ") || one.reason || "archived"} {one.merged && <Badge>merged</Badge>}
              </>
            ),
          }))}
        />
      )}
    </Panel>
  );
}
