"""Is a database server set up as declared, and does nobody come in without a password or without encryption? Pure."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from muhtar.databases.model import Seen
from muhtar.inventory import Target
from muhtar.outcome import Intent

__all__ = ["Fault", "judge"]

_ROLE = "./inv provision puts role postgresql's rules and settings back"
_OLD_TLS = {"", "TLSv1", "TLSv1.1"}
_WEAK = {"trust": "without a password", "md5": "with a password hashed by MD5", "password": "with a password in clear text"}
_SIZES = {"": 1, "B": 1, "kB": 2**10, "MB": 2**20, "GB": 2**30, "TB": 2**40}
_TIMES = {"us": 1e-3, "ms": 1, "s": 1e3, "min": 6e4, "h": 3.6e6, "d": 8.64e7}
_AMOUNT = re.compile(r"(-?\d+(?:\.\d+)?)\s*([A-Za-z]*)\Z")
# Every database of PostgreSQL has this one.
_BUILTIN = {"plpgsql"}


@dataclass(frozen=True)
class Fault:
    """One thing that is not as it should be."""

    subject: str
    summary: str
    wanted: str
    found: str
    mend: str = _ROLE
    intent: Intent | None = None


def judge(target: Target, seen: Seen) -> list[Fault]:
    """Everything that is wrong with how the server is set up."""
    if seen.engine == "mariadb":
        return list(_mariadb(seen))
    return [*_encryption(seen), *_rules(seen), *_passwords(seen), *_settings(target, seen), *_extensions(target, seen)]


def _encryption(seen: Seen) -> Iterator[Fault]:
    on = seen.settings.get("ssl")
    if on != "on":
        yield Fault("ssl", f"no connection is encrypted: ssl is {on}", "ssl on", f"ssl {on}")
    lowest = seen.settings.get("ssl_min_protocol_version", "")
    if lowest in _OLD_TLS:
        yield Fault("ssl_min_protocol_version", f"TLS from {lowest or 'any version'} on is taken", "TLSv1.2", lowest or "(any)")
    hashing = seen.settings.get("password_encryption")
    if hashing != "scram-sha-256":
        yield Fault("password_encryption", f"new passwords are hashed by {hashing}", "scram-sha-256", str(hashing))


def _rules(seen: Seen) -> Iterator[Fault]:
    for rule in seen.hba:
        line = rule.get("line_number")
        shown = _rule(rule)
        if rule.get("error"):
            yield Fault(
                f"pg_hba.conf: {shown}", f"line {line} of pg_hba.conf is not understood: {rule['error']}", "a rule", shown
            )
            continue
        method, kind = str(rule.get("auth_method")), str(rule.get("type"))
        if method in _WEAK:
            yield Fault(
                f"pg_hba.conf: {shown}",
                f"line {line} of pg_hba.conf lets in {_WEAK[method]}",
                "scram-sha-256, peer or cert",
                shown,
            )
        elif kind in {"host", "hostnossl"} and method != "reject" and not _loopback(str(rule.get("address") or "")):
            yield Fault(
                f"pg_hba.conf: {shown}", f"line {line} of pg_hba.conf lets in over the network without TLS", "hostssl", shown
            )


def _rule(rule: Mapping[str, Any]) -> str:
    parts = [rule.get("type"), ",".join(rule.get("database") or ()), ",".join(rule.get("user_name") or ())]
    return " ".join(str(part) for part in (*parts, rule.get("address"), rule.get("netmask"), rule.get("auth_method")) if part)


def _loopback(address: str) -> bool:
    try:
        return ipaddress.ip_address(address).is_loopback
    except ValueError:
        return False


def _passwords(seen: Seen) -> Iterator[Fault]:
    for account in seen.accounts.values():
        if account.password == "md5":  # noqa: S105 - how it is hashed
            yield Fault(
                f"password of {account.name}",
                f"the password of {account.name} is hashed by MD5",
                "scram-sha-256",
                "md5",
                mend=f"set a new password of {account.name}",
            )


def _settings(target: Target, seen: Seen) -> Iterator[Fault]:
    origin = target.origin("postgresql_settings")
    intent = Intent(file=origin.relative, line=origin.line) if origin else None
    for name, wanted in (target.vars.get("postgresql_settings") or {}).items():
        found = seen.settings.get(name)
        if found is None:
            yield Fault(name, f"the server has no setting {name}", str(wanted), "(unknown)", intent=intent)
        elif _amount(str(wanted)) != _amount(found):
            yield Fault(name, f"{name} runs as {found}, declared is {wanted}", str(wanted), found, intent=intent)


def _amount(text: str) -> object:
    """A value as the server compares it: 2s is 2000ms, `True` is on."""
    plain = text.strip().strip("'")
    if plain.lower() in {"on", "true", "yes"}:
        return "on"
    if plain.lower() in {"off", "false", "no"}:
        return "off"
    match = _AMOUNT.match(plain)
    if match is None:
        return plain.lower()
    unit = match[2]
    if unit in _SIZES:
        return float(match[1]) * _SIZES[unit]
    return ("time", float(match[1]) * _TIMES[unit]) if unit in _TIMES else plain


def _extensions(target: Target, seen: Seen) -> Iterator[Fault]:
    """The role's PostGIS, and what `muhtar_database_extensions` allows anywhere on the server."""
    anywhere = {str(name) for name in target.vars.get("muhtar_database_extensions") or ()}
    maps = {str(name) for name in target.vars.get("postgis_databases") or ()}
    for database, there in seen.extensions.items():
        wanted = {"postgis"} if database in maps else set()
        for name in sorted(wanted - set(there)):
            yield Fault(
                f"extension {name} in {database}",
                f"{database} lacks the extension {name}",
                name,
                "(absent)",
                mend="./inv provision: role postgis makes it",
            )
        for name in sorted(set(there) - wanted - anywhere - _BUILTIN):
            yield Fault(
                f"extension {name} in {database}",
                f"{database} has the extension {name}, which nobody declared",
                "(absent)",
                name,
                mend=f"DROP EXTENSION {name}, or name it in muhtar_database_extensions",
            )


