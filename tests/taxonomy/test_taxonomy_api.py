"""Taxonomies over HTTP."""

import io
import json
from pathlib import Path

import pytest
from cast import Cast
from PIL import Image
from taxonomy_files import document, tree, version_path

from core import storage
from taxonomy import serializers, services
from taxonomy.codec import dump_json, dump_yaml, export_tree
from taxonomy.models import ExamplePicture, Taxonomy

SLUG = "ai-image-defects"
V = f"/api/v1/taxonomies/{SLUG}/versions"


def send(client, data: bytes | str, *, publish: bool = True, kind: str = "application/yaml"):  # type: ignore[no-untyped-def]
    address = "/api/v1/taxonomies/import" + ("?publish=true" if publish else "")
    return client.generic("POST", address, data.encode() if isinstance(data, str) else data, kind)


@pytest.fixture
def here(cast: Cast) -> Cast:
    services.import_taxonomy(version_path("1.0.0").read_bytes(), by=cast.omar, publish=True)
    return cast


# ---- import


@pytest.mark.parametrize("kind", ["application/yaml", "application/json", "text/plain", "application/octet-stream"])
def test_a_file_is_taken_as_it_is_whatever_its_stated_type(cast: Cast, kind: str) -> None:
    text = dump_json(document("1.0.0")) if kind.endswith("json") else version_path("1.0.0").read_text()
    answer = send(cast.client("omar"), text, kind=kind)
    assert answer.status_code == 201, answer.json()
    counted = answer.json()["counts"]
    assert (counted["dimensions"], counted["defects"], counted["sub_defects"]) == (8, 56, 3)
    assert counted["pictures_missing"] == counted["examples"]
    assert cast.client("dan").get(answer["Location"]).status_code == 200
    again = send(cast.client("omar"), text, kind=kind)
    assert (again.status_code, again.json()["is_new"]) == (200, False)


def test_who_may_not_import_is_told_before_the_file_is_read(cast: Cast) -> None:
    answer = send(cast.client("dan"), "{{{{")
    assert (answer.status_code, answer.json()["type"]) == (403, "/problems#not-an-owner")


def test_a_broken_file_names_path_line_and_message(cast: Cast) -> None:
    text = version_path("1.0.0").read_text().replace("penalty: 3", "penalty: minus", 1)
    answer = send(cast.client("omar"), text)
    assert (answer.status_code, answer.json()["type"]) == (422, "/problems#tree-invalid")
    first = answer.json()["violations"][0]
    assert set(first) == {"pointer", "line", "code", "message"}
    assert "penalty: minus" in text.splitlines()[first["line"] - 1]
    assert answer.json()["violations_count"] == len(answer.json()["violations"])
    assert not Taxonomy.objects.exists()


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"", 422),
        (b"\xff\xfe\x00", 422),
        (b"a: \x00", 422),
        (b"- just\n- a list\n", 422),
        (b"[" * 100_000, 422),
        (b"a: &x [1]\nb: *x\n", 422),
        (b'{"format": NaN}', 422),
        (b"x" * 5_000_000, 422),
        (b"x" * 10_000_001, 413),
    ],
    ids=["empty", "utf16", "nul", "list", "deep", "alias", "nan", "5 MB", "10 MB"],
)
def test_hostile_bodies_get_a_message_and_store_nothing(cast: Cast, body: bytes, status: int) -> None:
    answer = send(cast.client("omar"), body)
    assert answer.status_code == status
    assert answer.json()["detail"]
    if status == 422:
        assert answer.json()["violations"][0]["message"]
    assert not Taxonomy.objects.exists()


@pytest.mark.parametrize("name", ["Hand <img src=x onerror=alert(1)>", "Hand [x](javascript:alert(1))"])
def test_hostile_markdown_is_refused_with_its_place(cast: Cast, name: str) -> None:
    hostile = document("1.0.0")
    hostile["dimensions"][0]["defects"][0]["definition"] = name
    answer = send(cast.client("omar"), dump_yaml(hostile))
    assert answer.status_code == 422
    assert [one["pointer"] for one in answer.json()["violations"]] == ["/dimensions/0/defects/0/definition"]


