"""Scoring, in one run: python benchmarks/scoring.py [--images N] [--small] [--json].

Pairs of 512 px JPEGs, six metrics: the built-in default on shared decoding against the naive pyiqa loop
(decode for every metric, default settings), where the extra `iqa` is installed. Then features per image,
training of 40 detectors on 10,000 rows of cached features, and rankings of 100,000 images. CPU seconds
stand beside wall seconds; targets are those of the performance page.
"""

import argparse
import json
import platform
import sys
import tempfile
import time
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path
from statistics import median

import cv2
import numpy as np
from PIL import Image

sys.path.insert(0, str(Path(__file__).parents[1]))  # not `from sys import path`: cv2 replaces that list

from scoring.detectors.dataset import Dataset, GoldRecord, GoldValue
from scoring.detectors.training import train
from scoring.embeddings.handcrafted import handcrafted
from scoring.metrics import pyiqa_adapter
from scoring.metrics.pixels import read_picture
from scoring.metrics.registry import builtin_metrics, compute
from scoring.triage.ranking import Plan, Signals, ranked

SIX = ("psnr", "ssim", "gmsd", "vif", "fsim", "ms_ssim")
OWN_SIX = ("psnr", "ssim", "sharpness", "noise", "blockiness", "banding")


def timed(work: Callable[[], object], repeats: int = 1) -> dict[str, float]:
    """Median wall and CPU seconds of `work`."""
    wall, cpu = [], []
    for _ in range(repeats):
        start, used = time.perf_counter(), time.process_time()
        work()
        wall.append(time.perf_counter() - start)
        cpu.append(time.process_time() - used)
    return {"wall_s": median(wall), "cpu_s": median(cpu)}


