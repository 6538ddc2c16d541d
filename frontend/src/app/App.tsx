import { ToastProvider } from "../ui/Toast";
import { ErrorBoundary } from "./ErrorBoundary";
import { Pages } from "./Pages";

export function App() {
  return (
    <ErrorBoundary>
      <ToastProvider>
        <Pages />
      </ToastProvider>
    </ErrorBoundary>
  );
}
