"""Submitting an Annotation: acknowledged only after the commit, counted once, late work kept."""

import json
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from django.db import IntegrityError, connection, transaction

from accounts import journal
from accounts.models import User
from annotate.annotations import rows
from annotate.annotations.arrival_services import arrive
from annotate.annotations.submission import Standing, what_becomes
from annotate.answer import (
    AnswerRules,
    Finding,
    Submission,
    answer_violations,
    derived_findings,
    region_document,
    submission_hash,
    verdict_of,
)
from annotate.errors import (
    AnswerInvalid,
    AnswerSettled,
    CampaignNotOpen,
    LeaseLost,
    RevisionStale,
    SubmissionReused,
    UnknownHere,
)
from annotate.gold.comparison import Presence, compare_with_gold
from core import clock
from taxonomy.queries import tree_of
from taxonomy.tree import TaxonomyTree

CORRECTABLE = 10  # one's last Items may still be corrected


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """The proof that an Annotation is stored. `test` is filled in training only, never in production."""

    lease: UUID
    revision: int
    recorded_at: datetime
    late: bool
    test: None = None


def submit_annotation(user: User, lease: UUID, submission: Submission) -> tuple[Receipt, bool]:
    """Store the Answer; (Receipt, True when it was new). The Receipt is returned after the commit.

    Promises: the same submission again, however often and in parallel, makes one Annotation and gets the same
    Receipt; an acknowledged Annotation is durable; an answer that comes after its lease expired is accepted while
    a place is free and kept as `late` otherwise. Raises UnknownHere, SubmissionReused, RevisionStale, LeaseLost,
    AnswerInvalid (all violations at once), AnswerSettled, CampaignNotOpen. Locks: Item, then Lease.
    """
    body_hash = submission_hash(submission)
    try:
        with transaction.atomic():
            found = rows.lock_item_of(lease=lease, user=user.id, submission=submission.submission_id)
            if found is None:
                raise UnknownHere
            held, known = found
            if known is not None:
                if known.lease != lease or known.body_hash != body_hash:
                    raise SubmissionReused
                return _receipt(known), False
            return _receipt(_store(held, user, submission, body_hash)), True
    except IntegrityError as error:
        if "submission_id" in str(error):  # the same id arrived for two leases at the same moment
            raise SubmissionReused from error
        raise


def _receipt(stored: rows.Stored) -> Receipt:
    return Receipt(lease=stored.lease, revision=stored.revision, recorded_at=stored.recorded_at, late=stored.late)


def _store(held: rows.Held, user: User, submission: Submission, body_hash: str) -> rows.Stored:
    """Expects the Item's lock held."""
    if submission.base_revision != held.revision:
        raise RevisionStale(extensions={"revision": held.revision})
    if held.campaign_state == "closed" and held.revision:
        raise CampaignNotOpen("The campaign is closed; answers can no longer be corrected.")
    becomes = what_becomes(
        Standing(
            lease_state=held.lease_state, expired=held.expired, taken=held.taken_by_others, needed=held.needed,
            is_test=held.stream == "test",
        )
    )  # fmt: skip
    if becomes == "lost":
        raise LeaseLost(f"You have ended this Item as {held.lease_state}.")
    if becomes == "correct":
        _may_be_corrected(held)
    late = becomes == "late" or held.lease_state == "late"
    stored = _write(held, submission, body_hash, late=late)
    line = journal.append_values(
        journal.project_scope(held.project),
        "annotation.submitted",
        actor=user.id,
        subject=stored.id,
        payload={"item": str(held.item), "revision": stored.revision, "body": body_hash, "late": late},
    )
    rows.finish(held, {"answer": "answered", "late": "late", "correct": ""}[becomes], line)
    return stored


def _may_be_corrected(held: rows.Held) -> None:
    if held.settled or held.revealed:
        raise AnswerSettled("Gold rests on it already, or something was revealed to you since.")
    if held.newer_answers >= CORRECTABLE:
        raise AnswerSettled(f"Only your last {CORRECTABLE} answers can be corrected.")


