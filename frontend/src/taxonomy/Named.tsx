import { Link } from "wouter";
import { Badge, type Tone } from "../ui/Badge";
import { defectPath, type Reference } from "./types";
import { visible } from "./visible";

/** Text of a taxonomy: whatever it holds, it is shown as text, in its own direction, with nothing hidden in it. */
export function Text({ children }: { children: string }) {
  return <bdi>{visible(children)}</bdi>;
}

/** The two letters a reviewer types. */
export function Code({ children }: { children: string }) {
  return <span className="code-keys">{visible(children)}</span>;
}

const GONE = new Set(["retired", "unknown"]);

/** A concept by code and name; a link where this version still has it. */
export function ConceptLink({ slug, number, to }: { slug: string; number: string; to: Reference }) {
  const name = (
    <>
      {to.code && <Code>{to.code}</Code>} <Text>{to.name}</Text>
    </>
  );
  if (GONE.has(to.status) || to.code.length !== 2) {
    return (
      <span>
        {name} {to.status === "retired" && <span className="muted">(retired)</span>}
      </span>
    );
  }
  return <Link href={defectPath(slug, number, to.id)}>{name}</Link>;
}

const ACTIONS: Record<string, Tone> = { accept: "ok", retouch: "info", regenerate: "warn", reject: "error" };

/** What becomes of the image. */
export function ActionBadge({ action }: { action: string }) {
  return <Badge tone={ACTIONS[action] ?? "neutral"}>{action}</Badge>;
}

const STATES: Record<string, [Tone, string]> = {
  draft: ["warn", "draft"],
  in_review: ["info", "in review"],
  published: ["ok", "published"],
  retired: ["neutral", "retired"],
};

export function StateBadge({ state }: { state: string }) {
  const [tone, word] = STATES[state] ?? ["neutral", state];
  return <Badge tone={tone}>{word}</Badge>;
}
