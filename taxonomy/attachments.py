"""Which picture belongs to which example: the names in a taxonomy, and the list that lies beside the pictures.

A list (`examples.json`) has entries {concept, kind, level, file, region [x0, y0, x1, y1] or null, caption, verdict,
clean_counterpart_of (a file)}; further keys are ignored. An entry becomes the example of the same kind, level and
caption, or a new one: a caption says what a picture must show, so another picture is never put under it.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import PurePosixPath
from typing import Any, Literal

from taxonomy.tree import Defect, Example, ExampleRegion, TaxonomyTree
from taxonomy.violation import Violation

LIST_NAME = "examples.json"
Kind = Literal["positive", "negative", "borderline"]
KINDS: Mapping[str, Kind] = {"positive": "positive", "negative": "negative", "borderline": "borderline"}
VERDICTS: Mapping[str, Literal["annotate", "do_not_annotate"]] = {
    "annotate": "annotate",
    "do_not_annotate": "do_not_annotate",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One line of the list. `counterpart` is the file of the positive that this is the clean side of."""

    concept: str
    kind: Kind
    level: str | None
    file: str
    region: tuple[float, float, float, float] | None
    caption: str
    verdict: Literal["annotate", "do_not_annotate"] | None
    counterpart: str | None


def read_list(value: Any, tree: TaxonomyTree) -> tuple[list[Entry], list[Violation]]:
    """The entries of a parsed list, and what is wrong with the others."""
    if not isinstance(value, list):
        return [], [_wrong("", f"{LIST_NAME} must hold a list of examples.")]
    entries: list[Entry] = []
    violations: list[Violation] = []
    for place, said in enumerate(value):
        problem = _problem(said, tree)
        if problem:
            violations.append(_wrong(f"/{place}", f"{LIST_NAME}: {problem}"))
        else:
            entries.append(_entry(said))
    return entries, violations


def _problem(said: Any, tree: TaxonomyTree) -> str | None:
    if not isinstance(said, dict):
        return "an entry is a mapping with concept, kind, file and caption."
    for name in ("concept", "kind", "file", "caption"):
        if not isinstance(said.get(name), str) or not said[name]:
            return f"`{name}` is missing or no text."
    if not tree.has_defect(said["concept"]):
        return f"this version has no defect {said['concept']!r}."
    if said["kind"] not in KINDS:
        return f"`kind` is positive, negative or borderline, found {said['kind']!r}."
    level = said.get("level")
    if level is not None and not (isinstance(level, str) and tree.has_level(said["concept"], level)):
        return f"{level!r} is no level of {said['concept']}."
    region = said.get("region")
    if region is not None and not _is_box(region):
        return "`region` is [x0, y0, x1, y1] with 0 ≤ x0 < x1 ≤ 1 and 0 ≤ y0 < y1 ≤ 1, or null."
    return None if _is_name(said["file"]) else f"{said['file']!r} is no file name inside the folder."


def _is_box(region: Any) -> bool:
    if not (isinstance(region, list) and len(region) == 4):
        return False
    if not all(isinstance(number, int | float) and not isinstance(number, bool) for number in region):
        return False
    x0, y0, x1, y1 = map(float, region)
    return 0 <= x0 < x1 <= 1 and 0 <= y0 < y1 <= 1


def _is_name(name: str) -> bool:
    path = PurePosixPath(name)
    return not path.is_absolute() and ".." not in path.parts and "\\" not in name and "\0" not in name


def _entry(said: Mapping[str, Any]) -> Entry:
    region = said.get("region")
    counterpart = said.get("clean_counterpart_of")
    return Entry(
        concept=said["concept"],
        kind=KINDS[said["kind"]],
        level=said.get("level"),
        file=said["file"],
        region=(region[0], region[1], region[2], region[3]) if region else None,
        caption=said["caption"],
        verdict=VERDICTS.get(str(said.get("verdict"))),
        counterpart=counterpart if isinstance(counterpart, str) else None,
    )


def wanted_files(tree: TaxonomyTree, entries: Sequence[Entry]) -> Iterator[tuple[str, str]]:
    """(JSON pointer, file name) of every picture that the tree or the list names."""
    for number, dimension in enumerate(tree.dimensions):
        for place, defect in enumerate(dimension.defects):
            for position, example in enumerate(defect.examples):
                if example.asset:
                    path = f"/dimensions/{number}/defects/{place}/examples/{position}/asset"
                    yield path, example.asset
    for place, entry in enumerate(entries):
        yield f"/{LIST_NAME}/{place}/file", entry.file


def is_inside(name: str) -> bool:
    """False for names that would lead out of the folder of pictures."""
    return _is_name(name)


