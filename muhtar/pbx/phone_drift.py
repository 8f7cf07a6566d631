"""What telephones are given against what they should be given. Pure; passwords are compared and never told."""

from __future__ import annotations

import difflib
import re
from collections.abc import Mapping

from muhtar.pbx.difference import Difference
from muhtar.pbx.phones import KEY, Phone
from muhtar.secrets import MASK

__all__ = ["phones_apart"]

# Where each format has the password.
_PASSWORD = re.compile(r"(?<=account\.1\.password = ).*|(?<=<P34>)[^<]*|(?<=<authPassword>)[^<]*")


def phones_apart(phones: list[Phone], wanted: Mapping[str, str], served: Mapping[str, str | int]) -> list[Difference]:
    """One difference for each telephone whose file is missing, refused or another one."""
    found = (_apart(phone, wanted[phone.file], served.get(phone.file, 404)) for phone in phones)
    return [difference for difference in found if difference is not None]


def _apart(phone: Phone, wanted: str, served: str | int) -> Difference | None:
    subject = f"phone {phone.mac}"
    if isinstance(served, int):
        summary = f"is not given its file {phone.file}: HTTP {served}"
        return Difference(subject, summary, phone.file, f"HTTP {served}", KEY)
    if served == wanted:
        return None
    ours, theirs = _PASSWORD.sub(MASK, wanted).splitlines(), _PASSWORD.sub(MASK, served).splitlines()
    changed = [line for line in difflib.ndiff(ours, theirs) if line[:1] in "+-"]
    if _PASSWORD.findall(wanted) != _PASSWORD.findall(served):
        changed += ["- password: the one in the vault", "+ password: another one"]
    return Difference(
        subject,
        f"{phone.file} not as declared",
        "\n".join(line[2:].strip() for line in changed if line[0] == "-") or "(absent)",
        "\n".join(line[2:].strip() for line in changed if line[0] == "+") or "(absent)",
        KEY,
    )
