"""The sheets of a taxonomy workbook and their columns: one table that reading, writing and the template share."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

Kind = Literal["word", "text", "number", "flag", "words", "lines", "pairs", "cases", "points", "raw"]
Cell = str | int | float | bool | None
LEVEL_PARTS = ("rule", "penalty", "action")
HOW_TO = "How to"


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """`key` is the name in the document, `also` are headings that mean the same."""

    key: str
    heading: str
    kind: Kind = "word"
    note: str = ""
    also: tuple[str, ...] = ()
    choices: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """One sheet: a heading row, then one row for each thing. `has_levels`: three more columns for each level."""

    name: str
    columns: tuple[Column, ...]
    has_levels: bool = False

    def known(self, heading: str) -> Column | None:
        """The column that a heading means, however it is written."""
        said = plain(heading)
        by_heading = (column for column in self.columns if said == plain(column.heading))
        by_another = (column for column in self.columns if said in map(plain, (column.key, *column.also)))
        return next(by_heading, None) or next(by_another, None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """The cells of one sheet, row by row from the first one on."""

    name: str
    rows: tuple[tuple[Cell, ...], ...]


def plain(heading: str) -> str:
    """A heading without capitals, signs and spaces: `Do not annotate when` and `do_not_annotate_when` are one."""
    return "".join(sign for sign in heading.casefold() if sign.isalnum())


def letters(column: int) -> str:
    """A column by its letters: 1 is A, 27 is AA."""
    name = ""
    while column > 0:
        column, rest = divmod(column - 1, 26)
        name = chr(ord("A") + rest) + name
    return name


def cell_name(sheet: str, row: int, column: int) -> str:
    return f"{sheet}!{letters(column)}{row}"


def level_heading(part: str, level: str) -> str:
    return f"{part.capitalize()}: {level}"


def level_column(heading: str) -> Column | None:
    """`Rule: minor` and the like."""
    part, colon, level = heading.partition(":")
    part, level = part.strip().casefold(), level.strip()
    if not colon or part not in LEVEL_PARTS or not level:
        return None
    kind: Kind = "number" if part == "penalty" else "text" if part == "rule" else "word"
    return Column(key=f"{part}:{level}", heading=heading, kind=kind)


def _columns(*said: Column | tuple[str, str]) -> tuple[Column, ...]:
    return tuple(one if isinstance(one, Column) else Column(key=one[0], heading=one[1]) for one in said)


STATUS = ("draft", "active", "deprecated")
ACTIONS = ("accept", "retouch", "regenerate", "reject")
YES_NO = ("yes", "no")

FIELDS = _columns(
    Column(key="title", heading="Title", note="What people call this taxonomy."),
    Column(key="slug", heading="Slug", note="Its name in addresses: small letters, digits and hyphens."),
    Column(key="version", heading="Version", note="Three numbers, such as 1.0.0."),
    Column(key="previous_version", heading="Previous version"),
    Column(key="status", heading="Status"),
    Column(key="summary", heading="Summary", kind="text", note="What it is for, in one or two sentences."),
    Column(key="default_language", heading="Default language", note="Two letters, such as en."),
    Column(key="languages", heading="Languages", kind="words"),
    Column(key="id_prefix", heading="Id prefix", note="Two to five capitals that every id begins with."),
    Column(key="license", heading="License"),
    Column(key="media", heading="Media", kind="words"),
    Column(key="base", heading="Score base", kind="number"),
    Column(key="floor", heading="Score floor", kind="number"),
    Column(key="per_defect", heading="Score per defect", choices=("max", "sum", "max_plus_half")),
    Column(key="dimension_cap", heading="Score dimension cap", kind="number"),
    Column(key="release_notes", heading="Release notes", kind="text"),
)
"""Rows of the sheet Taxonomy: the name of a field, and its value beside it."""

TAXONOMY = Table(
    name="Taxonomy",
    columns=_columns(("field", "Field"), Column(key="value", heading="Value", kind="raw"), ("note", "Note")),
)
SCALES = Table(
    name="Scales",
    columns=_columns(
        Column(key="id", heading="Scale", also=("Scale id",), note="Repeat it on every row of a level."),
        ("name", "Scale name"),
        Column(key="kind", heading="Kind", choices=("severity", "rating", "flag")),
        Column(key="allow_not_applicable", heading="May be not applicable", kind="flag", choices=YES_NO),
        Column(key="tie_break", heading="Tie break", kind="text", note="What decides when two levels fit."),
        Column(key="end_words", heading="End words", kind="pairs", note="One a line: 1 = minor."),
        ("key", "Level"),
        Column(key="rank", heading="Rank", kind="number", note="1 is the mildest."),
        ("level_name", "Level name"),
        ("hotkey", "Key"),
        Column(key="action", heading="Action", choices=ACTIONS),
        Column(key="general_rule", heading="General rule", kind="text"),
    ),
)
DIMENSIONS = Table(
    name="Dimensions",
    columns=_columns(
        Column(key="name", heading="Name", also=("Dimension",)),
        ("code", "Code"),
        ("id", "Id"),
        Column(key="definition", heading="Definition", kind="text"),
        ("colour", "Colour"),
        Column(key="status", heading="Status", choices=STATUS),
    ),
)
DEFECTS = Table(
    name="Defects",
    has_levels=True,
    columns=_columns(
        Column(key="dimension", heading="Dimension", also=("Category",), note="Name or code. Empty: as above."),
        Column(key="name", heading="Name", also=("Defect",), note="3 to 60 letters."),
        Column(key="definition", heading="Definition", kind="text", note="One sentence of 20 to 400 letters."),
        Column(key="code", heading="Code", note="Two letters, the first is that of the dimension. Empty: proposed."),
        Column(key="id", heading="Id", note="Leave it empty for a new defect; never change one."),
        Column(key="annotate_when", heading="Annotate when", kind="lines", note="One a line."),
        Column(
            key="do_not_annotate_when",
            heading="Do not annotate when",
            kind="cases",
            note="One a line; what to use instead by its code: … → AH.",
        ),
        Column(key="scale", heading="Scale"),
        Column(key="scope", heading="Scope", choices=("region", "image")),
        Column(key="shapes", heading="Shapes", kind="words", note="box, polygon, point"),
        Column(key="required", heading="Region required", kind="flag", choices=YES_NO),
        Column(key="catch_all", heading="Catch-all", kind="flag", choices=YES_NO),
        Column(key="comment_required", heading="Note required", kind="flag", choices=YES_NO),
        Column(key="veto", heading="Veto", kind="flag", choices=YES_NO),
        Column(key="not_ratable", heading="Not ratable", kind="flag", choices=YES_NO),
        Column(key="route", heading="Route", choices=("legal", "brand", "safety")),
        Column(key="context", heading="Context", kind="words", note="prompt, reference_image, brand_guide, brief"),
        Column(key="aliases", heading="Aliases", kind="lines", note="One a line."),
        ("quality", "Quality"),
        Column(key="kpis", heading="KPIs", kind="words"),
        Column(key="status", heading="Status", choices=STATUS),
        ("since", "Since"),
        ("meaning_since", "Meaning since"),
        Column(key="derived_from", heading="Derived from", kind="words"),
        ("deprecated_in", "Deprecated in"),
        Column(key="deprecation_reason", heading="Deprecation reason", kind="text"),
        Column(key="replaced_by", heading="Replaced by", kind="words"),
        Column(key="consider", heading="Consider", kind="words"),
    ),
)
EXAMPLES = Table(
    name="Examples",
    columns=_columns(
        Column(key="defect", heading="Defect", note="Code or id."),
        Column(key="kind", heading="Kind", choices=("positive", "negative", "borderline")),
        Column(key="caption", heading="Caption", kind="text", note="What the picture shows, or must show."),
        Column(key="severity", heading="Level"),
        Column(key="verdict", heading="Verdict", choices=("annotate", "do_not_annotate")),
        ("id", "Id"),
        ("clean_counterpart_of", "Clean counterpart of"),
        Column(key="asset", heading="Picture file", also=("Asset",)),
        Column(key="asset_sha256", heading="Picture SHA-256"),
        ("source_item", "Source item"),
        Column(key="shape", heading="Region shape", choices=("box", "polygon", "point")),
        Column(
            key="points", heading="Region points", kind="points", note="Shares of width and height: 0.1 0.2; 0.4 0.5"
        ),
    ),
)
PARTS = Table(
    name="Parts",
    columns=_columns(
        ("defect", "Defect"),
        ("name", "Name"),
        ("code", "Code"),
        ("id", "Id"),
        Column(key="definition", heading="Definition", kind="text"),
        Column(key="status", heading="Status", choices=STATUS),
        ("since", "Since"),
    ),
)
TRANSLATIONS = Table(
    name="Translations",
    columns=_columns(
        ("concept", "Concept"),
        ("language", "Language"),
        ("name", "Name"),
        Column(key="definition", heading="Definition", kind="text"),
    ),
)
RELATIONS = Table(
    name="Relations",
    columns=_columns(
        ("defect", "Defect"),
        Column(key="type", heading="Type", choices=("requires", "implies", "related")),
        ("target", "Target"),
        Column(key="note", heading="Note", kind="text"),
    ),
)
CAUSES = Table(
    name="Causes",
    columns=_columns(
        ("defect", "Defect"),
        ("component", "Component"),
        Column(key="confidence", heading="Confidence", choices=("low", "medium", "high")),
        Column(key="check", heading="Check", kind="text"),
    ),
)
GROUPS = Table(
    name="Groups",
    columns=_columns(
        ("id", "Id"),
        Column(key="level", heading="Level", choices=("per_region", "per_image")),
        Column(key="members", heading="Members", kind="words"),
        Column(key="rule", heading="Rule", kind="text"),
    ),
)
QUALITY = Table(
    name="Quality",
    columns=_columns(
        ("id", "Id"),
        ("name", "Name"),
        Column(key="iso25010_analogue", heading="ISO 25010 analogue", kind="text"),
        Column(key="note", heading="Note", kind="text"),
    ),
)
KPIS = Table(
    name="KPIs",
    columns=_columns(
        ("id", "Id"),
        ("name", "Name"),
        Column(key="direction", heading="Direction", choices=("lower_is_better", "higher_is_better")),
        Column(key="unit", heading="Unit", kind="text"),
        Column(key="description", heading="Description", kind="text"),
    ),
)
RETIRED = Table(
    name="Retired",
    columns=_columns(
        ("id", "Id"),
        ("code", "Code"),
        ("name", "Name"),
        ("retired_in", "Retired in"),
        Column(key="reason", heading="Reason", choices=("split", "merged", "removed")),
        Column(key="replaced_by", heading="Replaced by", kind="words"),
        Column(key="consider", heading="Consider", kind="words"),
    ),
)
SOURCES = Table(name="Sources", columns=_columns(("title", "Title"), ("url", "Address"), ("used_for", "Used for")))

TABLES: tuple[Table, ...] = (
    TAXONOMY, SCALES, DIMENSIONS, DEFECTS, EXAMPLES, PARTS, RELATIONS, CAUSES, TRANSLATIONS, GROUPS, QUALITY, KPIS,
    RETIRED, SOURCES,
)  # fmt: skip


def table_named(name: str, tables: Iterable[Table] = TABLES) -> Table | None:
    return next((table for table in tables if plain(table.name) == plain(name)), None)
