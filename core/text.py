"""What text may enter the database, and how file names are shown.

PostgreSQL `text` and `jsonb` refuse NUL and lone surrogates at the moment of writing, which would surface as
a server error; so every string, however deep in a JSON value, is looked at before. Other control characters,
bidi overrides, zero-width joiners and combining marks are data: they are stored as they came and made visible
on display.
"""

import math
import re
import unicodedata

from core.errors import Violation

MAX_DEPTH = 64
MAX_NAME = 120
MIN_INTEGER = -(2**63)
MAX_INTEGER = 2**64 - 1

# NUL, surrogates, the four C1 codes to which no standard assigns a function, and the noncharacters.
_FORBIDDEN = re.compile(
    "[\x00\x80\x81\x84\x99\ud800-\udfff\ufdd0-\ufdef"
    + "".join(chr(plane + 0xFFFE) + chr(plane + 0xFFFF) for plane in range(0, 0x110000, 0x10000))
    + "]"
)
_WINDOWS_DEVICE = re.compile(r"(?i)^(con|prn|aux|nul|com\d|lpt\d)(\.|$)")


def text_problem(value: str) -> str | None:
    """A sentence that names the first character of `value` that cannot be stored, or None."""
    found = _FORBIDDEN.search(value)
    if found is None:
        return None
    code = ord(found.group())
    if code == 0:
        kind = "a NUL character"
    elif 0xD800 <= code <= 0xDFFF:
        kind = f"half of a surrogate pair (U+{code:04X})"
    else:
        kind = f"a code point that stands for no character (U+{code:04X})"
    return f"Character {found.start() + 1} is {kind}, which cannot be stored. Remove it."


def value_violations(value: object, pointer: str = "", *, max_depth: int = MAX_DEPTH) -> tuple[Violation, ...]:
    """Everything in a decoded JSON value that the database or a browser could not take.

    Walks without recursion, so that depth cannot exhaust the stack. Codes: `invalid_text` (also for keys),
    `not_finite` (NaN, infinities), `out_of_range` (whole numbers beyond 64 bits), `too_deep`, `wrong_type`
    (no JSON value). Pointers are JSON pointers below `pointer`.
    """
    found: list[Violation] = []
    stack: list[tuple[object, str, int]] = [(value, pointer, 0)]
    while stack:
        node, at, depth = stack.pop()
        if depth > max_depth:
            return (_violation(at, "too_deep", f"Nested deeper than {max_depth} levels."),)
        if isinstance(node, dict):
            for key, child in node.items():
                found += _leaf(key, at) if isinstance(key, str) else [_violation(at, "wrong_type", "A key is no text.")]
                stack.append((child, f"{at}/{escape_pointer(str(key))}", depth + 1))
        elif isinstance(node, list | tuple):
            stack.extend((child, f"{at}/{index}", depth + 1) for index, child in enumerate(node))
        else:
            found += _leaf(node, at)
    return tuple(sorted(found, key=lambda one: one.pointer))


def escape_pointer(key: str) -> str:
    """One reference token of a JSON pointer (RFC 6901); what could not be stored is shown as U+FFFD."""
    return _FORBIDDEN.sub("\ufffd", key[:MAX_NAME]).replace("~", "~0").replace("/", "~1")


def _leaf(node: object, at: str) -> list[Violation]:
    if isinstance(node, str):
        problem = text_problem(node)
        return [_violation(at, "invalid_text", problem)] if problem else []
    if node is None or isinstance(node, bool):
        return []
    if isinstance(node, int):
        if MIN_INTEGER <= node <= MAX_INTEGER:
            return []
        return [_violation(at, "out_of_range", "A whole number must fit into 64 bits (-2^63 to 2^64-1).")]
    if isinstance(node, float):
        if math.isfinite(node):
            return []
        return [_violation(at, "not_finite", "NaN and infinite numbers are not accepted.")]
    return [_violation(at, "wrong_type", f"{type(node).__name__} is no JSON value.")]


def _violation(pointer: str, code: str, message: str) -> Violation:
    return Violation(pointer=pointer, code=code, message=message)


def normalised(value: str) -> str:
    """`value` in Unicode normal form C: for comparing names and ids, never for prompts, which stay as they
    came.
    """
    return unicodedata.normalize("NFC", value)


def safe_filename(name: str, *, max_length: int = MAX_NAME) -> str:
    """The name to show (and to offer for saving) for a file that a user called `name`; never used as a path
    here.

    Only the last part of a path is kept; control, bidi and unstorable characters and those that file systems
    refuse become `_`; device names of Windows get a `_` before them; longer names keep their ending. Never
    empty.
    """
    last = re.split(r"[/\\]", name)[-1]
    shown = "".join("_" if _is_invisible(char) or char in '<>:"|?*' else char for char in normalised(last))
    shown = shown.strip(" .") or "unnamed"
    if _WINDOWS_DEVICE.match(shown):
        shown = f"_{shown}"
    if len(shown) <= max_length:
        return shown
    stem, dot, ending = shown.rpartition(".")
    if not dot or len(ending) > 10:
        return shown[: max_length - 1] + "…"
    return stem[: max_length - len(ending) - 2] + "…." + ending


def shown_path(path: str, *, max_length: int = 200) -> str:
    """A path of a report: folders kept, invisible characters as `_`, the middle left out where it is long."""
    shown = "".join("_" if _is_invisible(char) else char for char in path)
    if len(shown) <= max_length:
        return shown
    half = (max_length - 1) // 2
    return f"{shown[:half]}…{shown[-half:]}"


def _is_invisible(char: str) -> bool:
    if char in "\u200c\u200d":  # joiners are part of many scripts and of emoji
        return False
    return unicodedata.category(char) in {"Cc", "Cf", "Cs", "Cn", "Co", "Zl", "Zp"}
