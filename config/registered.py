"""Every module that registers tasks and job handlers: imported by workers at start and by Django when it is ready."""

TASK_MODULES = (
    "annotate.jobs.tasks",
    "annotate.corpus.tasks",
    "annotate.agreement.tasks",
    "annotate.consensus.tasks",
    "annotate.export.tasks",
    "annotate.migration.tasks",
    "annotate.rereview.tasks",
    "scoring.tasks",
)
