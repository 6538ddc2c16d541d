"""manage.py verify_audit: is the journal as it was written?"""

import json
import re
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from accounts.journal import verify
from accounts.queries import journal_heads, journal_line_hash

EXPECTED = re.compile(r"(?P<scope>.+)=(?P<position>\d+):(?P<hash>[0-9a-f]{64})")


class Command(BaseCommand):
    help = (
        "Walks the hash chain of every scope of the journal and names the first line that was changed, left out, "
        "put in or moved. A cut end is only seen against a head kept elsewhere (in an export, a backup, a log): "
        "give it with --expect. Example: manage.py verify_audit --expect installation=12:9f…"
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--expect", action="append", default=[], metavar="SCOPE=POSITION:HASH")
        parser.add_argument("--json", action="store_true", help="one JSON document on standard output")

    def handle(self, *args: Any, **options: Any) -> None:
        broken = _missing_heads(options["expect"])
        heads = journal_heads()
        for scope in heads:
            found = verify(scope)
            if found is not None:
                broken.append({"scope": scope, "position": found.position, "problem": found.problem})
        shown = {scope: f"{position}:{digest}" for scope, (position, digest) in heads.items()}
        if options["json"]:
            self.stdout.write(json.dumps({"status": "broken" if broken else "ok", "broken": broken, "heads": shown}))
        else:
            for scope, head in shown.items():
                self.stdout.write(f"{scope}={head}")
        if broken:
            first = broken[0]
            raise CommandError(
                f"The journal {first['scope']} is broken at line {first['position']}: {first['problem']}.", returncode=1
            )


def _missing_heads(expected: list[str]) -> list[dict[str, Any]]:
    broken: list[dict[str, Any]] = []
    for text in expected:
        found = EXPECTED.fullmatch(text)
        if found is None:
            raise CommandError(f"{text!r} is no head: expected SCOPE=POSITION:HASH.", returncode=2)
        position = int(found["position"])
        if journal_line_hash(found["scope"], position) != found["hash"]:
            problem = "the line that a kept head names is not there"
            broken.append({"scope": found["scope"], "position": position, "problem": problem})
    return broken