@pytest.mark.parametrize("sign", ["\u202e", "\u200b", "\u2066", "\ufeff"], ids=["rlo", "zwsp", "lri", "bom"])
def test_a_name_with_hidden_signs_is_refused_with_the_sign_named(cast: Cast, sign: str) -> None:
    hostile = document("1.0.0")
    hostile["dimensions"][0]["defects"][0]["name"] = f"Hand{sign}dnaH"
    answer = send(cast.client("omar"), dump_yaml(hostile))
    assert answer.status_code == 422
    (one,) = answer.json()["violations"]
    assert one["pointer"] == "/dimensions/0/defects/0/name" and f"U+{ord(sign):04X}" in one["message"]


def test_the_same_number_with_other_content_is_a_conflict_that_names_the_difference(here: Cast) -> None:
    other = document("1.0.0")
    other["taxonomy"]["title"] = "Another title"
    answer = send(here.client("omar"), dump_yaml(other))
    assert (answer.status_code, answer.json()["type"]) == (409, "/problems#version-exists")
    assert answer.json()["differences"] == ["/taxonomy/title"]


def test_without_publish_the_file_becomes_the_draft(cast: Cast) -> None:
    answer = send(cast.client("omar"), version_path("1.0.0").read_bytes(), publish=False)
    assert answer.json()["state"] == "draft"
    assert send(cast.client("omar"), b"", publish=False).status_code == 422


# ---- reading


def shaped(serializer: type, body: dict[str, object]) -> None:
    """The body is what the serializer, and so the OpenAPI document, says: no key more, none less."""
    assert json.loads(json.dumps(serializer(body).data, default=str)).keys() == body.keys()


def test_the_list_has_versions_states_and_counts(here: Cast) -> None:
    body = here.client("dan").get("/api/v1/taxonomies").json()
    assert body["may_import"] is False
    (one,) = body["taxonomies"]
    assert (one["slug"], one["may_edit"], [owner["name"] for owner in one["owners"]]) == (SLUG, False, ["Omar"])
    assert one["versions"][0]["counts"]["pictures_missing"] == one["versions"][0]["counts"]["examples"] > 100
    assert here.client("omar").get(f"/api/v1/taxonomies/{SLUG}").json()["may_edit"] is True
    shaped(serializers.TaxonomyDocument, one)


def test_a_version_reads_with_names_beside_ids_and_actions_in_effect(here: Cast) -> None:
    body = here.client("ada").get(f"{V}/1.0.0").json()
    shaped(serializers.VersionDocument, body)
    read = tree("1.0.0")
    defects = {d["id"]: d for dimension in body["dimensions"] for d in dimension["defects"]}
    assert list(defects) == [d.id for d in read.defects]
    for defect in read.defects:
        shown = defects[defect.id]
        assert [one["action"] for one in shown["levels"]] == [
            read.action_of(defect, one["key"]) for one in shown["levels"]
        ]
        assert [one["use"] and one["use"]["name"] for one in shown["do_not_annotate_when"]] == [
            one.use and read.defect(one.use).name for one in defect.do_not_annotate_when
        ]
    shaped(serializers.DefectDocument, defects[read.defects[0].id])


def test_a_version_that_is_known_is_not_sent_again(here: Cast) -> None:
    client = here.client("ada")
    tag = client.get(f"{V}/1.0.0")["ETag"]
    assert client.get(f"{V}/1.0.0", headers={"If-None-Match": tag}).status_code == 304
    services.retire_version(SLUG, "1.0.0", by=here.omar)
    assert client.get(f"{V}/1.0.0", headers={"If-None-Match": tag}).json()["state"] == "retired"


def test_a_defect_has_its_scale_and_its_neighbours(here: Cast) -> None:
    first, second = tree("1.0.0").defects[:2]
    body = here.client("ada").get(f"{V}/1.0.0/defects/{first.id}").json()
    shaped(serializers.DefectPage, body)
    assert (body["previous"], body["next"]["id"], body["scale"]["id"]) == (None, second.id, first.scale)


