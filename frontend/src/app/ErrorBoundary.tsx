import { Component, type ReactNode } from "react";
import { Button } from "../ui/Button";

interface Props {
  /** A new value (the path) gives the page another chance. */
  resetOn?: string;
  children: ReactNode;
}

interface State {
  error: Error | null;
  resetOn: string | undefined;
}

/** Catches what a page throws while it renders, and chunks that a newer release has replaced. */
export class ErrorBoundary extends Component<Props, State> {
  override state: State = { error: null, resetOn: this.props.resetOn };

  static getDerivedStateFromError(error: Error): Partial<State> {
    return { error };
  }

  static getDerivedStateFromProps(props: Props, state: State): Partial<State> | null {
    return props.resetOn === state.resetOn ? null : { error: null, resetOn: props.resetOn };
  }

  override render() {
    const { error } = this.state;
    if (!error) return this.props.children;
    const isReplaced = /import|module|preload|chunk/i.test(error.message);
    return (
      <div className="notice error" role="alert">
        <strong>{isReplaced ? "This part of the page could not be loaded" : "This page met an error"}</strong>
        <div>
          {isReplaced
            ? "A newer release may have been installed, or the connection broke. Reload the page."
            : "It is our mistake, not yours. Reload the page; if it comes back, tell your administrator."}
        </div>
        <div className="row">
          <Button small onClick={() => window.location.reload()}>
            Reload
          </Button>
        </div>
      </div>
    );
  }
}
