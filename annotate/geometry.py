"""Regions: where in an image a Finding lies, and how two regions compare.

All coordinates are relative to the image after its EXIF orientation was applied: x and y from 0 to 1, origin
at the top left. IoU does not change under the stretching to pixels, so it is computed on relative
coordinates.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import pairwise

from core.errors import Violation

Point = tuple[float, float]

TOLERANCE = 1e-6
MIN_VERTICES = 3
MAX_VERTICES = 200
MIN_AREA = 1e-9
# A point has no area. To compare it with others it stands for a square of this side around it.
POINT_SIDE = 0.04


class Shape(StrEnum):
    BOX = "box"
    POINT = "point"
    POLYGON = "polygon"


@dataclass(frozen=True, slots=True, kw_only=True)
class Region:
    """`points`: box = (top left, bottom right); point = one; polygon = 3..200 vertices, not closed by
    repetition.
    """

    shape: Shape
    points: tuple[Point, ...]


def parse_region(
    value: object, pointer: str = "", *, tolerance: float = TOLERANCE
) -> tuple[Region | None, tuple[Violation, ...]]:
    """A Region from `{"shape": "box", "points": [[x0, y0], [x1, y1]]}`, or None and all that is wrong with
    it.

    Coordinates outside 0..1 by at most `tolerance` are set to the border; the closing vertex of a polygon and
    vertices repeated in a row are dropped. Codes: see `region_violations`, and `wrong_type`, `unknown_shape`.
    """
    if not isinstance(value, dict):
        return None, (_at(pointer, "wrong_type", "A region is an object with `shape` and `points`."),)
    shape, raw = value.get("shape"), value.get("points")
    if not isinstance(shape, str) or shape not in set(Shape):
        return None, (_at(f"{pointer}/shape", "unknown_shape", "The shape must be box, point or polygon."),)
    if not isinstance(raw, list | tuple) or len(raw) > MAX_VERTICES + 1:
        message = f"The points must be a list of at most {MAX_VERTICES} pairs [x, y]."
        return None, (_at(f"{pointer}/points", "too_many_points" if isinstance(raw, list) else "wrong_type", message),)
    points, found = _points(raw, f"{pointer}/points")
    if found:
        return None, found
    region = Region(shape=Shape(shape), points=_tidied(Shape(shape), points, tolerance))
    found = region_violations(region, pointer)
    return (None, found) if found else (region, ())


def region_violations(region: Region, pointer: str = "") -> tuple[Violation, ...]:
    """All rules that `region` breaks.

    Codes: `not_finite`, `outside_image`, `wrong_point_count`, `no_area`, `corners_swapped`,
    `self_intersection`.
    """
    at = f"{pointer}/points"
    found = [
        problem
        for index, point in enumerate(region.points)
        for problem in _coordinate_violations(point, f"{at}/{index}")
    ]
    count = len(region.points)
    wanted = {Shape.BOX: (2, 2), Shape.POINT: (1, 1), Shape.POLYGON: (MIN_VERTICES, MAX_VERTICES)}[region.shape]
    if not wanted[0] <= count <= wanted[1]:
        span = str(wanted[0]) if wanted[0] == wanted[1] else f"{wanted[0]} to {wanted[1]} different"
        message = f"A {region.shape.value} needs {span} points, not {count}."
        found.append(_at(at, "wrong_point_count", message))
    if found or region.shape is Shape.POINT:
        return tuple(found)
    return _box_violations(region, at) if region.shape is Shape.BOX else _polygon_violations(region, at)


def bounding_box(region: Region) -> tuple[float, float, float, float]:
    """(left, top, right, bottom) around all points; a point's box has no area."""
    xs = [x for x, _ in region.points]
    ys = [y for _, y in region.points]
    return min(xs), min(ys), max(xs), max(ys)


def area(region: Region) -> float:
    """The share of the image that the region covers, 0..1 (shoelace formula); 0 for a point."""
    if region.shape is Shape.POINT:
        return 0.0
    return abs(_signed_area(_outline(region)))


def centre(region: Region) -> Point:
    """The middle of the bounding box."""
    left, top, right, bottom = bounding_box(region)
    return (left + right) / 2, (top + bottom) / 2


def iou(first: Region, second: Region) -> float:
    """Intersection over union, 0..1, exact for boxes and simple polygons (also concave ones).

    A point counts as the square of side POINT_SIDE around it, so two points nearby overlap and distant ones
    do not.
    """
    a, b = _outline(first), _outline(second)
    if not _boxes_meet(a, b):
        return 0.0
    both = _box_overlap(a, b) if Shape.POLYGON not in {first.shape, second.shape} else _overlap(a, b)
    union = abs(_signed_area(a)) + abs(_signed_area(b)) - both
    if union <= 0:
        return 0.0
    return min(1.0, max(0.0, both / union))


