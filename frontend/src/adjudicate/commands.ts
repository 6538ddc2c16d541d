import type { StageHandle } from "../canvas/stage-machine";
import type { Command } from "../keyboard/command";
import {
  advanced,
  decide,
  levelOnKey,
  moved,
  REASONS,
  setLevel,
  toDecide,
  type DeskItem,
  type Draft,
  type Presence,
} from "./decisions";

export interface DeskHands {
  item: DeskItem;
  draft: Draft;
  canDecide: boolean;
  stage: StageHandle | null;
  /** Tab moves between layers only while no control has the focus; else it is the browser's. */
  hasFocus: () => boolean;
  setDraft: (draft: Draft) => void;
  save: () => void;
  skip: () => void;
  cycleLayer: (step: 1 | -1) => void;
  toggleRule: () => void;
  toggleOverlay: () => void;
}

/** The desk's keys. Letters are free here: the dispute fixes the defect. */
export function deskCommands(hands: DeskHands): readonly Command[] {
  const { item, draft, canDecide, stage, setDraft } = hands;
  const active = toDecide(item).find(({ id }) => id === draft.active);
  const when = () => canDecide && active !== undefined;
  const say = (value: Presence) => () => {
    if (active === undefined) return;
    const said = decide(draft, item, active, value);
    setDraft(said.decisions[active.id]?.value === "present" ? said : advanced(said, item));
  };
  const one = (
    id: string,
    label: string,
    group: string,
    keys: string[],
    run: () => void,
    rest = {},
  ): Command => ({
    id: `desk.${id}`,
    label,
    group,
    keys,
    run,
    ...rest,
  });
  return [
    one("present", "Present", "Decide", ["Y"], say("present"), { when }),
    one("absent", "Absent", "Decide", ["N"], say("absent"), { when }),
    one("not-assessed", "Not assessable", "Decide", ["X"], say("not_assessed"), { when }),
    ...["1", "2", "3", "4", "5"].map((digit) =>
      one(
        `level-${digit}`,
        `Level ${digit}`,
        "Decide",
        [digit],
        () => {
          const level = active && levelOnKey(item, active, digit);
          if (active && level !== undefined) setDraft(advanced(setLevel(draft, active, level), item));
        },
        { when },
      ),
    ),
    ...REASONS.map(({ code, label, key }) =>
      one(
        `reason-${code}`,
        `Reason: ${label.toLowerCase()}`,
        "Decide",
        [key],
        () => {
          setDraft({ ...draft, reasonCode: code });
        },
        { when: () => canDecide },
      ),
    ),
    one(
      "rest",
      "The rest is absent (escalations)",
      "Decide",
      ["R"],
      () => setDraft({ ...draft, restAbsent: !draft.restAbsent }),
      {
        when: () => canDecide && item.dispute?.kind === "escalation",
      },
    ),
    one("save", "Save and next", "Decide", ["Enter"], hands.save, { when: () => canDecide }),
    one("later", "Leave it for later", "Go", ["PageDown"], hands.skip),
    one("down", "Next disputed defect", "Go", ["ArrowDown"], () => setDraft(moved(draft, item, 1))),
    one("up", "Previous disputed defect", "Go", ["ArrowUp"], () => setDraft(moved(draft, item, -1))),
    one("layer", "Next layer", "Look", ["Tab"], () => hands.cycleLayer(1), { when: hands.hasFocus }),
    one("layer-back", "Previous layer", "Look", ["Shift+Tab"], () => hands.cycleLayer(-1), {
      when: hands.hasFocus,
    }),
    one("rule", "The rule and its pictures", "Look", ["Shift+K"], hands.toggleRule),
    one("overlay", "Marks on or off", "Look", ["Shift+O"], hands.toggleOverlay),
    one("in", "Zoom in", "Look", ["+"], () => stage?.zoom(1.25), { repeat: true }),
    one("out", "Zoom out", "Look", ["-"], () => stage?.zoom(0.8), { repeat: true }),
    one("fit", "Whole image", "Look", ["0"], () => stage?.fit()),
  ];
}
