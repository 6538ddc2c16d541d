import { useSignedIn, type SessionUser } from "../api/session";
import { LinkButton } from "../ui/Button";
import { PageHeader } from "../ui/PageHeader";
import { EmptyState } from "../ui/States";
import { MyCampaigns } from "./MyCampaigns";
import { OwnedTaxonomies } from "./OwnedTaxonomies";
import { ProjectCard } from "./ProjectCard";

/** What waits for this person, by what they are: reviewer, lead or adjudicator, taxonomy owner, newcomer. */
export default function HomePage() {
  const { user, memberships } = useSignedIn();
  const reviews = memberships.some(({ roles }) => roles.includes("reviewer"));
  const runs = memberships.filter(({ roles }) => roles.includes("lead") || roles.includes("adjudicator"));
  const ownsTaxonomies = user.may_create_taxonomies;
  const mayCreate = user.may_create_projects || user.is_admin;
  return (
    <>
      <PageHeader
        title="Home"
        lead={`Good to see you, ${user.name}.`}
        actions={
          mayCreate && memberships.length > 0 ? (
            <LinkButton href="/projects/new">New project</LinkButton>
          ) : undefined
        }
      />
      {reviews && <MyCampaigns />}
      {runs.length > 0 && (
        <section aria-labelledby="my-projects" className="stack">
          <h2 id="my-projects">Your projects</h2>
          {runs.map((membership, place) => (
            <ProjectCard
              key={membership.project.id}
              membership={membership}
              isMain={!reviews && place === 0}
            />
          ))}
        </section>
      )}
      {memberships.length === 0 && (mayCreate || !ownsTaxonomies) && (
        <Newcomer user={user} mayCreate={mayCreate} />
      )}
      <OwnedTaxonomies mayCreate={ownsTaxonomies} />
    </>
  );
}

function Newcomer({ user, mayCreate }: { user: SessionUser; mayCreate: boolean }) {
  if (!mayCreate) {
    return (
      <EmptyState title="You are not a member of a project yet">
        A lead of a project can invite you. Give them the address <strong>{user.email}</strong>; the link they
        hand you brings you in.
      </EmptyState>
    );
  }
  return (
    <EmptyState
      title="Make your first project"
      actions={
        <LinkButton kind="primary" href="/projects/new">
          New project
        </LinkButton>
      }
    >
      <ol className="first-steps">
        <li>A project holds people, images and campaigns; you become its lead.</li>
        <li>Import images with their generation record.</li>
        <li>Import and publish a taxonomy: what counts as a defect.</li>
        <li>Invite reviewers and open a campaign.</li>
        <li>Read where they agree, settle the rest, export gold.</li>
      </ol>
    </EmptyState>
  );
}
