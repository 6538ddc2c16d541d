import { QueryClientProvider } from "@tanstack/react-query";
import { useState } from "react";
import { makeQueryClient } from "../api/queryClient";
import { ToastProvider } from "../ui/Toast";
import { ErrorBoundary } from "./ErrorBoundary";
import { Pages } from "./Pages";

export function App() {
  const [client] = useState(makeQueryClient);
  return (
    <ErrorBoundary>
      <QueryClientProvider client={client}>
        <ToastProvider>
          <Pages />
        </ToastProvider>
      </QueryClientProvider>
    </ErrorBoundary>
  );
}
