"""A strict reader of the part of Turtle 1.1 that the export may use; anything else raises."""

import re
from dataclasses import dataclass

TOKEN = re.compile(
    r"""[ \t\n]+|(?P<prefix>@prefix)|(?P<iri><[^\x00-\x20<>"{}|^`\\]*>)
    |(?P<text>"(?:[^"\\\n\r]|\\[tbnrf"'\\]|\\u[0-9A-F]{4})*")(?:@(?P<language>[a-zA-Z]+(?:-[a-zA-Z0-9]+)*))?
    |(?P<name>[a-z]+:[A-Za-z][A-Za-z0-9]*)|(?P<namespace>[a-z]+:)|(?P<true>true)|(?P<a>a)(?=[ ])|(?P<sign>[.;,])""",
    re.VERBOSE,
)
ESCAPES = {"t": "\t", "b": "\b", "n": "\n", "r": "\r", "f": "\f", '"': '"', "'": "'", "\\": "\\"}
RDF_TYPE = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type"


@dataclass(frozen=True)
class Literal:
    text: str
    language: str | None = None


Triple = tuple[str, str, "str | Literal | bool"]


def triples(document: str) -> set[Triple]:
    """Every triple. ValueError where the document is not of this grammar."""
    tokens = list(_tokens(document))
    namespaces: dict[str, str] = {}
    found: set[Triple] = set()

    def full(kind: str, word: str) -> str:
        if kind == "iri":
            return word[1:-1]
        if kind == "a":
            return RDF_TYPE
        if kind == "name":
            prefix, _, local = word.partition(":")
            return namespaces[prefix] + local
        raise ValueError(f"{kind} {word!r} is no IRI")

    while tokens:
        kind, word, _ = tokens.pop(0)
        if kind == "prefix":
            (_, name, _), (_, iri, _), (_, dot, _) = tokens[:3]
            assert (name[-1], iri[0], dot) == (":", "<", ".")
            namespaces[name[:-1]] = iri[1:-1]
            del tokens[:3]
            continue
        subject, sign = full(kind, word), ";"
        while sign == ";":
            (kind, word, _), (of, value, language) = tokens[:2]
            predicate = full(kind, word)
            thing = Literal(_unescaped(value), language) if of == "text" else of == "true" or full(of, value)
            found.add((subject, predicate, thing))
            sign = tokens[2][1]
            del tokens[:3]
        if sign != ".":
            raise ValueError(f"a full stop is missing before {tokens[:2]}")
    return found


def _tokens(document: str):  # type: ignore[no-untyped-def]
    place = 0
    while place < len(document):
        hit = TOKEN.match(document, place)
        if hit is None:
            raise ValueError(f"not Turtle: {document[place : place + 60]!r}")
        place = hit.end()
        for kind in ("prefix", "iri", "text", "name", "namespace", "true", "a", "sign"):
            if hit[kind] is not None:
                yield kind, hit[kind], hit["language"]


def _unescaped(quoted: str) -> str:
    def meant(hit: re.Match[str]) -> str:
        return chr(int(hit[1][1:], 16)) if hit[1][0] == "u" else ESCAPES[hit[1]]

    return re.sub(r"\\(u[0-9A-F]{4}|.)", meant, quoted[1:-1])
