"""How addresses are compared and secrets are kept."""

import hashlib
import unicodedata

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import validate_email

from accounts.errors import AddressInvalid
from core.errors import Violation

TOKEN_PREFIX = "ts_"  # noqa: S105 (what a token begins with)


def secret_hash(secret: str) -> str:
    """SHA-256 of a random secret of ≥ 256 bits; a slow hash would add nothing."""
    return hashlib.sha256(secret.encode()).hexdigest()


def comparable_address(email: str) -> str:
    """The address as it is stored and compared:

    NFKC, lower case. Look-alike spellings of one address become one.
    """
    return unicodedata.normalize("NFKC", email).strip().lower()


def checked_address(email: str) -> str:
    """The address in comparable form.

    Raises AddressInvalid (pointer /email); letters of other scripts are refused.
    """
    address = comparable_address(email)
    try:
        validate_email(address)
        if not address.isascii() or len(address) > 254:
            raise ValidationError("not plain")
    except ValidationError as error:
        message = "Give an address such as name@example.org, in plain ASCII letters (at most 254)."
        raise AddressInvalid(
            message, violations=[Violation(pointer="/email", code="address", message=message)]
        ) from error
    return address


def link_address(token: str) -> str:
    """Where a one-time link leads, on the configured address; the Host header of a request has no say in it."""
    return f"{settings.ENV.public_url}/welcome/{token}"
