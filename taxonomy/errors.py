"""What taxonomy refuses, each with the slug of its problem section."""

from core.errors import Conflict, Forbidden, Invalid, NotFound, Stale


class UnknownTaxonomy(NotFound):
    """No taxonomy of that name."""


class UnknownVersion(NotFound):
    """No such version of the taxonomy."""


class UnknownDraft(NotFound):
    """The taxonomy has no open draft."""


class UnknownConcept(NotFound):
    """This version has no such defect."""


class UnknownPicture(NotFound):
    """No picture of that hash."""


class UnknownGuideline(NotFound):
    """No guideline here; wrong, expired and revoked links are all the same to a guest."""


class NotAnOwner(Forbidden):
    slug, title = "not-an-owner", "Only owners of this taxonomy may change it."


class TreeInvalid(Invalid):
    slug, title = "tree-invalid", "The taxonomy breaks a rule; nothing was stored."


class VersionExists(Conflict):
    slug, title = "version-exists", "This version is there already; published versions never change."


class PictureUnusable(Invalid):
    slug, title = "picture-unusable", "This file cannot become the picture of an example; nothing was stored."


class DraftChanged(Stale):
    slug, title = "draft-changed", "Somebody changed the draft in the meantime."


class DraftExists(Conflict):
    slug, title = "draft-exists", "There is an open draft of this taxonomy already."


class NotPublished(Conflict):
    slug, title = "not-published", "Only a published version can be retired."


class NotADraft(Conflict):
    slug, title = "not-a-draft", "This version is not a draft."


class LastOwner(Conflict):
    slug, title = "last-owner", "The last owner of a taxonomy cannot be taken away."


class NothingToPublish(Conflict):
    slug, title = "nothing-to-publish", "The draft says the same as the version it began from."


class DiffUnexplained(Conflict):
    slug, title = "diff-unexplained", "The operations do not explain what changed."


class NumberTooSmall(Conflict):
    slug, title = "number-too-small", "The version number does not say how much changed."


class LintBlocks(Conflict):
    slug, title = "lint-blocks", "The lint found errors; nothing was published."


class WarningsUnanswered(Conflict):
    slug, title = "warnings-unanswered", "Some warnings of the lint have no written word yet."
