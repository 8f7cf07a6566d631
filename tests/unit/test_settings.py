from __future__ import annotations

import multiprocessing
import os
import signal
import time
from pathlib import Path

import pytest

from muhtar.errors import InventoryError, LockedError
from muhtar.settings import ROOT, Site, atomic_write, home, locked, sites


@pytest.fixture(autouse=True)
def state(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MUHTAR_HOME", str(tmp_path / "home"))
    for name in ("MUHTAR_SITE", "ANSIBLE_VAULT_PASSWORD_FILE"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def site(tmp_path: Path) -> Site:
    found = Site("konak", root=tmp_path)
    found.path.mkdir(parents=True)
    found.hosts_file.write_text("all: {}\n", encoding="utf-8")
    return found


def test_home_is_the_checkouts_unless_told_otherwise(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    assert home() == tmp_path / "home"
    monkeypatch.delenv("MUHTAR_HOME")
    assert home() == ROOT / ".muhtar"


def test_the_lab_is_the_default_site(monkeypatch: pytest.MonkeyPatch) -> None:
    assert "lab" in sites()
    assert Site.open().name == "lab"
    monkeypatch.setenv("MUHTAR_SITE", "lab")
    assert Site.open(None).path == ROOT / "inventories/lab"


def test_an_unknown_site_names_the_known_ones() -> None:
    with pytest.raises(InventoryError) as caught:
        Site.open("atlantis")
    assert "lab" in (caught.value.mend or "")
    assert caught.value.path


def test_the_overlay_comes_last_and_wins(site: Site) -> None:
    assert site.sources == [site.hosts_file]
    dynamic = site.path / "sources" / "netbox.yml"
    own = site.overlay / "hosts.yml"
    for path in (dynamic, own):
        path.parent.mkdir(parents=True)
        path.touch()
    assert site.sources == [site.hosts_file, dynamic, own]


def test_registers_of_the_overlay_win(site: Site) -> None:
    assert site.register("licenses") == site.path / "registers/licenses.yml"
    own = site.overlay / "registers/licenses.yml"
    own.parent.mkdir(parents=True)
    own.touch()
    assert site.register("licenses") == own


def test_vault_password_and_ssh_config(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    assert site.vault_password_file is None
    assert site.ssh_config is None
    monkeypatch.setenv("ANSIBLE_VAULT_PASSWORD_FILE", "/named")
    assert site.vault_password_file == Path("/named")
    (site.overlay / "ssh").mkdir(parents=True)
    for name in ("vault-password", "ssh/config"):
        (site.overlay / name).touch()
    assert site.vault_password_file == site.overlay / "vault-password"
    assert site.ssh_config == site.overlay / "ssh/config"


def test_settings_are_defaults_until_the_site_says_otherwise(site: Site) -> None:
    assert site.settings["timezone"] == "Europe/Istanbul"
    (site.path / "settings.yml").write_text("workers: 3\n", encoding="utf-8")
    again = Site(site.name, root=site.root)
    assert (again.settings["workers"], again.settings["language"]) == (3, "en")


@pytest.mark.parametrize(("text", "words"), [("workres: 3\n", "unknown setting 'workres'"), ("workers: [3\n", "not YAML")])
def test_wrong_settings_are_named(site: Site, text: str, words: str) -> None:
    (site.path / "settings.yml").write_text(text, encoding="utf-8")
    with pytest.raises(InventoryError, match=words) as caught:
        assert site.settings
    assert caught.value.path == str(site.path / "settings.yml")


def _fail(path: Path) -> None:
    with atomic_write(path) as stream:
        stream.write("half")
        msg = "interrupted"
        raise RuntimeError(msg)


def test_a_file_is_written_whole_or_not_at_all(tmp_path: Path) -> None:
    path = tmp_path / "folder" / "file"
    with atomic_write(path, mode=0o600) as stream:
        stream.write("old")
    with pytest.raises(RuntimeError):
        _fail(path)
    assert path.read_text(encoding="utf-8") == "old"
    assert path.stat().st_mode & 0o777 == 0o600
    assert [item.name for item in path.parent.iterdir()] == ["file"]


def _hold(name: str, seconds: float) -> None:
    # Whoever asks whether it holds holds it for a moment, too.
    with locked(name, wait=30):
        time.sleep(seconds)


def _held(name: str) -> bool:
    try:
        with locked(name):
            return False
    except LockedError:
        return True


@pytest.fixture
def holder() -> multiprocessing.Process:
    process = multiprocessing.get_context("spawn").Process(target=_hold, args=("web1", 60))
    process.start()
    deadline = time.monotonic() + 60
    while not _held("web1") and time.monotonic() < deadline:
        time.sleep(0.05)
    return process


def test_a_lock_excludes_another_run_and_dies_with_it(holder: multiprocessing.Process) -> None:
    with pytest.raises(LockedError, match=f"process {holder.pid}"), locked("web1"):
        pass
    with locked("db1"):
        assert holder.is_alive()
    assert holder.pid
    os.kill(holder.pid, signal.SIGKILL)
    holder.join(30)
    with locked("web1", wait=5):
        pass


def test_a_lock_waits_as_long_as_it_is_told(holder: multiprocessing.Process) -> None:
    began = time.monotonic()
    with pytest.raises(LockedError), locked("web1", wait=0.5):
        pass
    assert time.monotonic() - began >= 0.5
    holder.terminate()
    holder.join(30)


def test_the_coverage_of_a_drift_check_is_a_percentage(site: Site) -> None:
    assert site.settings["drift"] == {"coverage_percent": 80}
    (site.path / "settings.yml").write_text("drift: {coverage_percent: 95}\n", encoding="utf-8")
    assert Site("konak", root=site.root).settings["drift"] == {"coverage_percent": 95}


@pytest.mark.parametrize(
    "text", ["drift: 80", "drift: {coverage: 80}", "drift: {coverage_percent: 101}", "drift: {coverage_percent: yes}"]
)
def test_what_is_no_percentage_is_refused_with_its_place(site: Site, text: str) -> None:
    (site.path / "settings.yml").write_text(text + "\n", encoding="utf-8")
    with pytest.raises(InventoryError) as caught:
        _ = site.settings
    assert caught.value.path == str(site.path / "settings.yml")
    assert str(caught.value.key).startswith("drift")
    assert "coverage_percent" in f"{caught.value.key} {caught.value.mend}"
