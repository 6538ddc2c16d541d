"""People, their tokens and one-time links, and the journal of what happened."""

from typing import ClassVar
from uuid import uuid4

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models.functions import Lower

from core import clock


class UserManager(BaseUserManager["User"]):
    """Finds people by address, whatever the case it was typed in."""

    def get_by_natural_key(self, username: str | None) -> "User":
        return self.get(email__iexact=username)


class User(AbstractBaseUser):
    """A login. What a person may do in a project stands in annotate's Membership."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    email = models.EmailField(max_length=254, unique=True)
    name = models.CharField(max_length=120)
    is_active = models.BooleanField(default=True)
    is_admin = models.BooleanField(default=False)
    may_create_projects = models.BooleanField(default=False)
    may_create_taxonomies = models.BooleanField(default=False)
    created_at = models.DateTimeField(default=clock.now)

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["name"]
    objects = UserManager()

    class Meta:
        constraints = [models.UniqueConstraint(Lower("email"), name="user_email_unique_ignoring_case")]

    def __str__(self) -> str:
        return self.name


class ApiToken(models.Model):
    """A script's key. Only its SHA-256 is kept; the token itself is shown once."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="tokens")
    name = models.CharField(max_length=80)
    prefix = models.CharField(max_length=12)
    token_hash = models.CharField(max_length=64, unique=True)
    created_at = models.DateTimeField(default=clock.now)
    expires_at = models.DateTimeField()
    last_used_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)


class OneTimeLink(models.Model):
    """An invitation, a new password or the first account, without mail:

    used once, expiring, stored as a hash.
    """

    class Purpose(models.TextChoices):
        INVITATION = "invitation"
        PASSWORD = "password"  # noqa: S105 (a purpose, not a secret)
        FIRST_ACCOUNT = "first-account"

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    token_hash = models.CharField(max_length=64, unique=True)
    purpose = models.CharField(max_length=20, choices=Purpose.choices)
    email = models.EmailField(max_length=254, blank=True)
    user = models.ForeignKey(User, null=True, on_delete=models.CASCADE)
    grants = models.JSONField(default=dict)  # read by whoever made the link, e.g. {"project": id, "role": "reviewer"}
    created_by = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")
    created_at = models.DateTimeField(default=clock.now)
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)


class JournalEntry(models.Model):
    """One line of history.

    Append-only (trigger); each line's hash covers the one before it in the same scope.
    """

    id = models.BigAutoField(primary_key=True)
    scope = models.CharField(max_length=80)  # "installation", "project:<id>", "taxonomy:<slug>"
    position = models.BigIntegerField()
    at = models.DateTimeField()
    actor = models.UUIDField(null=True)
    action = models.CharField(max_length=80)
    subject = models.CharField(max_length=120)
    payload = models.JSONField(default=dict)
    previous_hash = models.CharField(max_length=64)
    hash = models.CharField(max_length=64)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["scope", "position"], name="journal_one_line_per_position")]
