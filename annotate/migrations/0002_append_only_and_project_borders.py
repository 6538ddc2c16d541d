"""Append-only tables, composite foreign keys that keep rows inside their project, finite numbers, the sequence."""

from django.db import migrations

APPEND_ONLY = ("annotate_annotation", "annotate_finding", "annotate_goldlabel", "annotate_testresult")

# (table, column, referenced table): each pair must lie in the same project.
BORDERS = (
    ("annotate_item", "campaign_id", "annotate_campaign"),
    ("annotate_item", "image_id", "annotate_image"),
    ("annotate_image", "reference_id", "annotate_image"),
    ("annotate_lease", "item_id", "annotate_item"),
    ("annotate_lease", "campaign_id", "annotate_campaign"),
    ("annotate_lease", "reviewer_id", "annotate_reviewer"),
    ("annotate_annotation", "item_id", "annotate_item"),
    ("annotate_annotation", "campaign_id", "annotate_campaign"),
    ("annotate_annotation", "image_id", "annotate_image"),
    ("annotate_annotation", "lease_id", "annotate_lease"),
    ("annotate_annotation", "reviewer_id", "annotate_reviewer"),
    ("annotate_finding", "annotation_id", "annotate_annotation"),
    ("annotate_goldlabel", "image_id", "annotate_image"),
    ("annotate_goldlabel", "item_id", "annotate_item"),
    ("annotate_goldlabel", "campaign_id", "annotate_campaign"),
    ("annotate_testresult", "annotation_id", "annotate_annotation"),
    ("annotate_testresult", "reviewer_id", "annotate_reviewer"),
    ("annotate_agreementreport", "campaign_id", "annotate_campaign"),
    ("annotate_dispute", "item_id", "annotate_item"),
    ("annotate_dispute", "campaign_id", "annotate_campaign"),
    ("annotate_export", "campaign_id", "annotate_campaign"),
)
PARENTS = sorted({parent for _, _, parent in BORDERS})


def _forward() -> str:
    lines = ["CREATE SEQUENCE annotate_annotation_order;"]
    lines += [f"ALTER TABLE {t} ADD CONSTRAINT {t}_in_project UNIQUE (project_id, id);" for t in PARENTS]
    lines += [
        f"ALTER TABLE {table} ADD CONSTRAINT {table}_{column}_same_project "
        f"FOREIGN KEY (project_id, {column}) REFERENCES {parent} (project_id, id) DEFERRABLE INITIALLY DEFERRED;"
        for table, column, parent in BORDERS
    ]
    for table in APPEND_ONLY:
        lines.append(
            f"CREATE TRIGGER {table}_rows_stay BEFORE UPDATE OR DELETE ON {table} "
            "FOR EACH ROW EXECUTE FUNCTION refuse_change();"
        )
        lines.append(
            f"CREATE TRIGGER {table}_stays BEFORE TRUNCATE ON {table} "
            "FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();"
        )
    lines.append(
        "ALTER TABLE annotate_item ADD CONSTRAINT item_priority_is_finite "
        "CHECK (priority > '-Infinity' AND priority < 'Infinity');"
    )
    return "\n".join(lines)


def _backward() -> str:
    lines = ["ALTER TABLE annotate_item DROP CONSTRAINT item_priority_is_finite;"]
    for table in APPEND_ONLY:
        lines += [f"DROP TRIGGER {table}_stays ON {table};", f"DROP TRIGGER {table}_rows_stay ON {table};"]
    lines += [f"ALTER TABLE {table} DROP CONSTRAINT {table}_{column}_same_project;" for table, column, _ in BORDERS]
    lines += [f"ALTER TABLE {table} DROP CONSTRAINT {table}_in_project;" for table in PARENTS]
    lines.append("DROP SEQUENCE annotate_annotation_order;")
    return "\n".join(lines)


class Migration(migrations.Migration):
    dependencies = [
        ("annotate", "0001_initial"),
        ("taxonomy", "0002_published_versions_never_change"),
    ]
    operations = [migrations.RunSQL(_forward(), _backward())]
