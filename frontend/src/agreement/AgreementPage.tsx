import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useParams, useSearchParams } from "wouter";
import { api } from "../api/client";
import { keys } from "../api/keys";
import type { components } from "../api/schema";
import { Notice } from "../ui/Badge";
import { Button, LinkButton } from "../ui/Button";
import { Segments, SelectField } from "../ui/fields";
import { formatMoment, plural } from "../ui/format";
import { PageHeader } from "../ui/PageHeader";
import { Stat, Stats } from "../ui/Stat";
import { EmptyState, Loaded } from "../ui/States";
import { Tabs } from "../ui/Tabs";
import { useToast } from "../ui/Toast";
import { type AgreementDocument, type Filters, type Report, type Sampling } from "./figures";
import { Levels } from "./Levels";
import { MixUps } from "./MixUps";
import { Overview } from "./Overview";
import { Reviewers } from "./Reviewers";
import "./agreement.css";

type Job = components["schemas"]["JobDocument"];

/** How far reviewers agree on each defect, and which definition is the weakest. */
export default function AgreementPage() {
  const { campaign = "", project = "" } = useParams<{ project: string; campaign: string }>();
  const [search, setSearch] = useSearchParams();
  const filters: Filters = {
    leastRank: Number(search.get("least_rank") ?? "1") || 1,
    reviewers: search.get("reviewers") ?? "",
  };
  const query = useQuery({
    queryKey: keys.campaign(campaign, "agreement", filters),
    queryFn: ({ signal }) =>
      api.get<AgreementDocument>(`/campaigns/${campaign}/agreement`, {
        signal,
        query: { least_rank: filters.leastRank, reviewers: filters.reviewers },
      }),
    placeholderData: (before) => before,
  });
  const set = (changes: Record<string, string | null>) =>
    setSearch(
      (before) => {
        const next = new URLSearchParams(before);
        for (const [name, value] of Object.entries(changes))
          if (value === null || value === "") next.delete(name);
          else next.set(name, value);
        return next;
      },
      { replace: true },
    );
  const home = `/projects/${project}/campaigns/${campaign}`;
  const shown = query.data;
  return (
    <>
      <PageHeader
        title="Agreement"
        tab={shown ? `Agreement · ${shown.campaign.name}` : "Agreement"}
        crumbs={[
          { label: "Campaigns", href: `/projects/${project}/campaigns` },
          { label: shown?.campaign.name ?? "Campaign", href: `${home}/dashboard` },
          { label: "Agreement" },
        ]}
        lead={shown?.report && shown.report.items_pairable > 0 ? shown.report.sentence : undefined}
        actions={<LinkButton href={`${home}/results`}>Results</LinkButton>}
      />
      <Loaded query={query} label="Loading the agreement report">
        {(document) => (
          <Body
            document={document}
            campaign={campaign}
            base={`${home}/agreement`}
            {...{ filters, search, set }}
          />
        )}
      </Loaded>
    </>
  );
}

interface BodyProps {
  document: AgreementDocument;
  campaign: string;
  base: string;
  filters: Filters;
  search: URLSearchParams;
  set: (changes: Record<string, string | null>) => void;
}

function Body({ document, campaign, base, filters, search, set }: BodyProps) {
  const { report, state } = document;
  if (!report || state === "outdated") {
    return (
      <>
        <ComputeNow campaign={campaign} hasReport={report !== null} />
        {report && <Shown document={document} report={report} {...{ base, filters, search, set }} />}
      </>
    );
  }
  return <Shown document={document} report={report} {...{ base, filters, search, set }} />;
}

function ComputeNow({ campaign, hasReport }: { campaign: string; hasReport: boolean }) {
  const client = useQueryClient();
  const toast = useToast();
  const [isBusy, setBusy] = useState(false);
  const compute = async () => {
    setBusy(true);
    try {
      let job = await api.post<Job>(`/campaigns/${campaign}/agreement`);
      for (let turn = 0; turn < 120 && (job.state === "queued" || job.state === "running"); turn += 1) {
        await new Promise((done) => setTimeout(done, 1_000));
        job = await api.get<Job>(`/jobs/${job.id}`);
      }
      if (job.state === "failed") toast.error(job.reason || "The report could not be computed.");
      await client.invalidateQueries({ queryKey: keys.campaign(campaign, "agreement") });
    } catch (error) {
      toast.error(error);
    } finally {
      setBusy(false);
    }
  };
  return (
    <Notice title={hasReport ? "There are newer answers" : "No report has been computed yet"}>
      <div className="row">
        <span>It is renewed each minute while people label.</span>
        <Button kind="primary" small isBusy={isBusy} onClick={() => void compute()}>
          Compute it now
        </Button>
      </div>
    </Notice>
  );
}

type ShownProps = Omit<BodyProps, "campaign"> & { report: Report };

