"""Who may vouch for a host's certificate, and which name must stand in it."""

from __future__ import annotations

import ssl

from muhtar.inventory import Target
from muhtar.settings import Site

__all__ = ["context_of", "name_of"]


def context_of(site: Site, *, public: bool = False) -> ssl.SSLContext:
    """A client's TLS settings: certificates of the site's own authority where it has one, else of the machine's.

    With `public` those of both: a town's website may have its certificate from elsewhere.
    """
    authority = site.overlay / "ca" / "ca.crt"
    own = str(authority) if authority.is_file() else None
    if not public:
        return ssl.create_default_context(cafile=own)
    context = ssl.create_default_context()
    if own:
        context.load_verify_locations(own)
    return context


def name_of(target: Target) -> str:
    """The name that the host's certificate must carry: its first in `tls_names`, or the one it has in the inventory.

    The address is no identity: whoever takes it over must not be believed.
    """
    names = target.vars.get("tls_names")
    return str(names[0]) if names else target.name
