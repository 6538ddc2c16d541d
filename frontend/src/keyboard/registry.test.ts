import { beforeEach, describe, expect, it } from "vitest";
import { changeKey } from "./change";
import { capsOf, chordOf, normalise, type Command } from "./command";
import { effectiveKeys, setKeyPreferences } from "./preferences";
import { createRegistry, KeyClashError } from "./registry";

function command(id: string, ...keys: string[]): Command {
  return { id, label: id, group: "Test", keys, run: () => {} };
}

function pressed(
  key: string,
  held: Partial<Record<"ctrlKey" | "metaKey" | "altKey" | "shiftKey", boolean>> = {},
) {
  return { key, ctrlKey: false, metaKey: false, altKey: false, shiftKey: false, ...held };
}

beforeEach(() => setKeyPreferences({ singleCharacters: true, keys: {} }));

describe("a chord", () => {
  it("is the same written and pressed", () => {
    expect(chordOf(pressed("k", { shiftKey: true }))).toBe(normalise("Shift+k"));
    expect(chordOf(pressed("K", { shiftKey: true }))).toBe("Shift+K");
    expect(chordOf(pressed("z", { metaKey: true }))).toBe(normalise("Ctrl+Z"));
    expect(chordOf(pressed(" "))).toBe(normalise("Space"));
    expect(chordOf(pressed("Esc"))).toBe(normalise("Escape"));
  });

  it("leaves Shift out of signs that need it on some layouts", () => {
    expect(chordOf(pressed("?", { shiftKey: true }))).toBe("?");
    expect(chordOf(pressed("+", { shiftKey: true }))).toBe(normalise("+"));
    expect(chordOf(pressed("Tab", { shiftKey: true }))).toBe("Shift+Tab");
  });

  it("that belongs to the browser is refused", () => {
    for (const chord of ["Alt+F", "Alt+ArrowLeft", "Ctrl+1"])
      expect(() => normalise(chord)).toThrow(/browser/);
  });

  it("is printed as key caps", () => {
    expect(capsOf("Shift+k")).toEqual(["Shift", "K"]);
    expect(capsOf("Ctrl++")).toEqual(["Ctrl", "+"]);
    expect(capsOf("ArrowLeft")).toEqual(["←"]);
  });
});

describe("the registry", () => {
  it("throws when two actions lie on one key", () => {
    const registry = createRegistry();
    registry.register([command("submit", "Enter")]);
    expect(() => registry.register([command("confirm", "Enter")])).toThrow(KeyClashError);
    expect(() => registry.register([command("a", "Shift+K"), command("b", "Shift+k")])).toThrow(
      /both a and b/,
    );
    expect(registry.list()).toHaveLength(1);
  });

  it("gives a key back when its command is gone", () => {
    const registry = createRegistry();
    const remove = registry.register([command("submit", "Enter")]);
    remove();
    registry.register([command("confirm", "Enter")]);
    expect(registry.find("Enter")?.id).toBe("confirm");
  });

  it("finds a command on the person's own key instead of ours", () => {
    const registry = createRegistry();
    registry.register([command("skip", "Shift+S")]);
    setKeyPreferences({ singleCharacters: true, keys: { skip: ["Ctrl+Shift+S"] } });
    expect(registry.find("Shift+S")).toBeUndefined();
    expect(registry.find("Ctrl+Shift+S")?.id).toBe("skip");
  });

  it("does not hear single characters once they are switched off", () => {
    const off = { singleCharacters: false, keys: {} };
    expect(effectiveKeys("x", ["/", "Ctrl+K", "5", "Shift+K", "Enter"], off)).toEqual(["Ctrl+K", "Enter"]);
  });
});

describe("changing a key", () => {
  const commands = [command("skip", "Shift+S"), command("submit", "Enter")];
  const none = { singleCharacters: true, keys: {} };

  it("stores the pressed chord", () => {
    const change = changeKey("skip", pressed("x", { shiftKey: true }), commands, none);
    expect(change).toEqual({ preferences: { singleCharacters: true, keys: { skip: ["Shift+X"] } } });
  });

  it("refuses keys of the taxonomy, of the browser and of other commands", () => {
    const refusal = (event: Parameters<typeof changeKey>[1]) => {
      const change = changeKey("skip", event, commands, none);
      return "refused" in change ? change.refused : "";
    };
    expect(refusal(pressed("x"))).toMatch(/taxonomy/);
    expect(refusal(pressed("4"))).toMatch(/taxonomy/);
    expect(refusal(pressed("1", { ctrlKey: true }))).toMatch(/browser/);
    expect(refusal(pressed("Enter"))).toMatch(/already/);
  });
});
