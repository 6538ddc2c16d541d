import { fireEvent, render, screen, within } from "@testing-library/react";
import { beforeAll, describe, expect, it, vi } from "vitest";
import { Bars } from "./Bars";
import { csvOf } from "./ChartFrame";
import { ForestPlot, type ForestRow } from "./ForestPlot";
import { LineBand, linePath, spread } from "./LineBand";
import { Matrix } from "./Matrix";
import { percentScale, ramp } from "./scale";

beforeAll(() => {
  vi.stubGlobal(
    "ResizeObserver",
    class {
      observe() {}
      disconnect() {}
    },
  );
});

const ROWS: ForestRow[] = [
  {
    key: "text",
    label: "Garbled text",
    value: 0.74,
    interval: [0.69, 0.79],
    n: 812,
    href: "/images?defect=text",
  },
  { key: "limb", label: "Fused limbs", value: 0.5, interval: [-0.1, 0.9], n: 9, isWeak: true },
  { key: "moire", label: "Moiré", value: null, interval: null, n: 0, reason: "nobody marked it" },
];

function forest() {
  return render(
    <ForestPlot title="Agreement" finding="All is well." rows={ROWS} rowLabel="Defect" valueLabel="alpha" />,
  );
}

describe("a forest plot", () => {
  it("gives every number with its interval and n, and a link to the images", () => {
    forest();
    const row = screen.getByRole("row", { name: /Garbled text/ });
    expect(row.textContent).toContain("812");
    expect(row.textContent).toContain("0.74 (0.69 to 0.79)");
    expect(within(row).getByRole("link").getAttribute("href")).toBe("/images?defect=text");
  });

  it("says why a value is missing and draws nothing for it", () => {
    forest();
    const row = screen.getByRole("row", { name: /Moiré/ });
    expect(row.textContent).toContain("nobody marked it");
    expect(row.querySelector("circle")).toBeNull();
  });

  it("draws what rests on too few as weak", () => {
    forest();
    expect(screen.getByRole("row", { name: /Fused limbs/ }).querySelector("svg.weak")).not.toBeNull();
    expect(screen.getByRole("row", { name: /Garbled text/ }).querySelector("svg.weak")).toBeNull();
  });

  it("has the same numbers as a plain table", () => {
    const { container } = forest();
    fireEvent.click(screen.getByRole("button", { name: "Table" }));
    expect(container.querySelector("svg")).toBeNull();
    const row = screen.getByRole("row", { name: /Garbled text/ });
    expect(
      within(row)
        .getAllByRole("cell")
        .map((cell) => cell.textContent),
    ).toEqual(["812", "0.74", "0.69", "0.79", ""]);
  });
});

describe("bars", () => {
  it("stack their parts end to end", () => {
    const { container } = render(
      <Bars
        title="Rates"
        finding="Text."
        rowLabel="Defect"
        valueLabel="Rate"
        max={1}
        parts={[
          { key: "1", label: "minor" },
          { key: "2", label: "critical" },
        ]}
        rows={[
          { key: "a", label: "A", value: 0.5, interval: [0.4, 0.6], n: 10, parts: { "1": 0.3, "2": 0.2 } },
        ]}
      />,
    );
    const [first, second] = [...container.querySelectorAll("rect")].map((rect) => ({
      x: Number.parseFloat(rect.getAttribute("x") ?? ""),
      width: Number.parseFloat(rect.getAttribute("width") ?? ""),
    }));
    expect(second?.x).toBeCloseTo((first?.x ?? 0) + (first?.width ?? 0), 1);
    expect((second?.x ?? 0) + (second?.width ?? 0)).toBeCloseTo(
      Number.parseFloat(percentScale([0, 1])(0.5)),
      1,
    );
  });
});

