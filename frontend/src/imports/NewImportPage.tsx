import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useLocation, useParams } from "wouter";
import { api } from "../api/client";
import { keys } from "../api/keys";
import { useSignedIn } from "../api/session";
import { Notice } from "../ui/Badge";
import { Button } from "../ui/Button";
import { Segments, TextField } from "../ui/fields";
import { FileDrop } from "../ui/FileDrop";
import { formatBytes, plural } from "../ui/format";
import { PageHeader } from "../ui/PageHeader";
import { Panel } from "../ui/Panel";
import { ProgressBar } from "../ui/ProgressBar";
import { ErrorState } from "../ui/States";
import { FileTable } from "./FileTable";
import type { ImportDetail } from "./runs";
import { useUpload } from "./useUpload";
import "./imports.css";

type From = "computer" | "server";

/** Bringing images in, from this computer or from a folder of the server. */
export default function NewImportPage() {
  const { project = "" } = useParams<{ project: string }>();
  const session = useSignedIn();
  const [from, setFrom] = useState<From>("computer");
  const [, go] = useLocation();
  const client = useQueryClient();
  const name = session.memberships.find((one) => one.project.slug === project)?.project.name ?? project;
  const base = `/projects/${encodeURIComponent(project)}/imports`;
  const open = (run: ImportDetail) => {
    void client.invalidateQueries({ queryKey: keys.project(project) });
    go(`${base}/${run.id}`);
  };
  return (
    <>
      <PageHeader
        title="New import"
        crumbs={[{ label: name, href: "/" }, { label: "Imports", href: base }, { label: "New" }]}
        lead="PNG, JPEG, WebP and GIF. A manifest (CSV or JSONL) beside them tells how each image was made."
      />
      <div className="row">
        <Segments<From>
          label="Where the images are"
          options={[
            { value: "computer", label: "On this computer" },
            { value: "server", label: "In a folder of the server" },
          ]}
          value={from}
          onChange={setFrom}
        />
      </div>
      {from === "computer" ? (
        <FromComputer project={project} onStarted={open} />
      ) : (
        <FromServer project={project} onStarted={open} />
      )}
      <ManifestHelp />
    </>
  );
}

interface FromProps {
  project: string;
  onStarted: (run: ImportDetail) => void;
}

function FromComputer({ project, onStarted }: FromProps) {
  const upload = useUpload(project);
  const { files, isSending } = upload;
  const bytes = files.reduce((sum, one) => sum + one.file.size, 0);
  const sent = files.reduce((sum, one) => sum + one.file.size * one.share, 0);
  const failed = files.filter((one) => one.state === "failed").length;
  const start = async () => {
    const run = await upload.send();
    if (run) onStarted(run);
  };
  return (
    <Panel
      title="Files"
      aside={files.length > 0 && <span className="muted">{plural(files.length, "file")}</span>}
    >
      <div className="stack">
        <FileDrop
          label="Choose files"
          hint="Images up to 64 MB, a ZIP up to 16 GB, a manifest up to 10 MB. A manifest may name images inside a ZIP."
          accept="image/png,image/jpeg,image/webp,image/gif,.zip,.csv,.tsv,.jsonl,.ndjson"
          isDisabled={isSending}
          onFiles={upload.add}
        />
        {upload.error !== null && <ErrorState error={upload.error} />}
        {failed > 0 && !isSending && (
          <Notice tone="error" title={`${plural(failed, "file")} did not arrive`}>
            Remove them or try again: what has arrived is not sent a second time.
          </Notice>
        )}
        {files.length > 0 && (
          <>
            <FileTable files={files} isLocked={isSending} onRemove={upload.remove} />
            {isSending && (
              <ProgressBar
                label="Sending"
                value={bytes > 0 ? sent / bytes : null}
                text={`${formatBytes(sent)} of ${formatBytes(bytes)}`}
              />
            )}
            <div className="form-actions">
              <Button kind="primary" isBusy={isSending} onClick={() => void start()}>
                {failed > 0 ? "Try again and import" : `Import ${plural(files.length, "file")}`}
              </Button>
              {isSending && <Button onClick={upload.cancel}>Cancel</Button>}
            </div>
          </>
        )}
      </div>
    </Panel>
  );
}

function FromServer({ project, onStarted }: FromProps) {
  const [source, setSource] = useState("");
  const [manifest, setManifest] = useState("");
  const [isBusy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const start = async () => {
    setBusy(true);
    setError(null);
    try {
      const body = { kind: "server", source: source.trim(), manifest: manifest.trim() };
      onStarted(await api.post<ImportDetail>(`/projects/${encodeURIComponent(project)}/imports`, body));
    } catch (thrown) {
      setError(thrown);
      setBusy(false);
    }
  };
  return (
    <Panel title="Folder, ZIP or manifest on the server">
      <form
        className="form"
        onSubmit={(event) => {
          event.preventDefault();
          void start();
        }}
      >
        <TextField
          label="Path"
          hint="It must lie below one of the folders that the installation allows for imports (IMPORT_ROOTS)."
          isWide
          maxLength={500}
          value={source}
          onChange={setSource}
          placeholder="/srv/images/round-3"
        />
        <TextField
          label="Manifest in that folder"
          hint="Leave it empty to take the one CSV or JSONL file of the folder, if there is one."
          isOptional
          isWide
          maxLength={500}
          value={manifest}
          onChange={setManifest}
          placeholder="manifest.csv"
        />
        {error !== null && <ErrorState error={error} />}
        <div className="form-actions">
          <Button kind="primary" type="submit" isBusy={isBusy} disabled={source.trim() === ""}>
            Import from the server
          </Button>
        </div>
      </form>
    </Panel>
  );
}

function ManifestHelp() {
  return (
    <Panel title="What a manifest holds">
      <div className="stack tight report">
        <p>
          One row an image. Only <code>file</code> is needed: the path of the image beside the manifest. All
          other columns describe how it was made.
        </p>
        <p className="manifest-columns">
          {COLUMNS.map((column) => (
            <code key={column}>{column}</code>
          ))}
        </p>
        <p className="muted">
          Columns of other names are kept as parameters. The same bytes with the same record are a duplicate;
          with another record they are a conflict, and the first record stays. Every row that is not taken in
          is listed with its reason.
        </p>
      </div>
    </Panel>
  );
}

const COLUMNS = [
  "file",
  "prompt",
  "negative_prompt",
  "generator",
  "model_version",
  "seed",
  "parameters",
  "reference",
  "brief",
  "source_group",
  "external_id",
];
