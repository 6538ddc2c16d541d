/** Parts of the label pages that are not needed for the first picture. They are fetched while it is looked at. */
import { lazy } from "react";

const dialogs = () => import("./Dialogs");
const rulePanel = () => import("./RulePanel");

export const Dialogs = lazy(dialogs);
export const RulePanel = lazy(rulePanel);

/** Before anybody can need them, and before the connection can be lost. */
export function fetchLater(): void {
  void Promise.allSettled([dialogs(), rulePanel()]);
}
