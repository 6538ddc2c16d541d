import { LineBand } from "../charts/LineBand";
import { Badge } from "../ui/Badge";
import { LinkButton } from "../ui/Button";
import { formatCount, formatDay, formatMoment, formatSeconds, formatShare, plural } from "../ui/format";
import { Facts, Panel } from "../ui/Panel";
import { EmptyState } from "../ui/States";
import { Table, type Column } from "../ui/Table";
import { burnUp, findingOf } from "./burnup";
import type { AtWork, Campaign, Progress } from "./types";
import { KINDS, labelIn, REGIONS, RULES } from "./words";

export function BurnUp({ progress, today }: { progress: Progress; today: string }) {
  const { counts, days } = progress;
  const points = burnUp(counts, days, today);
  return (
    <Panel>
      {points.length === 0 ? (
        <EmptyState title="No answer in the last 30 days">The line starts with the first answer.</EmptyState>
      ) : (
        <LineBand
          title="Answers over time"
          finding={findingOf(counts, days)}
          series={[{ key: "answers", label: "Answers", points }]}
          x="time"
          xLabel="Day (UTC)"
          yLabel="Answers so far"
          yDomain={[0, Math.max(1, counts.answers_needed, counts.answers)]}
          references={[{ at: counts.answers_needed, label: "needed" }]}
          format={(value) => formatCount(Math.round(value))}
          height={220}
        />
      )}
    </Panel>
  );
}

const PEOPLE: Column<AtWork>[] = [
  {
    key: "who",
    head: "Reviewer",
    isRowHead: true,
    cell: (one) => (
      <>
        {one.pseudonym} <span className="muted">{one.name}</span>
      </>
    ),
  },
  { key: "answered", head: "Answered", numeric: true, cell: (one) => formatCount(one.answered) },
  {
    key: "pace",
    head: "Median per answer",
    numeric: true,
    cell: (one) => (one.median_seconds === null ? "–" : formatSeconds(one.median_seconds)),
  },
  { key: "skipped", head: "Skipped", numeric: true, cell: (one) => formatCount(one.skipped) },
  {
    key: "holding",
    head: "Holds now",
    numeric: true,
    cell: (one) => (one.holding > 0 ? <Badge tone="info">{one.holding}</Badge> : "0"),
  },
  {
    key: "stale",
    head: "Ran out",
    numeric: true,
    cell: (one) => (one.stale > 0 ? <Badge tone="warn">{one.stale}</Badge> : "0"),
  },
  { key: "last", head: "Last answer", cell: (one) => formatMoment(one.last_answer_at) },
];

export function PeopleAtWork({ people, project }: { people: readonly AtWork[]; project: string }) {
  const stale = people.reduce((sum, one) => sum + one.stale, 0);
  return (
    <Panel flush title="Who is at work">
      <Table
        caption="Reviewers of this campaign"
        hideCaption
        columns={PEOPLE}
        rows={people}
        rowKey={(one) => one.pseudonym}
        empty={
          <EmptyState
            title="Nobody has started yet"
            actions={<LinkButton href={`/projects/${project}/people`}>People of the project</LinkButton>}
          >
            Every reviewer of the project finds the campaign on their home page.
          </EmptyState>
        }
      />
      {stale > 0 && (
        <p className="hint panel-note">
          {plural(stale, "reservation")} ran out unanswered;{" "}
          {stale === 1 ? "its place is" : "their places are"} free for others. An answer that still comes is
          kept as extra.
        </p>
      )}
    </Panel>
  );
}

export function Policy({ campaign }: { campaign: Campaign }) {
  const { version, defects, context } = campaign;
  return (
    <Panel title="Policy">
      <Facts
        rows={[
          ["Kind", labelIn(KINDS, campaign.kind)],
          ["Version", `${version.title} ${version.version}`],
          ["Defects", <Asked key="asked" defects={defects} />],
          ["Images", imagesIn(campaign.image_choice)],
          ["Per Item", plural(campaign.annotations_per_item, "annotation")],
          ["Gold", labelIn(RULES, campaign.consensus_rule)],
          ["Audit share", formatShare(campaign.audit_share, 0)],
          ["Regions", labelIn(REGIONS, campaign.region_policy)],
          ["Verdict", campaign.asks_verdict ? "asked" : "not asked"],
          ["Keys", campaign.one_stroke_keys ? "one stroke" : null],
          ["Form", campaign.rates ? "rating" : null],
          ["Reserved for", minutes(campaign.lease_seconds)],
          ["Brief", context["brief"] ? "for all images" : null],
          ["Brand guide", context["brand_guide"] ? "for all images" : null],
          ["Opened", formatDay(campaign.created_at)],
          ["Closed", campaign.closed_at ? formatDay(campaign.closed_at) : null],
        ]}
      />
      {campaign.instructions && <p className="instructions">{campaign.instructions}</p>}
    </Panel>
  );
}

function minutes(seconds: number): string {
  return seconds % 60 === 0 ? `${seconds / 60} min` : formatSeconds(seconds);
}

function Asked({ defects }: { defects: Campaign["defects"] }) {
  return (
    <details>
      <summary>{plural(defects.length, "defect")}</summary>
      <ul className="asked">
        {defects.map((defect) => (
          <li key={defect.id}>
            <kbd>{defect.code}</kbd> {defect.name}
          </li>
        ))}
      </ul>
    </details>
  );
}

/** How the images were chosen, in words. The choice is stored as it was made: filter, sample and seed. */
export function imagesIn(choice: unknown): string {
  if (typeof choice !== "object" || choice === null) return "";
  const { filter, sample, seed, matching, chosen } = choice as Record<string, unknown>;
  const names = typeof filter === "object" && filter !== null ? Object.keys(filter) : [];
  const how =
    names.length > 0 ? `filtered by ${names.map((one) => one.replaceAll("_", " ")).join(", ")}` : "";
  if (typeof sample === "number" && typeof chosen === "number" && typeof matching === "number") {
    const drawn = `random sample of ${formatCount(chosen)} of ${formatCount(matching)}, seed ${String(seed)}`;
    return how ? `${drawn}, ${how}` : drawn;
  }
  return how || "all of the project";
}
