"""What is sealed comes back byte for byte, and to nobody else."""

from __future__ import annotations

from pathlib import Path

import pytest

from muhtar.settings import Site
from muhtar.vault import Vault, VaultError
from tests.support.town import lab_site


@pytest.fixture
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Site:
    return lab_site(tmp_path, monkeypatch)


@pytest.mark.parametrize("data", [b"", b"hostname r1\r\n", bytes(range(256)), "ağ".encode()])
def test_what_is_sealed_comes_back(data: bytes, site: Site) -> None:
    vault = Vault.of(site)
    sealed = vault.seal(data)
    assert sealed.startswith("$ANSIBLE_VAULT;1.1;AES256")
    assert vault.open(sealed) == data
    assert "Kasa" not in repr(vault)


def test_another_password_a_damaged_text_and_none_do_not_open(site: Site) -> None:
    vault = Vault.of(site)
    sealed = vault.seal(b"hostname r1")
    for wrong in ("", "hostname r1", sealed[:-10], sealed.replace("6", "7", 1)):
        with pytest.raises(VaultError, match="does not open"):
            vault.open(wrong)
    (site.overlay / "vault-password").write_text("Baska-Bir-Parola-99", encoding="utf-8")
    with pytest.raises(VaultError, match="does not open"):
        Vault.of(site).open(sealed)


def test_without_a_password_there_is_no_vault(site: Site, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (site.overlay / "vault-password").unlink()
    with pytest.raises(VaultError, match="has no vault password"):
        Vault.of(site)
    monkeypatch.setenv("ANSIBLE_VAULT_PASSWORD_FILE", str(tmp_path / "absent"))
    with pytest.raises(VaultError, match="cannot be read"):
        Vault.of(site)
