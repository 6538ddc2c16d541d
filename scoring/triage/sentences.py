"""Reasons of a ranking as they are stored, and as a person reads them."""

from collections.abc import Mapping, Sequence
from typing import TypeAlias

from scoring.triage.ranking import Plan, Reason, Signals

Stored: TypeAlias = dict[str, str | float]

ABOUT_DEFECTS = ("margin", "entropy", "risk")


def stored_reason(reason: Reason, signals: Signals, plan: Plan) -> Stored:
    """The reason with the numbers behind it, ready for JSON."""
    found: Stored = {"code": reason.code, "subject": reason.subject, "value": round(reason.value, 6)}
    if reason.code in ABOUT_DEFECTS and reason.subject in signals.probabilities:
        found["probability"] = round(signals.probabilities[reason.subject], 6)
        found["threshold"] = round(plan.thresholds.get(reason.subject, 0.5), 6)
    if reason.code == "outlier":
        found["distance"] = round(signals.outliers[reason.subject], 2)
    return found


def sentences(reasons: Sequence[Mapping[str, str | float]], names: Mapping[str, str]) -> list[str]:
    """One readable sentence a reason; `names` gives the name of a defect by its id."""
    return [_sentence(reason, names) for reason in reasons]


def _sentence(reason: Mapping[str, str | float], names: Mapping[str, str]) -> str:
    code, subject = str(reason["code"]), str(reason["subject"])
    name = names.get(subject, subject)
    value = float(reason["value"])
    probability, threshold = reason.get("probability"), reason.get("threshold")
    if code == "margin":
        return f"{name}: uncertain, probability {probability:.2f} against the threshold {threshold:.2f}."
    if code == "entropy":
        return f"{name}: the detector cannot tell, probability {probability:.2f} ({value:.2f} bit)."
    if code == "risk":
        return f"{name}: probability {probability:.2f} that it is there."
    if code == "outlier":
        distance = float(reason.get("distance", 0))
        side = "above" if distance > 0 else "below"
        return f"{subject} lies far {side} the other images ({abs(distance):.1f} robust deviations)."
    return {
        "disagreement": f"Detectors disagree: their probabilities lie {value:.2f} apart.",
        "novel": f"Unlike what was labelled so far (distance {value:.2f} of the largest).",
        "random": "Drawn at random, so that the queue never sees only what detectors know.",
        "first_come": "In the order of arrival.",
        "no_signal": "No detector or metric says anything about it.",
    }.get(code, code)
