"""The overlay: made once, kept, private, and an inventory that Ansible reads."""

from __future__ import annotations

import json
import stat
from pathlib import Path

import pytest
import yaml

from lab import overlay
from lab.identity import Identity
from lab.topology import load
from muhtar.doors.apt import Mirrors
from muhtar.errors import MuhtarError
from muhtar.secrets import redact
from muhtar.settings import Site


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("MUHTAR_HOME", str(tmp_path))
    monkeypatch.setattr("lab.identity._taken", lambda own: [])
    monkeypatch.setattr("muhtar.doors.apt.mirrors", lambda: Mirrors("bookworm", "http://mirror.test/debian", None, updates=False))
    overlay.write(Identity(), load())
    return Site("lab").overlay


def test_nobody_else_may_read_what_is_secret(folder: Path) -> None:
    for name in ("vault-password", "group_vars/all/vault.yml", "ssh/id_ed25519", "ssh/hosts/r1"):
        assert stat.S_IMODE((folder / name).stat().st_mode) == 0o600, name
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700


def test_secrets_stand_in_the_vault_alone(folder: Path) -> None:
    secrets = overlay.load().secrets
    values = [secrets["vault_switch_password"], *secrets["vault_backup_repo_password"].values(), secrets["vault_lab_ca_key"]]
    everything = "".join(path.read_text(encoding="utf-8") for path in folder.rglob("*") if path.is_file())
    assert not [value for value in values if value in everything]
    assert (folder / "group_vars" / "all" / "vault.yml").read_text(encoding="ascii").startswith("$ANSIBLE_VAULT;")
    assert redact(f"password={values[0]}") == "password=***"


def test_every_name_of_the_contract_is_there_and_long(folder: Path) -> None:
    secrets = overlay.load().secrets
    flat = [value for value in secrets.values() if isinstance(value, str)]
    flat += [value for group in secrets.values() if isinstance(group, dict) for value in group.values()]
    assert min(map(len, flat)) >= 24
    assert len(set(flat)) == len(flat)
    assert set(secrets["vault_pbx_extension_secrets"]) == {"1001", "1002"}
    assert {"db1", "web1", "pbx1", "nvr1", "r1", "sw1"} <= set(secrets["vault_backup_repo_password"])


def test_a_second_write_changes_no_secret(folder: Path) -> None:
    before = overlay.load()
    keys = {path.name: path.read_bytes() for path in (folder / "ssh" / "hosts").iterdir()}
    after = overlay.write(Identity(), load())
    assert after == before
    assert keys == {path.name: path.read_bytes() for path in (folder / "ssh" / "hosts").iterdir()}


def test_a_lost_certificate_brings_a_new_authority_not_a_broken_pair(folder: Path) -> None:
    before = overlay.load()
    (folder / "ca" / "ca.crt").unlink()
    after = overlay.write(Identity(), load())
    assert after.authority != before.authority
    assert after.secrets["vault_db_app_password"] == before.secrets["vault_db_app_password"]
    assert after.authority.issue("sw1", "lab.example", "192.0.2.1").certificate


def test_a_wrong_vault_password_is_said_with_its_mend(folder: Path) -> None:
    (folder / "vault-password").write_text("something else\n", encoding="utf-8")
    with pytest.raises(MuhtarError, match="does not open") as caught:
        overlay.load()
    assert "lab.reset" in str(caught.value.mend)


def test_host_keys_are_pinned_under_name_and_address(folder: Path) -> None:
    lines = (folder / "ssh" / "known_hosts").read_text(encoding="utf-8").splitlines()
    names, _, key = next(line for line in lines if line.startswith("db1,")).partition(" ")
    assert names == f"db1,{Identity().address(31)}"
    assert key == (folder / "ssh" / "hosts" / "db1.pub").read_text(encoding="utf-8").rpartition(" ")[0]
    config = (folder / "ssh" / "config").read_text(encoding="utf-8")
    assert "StrictHostKeyChecking yes" in config
    assert "accept-new" not in config


def test_ansible_reads_it_on_top_of_the_site(folder: Path) -> None:
    from muhtar.inventory import Inventory

    target = Inventory.load(Site.open("lab")).target("db1")
    assert target.address == Identity().address(31)
    assert target.user == "muhtar"
    assert target.vars["lab_apt_mirror"] == "http://mirror.test/debian"


def test_a_lab_that_was_never_up_has_no_overlay(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MUHTAR_HOME", str(tmp_path))
    with pytest.raises(MuhtarError, match="never up"):
        overlay.load()


def test_registers_are_dated_around_today(folder: Path) -> None:
    from datetime import UTC, date, datetime

    content = yaml.safe_load((folder / "registers" / "licenses.yml").read_text(encoding="utf-8"))
    ends = [entry["end"] for entry in content["licenses"] if "end" in entry]
    assert all(isinstance(end, date) and end > datetime.now(UTC).date() for end in ends)
    assert json.dumps(content, default=str)
