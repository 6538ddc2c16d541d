"""The stored layer says what the pure fold says, whatever the findings and however the way is cut into moves."""

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase
from moving import PLACES, Marked, three_versions

from annotate.annotations.carry_over import begun, stands
from annotate.annotations.route_queries import path_between, steps_of
from annotate.models import CarriedAbsence, CarriedFinding, MigrationRun
from taxonomy.carrying import CarriedLabel, begin, carry
from taxonomy.mapping import states_of
from taxonomy.queries import tree_of
from tests.labelling import a_project

QUICK = settings(max_examples=8, deadline=None, suppress_health_check=list(HealthCheck))


def findings(number: str, prefix: str):  # type: ignore[no-untyped-def]
    """Findings of any active defect and level, by two reviewers on two images, on two regions or none."""
    made = st.tuples(
        st.integers(0, 10_000), st.sampled_from(["img-01", "img-02"]), st.sampled_from(["ada", "ben"]),
        st.sampled_from(["r1", "r2", None]),
    )  # fmt: skip
    return st.lists(made, min_size=1, max_size=14).map(
        lambda rows: [
            {"id": f"{prefix}{n:02d}", "chosen": chosen, "item": item, "reviewer": who, "region": region}
            for n, (chosen, item, who, region) in enumerate(rows)
        ]
    )


class StoredFold(TestCase):
    @classmethod
    def setUpTestData(cls) -> None:
        cls.versions = three_versions()

    def marked(self, rows, number="1.0.0", on=None) -> Marked:  # type: ignore[no-untyped-def]
        version = self.versions[number]
        tree = tree_of(version.id)
        states = [state for state in states_of(tree) if tree.defect(state[0]).status == "active" and state[1]]
        marked = on or Marked(a_project(), version, items=2)
        for row in rows:
            concept, level = states[row["chosen"] % len(states)]
            marked.add(row | {"concept": concept, "severity": level}, version)
        return marked

    def stored(self, marked: Marked, run: MigrationRun) -> dict[str, tuple[object, ...]]:
        names = {str(row): name for name, row in marked.ids.items()}
        return {
            name: (
                row.outcome, row.standing, row.concept or None, row.level, tuple(map(tuple, row.candidates)),
                tuple(row.review), tuple(row.flags), names.get(str(row.merged_into)), row.sub_defect,
            )
            for name, row in marked.carried(run).items()
        }  # fmt: skip

    def pure(self, marked: Marked, carried: list[CarriedLabel]) -> dict[str, tuple[object, ...]]:
        names = {str(row): name for name, row in marked.ids.items()}
        found = {}
        for one in carried:
            concept, level = one.resolved or (None, None)
            candidates = one.candidates
            found[names[one.origin.id]] = (
                one.outcome, stands(one), concept, level, candidates, one.review, tuple(sorted(one.flags)),
                names.get(one.merged_into or ""), one.sub or "",
            )  # fmt: skip
        return found

    def begun(self, marked: Marked, rows, number: str) -> list[CarriedLabel]:  # type: ignore[no-untyped-def]
        tree = tree_of(self.versions[number].id)
        states = [state for state in states_of(tree) if tree.defect(state[0]).status == "active" and state[1]]
        labels = []
        for row in rows:
            concept, level = states[row["chosen"] % len(states)]
            place = PLACES.get(row["region"] or "")
            reviewer = row["reviewer"] if number == "1.0.0" else f"{row['reviewer']}-later"
            region = {"points": place} if place else None
            labels.append(
                begin(
                    begun(
                        marked.ids[row["id"]], item=row["item"], reviewer=reviewer, defect=concept, level=level,
                        region=region, sub="",
                    )
                )
            )  # fmt: skip
        return labels

    @QUICK
    @given(findings("1.0.0", "A"))
    def test_one_move_over_two_steps_is_two_moves_is_the_pure_fold(self, rows) -> None:  # type: ignore[no-untyped-def]
        at_once, stepwise = self.marked(rows), self.marked(rows)
        far = at_once.move(self.versions["2.0.0"])
        near = stepwise.move(self.versions["1.1.0"])
        last = stepwise.move(self.versions["2.0.0"])
        folded = self.begun(at_once, rows, "1.0.0")
        for step in steps_of(path_between(self.versions["1.0.0"].id, self.versions["2.0.0"].id)):
            folded = carry(folded, step, "taxonomy")
        expected = self.pure(at_once, folded)
        assert self.stored(at_once, far) == expected
        assert self.stored(stepwise, last) == expected
        assert set(self.stored(stepwise, near)) == set(expected)  # I2: one row each, on every layer
        assert sum(far.counts["outcomes"].values()) == far.counts["findings"] == len(rows)
        assert self.absences(at_once, far) == self.absences(stepwise, last)

    @QUICK
    @given(findings("1.0.0", "A"), findings("1.1.0", "B"))
    def test_findings_that_join_on_the_way_are_folded_in(self, first, second) -> None:  # type: ignore[no-untyped-def]
        marked = self.marked(first)
        marked.move(self.versions["1.1.0"])
        self.marked(second, "1.1.0", on=marked)
        last = marked.move(self.versions["2.0.0"])
        one, other = steps_of(path_between(self.versions["1.0.0"].id, self.versions["2.0.0"].id))
        folded = carry(self.begun(marked, first, "1.0.0"), one, "taxonomy")
        folded = carry([*folded, *self.begun(marked, second, "1.1.0")], other, "taxonomy")
        assert self.stored(marked, last) == self.pure(marked, folded)

    @QUICK
    @given(findings("1.0.0", "A"))
    def test_absent_never_comes_from_nowhere_and_no_open_question_is_an_absence(self, rows) -> None:  # type: ignore[no-untyped-def]
        marked = self.marked(rows)
        run = marked.move(self.versions["2.0.0"])
        for row in CarriedAbsence.objects.unscoped().filter(run=run).select_related("annotation"):
            carried = list(CarriedFinding.objects.unscoped().filter(run=run, annotation=row.annotation))
            found = {one.concept for one in carried if one.standing}
            absent = set(row.asked) - set(row.not_assessed) - found
            waiting = {concept for one in carried if one.outcome == "queued" for concept, _ in one.candidates}
            assert not absent & waiting
            assert row.verdict_open == any(one.outcome == "queued" for one in carried)

    def absences(self, marked: Marked, run: MigrationRun) -> list[tuple[object, ...]]:
        rows = CarriedAbsence.objects.unscoped().filter(run=run).select_related("annotation__reviewer")
        return sorted(
            (
                marked.items.index(next(one for one in marked.items if one.id == row.item_id)),
                row.annotation.reviewer.pseudonym, row.asked, row.not_assessed, row.verdict, row.verdict_open,
            )
            for row in rows
        )  # fmt: skip
