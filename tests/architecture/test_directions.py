"""What import-linter cannot say: pure modules, heavy libraries, `.objects`, `unscoped`, transactions."""

import ast
import subprocess
import sys

import pytest
from source import ROOT, Source, imports, sources, type_checking_lines

FRAMEWORKS = ("django", "rest_framework", "celery", "allauth", "drf_spectacular", "psycopg")
HEAVY = ("torch", "torchvision", "pyiqa")
HEAVY_BY_NAME = {"scoring/critic/head.py", "scoring/critic/losses.py", "scoring/critic/training.py"}

# A module of a slice is pure unless it has one of these names ...
FRAMEWORK_NAMES = {
    "__init__", "api", "apps", "tasks", "services", "queries", "urls", "models", "serializers", "documents",
}  # fmt: skip
# ... or stands here, with the reason.
NOT_PURE = {
    "accounts/adapter.py": "allauth's own adapter",
    "accounts/authentication.py": "DRF's authentication",
    "accounts/credentials.py": "Django's address validator and the configured address",
    "accounts/journal.py": "writes its line in the caller's transaction",
    "accounts/openapi.py": "names the ways of signing in for the schema",
    "accounts/sessions.py": "the browser's session on allauth's flow",
    "annotate/annotations/rows.py": "turns answers into rows",
    "annotate/annotations/carried_rows.py": "turns carried answers into rows",
    "annotate/annotations/pin.py": "holds the pin of a campaign in the database",
    "annotate/migration/gold_rows.py": "turns carried gold into rows",
    "annotate/jobs/context.py": "writes progress and heartbeat",
    "annotate/jobs/handlers.py": "the register of functions over a running job",
    "annotate/jobs/heart.py": "beats while a handler works",
    "annotate/jobs/wake.py": "sends the wake-up",
    "annotate/queue/pictures.py": "bytes of a leased picture as a response",
    "annotate/queue/places.py": "counts places in the database",
    "annotate/rereview/places.py": "counts leases of questions in the database",
    "scoring/triage/work_adapter.py": "the work of the jobs; imports services when one runs",
}
NOT_SLICED = ("config/", "core/", "/management/", "annotate/models/")

# `.objects` only where rows are read and written.
OBJECTS_NAMES = {"models", "queries", "services"}
OBJECTS_ELSEWHERE = {
    "accounts/journal.py": "the one reader and writer of the chain",
    "annotate/annotations/rows.py": "part of the annotations services: answers as rows",
    "annotate/jobs/context.py": "the running job's own row",
    "annotate/jobs/heart.py": "the running job's own row",
    "annotate/queue/pictures.py": "the blob of a leased Image, by its hash",
    "annotate/queue/places.py": "part of the queue services: counting places under the lock",
}

# Rows of all projects: sweeps, commands, and finding the project of an id before anybody may enter it.
# Slices add a line with the reason.
UNSCOPED = {
    "annotate/models/scoping.py": "where it is defined",
    "annotate/projects/queries.py": "enter_campaign finds the project of a campaign",
    "annotate/campaigns/queries.py": "a person's own campaigns over all projects they label in",
    "annotate/corpus/import_queries.py": "finds the project of an import before it is entered",
    "annotate/corpus/queries.py": "finds the project of an image before it is entered",
    "annotate/corpus/services.py": "whether another project still needs the bytes of a withdrawn image",
    "annotate/consensus/answer_queries.py": "the answers to Items that were already reached",
    "annotate/consensus/queries.py": "finds the project of an item before it is entered",
    "annotate/evidence/queries.py": "counts what hangs on a version in every project; only counts leave",
    "annotate/export/queries.py": "finds the project of an export before it is entered",
    "annotate/export/services.py": "the command names a campaign by its id alone",
    "annotate/consensus/services.py": "the sweep that settles Items of all projects",
    "annotate/agreement/queries.py": "the minute job looks at open campaigns of all projects",
    "annotate/agreement/services.py": "the job of a report, for a campaign that was entered or swept",
    "annotate/annotations/route_queries.py": "the layers of a campaign that was entered or locked",
    "annotate/migration/queries.py": "finds the project of a run before it is entered; runs of a campaign that was",
    "annotate/migration/services.py": "the job of a run, by its id alone",
    "annotate/annotations/services.py": "finds the lease by its id before its project is entered",
    "annotate/annotations/review_services.py": "the carried rows of a question that was locked",
    "annotate/rereview/queries.py": "finds the project of a lease before it is entered",
    "annotate/rereview/services.py": "the job of a run, by its id alone; the other leases of a locked question",
    "annotate/queue/queries.py": "finds the lease by its id before its project is entered",
    "annotate/queue/services.py": "finds the lease by its id before its project is entered",
    "scoring/detectors/queries.py": "finds the project of a detector before it is entered",
}


def nothing(found: list[tuple[Source, int, str]]) -> None:
    """Fails with every place, one a line."""
    assert not found, "\n" + "\n".join(f"{source.path}:{line} {what}" for source, line, what in found)


def kind(source: Source) -> str:
    """The fixed file name of a slice's module; a second one says what it is about first: `import_services`."""
    last = source.name.rsplit("_", 1)[-1]
    return last if last in {"api", "tasks", "services", "queries"} else source.name


def is_pure(source: Source) -> bool:
    sliced = not any(part in source.path or source.path.startswith(part) for part in NOT_SLICED)
    return sliced and kind(source) not in FRAMEWORK_NAMES and source.path not in NOT_PURE


def test_pure_modules_know_no_framework():
    found = [
        (source, line, module)
        for source in sources()
        if is_pure(source)
        for line, module in imports(source)
        if module.split(".")[0] in FRAMEWORKS and line not in type_checking_lines(source)
    ]
    nothing(found)