def scenes(folder: Path, count: int) -> list[tuple[Path, Path]]:
    """Pairs (degraded, original) of smooth 512 px pictures with edges, as JPEG of quality 40 and 95."""
    pairs = []
    rng = np.random.default_rng(0)
    for number in range(count):
        image = cv2.resize(rng.integers(0, 256, (16, 16, 3), dtype=np.uint8), (512, 512), interpolation=cv2.INTER_CUBIC)
        for _ in range(12):
            x, y, r = rng.integers(0, 512, 3).tolist()
            cv2.circle(image, (x, y), r // 4 + 4, rng.integers(0, 256, 3).tolist(), -1)
        names = folder / f"{number}-a.jpg", folder / f"{number}-b.jpg"
        for name, quality in zip(names, (40, 95), strict=True):
            Image.fromarray(image).save(name, quality=quality)
        pairs.append(names)
    return pairs


def own_pass(pairs: list[tuple[Path, Path]], metrics: tuple[str, ...]) -> None:
    for first, second in pairs:
        image, reference = read_picture(first), read_picture(second)
        for metric in metrics:
            assert compute(metric, image, reference).value is not None


def naive_pass(pairs: list[tuple[Path, Path]], metrics: dict[str, object]) -> None:
    for first, second in pairs:
        for metric in metrics.values():
            float(metric(str(first), str(second)))  # type: ignore[operator]


def scoring(count: int) -> dict[str, object]:
    with tempfile.TemporaryDirectory() as folder:
        pairs = scenes(Path(folder), count)
        own_pass(pairs[:1], builtin_metrics(with_reference=True))
        own = {
            "builtin_six": timed(lambda: own_pass(pairs, OWN_SIX)),
            "builtin_all_twelve": timed(lambda: own_pass(pairs, builtin_metrics(with_reference=True))),
        }
        pictures = [(read_picture(a), read_picture(b)) for a, b in pairs[: min(count, 20)]]
        result: dict[str, object] = {
            "pairs": count,
            "decode_one_jpeg": per(timed(lambda: [read_picture(a) for a, _ in pairs]), count),
            "builtin_ssim_decoded": per(timed(lambda: [compute("ssim", a, b) for a, b in pictures]), len(pictures)),
            "handcrafted": per(timed(lambda: [handcrafted(a) for a, _ in pictures]), len(pictures)),
            **{name: per(one, count) for name, one in own.items()},
        }
        if find_spec("pyiqa") is None:
            return result | {"pyiqa": "extra iqa is not installed"}
        return result | against_pyiqa(pairs[: min(count, 20)], result)


def against_pyiqa(pairs: list[tuple[Path, Path]], own: dict[str, object]) -> dict[str, object]:
    pyiqa = pyiqa_adapter._pyiqa(None)
    metrics = {name: pyiqa.create_metric(name, device="cpu") for name in SIX}
    naive_pass(pairs[:1], metrics)
    naive = per(timed(lambda: naive_pass(pairs, metrics)), len(pairs))
    pictures = [(read_picture(a), read_picture(b)) for a, b in pairs]
    theirs = per(timed(lambda: [compute("pyiqa-ssim", a, b) for a, b in pictures]), len(pairs))
    ssim, six = own["builtin_ssim_decoded"], own["builtin_six"]
    return {
        "pyiqa_naive_six": naive,
        "pyiqa_ssim_decoded": theirs,
        "speedup_six_cpu (target 4)": naive["cpu_ms"] / six["cpu_ms"],  # type: ignore[index]
        "speedup_ssim_cpu (target 30)": theirs["cpu_ms"] / ssim["cpu_ms"],  # type: ignore[index]
    }


def per(times: dict[str, float], count: int) -> dict[str, float]:
    """Milliseconds an image."""
    return {"wall_ms": 1000 * times["wall_s"] / count, "cpu_ms": 1000 * times["cpu_s"] / count}


def training(rows: int, defects: int) -> dict[str, object]:
    rng = np.random.default_rng(0)
    features = rng.normal(size=(rows, 126)).astype(np.float32)
    truth = (features[:, :defects] + rng.normal(size=(rows, defects)) > 1.5).astype(int)
    records = tuple(
        GoldRecord(
            image=str(row), sha256="", file="", prompt=f"p{row // 2}", source_group="", generator=f"g{row % 4}",
            audit=row % 20 < 2, inclusion_probability=0.1,
            gold={f"d{one}": GoldValue(value=int(truth[row, one]), answers={}) for one in range(defects)},
        )
        for row in range(rows)
    )  # fmt: skip
    groups = np.arange(rows) // 2
    dataset = Dataset(
        records=records, features=features, groups=groups, audit=np.arange(rows) % 20 < 2,
        fingerprint="benchmark/1", manifest_sha256="0" * 64, missing=0,
    )  # fmt: skip
    times = timed(lambda: [train(dataset, f"d{one}") for one in range(defects)])
    return {"rows": rows, "defects": defects, "target_wall_s": 60, **times}


def ranking(count: int) -> dict[str, object]:
    rng = np.random.default_rng(0)
    probabilities = rng.random((count, 40))
    vectors = rng.normal(size=(count, 126)).astype(np.float32)
    names = [f"d{one}" for one in range(40)]
    waiting = [
        Signals(image=str(row), order=row, embedding=vectors[row],
                probabilities=dict(zip(names, probabilities[row].tolist(), strict=True)))
        for row in range(count)
    ]  # fmt: skip
    return {
        "images": count,
        "target_wall_s": 20,
        "margin": timed(lambda: ranked(waiting, Plan(strategy="margin"), seed=0)),
        "diversity": timed(lambda: ranked(waiting, Plan(strategy="diversity"), seed=0)),
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--images", type=int, default=50)
    parser.add_argument("--small", action="store_true", help="a tenth of training and ranking")
    parser.add_argument("--json", action="store_true")
    chosen = parser.parse_args()
    part = 10 if chosen.small else 1
    report = {
        "machine": {"platform": platform.platform(), "python": platform.python_version(), "opencv": cv2.__version__},
        "scoring": scoring(chosen.images),
        "training": training(10_000 // part, 40 // (4 if chosen.small else 1)),
        "ranking": ranking(100_000 // part),
    }
    print(json.dumps(report, indent=None if chosen.json else 2))


if __name__ == "__main__":
    main()
