"""How long a town of N hosts takes to load, against `ansible-inventory --list` of the same files in the same run.

Prints seconds and their ratio; ends with 1 where the target is missed. The ratio is what counts: seconds depend on the machine.
Both are measured as fresh processes, by the processor time that they take: one thread's time on an idle machine, whatever else
runs now. Ours reads seven values of every host, templated and decrypted; `ansible-inventory` leaves Jinja unrendered and inline
vault encrypted, so it does less.
"""

from __future__ import annotations

import argparse
import os
import resource
import statistics
import sys
import tempfile
from pathlib import Path

from muhtar.doors.process import run

ROOT = Path(__file__).resolve().parent.parent
KEYS = ("rank", "address_text", "site_name", "priority_key", "secret", "inline_secret", "nested")
TARGET_SECONDS = 4.0
PASSWORD = "of-the-benchmark-only\n"

_LOAD = """
import sys
from pathlib import Path
from muhtar.inventory import Inventory
from muhtar.settings import Site
inventory = Inventory.load(Site("town", root=Path(sys.argv[1])))
count = sum(1 for target in inventory.select() for key in sys.argv[2:] if target.vars[key] is not None)
print(len(inventory.hosts), count)
"""


def town(root: Path, hosts: int) -> Path:
    """Write an inventory of so many hosts, in ranges, four layers of groups and both vault forms; returns its hosts.yml."""
    site = root / "inventories" / "town"
    per_place = -(-hosts // 20)
    lines = ["all:", "  children:"]
    for kind in range(4):
        lines += [f"    kind{kind}:", "      children:"]
        for place in range(kind * 5, kind * 5 + 5):
            last = min(hosts, (place + 1) * per_place) - place * per_place
            lines += [f"        place{place}:", "          hosts:", f"            p{place}-h[0001:{last:04d}]:"]
    lines += ["    everything:", "      children:", *(f"        kind{kind}:" for kind in range(4))]
    _write(site / "hosts.yml", "\n".join(lines) + "\n")
    _write(
        site / "group_vars/all/main.yml",
        'rank: all\nsite_name: Konak\naddress_text: "{{ inventory_hostname }}.{{ site_name | lower }}.example"\n'
        'nested: {name: "{{ inventory_hostname }}", list: [1, 2, "{{ rank }}"]}\nsecret: "{{ vault_secret }}"\n',
    )
    for kind in range(4):
        _write(site / f"group_vars/kind{kind}/main.yml", f"rank: kind{kind}\npriority_key: kind{kind}\n")
    for place in range(20):
        _write(site / f"group_vars/place{place}/main.yml", f"rank: place{place}\n")
    _write(site / "group_vars/everything/main.yml", "ansible_group_priority: 5\npriority_key: everything\n")
    _write(root / "vault-password", PASSWORD)
    password = ["--vault-password-file", str(root / "vault-password")]
    _write(site / "group_vars/all/vault.yml", "vault_secret: whole-file secret\n")
    run([ansible("ansible-vault"), "encrypt", *password, site / "group_vars/all/vault.yml"])
    inline = run([ansible("ansible-vault"), "encrypt_string", *password, "--stdin-name", "inline_secret"], stdin="inline secret")
    _write(site / "group_vars/all/inline.yml", inline.stdout)
    return site / "hosts.yml"


def ansible(name: str) -> Path:
    """The program of this environment."""
    return Path(sys.executable).parent / name


def _write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


def measure(hosts: int, rounds: int) -> tuple[float, float]:
    """Median processor seconds of ours and of `ansible-inventory --list`, taken in turns."""
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        source = town(root, hosts)
        environment = {
            "ANSIBLE_VAULT_PASSWORD_FILE": str(root / "vault-password"),
            "PYTHONPATH": os.pathsep.join(filter(None, [str(ROOT), os.environ.get("PYTHONPATH")])),
            "MUHTAR_HOME": str(root / "home"),
        }
        ours, theirs = [], []
        for _ in range(rounds):
            begin = _spent()
            done = run([sys.executable, "-c", _LOAD, root, *KEYS], env=environment)
            between = _spent()
            if done.stdout.split() != [str(hosts), str(hosts * len(KEYS))]:
                raise AssertionError(done.stdout)
            run([ansible("ansible-inventory"), "-i", source, "--list"], env=environment)
            ours.append(between - begin)
            theirs.append(_spent() - between)
        return statistics.median(ours), statistics.median(theirs)


def _spent() -> float:
    """Processor seconds of all programs that have ended."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def main() -> int:
    """Measure, print, judge."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--hosts", type=int, default=1000)
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    ours, theirs = measure(options.hosts, options.rounds)
    print(f"{options.hosts} hosts, {len(KEYS)} keys each, processor seconds, median of {options.rounds}:")
    print(f"  muhtar.inventory          {ours:6.2f} s")
    print(f"  ansible-inventory --list  {theirs:6.2f} s")
    print(f"  ratio                     {ours / theirs:6.2f}")
    if options.hosts <= 1000 and ours > TARGET_SECONDS:
        print(f"  over the target of {TARGET_SECONDS:.0f} s")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
