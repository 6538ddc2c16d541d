"""Taxonomies in: whole, once, frozen; ids and codes for good; owners."""

import io
import json
from pathlib import Path

import psycopg
import pytest
from builders import make_user
from django.core.management import CommandError, call_command
from django.db import connection, transaction
from django.db.utils import IntegrityError, ProgrammingError
from PIL import Image
from taxonomy_files import TAXONOMIES, document, migration_path, tree, version_path

from accounts.models import JournalEntry, User
from config.database import APP
from core import storage
from taxonomy import queries, services
from taxonomy.codec import content_hash, dump_yaml, export_tree
from taxonomy.document import to_document
from taxonomy.errors import (
    DraftExists,
    LastOwner,
    NotADraft,
    NotAnOwner,
    NotPublished,
    TreeInvalid,
    UnknownTaxonomy,
    VersionExists,
)
from taxonomy.models import Concept, ConceptCode, ExamplePicture, Taxonomy, TaxonomyOwner, Version
from taxonomy.validation import load_taxonomy

SLUG = "ai-image-defects"


@pytest.fixture
def omar(db: None) -> User:
    return make_user("omar", may_create_taxonomies=True)


def shipped(version: str = "1.0.0", **values) -> Version:
    return services.import_taxonomy(version_path(version).read_bytes(), by=None, publish=True, **values)


def broken(error: pytest.ExceptionInfo[TreeInvalid]) -> list[tuple[str, str]]:
    return [(one.pointer, one.code) for one in error.value.violations]


# ---- whole


@pytest.mark.parametrize("path", TAXONOMIES, ids=lambda path: path.stem)
def test_a_shipped_file_comes_back_word_for_word(db: None, path: Path) -> None:
    version = services.import_taxonomy(path.read_bytes(), by=None, publish=True)
    read = queries.tree_of(version.id)
    assert export_tree(read, "yaml") == export_tree(load_taxonomy(path.read_bytes()), "yaml")
    assert (version.state, version.imported_as_published) == ("published", True)
    assert version.content_hash == content_hash(read)


def test_text_bytes_json_and_a_document_are_the_same_version(db: None) -> None:
    first = shipped()
    text = version_path("1.0.0").read_text()
    for source in (text, text.encode(), json.dumps(document("1.0.0")), document("1.0.0")):
        assert services.import_taxonomy(source, by=None, publish=True).id == first.id
    assert Version.objects.count() == 1


def test_the_same_number_with_other_content_is_refused_with_what_differs(db: None) -> None:
    shipped()
    other = document("1.0.0")
    other["dimensions"][0]["defects"][0]["name"] = "Something else entirely"
    with pytest.raises(VersionExists) as error:
        services.import_taxonomy(other, by=None, publish=True)
    concept = other["dimensions"][0]["defects"][0]["id"]
    assert f"{concept} name" in error.value.detail
    assert error.value.extensions["differences"] == [f"{concept} name"]


def test_versions_follow_one_another_with_or_without_their_migration(db: None) -> None:
    first = shipped()
    second = shipped("1.1.0", migration=migration_path("1.0.0", "1.1.0").read_bytes())
    third = shipped("2.0.0")
    assert (second.parent_id, third.parent_id) == (first.id, second.id)
    assert len(queries.migration_of(second.id).operations) == 13
    assert queries.migration_of(third.id) is None
    assert [one.number for one in queries.taxonomy(SLUG).versions] == ["2.0.0", "1.1.0", "1.0.0"]


def test_a_migration_that_does_not_explain_the_change_stores_nothing(db: None) -> None:
    shipped()
    text = migration_path("1.0.0", "1.1.0").read_text()
    document_ = load_yaml(text)
    document_["operations"] = document_["operations"][1:]
    with pytest.raises(TreeInvalid):
        shipped("1.1.0", migration=dump_yaml(document_))
    assert Version.objects.count() == 1


