"""Pictures for examples: uploads are checked, copies out of a project are confirmed and told to both journals."""

import io
import json
from typing import Any
from uuid import UUID

import pytest
from bad_inputs import BadInput, cases
from builders import make_membership
from cast import Cast
from django.db import DatabaseError, transaction
from django.test import Client
from PIL import Image as Pixels
from taxonomy_documents import version_bytes

from accounts.models import JournalEntry
from annotate.models import Image
from core import clock, storage
from core.hashing import sha256_of_bytes
from taxonomy import services
from taxonomy.models import ExamplePicture
from tests.labelling import some_images

SLUG = "ai-image-defects"
HERE = f"/api/v1/taxonomies/{SLUG}"


@pytest.fixture
def owned(cast: Cast) -> Cast:
    """omar owns the taxonomy and adjudicates in the project of lee; ines does neither."""
    services.import_taxonomy(version_bytes("1.0.0"), by=cast.omar, publish=True)
    make_membership(cast.project, cast.omar, "adjudicator")
    return cast


def encoded(kind: str = "PNG", size: tuple[int, int] = (40, 30), **options: Any) -> bytes:
    out = io.BytesIO()
    Pixels.linear_gradient("L").resize(size).convert("RGB").save(out, kind, **options)
    return out.getvalue()


def upload(client: Client, data: bytes, kind: str = "image/png") -> Any:
    return client.post(f"{HERE}/pictures", data, content_type=kind)


def journalled(action: str) -> list[tuple[str, str]]:
    return list(JournalEntry.objects.filter(action=action).order_by("scope").values_list("scope", "subject"))


def test_an_upload_is_stored_without_metadata_and_shown_to_whoever_is_signed_in(owned: Cast) -> None:
    exif = Pixels.Exif()
    exif[0x010E] = "secret generator"
    sent = encoded("JPEG", exif=exif)
    assert b"secret generator" in sent
    answer = upload(owned.client("omar"), sent, "image/jpeg")
    assert answer.status_code == 201, answer.json()
    said = answer.json()
    assert (said["width"], said["height"], said["media_type"], said["source_image"]) == (40, 30, "image/jpeg", None)
    shown = owned.client("dan").get(said["url"])
    data = b"".join(shown.streaming_content) if shown.streaming else shown.content
    assert b"secret generator" not in data and sha256_of_bytes(data) == said["sha256"]
    assert journalled("picture.added") == [(f"taxonomy:{SLUG}", said["sha256"])]


def test_the_same_picture_twice_is_one_row_that_nobody_can_delete(owned: Cast) -> None:
    first, second = (upload(owned.client("omar"), encoded()).json() for _ in range(2))
    assert first == second
    with pytest.raises(DatabaseError), transaction.atomic():
        ExamplePicture.objects.get(sha256=first["sha256"]).delete()


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "empty_file"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "unsupported_type"),
        (encoded()[:-30], "truncated_image"),
        (encoded("GIF"), "unsupported_type"),
        (encoded("WEBP", save_all=True, append_images=[Pixels.new("RGB", (40, 30), "red")]), "animated"),
        (encoded(size=(8000, 6000)), "too_many_pixels"),
    ],
    ids=["empty", "svg", "cut off", "gif", "animated", "48 megapixels"],
)
def test_what_is_no_picture_is_refused_with_the_reason(owned: Cast, data: bytes, code: str) -> None:
    answer = upload(owned.client("omar"), data)
    said = answer.json()
    assert (answer.status_code, said["type"], said["code"]) == (422, "/problems#picture-unusable", code)
    assert not ExamplePicture.objects.exists() and journalled("picture.added") == []


@pytest.mark.parametrize("case", cases("image"))
def test_hostile_files_get_an_answer_and_leave_nothing_half_done(owned: Cast, case: BadInput) -> None:
    if not isinstance(case.input, bytes):
        pytest.skip("no file of its own")
    answer = upload(owned.client("omar"), case.input)
    assert answer.status_code in (201, 413, 422), answer.content
    assert ExamplePicture.objects.count() == (answer.status_code == 201)


def test_a_picture_over_the_limit_is_413(owned: Cast) -> None:
    assert upload(owned.client("omar"), b"\0" * ((20 << 20) + 1)).status_code == 413


