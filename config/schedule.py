"""Every periodic task in one table."""

from config.celery import app

app.conf.beat_schedule = {
    "jobs": {"task": "jobs.sweep", "schedule": 5.0, "options": {"expires": 5}},
    "agreement": {"task": "agreement.minute", "schedule": 60.0, "options": {"expires": 60}},
    "consensus": {"task": "consensus.minute", "schedule": 60.0, "options": {"expires": 60}},
    "scoring": {"task": "scoring.minute", "schedule": 60.0, "options": {"expires": 60}},
}