def _write(held: rows.Held, submission: Submission, body_hash: str, *, late: bool) -> rows.Stored:
    answer = submission.answer
    tree = tree_of(held.version)
    askable = frozenset(held.defects) - frozenset(held.not_assessed)
    violations = answer_violations(
        answer,
        AnswerRules(tree=tree, askable=askable, region_policy=held.region_policy, asks_verdict=held.asks_verdict),
    )
    if violations:
        raise AnswerInvalid(violations=violations)
    asked = [concept for concept in held.defects if concept in askable]
    by_hand = asked if answer.outcome == "unusable" else list(answer.not_assessed)
    stored = rows.Stored(
        id=uuid4(),
        lease=held.lease,
        revision=held.revision + 1,
        recorded_at=clock.now(),
        late=late,
        body_hash=body_hash,
    )
    findings = _finding_rows(submission, tree, askable)
    rows.insert_annotation(
        held,
        stored,
        {
            "submission": submission.submission_id,
            "outcome": answer.outcome,
            "absence": answer.absence,
            "asked": asked,
            "not_assessed": list(dict.fromkeys([*held.not_assessed, *by_hand])),
            "verdict_given": answer.verdict or "",
            "verdict": verdict_of(answer, tree),
            "note": answer.note,
            "active_ms": submission.active_ms,
            "after_reveal": held.revealed,
            "findings": json.dumps(findings),
        },
    )
    if held.stream == "test":
        _compare(held, stored, asked, by_hand, findings)
    if held.version != held.campaign_version:
        not_assessed = tuple(dict.fromkeys([*held.not_assessed, *by_hand]))
        arrive(held, stored, answer.outcome, tuple(asked), not_assessed, findings)
    return stored


def _finding_rows(submission: Submission, tree: TaxonomyTree, askable: frozenset[str]) -> list[dict[str, Any]]:
    answer = submission.answer
    stated = [(finding, False) for finding in answer.findings]
    stated += [(finding, True) for finding in derived_findings(answer, tree, askable)]
    found = [_finding_row(finding, tree, derived=derived) for finding, derived in stated]
    found += [
        {"defect": rating.defect, "sub_defect": "", "kind": "rating", "level": rating.level, "region": None,
         "confidence": "sure", "note": "", "derived": False}
        for rating in answer.ratings
    ]  # fmt: skip
    return [{"id": str(uuid4()), "position": position, **row} for position, row in enumerate(found)]


def _finding_row(finding: Finding, tree: TaxonomyTree, *, derived: bool) -> dict[str, Any]:
    return {
        "defect": finding.defect,
        "sub_defect": finding.sub_defect or "",
        "kind": tree.scale_of(tree.defect(finding.defect)).kind,
        "level": finding.severity,
        "region": region_document(finding.region),
        "confidence": finding.confidence,
        "note": finding.note,
        "derived": derived,
    }


def _compare(
    held: rows.Held, stored: rows.Stored, asked: list[str], by_hand: list[str], findings: list[dict[str, Any]]
) -> None:
    """The test result of a test item, in the same commit as its Annotation."""
    levels: dict[str, str | None] = {row["defect"]: row["level"] for row in findings}
    answer: dict[str, tuple[Presence, str | None]] = {}
    for concept in asked:
        if concept in levels:
            answer[concept] = ("present", levels[concept])
        else:
            answer[concept] = ("not_assessed" if concept in by_hand else "absent", None)
    outcome = compare_with_gold(rows.gold_of(held), answer)
    rows.insert_test_result(held, stored, outcome, json.dumps([asdict(one) for one in outcome.detail]))


def fingerprint_of(campaign: UUID) -> str:
    """Count and highest sequence of a campaign's annotations: whether anything is new, in one index scan."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*), coalesce(max(sequence), 0) FROM annotate_annotation WHERE campaign_id = %s", [campaign]
        )
        count, highest = cursor.fetchone()
    return f"{count}-{highest}"
