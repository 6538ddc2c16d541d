import type { StageHandle } from "../canvas/stage-machine";
import type { Command } from "../keyboard/command";
import { asksRegion, digit, mayBeNone, MIDDLE, none, nudged, type Draft, type Question } from "./reply";

export interface Hands {
  question: Question;
  draft: Draft;
  stage: StageHandle | null;
  setDraft: (draft: Draft) => void;
  submit: () => void;
  skip: () => void;
  toggleOverlay: () => void;
}

const STEP = 0.02;
const ARROWS = [
  ["left", "ArrowLeft", -STEP, 0],
  ["right", "ArrowRight", STEP, 0],
  ["up", "ArrowUp", 0, -STEP],
  ["down", "ArrowDown", 0, STEP],
] as const;

/** Every key of the re-review. */
export function reviewCommands(hands: Hands): readonly Command[] {
  const { question, draft, stage, setDraft } = hands;
  const one = (
    id: string,
    label: string,
    group: string,
    keys: string[],
    run: () => void,
    rest = {},
  ): Command => ({
    id: `rereview.${id}`,
    label,
    group,
    keys,
    run,
    ...rest,
  });
  const draws = () => asksRegion(question) && !draft.none;
  const move = (dx: number, dy: number, isSizing: boolean) => () =>
    setDraft({ ...draft, region: nudged(draft.region ?? MIDDLE, dx, dy, isSizing) });
  return [
    ...["1", "2", "3", "4", "5", "6", "7", "8", "9"].map((key) =>
      one(`choice-${key}`, `Candidate or level ${key}`, "Answer", [key], () =>
        setDraft(digit(question, draft, Number(key))),
      ),
    ),
    one("none", "None of them", "Answer", ["N"], () => setDraft(none(draft)), {
      when: () => mayBeNone(question),
    }),
    one("submit", "Save and next", "Answer", ["Enter"], hands.submit),
    one("skip", "Leave it to others", "Answer", ["Shift+S"], hands.skip),
    ...ARROWS.flatMap(([name, key, dx, dy]) => [
      one(`move-${name}`, `Move the region ${name}`, "Draw", [key], move(dx, dy, false), {
        when: draws,
        repeat: true,
      }),
      one(`size-${name}`, `Size the region ${name}`, "Draw", [`Shift+${key}`], move(dx, dy, true), {
        when: draws,
        repeat: true,
      }),
    ]),
    one("erase", "Take the region away", "Draw", ["Backspace"], () => setDraft({ ...draft, region: null }), {
      when: () => draft.region !== null,
    }),
    one("overlay", "Marks on or off", "Look", ["Shift+O"], hands.toggleOverlay),
    one("in", "Zoom in", "Look", ["+"], () => stage?.zoom(1.25), { repeat: true }),
    one("out", "Zoom out", "Look", ["-"], () => stage?.zoom(0.8), { repeat: true }),
    one("fit", "Whole image", "Look", ["0"], () => stage?.fit()),
  ];
}
