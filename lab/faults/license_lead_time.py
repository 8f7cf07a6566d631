"""A license that ends sooner than a new one could be had."""

from __future__ import annotations

from lab.context import Context
from lab.faults.fault import Fault
from lab.overlay.registers import write_register
from muhtar.errors import UsageError

__all__ = ["LicenseLeadTime"]

# Its template says 45 days from order to delivery.
_DAYS = 20
_LICENSE = "antivirus-servers"


class LicenseLeadTime(Fault):
    """The register's end date of one license moves into its lead time. It strikes a register, not a host."""

    name = "license-lead-time"
    summary = f"a license that ends in {_DAYS} days, within its lead time"

    def inject(self, context: Context, host: str | None = None) -> str:
        """Let it end soon."""
        _refuse(host)
        write_register(context.overlay.folder, "licenses", antivirus_ends_in=_DAYS)
        return f"license {_LICENSE} ends in {_DAYS} days"

    def mend(self, context: Context, host: str | None = None) -> str:
        """Renew it."""
        _refuse(host)
        write_register(context.overlay.folder, "licenses")
        return f"license {_LICENSE} renewed"

    def found_by(self, context: Context, host: str | None = None) -> list[tuple[str, str]]:
        """The license must be ordered by now."""
        del context, host
        return [(_LICENSE, "license.expiry")]


def _refuse(host: str | None) -> None:
    if host:
        raise UsageError(f"license-lead-time strikes a register, not {host}", mend="leave --host out")
