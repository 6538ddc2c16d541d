"""Concepts, their codes and example pictures are never deleted; what they are is never changed."""

from django.db import migrations

FORWARD = """
CREATE FUNCTION taxonomy_concept_guard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' AND to_jsonb(NEW) - 'code' = to_jsonb(OLD) - 'code' THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'concept % is permanent: only its present code may change', OLD.key
        USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER concept_rows_stay BEFORE UPDATE OR DELETE ON taxonomy_concept
    FOR EACH ROW EXECUTE FUNCTION taxonomy_concept_guard();
CREATE TRIGGER concepts_stay BEFORE TRUNCATE ON taxonomy_concept
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER concept_code_rows_stay BEFORE UPDATE OR DELETE ON taxonomy_conceptcode
    FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER concept_codes_stay BEFORE TRUNCATE ON taxonomy_conceptcode
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER picture_rows_stay BEFORE UPDATE OR DELETE ON taxonomy_examplepicture
    FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER pictures_stay BEFORE TRUNCATE ON taxonomy_examplepicture
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
"""

BACKWARD = """
DROP TRIGGER pictures_stay ON taxonomy_examplepicture;
DROP TRIGGER picture_rows_stay ON taxonomy_examplepicture;
DROP TRIGGER concept_codes_stay ON taxonomy_conceptcode;
DROP TRIGGER concept_code_rows_stay ON taxonomy_conceptcode;
DROP TRIGGER concepts_stay ON taxonomy_concept;
DROP TRIGGER concept_rows_stay ON taxonomy_concept;
DROP FUNCTION taxonomy_concept_guard();
"""


class Migration(migrations.Migration):
    dependencies = [("taxonomy", "0003_codes_belong_for_good"), ("accounts", "0002_journal_is_append_only")]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
