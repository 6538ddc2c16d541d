/** Every key of the workspace beside letters and digits, as commands of the one registry. */
import type { StageHandle } from "../canvas/stage-machine";
import type { Command } from "../keyboard/command";
import type { Desk } from "./desk";
import { edit, travel } from "./session";
import type { Edit, Open } from "./session";

export type DialogName = "search" | "skip" | "escalate" | "note" | "verdict";

/** What the screen around the desk can do on a key. */
export interface Screen {
  readonly desk: Desk;
  readonly stage: () => StageHandle | null;
  readonly open: (dialog: DialogName) => void;
  readonly toggle: (what: "overlay" | "contrast" | "rule" | "pixels") => void;
  readonly isRuleOpen: () => boolean;
  readonly closeRule: () => void;
  readonly space: (at: number) => void;
  readonly loupe: (on: boolean) => void;
  /** Is the focus on the picture or nowhere, so that Tab means findings? */
  readonly isOnStage: () => boolean;
}

const PAN_STEP = 60;
const ZOOM_STEP = 1.25;

export function workspaceCommands(screen: Screen): readonly Command[] {
  return [...answering(screen), ...findings(screen), ...looking(screen), ...moving(screen), ...help(screen)];
}

const current = (screen: Screen): Open | null => screen.desk.read().session.open;

function doing(screen: Screen, change: Edit): () => void {
  return () => screen.desk.dispatch(edit(change));
}

/** Shift with a letter is a command, unless a dimension is open: then it takes that defect away. */
function orRemove(screen: Screen, letter: string, run: () => void): () => void {
  return () => {
    if (current(screen)?.chord == null) run();
    else screen.desk.dispatch(edit({ type: "letter", letter, remove: true }));
  };
}

function answering(screen: Screen): readonly Command[] {
  const group = "Answer";
  const { desk } = screen;
  return [
    {
      id: "work.clean",
      label: "Clean, next image (held: compare)",
      group,
      keys: ["Space"],
      run: (event) => screen.space(event.timeStamp),
    },
    {
      id: "work.submit",
      label: "Submit, next image",
      group,
      keys: ["Enter"],
      run: (event) => {
        if (screen.stage()?.closeDraft() === true) return;
        void desk.close("submit", event.timeStamp);
      },
    },
    {
      id: "work.submit-note",
      label: "Submit with a note",
      group,
      keys: ["Ctrl+Enter"],
      whileTyping: true,
      run: () => screen.open("note"),
    },
    {
      id: "work.verdict",
      label: "Verdict of the whole image",
      group,
      keys: ["Shift+V"],
      run: orRemove(screen, "V", () => screen.open("verdict")),
    },
    {
      id: "work.skip",
      label: "Skip with a reason",
      group,
      keys: ["Shift+S"],
      run: orRemove(screen, "S", () => screen.open("skip")),
    },
    {
      id: "work.escalate",
      label: "Escalate to the expert",
      group,
      keys: ["Shift+E"],
      run: orRemove(screen, "E", () => screen.open("escalate")),
    },
    {
      id: "work.undo",
      label: "Undo, also across images",
      group,
      keys: ["Ctrl+Z"],
      run: () => {
        if (screen.stage()?.backDraft() !== true) desk.dispatch(travel({ type: "undo" }));
      },
    },
    {
      id: "work.redo",
      label: "Redo",
      group,
      keys: ["Ctrl+Y", "Ctrl+Shift+Z"],
      run: () => desk.dispatch(travel({ type: "redo" })),
    },
    {
      id: "work.back",
      label: "Back to the image before",
      group,
      keys: ["PageUp"],
      run: () => desk.dispatch(travel({ type: "back" })),
    },
    {
      id: "work.forward",
      label: "Forward again",
      group,
      keys: ["PageDown"],
      run: () => desk.dispatch(travel({ type: "forward" })),
    },
  ];
}

