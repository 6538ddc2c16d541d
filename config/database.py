"""Connection values of the database: those of DATABASE_URL, or of the embedded server in DATA_DIR."""

from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from config.env import Environment

DATABASE = "touchstone"
OWNER, APP = "touchstone_owner", "touchstone_app"


def data_folder(env: Environment) -> Path:
    return env.data_dir / "postgres"


def connection_host(env: Environment) -> dict[str, str]:
    """Host (socket folder or address) and port of the embedded server, as its own pid file states them."""
    folder = data_folder(env)
    try:
        lines = (folder / "postmaster.pid").read_text().splitlines()
        return {"HOST": lines[4].strip() or lines[5].strip(), "PORT": lines[3].strip()}
    except (OSError, IndexError):
        return {"HOST": str(folder), "PORT": "5432"}  # where it will be, unless the path is too long


def database_settings(env: Environment, *, owner: bool) -> dict[str, Any]:
    """Django's DATABASES entry: the app role, or the owner role for migrations and tests."""
    settings: dict[str, Any] = {
        "ENGINE": "django.db.backends.postgresql",
        "CONN_MAX_AGE": 600,
        "CONN_HEALTH_CHECKS": True,
        "ATOMIC_REQUESTS": False,
        "OPTIONS": {"connect_timeout": 10},
    }
    url = (env.migrate_database_url or env.database_url) if owner else env.database_url
    if url is None:
        return settings | connection_host(env) | {"NAME": DATABASE, "USER": OWNER if owner else APP}
    parts = urlsplit(url)
    options = dict(parse_qsl(parts.query))
    host = options.pop("host", None) or parts.hostname or ""
    return settings | {
        "NAME": unquote(parts.path.lstrip("/")),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": host,
        "PORT": str(parts.port or ""),
        "OPTIONS": {"connect_timeout": 10, **options},
    }
