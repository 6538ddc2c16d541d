import { fireEvent, render, screen } from "@testing-library/react";
import { useRef, useState } from "react";
import { describe, expect, it, vi, type Mock } from "vitest";
import type { Command } from "./command";
import { KeyHelp } from "./KeyHelp";
import { createRegistry } from "./registry";
import { useCommands } from "./useCommands";

interface DeskProps {
  commands: readonly Command[];
  fallback?: (chord: string) => boolean;
  children?: React.ReactNode;
}

function Desk({ commands, fallback, children }: DeskProps) {
  const region = useRef<HTMLDivElement>(null);
  const [registry] = useState(createRegistry);
  useCommands(commands, { region, registry, ...(fallback && { fallback }) });
  return (
    <>
      <div ref={region}>
        <button>inside</button>
        {children}
      </div>
      <input aria-label="outside" />
      <button>other</button>
      <KeyHelp registry={registry} />
    </>
  );
}

function commandOn(keys: string[], more: Partial<Command> = {}): Command & { run: Mock<Command["run"]> } {
  return {
    id: keys.join(),
    label: `Act ${keys.join()}`,
    group: "Test",
    keys,
    ...more,
    run: vi.fn<Command["run"]>(),
  };
}

const press = (key: string, more: object = {}, target: Element = document.body) =>
  fireEvent.keyDown(target, { key, ...more });

describe("useCommands", () => {
  it("runs the newest command once and keeps the browser from acting", () => {
    const submit = commandOn(["Enter"]);
    const { rerender } = render(<Desk commands={[commandOn(["Enter"])]} />);
    rerender(<Desk commands={[submit]} />);
    expect(press("Enter")).toBe(false);
    expect(submit.run).toHaveBeenCalledTimes(1);
  });

  it("is deaf while somebody types, composes or holds the key", () => {
    const skip = commandOn(["Shift+S"]);
    const save = commandOn(["Ctrl+Enter"], { whileTyping: true });
    render(<Desk commands={[skip, save]} />);
    press("S", { shiftKey: true }, screen.getByLabelText("outside"));
    press("S", { shiftKey: true, isComposing: true });
    press("S", { shiftKey: true, repeat: true });
    expect(skip.run).not.toHaveBeenCalled();
    press("Enter", { ctrlKey: true }, screen.getByLabelText("outside"));
    expect(save.run).toHaveBeenCalledTimes(1);
  });

  it("leaves Space and Enter to a focused control", () => {
    const clean = commandOn(["Space"]);
    render(<Desk commands={[clean]} />);
    press(" ", {}, screen.getByText("inside"));
    expect(clean.run).not.toHaveBeenCalled();
    press(" ");
    expect(clean.run).toHaveBeenCalledTimes(1);
  });

  it("hears single characters only in its region", () => {
    const level = commandOn(["3"]);
    render(<Desk commands={[level]} />);
    press("3", {}, screen.getByText("other"));
    expect(level.run).not.toHaveBeenCalled();
    press("3", {}, screen.getByText("inside"));
    expect(level.run).toHaveBeenCalledTimes(1);
  });

  it("is deaf while a dialog is open", () => {
    const submit = commandOn(["Enter"]);
    render(
      <Desk commands={[submit]}>
        <div role="dialog">a dialog</div>
      </Desk>,
    );
    press("Enter");
    expect(submit.run).not.toHaveBeenCalled();
  });

  it("hands keys without a command to the fallback, and no others", () => {
    const heard: string[] = [];
    const fallback = (chord: string) => heard.push(chord) > 0;
    render(<Desk commands={[commandOn(["Shift+K"])]} fallback={fallback} />);
    press("a");
    press("A", { shiftKey: true });
    press("K", { shiftKey: true });
    expect(heard).toEqual(["A", "Shift+A"]);
  });

  it("shows every command of the screen on ?", () => {
    render(<Desk commands={[commandOn(["Shift+K"])]} />);
    press("?", { shiftKey: true });
    expect(screen.getByRole("dialog", { name: "Keys on this screen" })).toBeTruthy();
    expect(screen.getByText("Act Shift+K")).toBeTruthy();
    expect(screen.getByText("Show all keys")).toBeTruthy();
  });
});
