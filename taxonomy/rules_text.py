"""Rules about texts: hidden characters, hostile Markdown, guesses at intent (README, rule 6)."""

import re
from collections.abc import Iterator
from typing import Any

from taxonomy.markdown import hostility
from taxonomy.rules_structure import Broken, placed_defects
from taxonomy.tree import TaxonomyTree
from taxonomy.violation import pointer

MAX_TEXT = 20_000
_DIRECTION = re.compile("[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")
_HIDDEN = re.compile(
    "[\u00ad\u034f\u115f\u1160\u17b4\u17b5\u180e\u200b-\u200d\u2060-\u2064\u206a-\u206f"
    "\ufeff\ufe00-\ufe0f\uffa0\ufff9-\ufffb\U000e0000-\U000e007f]"
)
_OVERRIDE = re.compile("[\u202a-\u202e\u2066-\u2069\U000e0000-\U000e007f]")
_JOINERS = "\u200c\u200d"
_NAME = re.compile(r"/(name|title|id|code|key|slug|hotkey|aliases/\d+|end_words/[^/]+)$")
_LINE_BREAK = re.compile("[\n\r\u0085\u2028\u2029]")
_ADDRESS = re.compile(r"https?://[^\s<>\"]+\Z")
_INTENT = re.compile(
    r"\b(unintended|unintentional(ly)?|intentional(ly)?|intended|by mistake|mistakenly|by accident"
    r"|accidental(ly)?|on purpose|deliberate(ly)?)\b",
    re.I,
)


def broken_texts(document: Any, path: str = "") -> Iterator[Broken]:
    """Every text, keys too: too long, hidden or turning characters, blank names, hostile Markdown."""
    if isinstance(document, dict):
        for key, value in document.items():
            here = pointer(path, key)
            yield from _broken_name(here, key)
            yield from broken_texts(value, here)
    elif isinstance(document, list):
        for position, value in enumerate(document):
            yield from broken_texts(value, pointer(path, position))
    elif isinstance(document, str):
        yield from _broken_text(path, document)


def _broken_text(path: str, text: str) -> Iterator[Broken]:
    if len(text) > MAX_TEXT:
        yield Broken(path, "text-too-long", f"The text has {len(text)} characters; at most {MAX_TEXT} are kept.")
        return
    if _NAME.search(path):
        yield from _broken_name(path, text)
        if not text.strip():
            yield Broken(path, "blank", "The name is empty.")
        if _LINE_BREAK.search(text):
            yield Broken(path, "line-break", "A name stands on one line; remove the line break.")
    elif hit := _OVERRIDE.search(text):
        yield _hidden(path, hit.group(), "turns the direction of the text or hides in it")
    if re.fullmatch(r"/taxonomy/sources/\d+/url", path):
        if not _ADDRESS.match(text):
            yield Broken(path, "hostile-link", f"{text[:60]!r} is not an http or https address.")
    elif reason := hostility(text):
        yield Broken(path, "hostile-markdown", f"The text cannot be taken in: {reason}.")


def _broken_name(path: str, text: str) -> Iterator[Broken]:
    if hit := _DIRECTION.search(text):
        yield _hidden(path, hit.group(), "turns the direction of the text")
    for hit in _HIDDEN.finditer(text):
        if not _joins_letters(text, hit.start()):
            yield _hidden(path, hit.group(), "cannot be seen, so two names could look alike")
            return


def _joins_letters(text: str, position: int) -> bool:
    """Joiners are part of the spelling between letters of Arabic and Indic scripts, and nowhere else."""
    before, after = text[position - 1 : position], text[position + 1 : position + 2]
    return text[position] in _JOINERS and all("\u0600" <= c <= "\u0dff" for c in (before or " ", after or " "))


def _hidden(path: str, character: str, why: str) -> Broken:
    message = f"The name or text contains U+{ord(character):04X}, which {why}; remove it."
    return Broken(path, "hidden-character", message)


def broken_wording(tree: TaxonomyTree) -> Iterator[Broken]:
    """Criteria and rules say what is seen and guess at nobody's intent."""
    for path, defect, _ in placed_defects(tree):
        texts = [(f"{path}/definition", defect.definition)]
        texts += [(f"{path}/annotate_when/{n}", text) for n, text in enumerate(defect.annotate_when)]
        cases = enumerate(defect.do_not_annotate_when)
        texts += [(f"{path}/do_not_annotate_when/{n}/text", case.text) for n, case in cases]
        texts += [(f"{path}/severity/{rule.level}/rule", rule.rule) for rule in defect.severity]
        for here, text in texts:
            if hit := _INTENT.search(text):
                message = f"{hit.group()!r} guesses at intent; say what can be seen instead."
                yield Broken(here, "wording", message)
