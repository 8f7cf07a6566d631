"""Where backups are kept, and for how long: repository servers and retentions, as the policy register writes them."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, model_validator

from muhtar.registers.fields import Name

__all__ = ["Keeper", "Retention"]

_STRICT = ConfigDict(frozen=True, extra="forbid")

Keep = Annotated[int, Field(strict=True, ge=0, le=10_000)]


class Keeper(BaseModel):
    """A repository server. Each host has a repository of its own there, named as the host, under a user named so too.

    `server` is a host of the inventory. `passwords` and `user_passwords` name inventory variables (vaulted) that map each
    host to its repository's password and to its user's. `shared` names one repository (and user) for all hosts instead: for
    network devices, whose backups are all written from here. `ca` is a certificate on the hosts to trust the server by.

    `medium`, `offsite` and `append_only` say what no program can see from here; `./inv backup.status` holds the 3-2-1 rule
    against them, and `append_only` against the last drift check of the server.
    """

    model_config = _STRICT

    server: str = Field(description="a host of the inventory, of role backup_server")
    port: int = Field(default=8000, ge=1, le=65535, description="its port")
    passwords: str = Field(description="name of the inventory variable that maps each host to its repository's password")
    user_passwords: str = Field(description="name of the inventory variable that maps each host to its user's password")
    shared: str | None = Field(
        default=None,
        pattern=r"^[a-z][a-z0-9_-]*$",
        description="one repository of this name for all hosts instead of one each; only for network devices",
    )
    ca: str | None = Field(default=None, pattern="^/", description="path, on the hosts, of the CA to trust the server by")
    medium: Name | None = Field(default=None, description="what it is written on, in your words: 'disks of bak1', 'tape library'")
    offsite: bool = Field(default=False, description="true where a fire in the server room would not reach it")
    append_only: bool = Field(default=False, description="true where a client can add to it and delete nothing")

    def repository_of(self, host: str) -> str:
        """The name of the repository that a host's backups are in: its own, or the shared one."""
        return self.shared or host


class Retention(BaseModel):
    """How many snapshots of each source are kept, in restic's own words: the newest of each of the last `keep_daily` days, ..."""

    model_config = _STRICT

    keep_last: Keep = Field(default=0, description="the newest so many, whatever their age")
    keep_hourly: Keep = Field(default=0, description="one of each of the last so many hours that have one")
    keep_daily: Keep = Field(default=0, description="one of each of the last so many days that have one")
    keep_weekly: Keep = Field(default=0, description="one of each of the last so many weeks that have one")
    keep_monthly: Keep = Field(default=0, description="one of each of the last so many months that have one")
    keep_yearly: Keep = Field(default=0, description="one of each of the last so many years that have one")

    @model_validator(mode="after")
    def _something(self) -> Retention:
        if not self.rules:
            msg = "keeps nothing: give at least one number"
            raise ValueError(msg)
        return self

    @property
    def rules(self) -> dict[str, int]:
        """The numbers that say something, by their key: {"keep_daily": 14, ...}."""
        return {key: number for key, number in self.model_dump().items() if number}

    @property
    def options(self) -> list[str]:
        """As options of `restic forget`: ["--keep-daily=14", ...]."""
        return [f"--{key.replace('_', '-')}={number}" for key, number in self.rules.items()]

    def __str__(self) -> str:
        return ", ".join(f"{number} {key.removeprefix('keep_')}" for key, number in self.rules.items())
