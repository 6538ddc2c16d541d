"""The catalogue of bad inputs as parameters for tests.

@pytest.mark.parametrize("case", cases("image"))
def test_…(case: BadInput): …
"""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

CATALOGUE = Path(__file__).resolve().parents[2] / "shared" / "reference" / "bad_inputs.json"


@dataclass(frozen=True, slots=True, kw_only=True)
class BadInput:
    """`input` is the ready input, or None for a case that is only described (`description`)."""

    id: str
    kind: str
    description: str
    expected: str
    must: str
    input: Any


def cases(area: str, *, described: bool = False) -> list[Any]:
    """Pytest parameters of one area; only those with an input unless `described`. Skips where the file is
    absent.
    """
    if not CATALOGUE.exists():
        reason = f"{CATALOGUE.name} is not beside this repository (../shared/reference)"
        return [pytest.param(None, marks=pytest.mark.skip(reason=reason), id=f"{area}-absent")]
    catalogue = json.loads(CATALOGUE.read_text(encoding="utf-8"))
    namespace: dict[str, Any] = {}
    exec(catalogue["helpers"], namespace)
    return [
        pytest.param(_case(raw, namespace), id=raw["id"])
        for raw in catalogue["cases"]
        if raw["area"] == area and (described or "py" in raw)
    ]


def _case(raw: dict[str, str], namespace: dict[str, Any]) -> BadInput:
    return BadInput(
        id=raw["id"],
        kind=raw["class"],
        description=raw["input"],
        expected=raw["expected"],
        must=raw.get("must", ""),
        input=eval(raw["py"], namespace) if "py" in raw else None,
    )
