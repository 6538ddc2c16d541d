"""What accounts refuses, each with the slug of its problem section."""

from core.errors import Conflict, Forbidden, Invalid, NotFound


class LinkOver(NotFound):
    """Known, but used or expired; told apart from an unknown one, so that people know what to ask for."""

    status, slug, title = 410, "link-over", "This link was used already or has expired."


class LinkForAnother(Forbidden):
    slug, title = "link-for-another", "This link is for another person."


class FirstAccountExists(Conflict):
    slug, title = "first-account-exists", "There is an administrator already."


class LastAdministrator(Conflict):
    slug, title = "last-administrator", "An installation needs an active administrator: make somebody else one first."


class AddressInvalid(Invalid):
    slug, title = "address-invalid", "This is not an e-mail address that can be used."


class NameMissing(Invalid):
    slug, title = "name-missing", "A name is needed."


class PasswordRefused(Invalid):
    slug, title = "password-refused", "This password cannot be used."
