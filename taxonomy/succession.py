"""What must hold from one version of a taxonomy to the next (README of the taxonomies, rule 7).

An id that is gone leaves a tombstone and never comes back; a code belongs to one concept for good.
"""

from collections.abc import Iterator, Mapping

from taxonomy.rules_structure import Broken
from taxonomy.tree import TaxonomyTree


def codes_in(tree: TaxonomyTree) -> Mapping[str, str]:
    """Concept id by code, tombstones included; dimensions apart (their letters may pass on)."""
    codes = {retired.code: retired.id for retired in tree.retired_concepts}
    for defect in tree.defects:
        codes[defect.code] = defect.id
        codes |= {sub.code: sub.id for sub in defect.sub_defects}
    return codes


def broken_succession(old: TaxonomyTree, new: TaxonomyTree, codes: Mapping[str, str] | None = None) -> Iterator[Broken]:
    """`codes`, where given, holds every code ever used with its concept; else those of `old` are taken."""
    if old.slug != new.slug or old.meta.id_prefix != new.meta.id_prefix:
        yield Broken("", "other-taxonomy", f"{old.slug} and {new.slug} are not versions of one taxonomy.")
        return
    if new.meta.previous_version != old.version:
        said = new.meta.previous_version
        message = f"previous_version of {new.version} is {said}, but the version before is {old.version}."
        yield Broken("", "version-order", message)
    used = {**(codes or {}), **codes_in(old)}
    for code, concept in codes_in(new).items():
        if used.get(code, concept) != concept:
            message = f"The code {code} belonged to {used[code]} and is never given to another ({concept})."
            yield Broken("", "code-reused", message)
    yield from _broken_tombstones(old, new)


def _broken_tombstones(old: TaxonomyTree, new: TaxonomyTree) -> Iterator[Broken]:
    buried = {retired.id: retired for retired in new.retired_concepts}
    for defect in old.defects:
        if not new.has_defect(defect.id) and defect.id not in buried:
            message = f"{defect.id} is gone; list it in retired_concepts: its id is never given again."
            yield Broken("", "tombstone-missing", message)
    for retired in old.retired_concepts:
        if new.has_defect(retired.id):
            yield Broken("", "id-reused", f"{retired.id} was retired in {retired.retired_in} and is back.")
        elif retired.id not in buried:
            yield Broken("", "tombstone-missing", f"The tombstone of {retired.id} is missing; keep it.")
