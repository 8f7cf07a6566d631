"""The dial plan that role asterisk writes, as the running PBX would list it, and where the two differ.

The role's own template is rendered and read as Asterisk reads it (priorities `n`, `same`, `hint`, labels, `include`), so that the
intent stands in one place only.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

import jinja2
import yaml

from muhtar.inventory import Target
from muhtar.pbx.declared import Declared, value_of
from muhtar.pbx.difference import Difference
from muhtar.secrets import Secret
from muhtar.settings import ROOT
from nornir_tasks.get_pbx_state import Step

__all__ = ["dialplan_apart", "parse", "pins_apart", "wanted_dialplan"]

ROLE = ROOT / "roles" / "asterisk"
_INPUTS = ("extensions", "queues", "routes", "trunks", "inbound", "pins", "echo_number", "voicemail_number", "ring_seconds")
_EXTEN = re.compile(r"(exten|same)\s*=>?\s*(.*)")
# Contexts that Asterisk makes by itself.
_OWN = frozenset({"parkedcalls", "__func_periodic_hook_context__"})


def wanted_dialplan(target: Target) -> dict[str, list[Step]]:
    """The steps of each context that the role would write for this PBX."""
    values: dict[str, Any] = {f"asterisk_{name}": value_of(target, f"asterisk_{name}") for name in _INPUTS}
    text = _template().render(ansible_managed="", **_internal(), **values)
    return parse(text)


@cache
def _template() -> jinja2.Template:
    # As Ansible renders it.
    folder = ROLE / "templates" / "etc" / "asterisk"
    environment = jinja2.Environment(  # noqa: S701 - no HTML
        loader=jinja2.FileSystemLoader(folder), trim_blocks=True, undefined=jinja2.StrictUndefined
    )
    return environment.get_template("extensions.conf.j2")


@cache
def _internal() -> dict[str, Any]:
    found: dict[str, Any] = yaml.safe_load((ROLE / "vars" / "main.yml").read_text(encoding="utf-8"))
    return {"__asterisk_recording": found["__asterisk_recording"]}


def parse(text: str) -> dict[str, list[Step]]:
    """What Asterisk makes of an extensions.conf: the steps of each context that has any."""
    found: dict[str, list[Step]] = {}
    context, extension, number = "", "", 0
    for line in map(str.strip, text.splitlines()):
        if line.startswith("["):
            context = line[1 : line.index("]")]
        elif match := re.match(r"include\s*=>?\s*(\S+)", line):
            found.setdefault(context, []).append(("", "include", match[1], ""))
        elif match := _EXTEN.match(line):
            rest = match[2]
            if match[1] == "exten":
                extension, _, rest = rest.partition(",")
            priority, _, call = rest.partition(",")
            if priority.strip() == "hint":
                found.setdefault(context, []).append((extension.strip(), "hint", call.strip(), ""))
                continue
            plain = priority.partition("(")[0].strip()
            number = number + 1 if plain == "n" else int(plain)
            application, _, data = call.strip().partition("(")
            found.setdefault(context, []).append((extension.strip(), str(number), application, data.removesuffix(")")))
    return found


def dialplan_apart(wanted: Mapping[str, Sequence[Step]], running: Mapping[str, Sequence[Step]]) -> list[Difference]:
    """One difference for each context that runs otherwise than it would be written, or that nobody wrote."""
    found: list[Difference] = []
    for context in [*wanted, *sorted(set(running) - set(wanted) - _OWN)]:
        ours, theirs = set(wanted.get(context, ())), set(running.get(context, ()))
        if ours == theirs:
            continue
        if context not in wanted:
            said = "runs on the PBX, but nobody declared it"
        elif context not in running:
            said = "does not run on the PBX"
        else:
            said = f"{len(ours ^ theirs)} steps not as declared"
        found.append(Difference(f"dial plan {context}", said, _shown(ours - theirs), _shown(theirs - ours), "asterisk_routes"))
    return found


def pins_apart(wanted: Declared, running: Mapping[str, Secret]) -> list[Difference]:
    """Routes whose PIN is another one than that in the vault."""
    return [
        Difference(f"route {route.name}", "PIN not as declared", "the one in the vault", "another one", "asterisk_pins")
        for route in wanted.routes
        if route.pin and running.get(f"PIN_{route.name}") != wanted.pins[route.name]
    ]


def _shown(steps: set[Step]) -> str:
    lines = [
        f"include {application}" if priority == "include" else f"{extension},{priority},{application}({data})"
        for extension, priority, application, data in sorted(steps)
    ]
    return "\n".join(lines) or "(absent)"
