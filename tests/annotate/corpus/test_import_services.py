"""Imports against the real database, the real decoder and real files."""

import io
import json
import zipfile
from pathlib import Path

import pytest
from bad_inputs import BadInput, cases
from labelling import a_project
from PIL import Image as Picture
from PIL.PngImagePlugin import PngInfo

from accounts.journal import project_scope
from accounts.models import JournalEntry
from annotate.corpus.services import ImportResult, import_now
from annotate.models import Blob, Image, ImportRow, ImportRun, Project
from annotate.projects.queries import system_scope
from core import storage

pytestmark = pytest.mark.django_db
DEMO = Path(__file__).resolve().parents[4] / "shared" / "data" / "demo_images"


def a_picture(seed: int = 0, kind: str = "PNG", **options: object) -> bytes:
    target = io.BytesIO()
    Picture.new("RGB", (40 + seed % 50, 30), (seed * 7 % 256, seed // 30 % 256, 90)).save(target, kind, **options)
    return target.getvalue()


def write(base: Path, name: str, content: bytes) -> Path:
    place = base / name
    place.parent.mkdir(parents=True, exist_ok=True)
    place.write_bytes(content)
    return place


def jsonl(*rows: dict[str, object]) -> bytes:
    return "".join(json.dumps(row) + "\n" for row in rows).encode()


@pytest.fixture
def project() -> Project:
    return a_project()


def imported(project: Project, path: Path, manifest: Path | None = None) -> ImportResult:
    """The result, after a check that its counts are those of the rows and nothing temporary is left."""
    result = import_now(system_scope(project.id), path, manifest)
    rows = ImportRow.objects.filter(run_id=result.run)
    run = ImportRun.objects.unscoped().get(id=result.run)
    assert result.images + result.duplicates + result.conflicts + len(result.errors) == rows.count() == run.total_rows
    assert run.state in {"done", "failed"}
    left = storage.root().parent / "uploads"
    assert not left.exists() or not list(left.iterdir())
    for error in result.errors:
        assert error.code and error.message and "/tmp" not in error.message and "Traceback" not in error.message
    return result


def images_of(project: Project):
    return Image.objects.scoped(system_scope(project.id)).order_by("name")


def test_the_demo_images_come_in_with_their_manifest(project: Project) -> None:
    if not DEMO.exists():
        pytest.skip("../shared/data/demo_images is not beside this repository")
    result = imported(project, DEMO)
    assert (result.images, result.duplicates, result.conflicts, result.errors) == (59, 0, 0, ())
    assert images_of(project).exclude(prompt="").count() > 0
    again = imported(project, DEMO)
    assert (again.images, again.duplicates) == (0, 59)


def test_a_folder_without_manifest_brings_every_image_and_says_what_is_none(project: Project, tmp_path: Path) -> None:
    write(tmp_path, "a.png", a_picture(1))
    write(tmp_path, "deep/b.jpg", a_picture(2, "JPEG"))
    write(tmp_path, "notes.txt", b"hello")
    result = imported(project, tmp_path)
    assert result.images == 2
    assert [(error.row, error.file, error.code) for error in result.errors] == [(3, "notes.txt", "unsupported_type")]
    image = images_of(project).first()
    assert image is not None
    assert image.name == "a.png"
    assert all(storage.has(kind, image.blob_id) for kind in ("blobs", "clean", "thumbs"))


def test_the_same_bytes_are_one_image_and_another_record_is_a_conflict_that_names_the_field(
    project: Project, tmp_path: Path
) -> None:
    for name in ("a.png", "b.png", "c.png"):
        write(tmp_path, name, a_picture(1))
    rows = [{"file": "a.png", "prompt": "a cat"}, {"file": "b.png", "prompt": "a cat"}]
    write(tmp_path, "manifest.jsonl", jsonl(*rows, {"file": "c.png", "prompt": "a dog", "seed": 7}))
    result = imported(project, tmp_path)
    assert (result.images, result.duplicates, result.conflicts, result.errors) == (1, 1, 1, ())
    conflict = ImportRow.objects.get(run_id=result.run, outcome="conflict")
    assert (conflict.number, conflict.code) == (3, "record_differs")
    assert "prompt, seed" in conflict.message
    assert Blob.objects.count() == 1


def test_the_record_of_a_manifest_is_kept_whole(project: Project, tmp_path: Path) -> None:
    write(tmp_path, "a.png", a_picture(1))
    record = {
        "external_id": "x-1", "prompt": "a\u202ecat", "negative_prompt": "dog", "generator": "g", "model_version": "2",
        "seed": 18446744073709551615, "parameters": {"cfg": 7}, "source_group": "s", "brief": "b", "mood": "calm",
    }  # fmt: skip
    write(tmp_path, "m.jsonl", jsonl({"image": "a.png", **record}))
    imported(project, tmp_path / "m.jsonl")
    image = images_of(project).get()
    assert image.parameters == {"cfg": 7, "mood": "calm"}
    assert image.seed == "18446744073709551615"
    kept = ("external_id", "prompt", "negative_prompt", "generator", "model_version", "source_group", "brief")
    assert {name: getattr(image, name) for name in kept} == {name: record[name] for name in kept}


def test_what_the_file_says_fills_only_what_the_manifest_leaves_open(project: Project, tmp_path: Path) -> None:
    info = PngInfo()
    info.add_text("parameters", "a red fox\nNegative prompt: blurry\nSteps: 20, Seed: 5, Model: foxy")
    write(tmp_path, "a.png", a_picture(1, pnginfo=info))
    write(tmp_path, "m.jsonl", jsonl({"file": "a.png", "prompt": "mine"}))
    imported(project, tmp_path / "m.jsonl")
    image = images_of(project).get()
    assert (image.prompt, image.negative_prompt, image.seed, image.model_version) == ("mine", "blurry", "5", "foxy")
    assert image.parameters["embedded"]["prompt"] == "a red fox"
    assert b"red fox" not in storage.open_file("clean", image.blob_id).read()
    assert imported(project, tmp_path / "m.jsonl").duplicates == 1


def test_references_are_found_by_file_and_by_external_id_even_when_they_come_later(
    project: Project, tmp_path: Path
) -> None:
    for place, name in enumerate(("a.png", "b.png", "c.png", "refs/r.png")):
        write(tmp_path, name, a_picture(place))
    write(
        tmp_path, "m.jsonl",
        jsonl(
            {"file": "a.png", "reference": "refs/r.png"}, {"file": "b.png", "reference": "the-last"},
            {"file": "c.png", "external_id": "the-last", "reference": "a.png"},
        ),
    )  # fmt: skip
    result = imported(project, tmp_path / "m.jsonl")
    assert (result.images, result.errors) == (3, ())
    named = {image.name: image for image in images_of(project)}
    assert named["a.png"].reference_id == named["r.png"].id
    assert named["b.png"].reference_id == named["c.png"].id
    assert named["c.png"].reference_id == named["a.png"].id
    assert [name for name, image in named.items() if image.is_reference] == ["r.png"]
    write(tmp_path, "m2.jsonl", jsonl({"file": "refs/r.png", "prompt": "now its own"}))
    assert imported(project, tmp_path / "m2.jsonl").images == 1
    promoted = images_of(project).get(name="r.png")
    assert (promoted.is_reference, promoted.prompt) == (False, "now its own")


def test_a_reference_that_is_nowhere_is_an_error_of_its_row(project: Project, tmp_path: Path) -> None:
    write(tmp_path, "a.png", a_picture(1))
    write(tmp_path, "m.jsonl", jsonl({"file": "a.png", "reference": "nothing"}))
    result = imported(project, tmp_path / "m.jsonl")
    assert [(error.row, error.code) for error in result.errors] == [(1, "reference_not_found")]
    assert images_of(project).count() == 0


@pytest.mark.parametrize("inside", ["", "set/"])
def test_a_zip_with_a_manifest_inside_comes_in_with_its_records(project: Project, tmp_path: Path, inside: str) -> None:
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        archive.writestr(f"{inside}manifest.csv", "file,prompt\nimages/a.png,a cat\nimages/b.png,\n")
        archive.writestr(f"{inside}images/a.png", a_picture(1))
        archive.writestr(f"{inside}images/b.png", a_picture(2))
    result = imported(project, tmp_path / "a.zip")
    assert (result.images, result.errors) == (2, ())
    assert images_of(project).get(name="a.png").prompt == "a cat"


def test_an_empty_import_ends_with_a_warning(project: Project, tmp_path: Path) -> None:
    result = imported(project, tmp_path)
    assert (result.images, len(result.warnings)) == (0, 1)


def test_hostile_rows_leave_a_line_in_the_journal(project: Project, tmp_path: Path) -> None:
    write(tmp_path, "m.jsonl", jsonl({"file": "../../etc/hostname"}))
    imported(project, tmp_path / "m.jsonl")
    line = JournalEntry.objects.get(scope=project_scope(project.id), action="images.imported")
    assert line.payload["refused"] == {"path_not_allowed": 1}


ACCEPTED = {
    "IMG-020", "IMG-021", "IMG-023", "IMG-024", "IMG-026", "IMG-030", "IMG-041", "IMG-047", "IMG-048", "IMG-049",
}  # fmt: skip
CODES = {
    "IMG-001": "too_many_pixels", "IMG-010": "truncated_image", "IMG-011": "empty_file", "IMG-040": "unsupported_type",
}  # fmt: skip


@pytest.mark.parametrize("case", cases("image"))
def test_every_bad_image_of_the_catalogue_is_met_and_the_others_come_in(
    case: BadInput, project: Project, tmp_path: Path
) -> None:
    write(tmp_path, "case.html" if case.id == "IMG-041" else "case.png", case.input)
    write(tmp_path, "good.png", a_picture(77))
    result = imported(project, tmp_path)
    assert result.images == 1 + (case.id in ACCEPTED)
    assert len(result.errors) == (case.id not in ACCEPTED)
    if case.id in CODES:
        assert result.errors[0].code == CODES[case.id]
    if case.id in ACCEPTED:
        image = images_of(project).exclude(name="good.png").select_related("blob").get()
        assert storage.open_file("blobs", image.blob_id).read() == case.input
        thumbnail = Picture.open(storage.open_file("thumbs", image.blob_id))
        assert min(thumbnail.size) >= 1
        if case.id == "IMG-024":
            assert (image.blob.width, image.blob.height) == (48, 64)
        if case.id == "IMG-041":
            assert image.blob.media_type == "image/jpeg"
        if case.id == "IMG-048":
            assert image.prompt == "<img src=x onerror=window.__x=1>"
        if case.id == "IMG-023":
            assert ImportRow.objects.get(run_id=result.run, image=image).code == "first_frame_used"


ARCHIVES = {  # images, codes of errors
    "ARC-001": (1, ["path_not_allowed"] * 4), "ARC-002": (0, ["link_not_allowed"] * 2),
    "ARC-010": (0, ["ratio_too_high"]), "ARC-012": (0, ["unsupported_type"]), "ARC-020": (1, ["duplicate_name"]),
    "ARC-023": (1, []), "ARC-030": (0, ["corrupt_archive"]),
}  # fmt: skip


@pytest.mark.parametrize("case", cases("archive"))
def test_every_bad_archive_of_the_catalogue_is_met(case: BadInput, project: Project, tmp_path: Path) -> None:
    before = {path for path in tmp_path.parent.rglob("*") if "postgres" not in path.parts}
    result = imported(project, write(tmp_path, "a.zip", case.input))
    images, codes = ARCHIVES[case.id]
    assert (result.images, [error.code for error in result.errors]) == (images, codes)
    if case.id == "ARC-023":
        assert result.skipped == 3
    if case.id == "ARC-030":
        assert ImportRun.objects.unscoped().get(id=result.run).state == "failed"
    stray = {p for p in tmp_path.parent.rglob("*") if storage.root() not in p.parents and p not in before}
    assert {path.name for path in stray if path.is_file()} <= {"a.zip"}


MANIFESTS = {  # images, codes of errors; the files named all exist
    "MAN-001": (999, ["invalid_json"]), "MAN-002": (2, ["duplicate_external_id"]),
    "MAN-006": (0, ["path_not_allowed"] * 2), "MAN-007": (0, []), "MAN-010": (0, ["not_finite"] * 2),
    "MAN-011": (2, ["duplicate_external_id", "wrong_type"]), "MAN-012": (0, ["invalid_text"]),
    "MAN-014": (0, ["out_of_range"] * 2), "MAN-017": (0, ["unknown_code"]), "MAN-021": (1, []),
    "MAN-023": (0, ["too_many_columns"]), "MAN-030": (0, ["too_long"]), "MAN-031": (1, []), "MAN-032": (1, []),
}  # fmt: skip


@pytest.mark.parametrize("case", cases("manifest"))
def test_every_bad_manifest_of_the_catalogue_is_met(case: BadInput, project: Project, tmp_path: Path) -> None:
    kind = "csv" if case.id in {"MAN-021", "MAN-023"} else "jsonl"
    manifest = write(tmp_path, f"manifest.{kind}", case.input)
    for place in range(1000 if case.id == "MAN-001" else 5):
        write(tmp_path, f"{place}.png", a_picture(place) + bytes(str(place), "ascii"))
    for name in ("a.png", "b.png"):
        write(tmp_path, name, a_picture(ord(name[0])))
    result = imported(project, manifest)
    images, codes = MANIFESTS[case.id]
    assert (result.images, [error.code for error in result.errors]) == (images, codes), result.errors[:3]
    if case.id == "MAN-001":
        assert result.errors[0].row == 500
    if case.id == "MAN-007":
        assert result.warnings
    if case.id in {"MAN-031", "MAN-032"}:
        assert images_of(project).get().prompt == json.loads(case.input)["prompt"]