def load_yaml(text: str):  # type: ignore[no-untyped-def]
    from taxonomy.codec import parse

    return parse(text).value


def test_a_broken_file_is_refused_with_path_and_line_and_leaves_nothing(db: None) -> None:
    text = version_path("1.0.0").read_text().replace("penalty: 3", "penalty: minus", 1)
    with pytest.raises(TreeInvalid) as error:
        services.import_taxonomy(text, by=None, publish=True)
    one = error.value.violations[0]
    assert one.pointer.endswith("/penalty")
    assert "penalty: minus" in text.splitlines()[one.line - 1]
    assert not Taxonomy.objects.exists() and not JournalEntry.objects.filter(scope__startswith="taxonomy").exists()


def test_an_import_is_journalled_as_imported_as_published(omar: User) -> None:
    services.import_taxonomy(document("1.0.0"), by=omar, publish=True)
    lines = list(JournalEntry.objects.filter(scope=f"taxonomy:{SLUG}").order_by("position"))
    assert [line.action for line in lines] == ["taxonomy.created", "version.imported"]
    assert lines[1].payload["note"] == "imported as published"
    assert {line.actor for line in lines} == {omar.id}


# ---- ids and codes


def test_a_code_once_used_never_belongs_to_another_concept(db: None) -> None:
    shipped()
    later = document("1.0.0")
    later["taxonomy"]["version"], later["taxonomy"]["previous_version"] = "1.0.1", "1.0.0"
    one, other = later["dimensions"][0]["defects"][1:3]
    one["code"], other["code"] = other["code"], one["code"]
    with pytest.raises(TreeInvalid) as error:
        services.import_taxonomy(later, by=None, publish=True)
    assert broken(error) == [
        ("/dimensions/0/defects/1/code", "code-reused"),
        ("/dimensions/0/defects/2/code", "code-reused"),
    ]


def test_a_code_of_a_concept_that_is_gone_stays_taken(db: None) -> None:
    shipped()
    shipped("1.1.0")
    shipped("2.0.0")
    first = {d.id: d.code for d in tree("1.0.0").defects}
    second = {d.id: d.code for d in tree("2.0.0").defects}
    recoded = next(key for key in first if key in second and first[key] != second[key])
    held = dict(ConceptCode.objects.values_list("code", "concept__key"))
    assert held[first[recoded]] == held[second[recoded]] == recoded
    assert Concept.objects.get(key=recoded).code == second[recoded]


def test_a_tombstone_does_not_rise_again(db: None) -> None:
    shipped("2.0.0")
    later = document("2.0.0")
    later["taxonomy"]["version"], later["taxonomy"]["previous_version"] = "2.1.0", "2.0.0"
    dead = later["retired_concepts"].pop()["id"]
    text = json.dumps(later).replace(later["dimensions"][0]["defects"][0]["id"], dead)
    with pytest.raises(TreeInvalid) as error:
        services.import_taxonomy(text, by=None, publish=True)
    assert "id-reused" in {code for _, code in broken(error)}


def test_an_id_never_changes_its_kind(db: None) -> None:
    shipped()
    later = document("1.0.0")
    later["taxonomy"]["version"], later["taxonomy"]["previous_version"] = "1.0.1", "1.0.0"
    dimension, defect = later["dimensions"][0]["id"], later["dimensions"][0]["defects"][0]["id"]
    text = json.dumps(later).replace(dimension, "@").replace(defect, dimension).replace("@", defect)
    with pytest.raises(TreeInvalid) as error:
        services.import_taxonomy(text, by=None, publish=True)
    assert ("/dimensions/0/id", "id-reused") in broken(error)


def test_a_taxonomy_keeps_the_prefix_of_its_ids(db: None) -> None:
    shipped()
    later = document("1.0.0")
    later["taxonomy"] |= {"version": "1.0.1", "previous_version": "1.0.0"}
    text = json.dumps(later).replace("AID", "XYZ")
    with pytest.raises(TreeInvalid) as error:
        services.import_taxonomy(text, by=None, publish=True)
    assert broken(error) == [("/taxonomy/id_prefix", "id-prefix")]


