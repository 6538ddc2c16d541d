import { useState } from "react";
import { visible } from "../taxonomy/visible";
import { ConfirmDialog } from "../ui/ConfirmDialog";
import { Dialog } from "../ui/Dialog";
import type { Option } from "../ui/fields";
import { FileDrop } from "../ui/FileDrop";
import { ErrorState } from "../ui/States";
import { Tabs } from "../ui/Tabs";
import type { Chosen } from "./examples";
import type { HeldDefect, HeldExample } from "./held";
import { ACCEPTED, copyImage, uploadPicture } from "./pictures";
import { CorpusTab, GoldTab, type Candidate } from "./PictureSources";

export interface PickerProps {
  slug: string;
  defect: HeldDefect;
  levels: readonly Option[];
  example: HeldExample;
  onClose: () => void;
  onPicked: (picture: Chosen) => void;
}

/** Where the picture of an example comes from: a file, an Image of a project, or an Image with gold. */
export function PicturePicker(props: PickerProps) {
  const { slug, defect, levels, example, onClose, onPicked } = props;
  const [tab, setTab] = useState("upload");
  const [wanted, setWanted] = useState<Candidate | null>(null);
  const copy = async () => {
    if (!wanted) return;
    const stored = await copyImage(slug, wanted.image);
    onPicked({ ...wanted.says, sha256: stored.sha256, source: wanted.image });
  };
  return (
    <Dialog title={`Picture of the ${example.kind} example`} size="wide" isOpen onClose={onClose}>
      <Tabs
        label="Where the picture comes from"
        selected={tab}
        onSelect={setTab}
        tabs={[
          { id: "upload", label: "Upload", content: <UploadTab slug={slug} onPicked={onPicked} /> },
          { id: "corpus", label: "Corpus", content: <CorpusTab onWanted={setWanted} /> },
          {
            id: "gold",
            label: "Gold",
            content: (
              <GoldTab slug={slug} defect={defect} levels={levels} example={example} onWanted={setWanted} />
            ),
          },
        ]}
      />
      <ConfirmDialog
        title="Copy this picture out of its project"
        confirm="Copy the picture"
        isOpen={wanted !== null}
        onClose={() => setWanted(null)}
        onConfirm={copy}
      >
        <div className="stack">
          {wanted?.thumbnail && <img className="picker-wanted" src={wanted.thumbnail} alt="" />}
          <p>
            The picture “{visible(wanted?.name ?? "")}” leaves the project {visible(wanted?.project ?? "")}.
            Everybody who is signed in to this installation, and whoever gets the guideline, may see it. Once
            a version with it is published, it stays, also when the Image is withdrawn from the project.
          </p>
          <p>Both journals, of the project and of the taxonomy, will say that you copied it.</p>
        </div>
      </ConfirmDialog>
    </Dialog>
  );
}

function UploadTab({ slug, onPicked }: Pick<PickerProps, "slug" | "onPicked">) {
  const [isBusy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const send = async (file: File | undefined) => {
    if (!file) return;
    setBusy(true);
    setError(null);
    try {
      onPicked({ sha256: (await uploadPicture(slug, file)).sha256, source: null });
    } catch (thrown) {
      setError(thrown);
      setBusy(false);
    }
  };
  return (
    <div className="stack">
      <FileDrop
        label={isBusy ? "Storing…" : "Choose a picture"}
        hint="PNG, JPEG or WebP, one frame, at most 20 MB and 40 megapixels. Metadata is taken away."
        accept={ACCEPTED}
        isMultiple={false}
        isDisabled={isBusy}
        onFiles={(files) => void send(files[0])}
      />
      {error !== null && <ErrorState error={error} />}
    </div>
  );
}
