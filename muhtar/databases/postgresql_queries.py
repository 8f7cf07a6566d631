"""What is asked of a PostgreSQL server: accounts and settings, and, in each database, who holds what by its own word."""

from __future__ import annotations

__all__ = ["CLUSTER", "DATABASE"]

# Three lines of JSON; the last two only where the account may ask. PostgreSQL 16 keeps inheritance with the membership.
CLUSTER = r"""
SET statement_timeout = '60s'; SET default_transaction_read_only = on;
SELECT json_build_object(
 'version', current_setting('server_version'),
 'me', current_user,
 'databases', (SELECT coalesce(json_agg(datname ORDER BY datname), '[]') FROM pg_database WHERE datallowconn
               AND has_database_privilege(oid, 'CONNECT')),
 'closed', (SELECT coalesce(json_agg(datname ORDER BY datname), '[]') FROM pg_database WHERE datallowconn
            AND NOT has_database_privilege(oid, 'CONNECT')),
 'roles', (SELECT json_agg(json_build_object('name', rolname, 'login', rolcanlogin, 'superuser', rolsuper,
   'createdb', rolcreatedb, 'createrole', rolcreaterole, 'replication', rolreplication, 'bypassrls', rolbypassrls, 'until',
   CASE WHEN rolvaliduntil < 'infinity' THEN to_char(rolvaliduntil AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"') END,
   'builtin', oid < 16384, 'connected', EXISTS (
    SELECT FROM pg_stat_activity a WHERE a.usesysid = r.oid AND a.pid <> pg_backend_pid())
   ) ORDER BY rolname) FROM pg_roles r),
 'members', (SELECT coalesce(json_agg(json_build_array(u.rolname, g.rolname,
   coalesce((to_jsonb(m) ->> 'inherit_option')::boolean, u.rolinherit),
   coalesce((to_jsonb(m) ->> 'set_option')::boolean, true), m.admin_option)), '[]')
   FROM pg_auth_members m JOIN pg_roles u ON u.oid = m.member JOIN pg_roles g ON g.oid = m.roleid),
 'owners', (SELECT json_object_agg(datname, pg_get_userbyid(datdba)) FROM pg_database),
 'grants', (SELECT coalesce(json_agg(json_build_array(
     CASE a.grantee WHEN 0 THEN 'PUBLIC' ELSE pg_get_userbyid(a.grantee) END, datname, a.privilege_type, a.is_grantable)), '[]')
   FROM pg_database d, aclexplode(coalesce(datacl, acldefault('d', datdba))) a WHERE datallowconn AND a.grantee <> datdba),
 'effective', (SELECT coalesce(json_agg(json_build_array(r.rolname, d.datname, p.name)), '[]') FROM pg_roles r, pg_database d,
   unnest(ARRAY['CONNECT', 'CREATE', 'TEMPORARY']) AS p (name)
   WHERE d.datallowconn AND NOT r.rolsuper AND r.oid >= 16384 AND has_database_privilege(r.oid, d.oid, p.name)),
 'settings', (SELECT json_object_agg(name, json_build_array(current_setting(name, true), pending_restart)) FROM pg_settings
   WHERE name <> ALL (ARRAY['ssl_passphrase_command', 'archive_command', 'restore_command', 'primary_conninfo'])));
SELECT has_table_privilege('pg_hba_file_rules', 'SELECT') AND has_function_privilege('pg_hba_file_rules()', 'EXECUTE') AS hba,
 has_table_privilege('pg_authid', 'SELECT') AS passwords \gset
\if :hba
SELECT json_build_object('hba', (SELECT coalesce(json_agg(h), '[]') FROM pg_hba_file_rules h));
\endif
\if :passwords
SELECT json_build_object('passwords', (SELECT json_object_agg(rolname, CASE WHEN rolpassword IS NULL THEN 'none'
 WHEN rolpassword LIKE 'md5%' THEN 'md5' WHEN rolpassword LIKE 'SCRAM-SHA-256$%' THEN 'scram' ELSE 'unknown' END)
 FROM pg_authid));
\endif
"""

