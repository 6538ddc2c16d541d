import { useQuery } from "@tanstack/react-query";
import { useParams, useSearchParams } from "wouter";
import { Link } from "wouter";
import { api } from "../api/client";
import { keys } from "../api/keys";
import { Bars } from "../charts/Bars";
import { LinkButton } from "../ui/Button";
import { Segments } from "../ui/fields";
import { formatCount, formatNumber, formatShare, plural } from "../ui/format";
import { PageHeader } from "../ui/PageHeader";
import { Panel } from "../ui/Panel";
import { Stat, Stats } from "../ui/Stat";
import { EmptyState, Loaded } from "../ui/States";
import { Table } from "../ui/Table";
import { DefectBars } from "./DefectBars";
import { Generators } from "./Generators";
import { bothWritten, ends, imagesBehind, rateOf, VERDICT_WORDS } from "./results";
import type { Results, Sampling } from "./results";

/** What fails how often, and what becomes of the images. */
export default function ResultsPage() {
  const { campaign = "", project = "" } = useParams<{ project: string; campaign: string }>();
  const query = useQuery({
    queryKey: keys.campaign(campaign, "results"),
    queryFn: ({ signal }) => api.get<Results>(`/campaigns/${campaign}/results`, { signal }),
  });
  const home = `/projects/${project}/campaigns/${campaign}`;
  const shown = query.data;
  return (
    <>
      <PageHeader
        title="Results"
        tab={shown ? `Results · ${shown.campaign.name}` : "Results"}
        crumbs={[
          { label: "Campaigns", href: `/projects/${project}/campaigns` },
          { label: shown?.campaign.name ?? "Campaign", href: `${home}/dashboard` },
          { label: "Results" },
        ]}
        lead={shown && shown.images > 0 ? shown.sentence : undefined}
        actions={<LinkButton href={`${home}/agreement`}>Agreement</LinkButton>}
      />
      <Loaded query={query} label="Loading the results">
        {(results) =>
          results.images === 0 ? (
            <EmptyState title="No answers yet">
              The distribution of defects, verdicts and scores appears with the first answer.
            </EmptyState>
          ) : (
            <Shown results={results} base={`${home}/results`} />
          )
        }
      </Loaded>
    </>
  );
}

function Shown({ results, base }: { results: Results; base: string }) {
  const [search, setSearch] = useSearchParams();
  const sampling: Sampling = search.get("sampling") === "production" ? "production" : "queue";
  const { basis, production, score } = results;
  const behind = (choice: Record<string, string | boolean | null | undefined>) =>
    imagesBehind(base, { ...choice, production: sampling === "production" });
  const mean = sampling === "queue" ? score.queue : score.production;
  const accepted = results.verdicts.find((one) => one.verdict === "accept");
  const accepting = accepted && rateOf(accepted, sampling);
  return (
    <>
      <Stats>
        <Stat
          label="Images judged"
          value={results.images}
          n={results.images_of_campaign}
          of="in the campaign"
          format={(value) => formatCount(value)}
        />
        <Stat
          label="Resting on"
          value={`${formatCount(basis.gold)} gold`}
          reason={`${formatCount(basis.partly_gold)} partly gold, ${formatCount(basis.majority)} by majority of answers (${formatCount(basis.single_answer)} with one answer)`}
          link={
            <>
              <Link href={imagesBehind(base, { basis: "gold" })}>with gold</Link> ·{" "}
              <Link href={imagesBehind(base, { basis: "majority" })}>by majority</Link>
            </>
          }
        />
        <Stat
          label="Accepted as they are"
          value={accepting?.share ?? null}
          format={(value) => formatShare(value)}
          interval={ends(accepting?.interval)}
          n={accepting?.n ?? null}
          of="images"
          reason={accepting ? null : production.words}
        />
        <Stat
          label="Trend score"
          value={mean?.mean ?? null}
          interval={ends(mean?.interval)}
          n={mean?.n ?? null}
          of="images"
          reason={
            mean
              ? `from ${formatNumber(score.base, 0)} (clean) down to ${formatNumber(score.floor, 0)}; for trends, never for a verdict`
              : production.words
          }
          link={<Link href={behind({ scored: true })}>images</Link>}
        />
      </Stats>
      <div className="row">
        <Segments<Sampling>
          label="Which images"
          value={sampling}
          onChange={(value) =>
            setSearch(
              (before) => {
                const next = new URLSearchParams(before);
                if (value === "queue") next.delete("sampling");
                else next.set("sampling", value);
                return next;
              },
              { replace: true },
            )
          }
          options={[
            { value: "queue", label: "In the queue" },
            { value: "production", label: "In production" },
          ]}
        />
        <span className="hint">
          {sampling === "queue"
            ? `${plural(results.images, "image")} as they were labelled.`
            : production.available
              ? `${plural(production.items, "image")} that stand for all ${formatCount(production.of)}: ${production.words}.`
              : production.words}
        </span>
      </div>
      <DefectBars results={results} sampling={sampling} behind={behind} />
      <Verdicts results={results} sampling={sampling} behind={behind} />
      <Generators results={results} base={base} />
      <BothSamplings results={results} base={base} />
    </>
  );
}

