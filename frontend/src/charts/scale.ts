import { scaleLinear } from "d3-scale";

export type Domain = readonly [low: number, high: number];

/** Place of a value on a horizontal scale as an SVG percentage, kept inside the picture. */
export function percentScale([low, high]: Domain): (value: number) => string {
  const scale = scaleLinear([low, high], [3, 97]).clamp(true);
  return (value) => `${scale(value).toFixed(2)}%`;
}

export function ticksOf([low, high]: Domain, count = 6): number[] {
  return scaleLinear([low, high], [0, 1]).ticks(count);
}

/** Radius of a dot: its area follows n, between 3 and 6 px. */
export function radiusOf(n: number | null | undefined, largest: number): number {
  return n == null || largest <= 0 ? 4 : 3 + 3 * Math.sqrt(Math.max(n, 0) / largest);
}

export type Ramp = "sequential" | "diverging";

/** Colour of a cell and of the text on it. Lightness falls steadily; blue and orange stand for low and high around 0. */
export function ramp(
  kind: Ramp,
  [low, high]: Domain,
): (value: number) => { background: string; color: string } {
  const reach = Math.max(Math.abs(low), Math.abs(high)) || 1;
  const scale =
    kind === "sequential"
      ? scaleLinear<string>([low, low + (high - low) / 2, high], ["#f1f6fa", "#7fb0d6", "#0b3f6e"])
      : scaleLinear<string>(
          [-reach, -reach / 2, 0, reach / 2, reach],
          ["#0b4f85", "#86b8dc", "#f7f7f7", "#eda964", "#a84300"],
        );
  return (value) => {
    const background = scale.clamp(true)(value);
    return { background, color: luminanceOf(background) > 0.179 ? "#000000" : "#ffffff" };
  };
}

function luminanceOf(colour: string): number {
  const parts = colour.match(/\d+(\.\d+)?/g)?.map(Number) ?? [255, 255, 255];
  const [red = 1, green = 1, blue = 1] = parts.map((part) => {
    const share = part / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}
