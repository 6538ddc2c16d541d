"""A deliberately broken server: it acknowledges an answer and writes it a moment later. The storm must catch it."""

import threading
import time

from config.wsgi import application  # noqa: F401  (first: it sets Django up, without which no app can be imported)

# isort: split
from annotate.annotations import services
from core import clock

_store = services.submit_annotation


def _later(user, lease, submission):
    time.sleep(0.4)
    try:
        _store(user, lease, submission)
    except Exception as error:
        print(f"lost: {error}")


def acknowledge_first(user, lease, submission):
    threading.Thread(target=_later, args=(user, lease, submission), daemon=True).start()
    return services.Receipt(lease=lease, revision=1, recorded_at=clock.now(), late=False), True


services.submit_annotation = acknowledge_first
