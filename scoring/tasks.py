"""The jobs of scoring, on their own queue, and the minute in which new Images are found."""

from celery import shared_task

from annotate.jobs.handlers import handler
from annotate.jobs.wake import wake_ids
from scoring.detectors.enqueue_services import PREDICT, TRAIN
from scoring.embeddings.enqueue_services import IMAGES, enqueue_due_scores
from scoring.triage import work_adapter
from scoring.triage.enqueue_services import LOOP, RANK

handler(IMAGES)(work_adapter.score_images)
handler(TRAIN)(work_adapter.train)
handler(PREDICT)(work_adapter.predict)
handler(RANK)(work_adapter.rank)
handler(LOOP)(work_adapter.loop)


@shared_task(name="scoring.minute")
def minute() -> None:
    wake_ids((job.id, job.queue) for job in enqueue_due_scores())