describe("a matrix", () => {
  const axis = ["a", "b", "c"].map((key) => ({ key, label: `Reviewer ${key}` }));
  const matrix = () =>
    render(
      <Matrix
        title="Reviewers"
        finding="b is far off."
        rows={axis}
        columns={axis}
        rowLabel="Reviewer"
        columnLabel="Reviewer"
        valueLabel="alpha"
        cells={[
          { row: "a", column: "b", value: 0.4, n: 120, href: "/images" },
          { row: "b", column: "a", value: null, reason: "no Item in common" },
        ]}
      />,
    );

  it("is one stop of the Tab key and moves by arrows", () => {
    const { container } = matrix();
    const stops = () =>
      [...container.querySelectorAll("[data-place][tabindex='0']")].map((one) =>
        one.getAttribute("data-place"),
      );
    expect(stops()).toEqual(["0,0"]);
    fireEvent.keyDown(screen.getByRole("grid"), { key: "ArrowRight" });
    expect(stops()).toEqual(["0,1"]);
    expect(document.activeElement?.getAttribute("href")).toBe("/images");
    fireEvent.keyDown(screen.getByRole("grid"), { key: "End" });
    fireEvent.keyDown(screen.getByRole("grid"), { key: "ArrowRight" });
    expect(stops()).toEqual(["0,2"]);
  });

  it("prints the number and its n in the cell, and why there is none", () => {
    matrix();
    expect(screen.getByRole("link", { name: /Reviewer a, Reviewer b:\s*0\.40\s*n 120/ })).toBeTruthy();
    expect(screen.getByText(/no Item in common/)).toBeTruthy();
  });

  it("keeps text on every shade readable", () => {
    const luminance = (colour: string) => {
      const parts = colour.startsWith("#")
        ? [1, 3, 5].map((at) => Number.parseInt(colour.slice(at, at + 2), 16))
        : (colour.match(/\d+/g) ?? []).map(Number);
      const [r = 0, g = 0, b = 0] = parts.map((part) =>
        part / 255 <= 0.04045 ? part / 255 / 12.92 : ((part / 255 + 0.055) / 1.055) ** 2.4,
      );
      return 0.2126 * r + 0.7152 * g + 0.0722 * b;
    };
    for (const kind of ["sequential", "diverging"] as const) {
      for (let step = 0; step <= 50; step++) {
        const { background, color } = ramp(
          kind,
          kind === "sequential" ? [0, 1] : [-1, 1],
        )(kind === "sequential" ? step / 50 : step / 25 - 1);
        const [a, b] = [luminance(background), luminance(color)].sort((x, y) => y - x);
        expect(((a ?? 0) + 0.05) / ((b ?? 0) + 0.05)).toBeGreaterThanOrEqual(4.5);
      }
    }
  });
});

describe("lines", () => {
  it("break where a value is missing", () => {
    const path = linePath(
      [
        { x: 0, y: 1 },
        { x: 1, y: null },
        { x: 2, y: 3 },
        { x: 3, y: 4 },
      ],
      (p) => Number(p.x),
      (y) => y,
    );
    expect(path).toBe("M0.0,1.0M2.0,3.0L3.0,4.0");
  });

  it("keep the names at their ends apart", () => {
    const heights = spread([100, 101, 60]);
    expect(heights).toEqual([100, 115, 60]);
  });

  it("say so when there are no points", () => {
    render(<LineBand title="Pace" finding="Nothing yet." xLabel="Day" yLabel="Items" series={[]} />);
    expect(screen.getByText("No points yet.")).toBeTruthy();
  });
});

describe("the CSV of a chart", () => {
  it("quotes what needs it and never makes a formula of a name", () => {
    const columns = [
      { key: "a", head: "Name", text: (row: { a: string; n: number | null }) => row.a },
      { key: "n", head: "n", text: (row: { a: string; n: number | null }) => row.n },
    ];
    const rows = [
      { a: 'Halo, "edge"', n: 3 },
      { a: "=HYPERLINK(1)", n: null },
      { a: "low", n: -0.2 },
    ];
    expect(csvOf(rows, columns)).toBe('Name,n\r\n"Halo, ""edge""",3\r\n\'=HYPERLINK(1),\r\nlow,-0.2\r\n');
  });
});
