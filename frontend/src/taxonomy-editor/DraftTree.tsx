import { Button, Collection, Tree, TreeItem, TreeItemContent, useDragAndDrop } from "react-aria-components";
import { Code, Text } from "../taxonomy/Named";
import { Badge } from "../ui/Badge";
import { dimensionOf, type FileDocument } from "./document";

interface DraftTreeProps {
  document: FileDocument;
  selected: string | null;
  onSelect: (id: string) => void;
  /** `before` null: behind the others of the dimension. */
  onMove: (id: string, to: { dimension: string; before: string | null }) => void;
  /** Warnings and errors of the lint by concept. */
  lint: ReadonlyMap<string, number>;
}

/** Dimensions and their defects. Drag with the mouse, or with Enter on the handle, arrows and Enter again. */
export function DraftTree({ document, selected, onSelect, onMove, lint }: DraftTreeProps) {
  const isDimension = (key: string) => document.dimensions.some((one) => one.id === key);
  const { dragAndDropHooks } = useDragAndDrop({
    getItems: (keys) => [...keys].map((key) => ({ "text/plain": String(key) })),
    getDropOperation: () => "move",
    shouldAcceptItemDrop: (target) => isDimension(String(target.key)),
    onMove: (event) => {
      const [id] = [...event.keys].map(String);
      const target = String(event.target.key);
      if (!id || isDimension(id)) return;
      if (isDimension(target)) {
        if (event.target.dropPosition === "on") onMove(id, { dimension: target, before: null });
        return;
      }
      const home = dimensionOf(document, target);
      if (!home) return;
      const place = home.defects.findIndex((one) => one.id === target);
      const next = event.target.dropPosition === "before" ? target : (home.defects[place + 1]?.id ?? null);
      onMove(id, { dimension: home.id, before: next });
    },
  });
  return (
    <Tree
      aria-label="Dimensions and defects"
      className="draft-tree"
      selectionMode="single"
      selectionBehavior="replace"
      disallowEmptySelection
      selectedKeys={selected ? [selected] : []}
      onSelectionChange={(keys) => {
        const [key] = keys === "all" ? [] : [...keys];
        if (key !== undefined) onSelect(String(key));
      }}
      defaultExpandedKeys={document.dimensions.map((one) => one.id)}
      items={document.dimensions}
      dragAndDropHooks={dragAndDropHooks}
    >
      {(dimension) => (
        <TreeItem id={dimension.id} textValue={dimension.name} className="draft-node">
          <TreeItemContent>
            <span className="draft-line">
              <Button slot="chevron" className="draft-chevron">
                ▸
              </Button>
              <Code>{dimension.code}</Code> <Text>{dimension.name}</Text>
              <span className="push muted number">{dimension.defects.length}</span>
            </span>
          </TreeItemContent>
          <Collection items={dimension.defects}>
            {(defect) => (
              <TreeItem
                id={defect.id}
                textValue={`${defect.code} ${defect.name}`}
                className="draft-node leaf"
              >
                <TreeItemContent>
                  <span className="draft-line">
                    <Button slot="drag" className="draft-handle" aria-label={`Move ${defect.name}`}>
                      ⠿
                    </Button>
                    <Code>{defect.code}</Code> <Text>{defect.name}</Text>
                    {defect.status !== "active" && <Badge tone="warn">{defect.status}</Badge>}
                    {lint.has(defect.id) && (
                      <span className="push muted number">
                        {lint.get(defect.id)}
                        <span className="visually-hidden"> lint results</span>
                      </span>
                    )}
                  </span>
                </TreeItemContent>
              </TreeItem>
            )}
          </Collection>
        </TreeItem>
      )}
    </Tree>
  );
}
