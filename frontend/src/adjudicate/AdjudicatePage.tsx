import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useParams, useSearch } from "wouter";
import { api } from "../api/client";
import { keys } from "../api/keys";
import { Queries } from "../app/Queries";
import { hasRole, useSignedIn } from "../api/session";
import { LinkButton } from "../ui/Button";
import { EmptyState, ErrorState } from "../ui/States";
import { usePageTitle } from "../ui/PageHeader";
import type { Desk, DeskItem } from "./decisions";
import { DeskScreen } from "./DeskScreen";
import "../queue/queue.css";
import "../queue/panels.css";
import "./adjudicate.css";

/** The adjudicator's desk. It has the whole window, so it brings the query cache that the shell gives other pages. */
export default function AdjudicatePage() {
  return (
    <Queries>
      <OpenDesk />
    </Queries>
  );
}

/** One dispute after the other, the biggest disagreement first. */
function OpenDesk() {
  const { project = "", campaign = "" } = useParams<{ project: string; campaign: string }>();
  usePageTitle("Adjudication");
  const session = useSignedIn();
  const client = useQueryClient();
  const asked = new URLSearchParams(useSearch()).get("item");
  const [done, setDone] = useState<readonly string[]>([]);
  const [skipped, setSkipped] = useState<readonly string[]>([]);
  const desk = useQuery({
    queryKey: keys.campaign(campaign, "desk"),
    queryFn: ({ signal }) =>
      api.get<Desk>("/items", { signal, query: { needs: "gold", campaign, limit: 50 } }),
    refetchInterval: 30_000,
  });
  const waiting = (desk.data?.rows ?? []).map(({ item }) => item).filter((item) => !done.includes(item));
  const order = [
    ...waiting.filter((item) => !skipped.includes(item)),
    ...waiting.filter((item) => skipped.includes(item)),
  ];
  const id = asked !== null && !done.includes(asked) ? asked : (order[0] ?? null);
  const next = order.find((item) => item !== id) ?? null;
  const load = (item: string | null) => ({
    queryKey: keys.campaign(campaign, "desk", item),
    queryFn: ({ signal }: { signal: AbortSignal }) => api.get<DeskItem>(`/items/${item ?? ""}`, { signal }),
    enabled: item !== null,
  });
  const item = useQuery(load(id));
  useQuery(load(next));
  const back = `/projects/${project}/campaigns/${campaign}/gold`;
  if (item.data !== undefined && id !== null) {
    return (
      <DeskScreen
        key={id}
        item={item.data}
        next={next}
        left={Math.max((desk.data?.open ?? 0) - done.length, 0)}
        settled={(desk.data?.settled ?? 0) + done.length}
        back={back}
        isAdjudicator={hasRole(session, project, "adjudicator")}
        onSettled={() => {
          setDone([...done, id]);
          void client.invalidateQueries({ queryKey: keys.campaign(campaign, "gold") });
          if (order.length < 5) void desk.refetch().then(() => setDone([]));
        }}
        onSkip={() => setSkipped([...skipped.filter((one) => one !== id), id])}
      />
    );
  }
  return (
    <main className="ts-work desk-empty" data-theme="dark">
      <h1 className="visually-hidden">Adjudication</h1>
      {desk.error !== null || item.error !== null ? (
        <ErrorState error={desk.error ?? item.error} onRetry={() => void desk.refetch()} />
      ) : desk.data === undefined || id !== null ? (
        <p className="muted" aria-live="polite">
          Opening the desk
        </p>
      ) : (
        <EmptyState
          title="Nothing waits for you"
          actions={
            <LinkButton kind="primary" href={back}>
              To the gold labels
            </LinkButton>
          }
        >
          Every dispute and every escalation of this campaign is settled. New ones come as reviewers finish
          Items.
        </EmptyState>
      )}
    </main>
  );
}
