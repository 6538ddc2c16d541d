"""Agreement statistics against the libraries' loops, in one run: python benchmarks/agreement.py [--small]
[--json].

Case (i): 1,000 items x 5 raters x 12 defects. Case (ii): 100,000 items, 3 of 20 raters, x 50 defects; there
the library loops are timed on a part and extrapolated, as said in the output. Intervals included in "whole
report".
"""

import argparse
import json
import platform
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median
from sys import path

import krippendorff
import numpy as np
from sklearn.metrics import cohen_kappa_score
from statsmodels.stats.inter_rater import fleiss_kappa

path.insert(0, str(Path(__file__).parents[1]))

from annotate.agreement.binary_coefficients import binary_coefficients
from annotate.agreement.defect_intervals import pattern_limits
from annotate.agreement.defects import defect_agreements
from annotate.agreement.intervals import Method
from annotate.agreement.patterns import Panel, pair_tables, panel_of, pattern_tables
from annotate.agreement.two_raters import binary_kappas

BOOTSTRAP = 1000


def make(items: int, raters: int, each: int, defects: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    rng = np.random.default_rng(0)
    truth = rng.random((items, defects)) < 0.15
    item = np.repeat(np.arange(items), each)
    rater = np.sort(np.argsort(rng.random((items, raters)), axis=1)[:, :each], axis=1).ravel()
    labels = (truth[item] ^ (rng.random((items * each, defects)) < 0.05)).astype(np.int8)
    return item, rater, labels


def timed(work: Callable[[], object], repeats: int) -> tuple[float, float, object]:
    """Median wall and CPU seconds, and the answer."""
    wall, cpu, answer = [], [], None
    for _ in range(repeats):
        start, used = time.perf_counter(), time.process_time()
        answer = work()
        wall.append(time.perf_counter() - start)
        cpu.append(time.process_time() - used)
    return median(wall), median(cpu), answer


def own_pairs(panel: Panel) -> np.ndarray:
    return binary_kappas(pair_tables(panel))[0]


def own_coefficients(panel: Panel) -> np.ndarray:
    tables = pattern_tables(panel)
    found = binary_coefficients(tables.weight, tables.number, tables.positives, tables.items.sum(axis=1))
    return np.stack([found.fleiss_kappa, found.alpha], axis=1)


def library_pairs(data: tuple[np.ndarray, ...], most: int) -> tuple[float, int, dict[tuple[int, ...], float]]:
    item, rater, labels = data
    raters, found, done = int(rater.max()) + 1, {}, 0
    dense = np.full((int(item.max()) + 1, raters), -1)
    start = time.perf_counter()
    for d in range(labels.shape[1]):
        dense[item, rater] = labels[:, d]
        for g in range(raters):
            for h in range(g + 1, raters):
                if done == most:
                    return time.perf_counter() - start, done, found
                both = (dense[:, g] >= 0) & (dense[:, h] >= 0)
                found[d, g, h] = cohen_kappa_score(dense[both, g], dense[both, h], labels=[1, 0])
                done += 1
    return time.perf_counter() - start, done, found


def library_coefficients(data: tuple[np.ndarray, ...], most: int) -> tuple[float, int, np.ndarray]:
    item, _, labels = data
    found, start = [], time.perf_counter()
    for d in range(min(most, labels.shape[1])):
        positives, ratings = np.bincount(item, weights=labels[:, d]), np.bincount(item)
        counts = np.stack([positives, ratings - positives], axis=1).astype(int)
        alpha = krippendorff.alpha(value_counts=counts, level_of_measurement="nominal")
        found.append([fleiss_kappa(counts), alpha])
    return time.perf_counter() - start, len(found), np.array(found)


def library_bootstrap(data: tuple[np.ndarray, ...], replicates: int) -> float:
    """Seconds for `replicates` of the bootstrap of alpha of one defect, drawing items."""
    item, _, labels = data
    positives, ratings = np.bincount(item, weights=labels[:, 0]), np.bincount(item)
    counts, rng = np.stack([positives, ratings - positives], axis=1).astype(int), np.random.default_rng(0)
    start = time.perf_counter()
    for _ in range(replicates):
        drawn = counts[rng.integers(0, len(counts), len(counts))]
        krippendorff.alpha(value_counts=drawn, level_of_measurement="nominal")
    return time.perf_counter() - start


def measure(name: str, shape: tuple[int, int, int, int], repeats: int, *, part: bool) -> list[dict[str, object]]:
    data = make(*shape)
    panel = panel_of(*data)
    _, raters, _, defects = shape
    total = raters * (raters - 1) // 2 * defects
    pair_wall, pair_cpu, kappas = timed(lambda: own_pairs(panel), repeats)
    seconds, done, known = library_pairs(data, 400 if part else total)
    worst = max(abs(kappas[key] - value) for key, value in known.items())
    coefficient_wall, coefficient_cpu, coefficients = timed(lambda: own_coefficients(panel), repeats)
    library, calls, values = library_coefficients(data, 3 if part else defects)
    tables = pattern_tables(panel)
    draw_wall, draw_cpu, _ = timed(lambda: pattern_limits(panel, tables, Method.BOOTSTRAP, BOOTSTRAP, 0), repeats)
    replicates = 3 if part else 50
    drawn = library_bootstrap(data, replicates)
    whole_wall, whole_cpu, _ = timed(lambda: defect_agreements(*data), repeats)
    loops = seconds * total / done + library * defects / calls + drawn * BOOTSTRAP / replicates * defects
    return [
        row(name, "pairwise Cohen kappas", pair_wall, pair_cpu, seconds * total / done, worst, f"{done} of {total}"),
        row(
            name,
            "Fleiss and alpha",
            coefficient_wall,
            coefficient_cpu,
            library * defects / calls,
            float(np.abs(coefficients[:calls] - values).max()),
            f"{calls} of {defects} defects",
        ),
        row(
            name,
            f"bootstrap, {BOOTSTRAP} draws (own: 9 coefficients, library: alpha)",
            draw_wall,
            draw_cpu,
            drawn * BOOTSTRAP / replicates * defects,
            None,
            f"{replicates} draws of 1 defect",
        ),
        row(name, "whole report, 2,000 draws", whole_wall, whole_cpu, loops, None, "sum of the rows above"),
    ]


def row(
    case: str, task: str, wall: float, cpu: float, library: float | None, worst: float | None, timed_part: str
) -> dict[str, object]:
    return {
        "case": case,
        "task": task,
        "own_wall_s": wall,
        "own_cpu_s": cpu,
        "library_s": library,
        "ratio": None if library is None else library / wall,
        "largest_difference": worst,
        "library_timed_on": timed_part,
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--small", action="store_true", help="only case (i)")
    parser.add_argument("--json", action="store_true", help="only the JSON document")
    parser.add_argument("--repeats", type=int, default=5)
    options = parser.parse_args()
    rows = measure("1,000 x 5 x 12", (1000, 5, 5, 12), options.repeats, part=False)
    if not options.small:
        rows += measure("100,000 x 3 of 20 x 50", (100_000, 20, 3, 50), options.repeats, part=True)
    machine = {"python": platform.python_version(), "numpy": np.__version__, "machine": platform.machine()}
    print(json.dumps({"benchmark": "agreement", "repeats": options.repeats, **machine, "rows": rows}))
    if options.json:
        return
    for entry in rows:
        library = "" if entry["library_s"] is None else f"{entry['library_s']:10.4f} {entry['ratio']:9.0f}x"
        print(f"{entry['case']:<24} {entry['task']:<62} {entry['own_wall_s']:9.5f} {library}")


if __name__ == "__main__":
    main()
