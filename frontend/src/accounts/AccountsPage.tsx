import { keepPreviousData, useQuery, useQueryClient } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { api } from "../api/client";
import { keys } from "../api/keys";
import type { components } from "../api/schema";
import { refreshSession, useSignedIn } from "../api/session";
import { Badge } from "../ui/Badge";
import { ConfirmDialog } from "../ui/ConfirmDialog";
import { TextField } from "../ui/fields";
import { formatDay, plural } from "../ui/format";
import { Menu } from "../ui/Menu";
import { PageHeader } from "../ui/PageHeader";
import { Pagination, useCursor } from "../ui/Pagination";
import { EmptyState } from "../ui/States";
import { Table, type Column } from "../ui/Table";
import { useToast } from "../ui/Toast";

type Account = components["schemas"]["AccountDocument"];
type AccountsDocument = components["schemas"]["AccountsPage"];
type Changed = components["schemas"]["AccountChanged"];
type Right = "may_create_projects" | "may_create_taxonomies" | "is_admin" | "is_active";

interface Change {
  account: Account;
  right: Right;
  to: boolean;
}

const TYPING_MS = 250;
const WORDS: Record<Right, { give: string; take: string }> = {
  may_create_projects: { give: "Let them create projects", take: "No longer create projects" },
  may_create_taxonomies: { give: "Let them create taxonomies", take: "No longer create taxonomies" },
  is_admin: { give: "Make administrator", take: "No longer administrator" },
  is_active: { give: "Activate", take: "Deactivate" },
};

/** Everybody who can sign in, and what they may do in the whole installation. For administrators. */
export default function AccountsPage() {
  const { user } = useSignedIn();
  const client = useQueryClient();
  const toast = useToast();
  const page = useCursor();
  const [typed, setTyped] = useState("");
  const [search, setSearch] = useState("");
  const [change, setChange] = useState<Change | null>(null);
  const { reset } = page;
  useEffect(() => {
    if (typed === search) return;
    const timer = setTimeout(() => {
      reset();
      setSearch(typed);
    }, TYPING_MS);
    return () => clearTimeout(timer);
  }, [typed, search, reset]);
  const query = useQuery({
    queryKey: [...keys.accounts, search, page.cursor],
    queryFn: ({ signal }) =>
      api.get<AccountsDocument>("/accounts", { signal, query: { search, cursor: page.cursor, limit: 50 } }),
    placeholderData: keepPreviousData,
  });
  const act = async ({ account, right, to }: Change) => {
    const done = await api.patch<Changed>(`/accounts/${account.id}`, { [right]: to });
    if (account.id === user.id) await refreshSession();
    await client.invalidateQueries({ queryKey: keys.accounts });
    const back =
      done.leases_released > 0 ? `${plural(done.leases_released, "Item")} went back to the queue.` : "";
    toast.ok(said(account, right, to), back ? { detail: back } : {});
  };
  return (
    <>
      <PageHeader
        title="Accounts"
        lead="Everybody who can sign in here. Roles in a project are given by its leads, on the project’s page People."
      />
      <TextField label="Search by name or email" type="search" value={typed} onChange={setTyped} />
      <Table
        caption="Accounts"
        hideCaption
        columns={columns(setChange)}
        rows={query.data?.rows}
        rowKey={(account) => account.id}
        error={query.error}
        onRetry={() => void query.refetch()}
        empty={
          <EmptyState title="Nobody has such a name or address">Search for a shorter part of it.</EmptyState>
        }
        footer={
          <Pagination
            shown={query.data?.rows.length ?? 0}
            hasPrevious={page.hasPrevious}
            hasNext={!!query.data?.next}
            onPrevious={page.back}
            onNext={() => query.data?.next && page.forward(query.data.next)}
            isBusy={query.isPlaceholderData}
          />
        }
      />
      <ConfirmDialog
        title={
          change
            ? `${change.account.name}: ${WORDS[change.right][change.to ? "give" : "take"].toLowerCase()}?`
            : ""
        }
        confirm={change ? WORDS[change.right][change.to ? "give" : "take"] : ""}
        isDanger={change !== null && !change.to}
        isOpen={change !== null}
        onClose={() => setChange(null)}
        onConfirm={() => (change ? act(change) : undefined)}
      >
        {change && consequence(change, change.account.id === user.id)}
      </ConfirmDialog>
    </>
  );
}

function said({ name }: Account, right: Right, to: boolean): string {
  if (right === "is_active") return to ? `${name} can sign in again` : `${name} is deactivated`;
  if (right === "is_admin")
    return to ? `${name} is an administrator` : `${name} is no longer an administrator`;
  const what = right === "may_create_projects" ? "projects" : "taxonomies";
  return to ? `${name} may create ${what}` : `${name} may no longer create ${what}`;
}

function consequence({ right, to }: Change, isOneself: boolean): string {
  const self = isOneself ? "This is your own account. " : "";
  if (right === "is_active")
    return to
      ? "They can sign in again, with the roles they had."
      : `${self}They lose all access at once, and what is reserved for them goes back to the queues. Their answers stay. You can activate the account again.`;
  if (right === "is_admin")
    return to
      ? "They may create projects and taxonomies, and give and take the rights of everybody, yours included."
      : `${self}They keep their roles in projects.`;
  if (right === "may_create_projects")
    return to ? "They become lead of every project they create." : "The projects they lead stay theirs.";
  return to
    ? "They can import and edit taxonomies, and own what they create."
    : "The taxonomies they own stay, but they can no longer change them.";
}

function columns(onChange: (change: Change) => void): Column<Account>[] {
  return [
    {
      key: "name",
      head: "Name",
      isRowHead: true,
      cell: (account) => (
        <>
          {account.name} {!account.is_active && <Badge tone="warn">deactivated</Badge>}
        </>
      ),
    },
    { key: "email", head: "Email", cell: (account) => account.email },
    { key: "rights", head: "Rights", cell: (account) => <Rights account={account} /> },
    { key: "since", head: "Since", cell: (account) => formatDay(account.created_at) },
    {
      key: "act",
      head: <span className="visually-hidden">Actions</span>,
      cell: (account) => (
        <Menu
          button="Actions"
          label={`Actions for ${account.name}`}
          entries={(Object.keys(WORDS) as Right[]).map((right) => ({
            id: right,
            label: `${WORDS[right][account[right] ? "take" : "give"]}…`,
            run: () => onChange({ account, right, to: !account[right] }),
          }))}
        />
      ),
    },
  ];
}

function Rights({ account }: { account: Account }) {
  const rights = [
    account.is_admin && "administrator",
    account.may_create_projects && "creates projects",
    account.may_create_taxonomies && "creates taxonomies",
  ].filter((one): one is string => typeof one === "string");
  if (rights.length === 0) return <span className="muted">none</span>;
  return (
    <span className="row">
      {rights.map((right) => (
        <Badge key={right}>{right}</Badge>
      ))}
    </span>
  );
}
