"""What somebody grants by hand past the register, on a real server of each kind: every way by which a right can be held."""

from __future__ import annotations

__all__ = ["MARIADB", "MARIADB_FOUND", "MARIADB_GONE", "POSTGRESQL", "POSTGRESQL_FOUND", "POSTGRESQL_GONE"]

# In the lab's database gis, whose table neighbourhoods is app's.
POSTGRESQL = """
CREATE ROLE yabanci LOGIN; CREATE ROLE gizli LOGIN SUPERUSER; CREATE ROLE ara; GRANT DELETE ON neighbourhoods TO ara;
GRANT UPDATE ON neighbourhoods TO PUBLIC;
GRANT ara TO imar_rapor; GRANT pg_read_all_data TO yabanci;
GRANT INSERT ON neighbourhoods TO imar_rapor WITH GRANT OPTION;
ALTER ROLE fen_harita NOINHERIT; GRANT ara TO fen_harita;
CREATE TABLE "Tuhaf.tablo" (id serial, "b c" text); GRANT SELECT ("b c") ON "Tuhaf.tablo" TO imar_rapor;
CREATE FUNCTION acik("x y" integer) RETURNS integer LANGUAGE sql SECURITY DEFINER AS 'SELECT 1';
ALTER DEFAULT PRIVILEGES FOR ROLE app IN SCHEMA public GRANT SELECT ON TABLES TO PUBLIC;
GRANT SELECT ON pg_authid TO imar_rapor;
CREATE ROLE eski LOGIN; GRANT CONNECT ON DATABASE gis TO eski; GRANT SELECT ON neighbourhoods TO eski;
"""
POSTGRESQL_GONE = """
DROP TABLE IF EXISTS "Tuhaf.tablo"; DROP FUNCTION IF EXISTS acik; REVOKE ALL ON neighbourhoods FROM PUBLIC;
ALTER DEFAULT PRIVILEGES FOR ROLE app IN SCHEMA public REVOKE SELECT ON TABLES FROM PUBLIC;
REVOKE SELECT ON pg_authid FROM imar_rapor; REVOKE INSERT ON neighbourhoods FROM imar_rapor; ALTER ROLE fen_harita INHERIT;
DO $$ BEGIN
 IF to_regrole('eski') IS NOT NULL THEN REVOKE ALL ON neighbourhoods FROM eski; REVOKE ALL ON DATABASE gis FROM eski; END IF;
 IF to_regrole('ara') IS NOT NULL THEN REVOKE ALL ON neighbourhoods FROM ara; END IF; END $$;
DROP ROLE IF EXISTS yabanci, gizli, ara, eski;
"""
# In the recorder's database zm.
MARIADB = """
CREATE ROLE okur; CREATE USER rapor@'10.1.%' IDENTIFIED BY 'Deneme-Parola-1'; GRANT okur TO rapor@'10.1.%';
GRANT SELECT ON zm.* TO okur; GRANT UPDATE (Name) ON zm.Events TO rapor@'10.1.%';
CREATE USER yabanci@localhost; GRANT SELECT ON `z%`.* TO yabanci@localhost;
GRANT PROCESS ON *.* TO yabanci@localhost WITH GRANT OPTION;
GRANT INSERT ON zm.Events TO PUBLIC;
GRANT okur TO zmuser@localhost WITH ADMIN OPTION;
"""
MARIADB_GONE = """
DROP USER IF EXISTS rapor@'10.1.%', yabanci@localhost; DROP ROLE IF EXISTS okur;
"""

# What drift.access must then say, beside the lab's own register and `eski`, whose time is over.
POSTGRESQL_FOUND = frozenset(
    {
        "PUBLIC: SELECT on new tables of app in gis, schema public",
        "PUBLIC: too much on gis",
        "ara: too much on gis",
        "ara: undeclared",
        "eski: expired",
        "eski: expired on gis",
        "fen_harita: member of ara",
        "gizli: superuser",
        "gizli: undeclared",
        "imar_rapor: member of ara",
        "imar_rapor: too much on gis",
        "readers: missing on gis",
        "yabanci: member of pg_read_all_data",
        "yabanci: undeclared",
    }
)
MARIADB_FOUND = frozenset(
    {
        "PUBLIC: too much on zm",
        "rapor@10.1.%: too much on zm",
        "yabanci@localhost: too much on the whole server",
        "yabanci@localhost: too much on z%",
        "yabanci@localhost: undeclared",
        "zmuser@localhost: member of okur",
    }
)
