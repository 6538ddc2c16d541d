"""A server. The same settings; `check --deploy` and config/checks.py refuse what is unsafe."""

from config.settings.base import *  # noqa: F403
