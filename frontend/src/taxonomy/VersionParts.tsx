import { Badge } from "../ui/Badge";
import { plural } from "../ui/format";
import { Facts, Panel } from "../ui/Panel";
import { EmptyState } from "../ui/States";
import { Table } from "../ui/Table";
import { ActionBadge, Code, ConceptLink, Text } from "./Named";
import type { Kpi, Quality, Reference, Scale, VersionDocument } from "./types";
import { visible } from "./visible";

const KINDS: Record<string, string> = {
  severity: "severity: absent is not annotated",
  rating: "rating: answered for every image",
  flag: "flag: there or not",
};

/** A scale with the rule that decides, level by level. */
export function ScaleTable({ scale }: { scale: Scale }) {
  return (
    <div className="stack">
      {scale.tie_break && (
        <p className="report">
          <strong>If two levels fit:</strong> <Text>{scale.tie_break}</Text>
        </p>
      )}
      <Table
        caption={`Levels of ${visible(scale.name)}`}
        hideCaption
        rows={scale.levels}
        rowKey={(level) => level.key}
        columns={[
          { key: "key", head: "Key", cell: (level) => <span className="kbd">{level.hotkey}</span> },
          { key: "name", head: "Level", isRowHead: true, cell: (level) => <Text>{level.name}</Text> },
          {
            key: "rule",
            head: "Rule",
            className: "wide-text",
            cell: (level) => <Text>{level.general_rule}</Text>,
          },
          { key: "action", head: "Action", cell: (level) => <ActionBadge action={level.action} /> },
        ]}
      />
      {scale.end_words.length > 0 && (
        <p className="muted">
          Shown on the keys: {scale.end_words.map((one) => `${one.hotkey} ${visible(one.word)}`).join(" … ")}
          {scale.allow_not_applicable && "; may be answered as not applicable"}
        </p>
      )}
    </div>
  );
}

export function Scales({ document }: { document: VersionDocument }) {
  const { scoring } = document;
  return (
    <div className="stack loose">
      {document.scales.map((scale) => (
        <Panel
          key={scale.id}
          title={<Text>{scale.name}</Text>}
          aside={
            <span className="row">
              <Badge>{KINDS[scale.kind] ?? scale.kind}</Badge>
              <span className="muted">used by {plural(scale.used_by, "defect")}</span>
            </span>
          }
        >
          <ScaleTable scale={scale} />
        </Panel>
      ))}
      <Panel title="Trend score">
        <p className="muted">
          For trends and for comparing generators only; it never decides the verdict of an image.
        </p>
        <Facts
          rows={[
            ["Begins at", String(scoring.base)],
            ["Never below", String(scoring.floor)],
            ["Per defect", scoring.per_defect.replaceAll("_", " ")],
            ["Most per dimension", scoring.dimension_cap === null ? "no cap" : String(scoring.dimension_cap)],
          ]}
        />
      </Panel>
    </div>
  );
}

