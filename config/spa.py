"""The page of the front end with its nonce, the problem reference, and the health routes."""

import json
from functools import lru_cache
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.db.utils import Error as DatabaseError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.html import format_html, format_html_join
from django.views.decorators.http import require_safe
from markdown_it import MarkdownIt

ENTRY = "src/main.tsx"
# Pages that a secret in the address opens: nobody keeps them, indexes them or passes their address on.
LINKED = {"Cache-Control": "no-store", "Referrer-Policy": "no-referrer", "X-Robots-Tag": "noindex, nofollow"}
NOT_BUILT = "The front end is not built yet: run `make ui`.\n"


@lru_cache(maxsize=1)
def _manifest(path: Path, modified: float) -> dict[str, Any]:
    return dict(json.loads(path.read_text()))


def _entry() -> tuple[str, list[str]] | None:
    """Script and style files of the entry, from Vite's manifest; None when nothing is built."""
    path = settings.BASE_DIR / "frontend" / "dist" / ".vite" / "manifest.json"
    if not path.exists():
        return None
    entry = _manifest(path, path.stat().st_mtime)[ENTRY]
    return str(entry["file"]), [str(name) for name in entry.get("css", [])]


@require_safe
def page(request: HttpRequest) -> HttpResponse:
    """One page for every address of the app; it carries the nonce that React Aria's style element needs."""
    entry = _entry()
    if entry is None:
        return HttpResponse(NOT_BUILT, content_type="text/plain; charset=utf-8", status=503)
    script, styles = entry
    base = f"{settings.STATIC_URL}ui/"
    nonce = str(getattr(request, "csp_nonce", ""))
    body = format_html(
        '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n<title>Touchstone</title>\n'
        '<meta property="csp-nonce" nonce="{nonce}">\n{styles}\n<link rel="icon" href="{base}favicon.svg">\n'
        '<script type="module" src="{base}{script}"></script>\n</head>\n<body>\n<div id="root"></div>\n'
        "<noscript>Touchstone needs JavaScript.</noscript>\n</body>\n</html>\n",
        nonce=nonce,
        base=base,
        script=script,
        styles=format_html_join("\n", '<link rel="stylesheet" href="{}{}">', ((base, name) for name in styles)),
    )
    return HttpResponse(body, headers=LINKED if request.path.startswith("/g/") else {"Cache-Control": "no-cache"})


@require_safe
def problems(request: HttpRequest) -> HttpResponse:
    """The reference that every problem's `type` points to."""
    text = (settings.BASE_DIR / "docs" / "reference" / "problems.md").read_text()
    rendered = MarkdownIt("commonmark", {"html": False}).enable("table").render(text)
    for slug in {line[3:].strip() for line in text.splitlines() if line.startswith("## ")}:
        rendered = rendered.replace(f"<h2>{slug}</h2>", f'<h2 id="{slug}">{slug}</h2>')
    return HttpResponse(
        f'<!doctype html><html lang="en"><meta charset="utf-8"><title>Problems</title><main>{rendered}</main></html>'
    )


@require_safe
def healthz(request: HttpRequest) -> JsonResponse:
    """The process answers."""
    return JsonResponse({"status": "ok"})


@require_safe
def readyz(request: HttpRequest) -> JsonResponse:
    """Database, migrations and the age of the oldest waiting job. No secrets, no sign-in."""
    state: dict[str, Any] = {"database": "ok", "migrations": "ok", "oldest_waiting_job_s": 0}
    try:
        executor = MigrationExecutor(connection)
        if executor.migration_plan(executor.loader.graph.leaf_nodes()):
            state["migrations"] = "pending"
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT coalesce(extract(epoch FROM now() - min(not_before)), 0)::int FROM annotate_job "
                "WHERE state = 'queued' AND not_before < now()"
            )
            state["oldest_waiting_job_s"] = cursor.fetchone()[0]
    except DatabaseError:
        state["database"] = "unreachable"
    ready = state["database"] == "ok" and state["migrations"] == "ok"
    return JsonResponse(state | {"status": "ok" if ready else "not ready"}, status=200 if ready else 503)
