"""What a drill leaves behind for whoever asks later: a JSON and an HTML file, each with an SSH signature beside it."""

from __future__ import annotations

import os
import tempfile
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict

from muhtar import __version__
from muhtar.backup.drill.page import page
from muhtar.doors.process import run
from muhtar.errors import MuhtarError, UsageError
from muhtar.outcome import Status
from muhtar.settings import Site, atomic_write, home, locked

__all__ = ["Evidence", "Looked", "Proved", "Written", "verify", "write"]

_NAMESPACE = "muhtar-drill"
_KEY = "MUHTAR_EVIDENCE_KEY"


class Looked(BaseModel):
    """One thing of the sample, as it was found."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str
    found: str
    equal: bool


class Proved(BaseModel):
    """One drill: which snapshots (whole ids, begun at `taken`) were restored where, how long that took, what came of it.

    `seconds` is None where nothing came back; `estimated` says that it was reckoned from a sample.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    system: str
    source: str
    kind: str
    status: Status
    summary: str
    repository: str
    snapshots: tuple[str, ...] = ()
    taken: datetime | None = None
    place: str | None = None
    seconds: float | None = None
    estimated: bool = False
    sample: tuple[Looked, ...] = ()


class Evidence(BaseModel):
    """All drills of one run. `seed` chooses the same samples from the same snapshots again."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    schema_version: Literal["muhtar.drill/1"] = "muhtar.drill/1"
    site: str
    version: str = __version__
    seed: str
    started: datetime
    finished: datetime
    drills: tuple[Proved, ...]


@dataclass(frozen=True)
class Written:
    """Where the evidence is, and what one types to check it. `remark` says what is to be done about the key, if anything."""

    json: Path
    html: Path
    verify: str
    remark: str = ""


def write(site: Site, evidence: Evidence) -> Written:
    """Write and sign both files. The key is MUHTAR_EVIDENCE_KEY's, or the site's own, which is made where there is none."""
    key, remark = _key(site)
    folder = home() / "evidence" / site.name
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    stem = f"drill-{evidence.started:%Y%m%dT%H%M%S.%fZ}"
    files = {folder / f"{stem}.json": evidence.model_dump_json(indent=1) + "\n", folder / f"{stem}.html": page(evidence)}
    for path, text in files.items():
        signature = _signature(key, text.encode())
        # First what is signed, then the signature: one alone proves nothing, and says so.
        with atomic_write(path) as stream:
            stream.write(text)
        with atomic_write(_beside(path)) as stream:
            stream.write(signature)
    json, html = files
    return Written(json, html, f"./inv backup.drill --site {site.name} --verify {json}", remark)


def verify(site: Site, path: Path) -> str:
    """Check a file against its signature and the keys that the site trusts; says who signed.

    Raises UsageError for a file that is not there, MuhtarError where the signature is missing, or is not of these bytes and a
    trusted key.
    """
    if not path.is_file():
        raise UsageError(f"{path} is not there", mend="./inv backup.drill writes evidence")
    if not _beside(path).is_file():
        raise MuhtarError(f"{path} has no signature beside it ({_beside(path).name})", mend="take it for unproven")
    signers = _signers(site)
    words: list[str | Path] = ["-Y", "verify", "-n", _NAMESPACE, "-I", _name(site), "-f", signers, "-s", _beside(path)]
    done = run(["ssh-keygen", *words], stdin=path.read_bytes(), check=False, timeout=30)
    if done.returncode != 0:
        said = " ".join((done.stderr.strip() or done.stdout.strip()).split())[-300:]
        raise MuhtarError(
            f"{path} is not what a key of {signers} signed: {said}",
            mend="it was changed, or signed by a key that the site does not trust: take it for unproven",
        )
    return done.stdout.strip()


def _signature(key: Path, data: bytes) -> str:
    with tempfile.TemporaryDirectory(prefix="muhtar-sign-") as room:
        file = Path(room) / "evidence"
        file.write_bytes(data)
        run(["ssh-keygen", "-Y", "sign", "-q", "-f", key, "-n", _NAMESPACE, file], timeout=30)
        return _beside(file).read_text(encoding="ascii")


def _key(site: Site) -> tuple[Path, str]:
    """The private key to sign with, and what its owner has yet to do."""
    if named := os.environ.get(_KEY):
        path = Path(named).expanduser()
        if not path.is_file():
            raise UsageError(f"{_KEY} names {path}, which is not there", mend="name the file of a private SSH key")
    else:
        path = site.overlay / "evidence" / "id_ed25519"
        with locked(f"evidence-{site.name}", wait=30):
            if not path.is_file():
                _make(path, site)
    if (site.path / "evidence_signers").is_file():
        return path, ""
    public = run(["ssh-keygen", "-y", "-f", path], timeout=30).stdout.strip()
    with atomic_write(_own_signers(site)) as stream:
        stream.write(f"{_name(site)} {public}\n")
    line = f"{_name(site)} {public}"
    return (
        path,
        f"only this machine trusts the key of the evidence; put this into inventories/{site.name}/evidence_signers: {line}",
    )


def _make(path: Path, site: Site) -> None:
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    # Made beside, then moved: a kill must not leave half a key.
    with tempfile.TemporaryDirectory(prefix=".key.", dir=path.parent) as room:
        made = Path(room) / path.name
        run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", _name(site), "-f", made], timeout=30)
        made.replace(path)


def _signers(site: Site) -> Path:
    """Who may sign: the site's list in git, or else the key of this machine alone."""
    path = site.path / "evidence_signers"
    return path if path.is_file() else _own_signers(site)


def _own_signers(site: Site) -> Path:
    return site.overlay / "evidence" / "allowed_signers"


def _name(site: Site) -> str:
    return f"muhtar@{site.name}"


def _beside(path: Path) -> Path:
    return path.with_name(f"{path.name}.sig")
