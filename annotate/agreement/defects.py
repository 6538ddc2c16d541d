"""Agreement on many binary defects at once: one frozen report a defect, from arrays, in a few vectorised
passes.
"""

from dataclasses import dataclass, replace

import krippendorff
import numpy as np

from annotate.agreement.actions import ENOUGH_POSITIVES, Action, Signs, suggested_action
from annotate.agreement.binary_coefficients import Coefficients, binary_coefficients
from annotate.agreement.defect_intervals import Limits, cohen_limits, pattern_limits
from annotate.agreement.intervals import DRAWS, Method
from annotate.agreement.patterns import (
    Panel,
    PatternTables,
    pair_tables,
    panel_of,
    pattern_tables,
    rater_tables,
    without_rater,
)
from annotate.agreement.result import Agreement, FloatArray, IntArray, Interval, Status, finite, ratio
from annotate.agreement.two_raters import binary_kappas

MOST_CELLS_FOR_PACKAGE = 2_000_000
WORDS = {
    "prevalence": "mean share of raters that marked it",
    "percent_agreement": "mean share of agreeing pairs of raters",
    "positive_agreement": "given one rater marked it, how often another did",
    "negative_agreement": "given one rater did not mark it, how often another did not",
    "pabak": "2 po - 1",
    "prevalence_index": "|2 prevalence - 1| over pairable items",
    "bias_index": "|b - c| / n, mean over pairs of raters",
    "cohen_kappa": "Cohen's kappa; SE Fleiss-Cohen-Everitt 1969",
    "fleiss_kappa": "Fleiss' kappa, missing ratings allowed",
    "gwet_ac1": "Gwet's AC1",
}
DESCRIPTIVE = {
    "prevalence",
    "percent_agreement",
    "positive_agreement",
    "negative_agreement",
    "pabak",
    "prevalence_index",
    "bias_index",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class PairAgreement:
    """Cohen's kappa of raters first < second (codes) on the items both assessed; interval from the FCE SE."""

    first: int
    second: int
    items: int
    kappa: float | None
    status: Status
    interval: Interval | None


@dataclass(frozen=True, slots=True, kw_only=True)
class RaterShare:
    """One rater on one defect: ratings, own positive rate and the others' on the same items, kappa without."""

    rater: int
    ratings: int
    rate: float | None
    rate_of_others: float | None
    kappa_without: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class DefectAgreement:
    """Agreement on one defect. `items` were rated, `items_pairable` by two or more; `positives` are pairable
    items that somebody marked, `expected_positives` and `expected_negatives` the summed shares of raters. The
    point value of kappa is to be greyed when `too_few_positives` (fewer than 10 expected of either kind)."""

    defect: int
    items: int
    items_pairable: int
    effective_items: float
    raters: int
    ratings: int
    positives: int
    expected_positives: float
    expected_negatives: float
    too_few_positives: bool
    prevalence: Agreement
    percent_agreement: Agreement
    positive_agreement: Agreement
    negative_agreement: Agreement
    kappa: Agreement
    alpha: Agreement
    ac1: Agreement
    pabak: Agreement
    prevalence_index: Agreement
    bias_index: Agreement
    status: Status
    action: Action
    pairs: tuple[PairAgreement, ...]
    by_rater: tuple[RaterShare, ...]


def defect_agreements(
    item: IntArray,
    rater: IntArray,
    labels: IntArray,
    *,
    weights: FloatArray | None = None,
    strata: IntArray | None = None,
    interval: Method = Method.DIRICHLET,
    draws: int = DRAWS,
    seed: int = 0,
) -> list[DefectAgreement]:
    """One report for each column of labels.

    item, rater (N,): codes from 0, one row a whole answer, in time order (the latest of item and rater
    counts). labels (N,) or (N, defects): 1 present, 0 absent, -1 not assessed. weights, strata: by item code
    (1 / inclusion probability); weighted intervals are an item bootstrap within strata. Kappa is Cohen's when
    the defect has exactly two raters, else Fleiss'. Raises ValueError when the arrays do not fit together.
    """
    panel = panel_of(item, rater, labels, weights=weights, strata=strata)
    tables = pattern_tables(panel)
    by_rater = rater_tables(panel, tables)
    pairs = pair_tables(panel)
    present = _rater_counts(panel)
    rated = tables.items @ (tables.number >= 1)
    plain = binary_coefficients(tables.weight, tables.number, tables.positives, rated)
    limits = pattern_limits(panel, tables, interval, draws, seed)
    report = _Report(
        panel=panel,
        tables=tables,
        plain=plain,
        limits=limits,
        pairs=pairs,
        present=present,
        pair_kappas=binary_kappas(pairs),
        pair_items=_pair_items(panel, pairs),
        two=cohen_limits(panel, pairs, present, interval, draws, seed),
        alone=_positive_rates(tables, by_rater),
        without=_kappas_without(tables, by_rater),
    )
    return [report.defect(d) for d in range(panel.defects)]


def _rater_counts(panel: Panel) -> IntArray:
    """(defects, raters) number of ratings."""
    return np.array(
        [np.bincount(panel.rater[label >= 0], minlength=panel.raters) for label in panel.labels],
        dtype=np.int64,
    ).reshape(panel.defects, panel.raters)


def _pair_items(panel: Panel, pairs: FloatArray) -> FloatArray:
    """(defects, raters, raters) items that both assessed, counted without weights."""
    counted = pairs if panel.weights is None else pair_tables(replace(panel, weights=None))
    return np.asarray(counted.sum(axis=(-2, -1)))


def _positive_rates(tables: PatternTables, by_rater: FloatArray) -> tuple[FloatArray, FloatArray]:
    """(defects, raters) own positive rate, and mean rate of the others on the items shared with somebody."""
    total = by_rater.sum(axis=(2, 3))
    own = ratio(by_rater[..., 1].sum(axis=2), total)
    n, k = tables.number, tables.positives
    shared = n >= 2
    others = [np.where(shared, (k - mine) / np.maximum(n - 1, 1), 0.0) for mine in (0, 1)]
    rate = by_rater[..., 0] @ others[0] + by_rater[..., 1] @ others[1]
    return own, ratio(rate, by_rater.sum(axis=3) @ shared.astype(np.float64))


def _kappas_without(tables: PatternTables, by_rater: FloatArray) -> FloatArray:
    """(defects, raters) Fleiss' kappa when the rater's ratings are taken out."""
    left = without_rater(tables, by_rater)
    rated = left @ (tables.number >= 1)
    return binary_coefficients(left, tables.number, tables.positives, rated).fleiss_kappa


@dataclass(frozen=True, slots=True, kw_only=True)
class _Report:
    panel: Panel
    tables: PatternTables
    plain: Coefficients
    limits: Limits
    pairs: FloatArray
    present: IntArray
    pair_kappas: tuple[FloatArray, FloatArray, FloatArray]
    pair_items: FloatArray
    two: Limits
    alone: tuple[FloatArray, FloatArray]
    without: FloatArray

    def defect(self, d: int) -> DefectAgreement:
        counts, number, positives = self.tables.items[d], self.tables.number, self.tables.positives
        pairable = counts * (number >= 2)
        share = positives / np.maximum(number, 1)
        expected = float(pairable @ share), float(pairable @ (1 - share))
        facts = _Facts(
            items=int(counts @ (number >= 1)),
            pairable=int(pairable.sum()),
            raters=int((self.present[d] > 0).sum()),
        )
        marked = int(pairable @ (positives > 0))
        few = min(expected) < ENOUGH_POSITIVES
        kappa = self._kappa(d, facts)
        found = {name: self._agreement(name, d, facts) for name in ("gwet_ac1", *sorted(DESCRIPTIVE))}
        by_pair, by_rater = self._pairs(d), self._raters(d)
        signs = Signs(
            items_pairable=facts.pairable,
            kappa=kappa.value,
            kappa_low=None if kappa.interval is None else kappa.interval.low,
            ac1=found["gwet_ac1"].value,
            prevalence_index=found["prevalence_index"].value,
            bias_index=found["bias_index"].value,
            too_few_positives=few,
            positives=marked,
            without={row.rater: row.kappa_without for row in by_rater if row.kappa_without is not None},
            own_bias={
                row.rater: row.rate - row.rate_of_others
                for row in by_rater
                if row.rate is not None and row.rate_of_others is not None and row.ratings >= 30
            },
            pairs={(p.first, p.second): (p.kappa, p.items) for p in by_pair if p.kappa is not None},
        )
        return DefectAgreement(
            defect=d,
            items=facts.items,
            items_pairable=facts.pairable,
            effective_items=self._effective(d, facts.items),
            raters=facts.raters,
            ratings=int(self.present[d].sum()),
            positives=marked,
            expected_positives=expected[0],
            expected_negatives=expected[1],
            too_few_positives=few,
            kappa=kappa,
            alpha=self._alpha(d, facts),
            ac1=found.pop("gwet_ac1"),
            status=kappa.status,
            action=suggested_action(signs),
            pairs=by_pair,
            by_rater=by_rater,
            **found,
        )

    def _effective(self, d: int, items: int) -> float:
        if self.panel.weights is None:
            return float(items)
        w = self.panel.weights[self.tables.of_item[d] > 0]
        return float(w.sum() ** 2 / (w**2).sum()) if len(w) else 0.0

    def _kappa(self, d: int, facts: "_Facts") -> Agreement:
        here = np.flatnonzero(self.present[d])
        if len(here) != 2:
            return self._agreement("fleiss_kappa", d, facts)
        kappa, se, _ = (figures[d, here[0], here[1]] for figures in self.pair_kappas)
        interval = self.two.interval("cohen_kappa", d)
        return _answer("cohen_kappa", float(kappa), facts, interval, None if self._weighted else finite(se))

    @property
    def _weighted(self) -> bool:
        return self.panel.weights is not None

    def _agreement(self, name: str, d: int, facts: "_Facts") -> Agreement:
        if name == "bias_index":
            return _answer(name, self._bias(d), facts, None)
        value = float(getattr(self.plain, name)[d])
        return _answer(name, value, facts, self.limits.interval(name, d))

    def _alpha(self, d: int, facts: "_Facts") -> Agreement:
        value, source = float(self.plain.alpha[d]), "Krippendorff's alpha, own vectorised form"
        small = self.panel.items * self.panel.defects <= MOST_CELLS_FOR_PACKAGE
        if np.isfinite(value) and small and not self._weighted:
            pattern = self.tables.of_item[d]
            n, k = self.tables.number[pattern], self.tables.positives[pattern]
            counts = np.stack([k, n - k], axis=1)[n >= 2].astype(np.int64)
            value = float(krippendorff.alpha(value_counts=counts, level_of_measurement="nominal"))
            source = "Krippendorff's alpha, krippendorff package"
        return _answer("alpha_nominal", value, facts, self.limits.interval("alpha", d), method=source)

    def _bias(self, d: int) -> float:
        """|b - c| / n of each pair of raters, averaged with the pairs' items as weights; NaN without a pair."""
        tables = self.pairs[d]
        n = tables.sum(axis=(-2, -1))
        return float(ratio(np.abs(tables[..., 0, 1] - tables[..., 1, 0]).sum(), n.sum()))

    def _pairs(self, d: int) -> tuple[PairAgreement, ...]:
        kappas, errors, numbers = self.pair_kappas[0][d], self.pair_kappas[1][d], self.pair_items[d]
        here = np.flatnonzero(self.present[d])
        rows = []
        for at, g in enumerate(here):
            for h in here[at + 1 :]:
                rows.append(_pair(int(g), int(h), kappas[g, h], errors[g, h], numbers[g, h], self._weighted))
        return tuple(rows)

    def _raters(self, d: int) -> tuple[RaterShare, ...]:
        here = np.flatnonzero(self.present[d])
        left_out = len(here) > 2
        return tuple(
            RaterShare(
                rater=int(g),
                ratings=int(self.present[d, g]),
                rate=finite(self.alone[0][d, g]),
                rate_of_others=finite(self.alone[1][d, g]),
                kappa_without=finite(self.without[d, g]) if left_out else None,
            )
            for g in here
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Facts:
    items: int
    pairable: int
    raters: int

    def missing(self, name: str) -> Status | None:
        if self.items == 0:
            return Status.NO_DATA
        if name == "prevalence":
            return None
        if self.raters < 2:
            return Status.INSUFFICIENT_RATERS
        if self.pairable == 0:
            return Status.NO_OVERLAP
        if self.pairable == 1 and name not in DESCRIPTIVE:
            return Status.INSUFFICIENT_ITEMS
        return None


def _answer(
    name: str,
    value: float,
    facts: _Facts,
    interval: Interval | None,
    se: float | None = None,
    method: str = "",
) -> Agreement:
    status = facts.missing(name)
    known = finite(value) if status is None else None
    if status is None and known is None:
        status = Status.NO_POSITIVE if name == "positive_agreement" else Status.NO_VARIATION
    single = facts.pairable == 1 and name != "prevalence"
    return Agreement(
        statistic=name,
        value=known,
        status=status or (Status.OK_BUT_FLAG if single else Status.OK),
        interval=None if known is None or single else interval,
        se=se if known is not None else None,
        items=facts.items if name == "prevalence" else facts.pairable,
        raters=facts.raters,
        method=method or WORDS[name],
    )


def _pair(first: int, second: int, kappa: float, se: float, items: float, weighted: bool) -> PairAgreement:
    value = finite(kappa)
    status = Status.OK
    if value is None:
        status = Status.NO_OVERLAP if items == 0 else Status.NO_VARIATION
    limits = None
    if value is not None and se > 1e-12 and not weighted:
        half = 1.959963984540054 * float(se)
        limits = Interval(
            low=max(-1.0, value - half), high=min(1.0, value + half), method="Wald, Fleiss-Cohen-Everitt SE"
        )
    return PairAgreement(first=first, second=second, items=round(items), kappa=value, status=status, interval=limits)
