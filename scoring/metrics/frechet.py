"""Distances between two sets of images, from any embedding: Frechet (FID) and kernel (KID).

The name of the metric carries the features (`fid-inception`, `frechet-handcrafted`), because values of
different features cannot be compared. Small sets make the Frechet distance too large; the numbers of images
are always said.
"""

from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from scoring.metrics.spec import Kind, MetricSpec, Range, Status, Tag

Floats: TypeAlias = npt.NDArray[np.float64]
Vectors: TypeAlias = npt.NDArray[np.float32]

SMALLEST_SET = 8
REPLICATES = 200
TINY = 1e-12


@dataclass(frozen=True, slots=True, kw_only=True)
class SetScore:
    """A distance of two sets with its 95 % interval and both numbers of images; None with status and
    reason.
    """

    metric: str
    value: float | None
    interval: tuple[float, float] | None
    n: int
    n_reference: int
    status: Status
    reason: str


def set_metric_names(features: str) -> tuple[str, str]:
    """The names of the Frechet and the kernel distance on these features; only Inception's is called FID."""
    return ("fid-inception" if features == "inception" else f"frechet-{features}"), f"kid-{features}"


def _spec(name: str, definition: str, source: str, low: float | None) -> MetricSpec:
    return MetricSpec(
        name=name, kind=Kind.SET, tag=Tag.TECHNICAL, higher_is_better=False, range=Range(low=low, high=None),
        min_size=1, licence="Apache-2.0", fingerprint=f"builtin-{name}/1", definition=definition, source=source,
    )  # fmt: skip


_FRECHET, _KID = set_metric_names("handcrafted")
SET_SPECS: tuple[MetricSpec, ...] = (
    _spec(_FRECHET, "Frechet distance of two sets in the handcrafted features; no FID.", "Heusel et al., 2017", 0.0),
    _spec(_KID, "Unbiased squared MMD, cubic kernel, handcrafted features.", "Binkowski et al., ICLR 2018", None),
)


def frechet_distance(first: Floats, second: Floats) -> float:
    """|m1 - m2|² + tr(C1 + C2 - 2 (C1 C2)^½) for vectors [n, d] and [m, d], n, m >= 2, unbiased
    covariances.

    The trace of the root is taken from the symmetric C1^½ C2 C1^½, whose eigenvalues are those of C1 C2. >=
    0.
    """
    mean = first.mean(axis=0) - second.mean(axis=0)
    one, two = (np.atleast_2d(np.cov(vectors, rowvar=False)) for vectors in (first, second))
    values, axes = np.linalg.eigh(one)
    root = (axes * np.sqrt(np.maximum(values, 0))) @ axes.T
    shared = np.sqrt(np.maximum(np.linalg.eigvalsh(root @ two @ root), 0)).sum()
    return max(float(mean @ mean + np.trace(one) + np.trace(two) - 2 * shared), 0.0)


def kernel_distance(first: Floats, second: Floats) -> float:
    """Unbiased MMD² with the kernel (x·y / d + 1)³ (Binkowski et al. 2018), over all pairs; may be below 0."""
    n, m = np.ones((1, len(first))), np.ones((1, len(second)))
    return float(_mmd(*_kernels(first, second), n, m)[0])


