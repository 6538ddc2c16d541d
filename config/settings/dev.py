"""A laptop: plain http on loopback, embedded services. Used by `make demo` and `make serve`."""

from config.settings.base import *  # noqa: F403

WHITENOISE_USE_FINDERS = True  # built files are served from frontend/dist; no collectstatic needed
STATIC_ROOT = None
