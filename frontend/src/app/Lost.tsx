import type { Role } from "../api/session";
import { LinkButton } from "../ui/Button";
import { PageHeader } from "../ui/PageHeader";
import { EmptyState } from "../ui/States";

export function NotFound() {
  return (
    <>
      <PageHeader title="This page is not here" />
      <EmptyState
        title="Nothing lies under this address"
        actions={<LinkButton href="/">Go to your home page</LinkButton>}
      >
        The link may be old, or it belongs to a project you are not a member of.
      </EmptyState>
    </>
  );
}

export function NoPermission({ needed }: { needed: readonly Role[] }) {
  return (
    <>
      <PageHeader title="You may not see this page" />
      <EmptyState
        title={`This page is for ${needed.map((role) => `${role}s`).join(" and ")} of the project`}
        actions={<LinkButton href="/">Go to your home page</LinkButton>}
      >
        A lead of the project can give you the role on its page “People”.
      </EmptyState>
    </>
  );
}

export function AdministratorsOnly() {
  return (
    <>
      <PageHeader title="You may not see this page" />
      <EmptyState
        title="This page is for administrators"
        actions={<LinkButton href="/">Go to your home page</LinkButton>}
      >
        An administrator of this installation can give you the right.
      </EmptyState>
    </>
  );
}
