import { Badge } from "../ui/Badge";
import type { DefectDocument } from "./types";

const CONTEXT: Record<string, string> = {
  prompt: "prompt",
  reference_image: "reference image",
  brand_guide: "brand guide",
  brief: "brief",
};

/** What is special about a defect, in a word each. */
export function DefectMarks({ defect }: { defect: DefectDocument }) {
  return (
    <>
      {defect.status !== "active" && <Badge tone="warn">{defect.status}</Badge>}
      {defect.veto && <Badge tone="error">veto</Badge>}
      {defect.catch_all && <Badge>catch-all, note needed</Badge>}
      {defect.not_ratable && <Badge tone="purple">cannot be rated</Badge>}
      {defect.route && <Badge tone="purple">also to {defect.route}</Badge>}
      {defect.context.map((kind) => (
        <Badge key={kind} tone="info">
          needs {CONTEXT[kind] ?? kind}
        </Badge>
      ))}
    </>
  );
}

export function hasMarks(defect: DefectDocument): boolean {
  const { status, veto, catch_all, not_ratable, route, context } = defect;
  return status !== "active" || veto || catch_all || not_ratable || route !== null || context.length > 0;
}

/** "a region (box or polygon)" or "the whole image". */
export function scopeText(scope: DefectDocument["scope"]): string {
  if (scope.level === "image") return "the whole image";
  const shapes = scope.shapes.length > 0 ? ` (${scope.shapes.join(" or ")})` : "";
  return `a region${shapes}, ${scope.required ? "recommended as required" : "optional"}`;
}
