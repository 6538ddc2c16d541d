import { act, fireEvent, render, screen, waitFor } from "@testing-library/react";
import { describe, expect, it, vi } from "vitest";
import { offlineProblem, ProblemError } from "../api/problem";
import { ConfirmDialog } from "./ConfirmDialog";
import { TextField } from "./fields";
import { FileDrop } from "./FileDrop";
import { formatBytes, formatInterval, formatNumber, formatSeconds, formatShare, plural } from "./format";
import { cursorOf } from "./Pagination";
import { Stat } from "./Stat";
import { ErrorState, Loaded } from "./States";
import { Table } from "./Table";
import { ToastProvider, useToast } from "./Toast";

describe("the three states of a query", () => {
  it("are skeleton, error with a retry, and data", () => {
    const refetch = vi.fn();
    const show = (query: { data: string | undefined; error: unknown }) => (
      <Loaded query={{ ...query, refetch }} label="Loading campaigns">
        {(data) => <p>{data}</p>}
      </Loaded>
    );
    const { rerender } = render(show({ data: undefined, error: null }));
    expect(screen.getByRole("status").textContent).toBe("Loading campaigns");
    rerender(show({ data: undefined, error: offlineProblem() }));
    fireEvent.click(screen.getByRole("button", { name: "Try again" }));
    expect(refetch).toHaveBeenCalledTimes(1);
    rerender(show({ data: "Autumn faces", error: null }));
    expect(screen.getByText("Autumn faces")).toBeTruthy();
  });

  it("keep the data in view when renewing it fails", () => {
    render(<Loaded query={{ data: "kept", error: offlineProblem() }}>{(data) => <p>{data}</p>}</Loaded>);
    expect(screen.getByText("kept")).toBeTruthy();
    expect(screen.getByRole("alert")).toBeTruthy();
  });
});

describe("an error", () => {
  it("speaks in the words of the problem, with its violations", () => {
    const error = new ProblemError({
      status: 422,
      type: "manifest-invalid",
      title: "The manifest cannot be read",
      detail: "Nothing was imported.",
      violations: [{ pointer: "/rows/17/seed", detail: "expected a whole number" }],
    });
    render(<ErrorState error={error} onRetry={() => {}} />);
    expect(screen.getByRole("alert").textContent).toContain(
      "The manifest cannot be readNothing was imported.",
    );
    expect(screen.getByRole("listitem").textContent).toBe("/rows/17/seed expected a whole number");
    expect(screen.queryByRole("button")).toBeNull();
  });

  it("never shows what the program threw", () => {
    render(<ErrorState error={new TypeError("x is undefined")} />);
    expect(screen.getByRole("alert").textContent).not.toContain("undefined");
  });
});

describe("a number", () => {
  it("stands with its interval and n, or says why it is missing", () => {
    const { rerender } = render(
      <Stat label="alpha" value={0.713} interval={[0.66, 0.76]} n={2940} of="Items" />,
    );
    expect(screen.getByText("0.66 to 0.76 · n = 2,940 Items")).toBeTruthy();
    rerender(<Stat label="alpha" value={null} n={1} reason="fewer than 2 raters" />);
    expect(screen.getByText("not defined")).toBeTruthy();
    expect(screen.getByText("fewer than 2 raters")).toBeTruthy();
  });

  it("is never written as NaN or minus zero", () => {
    expect([formatNumber(Number.NaN), formatNumber(null), formatNumber(-0.001), formatNumber(-0.5)]).toEqual([
      "–",
      "–",
      "0.00",
      "−0.50",
    ]);
    expect(formatShare(0.1234)).toBe("12.3 %");
    expect(formatInterval([0.1, 0.2])).toBe("0.10 to 0.20");
    expect([formatSeconds(4.25), formatSeconds(125), formatSeconds(7300)]).toEqual([
      "4.3 s",
      "2 min 5 s",
      "2 h 1 min",
    ]);
    expect([formatBytes(512), formatBytes(1_840_000)]).toEqual(["512 B", "1.8 MB"]);
    expect([plural(1, "image"), plural(1200, "image")]).toEqual(["1 image", "1,200 images"]);
  });
});

