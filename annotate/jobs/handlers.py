"""Which function does which kind of job. Slices register theirs in tasks.py, where Celery imports them."""

from collections.abc import Callable
from typing import Any

from annotate.jobs.context import JobContext

Handler = Callable[[JobContext], dict[str, Any] | None]
_HANDLERS: dict[str, Handler] = {}


def handler(kind: str) -> Callable[[Handler], Handler]:
    """Register the function that does jobs of this kind. It may run twice: it must be safe to."""

    def register(function: Handler) -> Handler:
        if kind in _HANDLERS and _HANDLERS[kind] is not function:
            raise ValueError(f"two handlers for the job kind {kind}")
        _HANDLERS[kind] = function
        return function

    return register


def handler_of(kind: str) -> Handler:
    """The registered function. Raises KeyError for a kind nobody registered."""
    return _HANDLERS[kind]