# ---- pictures


def picture(colour: str = "red", form: str = "PNG", size: tuple[int, int] = (40, 30), **values) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", size, colour).save(out, form, **values)
    return out.getvalue()


def a_list(concept: str, level: str) -> list[dict[str, object]]:
    entry = {
        "concept": concept,
        "kind": "positive",
        "level": level,
        "file": "bad.png",
        "region": [0.1, 0.2, 0.5, 0.6],
        "caption": "Six fingers on the left hand.",
        "verdict": "",
        "clean_counterpart_of": None,
        "prompt": "x",
    }
    clean = entry | {
        "kind": "negative",
        "level": None,
        "file": "clean.png",
        "region": None,
        "caption": "The same hand with five fingers.",
        "clean_counterpart_of": "bad.png",
    }
    border = entry | {
        "kind": "borderline",
        "level": None,
        "file": "edge.png",
        "verdict": "do_not_annotate",
        "caption": "A thumb that is half hidden.",
    }
    return [entry, clean, border]  # fmt: skip


@pytest.fixture
def assets(tmp_path: Path) -> Path:
    defect = tree("1.0.0").defects[0]
    (tmp_path / "examples.json").write_text(json.dumps(a_list(defect.id, defect.severity[0].level)))
    for name, colour in (("bad", "red"), ("clean", "green"), ("edge", "blue")):
        (tmp_path / f"{name}.png").write_bytes(picture(colour))
    return tmp_path


def test_pictures_are_attached_before_the_version_freezes(db: None, assets: Path) -> None:
    version = shipped(assets=assets)
    examples = queries.tree_of(version.id).defects[0].examples[-3:]
    assert [one.kind for one in examples] == ["positive", "negative", "borderline"]
    assert examples[1].clean_counterpart_of == examples[0].id == "bad"
    assert examples[0].region and examples[0].region.points == ((0.1, 0.2), (0.5, 0.6))
    assert all(storage.has("pictures", one.asset_sha256 or "") for one in examples)
    assert ExamplePicture.objects.count() == 3


def test_the_same_file_and_pictures_again_change_nothing_and_so_does_the_file_alone(db: None, assets: Path) -> None:
    version = shipped(assets=assets)
    assert shipped(assets=assets).id == version.id
    assert shipped().id == version.id


def test_a_caption_that_is_there_gets_its_picture_instead_of_a_twin(db: None, assets: Path) -> None:
    defect = tree("1.0.0").defects[0]
    written = next(one for one in defect.examples if one.kind == "borderline")
    entries = json.loads((assets / "examples.json").read_text())[2:]
    entries[0] |= {"caption": written.caption}
    (assets / "examples.json").write_text(json.dumps(entries))
    examples = queries.tree_of(shipped(assets=assets).id).defects[0].examples
    assert len(examples) == len(defect.examples)
    assert next(one for one in examples if one.kind == "borderline").asset == "edge.png"


def test_a_file_named_by_the_taxonomy_itself_is_attached(db: None, tmp_path: Path) -> None:
    named = document("1.0.0")
    named["dimensions"][0]["defects"][0]["examples"][0]["asset"] = "hand.jpg"
    (tmp_path / "hand.jpg").write_bytes(picture(form="JPEG", exif=Image.Exif()))
    version = services.import_taxonomy(named, by=None, publish=True, assets=tmp_path)
    example = queries.tree_of(version.id).defects[0].examples[0]
    assert ExamplePicture.objects.get(sha256=example.asset_sha256).media_type == "image/jpeg"