function findings(screen: Screen): readonly Command[] {
  const group = "Findings";
  const { desk } = screen;
  const canCycle = (by: 1 | -1) => () => {
    const open = current(screen);
    if (open === null || !screen.isOnStage()) return false;
    const { findings: all } = open.line.present;
    const at = all.findIndex(({ key }) => key === open.selected);
    // Past the last finding Tab goes on through the page, as anywhere else.
    return at === -1 ? all.length > 0 : by === 1 ? at < all.length - 1 : at > 0;
  };
  return [
    {
      id: "work.repeat",
      label: "Repeat the last finding",
      group,
      keys: ["."],
      run: doing(screen, { type: "repeat" }),
    },
    {
      id: "work.copy",
      label: "Copy findings of the last image of this prompt",
      group,
      keys: [","],
      run: doing(screen, { type: "copy" }),
    },
    {
      id: "work.next-finding",
      label: "Next finding",
      group,
      keys: ["Tab"],
      repeat: true,
      when: canCycle(1),
      run: doing(screen, { type: "cycle", by: 1 }),
    },
    {
      id: "work.previous-finding",
      label: "Previous finding",
      group,
      keys: ["Shift+Tab"],
      repeat: true,
      when: canCycle(-1),
      run: doing(screen, { type: "cycle", by: -1 }),
    },
    {
      id: "work.unsure",
      label: "Unsure on or off",
      group,
      keys: ["Shift+U"],
      run: orRemove(screen, "U", doing(screen, { type: "unsure" })),
    },
    {
      id: "work.delete",
      label: "Delete the finding, or the last corner",
      group,
      keys: ["Backspace", "Delete"],
      run: () => {
        if (screen.stage()?.backDraft() !== true) desk.dispatch(edit({ type: "delete" }));
      },
    },
    {
      id: "work.box",
      label: "Box",
      group,
      keys: ["Shift+B"],
      run: orRemove(screen, "B", doing(screen, { type: "arm", shape: "box" })),
    },
    {
      id: "work.point",
      label: "Point",
      group,
      keys: ["Shift+N"],
      run: orRemove(screen, "N", doing(screen, { type: "arm", shape: "point" })),
    },
    {
      id: "work.polygon",
      label: "Polygon",
      group,
      keys: ["Shift+P"],
      run: orRemove(screen, "P", doing(screen, { type: "arm", shape: "polygon" })),
    },
    {
      id: "work.resize",
      label: "Arrows resize instead of move",
      group,
      keys: [";"],
      run: doing(screen, { type: "resizing" }),
    },
    {
      id: "work.escape",
      label: "Tool off, close, choose nothing",
      group,
      keys: ["Escape"],
      run: () => {
        if (screen.stage()?.cancelDraft() === true) return;
        const open = current(screen);
        const busy = open !== null && (open.chord ?? open.tool ?? open.asking ?? open.loose) !== null;
        if (!busy && screen.isRuleOpen()) screen.closeRule();
        else desk.dispatch(edit({ type: "escape" }));
      },
    },
  ];
}

function looking(screen: Screen): readonly Command[] {
  const group = "View";
  const zoom = (factor: number) => () => screen.stage()?.zoom(factor);
  return [
    { id: "view.in", label: "Zoom in", group, keys: ["+", "="], repeat: true, run: zoom(ZOOM_STEP) },
    { id: "view.out", label: "Zoom out", group, keys: ["-"], repeat: true, run: zoom(1 / ZOOM_STEP) },
    { id: "view.fit", label: "Fit", group, keys: ["0", "Home"], run: () => screen.stage()?.fit() },
    { id: "view.loupe", label: "Loupe, while held", group, keys: ["`"], run: () => screen.loupe(true) },
    {
      id: "view.overlay",
      label: "Findings on or off",
      group,
      keys: ["Shift+O"],
      run: orRemove(screen, "O", () => screen.toggle("overlay")),
    },
    {
      id: "view.contrast",
      label: "Contrast aid",
      group,
      keys: ["Shift+I"],
      run: orRemove(screen, "I", () => screen.toggle("contrast")),
    },
    {
      id: "view.rule",
      label: "Definition and pictures",
      group,
      keys: ["Shift+K"],
      run: orRemove(screen, "K", () => screen.toggle("rule")),
    },
  ];
}

function moving(screen: Screen): readonly Command[] {
  const group = "View";
  const way = (id: string, label: string, key: string, x: number, y: number): readonly Command[] => [
    {
      id: `move.${id}`,
      label: `${label}: region, or picture`,
      group,
      keys: [key],
      repeat: true,
      run: () => move(screen, x, y),
    },
    {
      id: `move.${id}-far`,
      label: `${label} by ten`,
      group,
      keys: [`Shift+${key}`],
      repeat: true,
      run: () => move(screen, 10 * x, 10 * y),
    },
  ];
  return [
    ...way("left", "Left", "ArrowLeft", -1, 0),
    ...way("right", "Right", "ArrowRight", 1, 0),
    ...way("up", "Up", "ArrowUp", 0, -1),
    ...way("down", "Down", "ArrowDown", 0, 1),
  ];
}

function move(screen: Screen, x: number, y: number): void {
  const open = current(screen);
  const chosen = open?.line.present.findings.find(({ key }) => key === open.selected);
  if (chosen?.region != null) screen.desk.dispatch(edit({ type: "nudge", dx: x, dy: y }));
  else screen.stage()?.pan(-Math.sign(x) * PAN_STEP, -Math.sign(y) * PAN_STEP);
}

function help(screen: Screen): readonly Command[] {
  return [
    {
      id: "work.search",
      label: "Search defects and commands",
      group: "Help",
      keys: ["/", "Ctrl+K"],
      run: () => screen.open("search"),
    },
  ];
}

/** Letters and digits: the taxonomy's keys. True = taken. */
export function taxonomyKey(desk: Desk, chord: string, at: number): boolean {
  const found = /^(Shift\+)?(\p{L}|\d)$/u.exec(chord);
  if (found === null) return false;
  const [, shift, sign = ""] = found;
  const isDigit = /\d/.test(sign);
  if (isDigit && shift !== undefined) return false;
  const change: Edit = isDigit
    ? { type: "digit", digit: sign }
    : { type: "letter", letter: sign, remove: shift !== undefined };
  desk.whenShown(() => desk.dispatch(edit(change)), at);
  return true;
}
