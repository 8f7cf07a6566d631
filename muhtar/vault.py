"""The site's vault for what Muhtar itself keeps: text that nobody can read who lacks the vault password."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from muhtar.errors import MuhtarError
from muhtar.settings import Site

__all__ = ["MEND", "Vault", "VaultError"]

MEND = (
    "put the site's vault password into <state folder>/sites/<site>/vault-password, "
    "or name its file by ANSIBLE_VAULT_PASSWORD_FILE"
)


class VaultError(MuhtarError):
    """There is no vault password, or it does not open a text."""


@dataclass(frozen=True)
class Vault:
    """Seals and opens texts in Ansible's own vault format, so `ansible-vault view` opens them too.

    Deriving a key takes about 25 ms a sealing: put what belongs together into one text.
    """

    site: str
    secret: Any = field(repr=False)

    @classmethod
    def of(cls, site: Site) -> Vault:
        """The vault of a site. Raises VaultError where the site has no vault password."""
        from ansible.errors import AnsibleError
        from ansible.parsing.dataloader import DataLoader
        from ansible.parsing.vault import get_file_vault_secret

        path = site.vault_password_file
        if path is None:
            raise VaultError(f"site {site.name} has no vault password, and configurations are kept encrypted only", mend=MEND)
        try:
            secret = get_file_vault_secret(filename=str(path), vault_id="default", loader=DataLoader())
            secret.load()
        except AnsibleError as error:
            raise VaultError(f"the vault password cannot be read: {error}", path=path, mend=MEND) from error
        return cls(site.name, secret)

    def seal(self, data: bytes) -> str:
        """`data` as vault text."""
        from ansible.parsing.vault import VaultLib

        sealed: bytes = VaultLib([("default", self.secret)]).encrypt(data, self.secret)
        return sealed.decode("ascii")

    def open(self, text: str) -> bytes:
        """What `seal` was given. Raises VaultError for another vault's text, a damaged one, or one that is none."""
        from ansible.errors import AnsibleError
        from ansible.parsing.vault import VaultLib

        try:
            opened: bytes = VaultLib([("default", self.secret)]).decrypt(text.encode())
        except (AnsibleError, UnicodeError) as error:
            raise VaultError(
                f"the vault of site {self.site} does not open it: damaged, or sealed with another vault password", mend=MEND
            ) from error
        return opened
