import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useParams, useSearch } from "wouter";
import { api } from "../api/client";
import { keys } from "../api/keys";
import type { components } from "../api/schema";
import { visible } from "../taxonomy/visible";
import { Badge } from "../ui/Badge";
import { Button } from "../ui/Button";
import { ComboField } from "../ui/ComboField";
import { Dialog } from "../ui/Dialog";
import { SelectField, TextArea, TextField } from "../ui/fields";
import { PageHeader } from "../ui/PageHeader";
import { EmptyState, ErrorState, Loaded } from "../ui/States";
import { useToast } from "../ui/Toast";
import { RequestCard } from "./RequestCard";
import { COLUMNS, KINDS, type Board, type ChangeRequest, type RequestKind, type RequestState } from "./types";
import "./board.css";

type Version = components["schemas"]["VersionDocument"];

/** What people want changed, with the evidence, from wish to release. */
export default function BoardPage() {
  const { slug = "" } = useParams<{ slug: string }>();
  const asked = new URLSearchParams(useSearch());
  const concept = asked.get("concept") ?? "";
  const board = useQuery({
    queryKey: keys.taxonomy(slug, "board", concept),
    queryFn: ({ signal }) => api.get<Board>(`/taxonomies/${slug}/board`, { signal, query: { concept } }),
  });
  const version = useQuery({
    queryKey: keys.taxonomy(slug, "versions", "newest"),
    queryFn: ({ signal }) => newest(slug, signal),
    staleTime: 60_000,
  });
  const names = namesOf(version.data);
  const [isAsking, setAsking] = useState(asked.has("new"));
  return (
    <>
      <PageHeader
        title="Change requests"
        lead="What people who use this taxonomy want changed, and on which evidence."
        crumbs={[
          { label: "Taxonomies", href: "/taxonomies" },
          { label: slug, href: `/taxonomies/${slug}` },
          { label: "Change requests" },
        ]}
        actions={
          <Button kind="primary" onClick={() => setAsking(true)}>
            Ask for a change…
          </Button>
        }
      />
      <Loaded query={board} label="Loading the board">
        {(data) => <Columns slug={slug} board={data} names={names} />}
      </Loaded>
      <Ask
        slug={slug}
        names={names}
        concept={concept}
        campaign={asked.get("campaign")}
        isOpen={isAsking}
        onClose={() => setAsking(false)}
      />
    </>
  );
}

async function newest(slug: string, signal: AbortSignal): Promise<Version | null> {
  const facts = await api.get<components["schemas"]["TaxonomyDocument"]>(`/taxonomies/${slug}`, { signal });
  const found = facts.versions.find(({ state }) => state === "published");
  return found ? api.get<Version>(`/taxonomies/${slug}/versions/${found.number}`, { signal }) : null;
}

function namesOf(version: Version | null | undefined): ReadonlyMap<string, string> {
  const defects = version?.dimensions.flatMap((dimension) => dimension.defects) ?? [];
  return new Map(defects.map((one) => [one.id, `${one.code} ${visible(one.name)}`]));
}

