"""FRR configuration text without its secrets."""

from __future__ import annotations

import re

__all__ = ["REMOVED", "sanitize"]

REMOVED = "<removed>"

_SECRETS = re.compile(
    r"""(?mx) ^ (?P<before> [-+]? [ ]* (?: no [ ] )? (?:
        (?: enable [ ] )? password (?: [ ] 8 )?
      | (?: ip [ ] )? ospf6? [ ] (?: .* [ ] )? message-digest-key [ ] \d+ [ ] md5
      | (?: ip [ ] )? ospf [ ] (?: .* [ ] )? authentication-key
      | ipv6 [ ] ospf6 [ ] authentication [ ] .* \b key
      | area [ ] .* (?: message-digest-key [ ] \d+ [ ] md5 | authentication-key )
      | (?: isis | area-password | domain-password ) [ ] (?: password [ ] )? (?: md5 | clear )
      | ip [ ] rip [ ] authentication [ ] string
      | key-string
      | ip [ ] (?: nhrp | eigrp ) [ ] (?: .* [ ] )? authentication (?: [ ] key )?
      | neighbor [ ] .* [ ] (?: ttl-security-key | authentication [ ] key )
    ) ) [ ] \S+ (?P<after> .*) $"""
)
# FRR takes all that is left of the line as the password.
_NEIGHBORS = re.compile(r"(?m)^(?P<before>[-+]? *(?:no )?neighbor \S+ password) .*$")


def sanitize(text: str) -> str:
    """`text` (a configuration, or a diff of one) with every password and key replaced by `<removed>`."""
    return _SECRETS.sub(rf"\g<before> {REMOVED}\g<after>", _NEIGHBORS.sub(rf"\g<before> {REMOVED}", text))
