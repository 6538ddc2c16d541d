"""Tests: the owner role (it makes the test database), quick password hashes, no broker."""

from config.database import database_settings
from config.settings.base import *  # noqa: F403
from config.settings.base import ENV

DATABASES = {"default": database_settings(ENV, owner=True) | {"CONN_MAX_AGE": 0}}
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
CELERY_BROKER_URL = "memory://"
ALLOWED_HOSTS = ["testserver", "localhost", "127.0.0.1"]
