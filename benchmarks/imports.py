"""Import: 1024 px JPEGs verified, hashed, cleaned, thumbnailed and stored; then the same rows again, all duplicates.

    python -m benchmarks.imports [--images 300] [--rows 5000]

Targets of performance.md: at least 100 images/s a core, at least 5,000 rows/s whose image is already stored.
`per_cpu_s` counts the CPU seconds of this process and of the decoder together, so it is a figure per core. Works in a
temporary installation of its own with an embedded PostgreSQL.
"""

import argparse
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

from benchmarks.machine import machine, table

SIDE = 1024


def draw(folder: Path, count: int, side: int) -> int:
    """JPEGs that look like pictures to a codec (soft shapes with some grain); answers their mean size in bytes."""
    folder.mkdir(parents=True)
    random = np.random.default_rng(1)
    total = 0
    for place in range(count):
        rough = Image.fromarray(random.integers(0, 256, (24, 24, 3), dtype=np.uint8))
        smooth = np.asarray(rough.resize((side, side), Image.Resampling.BICUBIC), dtype=np.int16)
        grain = random.normal(0, 4, (side, side, 1))
        picture = Image.fromarray(np.clip(smooth + grain, 0, 255).astype(np.uint8))
        picture.save(folder / f"{place:06}.jpg", quality=90)
        total += (folder / f"{place:06}.jpg").stat().st_size
    return total // count


def cpu_seconds() -> float:
    """Of this process and of its ended children (the decoder)."""
    return sum(
        used.ru_utime + used.ru_stime
        for used in map(resource.getrusage, (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    )


def timed(project: Any, path: Path) -> tuple[Any, float, float]:
    from annotate.corpus.services import import_now
    from annotate.projects.queries import system_scope

    wall, cpu = time.perf_counter(), cpu_seconds()
    result = import_now(system_scope(project.id), path)
    return result, time.perf_counter() - wall, cpu_seconds() - cpu


def measure(folder: Path, images: int, rows: int) -> list[dict[str, Any]]:
    """In the process that holds the database."""
    from annotate.models import Project

    size = draw(folder / "large", images, SIDE)
    project = Project.objects.create(slug="bench", name="Bench")
    result, wall, cpu = timed(project, folder / "large")
    assert result.images == images, result
    found = [row(f"new 1024 px JPEG ({size // 1000} kB)", images, wall, cpu, "100 images/s a core")]
    result, wall, cpu = timed(project, folder / "large")
    assert result.duplicates == images, result
    found.append(row("the same files again", images, wall, cpu, "5,000 rows/s"))
    manifest = folder / "large" / "rows.jsonl"
    names = [f"{place % images:06}.jpg" for place in range(rows)]
    manifest.write_text("".join(json.dumps({"file": name}) + "\n" for name in names))
    result, wall, cpu = timed(project, manifest)
    assert result.duplicates == rows, result
    found.append(row("manifest rows, image already stored", rows, wall, cpu, "5,000 rows/s"))
    return found


def row(what: str, count: int, wall: float, cpu: float, target: str) -> dict[str, Any]:
    return {
        "what": what, "n": count, "wall_s": round(wall, 2), "cpu_s": round(cpu, 2), "per_s": round(count / wall, 1),
        "per_cpu_s": round(count / cpu, 1), "target": target,
    }  # fmt: skip


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--images", type=int, default=300)
    parser.add_argument("--rows", type=int, default=5000)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="touchstone-bench-") as name:
        Path(name).chmod(0o755)
        os.environ |= {"DATA_DIR": name, "DJANGO_SETTINGS_MODULE": "config.settings.dev"}
        from config import postgres
        from config.env import read_environment

        with postgres.held(read_environment()):
            subprocess.run([sys.executable, "manage.py", "migrate", "-v0"], check=True)
            import django

            django.setup()
            rows = measure(Path(name) / "pictures", options.images, options.rows)
            from django.db import connections

            connections.close_all()
        print(json.dumps({"benchmark": "imports", "machine": machine(), "rows": rows}, indent=1))
        print(table(rows))


if __name__ == "__main__":
    main()
