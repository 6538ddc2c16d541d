import { Badge, type Tone } from "../ui/Badge";
import { Button } from "../ui/Button";
import { formatBytes } from "../ui/format";
import { Table, type Column } from "../ui/Table";
import type { FileState, UploadFile } from "./useUpload";

const TONES: Record<FileState, Tone> = { waiting: "neutral", sending: "info", sent: "ok", failed: "error" };
const SHOWN = 200;

interface FileTableProps {
  files: readonly UploadFile[];
  isLocked: boolean;
  onRemove: (number: number) => void;
}

/** The chosen files with how far each is; of very many those that need a look come first. */
export function FileTable({ files, isLocked, onRemove }: FileTableProps) {
  const order: Record<FileState, number> = { failed: 0, sending: 1, waiting: 2, sent: 3 };
  const shown =
    files.length > SHOWN ? [...files].sort((a, b) => order[a.state] - order[b.state]).slice(0, SHOWN) : files;
  const columns: Column<UploadFile>[] = [
    {
      key: "name",
      head: "File",
      isRowHead: true,
      className: "import-file",
      cell: (one) => <bdi>{one.name}</bdi>,
    },
    { key: "size", head: "Size", numeric: true, cell: (one) => formatBytes(one.file.size) },
    {
      key: "state",
      head: "State",
      cell: (one) => (
        <>
          <Badge tone={TONES[one.state]}>
            {one.state === "sending" ? `sending ${Math.round(one.share * 100)} %` : one.state}
          </Badge>
          {one.problem && <span className="field-error"> {one.problem}</span>}
        </>
      ),
    },
    {
      key: "remove",
      head: <span className="visually-hidden">Remove</span>,
      cell: (one) =>
        one.state !== "sent" && (
          <Button small kind="quiet" disabled={isLocked} onClick={() => onRemove(one.number)}>
            Remove<span className="visually-hidden"> {one.name}</span>
          </Button>
        ),
    },
  ];
  return (
    <Table
      caption="Chosen files"
      hideCaption
      columns={columns}
      rows={shown}
      rowKey={(one) => String(one.number)}
      maxHeight="22rem"
      footer={
        files.length > SHOWN ? (
          <span className="muted">{`${SHOWN} of ${files.length} files are listed.`}</span>
        ) : null
      }
    />
  );
}