describe("a table", () => {
  const columns = [
    { key: "name", head: "Name", cell: (row: { name: string }) => row.name, isRowHead: true, sortBy: "name" },
    { key: "n", head: "n", cell: () => 1, numeric: true, sortBy: "n", descendingFirst: true },
  ];

  it("asks for the other order on the second press", () => {
    const onSort = vi.fn();
    const table = (sort?: { by: string; descending: boolean }) => (
      <Table
        caption="Jobs"
        columns={columns}
        rows={[{ name: "a" }]}
        rowKey={(row) => row.name}
        sort={sort}
        onSort={onSort}
      />
    );
    const { rerender } = render(table());
    fireEvent.click(screen.getByRole("button", { name: "n" }));
    expect(onSort).toHaveBeenLastCalledWith({ by: "n", descending: true });
    rerender(table({ by: "n", descending: true }));
    expect(screen.getByRole("columnheader", { name: /^n/ }).getAttribute("aria-sort")).toBe("descending");
    fireEvent.click(screen.getByRole("button", { name: /^n/ }));
    expect(onSort).toHaveBeenLastCalledWith({ by: "n", descending: false });
  });

  it("says that it is loading, and what to do when it is empty", () => {
    const table = (rows?: { name: string }[]) => (
      <Table
        caption="Jobs"
        columns={columns}
        rows={rows}
        rowKey={(row) => row.name}
        empty={<p>No jobs yet</p>}
      />
    );
    const { rerender } = render(table());
    expect(screen.getByRole("status").textContent).toBe("Loading: Jobs");
    rerender(table([]));
    expect(screen.getByText("No jobs yet")).toBeTruthy();
  });

  it("takes cursors bare and inside an address", () => {
    expect([cursorOf("abc="), cursorOf("https://t/api/v1/images?order=n&cursor=abc%3D")]).toEqual([
      "abc=",
      "abc=",
    ]);
  });
});

describe("a field", () => {
  it("ties its error and hint to the control", () => {
    render(
      <TextField
        label="Slug"
        value=""
        onChange={() => {}}
        hint="Seen in addresses."
        error="Only small letters."
      />,
    );
    const input = screen.getByRole("textbox", { name: "Slug" });
    const described = (input.getAttribute("aria-describedby") ?? "")
      .split(" ")
      .map((id) => document.getElementById(id)?.textContent);
    expect(described).toEqual(["Seen in addresses.", "Only small letters."]);
    expect(input.getAttribute("aria-invalid")).toBe("true");
  });

  it("for files hands on what was chosen, also the same file twice", () => {
    const onFiles = vi.fn();
    render(<FileDrop label="Choose images" onFiles={onFiles} />);
    const file = new File(["x"], "a.png", { type: "image/png" });
    fireEvent.change(screen.getByTestId("file-input"), { target: { files: [file] } });
    expect(onFiles).toHaveBeenCalledWith([file]);
  });
});

describe("a confirmation", () => {
  it("stays open with the problem when the act fails, and closes when it works", async () => {
    const onClose = vi.fn();
    const onConfirm = vi
      .fn<() => Promise<void>>()
      .mockRejectedValueOnce(new ProblemError({ status: 409, type: "x", title: "Still open" }))
      .mockResolvedValueOnce();
    render(
      <ConfirmDialog
        title="Close it?"
        confirm="Close campaign"
        isOpen
        onClose={onClose}
        onConfirm={onConfirm}
      >
        12 leases are live.
      </ConfirmDialog>,
    );
    const button = screen.getByRole("button", { name: "Close campaign" });
    fireEvent.click(button);
    expect((await screen.findByRole("alert")).textContent).toContain("Still open");
    expect(onClose).not.toHaveBeenCalled();
    fireEvent.click(button);
    await waitFor(() => expect(onClose).toHaveBeenCalledTimes(1));
  });
});

describe("a message", () => {
  function Acts() {
    const toast = useToast();
    return (
      <>
        <button onClick={() => toast.ok("Saved")}>save</button>
        <button onClick={() => toast.error(offlineProblem())}>fail</button>
      </>
    );
  }

  it("goes by itself when it went well and stays when it did not", () => {
    vi.useFakeTimers();
    render(
      <ToastProvider>
        <Acts />
      </ToastProvider>,
    );
    fireEvent.click(screen.getByText("save"));
    fireEvent.click(screen.getByText("fail"));
    expect(screen.getByText("Saved")).toBeTruthy();
    act(() => vi.advanceTimersByTime(7_000));
    expect(screen.queryByText("Saved")).toBeNull();
    expect(screen.getByText("The server does not answer")).toBeTruthy();
    vi.useRealTimers();
  });
});
