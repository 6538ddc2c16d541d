/**
 * Signs that change how text around them reads without being seen: direction overrides, zero-width spaces, soft
 * hyphens, tags, control characters. The two joiners stay: many scripts and emoji need them.
 */
const UNSEEN =
  // eslint-disable-next-line no-control-regex -- control characters are what is looked for
  /[\u0000-\u0008\u000B-\u001F\u007F-\u009F\u00AD\u061C\u180E\u200B\u200E\u200F\u2028-\u202E\u2060-\u206F\uFEFF\uFFF9-\uFFFB]|[\u{E0000}-\u{E007F}]/gu;

/** The text with every such sign written out, as ⟨U+202E⟩: a name that is not what it seems is seen to be so. */
export function visible(text: string): string {
  return text.replace(UNSEEN, (sign) => {
    const code = (sign.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, "0");
    return `⟨U+${code}⟩`;
  });
}
