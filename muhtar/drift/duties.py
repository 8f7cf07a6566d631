"""Which duty of the department a role serves: what a drifted task of it puts at risk."""

from __future__ import annotations

__all__ = ["ROLES", "duty_of"]

ROLES: dict[str, str] = {
    "asterisk": "8f",
    "backup_client": "8d",
    "backup_server": "8d",
    "base": "8h",
    "nvr": "8k",
    "phone_provisioning": "8f",
    "postgis": "8j",
    "postgresql": "8b6",
    "tls": "8ı",
    "web": "8l",
}


def duty_of(role: str | None) -> str | None:
    """The duty of a role; None for a task of no role and a role of no particular duty (the check's own duty holds then)."""
    return ROLES.get(role or "")
