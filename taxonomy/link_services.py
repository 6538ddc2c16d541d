"""Read-only links to the guideline of a taxonomy: made, revoked and opened. Only the hash of a token is kept."""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.db import transaction

from accounts.credentials import secret_hash
from accounts.models import User
from core import clock
from taxonomy import queries
from taxonomy.errors import NotPublished, UnknownGuideline, UnknownTaxonomy, UnknownVersion
from taxonomy.models import GuidelineLink, Taxonomy
from taxonomy.queries import VersionFacts
from taxonomy.services import locked, record, require_owner

SEEN_AGAIN = timedelta(minutes=1)  # how exactly the last opening is kept


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkFacts:
    """A link without its token. `version` None means the newest published one; `state` is open, expired or revoked."""

    id: UUID
    label: str
    version: str | None
    state: str
    created_by: str
    created_at: datetime
    expires_at: datetime | None
    revoked_at: datetime | None
    opened_at: datetime | None


def links_of(slug: str, *, by: User) -> tuple[LinkFacts, ...]:
    """Every link of a taxonomy, the newest first. Raises UnknownTaxonomy, NotAnOwner."""
    taxonomy = Taxonomy.objects.filter(slug=slug).first()
    if taxonomy is None:
        raise UnknownTaxonomy
    require_owner(by, taxonomy)
    rows = GuidelineLink.objects.filter(taxonomy=taxonomy).select_related("version", "created_by")
    return tuple(_facts(row) for row in rows.order_by("-created_at", "id"))


def make_link(slug: str, *, by: User, label: str, number: str | None, days: int | None) -> tuple[LinkFacts, str]:
    """A link and its address, which is shown this once; `number` None follows the newest published version.

    Raises UnknownTaxonomy, UnknownVersion, NotAnOwner, NotPublished.
    """
    token = secrets.token_urlsafe(32)
    now = clock.now()
    with transaction.atomic():
        taxonomy = locked(slug)
        require_owner(by, taxonomy)
        if number is None:
            version = None
            if queries.newest_published(taxonomy.id) is None:
                raise NotPublished("No version of this taxonomy is published yet.")
        else:
            version = taxonomy.versions.filter(number=number).first()
            if version is None:
                raise UnknownVersion
            if version.state not in queries.FROZEN:
                raise NotPublished(f"Version {number} is a draft; a link shows published versions only.")
        link = GuidelineLink.objects.create(
            taxonomy=taxonomy,
            version=version,
            token_hash=secret_hash(token),
            label=label,
            created_by=by,
            created_at=now,
            expires_at=now + timedelta(days=days) if days else None,
        )
        record(taxonomy, "guideline-link.created", by, subject=link.id, version=number, days=days)
    return _facts(link), f"{settings.ENV.public_url}/g/{token}"


def revoke_link(slug: str, link: UUID, *, by: User) -> None:
    """From now on the link opens nothing; twice changes nothing.

    Raises UnknownTaxonomy, NotAnOwner, UnknownGuideline.
    """
    with transaction.atomic():
        taxonomy = locked(slug)
        require_owner(by, taxonomy)
        row = GuidelineLink.objects.filter(taxonomy=taxonomy, id=link).first()
        if row is None:
            raise UnknownGuideline("This taxonomy has no such link.")
        if row.revoked_at is None:
            row.revoked_at = clock.now()
            row.save(update_fields=["revoked_at"])
            record(taxonomy, "guideline-link.revoked", by, subject=row.id)


def opened(token: str) -> VersionFacts:
    """The published version that a link shows, noting that it was opened.

    Raises UnknownGuideline, the same for a token that is wrong, expired or revoked.
    """
    row = GuidelineLink.objects.filter(token_hash=secret_hash(token)).select_related("taxonomy", "version").first()
    now = clock.now()
    if row is None or _state(row, now) != "open":
        raise UnknownGuideline
    version = row.version or queries.newest_published(row.taxonomy_id)
    if version is None or version.state not in queries.FROZEN:
        raise UnknownGuideline
    if row.opened_at is None or now - row.opened_at > SEEN_AGAIN:
        GuidelineLink.objects.filter(id=row.id).update(opened_at=now)
    return queries.version_facts(row.taxonomy.slug, version.number)


def _state(row: GuidelineLink, now: datetime) -> str:
    if row.revoked_at is not None:
        return "revoked"
    return "expired" if row.expires_at is not None and row.expires_at <= now else "open"


def _facts(row: GuidelineLink) -> LinkFacts:
    return LinkFacts(
        id=row.id,
        label=row.label,
        version=row.version.number if row.version else None,
        state=_state(row, clock.now()),
        created_by=row.created_by.name,
        created_at=row.created_at,
        expires_at=row.expires_at,
        revoked_at=row.revoked_at,
        opened_at=row.opened_at,
    )
