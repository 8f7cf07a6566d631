"""The lab's secrets: made once, kept in one file that Ansible's own vault encrypts, completed when new ones are asked for."""

from __future__ import annotations

import secrets
import string
from pathlib import Path
from typing import Any

import yaml

from lab.overlay.authority import Authority
from lab.topology import Topology
from muhtar.errors import MuhtarError
from muhtar.secrets import remember
from muhtar.settings import atomic_write

__all__ = ["ensure_password", "ensure_secrets", "read_secrets"]

# Letters and digits only: each of them survives URLs, INI files and shells unquoted. 32 of them carry 190 bits.
_ALPHABET = string.ascii_letters + string.digits
_LENGTH = 32
_HEADER = "# Secrets of this lab; made by lab.up, gone with lab.reset.\n"
_EXTENSIONS = ("1001", "1002")


def ensure_password(path: Path) -> str:
    """The vault password in `path`, made (mode 0600) unless it is there."""
    if not path.is_file():
        with atomic_write(path, mode=0o600) as stream:
            stream.write(_new() + "\n")
    password = path.read_text(encoding="utf-8").strip()
    remember(password)
    return password


def ensure_secrets(path: Path, password: str, topology: Topology, certificate: Path) -> dict[str, Any]:
    """The secrets in `path`, with those that are missing made and added. Returns name → value (text, or a dict of texts).

    `certificate` is where the authority's certificate stands; it is made together with its key, or anew where one is missing.
    """
    known = read_secrets(path, password) if path.is_file() else {}
    wanted = _complete(known, topology)
    authority = None
    if "vault_lab_ca_key" not in known or not certificate.is_file():
        authority = Authority.create("Muhtar lab CA")
        wanted["vault_lab_ca_key"] = authority.key
        # Gone while the key is being replaced: a kill between the two must not leave a pair that does not match.
        certificate.unlink(missing_ok=True)
    if wanted != known:
        with atomic_write(path, mode=0o600) as stream:
            stream.write(_encrypt(_HEADER + yaml.safe_dump(wanted, sort_keys=True), password))
    if authority:
        with atomic_write(certificate) as stream:
            stream.write(authority.certificate)
    _remember(wanted)
    return wanted


def read_secrets(path: Path, password: str) -> dict[str, Any]:
    """The secrets in `path`. Raises MuhtarError where the password does not open it."""
    from ansible.errors import AnsibleError
    from ansible.parsing.vault import VaultLib

    try:
        text = VaultLib([("default", _secret(password))]).decrypt(path.read_bytes())
    except AnsibleError as error:
        raise MuhtarError(
            "the lab's vault does not open with the lab's vault password", path=path, mend="./inv lab.reset makes both anew"
        ) from error
    found: dict[str, Any] = yaml.safe_load(text)
    _remember(found)
    return found


def _complete(known: dict[str, Any], topology: Topology) -> dict[str, Any]:
    inventory = [host.name for host in topology.hosts.values() if host.inventory]
    # The runner itself keeps device configurations and has a repository of its own.
    clients = [*inventory, "runner"]
    wanted = dict(known)
    for name in (
        "vault_db_app_password",
        "vault_pbx_ami_secret",
        "vault_nvr_admin_password",
        "vault_nvr_db_password",
        "vault_camera_password",
        "vault_switch_password",
    ):
        wanted.setdefault(name, _new())
    for name, keys in (
        ("vault_backup_repo_password", clients),
        ("vault_backup_http_password", clients),
        # The second copies have keys of their own, which no client knows.
        ("vault_backup_far_repo_password", clients),
        ("vault_backup_far_http_password", clients),
        ("vault_pbx_extension_secrets", _EXTENSIONS),
    ):
        wanted[name] = {key: wanted.get(name, {}).get(key) or _new() for key in keys}
    return wanted


def _encrypt(text: str, password: str) -> str:
    from ansible.parsing.vault import VaultLib

    secret = _secret(password)
    encrypted: bytes = VaultLib([("default", secret)]).encrypt(text, secret)
    return encrypted.decode()


def _secret(password: str) -> Any:
    from ansible.parsing.vault import VaultSecret

    return VaultSecret(password.encode())


def _new() -> str:
    return "".join(secrets.choice(_ALPHABET) for _ in range(_LENGTH))


def _remember(values: dict[str, Any]) -> None:
    for value in values.values():
        for text in value.values() if isinstance(value, dict) else [value]:
            remember(*(line for line in str(text).splitlines() if not line.startswith("-----")))
