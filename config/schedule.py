"""Every periodic task in one table."""

from config.celery import app

app.conf.beat_schedule = {}
