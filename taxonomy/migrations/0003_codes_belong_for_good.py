"""Codes that were ever used, and the declared operations of a version."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("taxonomy", "0002_published_versions_never_change")]
    operations = [
        migrations.AddField(
            model_name="version",
            name="migration",
            field=models.JSONField(null=True),
        ),
        migrations.CreateModel(
            name="ConceptCode",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("code", models.CharField(max_length=8)),
                (
                    "concept",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="codes", to="taxonomy.concept"
                    ),
                ),
                (
                    "taxonomy",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="codes", to="taxonomy.taxonomy"
                    ),
                ),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("taxonomy", "code"), name="concept_code_once")]
            },
        ),
    ]
