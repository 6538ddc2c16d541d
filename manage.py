#!/usr/bin/env python
"""Entry point of every command: `python manage.py <command> --help`.

Commands that work on files alone never start a database; the others join the running embedded PostgreSQL or start
one and stop it when they end. `migrate` and its relatives connect as the owner of the tables.
"""

import os
import sys
from contextlib import AbstractContextManager, nullcontext

from django.core.management import execute_from_command_line

from config.env import read_environment

WITHOUT_DATABASE = {
    "agreement", "check", "collectstatic", "diffsettings", "fetch_weights", "help", "makemigrations",
    "score", "spectacular", "train_detectors", "version",
}  # fmt: skip
AS_OWNER = {"prepare", "migrate", "createcachetable", "flush", "sqlmigrate", "restore"}


def needs_database(arguments: list[str]) -> bool:
    """Whether this command line works with tables (`taxonomy` only does for its subcommand `import`)."""
    if len(arguments) < 2 or {"--help", "-h", "--version"} & set(arguments):
        return False
    if arguments[1] == "taxonomy":
        return "import" in arguments[2:3]
    return arguments[1] not in WITHOUT_DATABASE


def database(arguments: list[str]) -> AbstractContextManager[None]:
    if not needs_database(arguments):
        return nullcontext()
    from config import postgres  # noqa: PLC0415 (file-only commands must not pay for it)

    return postgres.held(read_environment())


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.dev")
    if sys.argv[1:2] and sys.argv[1] in AS_OWNER:
        os.environ["TOUCHSTONE_DATABASE_ROLE"] = "owner"
    with database(sys.argv):
        execute_from_command_line(sys.argv)
