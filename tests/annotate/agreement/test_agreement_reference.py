"""Every case of every file of the known-answer collection, within its own tolerance and with its status."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from annotate.agreement.comparison import compare_paired
from annotate.agreement.dawid_skene import dawid_skene
from annotate.agreement.icc import FORMS, intraclass_correlations
from annotate.agreement.many_raters import fleiss_category_kappa, prevalence
from annotate.agreement.ratings import (
    Ratings,
    ratings_from_codes,
    ratings_from_counts,
    ratings_from_raw,
    ratings_from_table,
)
from annotate.agreement.registry import STATISTICS
from annotate.agreement.result import Agreement, Status
from annotate.agreement.standard_errors import fleiss_kappa_null_se
from annotate.agreement.statistics import (
    agreement,
    agreement_statistics,
    analytic_interval,
    weighted_kappa,
)
from annotate.agreement.two_raters import cohen_kappa_null_se, cross_tables
from annotate.agreement.weights import custom_weights, identity_weights, linear_weights, quadratic_weights

FOLDER = Path(__file__).parents[4] / "shared" / "reference" / "agreement"
BY_SUFFIX = {"": identity_weights, "_linear": linear_weights, "_quadratic": quadratic_weights}


def cases() -> list[Any]:
    found = []
    for path in sorted(FOLDER.glob("*.json")):
        for case in json.loads(path.read_text())["cases"]:
            for expected in case["expected"]:
                found.append(pytest.param(case, expected, id=f"{path.stem}-{case['id']}-{expected['statistic']}"))
    return found or [pytest.param(None, None, marks=pytest.mark.skip(reason=f"no reference cases at {FOLDER}"))]


def ratings_of(data: dict[str, Any]) -> Ratings:
    if data["format"] == "table":
        return ratings_from_table(data["table"], data["categories"])
    if data["format"] == "counts":
        return ratings_from_counts(data["counts"], data["categories"])
    return ratings_from_raw(data["ratings"], data["categories"])


def computed(data: dict[str, Any], name: str) -> tuple[float | None, Status]:
    """Value and status of a name that may end in _se, _se0, _z or _ci_low / _ci_high."""
    ratings = ratings_of(data)
    if name in FORMS:
        return answer(intraclass_correlations(ratings)[name])
    if name == "n_items_pairable":
        return ratings.items_pairable, Status.OK
    if name == "n_items_rated":
        return ratings.items, Status.OK
    if name == "prevalence_positive":
        return prevalence(ratings, ratings.weights[None, :])[0, ratings.positive], Status.OK
    if name.startswith("fleiss_category_kappa_"):
        return fleiss_category_kappa(ratings, int(name[-1]) - 1), Status.OK
    if name.startswith("percent_agreement_"):
        suffix = name.removeprefix("percent_agreement")
        if suffix in BY_SUFFIX:
            pairs = cross_tables(ratings, ratings.weights[None, :])[0]
            return float((pairs * BY_SUFFIX[suffix](ratings.size)).sum()), Status.OK
    if "agreement_weights" in data or "disagreement_weights" in data:
        weights = custom_weights(
            ratings.size,
            agreement=data.get("agreement_weights"),
            disagreement=data.get("disagreement_weights"),
        )
        return answer(weighted_kappa(ratings, weights, name.split("_")[0]))
    return suffixed(ratings, name)


def suffixed(ratings: Ratings, name: str) -> tuple[float | None, Status]:
    base = "gwet_ac1" if name == "gwet_ac" else name
    for ending in ("_ci_low", "_ci_high", "_se0", "_se", "_z"):
        if base.endswith(ending):
            base = base.removesuffix(ending)
            break
    else:
        ending = ""
    row = STATISTICS["gwet_ac1" if base == "gwet_ac" else base]
    result = agreement(row, ratings)
    if ending == "":
        return answer(result)
    if ending == "_se":
        return result.se, result.status
    if ending.startswith("_ci"):
        limits = analytic_interval(row, ratings, result.value or 0.0, result.se)
        assert limits is not None
        return (limits.low if ending == "_ci_low" else limits.high), Status.OK
    if base.startswith("cohen"):
        pairs = cross_tables(ratings, ratings.weights[None, :])
        null = cohen_kappa_null_se(
            pairs,
            BY_SUFFIX[base.removeprefix("cohen_kappa")](ratings.size),
            np.array([ratings.items_pairable]),
        )[0]
    else:
        null = fleiss_kappa_null_se(ratings)
    return (null if ending == "_se0" else (result.value or 0.0) / null), Status.OK


def answer(result: Agreement) -> tuple[float | None, Status]:
    return result.value, result.status


@pytest.mark.parametrize(("case", "expected"), cases())
def test_a_known_answer_is_reproduced(case: dict[str, Any], expected: dict[str, Any]) -> None:
    data, name = case["data"], expected["statistic"]
    special = {"long": aggregated, "paired_raw": compared, "weighted_pairs": weighted}
    if data["format"] in special:
        value, status = special[data["format"]](data, name), Status.OK
    else:
        value, status = computed(data, name)
    if expected["value"] is None:
        assert value is None
    else:
        assert np.allclose(value, expected["value"], rtol=0, atol=expected.get("tolerance_abs", 0))
    if "status" in expected:
        assert status == expected["status"]
    if "published" in expected and expected.get("published_matches", True) and np.isscalar(value):
        assert round(float(value), expected["published_decimals"]) == pytest.approx(expected["published"])


def aggregated(data: dict[str, Any], name: str) -> Any:
    rows = np.array(data["rows"])
    fitted = dawid_skene(rows[:, 0] - 1, rows[:, 1] - 1, rows[:, 2] - 1, classes=4, smoothing=0.0)
    return {
        "ds_class_marginals": fitted.class_shares,
        "ds_error_rates_rater_1": fitted.confusion[0],
        "ds_labels": fitted.posterior.argmax(axis=1) + 1,
        "ds_log_likelihood": fitted.log_likelihood,
    }[name]


def compared(data: dict[str, Any], name: str) -> Any:
    before, after = np.array(data["before"]), np.array(data["after"])
    found = compare_paired(before, after, data["categories"])
    return {
        "kappa_before": found.before.value,
        "kappa_after": found.after.value,
        "kappa_difference": found.difference,
        "permutation_p_two_sided_exact": found.p_value,
    }[name]


def weighted(data: dict[str, Any], name: str) -> Any:
    rows = np.array(data["rows"])
    weights = np.ones(len(rows)) if name.endswith("unweighted") else 1 / rows[:, 2]
    ratings = ratings_from_codes(rows[:, :2], [0, 1], weights=weights)
    if name == "effective_sample_size_kish":
        return ratings.effective_items
    if name.startswith("prevalence"):
        return prevalence(ratings, ratings.weights[None, :])[0, ratings.positive]
    return agreement_statistics(ratings, names=["cohen_kappa"])["cohen_kappa"].value
