import type { Role } from "../api/session";
import { isComplete } from "../campaigns/CampaignProgress";
import type { Campaign } from "../campaigns/types";

export interface ProjectSight {
  slug: string;
  roles: readonly Role[];
  images: number;
  campaigns: readonly Pick<Campaign, "id" | "name" | "state" | "progress">[];
  hasVersion: boolean;
  mayImportTaxonomy: boolean;
}

export interface NextAct {
  text: string;
  label: string;
  href: string;
}

/** The one thing that brings a project on, in the order of the circle; null where everything runs. */
export function nextAct(sight: ProjectSight): NextAct | null {
  const base = `/projects/${sight.slug}`;
  const disputed = mostDisputed(sight.campaigns);
  const settle = disputed && {
    text: `Reviewers disagree in “${disputed.name}”; an expert has to decide.`,
    label: `${sight.roles.includes("adjudicator") ? "Settle" : "Look at"} ${
      disputed.progress.disputes === 1 ? "1 dispute" : `${disputed.progress.disputes} disputes`
    }`,
    href: `${base}/campaigns/${disputed.id}/adjudicate`,
  };
  if (!sight.roles.includes("lead")) return settle;
  if (sight.images === 0) {
    return {
      text: "The project has no images yet.",
      label: "Import images",
      href: `${base}/imports/new`,
    };
  }
  if (!sight.hasVersion) {
    return {
      text: sight.mayImportTaxonomy
        ? "There is no published version of a taxonomy yet: what should reviewers look for?"
        : "There is no published version of a taxonomy yet. A taxonomy owner or administrator has to import one.",
      label: "Go to taxonomies",
      href: "/taxonomies",
    };
  }
  if (sight.campaigns.length === 0) {
    return { text: "Nobody labels yet.", label: "Open a campaign", href: `${base}/campaigns/new` };
  }
  if (settle) return settle;
  const done = sight.campaigns.find((one) => one.state !== "closed" && isComplete(one.progress));
  if (done) {
    return {
      text: `Every Item of “${done.name}” has its answers.`,
      label: "Read the agreement report",
      href: `${base}/campaigns/${done.id}/agreement`,
    };
  }
  return null;
}

function mostDisputed(campaigns: ProjectSight["campaigns"]) {
  const open = campaigns.filter((one) => one.progress.disputes > 0);
  return open.sort((a, b) => b.progress.disputes - a.progress.disputes)[0] ?? null;
}
