"""A published or retired version refuses every change but published → retired; concepts stay for good."""

from django.db import migrations

FORWARD = """
CREATE FUNCTION taxonomy_version_guard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' THEN
        IF OLD.state IN ('published', 'retired') THEN
            RAISE EXCEPTION 'version % is published and cannot be deleted', OLD.number
                USING ERRCODE = 'restrict_violation';
        END IF;
        RETURN OLD;
    END IF;
    IF OLD.state = 'published' AND NEW.state = 'retired'
       AND to_jsonb(NEW) - 'state' - 'retired_at' = to_jsonb(OLD) - 'state' - 'retired_at' THEN
        RETURN NEW;
    END IF;
    IF OLD.state IN ('published', 'retired') THEN
        RAISE EXCEPTION 'version % is published and cannot be changed', OLD.number
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER version_rows_stay BEFORE UPDATE OR DELETE ON taxonomy_version
    FOR EACH ROW EXECUTE FUNCTION taxonomy_version_guard();
CREATE TRIGGER versions_stay BEFORE TRUNCATE ON taxonomy_version
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
"""

BACKWARD = """
DROP TRIGGER versions_stay ON taxonomy_version;
DROP TRIGGER version_rows_stay ON taxonomy_version;
DROP FUNCTION taxonomy_version_guard();
"""


class Migration(migrations.Migration):
    dependencies = [("taxonomy", "0001_initial"), ("accounts", "0002_journal_is_append_only")]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