def test_metadata_does_not_survive_and_turned_pictures_stand_upright(db: None, assets: Path) -> None:
    exif = Image.Exif()
    exif[0x0112], exif[0x010E] = 6, "taken by Ada in the secret studio"
    (assets / "bad.png").write_bytes(picture(form="JPEG", exif=exif))
    version = shipped(assets=assets)
    example = queries.tree_of(version.id).defects[0].examples[-3]
    stored = storage.open_file("pictures", example.asset_sha256 or "").read()
    assert b"secret" not in stored
    assert Image.open(io.BytesIO(stored)).size == (30, 40)


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "empty"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "not a PNG"),
        (picture()[:60], "damaged"),
        (picture(form="GIF"), "not a PNG"),
        (picture(size=(8000, 6000)), "megapixels"),
        (picture(form="WEBP", save_all=True, append_images=[Image.new("RGB", (40, 30))]), "animated"),
    ],
)
def test_what_is_no_single_picture_is_refused_by_name(db: None, assets: Path, data: bytes, reason: str) -> None:
    (assets / "edge.png").write_bytes(data)
    with pytest.raises(TreeInvalid) as error:
        shipped(assets=assets)
    assert [one.code for one in error.value.violations] == ["picture-refused"]
    assert "edge.png" in error.value.violations[0].message and reason in error.value.violations[0].message
    assert not Version.objects.exists()


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"file": "../../etc/passwd"}, "no file name"),
        ({"concept": "AID-9999"}, "no defect"),
        ({"level": "huge"}, "no level"),
        ({"region": [0.5, 0, 0.2, 1]}, "region"),
        ({"kind": "good"}, "kind"),
        ({"caption": 3}, "caption"),
    ],
)
def test_a_wrong_line_of_the_list_is_named(db: None, assets: Path, change: dict[str, object], said: str) -> None:
    entries = json.loads((assets / "examples.json").read_text())
    entries[0] |= change
    (assets / "examples.json").write_text(json.dumps(entries))
    with pytest.raises(TreeInvalid) as error:
        shipped(assets=assets)
    assert error.value.violations[0].pointer == "/examples.json/0"
    assert said in error.value.violations[0].message


def test_a_link_out_of_the_folder_is_not_followed(db: None, assets: Path, tmp_path_factory) -> None:  # type: ignore[no-untyped-def]
    outside = tmp_path_factory.mktemp("outside") / "secret.png"
    outside.write_bytes(picture())
    (assets / "edge.png").unlink()
    (assets / "edge.png").symlink_to(outside)
    with pytest.raises(TreeInvalid, match="leads out"):
        shipped(assets=assets)


# ---- drafts


def test_a_draft_is_published_once_and_then_frozen(omar: User) -> None:
    draft = services.import_taxonomy(document("1.0.0"), by=omar, publish=False)
    assert (draft.state, Concept.objects.count()) == ("draft", 0)
    assert services.import_taxonomy(document("1.0.0"), by=omar, publish=False).id == draft.id
    version = services.publish_draft(SLUG, by=omar)
    assert (version.id, version.state, version.content_hash) == (draft.id, "published", draft.content_hash)
    assert Concept.objects.filter(kind="defect").count() == 56
    with pytest.raises(NotADraft):
        services.publish_draft(SLUG, by=omar)


def test_a_draft_may_be_unfinished_but_not_published_so(omar: User) -> None:
    unfinished = document("1.0.0")
    unfinished["dimensions"][0]["defects"][0]["examples"] = []
    services.import_taxonomy(unfinished, by=omar, publish=False)
    with pytest.raises(TreeInvalid) as error:
        services.publish_draft(SLUG, by=omar)
    assert broken(error) == [("/dimensions/0/defects/0/examples", "examples-missing")]


def test_there_is_one_open_draft(omar: User) -> None:
    services.import_taxonomy(document("1.0.0"), by=omar, publish=False)
    with pytest.raises(DraftExists):
        services.import_taxonomy(document("1.1.0"), by=omar, publish=False)
    with pytest.raises(DraftExists):
        services.import_taxonomy(document("1.0.0"), by=omar, publish=True)


