import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useLocation, useParams, useSearch } from "wouter";
import { api } from "../api/client";
import { keys } from "../api/keys";
import type { components } from "../api/schema";
import { Badge } from "../ui/Badge";
import { Button } from "../ui/Button";
import { SelectField } from "../ui/fields";
import { formatCount, formatMoment, plural } from "../ui/format";
import { PageHeader } from "../ui/PageHeader";
import { Panel } from "../ui/Panel";
import { ProgressBar } from "../ui/ProgressBar";
import { EmptyState, Loaded } from "../ui/States";
import { Table, type Column } from "../ui/Table";
import { useToast } from "../ui/Toast";
import { ExportDetails } from "./ExportDetails";
import { manifestOf } from "./manifest";

type Export = components["schemas"]["Export"];
type Exports = components["schemas"]["ExportList"];
type Campaigns = components["schemas"]["CampaignList"];
type Format = components["schemas"]["ExportRequest"]["format"];

const FORMATS: readonly { value: Format; label: string }[] = [
  { value: "jsonl", label: "JSONL: one record per image, for training detectors" },
  { value: "csv", label: "CSV: one row per image and defect, for spreadsheets" },
  { value: "coco", label: "COCO: boxes and polygons in pixels" },
];
const STATES = {
  queued: { label: "waiting", tone: "neutral" },
  running: { label: "building", tone: "info" },
  done: { label: "done", tone: "ok" },
  failed: { label: "failed", tone: "error" },
} as const;

/** Gold written to files: what was exported, what is in it, and what is missing. */
export default function ExportsPage() {
  const { project = "" } = useParams<{ project: string }>();
  const [, go] = useLocation();
  const asked = new URLSearchParams(useSearch()).get("campaign");
  const campaigns = useQuery({
    queryKey: keys.project(project, "campaigns"),
    queryFn: ({ signal }) =>
      api.get<Campaigns>(`/projects/${encodeURIComponent(project)}/campaigns`, { signal }),
  });
  return (
    <>
      <PageHeader
        title="Exports"
        crumbs={[{ label: project, href: "/" }, { label: "Exports" }]}
        lead="Gold labels as files with a manifest: the same data gives the same bytes."
      />
      <Loaded query={campaigns} label="Loading campaigns">
        {({ campaigns: rows }) => {
          const campaign = rows.find(({ id }) => id === asked)?.id ?? rows[0]?.id;
          if (campaign === undefined) {
            return (
              <EmptyState title="No campaign yet">Gold comes from campaigns; open one first.</EmptyState>
            );
          }
          return (
            <OfCampaign
              key={campaign}
              campaign={campaign}
              chooser={
                <SelectField
                  label="Campaign"
                  options={rows.map(({ id, name }) => ({ value: id, label: name }))}
                  value={campaign}
                  onChange={(id) => go(`/projects/${project}/exports?campaign=${id}`)}
                />
              }
            />
          );
        }}
      </Loaded>
    </>
  );
}

function OfCampaign({ campaign, chooser }: { campaign: string; chooser: React.ReactNode }) {
  const client = useQueryClient();
  const toast = useToast();
  const [format, setFormat] = useState<Format>("jsonl");
  const [chosen, setChosen] = useState<string | null>(null);
  const queryKey = keys.campaign(campaign, "exports");
  const query = useQuery({
    queryKey,
    queryFn: ({ signal }) => api.get<Exports>(`/campaigns/${campaign}/exports`, { signal }),
    refetchInterval: ({ state }) =>
      state.data?.exports.some((one) => one.state === "queued" || one.state === "running") ? 1500 : 30_000,
  });
  const request = useMutation({
    mutationFn: () => api.post<Export>(`/campaigns/${campaign}/exports`, { format }),
    onSuccess: (made) => {
      setChosen(made.id);
      return client.invalidateQueries({ queryKey });
    },
    onError: (error) => toast.error(error),
  });
  const rows = query.data?.exports;
  const shown = rows?.find(({ id }) => id === chosen) ?? rows?.[0];
  return (
    <>
      <Panel title="New export">
        <form
          className="form"
          onSubmit={(event) => {
            event.preventDefault();
            request.mutate();
          }}
        >
          {chooser}
          <SelectField label="Format" options={FORMATS} value={format} onChange={setFormat} />
          <div className="form-actions">
            <Button type="submit" kind="primary" isBusy={request.isPending}>
              Export gold
            </Button>
          </div>
        </form>
      </Panel>
      <Panel title="Exports of this campaign" flush>
        <Table
          caption="Exports, the newest first"
          hideCaption
          columns={columnsWith(setChosen)}
          rows={rows}
          rowKey={(row) => row.id}
          isSelected={(row) => row.id === shown?.id}
          error={query.error}
          onRetry={() => void query.refetch()}
          empty={<EmptyState title="Nothing exported yet">Choose a format above.</EmptyState>}
        />
      </Panel>
      {shown !== undefined && <ExportDetails row={shown} />}
    </>
  );
}

function columnsWith(onChoose: (id: string) => void): readonly Column<Export>[] {
  return [
    {
      key: "made",
      head: "Made",
      isRowHead: true,
      cell: (row) => (
        <Button kind="quiet" small onClick={() => onChoose(row.id)}>
          {formatMoment(row.created_at)}
        </Button>
      ),
    },
    { key: "format", head: "Format", cell: (row) => row.format.toUpperCase() },
    { key: "state", head: "State", cell: (row) => <State row={row} /> },
    {
      key: "images",
      head: "Images",
      numeric: true,
      cell: (row) => formatCount(manifestOf(row.manifest)?.counts.images ?? null),
    },
    {
      key: "labels",
      head: "Labels",
      numeric: true,
      cell: (row) => formatCount(manifestOf(row.manifest)?.counts.labels ?? null),
    },
    { key: "by", head: "By", cell: (row) => row.created_by ?? "–" },
  ];
}

function State({ row }: { row: Export }) {
  const { label, tone } = STATES[row.state];
  const manifest = manifestOf(row.manifest);
  if (row.state === "running") {
    return (
      <ProgressBar
        label="Building"
        value={row.progress_total === null ? null : row.progress_done}
        max={row.progress_total ?? 1}
        text={plural(row.progress_done, "image")}
      />
    );
  }
  return (
    <span className="row">
      <Badge tone={tone}>{label}</Badge>
      {manifest?.partial === true && <Badge tone="warn">partial</Badge>}
      {row.reason !== "" && <span className="muted">{row.reason}</span>}
    </span>
  );
}
