#!/usr/bin/python
"""Digests what decides a role's answers on a host. Runs on the target, so it must not import muhtar."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from ansible.module_utils.basic import AnsibleModule

DOCUMENTATION = """
module: muhtar_observe
short_description: digest what decides the answers of a role's tasks
description:
  - Reads files, packages, units and the output of commands, and returns one digest over all of it. Changes nothing.
  - Times of files do not count; contents, kinds, modes, owners and the targets of links do.
options:
  observations:
    description: Several observations at once, each with the options below; their digests come back in the same order.
    type: list
    elements: dict
  paths:
    description: Files and folders, these with all that is in them. One that is absent is an observation too.
    type: list
    elements: path
    default: []
  folders:
    description: Folders, these without what is in them.
    type: list
    elements: path
    default: []
  units:
    description: Units of systemd, by their whole names.
    type: list
    elements: str
    default: []
  commands:
    description: Programs that only look, each as a list of words; exit code and standard output count.
    type: list
    elements: list
    default: []
  sources:
    description: Files and folders of the controller that decide the answers too; not looked at here, only passed on.
    type: list
    elements: str
    default: []
attributes:
  check_mode:
    support: full
"""

EXAMPLES = """
- name: Look at what decides the rest
  muhtar_observe:
    paths: [/etc/nginx/nginx.conf, /var/www]
    units: [nginx.service]
    commands: [[nft, --stateless, list, ruleset]]
"""

RETURN = """
observed:
  description: For each observation what was looked at, the digest, and those commands that failed.
  returned: always
  type: list
"""

OPTIONS: dict[str, dict[str, Any]] = {
    "paths": {"type": "list", "elements": "path", "default": []},
    "folders": {"type": "list", "elements": "path", "default": []},
    "units": {"type": "list", "elements": "str", "default": []},
    "commands": {"type": "list", "elements": "list", "default": []},
    "sources": {"type": "list", "elements": "str", "default": []},
}
# Everything that packages are asked for is in here, whatever a role installs.
PACKAGES = "/var/lib/dpkg/status"
PROPERTIES = "Id,LoadState,ActiveState,UnitFileState"
BLOCK = 1 << 20


def main() -> None:
    several = {"observations": {"type": "list", "elements": "dict", "options": OPTIONS}}
    module = AnsibleModule(argument_spec={**several, **OPTIONS}, supports_check_mode=True)
    wanted = module.params["observations"] or [{name: module.params[name] for name in OPTIONS}]
    module.exit_json(changed=False, observed=[observe(module, observation) for observation in wanted])


def observe(module: AnsibleModule, observation: dict[str, Any]) -> dict[str, Any]:
    total = hashlib.sha256()
    failed: list[str] = []
    for fact in facts(module, observation, failed):
        data = fact if isinstance(fact, bytes) else fact.encode("utf-8", "surrogateescape")
        # The length in front keeps two facts from looking like one.
        total.update(b"%d:" % len(data) + data)
    return {**observation, "digest": total.hexdigest(), "failed": failed}


def facts(module: AnsibleModule, observation: dict[str, Any], failed: list[str]) -> Iterator[str | bytes]:
    for path in [PACKAGES, *observation["paths"]]:
        yield from tree(Path(path))
    for path in observation["folders"]:
        yield from itself(Path(path))
    commands = [[str(word) for word in command] for command in observation["commands"]]
    if observation["units"]:
        commands.insert(0, ["systemctl", "show", "--property", PROPERTIES, "--", *observation["units"]])
    for argv in commands:
        code, out, err = said(module, argv)
        yield from ("\0".join(argv), str(code), out)
        if code:
            # What a program could not see may change unseen.
            failed.append(f"{' '.join(argv)[:60]}: {err.strip().partition(chr(10))[0] or code}")


def said(module: AnsibleModule, argv: list[str]) -> tuple[int, str, str]:
    try:
        code, out, err = module.run_command(argv, environ_update={"LC_ALL": "C.UTF-8"}, handle_exceptions=False)
    except OSError as error:
        # Where the role has not been applied yet, its programs are missing too.
        return 127, "", str(error)
    return code, out, err


def itself(path: Path) -> Iterator[str]:
    yield str(path)
    try:
        about = path.lstat()
    except OSError as error:
        yield f"absent: {error.errno}"
        return
    yield f"{about.st_mode:o} {about.st_uid} {about.st_gid}"


def tree(path: Path) -> Iterator[str | bytes]:
    yield from itself(path)
    if path.is_symlink():
        yield str(path.readlink())
    # What a managed link leads to is what counts in the end; folders behind links could lead around in circles.
    if path.is_file():
        yield content(path)
    elif path.is_dir() and not path.is_symlink():
        for entry in sorted(path.iterdir()):
            yield from tree(entry)


def content(path: Path) -> bytes | str:
    total = hashlib.sha256()
    try:
        with path.open("rb") as stream:
            while block := stream.read(BLOCK):
                total.update(block)
    except OSError as error:
        return f"unreadable: {error.errno}"
    return total.digest()


if __name__ == "__main__":
    main()
