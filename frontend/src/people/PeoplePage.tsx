import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useParams } from "wouter";
import { api } from "../api/client";
import { keys } from "../api/keys";
import type { components } from "../api/schema";
import { useSignedIn, type Role } from "../api/session";
import { Badge } from "../ui/Badge";
import { Button, LinkButton } from "../ui/Button";
import { ConfirmDialog } from "../ui/ConfirmDialog";
import { Dialog } from "../ui/Dialog";
import { formatDay, formatMoment, plural } from "../ui/format";
import { Menu } from "../ui/Menu";
import { PageHeader } from "../ui/PageHeader";
import { Panel } from "../ui/Panel";
import { EmptyState } from "../ui/States";
import { Table, type Column } from "../ui/Table";
import { useToast } from "../ui/Toast";
import { InviteDialog } from "./InviteDialog";
import { OneTimeLink } from "./OneTimeLink";

type People = components["schemas"]["PeopleDocument"];
type Person = components["schemas"]["PersonDocument"];
type Invitation = components["schemas"]["OpenInvitationDocument"];
type Link = components["schemas"]["OneTimeLinkMade"];

/** Who belongs to a project, in which roles; invitations; new passwords. */
export default function PeoplePage() {
  const { project = "" } = useParams<{ project: string }>();
  const session = useSignedIn();
  const client = useQueryClient();
  const toast = useToast();
  const address = `/projects/${encodeURIComponent(project)}`;
  const [isInviting, setInviting] = useState(false);
  const [ending, setEnding] = useState<{ person: Person; role: Role } | null>(null);
  const [link, setLink] = useState<{ person: Person; made: Link } | null>(null);
  const query = useQuery({
    queryKey: keys.project(project, "people"),
    queryFn: ({ signal }) => api.get<People>(`${address}/people`, { signal }),
  });
  const renew = () => client.invalidateQueries({ queryKey: keys.project(project, "people") });
  const end = async ({ person, role }: { person: Person; role: Role }) => {
    const done = await api.delete<components["schemas"]["RoleEnded"]>(
      `${address}/people/${person.id}/roles/${role}`,
    );
    await renew();
    const back =
      done.leases_released > 0 ? `${plural(done.leases_released, "Item")} went back to the queue.` : "";
    toast.ok(`${person.name} is no longer ${role}`, back ? { detail: back } : {});
  };
  const makeLink = async (person: Person) => {
    try {
      setLink({ person, made: await api.post<Link>(`${address}/people/${person.id}/password-link`) });
    } catch (thrown) {
      toast.error(thrown);
    }
  };
  const name = session.memberships.find((one) => one.project.slug === project)?.project.name ?? project;
  return (
    <>
      <PageHeader
        title="People and roles"
        crumbs={[{ label: name, href: "/" }, { label: "People" }]}
        lead="Who belongs to this project and what each of them may do here."
        actions={
          <>
            <LinkButton href={`/projects/${project}/journal`}>Journal</LinkButton>
            <Button kind="primary" onClick={() => setInviting(true)}>
              Invite somebody
            </Button>
          </>
        }
      />
      <Panel flush title="Members">
        <Table
          caption="Members of the project"
          hideCaption
          columns={memberColumns(
            (person, role) => setEnding({ person, role }),
            (person) => void makeLink(person),
          )}
          rows={query.data?.people}
          rowKey={(person) => person.id}
          error={query.error}
          onRetry={() => void query.refetch()}
        />
      </Panel>
      <Panel flush title="Open invitations">
        <Table
          caption="Invitations that nobody has used yet"
          hideCaption
          columns={INVITATIONS}
          rows={query.data?.invitations}
          rowKey={(invitation) => invitation.id}
          error={query.error}
          empty={
            <EmptyState title="No open invitations">
              An invitation is a link that you hand over yourself; it appears here until it is used.
            </EmptyState>
          }
        />
      </Panel>
      <InviteDialog
        project={project}
        isOpen={isInviting}
        onClose={() => setInviting(false)}
        onMade={() => void renew()}
      />
      <Dialog
        title={`New password for ${link?.person.name ?? ""}`}
        isOpen={link !== null}
        onClose={() => setLink(null)}
        isKept
      >
        {link && (
          <OneTimeLink
            link={link.made.link}
            expiresAt={link.made.expires_at}
            advice={`Whoever opens this link chooses a new password for ${link.person.name} and is signed in: hand it to nobody else.`}
            onDone={() => setLink(null)}
          />
        )}
      </Dialog>
      <ConfirmDialog
        title={ending ? `${ending.person.name}: end the role ${ending.role}?` : ""}
        confirm="End membership"
        isDanger
        isOpen={ending !== null}
        onClose={() => setEnding(null)}
        onConfirm={() => (ending ? end(ending) : undefined)}
      >
        {ending && consequence(ending.person, ending.role)}
      </ConfirmDialog>
    </>
  );
}

function consequence(person: Person, role: Role): string {
  const what =
    role === "reviewer" && person.live_leases > 0
      ? `${plural(person.live_leases, "Item")} reserved for them ${person.live_leases === 1 ? "goes" : "go"} back to the queue at once. `
      : "";
  const rest =
    person.roles.length > 1 ? "Their other roles stay. " : "They lose all access to this project. ";
  return `${what}${rest}Their answers stay. You can invite them again.`;
}

function memberColumns(
  onEnd: (person: Person, role: Role) => void,
  onPassword: (person: Person) => void,
): Column<Person>[] {
  return [
    {
      key: "name",
      head: "Name",
      isRowHead: true,
      cell: (person) => (
        <>
          {person.name} {!person.is_active && <Badge tone="warn">deactivated</Badge>}
        </>
      ),
    },
    { key: "email", head: "Email", cell: (person) => person.email },
    {
      key: "roles",
      head: "Roles",
      cell: (person) => (
        <span className="row">
          {person.roles.map((role) => (
            <Badge key={role}>{role}</Badge>
          ))}
        </span>
      ),
    },
    { key: "pseudonym", head: "Known in reports as", cell: (person) => person.pseudonym ?? "–" },
    { key: "leases", head: "Reserved now", numeric: true, cell: (person) => person.live_leases },
    { key: "since", head: "Since", cell: (person) => formatDay(person.since) },
    {
      key: "act",
      head: <span className="visually-hidden">Actions</span>,
      cell: (person) => (
        <Menu
          button="Actions"
          label={`Actions for ${person.name}`}
          entries={[
            { id: "password", label: "Link for a new password…", run: () => onPassword(person) },
            ...person.roles.map((role) => ({
              id: role,
              label: `End the role ${role}…`,
              run: () => onEnd(person, role),
            })),
          ]}
        />
      ),
    },
  ];
}

const INVITATIONS: Column<Invitation>[] = [
  { key: "email", head: "Email", isRowHead: true, cell: (one) => one.email },
  { key: "role", head: "Role", cell: (one) => <Badge>{one.role}</Badge> },
  { key: "made", head: "Made", cell: (one) => formatMoment(one.created_at) },
  { key: "expires", head: "Works until", cell: (one) => formatMoment(one.expires_at) },
];
