"""On what the figures were measured, and how they are printed."""

import os
import platform
from collections.abc import Sequence
from typing import Any

import psutil


def machine() -> dict[str, Any]:
    """Cores, memory, versions and the load at this moment."""
    return {
        "cores": psutil.cpu_count(),
        "memory_gib": round(psutil.virtual_memory().total / 2**30, 1),
        "python": platform.python_version(),
        "system": f"{platform.system()} {platform.machine()}",
        "load_1min": round(os.getloadavg()[0], 2),
    }


def table(rows: Sequence[dict[str, Any]]) -> str:
    """Rows with the same keys as an aligned table."""
    if not rows:
        return "(nothing measured)"
    names = list(rows[0])
    cells = [names, *[[str(row.get(name, "")) for name in names] for row in rows]]
    widths = [max(len(line[column]) for line in cells) for column in range(len(names))]
    return "\n".join("  ".join(value.rjust(width) for value, width in zip(line, widths, strict=True)) for line in cells)
