"""The evidence of a drill: signed by a real ssh-keygen, and worth nothing once a byte of it is another."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from muhtar.backup.drill.evidence import Evidence, Looked, Proved, verify, write
from muhtar.doors.process import run
from muhtar.errors import MuhtarError, UsageError
from muhtar.outcome import Status
from muhtar.settings import Site

NOW = datetime(2027, 1, 31, 12, tzinfo=UTC)


@pytest.fixture
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Site:
    monkeypatch.setenv("MUHTAR_HOME", str(tmp_path / "home"))
    monkeypatch.delenv("MUHTAR_EVIDENCE_KEY", raising=False)
    (tmp_path / "inventories" / "town").mkdir(parents=True)
    return Site("town", tmp_path)


def evidence(name: str = "/etc/<b>motd</b>") -> Evidence:
    proof = Proved(
        system="web1",
        source="content",
        kind="files",
        status=Status.OK,
        summary="1 of 1 file looked at and equal",
        repository="web1",
        snapshots=("a" * 64,),
        taken=NOW,
        place="a folder of the runner",
        seconds=1.5,
        sample=(Looked(name=name, found="f" * 64, equal=True),),
    )
    return Evidence(site="town", seed="5eed", started=NOW, finished=NOW, drills=(proof,))


def test_it_names_snapshot_sample_duration_and_result(site: Site) -> None:
    written = write(site, evidence())
    page = written.html.read_text()
    for text in ("a" * 16, "f" * 64, "1.5 s", "5eed", "1 of 1 file looked at and equal", "2027-01-31 12:00"):
        assert text in page
    assert "<b>motd" not in page
    assert Evidence.model_validate_json(written.json.read_text()) == evidence()


def test_the_signature_holds_for_these_bytes_alone(site: Site) -> None:
    written = write(site, evidence())
    assert "muhtar@town" in verify(site, written.json)
    assert "muhtar@town" in verify(site, written.html)
    written.json.write_text(written.json.read_text().replace('"web1"', '"web2"'))
    with pytest.raises(MuhtarError, match="is not what a key of"):
        verify(site, written.json)


def test_the_signature_of_another_file_does_not_count(site: Site) -> None:
    written = write(site, evidence())
    Path(f"{written.json}.sig").write_text(Path(f"{written.html}.sig").read_text())
    with pytest.raises(MuhtarError, match="is not what a key of"):
        verify(site, written.json)


def test_what_has_no_signature_is_unproven(site: Site) -> None:
    written = write(site, evidence())
    Path(f"{written.html}.sig").unlink()
    with pytest.raises(MuhtarError, match="has no signature"):
        verify(site, written.html)
    with pytest.raises(UsageError, match="is not there"):
        verify(site, Path(f"{written.html}.other"))


def test_the_key_is_made_once_for_its_owners_eyes_and_named_for_the_repository(site: Site) -> None:
    first = write(site, evidence())
    key = site.overlay / "evidence" / "id_ed25519"
    assert key.stat().st_mode & 0o777 == 0o600
    assert f"inventories/town/evidence_signers: muhtar@town {_public(key)}" in first.remark
    before = key.read_bytes()
    write(site, evidence())
    assert key.read_bytes() == before


def test_only_keys_that_the_site_lists_count(site: Site) -> None:
    written = write(site, evidence())
    other = site.root / "other"
    run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", other])
    (site.path / "evidence_signers").write_text(f"muhtar@town {_public(other)}\n")
    with pytest.raises(MuhtarError, match="evidence_signers"):
        verify(site, written.json)


def test_the_environment_names_the_key(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    key = site.root / "key"
    run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", key])
    (site.path / "evidence_signers").write_text(f"muhtar@town {_public(key)}\n")
    monkeypatch.setenv("MUHTAR_EVIDENCE_KEY", str(key))
    written = write(site, evidence())
    assert written.remark == ""
    assert "muhtar@town" in verify(site, written.json)
    assert not (site.overlay / "evidence").exists()
    monkeypatch.setenv("MUHTAR_EVIDENCE_KEY", str(site.root / "gone"))
    with pytest.raises(UsageError, match="is not there"):
        write(site, evidence())


def _public(key: Path) -> str:
    return run(["ssh-keygen", "-y", "-f", key]).stdout.strip()
