"""The repository server's users file, as role backup_server writes it."""

from __future__ import annotations

import importlib.util
from pathlib import Path

import bcrypt

PATH = Path(__file__).parents[3] / "roles/backup_server/filter_plugins/backup_server_htpasswd.py"
SPEC = importlib.util.spec_from_file_location("backup_server_htpasswd", PATH)
assert SPEC is not None
assert SPEC.loader is not None
MODULE = importlib.util.module_from_spec(SPEC)
SPEC.loader.exec_module(MODULE)
htpasswd = MODULE.FilterModule().filters()["backup_server_htpasswd"]
USERS = {"web1": "the-password-of-web1", "db1": "the-password-of-db1"}


def test_each_user_has_a_hash_that_fits() -> None:
    lines = dict(line.split(":", 1) for line in htpasswd(USERS).splitlines())
    assert list(lines) == ["db1", "web1"]
    assert all(bcrypt.checkpw(USERS[user].encode(), known.encode()) for user, known in lines.items())
    assert not [password for password in USERS.values() if password in htpasswd(USERS)]


def test_nothing_changes_where_nothing_changed() -> None:
    first = htpasswd(USERS)
    assert htpasswd(USERS, first) == first


def test_a_new_password_and_a_user_that_left() -> None:
    first = htpasswd(USERS)
    second = htpasswd({"web1": "another-password-of-web1"}, first)
    assert not second.startswith("db1")
    assert bcrypt.checkpw(b"another-password-of-web1", second.split(":")[1].strip().encode())


def test_what_is_no_hash_is_replaced() -> None:
    assert "$2b$" in htpasswd({"web1": "the-password-of-web1"}, "web1:{SHA}nonsense\ngarbage\n")
