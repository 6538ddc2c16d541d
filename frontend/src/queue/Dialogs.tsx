import { useEffect } from "react";
import type { Catalogue } from "./catalogue";
import type { Desk } from "./desk";
import { EscalateDialog, NoteDialog, SkipDialog } from "./forms";
import { RefusedDialog } from "./RefusedDialog";
import { SearchDialog } from "./SearchDialog";
import { edit } from "./session";
import type { ScreenState } from "./useScreen";
import type { Command } from "../keyboard/command";

/** Whichever dialog is open. Closing gives the keys back to the workspace. */
export default function Dialogs({
  book,
  desk,
  screen,
}: {
  book: Catalogue;
  desk: Desk;
  screen: ScreenState;
}) {
  const { dialog, setDialog, state } = screen;
  const { open } = state.session;
  const close = () => setDialog(null);
  const openId = open?.lease.id ?? null;
  useEffect(() => {
    if (
      dialog === null &&
      document.activeElement instanceof HTMLElement &&
      document.activeElement.closest("dialog") !== null
    ) {
      document.activeElement.blur();
    }
  }, [dialog, openId]);
  switch (dialog) {
    case "search":
      return (
        <SearchDialog
          book={book}
          lease={open?.lease ?? null}
          commands={[...screen.commands, ...unkeyed(desk, screen)]}
          onPick={(defect) => desk.dispatch(edit({ type: "pick", defect }))}
          onNotAssessed={(defect) => desk.dispatch(edit({ type: "not-assessed", defect }))}
          onClose={close}
        />
      );
    case "skip":
      return (
        <SkipDialog
          preset={null}
          onSkip={(reason, note) => {
            close();
            void desk.putAway({ kind: "skip", reason, note });
          }}
          onClose={close}
        />
      );
    case "escalate":
      return (
        <EscalateDialog
          onEscalate={(note) => {
            close();
            void desk.putAway({ kind: "escalate", note });
          }}
          onClose={close}
        />
      );
    case "note":
      return (
        <NoteDialog
          note={open?.line.present.note ?? ""}
          onSubmit={(note) => {
            close();
            desk.dispatch(edit({ type: "note", key: null, note }));
            const found = (desk.read().session.open?.line.present.findings.length ?? 0) > 0;
            void desk.close(found ? "submit" : "clean", performance.now());
          }}
          onClose={close}
        />
      );
    case "refused":
      return <RefusedDialog outbox={desk.outbox} state={screen.outbox} onClose={close} />;
    default:
      return null;
  }
}

/** Rare acts without a key of their own; the search finds them. */
function unkeyed(desk: Desk, screen: ScreenState): readonly Command[] {
  const { pixels } = screen.view;
  const order = { auto: "on", on: "off", off: "auto" } as const;
  return [
    {
      id: "rare.unusable",
      label: "The image cannot be judged (unusable)",
      group: "Answer",
      keys: [],
      run: () => desk.dispatch(edit({ type: "unusable" })),
    },
    {
      id: "rare.pixels",
      label: `Pixel view: ${pixels}, change to ${order[pixels]}`,
      group: "View",
      keys: [],
      run: () => screen.setView({ pixels: order[pixels] }),
    },
  ];
}
