"""Rules of good practice for what is declared of a PBX: pure functions from `Declared` to what speaks against it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from muhtar.pbx.declared import Declared
from muhtar.pbx.patterns import costly
from muhtar.pbx.phones import KEY, Phone
from muhtar.pbx.weak import weak_pin, weak_secret

__all__ = ["RULES", "Hit", "without_phone"]


@dataclass(frozen=True)
class Hit:
    """What a rule found: the thing, a sentence, what would be right, what is, the mend, and the variable that says so."""

    subject: str
    summary: str
    wanted: str
    found: str
    mend: str
    key: str


def _secrets(pbx: Declared) -> Iterator[Hit]:
    mend = "make a random one of 20 characters in the vault, provision the PBX and the phone"
    kinds = (("asterisk_extension_secrets", "extension", pbx.secrets), ("asterisk_trunk_secrets", "trunk", pbx.trunk_secrets))
    for key, kind, secrets in kinds:
        shared = Counter(secrets.values())
        for name, secret in secrets.items():
            why = weak_secret(secret, name)
            if why is None and shared[secret] > 1:
                why = f"{shared[secret]} {kind}s have the same"
            if why:
                yield Hit(f"secret of {kind} {name}", f"is weak: {why}", "a random secret of its own", why, mend, key)
    for name, pin in pbx.pins.items():
        if why := weak_pin(pin):
            wanted, mend = "six digits or more without a pattern", "make a random one in the vault"
            yield Hit(f"PIN of route {name}", f"is weak: {why}", wanted, why, mend, "asterisk_pins")


def _numbers(pbx: Declared) -> Iterator[Hit]:
    uses: list[tuple[str, str, str]] = [
        *((extension.number, f"extension {extension.name}", "asterisk_extensions") for extension in pbx.extensions),
        *((queue.number, f"queue {queue.name}", "asterisk_queues") for queue in pbx.queues),
        *zip(pbx.own, ("the echo", "voicemail"), ("asterisk_echo_number", "asterisk_voicemail_number"), strict=True),
    ]
    uses += [(f"trunk {trunk.name}", trunk.server, "asterisk_trunks") for trunk in pbx.trunks]
    uses += [(f"{call.number} over {call.trunk}", f"call to {call.to}", "asterisk_inbound") for call in pbx.inbound]
    for name, many in Counter(number for number, _, _ in uses).items():
        if many > 1:
            users = [user for number, user, _ in uses if number == name]
            key = next(key for number, _, key in reversed(uses) if number == name)
            summary = f"stands for {many} things: {', '.join(users)}"
            yield Hit(f"number {name}", summary, "one thing", "\n".join(users), "give each a number of its own", key)


def _trunks(pbx: Declared) -> Iterator[Hit]:
    for trunk in pbx.trunks:
        subject = f"trunk {trunk.name}"
        if trunk.transport != "tls":
            mend = "agree on TLS with the provider, or waive it where the line is a private one"
            yield Hit(f"{subject}: TLS", "its signalling travels in the clear", "tls", trunk.transport, mend, "asterisk_trunks")
        if not trunk.networks:
            mend = "list the provider's addresses in networks"
            summary = "calls come in from whatever its name resolves to"
            yield Hit(f"{subject}: networks", summary, "the provider's addresses", "none", mend, "asterisk_trunks")


def _fraud(pbx: Declared) -> Iterator[Hit]:
    for route in pbx.routes:
        kinds = costly(route)
        if kinds and route.service != "international" and not route.pin:
            what = " and ".join(kinds)
            mend = "narrow its pattern, give it class international, or pin: true"
            found = f"{route.pattern}, class {route.service}, no PIN"
            wanted = "class international, or a PIN"
            yield Hit(f"route {route.name}", f"{what} from any phone of its class", wanted, found, mend, "asterisk_routes")


def _guests(pbx: Declared) -> Iterator[Hit]:
    wide = [network for network in pbx.networks if network.endswith("/0")]
    if not pbx.networks or wide:
        mend = "list the networks of the phones in asterisk_sip_networks"
        found = ", ".join(wide) or "none: any"
        yield Hit("phones' networks", "phones may be anywhere", "the phones' networks", found, mend, "asterisk_sip_networks")
    names = [extension.number for extension in pbx.extensions] + [trunk.name for trunk in pbx.trunks]
    if "anonymous" in names:
        # The name that Asterisk gives to whoever does not say who he is.
        mend = "give it another name"
        yield Hit("guests", "calls of strangers are let in", "no endpoint anonymous", "anonymous", mend, "asterisk_trunks")


RULES: Mapping[str, Callable[[Declared], Iterator[Hit]]] = {
    "secrets are strong": _secrets,
    "a number stands for one thing": _numbers,
    "trunks are protected": _trunks,
    "costly numbers need a class or a PIN": _fraud,
    "strangers stay outside": _guests,
}
"""The rules by what they want."""


def without_phone(pbx: Declared, phones: Sequence[Phone]) -> list[Hit]:
    """Extensions that no telephone has, and such that two have; where no telephone is provisioned at all, nobody can tell."""
    used = Counter(phone.extension for phone in phones)
    if not used:
        return []
    mend = f"add its phone to {KEY}, or say phone: false"
    found = [
        Hit(f"extension {one.number}", "has no phone", "a phone", "none", mend, "asterisk_extensions")
        for one in pbx.extensions
        if one.phone and not used[one.number]
    ]
    mend = "give each phone an extension of its own: a second one takes the calls of the first"
    found += [
        Hit(f"extension {number}", f"has {many} phones", "one phone", f"{many} phones", mend, KEY)
        for number, many in used.items()
        if many > 1
    ]
    return found
