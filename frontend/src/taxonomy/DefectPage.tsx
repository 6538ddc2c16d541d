import { useQuery } from "@tanstack/react-query";
import { Link, useLocation, useParams } from "wouter";
import { api } from "../api/client";
import { keys } from "../api/keys";
import { KeyHelp } from "../keyboard/KeyHelp";
import { useCommands } from "../keyboard/useCommands";
import { Badge, Notice } from "../ui/Badge";
import { LinkButton } from "../ui/Button";
import { PageHeader } from "../ui/PageHeader";
import { Facts, Panel } from "../ui/Panel";
import { Loaded } from "../ui/States";
import { DefectMarks, hasMarks, scopeText } from "./DefectMarks";
import { Examples } from "./Examples";
import { Code, ConceptLink, Text } from "./Named";
import { Criteria, Levels } from "./Rules";
import { defectPath, versionPath, type DefectPageDocument, type Reference } from "./types";
import { visible } from "./visible";
import "./taxonomy.css";

export default function DefectPage() {
  const {
    slug = "",
    number = "",
    concept = "",
  } = useParams<{ slug: string; number: string; concept: string }>();
  const query = useQuery({
    queryKey: keys.taxonomy(slug, "versions", number, "defects", concept),
    queryFn: ({ signal }) =>
      api.get<DefectPageDocument>(`/taxonomies/${slug}/versions/${number}/defects/${concept}`, { signal }),
    staleTime: 60_000,
  });
  return (
    <>
      {query.error && !query.data && (
        <PageHeader
          title="Defect"
          crumbs={[
            { label: "Taxonomies", href: "/taxonomies" },
            { label: `${slug} ${number}`, href: versionPath(slug, number) },
            { label: visible(concept) },
          ]}
        />
      )}
      <Loaded query={query} label="Loading the defect">
        {(data) => <Defect key={data.defect.id} page={data} />}
      </Loaded>
    </>
  );
}

