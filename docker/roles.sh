#!/usr/bin/env bash
# Runs once, when the database volume is empty: two roles and the database. The same SQL as in
# docs/guides/administrator.md and config/postgres.py.
set -eu
psql --username postgres --set ON_ERROR_STOP=1 --set owner="$OWNER_PASSWORD" --set app="$APP_PASSWORD" <<'SQL'
CREATE ROLE touchstone_owner LOGIN PASSWORD :'owner';
CREATE ROLE touchstone_app LOGIN PASSWORD :'app';
CREATE DATABASE touchstone OWNER touchstone_owner;
\connect touchstone
CREATE EXTENSION IF NOT EXISTS vector;
GRANT ALL ON SCHEMA public TO touchstone_owner;
GRANT USAGE ON SCHEMA public TO touchstone_app;
ALTER DEFAULT PRIVILEGES FOR ROLE touchstone_owner IN SCHEMA public GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO touchstone_app;
ALTER DEFAULT PRIVILEGES FOR ROLE touchstone_owner IN SCHEMA public GRANT USAGE, SELECT ON SEQUENCES TO touchstone_app;
SQL
