"""Views of Annotations, Findings and gold as they stand under each Campaign's Version; borders of the new tables.

The views have the columns of the tables that they stand for, so that a reader only names another source. Findings carry
their Campaign besides: filter by it (or by `annotation_id`), so that neither side of the union is read whole.
"""

from django.db import migrations

BORDERS = (
    ("annotate_migrationrun", "campaign_id", "annotate_campaign"),
    ("annotate_migrationrun", "previous_id", "annotate_migrationrun"),
    ("annotate_campaign", "layer_id", "annotate_migrationrun"),
    ("annotate_carriedfinding", "run_id", "annotate_migrationrun"),
    ("annotate_carriedfinding", "item_id", "annotate_item"),
    ("annotate_carriedfinding", "annotation_id", "annotate_annotation"),
    ("annotate_carriedfinding", "finding_id", "annotate_finding"),
    ("annotate_carriedabsence", "run_id", "annotate_migrationrun"),
    ("annotate_carriedabsence", "annotation_id", "annotate_annotation"),
    ("annotate_carriedgold", "run_id", "annotate_migrationrun"),
    ("annotate_carriedgold", "image_id", "annotate_image"),
    ("annotate_rereview", "run_id", "annotate_migrationrun"),
    ("annotate_rereview", "item_id", "annotate_item"),
    ("annotate_rereview", "finding_id", "annotate_finding"),
    ("annotate_rereview", "gold_id", "annotate_goldlabel"),
    ("annotate_rereviewlease", "rereview_id", "annotate_rereview"),
    ("annotate_rereviewlease", "reviewer_id", "annotate_reviewer"),
    ("annotate_rereviewanswer", "rereview_id", "annotate_rereview"),
    ("annotate_rereviewanswer", "lease_id", "annotate_rereviewlease"),
    ("annotate_bridgeset", "campaign_id", "annotate_campaign"),
    ("annotate_bridgeset", "bridge_campaign_id", "annotate_campaign"),
)
HERE_BEFORE = {"annotate_campaign", "annotate_item", "annotate_image", "annotate_reviewer", "annotate_annotation", "annotate_lease"}
PARENTS = sorted({parent for _, _, parent in BORDERS} - HERE_BEFORE)

VIEWS = """
CREATE VIEW annotate_standing_annotation AS
SELECT a.id, a.project_id, a.campaign_id, a.item_id, a.image_id, a.lease_id, a.reviewer_id, c.version_id,
    a.version_id AS given_version_id, a.sequence, a.revision, a.submission_id, a.body_hash, a.outcome, a.absence,
    CASE WHEN l.id IS NULL THEN a.asked ELSE l.asked END AS asked,
    CASE WHEN l.id IS NULL THEN a.not_assessed ELSE l.not_assessed END AS not_assessed,
    a.verdict_given, CASE WHEN l.id IS NULL THEN a.verdict ELSE l.verdict END AS verdict, a.verdict AS given_verdict,
    coalesce(l.verdict_open, false) AS verdict_open, a.note, a.active_ms, a.late, a.after_reveal, a.recorded_at
FROM annotate_annotation a
JOIN annotate_campaign c ON c.id = a.campaign_id
LEFT JOIN annotate_carriedabsence l ON l.annotation_id = a.id AND l.run_id = c.layer_id
WHERE a.version_id = c.version_id OR l.id IS NOT NULL;

CREATE VIEW annotate_standing_finding AS
SELECT f.id, f.project_id, a.campaign_id, f.annotation_id, f.position, f.defect, f.sub_defect, f.kind, f.level,
    f.region, f.confidence, f.note, f.derived, f.id AS origin_id
FROM annotate_finding f
JOIN annotate_annotation a ON a.id = f.annotation_id
JOIN annotate_campaign c ON c.id = a.campaign_id AND c.version_id = a.version_id
UNION ALL
SELECT k.id, k.project_id, k.campaign_id, k.annotation_id, f.position, k.concept, k.sub_defect, k.kind, k.level,
    k.region, f.confidence, f.note, f.derived, k.finding_id
FROM annotate_carriedfinding k
JOIN annotate_finding f ON f.id = k.finding_id
JOIN annotate_campaign c ON c.id = k.campaign_id AND c.layer_id = k.run_id
WHERE k.standing;

-- Every revision of gold, as in the table, and carried gold as revision 0: gold settled under a Version goes before.
CREATE VIEW annotate_standing_gold AS
SELECT g.id, g.project_id, g.image_id, g.item_id, g.campaign_id, g.version_id, g.concept, g.revision, g.value, g.level,
    g.region, g.regions, g.provenance, g.rule, g.annotations, g.reason_code, g.reason, g.decided_by_id, g.decided_at,
    NULL::uuid AS run_id
FROM annotate_goldlabel g
UNION ALL
SELECT k.id, k.project_id, k.image_id, k.item_id, k.campaign_id, k.version_id, k.concept, 0, k.value, k.level,
    k.region, k.regions, k.provenance, k.rule, k.annotations, k.reason_code, k.reason, k.decided_by_id, k.decided_at,
    k.run_id
FROM annotate_carriedgold k
JOIN annotate_migrationrun r ON r.id = k.run_id AND r.state = 'active'
WHERE k.standing;
"""


def _forward() -> str:
    lines = [f"ALTER TABLE {t} ADD CONSTRAINT {t}_in_project UNIQUE (project_id, id);" for t in PARENTS]
    lines += [
        f"ALTER TABLE {table} ADD CONSTRAINT {table}_{column}_same_project "
        f"FOREIGN KEY (project_id, {column}) REFERENCES {parent} (project_id, id) DEFERRABLE INITIALLY DEFERRED;"
        for table, column, parent in BORDERS
    ]
    lines += [
        "CREATE TRIGGER rereview_answer_rows_stay BEFORE UPDATE OR DELETE ON annotate_rereviewanswer "
        "FOR EACH ROW EXECUTE FUNCTION refuse_change();",
        "CREATE TRIGGER rereview_answers_stay BEFORE TRUNCATE ON annotate_rereviewanswer "
        "FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();",
    ]
    return "\n".join(lines) + VIEWS


def _backward() -> str:
    lines = [
        "DROP VIEW annotate_standing_gold;", "DROP VIEW annotate_standing_finding;",
        "DROP VIEW annotate_standing_annotation;",
        "DROP TRIGGER rereview_answers_stay ON annotate_rereviewanswer;",
        "DROP TRIGGER rereview_answer_rows_stay ON annotate_rereviewanswer;",
    ]
    lines += [f"ALTER TABLE {table} DROP CONSTRAINT {table}_{column}_same_project;" for table, column, _ in BORDERS]
    lines += [f"ALTER TABLE {table} DROP CONSTRAINT {table}_in_project;" for table in PARENTS]
    return "\n".join(lines)


class Migration(migrations.Migration):
    dependencies = [("annotate", "0005_migration_runs_and_rereview")]
    operations = [migrations.RunSQL(_forward(), _backward())]
