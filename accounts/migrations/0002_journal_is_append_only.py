"""The journal refuses UPDATE, DELETE and TRUNCATE. The function `refuse_change` serves the other apps too."""

from django.db import migrations

FORWARD = """
CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% on % is refused: its rows are never changed', TG_OP, TG_TABLE_NAME
        USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER journal_rows_stay BEFORE UPDATE OR DELETE ON accounts_journalentry
    FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER journal_stays BEFORE TRUNCATE ON accounts_journalentry
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

-- One line, chained: writers of one scope wait for one another until the end of their transaction.
CREATE FUNCTION journal_append(
    p_scope text, p_at timestamptz, p_actor uuid, p_action text, p_subject text, p_payload jsonb, p_line text
) RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE
    last_position bigint;
    last_hash text;
BEGIN
    PERFORM pg_advisory_xact_lock(hashtextextended(p_scope, 7));
    SELECT position, hash INTO last_position, last_hash FROM accounts_journalentry
        WHERE scope = p_scope ORDER BY position DESC LIMIT 1;
    last_position := coalesce(last_position, 0) + 1;
    last_hash := coalesce(last_hash, repeat('0', 64));
    INSERT INTO accounts_journalentry
        (scope, position, at, actor, action, subject, payload, previous_hash, hash)
    VALUES (p_scope, last_position, p_at, p_actor, p_action, p_subject, p_payload, last_hash,
        encode(sha256(convert_to(last_hash || E'\n' || last_position || E'\n' || p_line, 'UTF8')), 'hex'));
    RETURN last_position;
END $$;
"""

BACKWARD = """
DROP FUNCTION journal_append(text, timestamptz, uuid, text, text, jsonb, text);
DROP TRIGGER journal_stays ON accounts_journalentry;
DROP TRIGGER journal_rows_stay ON accounts_journalentry;
DROP FUNCTION refuse_change();
"""


class Migration(migrations.Migration):
    dependencies = [("accounts", "0001_initial")]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