function Columns({ slug, board, names }: { slug: string; board: Board; names: ReadonlyMap<string, string> }) {
  const client = useQueryClient();
  const toast = useToast();
  const [declined, setDeclined] = useState<ChangeRequest | null>(null);
  const renew = () => client.invalidateQueries({ queryKey: keys.taxonomy(slug, "board") });
  const act = (call: Promise<unknown>) => call.then(renew, (error: unknown) => toast.error(error));
  const decide = (request: ChangeRequest, state: RequestState, word = "") =>
    act(api.patch(`/taxonomies/${slug}/change-requests/${request.id}`, { state, word }));
  if (board.requests.length === 0) {
    return (
      <EmptyState title="Nobody has asked for a change">
        The agreement report names the weakest definition; ask for its change from there, or here.
      </EmptyState>
    );
  }
  return (
    <div className="board">
      {COLUMNS.map((column) => {
        const here = board.requests.filter(({ state }) => state === column.state);
        return (
          <section key={column.state} className="board-column" aria-label={column.title}>
            <h2>
              {column.title} <Badge tone={column.tone}>{here.length}</Badge>
            </h2>
            {here.length === 0 && <p className="muted">None.</p>}
            {here.map((request) => (
              <RequestCard
                key={request.id}
                slug={slug}
                request={request}
                name={names.get(request.concept) ?? request.concept}
                mayDecide={board.may_decide}
                onVote={(value) =>
                  void act(api.put(`/taxonomies/${slug}/change-requests/${request.id}/vote`, { value }))
                }
                onDecide={(to) => (to === "declined" ? setDeclined(request) : void decide(request, to))}
                onSay={(text) => act(api.post(`/taxonomies/${slug}/comments`, { text, request: request.id }))}
              />
            ))}
          </section>
        );
      })}
      <Decline
        key={declined?.id}
        request={declined}
        onClose={() => setDeclined(null)}
        onDecline={(word) => {
          if (declined) void decide(declined, "declined", word).then(() => setDeclined(null));
        }}
      />
    </div>
  );
}

interface DeclineProps {
  request: ChangeRequest | null;
  onClose: () => void;
  onDecline: (word: string) => void;
}

function Decline({ request, onClose, onDecline }: DeclineProps) {
  const [word, setWord] = useState("");
  return (
    <Dialog
      title={`Decline “${visible(request?.title ?? "")}”`}
      isOpen={request !== null}
      onClose={onClose}
      footer={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button kind="primary" disabled={!word.trim()} onClick={() => onDecline(word)}>
            Decline
          </Button>
        </>
      }
    >
      <div className="form">
        <TextArea label="Why" rows={3} value={word} onChange={setWord} />
      </div>
    </Dialog>
  );
}

interface AskProps {
  slug: string;
  names: ReadonlyMap<string, string>;
  concept: string;
  campaign: string | null;
  isOpen: boolean;
  onClose: () => void;
}

function Ask({ slug, names, concept, campaign, isOpen, onClose }: AskProps) {
  const client = useQueryClient();
  const [about, setAbout] = useState<string | null>(concept || null);
  const [kind, setKind] = useState<RequestKind>("wording");
  const [title, setTitle] = useState("");
  const [text, setText] = useState("");
  const [isBusy, setBusy] = useState(false);
  const [problem, setProblem] = useState<unknown>(null);
  const send = async () => {
    setBusy(true);
    setProblem(null);
    try {
      const body = { concept: about ?? "", kind, title, text, campaign };
      await api.post(`/taxonomies/${slug}/change-requests`, body);
      await client.invalidateQueries({ queryKey: keys.taxonomy(slug, "board") });
      setTitle("");
      setText("");
      onClose();
    } catch (error) {
      setProblem(error);
    } finally {
      setBusy(false);
    }
  };
  return (
    <Dialog
      title="Ask for a change"
      isOpen={isOpen}
      isKept
      onClose={onClose}
      footer={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button
            kind="primary"
            isBusy={isBusy}
            disabled={!title.trim() || !text.trim()}
            onClick={() => void send()}
          >
            Ask for it
          </Button>
        </>
      }
    >
      <div className="form">
        <ComboField
          label="About"
          isOptional
          options={[...names].map(([value, label]) => ({ value, label }))}
          value={about}
          onChange={setAbout}
        />
        <SelectField label="What" value={kind} onChange={setKind} options={[...KINDS]} />
        <TextField label="In a few words" maxLength={160} value={title} onChange={setTitle} />
        <TextArea label="What you saw, and what would help" rows={4} value={text} onChange={setText} />
        {campaign && <p className="hint">The campaign’s agreement on it is kept with the request.</p>}
        {problem !== null && <ErrorState error={problem} />}
      </div>
    </Dialog>
  );
}