def medoid(regions: Sequence[Region]) -> int:
    """The index of the region with the highest mean IoU with all others; ties go to the first.

    Of two regions both are equally central, so the first wins. Raises ValueError for an empty sequence.
    """
    if not regions:
        raise ValueError("There is no medoid of nothing.")
    totals = [0.0] * len(regions)
    for i, one in enumerate(regions):
        for j in range(i + 1, len(regions)):
            value = iou(one, regions[j])
            totals[i] += value
            totals[j] += value
    best = max(totals)
    return next(index for index, total in enumerate(totals) if total >= best - 1e-12)


def _at(pointer: str, code: str, message: str) -> Violation:
    return Violation(pointer=pointer, code=code, message=message)


def _points(raw: Sequence[object], at: str) -> tuple[list[Point], tuple[Violation, ...]]:
    points: list[Point] = []
    for index, pair in enumerate(raw):
        if not isinstance(pair, list | tuple) or len(pair) != 2 or not all(map(_is_number, pair)):
            return [], (_at(f"{at}/{index}", "wrong_type", "A point is a pair of numbers [x, y]."),)
        try:
            points.append((float(pair[0]), float(pair[1])))
        except OverflowError:
            return [], (_at(f"{at}/{index}", "outside_image", "Coordinates lie between 0 and 1."),)
    return points, ()


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _tidied(shape: Shape, points: list[Point], tolerance: float) -> tuple[Point, ...]:
    clamped = [(_clamped(x, tolerance), _clamped(y, tolerance)) for x, y in points]
    if shape is not Shape.POLYGON:
        return tuple(clamped)
    kept: list[Point] = [point for index, point in enumerate(clamped) if index == 0 or point != clamped[index - 1]]
    if len(kept) > 1 and kept[0] == kept[-1]:
        kept.pop()
    return tuple(kept)


def _clamped(value: float, tolerance: float) -> float:
    if -tolerance <= value < 0:
        return 0.0
    if 1 < value <= 1 + tolerance:
        return 1.0
    return value


def _coordinate_violations(point: Point, at: str) -> list[Violation]:
    if not all(math.isfinite(value) for value in point):
        return [_at(at, "not_finite", "Coordinates must be finite numbers.")]
    if not all(0 <= value <= 1 for value in point):
        return [_at(at, "outside_image", "Coordinates lie between 0 and 1; this point is outside the image.")]
    return []


def _box_violations(region: Region, at: str) -> tuple[Violation, ...]:
    (x0, y0), (x1, y1) = region.points
    if x0 > x1 or y0 > y1:
        return (_at(at, "corners_swapped", "A box is given by its top left and then its bottom right corner."),)
    if (x1 - x0) * (y1 - y0) < MIN_AREA:
        return (_at(at, "no_area", "A box must have an area. Use a point for a single spot."),)
    return ()


def _polygon_violations(region: Region, at: str) -> tuple[Violation, ...]:
    crossing = _first_crossing(region.points)
    if crossing is not None:
        one, other = crossing
        return (
            _at(
                at,
                "self_intersection",
                f"The outline crosses or touches itself (sides {one + 1}, {other + 1}).",
            ),
        )
    if abs(_signed_area(region.points)) < MIN_AREA:
        return (_at(at, "no_area", "The polygon encloses no area."),)
    return ()


def _first_crossing(points: Sequence[Point]) -> tuple[int, int] | None:
    count = len(points)
    sides = [(points[i], points[(i + 1) % count]) for i in range(count)]
    for i in range(count):
        if _folds_back(points[i - 1], points[i], points[(i + 1) % count]):
            return (i - 1) % count, i
        for j in range(i + 2, count):
            if (i, j) != (0, count - 1) and _sides_meet(*sides[i], *sides[j]):
                return i, j
    return None


def _turn(a: Point, b: Point, c: Point) -> float:
    return (b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0])


def _folds_back(before: Point, corner: Point, after: Point) -> bool:
    """Whether the outline returns on the very line it came along."""
    back = (before[0] - corner[0]) * (after[0] - corner[0]) + (before[1] - corner[1]) * (after[1] - corner[1])
    return _turn(before, corner, after) == 0 and back > 0


