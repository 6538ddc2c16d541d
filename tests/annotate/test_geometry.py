"""Regions: which are valid, and how they compare."""

import math
from typing import Any

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from annotate.geometry import (
    Region,
    Shape,
    area,
    bounding_box,
    centre,
    iou,
    medoid,
    parse_region,
    region_violations,
)

UNIT = st.floats(0, 1, allow_nan=False)


def box(x0: float, y0: float, x1: float, y1: float) -> Region:
    return Region(shape=Shape.BOX, points=((x0, y0), (x1, y1)))


def polygon(*points: tuple[float, float]) -> Region:
    return Region(shape=Shape.POLYGON, points=points)


def codes(value: Any) -> list[str]:
    region, found = parse_region(value)
    assert (region is None) == bool(found)
    return [one.code for one in found]


@pytest.mark.parametrize(
    ("value", "code"),
    [
        (None, "wrong_type"),
        ({"shape": "circle", "points": []}, "unknown_shape"),
        ({"shape": [], "points": []}, "unknown_shape"),
        ({"shape": "box", "points": "x"}, "wrong_type"),
        ({"shape": "box", "points": [[0, 0], [1]]}, "wrong_type"),
        ({"shape": "box", "points": [[0, 0], [1, "1"]]}, "wrong_type"),
        ({"shape": "box", "points": [[0, 0], [1, None]]}, "wrong_type"),
        ({"shape": "box", "points": [[0, 0], [True, 1]]}, "wrong_type"),
        ({"shape": "box", "points": [[0, 0], [math.nan, 1]]}, "not_finite"),
        ({"shape": "box", "points": [[0, 0], [math.inf, 1]]}, "not_finite"),
        ({"shape": "box", "points": [[0, 0], [1, 1e308]]}, "outside_image"),
        ({"shape": "box", "points": [[0, 0], [1, 10**400]]}, "outside_image"),
        ({"shape": "box", "points": [[-0.01, 0], [1, 1]]}, "outside_image"),
        ({"shape": "box", "points": [[0, 0]]}, "wrong_point_count"),
        ({"shape": "box", "points": [[1, 1], [0, 0]]}, "corners_swapped"),
        ({"shape": "box", "points": [[0.5, 0], [0.5, 1]]}, "no_area"),
        ({"shape": "point", "points": []}, "wrong_point_count"),
        ({"shape": "polygon", "points": [[0, 0], [1, 1]]}, "wrong_point_count"),
        ({"shape": "polygon", "points": [[0, 0], [1, 1], [0, 0]]}, "wrong_point_count"),
        ({"shape": "polygon", "points": [[0, 0], [0.5, 0.5], [1, 1]]}, "self_intersection"),
        ({"shape": "polygon", "points": [[0, 0], [1, 1], [1, 0], [0, 1]]}, "self_intersection"),
        ({"shape": "polygon", "points": [[0, 0], [1, 0], [0.5, 0], [0.5, 1]]}, "self_intersection"),
        (
            {"shape": "polygon", "points": [[0, 0], [1, 0], [0.5, 0.5], [1, 1], [0, 1], [0.5, 0.5]]},
            "self_intersection",
        ),
        ({"shape": "polygon", "points": [[0, 0], [1e-6, 0], [0, 1e-6]]}, "no_area"),
        ({"shape": "polygon", "points": [[0, 0]] * 500}, "too_many_points"),
    ],
)
def test_a_wrong_region_is_refused_with_its_rule(value: Any, code: str) -> None:
    assert codes(value)[0] == code


def test_rounding_at_the_border_is_taken_back_and_nothing_more() -> None:
    region, found = parse_region({"shape": "box", "points": [[-5e-7, 0], [1.0000005, 1]]})
    assert not found
    assert region == box(0, 0, 1, 1)


def test_a_closed_outline_with_doubled_vertices_is_tidied() -> None:
    region, _ = parse_region({"shape": "polygon", "points": [[0, 0], [0, 0], [1, 0], [1, 1], [0, 0]]})
    assert region == polygon((0, 0), (1, 0), (1, 1))


def test_violations_point_to_the_coordinate() -> None:
    _, found = parse_region({"shape": "point", "points": [[2, 0.5]]}, "/findings/3/region")
    assert found[0].pointer == "/findings/3/region/points/0"


def test_a_polygon_of_two_hundred_vertices_is_fine_and_of_more_is_not() -> None:
    def circle(count: int) -> list[list[float]]:
        turn = math.tau / count
        return [[0.5 + 0.4 * math.cos(i * turn), 0.5 + 0.4 * math.sin(i * turn)] for i in range(count)]

    region, found = parse_region({"shape": "polygon", "points": circle(200)})
    assert not found and region is not None
    assert area(region) == pytest.approx(math.pi * 0.16, rel=1e-3)
    assert iou(region, region) == pytest.approx(1)
    assert codes({"shape": "polygon", "points": circle(201)}) == ["wrong_point_count"]


def test_areas_boxes_and_centres() -> None:
    triangle = polygon((0, 0), (0.5, 0), (0, 0.5))
    assert area(triangle) == pytest.approx(0.125)
    assert bounding_box(triangle) == (0, 0, 0.5, 0.5)
    assert centre(triangle) == (0.25, 0.25)
    assert area(Region(shape=Shape.POINT, points=((0.1, 0.1),))) == 0


