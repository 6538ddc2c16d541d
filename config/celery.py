"""The Celery application. Messages are wake-ups only: the Job row says what is to be done."""

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.dev")

app = Celery("touchstone")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks(
    ["annotate.jobs", "annotate.corpus", "annotate.agreement", "annotate.consensus", "annotate.export", "scoring"]
)
app.conf.imports = ("config.schedule",)
