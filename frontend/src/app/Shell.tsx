import { useEffect, useRef, useState, type ReactNode } from "react";
import { Link, useLocation } from "wouter";
import { rolesIn, signOut, useSignedIn } from "../api/session";
import { useWaiting } from "../api/waiting";
import { Badge } from "../ui/Badge";
import { ConfirmDialog } from "../ui/ConfirmDialog";
import { plural } from "../ui/format";
import { Menu } from "../ui/Menu";
import { useToast } from "../ui/Toast";
import { Brand } from "./Brand";
import { Queries } from "./Queries";
import {
  administratorNavigation,
  campaignNavigation,
  commonNavigation,
  placeOf,
  projectNavigation,
  type NavigationEntry,
} from "./navigation";

/** Header, navigation and <main> of every page but the labelling ones. */
export default function Shell({ children }: { children: ReactNode }) {
  const main = useRef<HTMLElement>(null);
  const [location] = useLocation();
  const first = useRef(true);
  useEffect(() => {
    if (first.current) {
      first.current = false;
      return;
    }
    window.scrollTo(0, 0);
    main.current?.focus({ preventScroll: true });
  }, [location]);
  return (
    <div className="shell">
      <a className="skip button primary" href="#content" onClick={() => main.current?.focus()}>
        Skip to the content
      </a>
      <TopBar />
      <div className="frame">
        <Sidebar />
        <main id="content" className="content" tabIndex={-1} ref={main}>
          <Queries>{children}</Queries>
        </main>
      </div>
    </div>
  );
}

function TopBar() {
  const waiting = useWaiting();
  return (
    <header className="topbar">
      <Link href="/" className="brand">
        <Brand />
      </Link>
      <ProjectSwitch />
      <span className="push row">
        {waiting > 0 && <Badge tone="warn">{plural(waiting, "answer")} waiting to be sent</Badge>}
        <Account />
      </span>
    </header>
  );
}

function useProject(): string | null {
  const { memberships } = useSignedIn();
  const [location] = useLocation();
  const here = placeOf(location).project;
  const known = memberships.find(({ project }) => project.slug === here || project.id === here);
  return (
    known?.project.slug ?? here ?? (memberships.length === 1 ? (memberships[0]?.project.slug ?? null) : null)
  );
}

function ProjectSwitch() {
  const session = useSignedIn();
  const [, go] = useLocation();
  const current = useProject();
  if (session.memberships.length === 0) return null;
  const name = session.memberships.find(({ project }) => project.slug === current)?.project.name;
  return (
    <Menu
      kind="quiet"
      label={name ? `Project: ${name}` : "Choose a project"}
      button={<span className="clip">{name ?? "Choose a project"}</span>}
      onGo={go}
      entries={session.memberships.map(({ project, roles }) => ({
        id: project.id,
        label: project.name,
        hint: roles.join(", "),
        isCurrent: project.slug === current,
        href: projectNavigation(project.slug, roles)[0]?.href ?? "/",
      }))}
    />
  );
}

function Account() {
  const { user } = useSignedIn();
  const [, go] = useLocation();
  const toast = useToast();
  const waiting = useWaiting();
  const [isAsking, setAsking] = useState(false);
  const leave = () => signOut().catch((error: unknown) => toast.error(error));
  return (
    <>
      <Menu
        kind="quiet"
        label={`Account of ${user.name}`}
        button={<span className="clip">{user.name}</span>}
        title={user.email}
        onGo={go}
        entries={[
          { id: "account", label: "Account and tokens", href: "/account" },
          { id: "keys", label: "Keys", href: "/keys" },
          { id: "sign-out", label: "Sign out", run: () => (waiting > 0 ? setAsking(true) : void leave()) },
        ]}
      />
      <ConfirmDialog
        title="Sign out before everything is sent?"
        confirm="Sign out"
        isDanger
        isOpen={isAsking}
        onClose={() => setAsking(false)}
        onConfirm={leave}
      >
        {plural(waiting, "answer")} still {waiting === 1 ? "waits" : "wait"} on this computer. They are sent
        when you sign in here again; until then nobody else sees them.
      </ConfirmDialog>
    </>
  );
}

function Sidebar() {
  const session = useSignedIn();
  const [location] = useLocation();
  const project = useProject();
  const { campaign } = placeOf(location);
  const roles = project ? rolesIn(session, project) : [];
  const inProject = project ? projectNavigation(project, roles) : [];
  const inCampaign = project && campaign ? campaignNavigation(project, campaign, roles) : [];
  return (
    <nav className="sidebar" aria-label="Main">
      <NavLink href="/" label="Home" />
      {inProject.length > 0 && <h2>Project</h2>}
      {inProject.map((entry) => (
        <NavLink key={entry.href} {...entry} isParent={inCampaign.length > 0} />
      ))}
      {inCampaign.length > 0 && <h2>Campaign</h2>}
      {inCampaign.map((entry) => (
        <NavLink key={entry.href} {...entry} />
      ))}
      <h2>For everybody</h2>
      {commonNavigation().map((entry) => (
        <NavLink key={entry.href} {...entry} isParent={inProject.length > 0} />
      ))}
      {session.user.is_admin && <h2>Administration</h2>}
      {administratorNavigation(session.user.is_admin).map((entry) => (
        <NavLink key={entry.href} {...entry} />
      ))}
    </nav>
  );
}

function NavLink({ href, label, isParent }: NavigationEntry & { isParent?: boolean }) {
  const [location] = useLocation();
  const isHere = location === href;
  const isBelow = href !== "/" && location.startsWith(`${href}/`) && !isParent;
  return (
    <Link href={href} aria-current={isHere ? "page" : isBelow ? "true" : undefined}>
      {label}
    </Link>
  );
}
