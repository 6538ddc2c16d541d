"""Which Images are meant: a value that pages, plans and queries share. Pure."""

from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any
from uuid import UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class ImageFilter:
    """Which Images are meant: everything given must hold; several values of one field are alternatives."""

    generator: tuple[str, ...] = ()
    model_version: tuple[str, ...] = ()
    source_group: tuple[str, ...] = ()
    import_run: UUID | None = None
    text: str = ""  # in prompt, name or external id
    has_prompt: bool | None = None
    has_reference: bool | None = None
    created_after: datetime | None = None
    created_before: datetime | None = None
    withdrawn: bool = False

    def document(self) -> dict[str, Any]:
        """The filter as JSON, without what was not asked."""
        asked = {name: value for name, value in asdict(self).items() if value not in ((), None, "", False)}
        return {
            name: list(value) if isinstance(value, tuple) else value if isinstance(value, str | bool) else str(value)
            for name, value in asked.items()
        }
