import { ActionBadge, ConceptLink, Text } from "./Named";
import type { DefectDocument } from "./types";

interface RulesProps {
  slug: string;
  number: string;
  defect: DefectDocument;
}

/** Annotate when, do not annotate when with what to use instead. */
export function Criteria({ slug, number, defect }: RulesProps) {
  return (
    <div className="criteria">
      <div className="criteria-do">
        <h3>Annotate when</h3>
        {defect.annotate_when.length === 0 && <p className="muted">Nothing is said here.</p>}
        <ul>
          {defect.annotate_when.map((text, place) => (
            <li key={place}>
              <Text>{text}</Text>
            </li>
          ))}
        </ul>
      </div>
      <div className="criteria-dont">
        <h3>Do not annotate when</h3>
        {defect.do_not_annotate_when.length === 0 && <p className="muted">Nothing is said here.</p>}
        <ul>
          {defect.do_not_annotate_when.map((one, place) => (
            <li key={place}>
              <Text>{one.text}</Text>
              {one.use && (
                <span className="use">
                  Use instead: <ConceptLink slug={slug} number={number} to={one.use} />
                </span>
              )}
            </li>
          ))}
        </ul>
      </div>
    </div>
  );
}

/** One line a level: its key, the anchor for this defect, what becomes of the image, the points of the trend score. */
export function Levels({ defect, caption }: { defect: DefectDocument; caption: string }) {
  return (
    <div
      className="table-scroll"
      role="group"
      aria-label={caption}
      // eslint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- a region that scrolls must be reachable by keys
      tabIndex={0}
    >
      <table className="table levels">
        <caption className="visually-hidden">{caption}</caption>
        <thead>
          <tr>
            <th scope="col">Key</th>
            <th scope="col">Level</th>
            <th scope="col">Rule</th>
            <th scope="col">Action</th>
            <th scope="col" className="number">
              Points
            </th>
          </tr>
        </thead>
        <tbody>
          {defect.levels.map((level) => (
            <tr key={level.key}>
              <td>
                <span className="kbd">{level.hotkey}</span>
              </td>
              <th scope="row">
                <Text>{level.name}</Text>
              </th>
              <td className="wide-text">
                <Text>{level.rule ?? level.general_rule}</Text>
              </td>
              <td>
                <ActionBadge action={level.action} />
                {level.is_own_action && <div className="hint">own rule</div>}
              </td>
              <td className="number">
                {level.penalty === null ? "–" : level.penalty === 0 ? "0" : `−${level.penalty}`}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