interface PartProps {
  results: Results;
  sampling: Sampling;
  behind: (choice: Record<string, string | boolean | null | undefined>) => string;
}

function Verdicts({ results, sampling, behind }: PartProps) {
  const given = Object.entries(results.verdicts_given);
  const accepted = results.verdicts.find((one) => one.verdict === "accept");
  const rate = accepted && rateOf(accepted, sampling);
  const open = results.open_verdicts > 0 && (
    <>
      {" "}
      <Link href={behind({ verdict: "open" })}>{plural(results.open_verdicts, "image")}</Link> without a
      verdict yet: reviewers are split.
    </>
  );
  return (
    <Bars
      title="Verdicts"
      finding={
        <>
          {rate?.share == null
            ? "No verdict yet."
            : `${formatShare(rate.share)} of ${formatCount(rate.n)} images can be used as they are.`}
          {open}
          {given.length > 0 &&
            ` By hand reviewers said: ${given.map(([verdict, count]) => `${VERDICT_WORDS[verdict] ?? verdict} ${formatCount(count)}`).join(", ")} (answers).`}
        </>
      }
      rowLabel="Verdict"
      valueLabel="Share of images"
      nLabel="Images"
      rows={results.verdicts.map((one) => {
        const found = rateOf(one, sampling);
        return {
          key: one.verdict,
          label: VERDICT_WORDS[one.verdict] ?? one.verdict,
          value: found?.share ?? null,
          interval: ends(found?.interval),
          n: found?.count ?? null,
          reason: found ? (found.n === 0 ? "nothing assessed" : null) : "not available",
          href: behind({ verdict: one.verdict }),
        };
      })}
    />
  );
}

/** Both samplings beside each other, with n. */
function BothSamplings({ results, base }: { results: Results; base: string }) {
  return (
    <Panel
      title="In the queue and in production"
      aside={<span className="muted">{results.production.words}</span>}
      flush
    >
      <Table
        caption="Shares in the queue and in production"
        hideCaption
        rows={results.defects}
        rowKey={(one) => one.concept}
        columns={[
          { key: "name", head: "Defect", isRowHead: true, cell: (one) => one.name },
          {
            key: "queue",
            head: "In the queue",
            cell: (one) => (
              <Link href={imagesBehind(base, { defect: one.concept, value: "present" })}>
                {bothWritten(one.queue)}
              </Link>
            ),
          },
          {
            key: "production",
            head: "In production",
            cell: (one) =>
              one.production ? (
                <Link href={imagesBehind(base, { defect: one.concept, value: "present", production: true })}>
                  {bothWritten(one.production)}
                </Link>
              ) : (
                <span className="muted">not available</span>
              ),
          },
          {
            key: "gold",
            head: "Gold",
            numeric: true,
            cell: (one) => (
              <Link href={imagesBehind(base, { defect: one.concept, value: "decided", basis: "gold" })}>
                {formatCount(one.gold)}
              </Link>
            ),
          },
          {
            key: "majority",
            head: "By majority",
            numeric: true,
            cell: (one) => (
              <Link href={imagesBehind(base, { defect: one.concept, value: "decided", basis: "majority" })}>
                {formatCount(one.majority)}
              </Link>
            ),
          },
          {
            key: "undecided",
            head: "Undecided",
            numeric: true,
            cell: (one) => (
              <Link href={imagesBehind(base, { defect: one.concept, value: "undecided" })}>
                {formatCount(one.undecided)}
              </Link>
            ),
          },
          {
            key: "without",
            head: "Not assessed",
            numeric: true,
            cell: (one) => formatCount(one.not_assessed),
          },
        ]}
      />
    </Panel>
  );
}
