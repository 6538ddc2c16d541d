"""A laptop: plain http on loopback, embedded services. Used by `make demo` and `make serve`."""

from config.settings.base import *  # noqa: F403
