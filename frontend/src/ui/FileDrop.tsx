import { useRef, useState, type DragEvent, type ReactNode } from "react";
import { Button } from "./Button";

export interface FileDropProps {
  /** Name of the button: "Choose images". */
  label: string;
  /** Which kinds, how large, how many. */
  hint?: ReactNode;
  /** As of `<input accept>`: "image/png,image/jpeg,.zip". */
  accept?: string;
  isMultiple?: boolean;
  isDisabled?: boolean;
  /** Gets what was chosen or dropped; folders that were dropped come as the files in them. */
  onFiles: (files: File[]) => void;
}

export function FileDrop({ label, hint, accept, isMultiple = true, isDisabled, onFiles }: FileDropProps) {
  const input = useRef<HTMLInputElement>(null);
  const [isOver, setOver] = useState(false);
  const drop = async (event: DragEvent) => {
    event.preventDefault();
    setOver(false);
    if (isDisabled) return;
    const files = await filesOf(event.dataTransfer);
    if (files.length > 0) onFiles(isMultiple ? files : files.slice(0, 1));
  };
  return (
    <div
      className="drop"
      data-drop-target={isOver || undefined}
      onDragOver={(event) => {
        event.preventDefault();
        setOver(true);
      }}
      onDragLeave={() => setOver(false)}
      onDrop={(event) => void drop(event)}
    >
      <input
        ref={input}
        type="file"
        hidden
        accept={accept}
        multiple={isMultiple}
        data-testid="file-input"
        onChange={(event) => {
          const files = [...(event.target.files ?? [])];
          event.target.value = "";
          if (files.length > 0) onFiles(files);
        }}
      />
      <Button disabled={isDisabled} onClick={() => input.current?.click()}>
        {label}
      </Button>
      <span className="muted">or drop {isMultiple ? "files or a folder" : "a file"} here</span>
      {hint && <span className="hint">{hint}</span>}
    </div>
  );
}

async function filesOf(transfer: DataTransfer): Promise<File[]> {
  const entries = [...transfer.items].map((item) => item.webkitGetAsEntry?.() ?? null);
  if (entries.length === 0 || entries.includes(null)) return [...transfer.files];
  const found = await Promise.all(entries.map((entry) => (entry ? walk(entry) : [])));
  return found.flat();
}

async function walk(entry: FileSystemEntry): Promise<File[]> {
  if (entry.isFile) {
    return [
      await new Promise<File>((resolve, reject) => (entry as FileSystemFileEntry).file(resolve, reject)),
    ];
  }
  const reader = (entry as FileSystemDirectoryEntry).createReader();
  const found: File[] = [];
  // A reader gives at most 100 entries a time and an empty list at the end.
  for (;;) {
    const part = await new Promise<FileSystemEntry[]>((resolve, reject) =>
      reader.readEntries(resolve, reject),
    );
    if (part.length === 0) return found;
    for (const one of part) found.push(...(await walk(one)));
  }
}