export function About({ document }: { document: VersionDocument }) {
  const links = (concepts: readonly Reference[]) => (
    <span className="link-list">
      {concepts.map((one) => (
        <ConceptLink key={one.id} slug={document.slug} number={document.number} to={one} />
      ))}
    </span>
  );
  return (
    <div className="stack loose">
      {document.exclusion_groups.length > 0 && (
        <Panel title="Exclusion groups">
          <p className="muted">At most one of the defects of a group on one region, or on one image.</p>
          <Table
            caption="Exclusion groups"
            hideCaption
            rows={document.exclusion_groups}
            rowKey={(group) => group.id}
            columns={[
              { key: "id", head: "Group", isRowHead: true, className: "nowrap", cell: (group) => group.id },
              {
                key: "level",
                head: "On one",
                cell: (group) => (group.level === "per_region" ? "region" : "image"),
              },
              { key: "members", head: "Defects", cell: (group) => links(group.members) },
              {
                key: "rule",
                head: "Rule",
                className: "wide-text",
                cell: (group) => <Text>{group.rule}</Text>,
              },
            ]}
          />
        </Panel>
      )}
      {document.kpis.length > 0 && (
        <Panel title="Business figures">
          <Table
            caption="Business figures"
            hideCaption
            rows={document.kpis}
            rowKey={(kpi) => kpi.id}
            columns={[
              { key: "name", head: "Figure", isRowHead: true, cell: (kpi) => <Text>{kpi.name}</Text> },
              { key: "direction", head: "Better", cell: (kpi) => kpi.direction.replaceAll("_", " ") },
              { key: "unit", head: "Unit", cell: (kpi) => <Text>{kpi.unit}</Text> },
              ...(document.kpis.some((kpi) => kpi.description)
                ? [
                    {
                      key: "text",
                      head: "Meaning",
                      className: "wide-text",
                      cell: (kpi: Kpi) => <Text>{kpi.description ?? "–"}</Text>,
                    },
                  ]
                : []),
            ]}
          />
        </Panel>
      )}
      <Panel title="Quality characteristics">
        <Table
          caption="Quality characteristics"
          hideCaption
          rows={document.quality_model}
          rowKey={(one) => one.id}
          columns={[
            { key: "name", head: "Characteristic", isRowHead: true, cell: (one) => <Text>{one.name}</Text> },
            {
              key: "iso",
              head: "Analogue in ISO/IEC 25010",
              cell: (one) => <Text>{one.iso25010_analogue}</Text>,
            },
            ...(document.quality_model.some((one) => one.note)
              ? [
                  {
                    key: "note",
                    head: "Note",
                    className: "wide-text",
                    cell: (one: Quality) => <Text>{one.note ?? "–"}</Text>,
                  },
                ]
              : []),
          ]}
        />
      </Panel>
      <Panel title="About this version">
        <Facts
          rows={[
            ["Licence", document.license],
            ["Languages", document.languages.join(", ")],
            ["Media", document.media.join(", ")],
            ["Ids begin with", `${document.id_prefix}-`],
            ["Version before", document.previous_version],
            ["Release notes", document.release_notes ? <Text>{document.release_notes}</Text> : null],
            [
              "Content hash",
              <span className="mono" key="hash">
                {document.content_hash}
              </span>,
            ],
          ]}
        />
      </Panel>
      {document.sources.length > 0 && (
        <Panel title="Sources">
          <ul className="sources">
            {document.sources.map((source) => (
              <li key={source.url}>
                <Text>{source.title}</Text>
                {/^https?:\/\//.test(source.url) ? (
                  <>
                    {" "}
                    <a href={source.url} rel="noopener noreferrer nofollow">
                      {visible(source.url)}
                    </a>
                  </>
                ) : (
                  <span className="muted"> {visible(source.url)}</span>
                )}
                {source.used_for && (
                  <div className="muted">
                    <Text>{source.used_for}</Text>
                  </div>
                )}
              </li>
            ))}
          </ul>
        </Panel>
      )}
    </div>
  );
}

export function Retired({ document }: { document: VersionDocument }) {
  const links = (concepts: readonly Reference[]) =>
    concepts.length === 0 ? (
      "–"
    ) : (
      <span className="link-list">
        {concepts.map((one) => (
          <ConceptLink key={one.id} slug={document.slug} number={document.number} to={one} />
        ))}
      </span>
    );
  return (
    <Table
      caption="Retired concepts"
      hideCaption
      rows={document.retired_concepts}
      rowKey={(one) => one.id}
      empty={
        <EmptyState title="Nothing was retired">
          A concept that is split, merged or removed leaves its id and code here, never to be used again.
        </EmptyState>
      }
      columns={[
        { key: "code", head: "Code", cell: (one) => <Code>{one.code}</Code> },
        { key: "name", head: "Name", isRowHead: true, cell: (one) => <Text>{one.name}</Text> },
        { key: "in", head: "Retired in", cell: (one) => one.retired_in },
        { key: "reason", head: "Because", cell: (one) => one.reason },
        { key: "by", head: "Replaced by", cell: (one) => links(one.replaced_by) },
        { key: "consider", head: "Consider", cell: (one) => links(one.consider) },
        { key: "id", head: "Id", cell: (one) => <span className="mono">{one.id}</span> },
      ]}
    />
  );
}
