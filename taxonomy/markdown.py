"""Markdown of taxonomy texts as safe HTML, and the question whether a text is hostile.

`render` is safe for any input: raw HTML is shown as text, pictures are left out, links keep only
http, https and mailto. `hostility` lets an import refuse such a text with a reason instead of defusing it.
"""

import re

import nh3
from markdown_it import MarkdownIt
from markdown_it.token import Token

_SCHEMES = {"http", "https", "mailto"}
_TAGS = {
    "a", "blockquote", "br", "code", "em", "h1", "h2", "h3", "h4", "h5", "h6", "hr", "li", "ol", "p", "pre",
    "strong", "table", "tbody", "td", "th", "thead", "tr", "ul",
}  # fmt: skip
_RENDERER = MarkdownIt("commonmark", {"html": False}).enable("table").disable("image")
_READER = MarkdownIt("commonmark", {"html": True})
_READER.validateLink = lambda url: True  # type: ignore[method-assign]  # dangerous links must be seen here
_MAY_BE_HOSTILE = re.compile(r"[<\[]")
_ACTIVE_TAG = re.compile(
    r"<\s*/?\s*(script|iframe|object|embed|img|svg|math|style|link|meta|base|form|input|video|audio)\b", re.I
)
_SCHEME = re.compile(r"\s*([a-z][a-z0-9+.-]*):", re.I)


def render(text: str) -> str:
    """Sanitised HTML of `text`, to be put into a page as it is."""
    html = nh3.clean(
        _RENDERER.render(text),
        tags=_TAGS,
        attributes={"a": {"href", "title"}},
        url_schemes=_SCHEMES,
        link_rel="noopener noreferrer nofollow",
    )
    return html.strip()


def hostility(text: str) -> str | None:
    """Why this text must not be taken in (HTML, a picture, a link that could run something), or None."""
    if not _MAY_BE_HOSTILE.search(text):
        return None
    if tag := _ACTIVE_TAG.search(text):
        return f"it contains the HTML tag <{tag.group(1).lower()}>"
    return _hostile_token(_READER.parse(text))


def _hostile_token(tokens: list[Token]) -> str | None:
    for token in tokens:
        if token.type in ("html_block", "html_inline"):
            return f"it contains HTML ({token.content.strip()[:40]})"
        if token.type == "image":
            return "it loads a picture; pictures belong to the examples"
        if token.type == "link_open" and (reason := _hostile_link(str(token.attrGet("href")))):
            return reason
        if token.children and (reason := _hostile_token(token.children)):
            return reason
    return None


def _hostile_link(address: str) -> str | None:
    if address.startswith("#"):
        return None
    scheme = _SCHEME.match(address)
    if scheme and scheme.group(1).lower() in _SCHEMES:
        return None
    return f"its link leads to {address[:40]!r}; allowed are http, https and mailto"
