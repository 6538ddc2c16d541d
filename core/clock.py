"""The only source of the present time, so that tests can freeze it."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime

_frozen: ContextVar[datetime | None] = ContextVar("frozen", default=None)


def now() -> datetime:
    """The present moment, timezone-aware, in UTC."""
    return _frozen.get() or datetime.now(UTC)  # noqa: TID251 (the one place)


@contextmanager
def frozen(moment: datetime) -> Iterator[None]:
    """Within the block `now()` answers `moment` (this thread and context only)."""
    token = _frozen.set(moment)
    try:
        yield
    finally:
        _frozen.reset(token)
