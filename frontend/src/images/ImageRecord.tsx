import { Link } from "wouter";
import type { components } from "../api/schema";
import { Notice } from "../ui/Badge";
import { formatBytes, formatCount, formatMoment } from "../ui/format";
import { Facts } from "../ui/Panel";

type ImageDocument = components["schemas"]["ImageDocument"];

/** The generation record of an image, where it came from and where it is used. */
export function ImageRecord({ project, image }: { project: string; image: ImageDocument }) {
  const base = `/projects/${encodeURIComponent(project)}`;
  const parameters = Object.entries(image.parameters);
  return (
    <div className="stack image-record">
      {image.withdrawn && (
        <Notice tone="warn" title="Withdrawn">
          {formatMoment(image.withdrawn.at)}
          {image.withdrawn.by && ` by ${image.withdrawn.by}`}: {image.withdrawn.reason}
        </Notice>
      )}
      <LongText title="Prompt" text={image.prompt} />
      <LongText title="Negative prompt" text={image.negative_prompt} />
      <LongText title="Brief" text={image.brief} />
      <Facts
        rows={[
          ["Generator", image.generator],
          ["Model version", image.model_version],
          ["Seed", image.seed && <span className="number">{image.seed}</span>],
          ["Source group", image.source_group],
          ["External id", image.external_id],
          [
            "Reference",
            image.reference && (
              <Link href={`${base}/images?image=${image.reference.id}`}>{image.reference.name}</Link>
            ),
          ],
          ["Size", `${formatCount(image.width)} × ${formatCount(image.height)}, ${formatBytes(image.bytes)}`],
          [
            "Type",
            image.frames > 1 ? `${image.media_type}, first of ${image.frames} frames` : image.media_type,
          ],
          ["Came in", formatMoment(image.created_at)],
          ["Import", image.import_run && <Link href={`${base}/imports/${image.import_run}`}>Report</Link>],
          [
            "Campaigns",
            image.campaigns.length > 0
              ? image.campaigns.map((one) => (
                  <div key={one.id}>
                    <Link href={`${base}/campaigns/${one.id}/dashboard`}>{one.name}</Link>
                  </div>
                ))
              : null,
          ],
        ]}
      />
      {parameters.length > 0 && (
        <details>
          <summary>Parameters ({parameters.length})</summary>
          <Facts rows={parameters.map(([name, value]) => [name, textOf(value)] as const)} />
        </details>
      )}
    </div>
  );
}

function LongText({ title, text }: { title: string; text: string }) {
  if (!text) return null;
  return (
    <div>
      <div className="hint">{title}</div>
      <div className="image-text" dir="auto">
        {text}
      </div>
    </div>
  );
}

function textOf(value: unknown): string {
  return typeof value === "string" ? value : JSON.stringify(value);
}