def test_a_draft_below_the_newest_version_is_not_published(omar: User) -> None:
    services.import_taxonomy(document("1.1.0"), by=omar, publish=True)
    services.import_taxonomy(document("1.0.0"), by=omar, publish=False)
    with pytest.raises(VersionExists, match="not above"):
        services.publish_draft(SLUG, by=omar)


def test_only_a_published_version_retires(omar: User) -> None:
    services.import_taxonomy(document("1.0.0"), by=omar, publish=True)
    retired = services.retire_version(SLUG, "1.0.0", by=omar)
    assert retired.state == "retired" and retired.retired_at
    with pytest.raises(NotPublished):
        services.retire_version(SLUG, "1.0.0", by=omar)
    assert services.import_taxonomy(document("1.0.0"), by=omar, publish=True).state == "retired"


# ---- rights


def test_who_creates_owns_and_nobody_else_changes(omar: User) -> None:
    dan, ines = make_user("dan"), make_user("ines", may_create_taxonomies=True)
    with pytest.raises(NotAnOwner):
        services.import_taxonomy(document("1.0.0"), by=dan, publish=True)
    services.import_taxonomy(document("1.0.0"), by=omar, publish=True)
    for act in (
        lambda: services.import_taxonomy(document("1.1.0"), by=ines, publish=True),
        lambda: services.retire_version(SLUG, "1.0.0", by=ines),
        lambda: services.add_owner(SLUG, ines.id, by=ines),
        lambda: services.publish_draft(SLUG, by=ines),
    ):
        with pytest.raises(NotAnOwner):
            act()
    services.add_owner(SLUG, ines.id, by=omar)
    services.import_taxonomy(document("1.1.0"), by=ines, publish=True)
    services.remove_owner(SLUG, omar.id, by=ines)
    with pytest.raises(LastOwner):
        services.remove_owner(SLUG, ines.id, by=ines)
    with pytest.raises(UnknownTaxonomy):
        services.add_owner("nothing-here", ines.id, by=None)
    assert list(TaxonomyOwner.objects.values_list("user__name", flat=True)) == ["Ines"]


def test_an_administrator_may_import_everywhere(omar: User) -> None:
    root = make_user("root", is_admin=True)
    services.import_taxonomy(document("1.0.0"), by=omar, publish=True)
    assert services.import_taxonomy(document("1.1.0"), by=root, publish=True).number == "1.1.0"


# ---- frozen (guarantee G7)