def test_pure_modules_import_only_pure_modules():
    by_module = {one.path.removesuffix(".py").replace("/", "."): one for one in sources()}
    pure = {name for name, one in by_module.items() if is_pure(one) or one.path.startswith("core/")}
    found = [
        (by_module[name], line, module)
        for name in sorted(pure)
        if not name.startswith("core.")
        for line, module in imports(by_module[name])
        if module in by_module and module not in pure and line not in type_checking_lines(by_module[name])
    ]
    nothing([one for one in found if not one[2].endswith((".errors", ".scope", "__init__"))])


def test_exceptions_still_exist():
    present = {one.path for one in sources()}
    assert (set(NOT_PURE) | set(OBJECTS_ELSEWHERE) | set(UNSCOPED)) - present == set()


def test_heavy_libraries_stand_in_adapters_only():
    found = [
        (source, line, module)
        for source in sources()
        if not source.path.endswith("_adapter.py") and source.path not in HEAVY_BY_NAME
        for line, module in imports(source)
        if module.split(".")[0] in HEAVY
    ]
    nothing(found)


def test_the_web_process_loads_no_heavy_library():
    code = (
        "import os, django; os.environ['DJANGO_SETTINGS_MODULE'] = 'config.settings.test'; django.setup(); "
        "import config.urls, config.wsgi, sys; "
        "print([name for name in ('torch', 'pyiqa', 'cv2', 'sklearn', 'skops') if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    loaded = ast.literal_eval(done.stdout.strip().splitlines()[-1])
    assert not {"torch", "pyiqa"} & set(loaded)


def attributes(source: Source, name: str) -> list[int]:
    return [node.lineno for node in ast.walk(source.tree) if isinstance(node, ast.Attribute) and node.attr == name]


def test_objects_only_in_models_queries_and_services():
    found = [
        (source, line, ".objects")
        for source in sources()
        if kind(source) not in OBJECTS_NAMES
        and not source.path.startswith(("annotate/models/", "taxonomy/models/"))
        and source.path not in OBJECTS_ELSEWHERE
        for line in attributes(source, "objects")
    ]
    nothing(found)


def test_unscoped_only_in_the_listed_places():
    found = [
        (source, line, "unscoped()")
        for source in sources()
        if source.path not in UNSCOPED
        for line in attributes(source, "unscoped")
    ]
    nothing(found)


def test_only_services_open_transactions():
    found = [
        (source, line, "transaction.atomic")
        for source in sources()
        if kind(source) != "services" and "/management/commands/" not in source.path
        for line in attributes(source, "atomic")
    ]
    nothing(found)


BANNED_CALLS = {
    "django.dispatch": "no signals",
    "django.db.models.signals": "no signals",
    "pickle": "no pickle",
    "marshal": "no pickle by another name",
    "shelve": "no pickle by another name",
    "dill": "no pickle by another name",
    "joblib": "joblib pickles; skops and safetensors do not",
}


@pytest.mark.parametrize("module", sorted(BANNED_CALLS))
def test_banned_modules_are_not_imported(module):
    found = [
        (source, line, BANNED_CALLS[module])
        for source in sources()
        for line, name in imports(source)
        if name == module or name.startswith(f"{module}.")
    ]
    nothing(found)


def test_time_comes_from_the_clock():
    found = []
    for source in sources():
        if source.path == "core/clock.py":
            continue
        for node in ast.walk(source.tree):
            is_call = isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)
            if is_call and ast.unparse(node.func) in {
                "datetime.now", "datetime.datetime.now", "timezone.now", "datetime.utcnow", "date.today",
            }:  # fmt: skip
                found.append((source, node.lineno, ast.unparse(node.func)))
    nothing(found)


def test_no_import_hides_in_a_function():
    found = []
    for source in sources():
        if source.path.endswith(("_adapter.py", "/apps.py")) or "/management/commands/" in source.path:
            continue
        for node in ast.walk(source.tree):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                inner = [one for one in ast.walk(node) if isinstance(one, ast.Import | ast.ImportFrom)]
                found += [(source, one.lineno, "import in a function") for one in inner]
    nothing(found)


def test_no_query_takes_names_from_outside():
    """`filter(**x)`, `order_by(*x)` and `__all__` in filters hand the ORM to whoever names the fields."""
    found = []
    for source in sources():
        if "/api" not in source.path and not source.path.endswith("_api.py"):
            continue
        for node in ast.walk(source.tree):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
                orm = node.func.attr in {"filter", "exclude", "order_by", "annotate", "values", "get"}
                stars = any(isinstance(one, ast.Starred) for one in node.args) or any(
                    k.arg is None for k in node.keywords
                )
                if orm and stars:
                    found.append((source, node.lineno, ast.unparse(node.func)))
    nothing(found)


def test_views_are_plain_and_declare_access():
    found = []
    for source in sources():
        for node in source.tree.body:
            if not isinstance(node, ast.ClassDef):
                continue
            bases = {ast.unparse(base).split("[")[0].split(".")[-1] for base in node.bases}
            if bases & {"ViewSet", "ModelViewSet", "GenericAPIView", "ModelSerializer", "GenericViewSet"}:
                found.append((source, node.lineno, f"{node.name} is no plain APIView or Serializer"))
            if "APIView" in bases:
                names = {
                    target.id
                    for one in node.body
                    if isinstance(one, ast.Assign | ast.AnnAssign)
                    for target in (one.targets if isinstance(one, ast.Assign) else [one.target])
                    if isinstance(target, ast.Name)
                }
                if "access" not in names and not node.name.startswith("_"):
                    found.append((source, node.lineno, f"{node.name} has no `access`"))
    nothing(found)
