"""Rows of a project, reachable only through a scope.

`Image.objects.filter(...)` raises: a forgotten project filter must not work. Use `Image.objects.scoped(scope)`, or, in
the few modules listed in tests/architecture, `Image.objects.unscoped()`. Related managers (`campaign.items`) work,
because they start from a row that somebody already reached.
"""

from collections.abc import Iterable
from typing import Any, TypeVar
from uuid import uuid4

from django.db import models

from accounts.scope import Scope

Row = TypeVar("Row", bound=models.Model)


class UnscopedQuery(RuntimeError):
    """A programming error: rows of a project were asked for without saying which project."""


class ScopedManager(models.Manager[Row]):
    """The manager of every model that carries `project`."""

    def get_queryset(self) -> models.QuerySet[Row]:
        if getattr(self, "instance", None) is None:
            raise UnscopedQuery(f"{self.model.__name__}: use objects.scoped(scope)")
        return super().get_queryset()

    def scoped(self, scope: Scope) -> models.QuerySet[Row]:
        """The rows of the scope's project."""
        return self.unscoped().filter(project_id=scope.project)

    def unscoped(self) -> models.QuerySet[Row]:
        """Rows of all projects: for sweeps and commands only."""
        return models.QuerySet(model=self.model, using=self._db)

    def create(self, **values: Any) -> Row:
        return self.unscoped().create(**values)

    def bulk_create(self, objs: Iterable[Row], *args: Any, **options: Any) -> list[Row]:
        return self.unscoped().bulk_create(objs, *args, **options)


class ProjectRow(models.Model):
    """A row that belongs to exactly one project. Migration 0002 adds the composite foreign keys."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    project = models.ForeignKey("annotate.Project", on_delete=models.PROTECT, related_name="+")

    class Meta:
        abstract = True