def refused(statement: str) -> str:
    """The message with which PostgreSQL refuses a statement, whatever waits for the end of the transaction."""
    with (
        pytest.raises((IntegrityError, ProgrammingError)) as error,
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(f"SET CONSTRAINTS ALL IMMEDIATE; {statement}")
    return str(error.value)


@pytest.mark.parametrize("state", ["published", "retired"])
def test_a_frozen_version_refuses_every_way_to_change_it(db: None, state: str) -> None:
    version = shipped()
    if state == "retired":
        version = services.retire_version(SLUG, "1.0.0", by=None)
    before = to_document(queries.tree_of(version.id))

    def by_orm() -> None:
        version.document = {}
        version.save()

    def by_bulk_update() -> None:
        version.number = "9.9.9"
        Version.objects.bulk_update([version], ["number"])

    for act in (
        by_orm,
        by_bulk_update,
        lambda: Version.objects.update(release_notes="quietly"),
        lambda: Version.objects.update(state="draft"),
        lambda: version.delete(),
        lambda: Version.objects.all()._raw_delete("default"),
    ):
        with pytest.raises(IntegrityError, match="published and cannot be"), transaction.atomic():
            act()
    for statement in ("UPDATE taxonomy_version SET document = '{}'", "DELETE FROM taxonomy_version"):
        assert "published and cannot be" in refused(statement)
    queries._known.clear()
    assert to_document(queries.tree_of(version.id)) == before


@pytest.mark.parametrize(
    "table",
    ["taxonomy_version", "taxonomy_concept", "taxonomy_conceptcode", "taxonomy_examplepicture", "taxonomy_taxonomy"],
)
def test_truncate_is_refused_also_with_cascade(db: None, table: str) -> None:
    shipped()
    assert "refused" in refused(f"TRUNCATE {table} CASCADE")


def test_deleting_the_taxonomy_does_not_reach_its_versions(db: None) -> None:
    version = shipped()
    with pytest.raises(IntegrityError), transaction.atomic():
        version.taxonomy.delete()
    assert "violates" in refused("DELETE FROM taxonomy_taxonomy")
    assert Version.objects.count() == 1


def test_concepts_codes_and_pictures_stay(db: None, assets: Path) -> None:
    shipped(assets=assets)
    assert "permanent" in refused("UPDATE taxonomy_concept SET key = 'AID-9999'")
    assert "permanent" in refused("DELETE FROM taxonomy_concept")
    assert "never changed" in refused("UPDATE taxonomy_conceptcode SET code = 'ZZ'")
    assert "never changed" in refused("DELETE FROM taxonomy_conceptcode")
    assert "never changed" in refused("DELETE FROM taxonomy_examplepicture")


def as_the_app(statement: str) -> str:
    """The message with which PostgreSQL refuses the role that the app runs as."""
    with (
        psycopg.connect(**connection.get_connection_params() | {"user": APP}) as app,
        pytest.raises(psycopg.Error) as e,
    ):
        app.execute(statement)
    return str(e.value)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    ("statement", "why"),
    [
        ("UPDATE taxonomy_version SET number = '7.7.7'", "published and cannot be changed"),
        ("DELETE FROM taxonomy_version", "published and cannot be deleted"),
        ("TRUNCATE taxonomy_version CASCADE", "permission denied"),
        ("ALTER TABLE taxonomy_version DISABLE TRIGGER ALL", "must be owner"),
        ("DROP TRIGGER version_rows_stay ON taxonomy_version", "must be owner"),
        ("DROP TABLE taxonomy_version", "must be owner"),
        ("SET session_replication_role = replica", "permission denied"),
        ("ALTER FUNCTION taxonomy_version_guard() RENAME TO gone", "must be owner"),
    ],
)
def test_the_app_role_can_neither_change_a_version_nor_lift_its_guard(statement: str, why: str) -> None:
    shipped()
    assert why in as_the_app(statement)
    assert Version.objects.get().number == "1.0.0"


# ---- the command


def command(*arguments: object) -> tuple[int, str]:
    """Exit status and what was printed."""
    out = io.StringIO()
    try:
        call_command("taxonomy", *map(str, arguments), stdout=out)
    except CommandError as error:
        return error.returncode, out.getvalue() or str(error)
    return 0, out.getvalue()


def test_the_command_takes_a_file_in_with_its_pictures(db: None, assets: Path) -> None:
    arguments = ("import", version_path("1.0.0"), "--publish", "--assets", assets, "--json")
    status, text = command(*arguments)
    assert (status, json.loads(text)["is_new"], json.loads(text)["state"]) == (0, True, "published")
    assert json.loads(text)["examples"] - json.loads(text)["pictures_missing"] == 3
    assert json.loads(command(*arguments)[1])["is_new"] is False


def test_the_command_says_which_line_is_wrong(db: None, tmp_path: Path) -> None:
    path = tmp_path / "broken.yaml"
    path.write_text(version_path("1.0.0").read_text().replace("penalty: 3", "penalty: minus", 1))
    status, text = command("import", path, "--publish")
    assert status == 1 and "broken.yaml:" in text and "penalty" in text
    assert command("import", tmp_path / "nothing.yaml")[0] == 1
