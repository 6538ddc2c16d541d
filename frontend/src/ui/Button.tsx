import type { ButtonHTMLAttributes, ReactNode, Ref } from "react";
import { Link } from "wouter";

export type ButtonKind = "plain" | "primary" | "danger" | "quiet";

interface Look {
  kind?: ButtonKind;
  small?: boolean;
}

export interface ButtonProps extends ButtonHTMLAttributes<HTMLButtonElement>, Look {
  /** Shows that the act is under way and refuses a second press; the button keeps its place and focus. */
  isBusy?: boolean;
  ref?: Ref<HTMLButtonElement>;
}

export function Button({
  kind = "plain",
  small,
  isBusy,
  onClick,
  children,
  className,
  ...rest
}: ButtonProps) {
  return (
    <button
      type="button"
      {...rest}
      className={classes(kind, small, className)}
      aria-busy={isBusy || undefined}
      onClick={(event) => (isBusy ? event.preventDefault() : onClick?.(event))}
    >
      {isBusy && <span className="spin" aria-hidden="true" />}
      {children}
    </button>
  );
}

export interface LinkButtonProps extends Look {
  /** A path of this application; for a file to download set `download`. */
  href: string;
  download?: boolean | string;
  className?: string;
  children: ReactNode;
}

/** A link that looks like a button, for going somewhere. Acts are Buttons. */
export function LinkButton({ kind = "plain", small, href, download, className, children }: LinkButtonProps) {
  const look = classes(kind, small, className);
  if (download !== undefined) {
    return (
      <a href={href} download={download === false ? undefined : download} className={look}>
        {children}
      </a>
    );
  }
  return (
    <Link href={href} className={look}>
      {children}
    </Link>
  );
}

function classes(kind: ButtonKind, small?: boolean, extra?: string): string {
  return ["button", kind !== "plain" && kind, small && "small", extra].filter(Boolean).join(" ");
}
