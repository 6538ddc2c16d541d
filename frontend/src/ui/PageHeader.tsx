import { useEffect, type ReactNode } from "react";
import { Link } from "wouter";

export interface Crumb {
  label: string;
  href?: string;
}

/** Where this page lies; the last crumb is the page itself and needs no href. */
export function Breadcrumbs({ crumbs }: { crumbs: readonly Crumb[] }) {
  return (
    <nav aria-label="Breadcrumbs">
      <ol className="crumbs">
        {crumbs.map((crumb, place) => (
          <li key={`${place}-${crumb.label}`}>
            {crumb.href ? (
              <Link href={crumb.href}>{crumb.label}</Link>
            ) : (
              <span aria-current={place === crumbs.length - 1 ? "page" : undefined}>{crumb.label}</span>
            )}
          </li>
        ))}
      </ol>
    </nav>
  );
}

interface PageHeaderProps {
  /** The one h1 of the page; a string also names the browser tab. */
  title: ReactNode;
  /** Name of the browser tab where `title` is not a plain string. */
  tab?: string;
  /** One or two sentences: what this page is for, or what it says. */
  lead?: ReactNode;
  crumbs?: readonly Crumb[];
  /** Buttons, at most one of them primary. */
  actions?: ReactNode;
}

export function PageHeader({ title, tab, lead, crumbs, actions }: PageHeaderProps) {
  usePageTitle(tab ?? (typeof title === "string" ? title : "Touchstone"));
  return (
    <header className="page-head">
      {crumbs && <Breadcrumbs crumbs={crumbs} />}
      <div className="row between">
        <h1>{title}</h1>
        {actions && <div className="row">{actions}</div>}
      </div>
      {lead && <p className="lead">{lead}</p>}
    </header>
  );
}

export function usePageTitle(title: string): void {
  useEffect(() => {
    document.title = title === "Touchstone" ? title : `${title} · Touchstone`;
  }, [title]);
}