def test_what_is_not_there_is_404_and_a_tombstone_says_where_it_went(here: Cast) -> None:
    client = here.client("ada")
    services.import_taxonomy(version_path("2.0.0").read_bytes(), by=here.omar, publish=True)
    retired = tree("2.0.0").retired_concepts[0]
    answer = client.get(f"{V}/2.0.0/defects/{retired.id}")
    assert answer.status_code == 404 and f"was retired in {retired.retired_in}" in answer.json()["detail"]
    for address in (f"{V}/9.9.9", f"{V}/1.0.0/defects/AID-9999", "/api/v1/taxonomies/nothing", f"{V}/x/export"):
        assert client.get(address).status_code == 404


# ---- exports and differences


@pytest.mark.parametrize(
    ("form", "kind", "ending"),
    [("yaml", "application/yaml", "yaml"), ("json", "application/json", "json"), ("skos", "text/turtle", "ttl")],
)
def test_an_export_has_the_same_bytes_each_time(here: Cast, form: str, kind: str, ending: str) -> None:
    client = here.client("ada")
    first, second = (client.get(f"{V}/1.0.0/export?format={form}") for _ in range(2))
    assert first.content == second.content and first["Content-Type"].startswith(kind)
    assert first["Content-Disposition"] == f'attachment; filename="{SLUG}-1.0.0.{ending}"'


@pytest.mark.parametrize("form", ["yaml", "json"])
def test_an_export_imports_as_the_very_same_version(here: Cast, form: str) -> None:
    data = here.client("ada").get(f"{V}/1.0.0/export?format={form}").content
    assert data.decode() == export_tree(tree("1.0.0"), form)  # type: ignore[arg-type]
    assert send(here.client("omar"), data).json()["is_new"] is False


def test_an_unknown_format_is_said(here: Cast) -> None:
    answer = here.client("ada").get(f"{V}/1.0.0/export?format=pdf")
    assert (answer.status_code, answer.json()["type"]) == (400, "/problems#parameter-invalid")


def test_the_difference_is_typed_and_named(here: Cast) -> None:
    services.import_taxonomy(version_path("1.1.0").read_bytes(), by=here.omar, publish=True)
    client = here.client("ada")
    body = client.get(f"/api/v1/taxonomies/{SLUG}/diff?from=1.0.0&to=1.1.0").json()
    shaped(serializers.TaxonomyDiff, body)
    assert len(body["changes"]) == 15
    assert {change["kind"] for change in body["changes"]} == {"added", "changed"}
    assert all(change["concept"]["name"] for change in body["changes"])
    assert client.get(f"/api/v1/taxonomies/{SLUG}/diff?from=1.1.0&to=1.1.0").json()["changes"] == []
    assert client.get(f"/api/v1/taxonomies/{SLUG}/diff?from=1.0.0").status_code == 400


# ---- pictures


def test_a_picture_is_served_to_signed_in_people_and_cannot_act(here: Cast, tmp_path: Path) -> None:
    out = io.BytesIO()
    Image.new("RGB", (9, 7), "teal").save(out, "PNG")
    (tmp_path / "teal.png").write_bytes(out.getvalue())
    named = document("1.1.0")
    named["dimensions"][0]["defects"][0]["examples"][0]["asset"] = "teal.png"
    services.import_taxonomy(named, by=here.omar, publish=True, assets=tmp_path)
    example = here.client("ada").get(f"{V}/1.1.0").json()["dimensions"][0]["defects"][0]["examples"][0]
    assert example["url"] == f"/api/v1/taxonomy-pictures/{ExamplePicture.objects.get().sha256}"
    answer = here.client("dan").get(example["url"])
    assert Image.open(io.BytesIO(b"".join(answer.streaming_content))).size == (9, 7)
    assert answer["X-Content-Type-Options"] == "nosniff" and "sandbox" in answer["Content-Security-Policy"]
    assert here.client().get(example["url"]).status_code == 401
    storage.path_of("pictures", ExamplePicture.objects.get().sha256).unlink()
    assert here.client("dan").get(example["url"]).status_code == 404


def test_a_picture_that_is_not_here_is_told_as_missing(cast: Cast) -> None:
    named = document("1.0.0")
    named["dimensions"][0]["defects"][0]["examples"][0]["asset_sha256"] = "ab" * 32
    services.import_taxonomy(named, by=cast.omar, publish=True)
    example = cast.client("ada").get(f"{V}/1.0.0").json()["dimensions"][0]["defects"][0]["examples"][0]
    assert example["url"] is None
