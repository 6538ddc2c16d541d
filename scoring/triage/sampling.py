"""The random part of a queue: an audit sample with known inclusion probabilities, drawn from a seed."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

AUDIT_SHARES = (0.05, 0.15)  # what a campaign should choose between


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditDraw:
    """Which images were drawn, in the order of drawing, and the probability each image of the frame had."""

    images: tuple[str, ...]
    inclusion_probability: float
    frame: int
    seed: int


def audit_draw(images: Sequence[str], share: float, *, seed: int) -> AuditDraw:
    """A simple random sample without replacement of round(share * n) images, at least one where share is
    above 0.

    Every image of the frame has the same inclusion probability, drawn / n. The order of `images` does not
    matter: they are sorted first, so that the same set and seed give the same draw. ValueError for a share
    outside 0..1 or an image named twice.
    """
    if not 0 <= share <= 1:
        raise ValueError(f"The audit share must be from 0 to 1, not {share}.")
    frame = sorted(images)
    if len(set(frame)) != len(frame):
        raise ValueError("An image stands twice in the frame of the audit sample.")
    size = 0 if not frame or share == 0 else max(1, round(share * len(frame)))
    order = np.random.default_rng(seed).permutation(len(frame))[:size]
    return AuditDraw(
        images=tuple(frame[place] for place in order.tolist()),
        inclusion_probability=size / len(frame) if frame else 0.0,
        frame=len(frame),
        seed=seed,
    )
