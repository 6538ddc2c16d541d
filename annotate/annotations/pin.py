"""The pin of a Campaign on its Version, as something to hold.

Whoever writes labels under the pinned Version holds it shared from before the pin is read to the commit; whoever moves
the Campaign holds it alone. So nothing is written under a Version that the Campaign has just left.
"""

from uuid import UUID

from django.db import connection

KEY = "hashtextextended('campaign-version:' || {campaign}::text, 11)"


def shared(campaign: str) -> str:
    """An expression for a statement that comes before the pin is read; `campaign` names the column of its id."""
    return f"pg_advisory_xact_lock_shared({KEY.format(campaign=campaign)})"


def hold_shared(campaign: UUID) -> None:
    """Expects an open transaction. Waits for a move that is under way."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {shared('%s')}", [campaign])


def hold_alone(campaign: UUID) -> None:
    """Expects an open transaction. Waits for everybody who writes labels of the Campaign at this moment."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT pg_advisory_xact_lock({KEY.format(campaign='%s')})", [campaign])
