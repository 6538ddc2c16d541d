"""The evidence of a change request: what a campaign's agreement says of the defect at this moment."""

from typing import Any
from uuid import UUID

from accounts.models import User
from annotate.agreement.queries import newest_report
from annotate.projects.queries import enter_campaign

LEAD = frozenset({"lead", "adjudicator"})


def evidence_of(user: User, campaign: UUID | None, concept: str) -> dict[str, Any]:
    """Agreement on the concept in the newest report of a campaign, with its n and interval; empty without one.

    Raises UnknownHere and RoleMissing for a campaign that the person may not see.
    """
    if campaign is None:
        return {}
    _, row = enter_campaign(user, campaign, LEAD)
    report = newest_report(row.id)
    found = next(
        (one for one in (report.document.get("defects", []) if report else []) if one.get("concept") == concept), None
    )
    if report is None or found is None:
        return {"campaign": {"id": str(row.id), "name": row.name}, "note": "No agreement was computed for it yet."}
    return {
        "campaign": {"id": str(row.id), "name": row.name, "project": row.project.slug},
        "computed_at": report.computed_at.isoformat(),
        "version": row.version.number,
        "agreement": found,
    }
