import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useCallback, useRef, useState, type FormEvent } from "react";
import { useLocation, useParams, useSearch } from "wouter";
import { api } from "../api/client";
import { keys } from "../api/keys";
import { byField } from "../api/problem";
import { useSignedIn } from "../api/session";
import { Button, LinkButton } from "../ui/Button";
import { plural } from "../ui/format";
import { PageHeader } from "../ui/PageHeader";
import { ErrorState } from "../ui/States";
import { useToast } from "../ui/Toast";
import { ForecastPanel } from "./ForecastPanel";
import { activeDefects, emptyDraft, planOf, type Draft } from "./plan";
import { ImagesSection, NameSection, PeopleSection, WorkSection } from "./PlanSections";
import type { Campaign, CampaignPlan, Forecast } from "./types";
import { useForecast } from "./useForecast";
import { usePublishedVersions, useVersion, VersionSection } from "./VersionSection";
import "./campaigns.css";

/** Everything a lead decides before opening, with what it will cost beside it. */
export default function NewCampaignPage() {
  const { project = "" } = useParams<{ project: string }>();
  const session = useSignedIn();
  const search = useSearch();
  const [draft, setDraft] = useState<Draft>(() => emptyDraft(new URLSearchParams(search)));
  const change = useCallback((part: Partial<Draft>) => setDraft((before) => ({ ...before, ...part })), []);
  const [isTried, setTried] = useState(false);
  const form = useRef<HTMLFormElement>(null);
  const list = usePublishedVersions();
  const version = useVersion(list.data, draft.version);
  const forecast = useForecast(project, planOf(draft));
  const opening = useOpening(project);
  const errors = errorsOf(draft, forecast.data, isTried, {
    ...byField(forecast.error),
    ...byField(opening.error),
  });
  const asked = version.data
    ? activeDefects(version.data).filter((one) => draft.defects.includes(one.id))
    : [];
  const submit = (event: FormEvent) => {
    event.preventDefault();
    setTried(true);
    const plan = planOf(draft);
    const isBlocked = plan === null || plan.name === "" || plan.defects.length === 0;
    if (!isBlocked) opening.mutate(plan);
    else requestAnimationFrame(() => toFirstError(form.current));
  };
  const base = `/projects/${project}/campaigns`;
  const name = session.memberships.find((one) => one.project.slug === project)?.project.name ?? project;
  const props = { draft, change, errors };
  return (
    <>
      <PageHeader
        title="New campaign"
        crumbs={[{ label: name, href: "/" }, { label: "Campaigns", href: base }, { label: "New" }]}
        lead="Nothing is handed out before you open it. Images, version and rules are fixed then; images and annotations can be added later."
      />
      <form ref={form} className="columns plan" onSubmit={submit} noValidate>
        <div className="stack loose">
          <NameSection {...props} />
          <VersionSection {...props} list={list} version={version} />
          <ImagesSection {...props} project={project} />
          <PeopleSection {...props} />
          <WorkSection {...props} asked={asked} />
        </div>
        <div className="stack plan-side">
          <ForecastPanel
            forecast={forecast.data}
            error={forecast.error}
            isBehind={forecast.isBehind}
            hasVersion={draft.version !== null}
          />
          {opening.error && <ErrorState error={opening.error} />}
          {isTried && Object.keys(errors).length > 0 && !opening.error && (
            <p className="field-error" role="alert">
              {plural(Object.keys(errors).length, "field")} to look at.
            </p>
          )}
          <div className="row">
            <Button kind="primary" type="submit" isBusy={opening.isPending}>
              Open campaign
            </Button>
            <LinkButton href={base}>Cancel</LinkButton>
          </div>
        </div>
      </form>
    </>
  );
}

function useOpening(project: string) {
  const client = useQueryClient();
  const toast = useToast();
  const [, go] = useLocation();
  return useMutation({
    mutationFn: (plan: CampaignPlan) =>
      api.post<Campaign>(`/projects/${encodeURIComponent(project)}/campaigns`, plan),
    onSuccess: async (campaign) => {
      await client.invalidateQueries({ queryKey: keys.project(project, "campaigns") });
      toast.ok("The campaign is open", { detail: plural(campaign.progress.items, "Item") });
      go(`/projects/${project}/campaigns/${campaign.id}/dashboard`);
    },
  });
}

/** What keeps the plan from being opened, per field. What was not touched yet is not called wrong before a first try. */
function errorsOf(
  draft: Draft,
  forecast: Forecast | undefined,
  isTried: boolean,
  refused: Record<string, string>,
): Record<string, string> {
  const found: Record<string, string> = {};
  for (const { pointer, code, message } of forecast?.problems ?? []) {
    if (pointer && (isTried || code !== "empty")) found[pointer.slice(1).replaceAll("/", ".")] = message;
  }
  if (isTried && draft.name.trim() === "") found["name"] = "Give it a name.";
  if (isTried && draft.version === null) found["version"] = "Choose a version.";
  if (isTried && draft.version !== null && draft.defects.length === 0)
    found["defects"] = "Ask at least one defect.";
  return { ...found, ...refused };
}

function toFirstError(form: HTMLFormElement | null): void {
  const place = form?.querySelector<HTMLElement>("[aria-invalid='true'], .field-error");
  place?.scrollIntoView({ block: "center" });
  place?.focus({ preventScroll: true });
}