def with_pictures(tree: TaxonomyTree, entries: Sequence[Entry], hashes: Mapping[str, str]) -> TaxonomyTree:
    """The tree with the SHA-256 of each stored picture (`hashes` by file name); entries matched or appended."""
    by_concept: dict[str, list[Entry]] = {}
    for entry in entries:
        by_concept.setdefault(entry.concept, []).append(entry)
    dimensions = tuple(
        replace(
            dimension,
            defects=tuple(_illustrated(one, by_concept.get(one.id, []), hashes) for one in dimension.defects),
        )
        for dimension in tree.dimensions
    )
    return replace(tree, dimensions=dimensions)


def _illustrated(defect: Defect, entries: Sequence[Entry], hashes: Mapping[str, str]) -> Defect:
    examples = [
        replace(example, asset_sha256=hashes.get(example.asset or "", example.asset_sha256))
        for example in defect.examples
    ]
    taken = {example.id for example in examples if example.id}
    places: dict[str, int] = {}
    for entry in entries:
        place = _place_of(examples, entry)
        if place is None:
            examples.append(_example(entry, hashes))
            place = len(examples) - 1
        else:
            known = examples[place]
            region = known.region or _region(entry)
            examples[place] = replace(known, asset=entry.file, asset_sha256=hashes.get(entry.file), region=region)
        places[entry.file] = place
    for entry in entries:
        source = places.get(entry.counterpart or "")
        if source is None or examples[places[entry.file]].clean_counterpart_of:
            continue
        known = examples[source]
        if not known.id:
            known = replace(known, id=_fresh_id(entry.counterpart or "", taken))
            taken.add(known.id or "")
            examples[source] = known
        here = places[entry.file]
        examples[here] = replace(examples[here], clean_counterpart_of=known.id)
    return replace(defect, examples=tuple(examples))


def _place_of(examples: Sequence[Example], entry: Entry) -> int | None:
    """The example that this picture was made for: by its file, else by kind, level and caption."""
    for place, example in enumerate(examples):
        if example.asset == entry.file:
            return place
    for place, example in enumerate(examples):
        same = (example.kind, example.severity, example.caption) == (entry.kind, entry.level, entry.caption)
        if same and not example.asset_sha256:
            return place
    return None


def _region(entry: Entry) -> ExampleRegion | None:
    if entry.region is None:
        return None
    x0, y0, x1, y1 = entry.region
    return ExampleRegion(shape="box", points=((x0, y0), (x1, y1)))


def _example(entry: Entry, hashes: Mapping[str, str]) -> Example:
    return Example(
        kind=entry.kind,
        caption=entry.caption,
        severity=entry.level,
        verdict=entry.verdict if entry.kind == "borderline" else None,
        asset=entry.file,
        asset_sha256=hashes.get(entry.file),
        region=_region(entry),
    )


def _fresh_id(file: str, taken: set[str]) -> str:
    stem = PurePosixPath(file).stem.lower()
    name, number = stem, 2
    while name in taken:
        name, number = f"{stem}-{number}", number + 1
    return name


def without_pictures(tree: TaxonomyTree, wanted: TaxonomyTree) -> TaxonomyTree:
    """`tree` as it was before pictures were attached to `wanted`: for the question whether both are one content."""
    return replace(
        tree,
        dimensions=tuple(
            replace(dimension, defects=tuple(_bare(defect, wanted) for defect in dimension.defects))
            for dimension in tree.dimensions
        ),
    )


def _bare(defect: Defect, wanted: TaxonomyTree) -> Defect:
    if not wanted.has_defect(defect.id):
        return defect
    asked = wanted.defect(defect.id).examples
    left = list(defect.examples)
    if len(left) < len(asked) or any(not example.asset_sha256 for example in left[len(asked) :]):
        return defect
    return replace(
        defect,
        examples=tuple(
            ask if ask == _as_asked(example, ask) else example
            for example, ask in zip(left[: len(asked)], asked, strict=True)
        ),
    )


def _as_asked(example: Example, ask: Example) -> Example:
    """What attaching may have filled in is taken out again where the file did not say it."""
    return replace(
        example,
        id=ask.id and example.id,
        asset=ask.asset and example.asset,
        asset_sha256=ask.asset_sha256 and example.asset_sha256,
        region=ask.region and example.region,
        clean_counterpart_of=ask.clean_counterpart_of and example.clean_counterpart_of,
    )


def _wrong(path: str, message: str) -> Violation:
    return Violation(path=f"/{LIST_NAME}{path}", line=None, code="example-list", message=message)
