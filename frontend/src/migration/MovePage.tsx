import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { Link, useParams } from "wouter";
import { api } from "../api/client";
import { keys } from "../api/keys";
import { hasRole, useSignedIn } from "../api/session";
import { Badge, Notice, type Tone } from "../ui/Badge";
import { Button } from "../ui/Button";
import { ConfirmDialog } from "../ui/ConfirmDialog";
import { Dialog } from "../ui/Dialog";
import { SelectField, TextArea } from "../ui/fields";
import { formatCount, formatDay, formatMoment, plural } from "../ui/format";
import { PageHeader } from "../ui/PageHeader";
import { Facts, Panel } from "../ui/Panel";
import { ProgressBar } from "../ui/ProgressBar";
import { EmptyState, ErrorState, Loaded } from "../ui/States";
import { useToast } from "../ui/Toast";
import type { Campaign } from "../campaigns/types";
import { MovedConcepts, MovedGallery, MoveNumbers } from "./MoveParts";
import { STATES, type CampaignMoves, type MoveRun } from "./types";

const TONES: Record<MoveRun["state"], Tone> = {
  preparing: "info",
  ready: "warn",
  active: "ok",
  rolled_back: "neutral",
  failed: "error",
};

/** A campaign's version: moving it to a later one, with the dry run before it and the way back. */
export default function MovePage() {
  const { project = "", campaign = "" } = useParams<{ project: string; campaign: string }>();
  const moves = useQuery({
    queryKey: keys.campaign(campaign, "moves"),
    queryFn: ({ signal }) => api.get<CampaignMoves>(`/campaigns/${campaign}/migrations`, { signal }),
    refetchInterval: ({ state }) =>
      state.data?.runs.some((run) => run.state === "preparing") ? 1200 : 30_000,
  });
  const detail = useQuery({
    queryKey: keys.campaign(campaign, "detail"),
    queryFn: ({ signal }) => api.get<Campaign>(`/campaigns/${campaign}`, { signal }),
  });
  const name = detail.data?.name ?? "Campaign";
  return (
    <>
      <PageHeader
        title="Version of the campaign"
        lead="Publishing moves no campaign. Moving one carries every label over in a layer of its own; the answers stay as they were given."
        crumbs={[
          { label: project, href: "/" },
          { label: name, href: `/projects/${project}/campaigns/${campaign}/dashboard` },
          { label: "Version" },
        ]}
      />
      <Loaded query={moves} label="Loading the versions">
        {(data) => <Moves project={project} campaign={campaign} data={data} />}
      </Loaded>
    </>
  );
}

interface MovesProps {
  project: string;
  campaign: string;
  data: CampaignMoves;
}

function Moves({ project, campaign, data }: MovesProps) {
  const session = useSignedIn();
  const isLead = hasRole(session, project, "lead");
  const open = data.runs.find((run) => run.state === "preparing" || run.state === "ready");
  const active = data.runs.find((run) => run.state === "active");
  const shown = open ?? active;
  return (
    <>
      {!open && isLead && <Choose campaign={campaign} data={data} />}
      {shown && <Run project={project} run={shown} isLead={isLead} isOpen={shown === open} />}
      <Panel title="History">
        {data.runs.length === 0 ? (
          <EmptyState title="Never moved">
            The campaign has had version {data.version.number} from the beginning.
          </EmptyState>
        ) : (
          <ul className="stack tight">
            {data.runs.map((run) => (
              <li key={run.id}>
                {run.from_version} → {run.to_version}{" "}
                <Badge tone={TONES[run.state]}>{STATES[run.state]}</Badge>{" "}
                <span className="muted">
                  {formatMoment(run.activated_at ?? run.created_at)}
                  {run.created_by && `, ${run.created_by}`}
                  {run.reason && `: ${run.reason}`}
                </span>
              </li>
            ))}
          </ul>
        )}
      </Panel>
    </>
  );
}

function Choose({ campaign, data }: { campaign: string; data: CampaignMoves }) {
  const client = useQueryClient();
  const [target, setTarget] = useState(data.targets[0]?.id ?? "");
  const [isBusy, setBusy] = useState(false);
  const [problem, setProblem] = useState<unknown>(null);
  const chosen = data.targets.find((one) => one.id === target);
  if (data.targets.length === 0) {
    return (
      <Notice>
        Version {data.version.number} is the newest one published. A later one appears here when its owner
        publishes it.
      </Notice>
    );
  }
  const prepare = async () => {
    setBusy(true);
    setProblem(null);
    await api.post(`/campaigns/${campaign}/migrations`, { version: target }).catch(setProblem);
    await client.invalidateQueries({ queryKey: keys.campaign(campaign, "moves") });
    setBusy(false);
  };
  return (
    <Panel title={`Move from ${data.version.number} to a later version`}>
      <form
        className="form"
        onSubmit={(event) => {
          event.preventDefault();
          void prepare();
        }}
      >
        <SelectField
          label="To version"
          value={target}
          onChange={setTarget}
          options={data.targets.map((one) => ({
            value: one.id,
            label: `${one.number}, published ${formatDay(one.published_at)}`,
          }))}
        />
        {chosen?.release_notes && <p className="instructions">{chosen.release_notes}</p>}
        <p className="hint">
          First comes the dry run: all labels are carried into rows that nobody sees, and counted. Nothing
          changes for anybody until you confirm.
        </p>
        {problem !== null && <ErrorState error={problem} />}
        <div className="form-actions">
          <Button type="submit" kind="primary" isBusy={isBusy}>
            Dry run
          </Button>
        </div>
      </form>
    </Panel>
  );
}