def test_iou_of_known_overlaps() -> None:
    assert iou(box(0, 0, 0.5, 0.5), box(0.25, 0, 0.75, 0.5)) == pytest.approx(1 / 3)
    assert iou(box(0, 0, 0.5, 0.5), box(0.5, 0, 1, 0.5)) == 0
    triangle = polygon((0, 0), (1, 0), (0, 1))
    assert iou(triangle, box(0, 0, 0.5, 0.5)) == pytest.approx(0.5)
    assert iou(triangle, polygon((1, 1), (0, 1), (1, 0))) == pytest.approx(0, abs=1e-9)


def test_iou_of_a_concave_polygon_counts_only_what_is_inside() -> None:
    """A U of area 7/9 around a box in its notch, which it does not touch."""
    third = 1 / 3
    u = polygon((0, 0), (third, 0), (third, 2 * third), (2 * third, 2 * third), (2 * third, 0), (1, 0), (1, 1), (0, 1))
    assert area(u) == pytest.approx(7 / 9)
    assert iou(u, box(third, 0, 2 * third, 2 * third)) == pytest.approx(0, abs=1e-9)
    assert iou(u, box(0, 0, 1, 1)) == pytest.approx(7 / 9)


def test_crossing_outlines_give_the_exact_share() -> None:
    """A square and the same turned by 45 degrees share a regular octagon."""
    half = 0.2
    reach = half * math.sqrt(2)
    diamond = polygon((0.5, 0.5 - reach), (0.5 + reach, 0.5), (0.5, 0.5 + reach), (0.5 - reach, 0.5))
    square = box(0.5 - half, 0.5 - half, 0.5 + half, 0.5 + half)
    octagon = 8 * (math.sqrt(2) - 1) * half**2
    assert iou(square, diamond) == pytest.approx(octagon / (2 * 0.16 - octagon))


def test_near_points_overlap_and_distant_ones_do_not() -> None:
    def point(x: float) -> Region:
        return Region(shape=Shape.POINT, points=((x, 0.5),))

    assert iou(point(0.5), point(0.5)) == pytest.approx(1)
    assert 0 < iou(point(0.5), point(0.51)) < 1
    assert iou(point(0.5), point(0.6)) == 0


def test_the_medoid_is_the_region_closest_to_all() -> None:
    regions = [
        box(0, 0, 0.2, 0.2),
        box(0.1, 0.1, 0.5, 0.5),
        box(0.1, 0.1, 0.48, 0.5),
        box(0.12, 0.1, 0.5, 0.5),
    ]
    assert medoid(regions) == 1
    assert medoid(regions[:2]) == 0
    assert medoid(regions[:1]) == 0
    with pytest.raises(ValueError):
        medoid([])


@given(st.tuples(*([UNIT] * 8)))
def test_iou_is_symmetric_and_between_0_and_1(values: tuple[float, ...]) -> None:
    a, b = (box(min(p, r), min(q, s), max(p, r), max(q, s)) for p, q, r, s in (values[:4], values[4:]))
    assume(not region_violations(a) and not region_violations(b))
    assert iou(a, b) == pytest.approx(iou(b, a), abs=1e-9)
    assert 0 <= iou(a, b) <= 1
    assert iou(a, a) == pytest.approx(1)
    (x0, y0), (x1, y1) = a.points
    assert iou(polygon((x0, y0), (x1, y0), (x1, y1), (x0, y1)), b) == pytest.approx(iou(a, b), abs=1e-6)


@settings(max_examples=60)
@given(st.lists(st.tuples(UNIT, UNIT), min_size=3, max_size=12), UNIT, UNIT, UNIT, UNIT)
def test_polygons_agree_with_counting_pixels(
    points: list[tuple[float, float]], a: float, b: float, c: float, d: float
) -> None:
    """Sorted by angle around their middle, points make a simple polygon; its share of a box is counted on a
    grid.
    """
    mx, my = sum(x for x, _ in points) / len(points), sum(y for _, y in points) / len(points)
    star = polygon(*sorted(points, key=lambda p: math.atan2(p[1] - my, p[0] - mx)))
    other = box(min(a, c), min(b, d), max(a, c), max(b, d))
    assume(not region_violations(star) and not region_violations(other) and min(area(star), area(other)) > 0.05)
    grid = [((i + 0.5) / 60, (j + 0.5) / 60) for i in range(60) for j in range(60)]
    in_box = [
        other.points[0][0] < x < other.points[1][0] and other.points[0][1] < y < other.points[1][1] for x, y in grid
    ]
    in_star = [inside(star.points, x, y) for x, y in grid]
    both = sum(p and q for p, q in zip(in_box, in_star, strict=True))
    either = sum(p or q for p, q in zip(in_box, in_star, strict=True))
    assert iou(star, other) == pytest.approx(both / either, abs=0.06)


def inside(points: tuple[tuple[float, float], ...], x: float, y: float) -> bool:
    crossings = 0
    for (ax, ay), (bx, by) in zip(points, (*points[1:], points[0]), strict=True):
        if (ay < y) != (by < y) and ax + (y - ay) / (by - ay) * (bx - ax) > x:
            crossings += 1
    return crossings % 2 == 1


@given(st.recursive(st.none() | st.floats() | st.text() | st.integers(), lambda i: st.lists(i, max_size=3)))
def test_no_value_makes_parsing_fail(value: object) -> None:
    for shape in (*Shape, value):
        region, found = parse_region({"shape": shape, "points": value})
        assert (region is None) == bool(found)