def set_scores(
    images: Vectors, reference: Vectors, *, features: str, standardise: bool, seed: int = 0
) -> tuple[SetScore, SetScore]:
    """Frechet and kernel distance of vectors [n, d] to vectors [m, d] with bootstrap intervals.

    `standardise` divides every dimension by its pooled deviation within the sets, for features whose units
    differ; Inception features stay as they are. Intervals are basic bootstrap intervals (2 value -
    quantiles) over images of both sets, cut at 0 for the Frechet distance. Fewer than 8 images in a set, or
    vectors that differ in width or are not finite, give a status.
    """
    problem = _set_problem(images, reference)
    names = set_metric_names(features)
    if problem:
        frechet, kernel = (_without(name, images, reference, *problem) for name in names)
        return frechet, kernel
    a, b = images.astype(np.float64), reference.astype(np.float64)
    if standardise:
        spread = np.sqrt((a.var(axis=0) + b.var(axis=0)) / 2)
        spread = np.where(spread > TINY, spread, 1.0)
        a, b = a / spread, b / spread
    rng = np.random.default_rng(seed)
    frechet = _with_interval(names[0], frechet_distance(a, b), _frechet_replicates(a, b, rng), a, b, low=0.0)
    kernel = _with_interval(names[1], kernel_distance(a, b), _kernel_replicates(a, b, rng), a, b, low=None)
    return frechet, kernel


def _set_problem(images: Vectors, reference: Vectors) -> tuple[Status, str] | None:
    if min(len(images), len(reference)) < SMALLEST_SET:
        return Status.TOO_SMALL, (
            f"{len(images)} and {len(reference)} images; at least {SMALLEST_SET} are needed in each set."
        )
    if images.ndim != 2 or reference.ndim != 2 or images.shape[1] != reference.shape[1]:
        return Status.SIZE_MISMATCH, "The feature vectors of the two sets differ in length."
    if not (np.isfinite(images).all() and np.isfinite(reference).all()):
        return Status.UNDEFINED, "A feature vector holds a value that is not finite."
    return None


def _without(name: str, images: Vectors, reference: Vectors, status: Status, reason: str) -> SetScore:
    return SetScore(
        metric=name, value=None, interval=None, n=len(images), n_reference=len(reference), status=status, reason=reason
    )


def _with_interval(
    name: str, value: float, replicates: Floats, first: Floats, second: Floats, *, low: float | None
) -> SetScore:
    lower, upper = (2 * value - float(one) for one in np.quantile(replicates, [0.975, 0.025]))
    if low is not None:
        lower, upper = max(lower, low), max(upper, low)
    return SetScore(
        metric=name, value=value, interval=(lower, upper), n=len(first), n_reference=len(second),
        status=Status.OK, reason="",
    )  # fmt: skip


def _frechet_replicates(first: Floats, second: Floats, rng: np.random.Generator) -> Floats:
    values = [
        frechet_distance(
            first[rng.integers(len(first), size=len(first))], second[rng.integers(len(second), size=len(second))]
        )
        for _ in range(REPLICATES)
    ]
    return np.array(values)


def _kernel_replicates(first: Floats, second: Floats, rng: np.random.Generator) -> Floats:
    kernels = _kernels(first, second)
    draws = [
        rng.multinomial(count, np.full(count, 1 / count), size=REPLICATES).astype(np.float64)
        for count in (len(first), len(second))
    ]
    return _mmd(*kernels, *draws)


def _kernels(first: Floats, second: Floats) -> tuple[Floats, Floats, Floats]:
    width = first.shape[1]
    within, other = (first @ first.T / width + 1) ** 3, (second @ second.T / width + 1) ** 3
    return within, other, (first @ second.T / width + 1) ** 3


def _mmd(within: Floats, other: Floats, across: Floats, first: Floats, second: Floats) -> Floats:
    """[b] values of the unbiased estimate for weights first [b, n] and second [b, m]; pairs of an image
    with itself (or its own repetition) are left out.
    """

    def inside(kernel: Floats, weights: Floats) -> Floats:
        pairs = np.einsum("bi,ij,bj->b", weights, kernel, weights, optimize=True) - weights**2 @ np.diag(kernel)
        count = weights.sum(axis=1) ** 2 - (weights**2).sum(axis=1)
        return np.asarray(pairs / np.maximum(count, TINY))

    between = np.einsum("bi,ij,bj->b", first, across, second, optimize=True)
    total = first.sum(axis=1) * second.sum(axis=1)
    return np.asarray(inside(within, first) + inside(other, second) - 2 * between / total)
