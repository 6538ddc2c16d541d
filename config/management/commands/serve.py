"""manage.py serve: web, worker, scoring worker and schedule under one parent.

Example: PORT=8100 python manage.py serve
"""

import signal
import socket
import sys
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError, CommandParser

from config import postgres
from config.processes import ALL, Family, prepare_broker


def require_free_port(bind: str, port: int) -> None:
    """Raises CommandError that says what to do when somebody listens there already."""
    with socket.socket(socket.AF_INET6 if ":" in bind else socket.AF_INET) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((bind, port))
        except OSError as error:
            raise CommandError(
                f"Port {port} on {bind} is taken ({error.strerror}). Choose another: PORT=8100 make serve"
            ) from error


class Command(BaseCommand):
    """Runs until it is interrupted; then everything it started is stopped together."""

    help = "Run web, worker, scoring worker and schedule until interrupted (Ctrl+C)."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--only", choices=["web", "worker", "scoring-worker", "schedule"], help="one process alone")

    def handle(self, *args: Any, **options: Any) -> None:
        env = settings.ENV
        only = options["only"]
        specs = tuple(make(env) for make in ALL if only in (None, make.__name__.replace("_", "-")))
        if only in (None, "web"):
            require_free_port(env.bind, env.port)
        call_command("check", "--fail-level", "ERROR", verbosity=0)
        prepare_broker(env)
        keep = (lambda: postgres.start(env)) if env.embedded_database else None
        logs = None if only else env.data_dir / "logs"
        family = Family(specs, self.stderr.write, keep, logs)
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, lambda *_: family.stop())
        family.start()
        where = f"; its logs are in {logs}" if logs else ""
        self.stdout.write(f"Touchstone runs at {env.public_url} (stop with Ctrl+C){where}.")
        sys.stdout.flush()
        family.watch()