def test_only_owners_upload(owned: Cast) -> None:
    for name in ("lee", "ines", "ada"):
        answer = upload(owned.client(name), encoded())
        assert (answer.status_code, answer.json()["type"]) == (403, "/problems#not-an-owner")
    assert not ExamplePicture.objects.exists()


# ---- out of a project


def an_image(cast: Cast) -> Image:
    """An Image of the project with its file."""
    image, *_ = some_images(cast.project, 1)
    storage.write("clean", image.blob_id, encoded())
    return image


def copy(client: Client, image: UUID, **body: object) -> Any:
    return client.post(
        f"/api/v1/images/{image}/example", json.dumps({"taxonomy": SLUG} | body), content_type="application/json"
    )


def test_a_copy_out_of_a_project_is_told_to_both_journals(owned: Cast) -> None:
    image = an_image(owned)
    answer = copy(owned.client("omar"), image.id, confirmed=True)
    assert answer.status_code == 201, answer.json()
    said = answer.json()
    assert said["source_image"] == str(image.id)
    assert ExamplePicture.objects.get(sha256=said["sha256"]).source_image == image.id
    assert journalled("image.copied_to_taxonomy") == [(f"project:{owned.project.id}", str(image.id))]
    assert journalled("picture.added") == [(f"taxonomy:{SLUG}", said["sha256"])]
    line = JournalEntry.objects.get(action="image.copied_to_taxonomy")
    assert line.payload == {"taxonomy": SLUG, "picture": said["sha256"]} and line.actor == owned.omar.id


def test_nothing_leaves_without_confirmation(owned: Cast) -> None:
    image = an_image(owned)
    answer = copy(owned.client("omar"), image.id, confirmed=False)
    assert (answer.status_code, answer.json()["type"]) == (422, "/problems#copy-not-confirmed")
    assert copy(owned.client("omar"), image.id).status_code == 422
    assert not ExamplePicture.objects.exists() and journalled("image.copied_to_taxonomy") == []


def test_a_withdrawn_image_is_refused(owned: Cast) -> None:
    image = an_image(owned)
    Image.objects.unscoped().filter(id=image.id).update(withdrawn_at=clock.now())
    answer = copy(owned.client("omar"), image.id, confirmed=True)
    assert (answer.status_code, answer.json()["type"]) == (409, "/problems#picture-withdrawn")
    assert not ExamplePicture.objects.exists()


@pytest.mark.parametrize(
    ("name", "status"), [("lee", 403), ("cleo", 403), ("ada", 403), ("ines", 404), ("fay", 404), ("root", 404)]
)
def test_it_takes_an_owner_with_a_desk_in_the_project(owned: Cast, name: str, status: int) -> None:
    assert copy(owned.client(name), an_image(owned).id, confirmed=True).status_code == status
    assert not ExamplePicture.objects.exists()


# ---- in the draft


def test_a_region_outside_the_picture_is_refused_with_its_path(owned: Cast) -> None:
    client = owned.client("omar")
    draft = client.post(f"{HERE}/draft", "{}", content_type="application/json").json()
    document = draft["document"]
    example = document["dimensions"][0]["defects"][0]["examples"][0]
    example["region"] = {"shape": "box", "points": [[0.1, 0.1], [1.2, 0.5]]}
    answer = client.put(
        f"{HERE}/draft", json.dumps({"document": document}), content_type="application/json",
        headers={"If-Match": draft["etag"]},
    )  # fmt: skip
    assert answer.status_code == 422
    pointers = [one["pointer"] for one in answer.json()["violations"]]
    assert pointers == ["/dimensions/0/defects/0/examples/0/region/points/1/0"]


def test_the_rest_of_the_file_is_the_same_after_one_field_was_saved(owned: Cast) -> None:
    client = owned.client("omar")
    draft = client.post(f"{HERE}/draft", "{}", content_type="application/json").json()
    sent = json.loads(json.dumps(draft["document"]))
    sent["dimensions"][1]["defects"][0]["definition"] += " Also where it is faint."
    answer = client.put(
        f"{HERE}/draft", json.dumps({"document": sent}), content_type="application/json",
        headers={"If-Match": draft["etag"]},
    )  # fmt: skip
    assert answer.status_code == 200, answer.json()
    assert json.dumps(answer.json()["document"]) == json.dumps(sent)