function Defect({ page }: { page: DefectPageDocument }) {
  const { slug, number, defect, dimension, scale } = page;
  const [, go] = useLocation();
  const step = (to: Reference | null) => () => to && go(defectPath(slug, number, to.id));
  useCommands([
    {
      id: "taxonomy.previous",
      label: "Defect before",
      group: "Taxonomy",
      keys: ["["],
      when: () => page.previous !== null,
      run: step(page.previous),
    },
    {
      id: "taxonomy.next",
      label: "Next defect",
      group: "Taxonomy",
      keys: ["]"],
      when: () => page.next !== null,
      run: step(page.next),
    },
  ]);
  const version = versionPath(slug, number);
  const links = (concepts: readonly Reference[]) =>
    concepts.length === 0 ? null : (
      <span className="link-list">
        {concepts.map((one) => (
          <ConceptLink key={one.id} slug={slug} number={number} to={one} />
        ))}
      </span>
    );
  const related = (type: string) => defect.relations.filter((one) => one.type === type);
  return (
    <>
      <PageHeader
        title={
          <>
            <Code>{defect.code}</Code> <Text>{defect.name}</Text>
          </>
        }
        tab={`${visible(defect.name)} (${defect.code})`}
        lead={<Text>{defect.definition}</Text>}
        crumbs={[
          { label: "Taxonomies", href: "/taxonomies" },
          { label: `${visible(page.title)} ${number}`, href: version },
          {
            label: visible(dimension.name),
            href: `${version}?dimension=${encodeURIComponent(dimension.id)}`,
          },
          { label: visible(defect.name) },
        ]}
        actions={
          <>
            <LinkButton small href={`/taxonomies/${slug}/board?concept=${defect.id}&new`}>
              Ask for a change
            </LinkButton>
            {page.previous && (
              <LinkButton small href={defectPath(slug, number, page.previous.id)}>
                ← {page.previous.code}
                <span className="visually-hidden"> {visible(page.previous.name)}</span>
              </LinkButton>
            )}
            {page.next && (
              <LinkButton small href={defectPath(slug, number, page.next.id)}>
                {page.next.code} →<span className="visually-hidden"> {visible(page.next.name)}</span>
              </LinkButton>
            )}
          </>
        }
      />
      {hasMarks(defect) && (
        <div className="row">
          <DefectMarks defect={defect} />
        </div>
      )}
      {defect.deprecation && (
        <Notice tone="warn" title={`Deprecated since ${defect.deprecation.since}: no new findings.`}>
          <p>
            <Text>{defect.deprecation.reason}</Text>
          </p>
          {links([...defect.deprecation.replaced_by, ...defect.deprecation.consider])}
        </Notice>
      )}
      <Panel title="Pictures">
        <Examples defect={defect} isRated={scale.kind === "rating"} />
      </Panel>
      <Panel title="Is it this defect?">
        <Criteria slug={slug} number={number} defect={defect} />
      </Panel>
      <Panel title="How bad is it?" aside={<Badge>{visible(scale.name)}</Badge>}>
        <div className="stack">
          {scale.tie_break && (
            <p className="report">
              <strong>If two levels fit:</strong> <Text>{scale.tie_break}</Text>
            </p>
          )}
          <Levels defect={defect} caption={`Levels of ${visible(defect.name)}`} />
        </div>
      </Panel>
      <div className="columns">
        <Panel title="How it is marked and what it touches">
          <Facts
            rows={[
              ["Marked on", scopeText(defect.scope)],
              ["A note is", defect.comment_required ? "needed" : "optional"],
              ["Requires", links(related("requires").map((one) => one.target))],
              ["Implies", links(related("implies").map((one) => one.target))],
              ["Related", links(related("related").map((one) => one.target))],
              [
                "Excludes",
                page.exclusion_groups.length === 0 ? null : (
                  <span className="link-list">
                    {page.exclusion_groups.map((group) => (
                      <span key={group.id}>
                        <Text>{group.rule}</Text>{" "}
                        {links(group.members.filter((member) => member.id !== defect.id))}
                      </span>
                    ))}
                  </span>
                ),
              ],
              ["Quality", <Text key="quality">{defect.quality.name}</Text>],
              [
                "Business figures",
                defect.kpis.length === 0 ? null : (
                  <span className="link-list">
                    {defect.kpis.map((kpi) => (
                      <Text key={kpi.id}>{kpi.name}</Text>
                    ))}
                  </span>
                ),
              ],
            ]}
          />
        </Panel>
        <Panel title="Names">
          <Facts
            rows={[
              [
                "Id",
                <span className="mono" key="id">
                  {defect.id}
                </span>,
              ],
              ["Since", defect.since],
              ["Meaning since", defect.meaning_since === defect.since ? null : defect.meaning_since],
              ["Also called", defect.aliases.length === 0 ? null : <Text>{defect.aliases.join(", ")}</Text>],
              ["Comes from", links(defect.derived_from)],
              ...defect.translations.map(
                (one) =>
                  [
                    one.language,
                    <span key={one.language} lang={one.language}>
                      <Text>{one.name}</Text>
                      {one.definition && (
                        <span className="muted">
                          {" "}
                          <Text>{one.definition}</Text>
                        </span>
                      )}
                    </span>,
                  ] as const,
              ),
            ]}
          />
        </Panel>
      </div>
      {defect.sub_defects.length > 0 && (
        <Panel title="Parts">
          <ul className="sources">
            {defect.sub_defects.map((sub) => (
              <li key={sub.id}>
                <Code>{sub.code}</Code> <strong>{visible(sub.name)}</strong>
                {sub.status !== "active" && <Badge tone="warn">{sub.status}</Badge>}{" "}
                <Text>{sub.definition}</Text>
              </li>
            ))}
          </ul>
        </Panel>
      )}
      {defect.causes.length > 0 && (
        <Panel title="Suspected causes">
          <p className="muted">Hypotheses, each with what would confirm it.</p>
          <ul className="sources">
            {defect.causes.map((cause, place) => (
              <li key={place}>
                <strong>{visible(cause.component).replaceAll("_", " ")}</strong>{" "}
                <Badge>{cause.confidence}</Badge> {cause.check && <Text>{cause.check}</Text>}
              </li>
            ))}
          </ul>
        </Panel>
      )}
      <p>
        <Link href={version}>All defects of this version</Link>
      </p>
      <KeyHelp />
    </>
  );
}
