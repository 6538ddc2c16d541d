"""The environment, read once into a frozen value. A wrong value stops the start and names the variable."""

import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

ROOT = Path(__file__).resolve().parent.parent


class EnvironmentProblem(SystemExit):
    """Raised at start when a variable cannot be understood; printed as it is, exit status 1."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Environment:
    """Everything the program takes from outside. See docs/reference/environment.md."""

    data_dir: Path
    database_url: str | None
    migrate_database_url: str | None
    broker_url: str | None
    secret_key: str
    public_url: str
    allowed_hosts: tuple[str, ...]
    trusted_proxy: str | None
    import_roots: tuple[Path, ...]
    weights_dir: Path
    port: int
    bind: str
    log_format: str

    @property
    def https(self) -> bool:
        return self.public_url.startswith("https://")

    @property
    def embedded_database(self) -> bool:
        return self.database_url is None


def _refuse(name: str, value: str, expected: str) -> EnvironmentProblem:
    return EnvironmentProblem(f"{name}={value!r} cannot be used: expected {expected}.")


def _url(env: Mapping[str, str], name: str, schemes: tuple[str, ...]) -> str | None:
    value = env.get(name, "").strip()
    if not value:
        return None
    if urlsplit(value).scheme not in schemes:
        raise _refuse(name, value.split("@")[-1], "a URL that begins with " + " or ".join(f"{s}://" for s in schemes))
    return value


def _port(env: Mapping[str, str]) -> int:
    value = env.get("PORT", "8000").strip() or "8000"
    if not value.isdigit() or not 1 <= int(value) <= 65535:
        raise _refuse("PORT", value, "a number from 1 to 65535")
    return int(value)


def _import_roots(env: Mapping[str, str]) -> tuple[Path, ...]:
    roots = []
    for part in filter(None, env.get("IMPORT_ROOTS", "").split(os.pathsep)):
        path = Path(part)
        if not path.is_absolute():
            raise _refuse("IMPORT_ROOTS", part, f"absolute folders separated by {os.pathsep!r}")
        roots.append(path.resolve())
    return tuple(roots)


def _secret_key(env: Mapping[str, str], data_dir: Path) -> str:
    value = env.get("SECRET_KEY", "")
    if value:
        if len(value) < 32 or len(set(value)) < 5:
            raise _refuse("SECRET_KEY", "…", "at least 32 characters that are not all alike")
        return value
    path = data_dir / "secret-key"
    try:
        return path.read_text().strip()
    except FileNotFoundError:
        data_dir.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        with os.fdopen(descriptor, "w") as file:
            if not path.stat().st_size:  # two first starts at once: the first line wins
                file.write(secrets.token_urlsafe(48) + "\n")
        return path.read_text().splitlines()[0].strip()


def _hosts(env: Mapping[str, str], public_url: str) -> tuple[str, ...]:
    value = env.get("ALLOWED_HOSTS", "").strip()
    if "*" in value:
        raise _refuse("ALLOWED_HOSTS", value, "host names; a star would let any site pose as this one")
    named = tuple(part.strip() for part in value.split(",") if part.strip())
    host = urlsplit(public_url).hostname or "localhost"
    return tuple(dict.fromkeys((*named, host, "127.0.0.1", "localhost", "[::1]")))


def read_environment(env: Mapping[str, str] | None = None) -> Environment:
    """The environment as a value. Raises EnvironmentProblem (a SystemExit) that names the variable."""
    source = os.environ if env is None else env
    data_dir = Path(source.get("DATA_DIR") or ROOT / "var").expanduser().resolve()
    port = _port(source)
    public_url = _url(source, "PUBLIC_URL", ("http", "https")) or f"http://127.0.0.1:{port}"
    log_format = source.get("LOG_FORMAT", "json") or "json"
    if log_format not in {"json", "console"}:
        raise _refuse("LOG_FORMAT", log_format, "json or console")
    return Environment(
        data_dir=data_dir,
        database_url=_url(source, "DATABASE_URL", ("postgresql", "postgres")),
        migrate_database_url=_url(source, "MIGRATE_DATABASE_URL", ("postgresql", "postgres")),
        broker_url=_url(source, "BROKER_URL", ("redis", "rediss", "amqp", "amqps", "filesystem")),
        secret_key=_secret_key(source, data_dir),
        public_url=public_url.rstrip("/"),
        allowed_hosts=_hosts(source, public_url),
        trusted_proxy=source.get("TRUSTED_PROXY") or None,
        import_roots=_import_roots(source),
        weights_dir=Path(source.get("WEIGHTS_DIR") or data_dir / "weights").resolve(),
        port=port,
        bind=source.get("BIND") or "127.0.0.1",
        log_format=log_format,
    )