function Shown({ document, report, base, filters, search, set }: ShownProps) {
  const sampling: Sampling = search.get("sampling") === "production" ? "production" : "queue";
  const narrow = filters.leastRank > 1 || filters.reviewers !== "";
  if (report.answers === 0 && !narrow) {
    return (
      <EmptyState title="No answers yet">
        Agreement needs two people who answered the same images. It appears here as soon as they have.
      </EmptyState>
    );
  }
  const production = report.sampling.production;
  const shared = { report, base, filters };
  return (
    <>
      <Stats>
        <Stat
          label="Images answered"
          value={report.items}
          n={report.sampling.queue.of}
          of="in the campaign"
          format={whole}
        />
        <Stat
          label="With two or more answers"
          value={report.items_pairable}
          reason="Agreement is counted on these"
          format={whole}
        />
        <Stat label="Answers" value={report.answers} reason={leftOut(report)} format={whole} />
        <Stat
          label="Reviewers"
          value={report.raters.length}
          reason={report.raters.map((one) => one.pseudonym).join(", ")}
          format={whole}
        />
        <Stat
          label="Taxonomy"
          value={document.campaign.version.version}
          reason={`${document.campaign.version.title}${document.computed_at ? ` · computed ${formatMoment(document.computed_at)}` : ""}`}
        />
      </Stats>
      <div className="filter-row">
        <SelectField
          label="Findings that count"
          value={String(filters.leastRank)}
          options={Array.from({ length: document.levels }, (_, at) => ({
            value: String(at + 1),
            label: at === 0 ? "All levels" : `Level ${at + 1} and worse`,
          }))}
          onChange={(value) => set({ least_rank: value === "1" ? null : value })}
        />
        <ReviewerFilter
          report={report}
          value={filters.reviewers}
          onChange={(value) => set({ reviewers: value })}
        />
        <Segments<Sampling>
          label="Which images"
          value={sampling}
          onChange={(value) => set({ sampling: value === "queue" ? null : value })}
          options={[
            { value: "queue", label: "In the queue" },
            { value: "production", label: "In production" },
          ]}
        />
      </div>
      <p className="hint">
        {sampling === "queue"
          ? `${plural(report.sampling.queue.items, "image")}: ${report.sampling.queue.words}. Right for training and definitions; for claims about all images take “In production”.`
          : production.available
            ? `${plural(production.items, "image")} that stand for all ${production.of}: ${production.words}.`
            : production.words}
      </p>
      {report.raters.length === 1 && !narrow && (
        <Notice title="One reviewer so far">
          Nobody can agree alone. Let a second person answer the same images, or raise the annotations per
          image of the campaign.
        </Notice>
      )}
      {report.raters.length > 1 && report.items_pairable === 0 && (
        <Notice title="No image has two answers yet">
          The reviewers have worked on different images so far.
        </Notice>
      )}
      <Tabs
        label="Parts of the report"
        selected={search.get("tab") ?? "overview"}
        onSelect={(tab) => set({ tab: tab === "overview" ? null : tab })}
        tabs={[
          { id: "overview", label: "Defects", content: <Overview {...shared} sampling={sampling} /> },
          {
            id: "reviewers",
            label: "Reviewers",
            content: <Reviewers {...shared} chosen={search.get("of")} onChoose={(of) => set({ of })} />,
          },
          { id: "mix-ups", label: "Mix-ups", content: <MixUps {...shared} /> },
          {
            id: "levels",
            label: "Levels",
            content: <Levels {...shared} chosen={search.get("of")} onChoose={(of) => set({ of })} />,
          },
        ]}
      />
    </>
  );
}

const whole = (value: number) => value.toLocaleString("en");

function leftOut(report: Report): string {
  const { late, after_reveal, withdrawn, test_items, repeats } = report.excluded;
  const parts = [
    late > 0 && `${late} late`,
    after_reveal > 0 && `${after_reveal} after a reveal`,
    withdrawn > 0 && `${withdrawn} on withdrawn images`,
    test_items > 0 && `${test_items} on test items`,
    repeats > 0 && `${repeats} repeats`,
  ].filter(Boolean);
  return parts.length > 0 ? `Left out: ${parts.join(", ")}` : "The latest blind answer of each person";
}

interface ReviewerFilterProps {
  report: Report;
  value: string;
  onChange: (value: string | null) => void;
}

/** All, or all but one: whether one person makes the difference. */
function ReviewerFilter({ report, value, onChange }: ReviewerFilterProps) {
  const [known, setKnown] = useState(report.raters);
  if (!value && known !== report.raters) setKnown(report.raters);
  const without = (id: string) =>
    known
      .map((one) => one.id)
      .filter((one) => one !== id)
      .join(",");
  const options = [
    { value: "", label: "All" },
    ...(known.length > 2
      ? known.map((one) => ({ value: without(one.id), label: `Without ${one.pseudonym}` }))
      : []),
  ];
  const isListed = options.some((one) => one.value === value);
  return (
    <SelectField
      label="Reviewers"
      value={value}
      options={isListed ? options : [...options, { value, label: "As in the address" }]}
      onChange={(next) => onChange(next || null)}
    />
  );
}
