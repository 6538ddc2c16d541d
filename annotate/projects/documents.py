"""Shapes of what goes in and out of the routes of sessions, links, projects, people and jobs."""

from typing import Any

from rest_framework import serializers

ROLE_CHOICES = ("reviewer", "adjudicator", "lead")
JOB_STATES = ("queued", "running", "done", "failed", "cancelled")
Document = serializers.Serializer[Any]


class SessionUser(Document):
    id = serializers.UUIDField()
    name = serializers.CharField()
    email = serializers.EmailField()
    may_create_projects = serializers.BooleanField()
    may_create_taxonomies = serializers.BooleanField()
    is_admin = serializers.BooleanField()


class SessionProject(Document):
    id = serializers.UUIDField()
    slug = serializers.CharField()
    name = serializers.CharField()


class SessionMembership(Document):
    project = SessionProject()
    roles = serializers.ListField(child=serializers.ChoiceField(ROLE_CHOICES))


class SessionDocument(Document):
    user = SessionUser()
    csrf_token = serializers.CharField(help_text="Send it as X-CSRFToken. It rotates at sign-in.")
    memberships = SessionMembership(many=True)
    expires_at = serializers.DateTimeField()


class SignIn(Document):
    email = serializers.CharField(max_length=254)
    password = serializers.CharField(trim_whitespace=False, max_length=900_000)


class LinkDocument(Document):
    purpose = serializers.ChoiceField(("invitation", "password", "first-account"))
    email = serializers.CharField(allow_null=True)
    project = serializers.CharField(allow_null=True, help_text="Name of the project one is invited to.")
    role = serializers.ChoiceField(ROLE_CHOICES, allow_null=True)
    step = serializers.ChoiceField(
        ("accept", "give-password", "choose-password", "make-account"),
        help_text="What is asked of the holder.",
    )
    expires_at = serializers.DateTimeField()


class LinkAnswer(Document):
    name = serializers.CharField(max_length=120, required=False, default="")
    email = serializers.CharField(max_length=254, required=False, default="")
    password = serializers.CharField(max_length=128, required=False, default="", trim_whitespace=False)


class ProjectDocument(Document):
    id = serializers.UUIDField()
    slug = serializers.CharField()
    name = serializers.CharField()
    description = serializers.CharField()
    roles = serializers.ListField(child=serializers.ChoiceField(ROLE_CHOICES))
    created_at = serializers.DateTimeField()


class NewProject(Document):
    name = serializers.CharField(max_length=120)
    slug = serializers.CharField(max_length=80, required=False, default="", allow_blank=True)
    description = serializers.CharField(max_length=2000, required=False, default="", allow_blank=True)


class ProjectChange(Document):
    name = serializers.CharField(max_length=120, required=False)
    description = serializers.CharField(max_length=2000, required=False, allow_blank=True)


class PersonDocument(Document):
    id = serializers.UUIDField()
    name = serializers.CharField()
    email = serializers.EmailField()
    is_active = serializers.BooleanField()
    roles = serializers.ListField(child=serializers.ChoiceField(ROLE_CHOICES))
    pseudonym = serializers.CharField(allow_null=True)
    live_leases = serializers.IntegerField()
    since = serializers.DateTimeField()


class AccountDocument(Document):
    id = serializers.UUIDField()
    name = serializers.CharField()
    email = serializers.EmailField()
    may_create_projects = serializers.BooleanField()
    may_create_taxonomies = serializers.BooleanField()
    is_admin = serializers.BooleanField()
    is_active = serializers.BooleanField()
    created_at = serializers.DateTimeField()


class AccountsPage(Document):
    rows = AccountDocument(many=True)
    next = serializers.CharField(allow_null=True)


class AccountChange(Document):
    may_create_projects = serializers.BooleanField(required=False)
    may_create_taxonomies = serializers.BooleanField(required=False)
    is_admin = serializers.BooleanField(required=False)
    is_active = serializers.BooleanField(required=False)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        unknown = sorted(set(self.initial_data) - set(self.fields))
        if unknown:
            raise serializers.ValidationError({unknown[0][:80]: "No such right."})
        return attrs


class AccountChanged(Document):
    account = AccountDocument()
    leases_released = serializers.IntegerField()


class OpenInvitationDocument(Document):
    id = serializers.UUIDField()
    email = serializers.CharField()
    role = serializers.ChoiceField(ROLE_CHOICES)
    created_at = serializers.DateTimeField()
    expires_at = serializers.DateTimeField()


class PeopleDocument(Document):
    people = PersonDocument(many=True)
    invitations = OpenInvitationDocument(many=True)


class NewInvitation(Document):
    email = serializers.CharField(max_length=254)
    role = serializers.ChoiceField(ROLE_CHOICES)


class OneTimeLinkMade(Document):
    link = serializers.CharField(help_text="Shown this once; works once.")
    expires_at = serializers.DateTimeField()


class RoleEnded(Document):
    leases_released = serializers.IntegerField()


class JournalActor(Document):
    id = serializers.UUIDField()
    name = serializers.CharField(allow_null=True)


class JournalLineDocument(Document):
    position = serializers.IntegerField()
    at = serializers.DateTimeField()
    actor = JournalActor(allow_null=True)
    action = serializers.CharField()
    subject = serializers.CharField()
    subject_name = serializers.CharField(allow_null=True, help_text="Name, where the subject is a person.")
    payload = serializers.DictField()
    hash = serializers.CharField()


class JournalPage(Document):
    rows = JournalLineDocument(many=True)
    next = serializers.CharField(allow_null=True)


class JobDocument(Document):
    id = serializers.UUIDField()
    project = serializers.UUIDField(allow_null=True)
    kind = serializers.CharField()
    state = serializers.ChoiceField(JOB_STATES)
    attempts = serializers.IntegerField()
    progress_done = serializers.IntegerField()
    progress_total = serializers.IntegerField(allow_null=True)
    progress_note = serializers.CharField()
    reason = serializers.CharField()
    result = serializers.DictField(allow_null=True)
    requested_by = serializers.CharField(allow_null=True, help_text="Name of the person; null for the program itself.")
    cancel_requested = serializers.BooleanField()
    heartbeat_at = serializers.DateTimeField(allow_null=True)
    created_at = serializers.DateTimeField()
    started_at = serializers.DateTimeField(allow_null=True)
    finished_at = serializers.DateTimeField(allow_null=True)


class JobPage(Document):
    rows = JobDocument(many=True)
    next = serializers.CharField(allow_null=True)