def _mariadb(seen: Seen) -> Iterator[Fault]:
    settings = seen.settings
    bound = settings.get("bind_address", "")
    local = settings.get("skip_networking") == "ON" or bound == "localhost" or _loopback(bound)
    mend = "write it into /etc/mysql/mariadb.conf.d, and restart MariaDB"
    if not local and settings.get("require_secure_transport") != "ON":
        yield Fault(
            "require_secure_transport",
            f"connections to {bound or 'every address'} may go unencrypted",
            "ON",
            settings.get("require_secure_transport", "(unknown)"),
            mend,
        )
    if not local and settings.get("have_ssl") != "YES":
        yield Fault("have_ssl", "the server speaks no TLS", "YES", settings.get("have_ssl", "(unknown)"), mend)
    old = _OLD_TLS & {word.strip() for word in settings.get("tls_version", "").replace("TLSv1.0", "TLSv1").split(",")}
    if not local and old:
        yield Fault("tls_version", "TLS older than 1.2 is taken", "TLSv1.2,TLSv1.3", settings.get("tls_version", ""), mend)
    if settings.get("skip_grant_tables") == "ON":
        yield Fault("skip_grant_tables", "everybody may do everything", "OFF", "ON", mend)
    for account in seen.accounts.values():
        if account.login and account.name.startswith("@"):
            yield Fault(
                f"account {account.name}",
                "there is an account without a name: everybody is it",
                "(absent)",
                account.name,
                f"DROP USER ''{account.name}",
            )
        elif account.login and account.password == "none":  # noqa: S105 - that there is none
            yield Fault(
                f"password of {account.name}",
                f"{account.name} has no password",
                "a password",
                "(none)",
                f"set a password of {account.name}, or lock it",
            )
