import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { api } from "../api/client";
import { keys } from "../api/keys";
import { useSignedIn } from "../api/session";
import { Badge } from "../ui/Badge";
import { Button } from "../ui/Button";
import { ConfirmDialog } from "../ui/ConfirmDialog";
import { formatDay, formatMoment } from "../ui/format";
import { PageHeader } from "../ui/PageHeader";
import { Facts, Panel } from "../ui/Panel";
import { EmptyState } from "../ui/States";
import { Table, type Column } from "../ui/Table";
import { useToast } from "../ui/Toast";
import { NewTokenDialog } from "./NewTokenDialog";

export interface Token {
  id: string;
  name: string;
  prefix: string;
  created_at: string;
  expires_at: string | null;
  last_used_at: string | null;
}

export default function AccountPage() {
  const { user, memberships } = useSignedIn();
  return (
    <>
      <PageHeader title="Account" />
      <Panel title="You">
        <Facts
          rows={[
            ["Name", user.name],
            ["Email", user.email],
            ["Rights", rightsOf(user)],
            ...memberships.map(({ project, roles }) => [project.name, roles.join(", ")] as const),
          ]}
        />
      </Panel>
      <Tokens />
    </>
  );
}

function rightsOf(user: ReturnType<typeof useSignedIn>["user"]): string {
  const rights = [
    user.is_admin && "administrator",
    user.may_create_projects && "may create projects",
    user.may_create_taxonomies && "may create taxonomies",
  ].filter(Boolean);
  return rights.join(", ");
}

function Tokens() {
  const client = useQueryClient();
  const toast = useToast();
  const [isMaking, setMaking] = useState(false);
  const [revoked, setRevoked] = useState<Token | null>(null);
  const query = useQuery({
    queryKey: keys.tokens,
    queryFn: async ({ signal }) =>
      rowsOf(await api.get<Token[] | { results: Token[] }>("/tokens", { signal })),
  });
  const renew = () => client.invalidateQueries({ queryKey: keys.tokens });
  const revoke = async (token: Token) => {
    await api.delete(`/tokens/${token.id}`);
    await renew();
    toast.ok(`The token “${token.name}” is revoked`);
  };
  return (
    <Panel
      flush
      title="API tokens"
      aside={
        <Button small onClick={() => setMaking(true)}>
          New token
        </Button>
      }
    >
      <Table
        caption="API tokens"
        hideCaption
        columns={columnsWith(setRevoked)}
        rows={query.data}
        rowKey={(token) => token.id}
        error={query.error}
        onRetry={() => void query.refetch()}
        empty={
          <EmptyState title="No tokens yet">
            Scripts and notebooks sign in with a token instead of your password.
          </EmptyState>
        }
      />
      <NewTokenDialog isOpen={isMaking} onClose={() => setMaking(false)} onMade={() => void renew()} />
      <ConfirmDialog
        title={`Revoke “${revoked?.name ?? ""}”?`}
        confirm="Revoke token"
        isDanger
        isOpen={revoked !== null}
        onClose={() => setRevoked(null)}
        onConfirm={() => (revoked ? revoke(revoked) : undefined)}
      >
        Scripts that use it stop working at once. This cannot be undone.
      </ConfirmDialog>
    </Panel>
  );
}

function rowsOf(answer: Token[] | { results: Token[] }): Token[] {
  return Array.isArray(answer) ? answer : answer.results;
}

function columnsWith(onRevoke: (token: Token) => void): Column<Token>[] {
  return [
    { key: "name", head: "Name", isRowHead: true, cell: (token) => token.name },
    { key: "prefix", head: "Begins with", cell: (token) => <code>{token.prefix}…</code> },
    { key: "created", head: "Made", cell: (token) => formatDay(token.created_at) },
    { key: "expires", head: "Expires", cell: (token) => <Expiry expires={token.expires_at} /> },
    {
      key: "used",
      head: "Last used",
      cell: (token) => (token.last_used_at ? formatMoment(token.last_used_at) : "never"),
    },
    {
      key: "act",
      head: <span className="visually-hidden">Actions</span>,
      cell: (token) => (
        <Button small kind="danger" aria-label={`Revoke ${token.name}`} onClick={() => onRevoke(token)}>
          Revoke
        </Button>
      ),
    },
  ];
}

function Expiry({ expires }: { expires: string | null }) {
  if (!expires) return "never";
  return new Date(expires) < new Date() ? (
    <Badge tone="error">expired {formatDay(expires)}</Badge>
  ) : (
    formatDay(expires)
  );
}
