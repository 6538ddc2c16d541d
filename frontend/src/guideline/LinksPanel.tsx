import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useState, type FormEvent } from "react";
import { api } from "../api/client";
import { keys } from "../api/keys";
import { byField } from "../api/problem";
import type { components } from "../api/schema";
import { visible } from "../taxonomy/visible";
import type { VersionDocument } from "../taxonomy/types";
import { Badge, Notice } from "../ui/Badge";
import { Button } from "../ui/Button";
import { ConfirmDialog } from "../ui/ConfirmDialog";
import { Dialog } from "../ui/Dialog";
import { Panel } from "../ui/Panel";
import { EmptyState, ErrorState, Loaded } from "../ui/States";
import { Table } from "../ui/Table";
import { RadioGroup, SelectField, TextField } from "../ui/fields";
import { formatDay, formatMoment } from "../ui/format";

type Link = components["schemas"]["GuidelineLinkDocument"];
type LinkList = components["schemas"]["GuidelineLinkList"];
type Made = components["schemas"]["GuidelineLinkMade"];

const LIVES = [
  { value: "7", label: "7 days" },
  { value: "30", label: "30 days" },
  { value: "90", label: "90 days" },
  { value: "365", label: "1 year" },
  { value: "", label: "Until it is revoked" },
];

/** Read-only links of this taxonomy: who has one reads the guideline without an account. */
export function LinksPanel({ document }: { document: VersionDocument }) {
  const { slug } = document;
  const client = useQueryClient();
  const [isMaking, setMaking] = useState(false);
  const [revoked, setRevoked] = useState<Link | null>(null);
  const query = useQuery({
    queryKey: keys.taxonomy(slug, "links"),
    queryFn: ({ signal }) => api.get<LinkList>(`/taxonomies/${slug}/guideline-links`, { signal }),
  });
  const renew = () => client.invalidateQueries({ queryKey: keys.taxonomy(slug, "links") });
  return (
    <Panel title="Read-only links" aside={<Button onClick={() => setMaking(true)}>Make a link</Button>}>
      <p className="muted spaced">
        For people without an account. A link shows the published guideline of this taxonomy and nothing else.
      </p>
      <Loaded query={query} label="Loading the links">
        {({ links }) =>
          links.length === 0 ? (
            <EmptyState title="No link has been made yet" />
          ) : (
            <Table
              caption="Read-only links"
              hideCaption
              rows={links}
              rowKey={(one) => one.id}
              columns={[
                { key: "label", head: "For", isRowHead: true, cell: (one) => visible(one.label) },
                { key: "version", head: "Shows", cell: (one) => one.version ?? "the newest version" },
                { key: "state", head: "State", cell: (one) => <LinkState link={one} /> },
                {
                  key: "until",
                  head: "Until",
                  cell: (one) => (one.expires_at ? formatDay(one.expires_at) : "revoked"),
                },
                {
                  key: "opened",
                  head: "Last opened",
                  cell: (one) => (one.opened_at ? formatMoment(one.opened_at) : "never"),
                },
                {
                  key: "act",
                  head: "Act",
                  cell: (one) =>
                    one.state === "open" && (
                      <Button small kind="danger" onClick={() => setRevoked(one)}>
                        Revoke<span className="visually-hidden"> {visible(one.label)}</span>
                      </Button>
                    ),
                },
              ]}
            />
          )
        }
      </Loaded>
      <MakeDialog
        document={document}
        isOpen={isMaking}
        onClose={() => setMaking(false)}
        onMade={() => void renew()}
      />
      <ConfirmDialog
        title="Revoke this link?"
        confirm="Revoke link"
        isDanger
        isOpen={revoked !== null}
        onClose={() => setRevoked(null)}
        onConfirm={async () => {
          if (revoked) await api.delete(`/taxonomies/${slug}/guideline-links/${revoked.id}`);
          await renew();
        }}
      >
        Whoever has the link “{visible(revoked?.label ?? "")}” sees nothing from now on. It cannot be made
        valid again.
      </ConfirmDialog>
    </Panel>
  );
}