interface RunProps {
  project: string;
  run: MoveRun;
  isLead: boolean;
  isOpen: boolean;
}

function Run({ project, run, isLead, isOpen }: RunProps) {
  const { counts } = run;
  return (
    <>
      <Panel
        title={
          <>
            {run.from_version} → {run.to_version} <Badge tone={TONES[run.state]}>{STATES[run.state]}</Badge>
          </>
        }
        aside={isLead && <Acts run={run} />}
      >
        {run.state === "preparing" && (
          <ProgressBar
            label="Answers carried so far"
            value={null}
            max={1}
            text={
              run.job_state === "failed"
                ? "The job failed; discard this move and try again."
                : plural(run.progress_done, "answer")
            }
          />
        )}
        {counts && <MoveNumbers counts={counts} />}
        {run.state === "active" && <Open project={project} run={run} />}
        {counts && (
          <Facts
            rows={[
              ["Asked before", <Names key="before" defects={run.defects_before} />],
              ["Asked after", <Names key="after" defects={run.defects_after} />],
              ["Operations", plural(run.operations.length, "operation")],
            ]}
          />
        )}
      </Panel>
      {counts && isOpen && <MovedConcepts counts={counts} />}
      {counts && <MovedGallery run={run} />}
    </>
  );
}

function Names({ defects }: { defects: MoveRun["defects_after"] }) {
  return (
    <span>
      {defects.map((defect) => (
        <span key={defect.id} title={defect.name}>
          <kbd>{defect.code}</kbd>{" "}
        </span>
      ))}
    </span>
  );
}

function Open({ project, run }: { project: string; run: MoveRun }) {
  const base = `/projects/${project}/campaigns/${run.campaign}`;
  return (
    <Notice tone={run.open_questions > 0 ? "warn" : "ok"}>
      {plural(run.open_questions, "question")} of this move open, {plural(run.gold_held_back, "gold label")}{" "}
      held back{run.arrived > 0 && `, ${formatCount(run.arrived)} findings arrived late and were carried too`}
      . <Link href={`${base}/rereview`}>Re-review</Link>
    </Notice>
  );
}

function Acts({ run }: { run: MoveRun }) {
  const client = useQueryClient();
  const toast = useToast();
  const [isConfirming, setConfirming] = useState(false);
  const [isBack, setBack] = useState(false);
  const renew = () => client.invalidateQueries({ queryKey: keys.campaign(run.campaign) });
  const activate = async () => {
    await api.post(`/migrations/${run.id}/activate`);
    toast.ok(`The campaign has version ${run.to_version} now`);
    await renew();
  };
  if (run.state === "rolled_back" || run.state === "failed") return null;
  return (
    <span className="row">
      {run.state === "ready" && (
        <Button kind="primary" onClick={() => setConfirming(true)}>
          Move the campaign…
        </Button>
      )}
      <Button onClick={() => setBack(true)}>{run.state === "active" ? "Roll back…" : "Discard"}</Button>
      <ConfirmDialog
        title={`Move to ${run.to_version}?`}
        isOpen={isConfirming}
        confirm={`Move to ${run.to_version}`}
        onClose={() => setConfirming(false)}
        onConfirm={activate}
      >
        From this moment people are asked {plural(run.defects_after.length, "defect")} of {run.to_version}.{" "}
        {formatCount(run.counts?.outcomes.queued ?? 0)} findings go to people for a second look. What is
        submitted under {run.from_version} meanwhile is carried on arrival.
      </ConfirmDialog>
      <RollBack run={run} isOpen={isBack} onClose={() => setBack(false)} onDone={renew} />
    </span>
  );
}

interface RollBackProps {
  run: MoveRun;
  isOpen: boolean;
  onClose: () => void;
  onDone: () => Promise<unknown>;
}

function RollBack({ run, isOpen, onClose, onDone }: RollBackProps) {
  const [reason, setReason] = useState("");
  const [isBusy, setBusy] = useState(false);
  const [problem, setProblem] = useState<unknown>(null);
  const go = async () => {
    setBusy(true);
    setProblem(null);
    try {
      await api.post(`/migrations/${run.id}/rollback`, { reason });
      await onDone();
      onClose();
    } catch (error) {
      setProblem(error);
    } finally {
      setBusy(false);
    }
  };
  return (
    <Dialog
      title={run.state === "active" ? `Back to ${run.from_version}?` : "Discard this move?"}
      isOpen={isOpen}
      onClose={onClose}
      footer={
        <>
          <Button onClick={onClose}>Keep it</Button>
          <Button kind="danger" isBusy={isBusy} disabled={!reason.trim()} onClick={() => void go()}>
            {run.state === "active" ? "Roll back" : "Discard"}
          </Button>
        </>
      }
    >
      <div className="form">
        <Notice>
          The carried layer is dropped. Annotations stay as they were given; nothing of them is lost.
        </Notice>
        <TextArea label="Why" rows={2} value={reason} onChange={setReason} />
        {problem !== null && <ErrorState error={problem} />}
      </div>
    </Dialog>
  );
}
