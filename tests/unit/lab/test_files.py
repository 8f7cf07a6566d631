"""What is copied into a container before it starts."""

from __future__ import annotations

import io
import json
import tarfile
from ipaddress import IPv4Network
from pathlib import Path

import pytest

from lab.containers import describe
from lab.context import Context
from lab.files import SETTINGS, File, archive, files_for
from lab.identity import Identity
from lab.overlay import Overlay
from lab.overlay.authority import Authority
from lab.overlay.keys import ensure_key
from lab.topology import load
from muhtar.settings import ROOT


@pytest.fixture
def context(tmp_path: Path) -> Context:
    for host in ("r1", "web1", "drill1", "sw3"):
        ensure_key(tmp_path / "ssh" / "hosts" / host, host)
    secrets = {"vault_switch_password": "switch-secret-0123456789", "vault_camera_password": "camera-secret-0123456789"}
    identity = Identity()
    identity.__dict__["subnet"] = IPv4Network("10.100.7.0/24")
    return Context(identity, load(), Overlay(tmp_path, Authority.create("test CA"), "ssh-ed25519 AAAA muhtar", secrets))


def by_path(context: Context, host: str) -> dict[str, File]:
    return {file.path: file for file in files_for(context, context.topology.host(host))}


def test_a_server_knows_its_neighbours_and_who_may_enter(context: Context) -> None:
    found = by_path(context, "web1")
    assert "10.100.7.31 db1.lab.example db1" in found["/etc/hosts"].content
    assert found["/home/muhtar/.ssh/authorized_keys"].content == "ssh-ed25519 AAAA muhtar\n"
    assert found["/etc/ssh/ssh_host_ed25519_key"].mode == 0o600


def test_apt_goes_on_without_the_cache(context: Context) -> None:
    script = by_path(context, "web1")["/usr/local/lib/muhtar/apt-proxy"]
    assert script.mode == 0o755
    assert "http://10.100.7.5:3142" in script.content
    assert "DIRECT" in script.content


@pytest.mark.parametrize("host", ["sw1", "sw3", "cam1"])
def test_a_simulator_reads_its_password_from_a_private_file(context: Context, host: str) -> None:
    found = by_path(context, host)
    settings = json.loads(found[SETTINGS].content)
    password = found[settings["password_file"]]
    assert password.mode == 0o600
    assert password.content.strip().endswith("-secret-0123456789")
    assert password.content.strip() not in found[SETTINGS].content


def test_the_switch_simulator_takes_its_settings(context: Context, tmp_path: Path) -> None:
    from lab.simulators.eos.settings import load as load_settings

    file = tmp_path / "settings.json"
    file.write_text(by_path(context, "sw1")[SETTINGS].content, encoding="utf-8")
    assert load_settings(file).neighbors[0].device == "sw2"


def test_the_ios_simulator_takes_its_settings(context: Context, tmp_path: Path) -> None:
    from lab.simulators.ios.settings import load as load_settings

    found = by_path(context, "sw3")
    file = tmp_path / "settings.json"
    file.write_text(found[SETTINGS].content, encoding="utf-8")
    settings = load_settings(file)
    assert settings.neighbors[0].device == "sw2"
    assert found[str(settings.host_key)].mode == 0o600


def test_the_camera_simulator_takes_its_settings(context: Context, tmp_path: Path) -> None:
    from lab.simulators.camera.settings import load as load_settings

    file = tmp_path / "settings.json"
    file.write_text(by_path(context, "cam2")[SETTINGS].content, encoding="utf-8")
    assert load_settings(file).name == "cam2"


def test_no_secret_stands_where_podman_inspect_shows_it(context: Context) -> None:
    for host in ("sw1", "sw3", "cam1", "web1", "r1"):
        argv = " ".join(describe(context, context.topology.host(host), "image:1"))
        assert "secret" not in argv
        # Of this machine only code is mounted, nothing of the state folder.
        assert argv.count("--volume") == argv.count(f"--volume {ROOT}/lab/simulators:"), host


def test_the_archive_keeps_modes_and_belongs_to_root() -> None:
    data = archive([File("/etc/secret", "s\n", 0o600), File("/usr/local/lib/x", "#!/bin/sh\n", 0o755)])
    with tarfile.open(fileobj=io.BytesIO(data)) as tar:
        entries = {entry.name: entry for entry in tar}
    assert entries["etc/secret"].mode == 0o600
    assert entries["usr/local/lib/x"].mode == 0o755
    assert {entry.uid for entry in entries.values()} == {0}
    assert not [entry for entry in entries.values() if entry.isdir()]


def test_a_scratch_host_that_no_role_hardens_takes_no_password(context: Context) -> None:
    path = "/etc/ssh/sshd_config.d/10-muhtar.conf"
    assert "PasswordAuthentication no\n" in by_path(context, "drill1")[path].content
    assert path not in by_path(context, "web1")
