"""For pyinfra: the state that roles base and backup_client declare, each by the operation that fits. pyinfra runs it."""

from __future__ import annotations

import json
import os
from pathlib import Path

from pyinfra import host
from pyinfra.facts.server import Command
from pyinfra.operations import apt, files, server, systemd

state = json.loads(Path(os.environ["BENCH_STATE"]).read_text(encoding="utf-8"))

for person in state["people"]:
    server.user(
        name=f"account {person['name']}",
        user=person["name"],
        present=person.get("state", "present") == "present",
        shell="/bin/bash",
        comment=person.get("comment"),
        public_keys=person.get("keys"),
        delete_keys=True,
    )
apt.packages(name="packages", packages=state["packages"], no_recommends=True)
for folder in state["folders"]:
    files.directory(name=folder["path"], path=folder["path"], user="root", group="root", mode=folder["mode"])
for file in state["files"]:
    files.put(name=file["path"], src=file["from"], dest=file["path"], user="root", group="root", mode=file["mode"])
for unit in state["units"]:
    systemd.service(name=unit, service=unit, running=True, enabled=True)
for command, word in state["answers"]:
    if word not in (host.get_fact(Command, command) or ""):
        server.shell(name=f"mend what {command} says", commands=["nft -f /etc/nftables.conf"])