# What came with the program or an extension (pg_init_privs) is `given`; things of the system's own schemas are looked at where
# somebody has granted more on them than came. Functions without rights of their own (SECURITY DEFINER) are harmless to everybody.
DATABASE = r"""
SET statement_timeout = '60s'; SET default_transaction_read_only = on;
WITH things AS MATERIALIZED (
 SELECT 'schema' AS kind, n.oid, ''::name AS schema, n.nspname::text AS name, nspowner AS owner,
  coalesce(nspacl, acldefault('n', nspowner)) AS acl, i.initprivs AS init, false AS harmless, false AS extension,
  'pg_namespace'::regclass AS class, ARRAY['USAGE', 'CREATE'] AS privileges
 FROM pg_namespace n LEFT JOIN pg_init_privs i ON i.objoid = n.oid AND i.classoid = 'pg_namespace'::regclass AND i.objsubid = 0
 WHERE nspname !~ '^pg_(toast|temp)'
UNION ALL
 SELECT CASE c.relkind WHEN 'S' THEN 'sequence' ELSE 'table' END, c.oid, n.nspname, c.relname::text, relowner,
  coalesce(relacl, acldefault(CASE c.relkind WHEN 'S' THEN 's' ELSE 'r' END::"char", relowner)), i.initprivs, false, false,
  'pg_class'::regclass, CASE c.relkind WHEN 'S' THEN ARRAY['USAGE', 'SELECT', 'UPDATE']
  ELSE ARRAY['SELECT', 'INSERT', 'UPDATE', 'DELETE', 'TRUNCATE', 'REFERENCES', 'TRIGGER'] END
 FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
 LEFT JOIN pg_init_privs i ON i.objoid = c.oid AND i.classoid = 'pg_class'::regclass AND i.objsubid = 0
 WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f', 'S') AND n.nspname !~ '^pg_(toast|temp)'
UNION ALL
 SELECT 'function', p.oid, n.nspname, quote_ident(p.proname) || '(' || pg_get_function_identity_arguments(p.oid) || ')', proowner,
  coalesce(proacl, acldefault('f', proowner)), i.initprivs, NOT prosecdef, false, 'pg_proc'::regclass, ARRAY['EXECUTE']
 FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace
 LEFT JOIN pg_init_privs i ON i.objoid = p.oid AND i.classoid = 'pg_proc'::regclass AND i.objsubid = 0
), part AS (SELECT classid, objid FROM pg_depend WHERE deptype = 'e' AND refclassid = 'pg_extension'::regclass
), granted AS (
 SELECT t.class, t.oid, a.grantee, a.privilege_type, a.is_grantable,
  (t.harmless OR 'information_schema' IN (t.schema, t.name)) AND a.grantee = 0 AND NOT a.is_grantable
  OR EXISTS (SELECT FROM aclexplode(t.init) o WHERE o.grantee = a.grantee AND o.privilege_type = a.privilege_type
   AND o.is_grantable = a.is_grantable)
  OR t.extension AND t.init IS NULL AND a.grantee = 0 AND t.kind = 'function' AS given
 FROM (SELECT t.*, p.objid IS NOT NULL AS extension
  FROM (SELECT class, oid, schema, name, acl, init, harmless, kind, owner FROM things) t
  LEFT JOIN part p ON p.classid = t.class AND p.objid = t.oid) t, aclexplode(t.acl) a WHERE a.grantee <> t.owner
), looked AS MATERIALIZED (
 SELECT t.class, t.oid, t.kind, t.schema, t.name, t.owner, t.privileges, p.objid IS NOT NULL AS extension
 FROM things t LEFT JOIN part p ON p.classid = t.class AND p.objid = t.oid
 WHERE (t.schema NOT IN ('pg_catalog', 'information_schema') AND t.name <> ALL (CASE t.kind WHEN 'schema'
   THEN ARRAY['pg_catalog', 'information_schema'] ELSE '{}' END) AND NOT (t.kind = 'function' AND p.objid IS NOT NULL))
  OR EXISTS (SELECT FROM granted g WHERE g.class = t.class AND g.oid = t.oid AND NOT g.given)
), people AS (SELECT oid, rolname FROM pg_roles WHERE NOT rolsuper AND oid >= 16384
), columns AS MATERIALIZED (
 SELECT n.nspname AS schema, c.relname || '.' || a.attname AS name, c.oid, a.attnum, a.attname, c.relowner AS owner, a.attacl
 FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid JOIN pg_namespace n ON n.oid = c.relnamespace
 WHERE a.attacl IS NOT NULL AND NOT a.attisdropped AND NOT EXISTS (SELECT FROM pg_init_privs i WHERE i.objoid = c.oid
  AND i.classoid = 'pg_class'::regclass AND i.objsubid = a.attnum AND i.initprivs = a.attacl))
SELECT json_build_object(
 'things', (SELECT coalesce(json_agg(json_build_array(kind, schema, name, pg_get_userbyid(owner), extension)), '[]') FROM looked),
 'grants', (SELECT coalesce(json_agg(g), '[]') FROM (
   SELECT json_build_array(l.kind, l.schema, l.name, CASE g.grantee WHEN 0 THEN 'PUBLIC' ELSE pg_get_userbyid(g.grantee) END,
    g.privilege_type, g.is_grantable, g.given) AS g FROM looked l JOIN granted g ON g.class = l.class AND g.oid = l.oid
   UNION ALL SELECT json_build_array('column', c.schema, c.name,
    CASE x.grantee WHEN 0 THEN 'PUBLIC' ELSE pg_get_userbyid(x.grantee) END, x.privilege_type, x.is_grantable, false)
   FROM columns c, aclexplode(c.attacl) x WHERE x.grantee <> c.owner) g),
 'effective', (SELECT coalesce(json_agg(e), '[]') FROM (
   SELECT json_build_array(r.rolname, l.kind, l.schema, l.name, json_agg(p.name)) AS e
   FROM looked l, people r, unnest(l.privileges) AS p (name)
   WHERE CASE l.kind WHEN 'schema' THEN has_schema_privilege(r.oid, l.oid, p.name)
    WHEN 'sequence' THEN has_sequence_privilege(r.oid, l.oid, p.name)
    WHEN 'function' THEN has_function_privilege(r.oid, l.oid, p.name) ELSE has_table_privilege(r.oid, l.oid, p.name) END
   GROUP BY r.rolname, l.kind, l.schema, l.name
   UNION ALL SELECT json_build_array(r.rolname, 'column', c.schema, c.name, json_agg(p.name))
   FROM columns c, people r, unnest(ARRAY['SELECT', 'INSERT', 'UPDATE', 'REFERENCES']) AS p (name)
   WHERE has_column_privilege(r.oid, c.oid, c.attnum, p.name) AND NOT has_table_privilege(r.oid, c.oid, p.name)
   GROUP BY r.rolname, c.schema, c.name) e),
 'defaults', (SELECT coalesce(json_agg(json_build_array(pg_get_userbyid(d.defaclrole), coalesce(n.nspname, ''), d.defaclobjtype,
   CASE a.grantee WHEN 0 THEN 'PUBLIC' ELSE pg_get_userbyid(a.grantee) END, a.privilege_type)), '[]')
   FROM pg_default_acl d LEFT JOIN pg_namespace n ON n.oid = d.defaclnamespace, aclexplode(d.defaclacl) a
   WHERE a.grantee <> d.defaclrole AND NOT (a.grantee = 0 AND d.defaclnamespace = 0 AND d.defaclobjtype IN ('f', 'T'))),
 'extensions', (SELECT coalesce(json_agg(extname ORDER BY extname), '[]') FROM pg_extension));
"""
