import type { Role } from "../api/session";
import { isRouted } from "./routes";

export interface NavigationEntry {
  label: string;
  href: string;
}

interface Planned {
  label: string;
  path: string;
  roles: readonly Role[];
}

const PROJECT: readonly Planned[] = [
  { label: "Images", path: "/projects/:project/images", roles: ["lead"] },
  { label: "Imports", path: "/projects/:project/imports", roles: ["lead"] },
  { label: "Campaigns", path: "/projects/:project/campaigns", roles: ["lead", "adjudicator"] },
  { label: "Scoring and ranking", path: "/projects/:project/scoring", roles: ["lead"] },
  { label: "Exports", path: "/projects/:project/exports", roles: ["lead"] },
  { label: "Jobs", path: "/projects/:project/jobs", roles: ["lead"] },
  { label: "People", path: "/projects/:project/people", roles: ["lead"] },
  { label: "Journal", path: "/projects/:project/journal", roles: ["lead"] },
];

const CAMPAIGN: readonly Planned[] = [
  {
    label: "Dashboard",
    path: "/projects/:project/campaigns/:campaign/dashboard",
    roles: ["lead", "adjudicator"],
  },
  { label: "Agreement", path: "/projects/:project/campaigns/:campaign/agreement", roles: ["lead"] },
  { label: "Results", path: "/projects/:project/campaigns/:campaign/results", roles: ["lead"] },
  {
    label: "Adjudication",
    path: "/projects/:project/campaigns/:campaign/adjudicate",
    roles: ["lead", "adjudicator"],
  },
  {
    label: "Gold labels",
    path: "/projects/:project/campaigns/:campaign/gold",
    roles: ["lead", "adjudicator"],
  },
  {
    label: "Version",
    path: "/projects/:project/campaigns/:campaign/version",
    roles: ["lead", "adjudicator"],
  },
  {
    label: "Scoring and ranking",
    path: "/projects/:project/campaigns/:campaign/scoring",
    roles: ["lead"],
  },
];

const EVERYBODY: readonly Planned[] = [
  { label: "Projects", path: "/projects", roles: [] },
  { label: "Taxonomies", path: "/taxonomies", roles: [] },
  { label: "Keys", path: "/keys", roles: [] },
];

const ADMINISTRATOR: readonly Planned[] = [{ label: "Accounts", path: "/accounts", roles: [] }];

export function projectNavigation(project: string, roles: readonly Role[]): NavigationEntry[] {
  return entries(PROJECT, { project }, roles);
}

export function campaignNavigation(
  project: string,
  campaign: string,
  roles: readonly Role[],
): NavigationEntry[] {
  return entries(CAMPAIGN, { project, campaign }, roles);
}

export function commonNavigation(): NavigationEntry[] {
  return entries(EVERYBODY, {}, []);
}

export function administratorNavigation(isAdministrator: boolean): NavigationEntry[] {
  return isAdministrator ? entries(ADMINISTRATOR, {}, []) : [];
}

/** What of the address says where one is: "/projects/faces/campaigns/7/gold" → project and campaign. */
export function placeOf(location: string): { project: string | null; campaign: string | null } {
  const found = /^\/projects\/([^/]+)(?:\/campaigns\/([^/]+))?/.exec(location);
  const campaign = found?.[2] && found[2] !== "new" ? decodeURIComponent(found[2]) : null;
  return { project: found?.[1] ? decodeURIComponent(found[1]) : null, campaign };
}

function entries(
  planned: readonly Planned[],
  values: Record<string, string>,
  roles: readonly Role[],
): NavigationEntry[] {
  return planned
    .filter(
      (one) =>
        isRouted(one.path) && (one.roles.length === 0 || one.roles.some((role) => roles.includes(role))),
    )
    .map((one) => ({
      label: one.label,
      href: one.path.replace(/:(\w+)/g, (_, name: string) => encodeURIComponent(values[name] ?? "")),
    }));
}
