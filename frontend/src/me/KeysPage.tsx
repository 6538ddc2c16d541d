import { useMemo, useState, type KeyboardEvent } from "react";
import { changeKey, isChord, needsOwnKey, resetKey } from "../keyboard/change";
import type { Command } from "../keyboard/command";
import { Keys } from "../keyboard/KeyHelp";
import { effectiveKeys, setKeyPreferences, useKeyPreferences } from "../keyboard/preferences";
import { workspaceCommands, type Screen } from "../queue/commands";
import { Badge, Notice } from "../ui/Badge";
import { Button } from "../ui/Button";
import { Checkbox } from "../ui/fields";
import { PageHeader } from "../ui/PageHeader";
import { Panel } from "../ui/Panel";
import { Table, type Column } from "../ui/Table";

// Only names and keys are read here; nothing is run, so there need not be a screen.
const NO_SCREEN = {} as unknown as Screen;

/** Every key of the workspace, with the person's own in place of ours. Kept in this browser. */
export default function KeysPage() {
  const preferences = useKeyPreferences();
  const commands = useMemo(() => workspaceCommands(NO_SCREEN), []);
  const groups = [...new Set(commands.map((command) => command.group))];
  const lost = commands.filter(
    (command) => !preferences.singleCharacters && needsOwnKey(command, preferences),
  );
  return (
    <>
      <PageHeader
        title="Keys"
        lead="Plain letters belong to the taxonomy, digits are levels, everything else is a command. So a defect has the same keys in every campaign."
      />
      <Panel title="Single keys">
        <Checkbox
          label="Letters, digits and signs act without Ctrl"
          hint="Switch this off if speech input or a tremor presses keys for you. Defects are then found with Ctrl+K."
          isChecked={preferences.singleCharacters}
          onChange={(singleCharacters) => setKeyPreferences({ ...preferences, singleCharacters })}
        />
        {lost.length > 0 && (
          <Notice tone="warn" title={`${lost.length} commands have no key now`}>
            Give them one with Ctrl below: {lost.map((command) => command.label).join("; ")}.
          </Notice>
        )}
      </Panel>
      {groups.map((group) => (
        <CommandKeys key={group} group={group} commands={commands} />
      ))}
    </>
  );
}

function CommandKeys({ group, commands }: { group: string; commands: readonly Command[] }) {
  const preferences = useKeyPreferences();
  const [asked, setAsked] = useState<string | null>(null);
  const [refused, setRefused] = useState<string | null>(null);
  const listen = (event: KeyboardEvent, id: string) => {
    if (!isChord(event) || event.key === "Tab") return;
    event.preventDefault();
    if (event.key === "Escape") return setAsked(null);
    const change = changeKey(id, event, commands, preferences);
    if ("refused" in change) return setRefused(change.refused);
    setKeyPreferences(change.preferences);
    setAsked(null);
  };
  const columns: Column<Command>[] = [
    { key: "label", head: "Command", isRowHead: true, cell: (command) => command.label },
    {
      key: "keys",
      head: "Keys",
      cell: (command) => (
        <span className="row">
          {effectiveKeys(command.id, command.keys, preferences).map((chord) => (
            <Keys key={chord} chord={chord} />
          ))}
          {command.id in preferences.keys && <Badge tone="info">yours</Badge>}
        </span>
      ),
    },
    {
      key: "act",
      head: <span className="visually-hidden">Actions</span>,
      className: "number",
      cell: (command) => (
        <span className="row end">
          {asked === command.id && refused && (
            <span className="field-error" role="alert">
              {refused}
            </span>
          )}
          <Button
            small
            aria-label={
              asked === command.id
                ? "Press the new key; Escape leaves it"
                : `Change the key of ${command.label}`
            }
            onClick={() => {
              setRefused(null);
              setAsked(command.id);
            }}
            onBlur={() => setAsked(null)}
            {...(asked === command.id && { onKeyDown: (event: KeyboardEvent) => listen(event, command.id) })}
          >
            {asked === command.id ? "Press the new key" : "Change"}
          </Button>
          {command.id in preferences.keys && (
            <Button
              small
              kind="quiet"
              aria-label={`Reset the key of ${command.label}`}
              onClick={() => setKeyPreferences(resetKey(command.id, preferences))}
            >
              Reset
            </Button>
          )}
        </span>
      ),
    },
  ];
  return (
    <Table
      caption={group}
      columns={columns}
      rows={commands.filter((command) => command.group === group)}
      rowKey={(command) => command.id}
    />
  );
}
