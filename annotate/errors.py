"""What annotate refuses, each with the slug of its problem section."""

from core.errors import Conflict, Forbidden, Invalid, NotFound, Stale, Unavailable


class UnknownHere(NotFound):
    """Of another project, or not there at all: the same answer."""


class RoleMissing(Forbidden):
    slug, title = "role-missing", "Your role in this project does not allow this."


class ProjectCreationRefused(Forbidden):
    slug, title = "project-creation-refused", "You may not create projects; ask an administrator."


class PasswordLinkRefused(Forbidden):
    slug, title = "password-link-refused", "Only an administrator may make a password link for this person."


class LastLead(Conflict):
    slug, title = "last-lead", "A project needs a lead: make somebody else lead first."


class CalibrationNeeded(Forbidden):
    slug, title = "calibration-needed", "Finish the calibration of this campaign first."


class LeaseLost(Conflict):
    slug, title = "lease-lost", "This Item is no longer reserved for you."


class RevisionStale(Conflict):
    slug, title = "revision-stale", "A newer revision of this Annotation exists."


class CampaignNotOpen(Conflict):
    slug, title = "campaign-not-open", "The campaign takes no answers now."


class AnswerSettled(Conflict):
    slug, title = "answer-settled", "This answer can no longer be changed."


class AnswerInvalid(Invalid):
    slug, title = "answer-invalid", "The answer breaks a rule of the taxonomy or the campaign."


class SubmissionReused(Invalid):
    slug, title = "submission-reused", "This submission id was used for another answer."


class InputInvalid(Invalid):
    slug, title = "input-invalid", "Some fields cannot be accepted."


class NameTaken(Conflict):
    slug, title = "name-taken", "This name is taken."


class JobNotCancellable(Conflict):
    slug, title = "job-ended", "The job has already ended."


class StateChanged(Stale):
    slug, title = "state-changed", "Somebody changed this in the meantime."


class StorageFull(Unavailable):
    slug, title = "storage-full", "There is too little free space to store this."


class JobLost(Conflict):
    slug, title = "job-lost", "Another worker has taken this job over."


class OwnAnswerInvolved(Forbidden):
    slug, title = "own-answer-involved", "You answered this Item yourself; another adjudicator has to settle it."


class NoMigration(Conflict):
    slug, title = "no-migration", "No stored migration leads from one version to the other."


class MoveUnderWay(Conflict):
    slug, title = "move-under-way", "This campaign is being moved to another version already."


class MoveNotPossible(Conflict):
    slug, title = "move-not-possible", "The campaign cannot be moved this way."


class CopyNotConfirmed(Invalid):
    slug, title = "copy-not-confirmed", "A picture leaves its project only when somebody confirms it."


class PictureWithdrawn(Conflict):
    slug, title = "picture-withdrawn", "This Image was withdrawn; its picture cannot be used."
