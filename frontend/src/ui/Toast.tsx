import { createContext, useCallback, useContext, useEffect, useMemo, useState, type ReactNode } from "react";
import { Button } from "./Button";
import { explain } from "./explain";

interface Message {
  id: number;
  tone: "ok" | "info" | "error";
  text: string;
  detail?: string;
  action?: { label: string; run: () => void };
}

type NewMessage = Omit<Message, "id" | "tone" | "text">;

export interface Toaster {
  ok: (text: string, more?: NewMessage) => void;
  info: (text: string, more?: NewMessage) => void;
  /** Takes a sentence, or anything thrown. Stays until closed. */
  error: (error: unknown, more?: NewMessage) => void;
}

const Toasts = createContext<Toaster | null>(null);
const SHOWN_MS = 6_000;
let nextId = 1;

export function ToastProvider({ children }: { children: ReactNode }) {
  const [messages, setMessages] = useState<readonly Message[]>([]);
  const add = useCallback((message: Omit<Message, "id">) => {
    setMessages((now) => [...now.slice(-3), { ...message, id: nextId++ }]);
  }, []);
  const drop = useCallback(
    (id: number) => setMessages((now) => now.filter((message) => message.id !== id)),
    [],
  );
  const toaster = useMemo<Toaster>(
    () => ({
      ok: (text, more) => add({ tone: "ok", text, ...more }),
      info: (text, more) => add({ tone: "info", text, ...more }),
      error: (error, more) => {
        const { title, detail } = typeof error === "string" ? { title: error, detail: "" } : explain(error);
        add({ tone: "error", text: title, ...(detail && { detail }), ...more });
      },
    }),
    [add],
  );
  return (
    <Toasts value={toaster}>
      {children}
      <div
        className="toasts"
        role="region"
        aria-label="Messages"
        aria-live="polite"
        // Readable also while a dialog is open.
        data-react-aria-top-layer="true"
      >
        {messages.map((message) => (
          <ToastCard key={message.id} message={message} onDrop={drop} />
        ))}
      </div>
    </Toasts>
  );
}

export function useToast(): Toaster {
  const toaster = useContext(Toasts);
  if (!toaster) throw new Error("useToast needs a ToastProvider above it");
  return toaster;
}

function ToastCard({ message, onDrop }: { message: Message; onDrop: (id: number) => void }) {
  const [isHeld, setHeld] = useState(false);
  const stays = isHeld || message.tone === "error" || message.action !== undefined;
  useEffect(() => {
    if (stays) return;
    const timer = setTimeout(() => onDrop(message.id), SHOWN_MS);
    return () => clearTimeout(timer);
  }, [stays, message.id, onDrop]);
  return (
    <div
      className={`toast ${message.tone}`}
      onPointerEnter={() => setHeld(true)}
      onPointerLeave={() => setHeld(false)}
    >
      <div className="stack tight">
        <strong>{message.text}</strong>
        {message.detail && <span>{message.detail}</span>}
        {message.action && (
          <span>
            <Button
              small
              onClick={() => {
                message.action?.run();
                onDrop(message.id);
              }}
            >
              {message.action.label}
            </Button>
          </span>
        )}
      </div>
      <Button
        kind="quiet"
        small
        aria-label={`Close message: ${message.text}`}
        onClick={() => onDrop(message.id)}
      >
        ✕
      </Button>
    </div>
  );
}
