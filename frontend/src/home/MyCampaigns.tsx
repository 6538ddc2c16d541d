import { useQuery } from "@tanstack/react-query";
import { useEffect, useRef } from "react";
import { Link } from "wouter";
import { api } from "../api/client";
import type { components } from "../api/schema";
import { useSignedIn } from "../api/session";
import { KINDS, labelIn, STATE_TONES } from "../campaigns/words";
import { Keys } from "../keyboard/KeyHelp";
import { Badge, Notice } from "../ui/Badge";
import { formatCount, formatSeconds, plural } from "../ui/format";
import { ProgressBar } from "../ui/ProgressBar";
import { EmptyState, Loaded, Skeleton } from "../ui/States";
import { useOutboxRest } from "./useOutboxRest";
import "./home.css";

type Mine = components["schemas"]["MyCampaign"];
type MineList = components["schemas"]["MyCampaigns"];

/** What a reviewer has to label, the one to go on with first and focused: Enter starts. */
export function MyCampaigns() {
  const { user } = useSignedIn();
  const query = useQuery({
    queryKey: ["me", "campaigns"],
    queryFn: ({ signal }) => api.get<MineList>("/me/campaigns", { signal }),
    refetchOnMount: "always",
    refetchInterval: 30_000,
  });
  return (
    <section aria-labelledby="my-campaigns" className="stack">
      <h2 id="my-campaigns">To label</h2>
      <Loaded query={query} skeleton={<Skeleton label="Loading your campaigns" shape="tiles" lines={3} />}>
        {({ campaigns }) => (
          <>
            <Outbox user={user.id} campaigns={campaigns} />
            {campaigns.length === 0 ? (
              <EmptyState title="Nothing to label yet">
                No campaign of your projects is open. This page fills itself as soon as a lead opens one.
              </EmptyState>
            ) : (
              <div className="grid my-campaigns">
                {inOrder(campaigns).map((campaign, place) => (
                  <CampaignCard key={campaign.id} campaign={campaign} isFirst={place === 0} />
                ))}
              </div>
            )}
          </>
        )}
      </Loaded>
    </section>
  );
}

/** What can be gone on with first; among these the one already begun. */
function inOrder(campaigns: readonly Mine[]): Mine[] {
  const rank = (one: Mine) => (canGoOn(one) ? (one.answered > 0 ? 0 : 1) : 2);
  return [...campaigns].sort((a, b) => rank(a) - rank(b));
}

function canGoOn(campaign: Mine): boolean {
  return campaign.state === "open" && campaign.left > 0;
}

function CampaignCard({ campaign, isFirst }: { campaign: Mine; isFirst: boolean }) {
  const { answered, left, items } = campaign;
  const isOn = canGoOn(campaign);
  return (
    <article className="panel stack tight campaign-card" aria-label={campaign.name}>
      <div className="row between">
        <h3>{campaign.name}</h3>
        <span className="row">
          <Badge>{labelIn(KINDS, campaign.kind).toLowerCase()}</Badge>
          {campaign.state !== "open" && (
            <Badge tone={STATE_TONES[campaign.state] ?? "neutral"}>{campaign.state}</Badge>
          )}
        </span>
      </div>
      <p className="muted">
        {campaign.project_name} · {campaign.taxonomy} {campaign.version}
        {campaign.rates && " · rating form"}
      </p>
      <p>
        <span className="left-count">{formatCount(left)}</span> left for you
      </p>
      <ProgressBar
        label="You answered"
        value={answered}
        max={Math.max(items, 1)}
        text={`${formatCount(answered)} of ${plural(items, "Item")}`}
      />
      <p className="hint">{paceOf(campaign)}</p>
      <p className="hint">{whyOf(campaign)}</p>
      <div className="row card-act">
        <Start campaign={campaign} isFocused={isFirst && isOn} />
        {isFirst && isOn && (
          <span className="hint">
            <Keys chord="Enter" /> starts
          </span>
        )}
      </div>
    </article>
  );
}

function paceOf({ median_seconds, timed_answers }: Mine): string {
  if (median_seconds === null) return "No pace yet: you have not answered here.";
  return `Your pace: ${formatSeconds(median_seconds)} an Item (median, n = ${formatCount(timed_answers)}).`;
}

function whyOf(campaign: Mine): string {
  if (campaign.state === "paused") return "Paused by the lead. Your saved answers are safe.";
  if (campaign.left === 0)
    return "Nothing is left for you. Items may come back when somebody's reservation runs out.";
  if (campaign.kind === "calibration") return "Calibration: everybody answers the same images. Answer alone.";
  return "";
}

function Start({ campaign, isFocused }: { campaign: Mine; isFocused: boolean }) {
  const link = useRef<HTMLAnchorElement>(null);
  useEffect(() => {
    if (!isFocused) return;
    // After the shell has put the focus on the new page, and never away from something a person is at.
    const timer = setTimeout(() => {
      const now = document.activeElement;
      if (!now || now === document.body || now.tagName === "MAIN")
        link.current?.focus({ preventScroll: true });
    }, 0);
    return () => clearTimeout(timer);
  }, [isFocused]);
  const label = canGoOn(campaign)
    ? campaign.answered > 0
      ? "Continue"
      : "Start"
    : campaign.answered > 0
      ? "Look at my answers"
      : "Open";
  return (
    <Link
      ref={link}
      href={`/${campaign.rates ? "rate" : "annotate"}/${campaign.id}`}
      className={isFocused ? "button primary" : "button"}
      aria-label={`${label}: ${campaign.name}`}
    >
      {label}
    </Link>
  );
}

function Outbox({ user, campaigns }: { user: string; campaigns: readonly Mine[] }) {
  const entries = useOutboxRest(user);
  if (entries.length === 0) return null;
  const refused = entries.filter((entry) => entry.state === "refused").length;
  const places = [...new Set(entries.map((entry) => entry.campaign))];
  return (
    <Notice
      tone={refused > 0 ? "error" : "warn"}
      title={`${plural(entries.length, "answer")} on this computer ${entries.length === 1 ? "is" : "are"} not sent yet`}
    >
      {refused > 0
        ? `${plural(refused, "answer")} ${refused === 1 ? "was" : "were"} refused and ${refused === 1 ? "waits" : "wait"} for your decision. `
        : `${entries.length === 1 ? "It is" : "They are"} sent as soon as you open the campaign. `}
      {places.map((place) => {
        const campaign = campaigns.find((one) => one.id === place);
        return (
          <Link key={place} href={`/${campaign?.rates ? "rate" : "annotate"}/${place}`}>
            Open {campaign?.name ?? "their campaign"}{" "}
          </Link>
        );
      })}
    </Notice>
  );
}
