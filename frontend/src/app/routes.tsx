import { lazy, type ComponentType } from "react";
import type { Role } from "../api/session";

/**
 * Every page of the product. To add one: write `src/<feature>/XPage.tsx` with a default export that takes no
 * properties (read `useParams()` of wouter), add a line here, and its entry in `navigation.ts` appears by itself.
 *
 * - `who`: "anyone", "signed-in", "administrator", or the roles of which one is needed in `:project`.
 *   This only spares people a page that would be empty; the server decides.
 * - `frame`: "shell" puts header, navigation and <main> around it. "bare" gives it the whole window; it brings its
 *   own <main>. Pages that label are bare and must not import React Aria.
 */
export interface PageRoute {
  path: string;
  page: ComponentType;
  who: "anyone" | "signed-in" | "administrator" | readonly Role[];
  frame: "shell" | "bare";
}

export const routes: readonly PageRoute[] = [
  { path: "/sign-in", page: lazy(() => import("../me/SignInPage")), who: "anyone", frame: "bare" },
  { path: "/welcome/:token", page: lazy(() => import("../me/WelcomePage")), who: "anyone", frame: "bare" },
  {
    path: "/g/:token",
    page: lazy(() => import("../guideline/SharedGuidelinePage")),
    who: "anyone",
    frame: "bare",
  },
  {
    path: "/annotate/:campaign",
    page: lazy(() => import("../queue/QueuePage")),
    who: "signed-in",
    frame: "bare",
  },
  { path: "/", page: lazy(() => import("../home/HomePage")), who: "signed-in", frame: "shell" },
  {
    path: "/accounts",
    page: lazy(() => import("../accounts/AccountsPage")),
    who: "administrator",
    frame: "shell",
  },
  { path: "/account", page: lazy(() => import("../me/AccountPage")), who: "signed-in", frame: "shell" },
  {
    path: "/rate/:campaign",
    page: lazy(() => import("../rating/RatingPage")),
    who: "signed-in",
    frame: "bare",
  },
  {
    path: "/projects",
    page: lazy(() => import("../projects/ProjectsPage")),
    who: "signed-in",
    frame: "shell",
  },
  {
    path: "/projects/new",
    page: lazy(() => import("../projects/NewProjectPage")),
    who: "signed-in",
    frame: "shell",
  },
  {
    path: "/projects/:project/people",
    page: lazy(() => import("../people/PeoplePage")),
    who: ["lead"],
    frame: "shell",
  },
  {
    path: "/projects/:project/journal",
    page: lazy(() => import("../projects/JournalPage")),
    who: ["lead"],
    frame: "shell",
  },
  {
    path: "/projects/:project/jobs",
    page: lazy(() => import("../jobs/JobsPage")),
    who: ["lead", "adjudicator", "reviewer"],
    frame: "shell",
  },
  {
    path: "/projects/:project/images",
    page: lazy(() => import("../images/ImagesPage")),
    who: ["lead", "adjudicator"],
    frame: "shell",
  },
  {
    path: "/projects/:project/imports",
    page: lazy(() => import("../imports/ImportsPage")),
    who: ["lead"],
    frame: "shell",
  },
  {
    path: "/projects/:project/imports/new",
    page: lazy(() => import("../imports/NewImportPage")),
    who: ["lead"],
    frame: "shell",
  },
  {
    path: "/projects/:project/imports/:run",
    page: lazy(() => import("../imports/ImportPage")),
    who: ["lead"],
    frame: "shell",
  },
  {
    path: "/taxonomies",
    page: lazy(() => import("../taxonomy/TaxonomiesPage")),
    who: "signed-in",
    frame: "shell",
  },
  {
    path: "/taxonomies/:slug/diff",
    page: lazy(() => import("../taxonomy/DiffPage")),
    who: "signed-in",
    frame: "shell",
  },
  {
    path: "/taxonomies/:slug/draft",
    page: lazy(() => import("../taxonomy-editor/DraftPage")),
    who: "signed-in",
    frame: "shell",
  },
  {
    path: "/taxonomies/:slug/board",
    page: lazy(() => import("../taxonomy-board/BoardPage")),
    who: "signed-in",
    frame: "shell",
  },
  {
    path: "/taxonomies/:slug/publish",
    page: lazy(() => import("../taxonomy-editor/PublishPage")),
    who: "signed-in",
    frame: "shell",
  },
  {
    path: "/taxonomies/:slug/:number/guideline",
    page: lazy(() => import("../guideline/GuidelinePage")),
    who: "signed-in",
    frame: "shell",
  },
  {
    path: "/taxonomies/:slug/:number/defects/:concept",
    page: lazy(() => import("../taxonomy/DefectPage")),
    who: "signed-in",
    frame: "shell",
  },
  {
    path: "/taxonomies/:slug/:number",
    page: lazy(() => import("../taxonomy/VersionPage")),
    who: "signed-in",
    frame: "shell",
  },
  {
    path: "/taxonomies/:slug",
    page: lazy(() => import("../taxonomy/VersionPage")),
    who: "signed-in",
    frame: "shell",
  },
  {
    path: "/projects/:project/campaigns/:campaign/agreement",
    page: lazy(() => import("../agreement/AgreementPage")),
    who: ["lead"],
    frame: "shell",
  },
  {
    path: "/projects/:project/campaigns/:campaign/agreement/items",
    page: lazy(() => import("../agreement/AgreementItemsPage")),
    who: ["lead"],
    frame: "shell",
  },
  {
    path: "/projects/:project/campaigns/:campaign/results",
    page: lazy(() => import("../results/ResultsPage")),
    who: ["lead"],
    frame: "shell",
  },
  {
    path: "/projects/:project/campaigns/:campaign/results/items",
    page: lazy(() => import("../results/ResultItemsPage")),
    who: ["lead"],
    frame: "shell",
  },
  {
    path: "/projects/:project/campaigns",
    page: lazy(() => import("../campaigns/CampaignsPage")),
    who: ["lead", "adjudicator"],
    frame: "shell",
  },
  {
    path: "/projects/:project/campaigns/new",
    page: lazy(() => import("../campaigns/NewCampaignPage")),
    who: ["lead"],
    frame: "shell",
  },
  {
    path: "/projects/:project/campaigns/:campaign/dashboard",
    page: lazy(() => import("../campaigns/DashboardPage")),
    who: ["lead", "adjudicator"],
    frame: "shell",
  },
  {
    path: "/projects/:project/campaigns/:campaign/adjudicate",
    page: lazy(() => import("../adjudicate/AdjudicatePage")),
    who: ["lead", "adjudicator"],
    frame: "bare",
  },
  {
    path: "/projects/:project/campaigns/:campaign/rereview",
    page: lazy(() => import("../rereview/RereviewPage")),
    who: ["reviewer", "lead", "adjudicator"],
    frame: "bare",
  },
  {
    path: "/projects/:project/campaigns/:campaign/version",
    page: lazy(() => import("../migration/MovePage")),
    who: ["lead", "adjudicator"],
    frame: "shell",
  },
  {
    path: "/projects/:project/campaigns/:campaign/gold",
    page: lazy(() => import("../gold/GoldPage")),
    who: ["lead", "adjudicator"],
    frame: "shell",
  },
  {
    path: "/projects/:project/exports",
    page: lazy(() => import("../exports/ExportsPage")),
    who: ["lead"],
    frame: "shell",
  },
  {
    path: "/projects/:project/scoring",
    page: lazy(() => import("../scoring/ScoringPage")),
    who: ["lead"],
    frame: "shell",
  },
  {
    path: "/projects/:project/campaigns/:campaign/scoring",
    page: lazy(() => import("../scoring/CampaignScoringPage")),
    who: ["lead"],
    frame: "shell",
  },
  { path: "/keys", page: lazy(() => import("../me/KeysPage")), who: "signed-in", frame: "shell" },
];

export function isRouted(path: string): boolean {
  return routes.some((route) => route.path === path);
}