function LinkState({ link }: { link: Link }) {
  return <Badge tone={link.state === "open" ? "ok" : "neutral"}>{link.state}</Badge>;
}

interface MakeDialogProps {
  document: VersionDocument;
  isOpen: boolean;
  onClose: () => void;
  onMade: () => void;
}

function MakeDialog({ document, isOpen, onClose, onMade }: MakeDialogProps) {
  const [made, setMade] = useState<Made | null>(null);
  const close = () => {
    setMade(null);
    onClose();
  };
  return (
    <Dialog
      title={made ? "Copy the link now" : "Make a read-only link"}
      isOpen={isOpen}
      onClose={close}
      isKept={made !== null}
    >
      {made ? (
        <Shown link={made.link} onDone={close} />
      ) : (
        <MakeForm
          document={document}
          onMade={(link) => {
            setMade(link);
            onMade();
          }}
        />
      )}
    </Dialog>
  );
}

function MakeForm({ document, onMade }: { document: VersionDocument; onMade: (made: Made) => void }) {
  const isFrozen = document.state === "published" || document.state === "retired";
  const [label, setLabel] = useState("");
  const [shows, setShows] = useState<"newest" | "this">("newest");
  const [life, setLife] = useState("90");
  const [error, setError] = useState<unknown>(null);
  const [isBusy, setBusy] = useState(false);
  const errors = byField(error);
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    if (isBusy) return;
    setBusy(true);
    setError(null);
    try {
      onMade(
        await api.post<Made>(`/taxonomies/${document.slug}/guideline-links`, {
          label: label.trim(),
          version: shows === "this" ? document.number : null,
          expires_in_days: life ? Number(life) : null,
        }),
      );
    } catch (thrown) {
      setError(thrown);
    } finally {
      setBusy(false);
    }
  };
  return (
    <form className="form" noValidate onSubmit={(event) => void submit(event)}>
      {error !== null && Object.keys(errors).length === 0 && <ErrorState error={error} />}
      <TextField
        label="For whom"
        hint="Such as “shop team”; only owners see it."
        maxLength={120}
        value={label}
        onChange={setLabel}
        error={errors["label"]}
      />
      <RadioGroup
        label="It shows"
        options={[
          { value: "newest", label: "always the newest published version" },
          {
            value: "this",
            label: `version ${document.number} for good`,
            isDisabled: !isFrozen,
            ...(!isFrozen && { hint: "Only a published version can be shown." }),
          },
        ]}
        value={shows}
        onChange={setShows}
      />
      <SelectField
        label="Works for"
        options={LIVES}
        value={life}
        onChange={setLife}
        error={errors["expires_in_days"]}
      />
      <div className="form-actions">
        <Button type="submit" kind="primary" isBusy={isBusy}>
          Make the link
        </Button>
      </div>
    </form>
  );
}

function Shown({ link, onDone }: { link: string; onDone: () => void }) {
  const [copied, setCopied] = useState<"no" | "yes" | "refused">("no");
  const copy = () =>
    navigator.clipboard.writeText(link).then(
      () => setCopied("yes"),
      () => setCopied("refused"),
    );
  return (
    <>
      <Notice tone="warn" title="It is shown only this once">
        Whoever has it reads the guideline. Make a new one if it is lost, and revoke this one.
      </Notice>
      <TextField
        label="Link"
        isWide
        readOnly
        value={link}
        onChange={() => {}}
        onFocus={(event) => event.currentTarget.select()}
        hint={copied === "refused" ? "The browser refused to copy: select the link and copy it." : undefined}
      />
      <div className="form-actions">
        <Button kind="primary" onClick={() => void copy()}>
          {copied === "yes" ? "Copied" : "Copy link"}
        </Button>
        <Button onClick={onDone}>Done</Button>
      </div>
    </>
  );
}
