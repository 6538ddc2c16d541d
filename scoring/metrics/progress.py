"""How long work says how far it is, without knowing who listens: a job, a command or nobody."""

from typing import Protocol


class Watch(Protocol):
    """A running job's context is one. Both methods may raise to stop the work: it was cancelled or taken over."""

    def progress(self, done: int, total: int | None = None, note: str = "") -> None: ...

    def require_owned(self) -> None: ...


class NobodyWatches:
    """For calls that are no job."""

    def progress(self, done: int, total: int | None = None, note: str = "") -> None:
        """Nothing is said."""

    def require_owned(self) -> None:
        """Nobody else can take it over."""


class StepWatch:
    """One step of several: its progress, named by the step."""

    def __init__(self, watch: Watch, number: int, steps: int, name: str) -> None:
        self._watch = watch
        self._name = f"Step {number} of {steps}, {name}"

    def progress(self, done: int, total: int | None = None, note: str = "") -> None:
        """As the whole's, with the step before the note. A finished step does not end the whole."""
        self._watch.progress(done, total if total is None or done < total else total + 1, f"{self._name}: {note}")

    def require_owned(self) -> None:
        self._watch.require_owned()
