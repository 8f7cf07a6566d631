"""Who may vouch for a host's certificate, and which name must stand in it."""

from __future__ import annotations

import ssl

from muhtar.inventory import Target
from muhtar.settings import Site

__all__ = ["context_of", "name_of"]


def context_of(site: Site) -> ssl.SSLContext:
    """A client's TLS settings: certificates of the site's own authority where it has one, else of the machine's."""
    authority = site.overlay / "ca" / "ca.crt"
    return ssl.create_default_context(cafile=str(authority) if authority.is_file() else None)


def name_of(target: Target) -> str:
    """The name that the host's certificate must carry: its first in `tls_names`, or the one it has in the inventory.

    The address is no identity: whoever takes it over must not be believed.
    """
    names = target.vars.get("tls_names")
    return str(names[0]) if names else target.name
