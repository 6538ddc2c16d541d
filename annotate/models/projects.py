"""Projects and who belongs to them."""

from uuid import uuid4

from django.conf import settings
from django.db import models

from core import clock


class Project(models.Model):
    """People, Images and Campaigns that belong together; the border of access."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    slug = models.SlugField(max_length=80, unique=True)
    name = models.CharField(max_length=120)
    description = models.TextField(blank=True)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(default=clock.now)


class Membership(models.Model):
    """One role of one person in one project. Ended rather than deleted, so that history stays readable."""

    class Role(models.TextChoices):
        REVIEWER = "reviewer"
        ADJUDICATOR = "adjudicator"
        LEAD = "lead"

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    project = models.ForeignKey(Project, on_delete=models.PROTECT, related_name="memberships")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="memberships")
    role = models.CharField(max_length=12, choices=Role.choices)
    created_at = models.DateTimeField(default=clock.now)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["project", "user", "role"],
                condition=models.Q(ended_at=None),
                name="one_live_membership_per_role",
            )
        ]


class Reviewer(models.Model):
    """A person as labeller in one project, known to others by a pseudonym."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    project = models.ForeignKey(Project, on_delete=models.PROTECT, related_name="reviewers")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="reviewers")
    pseudonym = models.CharField(max_length=40)
    created_at = models.DateTimeField(default=clock.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["project", "user"], name="reviewer_once_per_project"),
            models.UniqueConstraint(fields=["project", "pseudonym"], name="reviewer_pseudonym_once_per_project"),
        ]
