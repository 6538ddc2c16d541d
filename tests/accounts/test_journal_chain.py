"""The journal is append-only, and a line changed behind its back is named."""

import json
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, transaction

from accounts import journal
from accounts.models import JournalEntry

TABLE = "accounts_journalentry"
SCOPE = "taxonomy:shoes"


def write(count: int) -> None:
    with transaction.atomic():
        for number in range(count):
            journal.record(SCOPE, "draft.saved", actor=None, subject=number, payload={"n": number, "x": [1, "é"]})


def behind_its_back(sql: str, *values: object) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute(sql, values)
        cursor.execute("SET LOCAL session_replication_role = origin")


@pytest.mark.parametrize(
    "sql",
    [
        f"UPDATE {TABLE} SET action = 'x'",
        f"DELETE FROM {TABLE}",
        f"TRUNCATE {TABLE}",
    ],
)
def test_the_database_refuses_to_change_the_journal(db, sql):
    write(2)
    with pytest.raises(DatabaseError, match="never changed"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql)
    assert JournalEntry.objects.count() == 2


def test_an_untouched_journal_verifies_and_prints_its_heads(db):
    write(3)
    out = StringIO()
    call_command("verify_audit", "--json", stdout=out)
    document = json.loads(out.getvalue())
    assert document["status"] == "ok"
    position, digest = document["heads"][SCOPE].split(":")
    assert position == "3"
    call_command("verify_audit", "--expect", f"{SCOPE}=3:{digest}", stdout=StringIO())


@pytest.mark.parametrize(
    ("sql", "position"),
    [
        (f"UPDATE {TABLE} SET payload = '{{}}' WHERE position = 2", 2),
        (f"UPDATE {TABLE} SET actor = gen_random_uuid() WHERE position = 3", 3),
        (f"UPDATE {TABLE} SET at = at + interval '1 second' WHERE position = 1", 1),
        (f"DELETE FROM {TABLE} WHERE position = 3", 3),
        (f"DELETE FROM {TABLE} WHERE position = 1", 1),
        (
            f"INSERT INTO {TABLE} (scope, position, at, action, subject, payload, previous_hash, hash) "
            "VALUES ('taxonomy:shoes', 6, now(), 'x', '', '{}', repeat('0', 64), repeat('0', 64))",
            6,
        ),
        (f"UPDATE {TABLE} SET position = CASE position WHEN 2 THEN 40 ELSE position END", 2),
        (f"UPDATE {TABLE} SET subject = CASE position WHEN 4 THEN '4' ELSE subject END", 4),
    ],
)
def test_the_first_line_that_was_tampered_with_is_named(db, sql, position):
    write(5)
    behind_its_back(sql)
    with pytest.raises(CommandError, match=f"taxonomy:shoes is broken at line {position}:"):
        call_command("verify_audit", stdout=StringIO())


def test_two_lines_that_changed_places_are_noticed(db):
    write(5)
    behind_its_back(f"UPDATE {TABLE} SET position = -position WHERE position IN (2, 3)")
    behind_its_back(f"UPDATE {TABLE} SET position = 5 + position WHERE position < 0")
    with pytest.raises(CommandError, match="broken at line 2"):
        call_command("verify_audit", stdout=StringIO())


def test_a_cut_end_is_noticed_against_a_head_kept_elsewhere(db):
    write(5)
    head = f"{SCOPE}=5:{JournalEntry.objects.get(position=5).hash}"
    behind_its_back(f"DELETE FROM {TABLE} WHERE position = 5")
    call_command("verify_audit", stdout=StringIO())
    with pytest.raises(CommandError, match="broken at line 5"):
        call_command("verify_audit", "--expect", head, stdout=StringIO())
    with pytest.raises(CommandError, match="is no head"):
        call_command("verify_audit", "--expect", "nonsense", stdout=StringIO())


def test_a_line_outside_a_transaction_is_refused():
    with pytest.raises(RuntimeError):
        journal.record(SCOPE, "x", actor=None)


def test_the_apps_own_role_may_neither_truncate_nor_alter_the_journal(db):
    from config.database import APP

    with connection.cursor() as cursor:
        for right in ("TRUNCATE", "TRIGGER"):
            cursor.execute("SELECT has_table_privilege(%s, %s, %s)", [APP, TABLE, right])
            assert cursor.fetchone()[0] is False
