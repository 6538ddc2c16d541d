import { Notice } from "../ui/Badge";
import { formatCount, formatNumber, formatSeconds, plural } from "../ui/format";
import { Facts, Panel } from "../ui/Panel";
import { ErrorState, Skeleton } from "../ui/States";
import type { Forecast } from "./types";

interface ForecastPanelProps {
  forecast: Forecast | undefined;
  error: unknown;
  isBehind: boolean;
  hasVersion: boolean;
}

/** What the plan costs, where the time per answer comes from, and what to think about before opening. */
export function ForecastPanel({ forecast, error, isBehind, hasVersion }: ForecastPanelProps) {
  return (
    <Panel
      title="Forecast"
      aside={isBehind && forecast ? <span className="hint">counting…</span> : undefined}
    >
      <div aria-live="polite" className="stack tight">
        {!hasVersion && <p className="muted">Choose a version, and the work is counted here as you go on.</p>}
        {hasVersion && error != null && <ErrorState error={error} />}
        {hasVersion && error == null && !forecast && <Skeleton label="Counting the work" />}
        {hasVersion && forecast && <Numbers forecast={forecast} />}
      </div>
    </Panel>
  );
}

function Numbers({ forecast }: { forecast: Forecast }) {
  const isMeasured = forecast.seconds_from === "measured";
  const warnings = forecast.warnings.filter(({ code }) => code !== "many-defects"); // said beside the checklist
  return (
    <>
      <div className="forecast-main">
        <span className="stat-value">{hours(forecast.hours)}</span>
        <span className="muted">{inDays(forecast.person_days)}</span>
      </div>
      <Facts
        rows={[
          ["Images", formatCount(forecast.images)],
          ["Answers", formatCount(forecast.answers)],
          ["In the audit", plural(forecast.audit_images, "image")],
          [
            "Per answer",
            `${formatSeconds(forecast.seconds_per_answer)}, ${isMeasured ? "measured" : "assumed"}`,
          ],
          ["People", `${forecast.people_needed} needed per Item, ${forecast.reviewers} in the project`],
        ]}
      />
      <p className="hint">
        {isMeasured
          ? `The median of the last ${plural(forecast.measured_answers, "answer")} of this project.`
          : `Assumed from the number of defects: the project has ${plural(forecast.measured_answers, "answer")}, 50 are needed to measure.`}
      </p>
      {warnings.length > 0 && (
        <Notice tone="warn" title="To think about">
          <ul>
            {warnings.map((note) => (
              <li key={note.message}>{note.message}</li>
            ))}
          </ul>
        </Notice>
      )}
      {forecast.problems.length > 0 && (
        <Notice tone="purple" title="Before it can be opened">
          <ul>
            {forecast.problems.map((note) => (
              <li key={`${note.pointer ?? ""} ${note.message}`}>{note.message}</li>
            ))}
          </ul>
        </Notice>
      )}
    </>
  );
}

function inDays(days: number): string {
  return days < 0.1 ? "of labelling" : `of labelling: ${formatNumber(days, 1)} person days of six hours`;
}

function hours(value: number): string {
  return value < 1
    ? `${Math.max(1, Math.round(value * 60))} min`
    : `${formatNumber(value, value < 10 ? 1 : 0)} h`;
}
