import { useState } from "react";
import { Link } from "wouter";
import { Text } from "../taxonomy/Named";
import { defectPath } from "../taxonomy/types";
import { Badge } from "../ui/Badge";
import { Button } from "../ui/Button";
import { formatDay, formatInterval, formatNumber } from "../ui/format";
import { TextArea } from "../ui/fields";
import { figureIn, KINDS, MOVES, type ChangeRequest, type RequestState } from "./types";

interface CardProps {
  slug: string;
  request: ChangeRequest;
  name: string;
  mayDecide: boolean;
  onVote: (value: number) => void;
  onDecide: (to: RequestState) => void;
  onSay: (text: string) => Promise<unknown>;
}

/** One wish: what, why, on which evidence, who agrees, and what was said. */
export function RequestCard({ slug, request, name, mayDecide, onVote, onDecide, onSay }: CardProps) {
  const isOpen = request.state === "open" || request.state === "accepted";
  return (
    <article className="board-card" aria-label={request.title}>
      <h3>
        <Text>{request.title}</Text>
      </h3>
      <p className="muted">
        {request.concept ? (
          <Link href={defectPath(slug, request.version, request.concept)}>{name}</Link>
        ) : (
          "The taxonomy as a whole"
        )}{" "}
        · {KINDS.find(({ value }) => value === request.kind)?.label ?? request.kind}
      </p>
      <p className="board-text">
        <Text>{request.text}</Text>
      </p>
      <Evidence request={request} />
      <p className="muted">
        {request.opened_by}, {formatDay(request.opened_at)}, on {request.version || "no version"}
        {request.done_in && `; done in ${request.done_in}`}
        {request.closing_word && (
          <>
            : “<Text>{request.closing_word}</Text>”
          </>
        )}
      </p>
      <div className="row">
        <Button
          small
          disabled={!isOpen}
          aria-pressed={request.mine === 1}
          onClick={() => onVote(request.mine === 1 ? 0 : 1)}
        >
          For {request.votes_for}
        </Button>
        <Button
          small
          disabled={!isOpen}
          aria-pressed={request.mine === -1}
          onClick={() => onVote(request.mine === -1 ? 0 : -1)}
        >
          Against {request.votes_against}
        </Button>
        {mayDecide &&
          MOVES[request.state].map((move) => (
            <Button key={move.to} small kind="quiet" onClick={() => onDecide(move.to)}>
              {move.label}
            </Button>
          ))}
      </div>
      <Talk request={request} onSay={onSay} />
    </article>
  );
}

function Evidence({ request }: { request: ChangeRequest }) {
  const campaign = request.evidence["campaign"] as { id: string; name: string; project?: string } | undefined;
  if (!campaign) return null;
  const kappa = figureIn(request.evidence, "kappa");
  const ac1 = figureIn(request.evidence, "ac1");
  const written = (one: ReturnType<typeof figureIn>) =>
    one?.value == null
      ? (one?.status ?? "not computed")
      : `${formatNumber(one.value)}${one.interval ? ` (${formatInterval(one.interval)})` : ", no interval"}`;
  const images = campaign.project
    ? `/projects/${campaign.project}/campaigns/${campaign.id}/agreement/items?defect=${request.concept}`
    : null;
  return (
    <p>
      <Badge tone="info">evidence</Badge> Kappa {written(kappa)}, AC1 {written(ac1)} in {campaign.name}.{" "}
      {images && <Link href={images}>The images behind it</Link>}
    </p>
  );
}

function Talk({ request, onSay }: { request: ChangeRequest; onSay: (text: string) => Promise<unknown> }) {
  const [text, setText] = useState("");
  return (
    <details>
      <summary>
        {request.comments.length === 0 ? "No comment yet" : `Comments: ${request.comments.length}`}
      </summary>
      <ul className="stack tight">
        {request.comments.map((one) => (
          <li key={one.id}>
            <strong>{one.by}</strong> <span className="muted">{formatDay(one.created_at)}</span>
            <br />
            {one.withdrawn ? <span className="muted">taken back</span> : <Text>{one.text}</Text>}
          </li>
        ))}
      </ul>
      <form
        className="stack tight"
        onSubmit={(event) => {
          event.preventDefault();
          void onSay(text).then(() => setText(""));
        }}
      >
        <TextArea label="Your comment" rows={2} value={text} onChange={setText} />
        <Button small type="submit" disabled={!text.trim()}>
          Comment
        </Button>
      </form>
    </details>
  );
}
