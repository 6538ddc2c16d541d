import { useSignedIn } from "../api/session";
import { projectNavigation } from "../app/navigation";
import { Link } from "wouter";
import { Badge } from "../ui/Badge";
import { PageHeader } from "../ui/PageHeader";
import { Panel } from "../ui/Panel";
import { EmptyState } from "../ui/States";

/** The projects of a person and where their roles let them go. */
export default function HomePage() {
  const { user, memberships } = useSignedIn();
  return (
    <>
      <PageHeader title="Home" lead={`Signed in as ${user.name}.`} />
      {memberships.length === 0 && (
        <EmptyState title="You are not a member of a project yet">
          A lead can invite you to one. Give them the address {user.email}.
        </EmptyState>
      )}
      <div className="grid">
        {memberships.map(({ project, roles }) => (
          <Panel
            key={project.id}
            title={project.name}
            aside={roles.map((role) => (
              <Badge key={role}>{role}</Badge>
            ))}
          >
            <nav aria-label={project.name} className="stack tight">
              {projectNavigation(project.slug, roles).map((entry) => (
                <Link key={entry.href} href={entry.href}>
                  {entry.label}
                </Link>
              ))}
            </nav>
          </Panel>
        ))}
      </div>
    </>
  );
}