def _sides_meet(a: Point, b: Point, c: Point, d: Point) -> bool:
    """Whether the closed segments ab and cd share a point (touching counts)."""
    first, second = _sign(_turn(a, b, c)), _sign(_turn(a, b, d))
    third, fourth = _sign(_turn(c, d, a)), _sign(_turn(c, d, b))
    if first != second and third != fourth:
        return True
    zeros = ((first, a, b, c), (second, a, b, d), (third, c, d, a), (fourth, c, d, b))
    return any(turn == 0 and _within(start, end, point) for turn, start, end, point in zeros)


def _sign(value: float) -> int:
    return (value > 0) - (value < 0)


def _within(start: Point, end: Point, point: Point) -> bool:
    return min(start[0], end[0]) <= point[0] <= max(start[0], end[0]) and min(start[1], end[1]) <= point[1] <= max(
        start[1], end[1]
    )


def _signed_area(points: Sequence[Point]) -> float:
    following = [*points[1:], points[0]]
    return sum(a[0] * b[1] - b[0] * a[1] for a, b in zip(points, following, strict=True)) / 2


def _outline(region: Region) -> tuple[Point, ...]:
    if region.shape is Shape.POLYGON:
        return region.points
    if region.shape is Shape.BOX:
        (x0, y0), (x1, y1) = region.points
    else:
        ((x, y),) = region.points
        half = POINT_SIDE / 2
        x0, y0, x1, y1 = x - half, y - half, x + half, y + half
    return (x0, y0), (x1, y0), (x1, y1), (x0, y1)


def _extent(points: Sequence[Point], axis: int) -> tuple[float, float]:
    values = [point[axis] for point in points]
    return min(values), max(values)


def _boxes_meet(a: Sequence[Point], b: Sequence[Point]) -> bool:
    return all(
        _extent(a, axis)[0] < _extent(b, axis)[1] and _extent(b, axis)[0] < _extent(a, axis)[1] for axis in (0, 1)
    )


def _box_overlap(a: Sequence[Point], b: Sequence[Point]) -> float:
    sides = [
        min(_extent(a, axis)[1], _extent(b, axis)[1]) - max(_extent(a, axis)[0], _extent(b, axis)[0]) for axis in (0, 1)
    ]
    return max(0.0, sides[0]) * max(0.0, sides[1])


def _overlap(a: Sequence[Point], b: Sequence[Point]) -> float:
    """The common area of two simple polygons.

    The plane is cut into horizontal slabs at every vertex and every crossing of an outline of `a` with one of
    `b`. Within a slab no sides cross, so the common width is linear in y, and height times the width in the
    middle is exact.
    """
    low = max(_extent(a, 1)[0], _extent(b, 1)[0])
    high = min(_extent(a, 1)[1], _extent(b, 1)[1])
    levels = {low, high} | {y for _, y in (*a, *b) if low < y < high}
    levels |= {y for y in _crossing_levels(a, b) if low < y < high}
    total = 0.0
    for lower, upper in pairwise(sorted(levels)):
        middle = (lower + upper) / 2
        total += (upper - lower) * _common_length(_spans(a, middle), _spans(b, middle))
    return total


def _crossing_levels(a: Sequence[Point], b: Sequence[Point]) -> set[float]:
    levels: set[float] = set()
    for p, q in pairwise((*a, a[0])):
        for r, s in pairwise((*b, b[0])):
            if max(p[1], q[1]) < min(r[1], s[1]) or max(r[1], s[1]) < min(p[1], q[1]):
                continue
            down = (q[0] - p[0]) * (s[1] - r[1]) - (q[1] - p[1]) * (s[0] - r[0])
            if down == 0:
                continue
            along = ((r[0] - p[0]) * (s[1] - r[1]) - (r[1] - p[1]) * (s[0] - r[0])) / down
            if 0 <= along <= 1:
                levels.add(p[1] + along * (q[1] - p[1]))
    return levels


def _spans(points: Sequence[Point], y: float) -> list[tuple[float, float]]:
    """The intervals of x that lie inside the polygon at height y (no vertex has this height)."""
    cuts = sorted(
        p[0] + (y - p[1]) / (q[1] - p[1]) * (q[0] - p[0])
        for p, q in pairwise((*points, points[0]))
        if (p[1] < y) != (q[1] < y)
    )
    return list(zip(cuts[::2], cuts[1::2], strict=False))


def _common_length(first: Sequence[tuple[float, float]], second: Sequence[tuple[float, float]]) -> float:
    return sum(max(0.0, min(b, d) - max(a, c)) for a, b in first for c, d in second)
