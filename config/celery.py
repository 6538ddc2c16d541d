"""The Celery application. Messages are wake-ups only: the Job row says what is to be done."""

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.dev")

app = Celery("touchstone")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.conf.imports = ("config.schedule",)
