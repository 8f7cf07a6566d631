#!/usr/bin/python
"""Looks for what a host has beyond its distribution. Runs on the target, so it must not import muhtar."""

from __future__ import annotations

from pathlib import Path

from ansible.module_utils.basic import AnsibleModule
from ansible.module_utils.muhtar_accounts import Accounts
from ansible.module_utils.muhtar_host import Command
from ansible.module_utils.muhtar_services import Services
from ansible.module_utils.muhtar_software import Software

DOCUMENTATION = """
module: muhtar_survey
short_description: what a host has beyond its distribution
description:
  - Lists accounts, members of groups that give power, sudoers lines, authorized keys, listening ports, cron entries, units,
    packages, setuid programs and package sources, but for those that the distribution itself brings. Changes nothing.
  - No hash of a password and no body of a key is returned.
attributes:
  check_mode:
    support: full
"""

EXAMPLES = """
- name: See what is there
  muhtar_survey:
"""

RETURN = """
told:
  description:
    - C(facts) has of each kind (users, members, sudoers, keys, ports, cron, units, packages, setuid, sources) a list of what
      was found. Each has a C(name), other names that it may be declared by (C(also)), and C(about), a few words for people.
      Packages have C(needed_by), those that were asked for and depend on it.
    - C(unread) has of each kind that could not be seen whole, why.
  returned: always
  type: dict
"""

KINDS = ("users", "members", "sudoers", "keys", "ports", "cron", "units", "packages", "setuid", "sources")


def main() -> None:
    module = AnsibleModule(argument_spec={}, supports_check_mode=True)

    def command(argv: list[str]) -> tuple[int, str, str]:
        try:
            code, out, err = module.run_command(argv, environ_update={"LC_ALL": "C.UTF-8"}, handle_exceptions=False)
        except OSError as error:
            return 127, "", str(error)
        return code, out, err

    found = Survey(Path("/"), command)
    module.exit_json(changed=False, told={"facts": found.facts, "unread": found.unread})


class Survey(Accounts, Services, Software):  # type: ignore[misc] # ansible is untyped
    """One look at a host, whose files lie under `root`: `facts` and `unread`, as the module returns them."""

    def __init__(self, root: Path, command: Command) -> None:
        super().__init__(root, command)
        for kind in KINDS:
            self.kind = kind
            try:
                self.facts[kind] = sorted(getattr(self, kind)(), key=lambda one: str(one["name"]))
            except Exception as error:  # noqa: BLE001 - whatever it was: this kind was not seen, and the others were
                self.facts[kind] = []
                self.miss(str(error) or type(error).__name__)


if __name__ == "__main__":
    main()
