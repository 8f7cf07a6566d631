"""How many rows each table of a PostgreSQL database has, counted in the very snapshot that its dump is taken in."""

from __future__ import annotations

__all__ = ["COUNT", "DUMP"]

# Tables that belong to an extension come back with the extension. Partitions count; what they are parts of has no rows itself.
COUNT = """
SELECT format('SELECT json_build_array(%L, count(*)) FROM ONLY %I.%I', n.nspname || '.' || c.relname, n.nspname, c.relname)
FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE c.relkind = 'r' AND n.nspname NOT IN ('pg_catalog', 'information_schema') AND n.nspname !~ '^pg_(toast|temp)'
AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid AND d.deptype = 'e')
ORDER BY n.nspname, c.relname
"""

# Database, file for the counts (it must not exist), the query above. The counting comes first: it locks every table against
# being dropped, and the transaction holds the locks, and the snapshot, until the dump is done.
DUMP = """
import json, subprocess, sys
database, counts, query = sys.argv[1:]
words = ["psql", "--no-psqlrc", "-Atq", "-v", "ON_ERROR_STOP=1", "-d", database]
psql = subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
end = "-- end"
psql.stdin.write("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY; SELECT pg_export_snapshot();\\n")
psql.stdin.write(f"{query.strip()} \\\\gexec\\n\\\\echo {end}\\n")
psql.stdin.flush()
lines = []
for line in psql.stdout:
    if line.strip() == end:
        break
    lines.append(line)
else:
    sys.exit(psql.wait() or 1)
with open(counts, "x") as stream:
    json.dump({"database": database, "rows": dict(json.loads(line) for line in lines[1:])}, stream)
dump = ["pg_dump", "--format=custom", "--compress=0", f"--snapshot={lines[0].strip()}", f"--dbname={database}"]
failed = subprocess.call(dump)
psql.stdin.close()
sys.exit(failed or psql.wait())
"""
