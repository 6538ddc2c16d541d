"""Which defects a Campaign asks after it was moved. Pure."""

from collections.abc import Iterable, Sequence

from taxonomy.mapping import Step


def asked_after(defects: Iterable[str], steps: Sequence[Step]) -> tuple[str, ...]:
    """The defects asked before, followed through the steps, in the order of the last version.

    A merged or split defect is followed by what it became; what was carved from an asked one is asked too, or its
    findings would have nowhere to go; what was removed or deprecated is asked no more.
    """
    asked = set(defects)
    for step in steps:
        for one in step.migration.operations:
            if one.op in ("merge", "split") and asked & set(one.sources):
                asked |= set(one.into)
            if one.op == "add" and one.concept and asked & set(one.carved_from):
                asked.add(one.concept)
        asked &= {defect.id for defect in step.new.active_defects}
    return tuple(defect.id for defect in steps[-1].new.active_defects if defect.id in asked) if steps else tuple(asked)
