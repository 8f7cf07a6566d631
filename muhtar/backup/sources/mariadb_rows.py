"""How many rows each table of a MariaDB database has, counted in a snapshot that begins with that of its dump."""

from __future__ import annotations

__all__ = ["COUNT", "DUMP"]

# MariaDB has no snapshot that two sessions could share. So nobody may commit for the moment in which both begin.
_SESSION = r"""
import json, os, re, shutil, subprocess, sys, threading

class Session:
    # A client that answers one question after the other.
    END = "-- end of the answer"

    def __init__(self, database, *words):
        words = ["mariadb", *words, "--batch", "--raw", "--skip-column-names", "--unbuffered", "--default-character-set=utf8mb4"]
        pipe = subprocess.PIPE
        self.client = subprocess.Popen([*words, database], stdin=pipe, stdout=pipe, stderr=pipe, encoding="utf-8")

    def ask(self, sql):
        self.client.stdin.write(f"{sql}\nSELECT '{self.END}';\n")
        self.client.stdin.flush()
        lines = []
        for line in self.client.stdout:
            if line.rstrip("\n") == self.END:
                return lines
            lines.append(line.rstrip("\n"))
        raise OSError(self.client.stderr.read().strip() or "mariadb ended")

    def count(self, left_out, every):
        # The rows of each table; None for an engine without snapshots, unless every one is to be counted.
        found = {}
        for line in self.ask("SELECT HEX(TABLE_NAME), ENGINE FROM information_schema.TABLES WHERE TABLE_SCHEMA = DATABASE()"
                             " AND TABLE_TYPE IN ('BASE TABLE', 'SYSTEM VERSIONED') ORDER BY TABLE_NAME;"):
            code, _, engine = line.partition("\t")
            table = bytes.fromhex(code).decode()
            if table in left_out:
                continue
            quoted = table.replace("`", "``")
            countable = every or engine == "InnoDB"
            found[table] = int(self.ask(f"SELECT COUNT(*) FROM `{quoted}`;")[0]) if countable else None
        return found
"""

# Database, words for the client. Prints the rows of each table, a line `["table", 3]` each.
COUNT = (
    _SESSION
    + r"""
for pair in Session(*sys.argv[1:]).count((), every=True).items():
    print(json.dumps(pair))
"""
)

# Database, file for the record (it must not exist), tables to leave out (with commas between), the words of the dump.
# Commits are held up until the dump's own snapshot has begun, which is when it writes of its first table: some 50 ms, and 10 s
# at the most. A dump without a record is worth more than none: what keeps us from counting is written down in its place.
DUMP = (
    _SESSION
    + r"""
database, record, left_out, *dump = sys.argv[1:]
HELD = 10
BEGUN = re.compile(rb"^-- (?:Table|Temporary|Sequence|Dumping) ", re.MULTILINE)
# No dump's head, before the snapshot, is as long.
HEAD = 16384
why = rows = holding = None
try:
    holding, counting = Session(database), Session(database)
    counting.ask("SET SESSION max_statement_time = 0; SET SESSION TRANSACTION ISOLATION LEVEL REPEATABLE READ;")
    holding.ask(f"SET SESSION lock_wait_timeout = {HELD}; BACKUP STAGE START; BACKUP STAGE BLOCK_COMMIT;")
    limit = threading.Timer(HELD, holding.client.kill)
    limit.daemon = True
    limit.start()
    counting.ask("START TRANSACTION WITH CONSISTENT SNAPSHOT, READ ONLY;")
except OSError as error:
    why = str(error)
    if holding:
        holding.client.kill()
dumping = subprocess.Popen(dump, stdout=subprocess.PIPE)
head = b""
while len(head) < HEAD and not BEGUN.search(head):
    piece = os.read(dumping.stdout.fileno(), HEAD)
    if not piece:
        break
    head += piece

def count():
    global rows, why
    try:
        rows = counting.count(left_out.split(","), every=False)
    except OSError as error:
        why = str(error)

counts = threading.Thread(target=count, daemon=True)
if why is None:
    try:
        limit.cancel()
        holding.ask("BACKUP STAGE END;")
        counts.start()
    except OSError as error:
        why = f"the dump did not begin within {HELD} s; {error}"
sys.stdout.buffer.write(head)
shutil.copyfileobj(dumping.stdout, sys.stdout.buffer, 1 << 20)
sys.stdout.buffer.flush()
if dumping.wait():
    sys.exit(1)
if counts.is_alive():
    counts.join()
with open(record, "x") as stream:
    json.dump({"database": database, "rows": None if why else rows, "why": why}, stream)
"""
)
