import { useQuery } from "@tanstack/react-query";
import { Link } from "wouter";
import { api } from "../api/client";
import { keys } from "../api/keys";
import type { components } from "../api/schema";
import { useSignedIn } from "../api/session";
import { projectNavigation } from "../app/navigation";
import { Badge } from "../ui/Badge";
import { LinkButton } from "../ui/Button";
import { formatDay } from "../ui/format";
import { PageHeader } from "../ui/PageHeader";
import { EmptyState } from "../ui/States";
import { Table, type Column } from "../ui/Table";

type Project = components["schemas"]["ProjectDocument"];

const COLUMNS: Column<Project>[] = [
  { key: "name", head: "Name", isRowHead: true, cell: (project) => <Name project={project} /> },
  { key: "slug", head: "Short name", cell: (project) => <code>{project.slug}</code> },
  { key: "about", head: "Description", cell: (project) => project.description || "–" },
  {
    key: "roles",
    head: "Your roles",
    cell: (project) => (
      <span className="row">
        {project.roles.map((role) => (
          <Badge key={role}>{role}</Badge>
        ))}
      </span>
    ),
  },
  { key: "made", head: "Made", cell: (project) => formatDay(project.created_at) },
];

/** The projects one belongs to. */
export default function ProjectsPage() {
  const { user } = useSignedIn();
  const mayCreate = user.may_create_projects || user.is_admin;
  const query = useQuery({
    queryKey: keys.projects,
    queryFn: ({ signal }) => api.get<Project[]>("/projects", { signal }),
  });
  const create = (
    <LinkButton kind="primary" href="/projects/new">
      New project
    </LinkButton>
  );
  return (
    <>
      <PageHeader
        title="Projects"
        lead="People, images and campaigns that belong together. Nobody outside a project sees anything of it."
        actions={mayCreate ? create : undefined}
      />
      <Table
        caption="Your projects"
        hideCaption
        columns={COLUMNS}
        rows={query.data}
        rowKey={(project) => project.id}
        error={query.error}
        onRetry={() => void query.refetch()}
        empty={
          <EmptyState title="You belong to no project yet">
            {mayCreate
              ? "Make the first one: you become its lead and invite the others."
              : `A lead can invite you; give them the address ${user.email}.`}
          </EmptyState>
        }
      />
    </>
  );
}

function Name({ project }: { project: Project }) {
  const first = projectNavigation(project.slug, project.roles)[0];
  return first ? <Link href={first.href}>{project.name}</Link> : <>{project.name}</>;
}
