/** A key that means one thing when tapped and another while it is held. */

/** Held this long it is the second thing. */
export const HOLD_MS = 250;

export interface Hold {
  press: (acts: { tap: (at: number) => void; hold: () => void; release: () => void }) => void;
  release: (at: number) => void;
  cancel: () => void;
}

export function createHold(): Hold {
  let timer: ReturnType<typeof setTimeout> | null = null;
  let acts: Parameters<Hold["press"]>[0] | null = null;
  const end = () => {
    const was = { waiting: timer !== null, acts };
    if (timer !== null) clearTimeout(timer);
    timer = null;
    acts = null;
    return was;
  };
  return {
    press(next) {
      end();
      acts = next;
      timer = setTimeout(() => {
        timer = null;
        next.hold();
      }, HOLD_MS);
    },
    release(at) {
      const was = end();
      if (was.waiting) was.acts?.tap(at);
      else was.acts?.release();
    },
    cancel() {
      const was = end();
      if (!was.waiting) was.acts?.release();
    },
  };
}
