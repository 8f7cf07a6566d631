"""The fast check on real servers: whatever changes there, it must not pass the server over.

Each round changes one thing on each server, wants all of them noticed, and undoes it. The things are those that the roles ask
for, above all those whose modules name no path, so that only the role's own observation can know of them.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from muhtar.drift import servers
from muhtar.drift.fast import unchanged
from muhtar.drift.intent import fingerprint
from muhtar.outcome import Status
from muhtar.progress import NoProgress
from tests.support.lab import Lab

pytestmark = pytest.mark.lab

SERVERS = ("bak1", "bak2", "db1", "nvr1", "pbx1", "web1")


@dataclass(frozen=True)
class Change:
    """Two shell lines, run as root."""

    do: str
    undo: str


def psql(sql: str, database: str = "postgres") -> str:
    return f'runuser -u postgres -- psql -qd {database} -c "{sql}"'


def edit(path: str) -> Change:
    return Change(f"cp -a {path} /root/kept && echo '# by hand' >> {path}", f"cp -a /root/kept {path} && rm /root/kept")


def mode(path: str, wrong: str) -> Change:
    return Change(f"stat -c %a {path} > /root/mode && chmod {wrong} {path}", f"chmod $(cat /root/mode) {path} && rm /root/mode")


def service(name: str) -> Change:
    return Change(f"systemctl stop {name}", f"systemctl start {name}")


def boot(name: str) -> Change:
    return Change(f"systemctl disable -q {name}", f"systemctl enable -q {name}")


KEYS = "/home/nobetci/.ssh/authorized_keys"
ACCOUNT = Change("usermod --comment hacked nobetci", 'usermod --comment "$(cat /root/gecos)" nobetci && rm /root/gecos')
ROUNDS: list[dict[str, Change]] = [
    {
        "bak1": edit("/etc/restic-rest-server/users.htpasswd"),
        "db1": Change(psql("ALTER ROLE postgres CONNECTION LIMIT 77"), psql("ALTER ROLE postgres CONNECTION LIMIT -1")),
        "nvr1": Change(
            "mariadb -e \"UPDATE zm.Config SET Value = '1' WHERE Name = 'ZM_TELEMETRY_DATA'\"",
            "mariadb -e \"UPDATE zm.Config SET Value = '0' WHERE Name = 'ZM_TELEMETRY_DATA'\"",
        ),
        "pbx1": edit("/etc/asterisk/manager.conf"),
        "web1": edit("/etc/nginx/nginx.conf"),
    },
    {
        "bak1": service("restic-rest-server"),
        "db1": Change(psql("GRANT CREATE ON DATABASE gis TO PUBLIC"), psql("REVOKE CREATE ON DATABASE gis FROM PUBLIC")),
        "nvr1": Change(
            "mariadb -e \"GRANT FILE ON *.* TO zmuser@localhost\"", "mariadb -e \"REVOKE FILE ON *.* FROM zmuser@localhost\""
        ),
        "pbx1": boot("asterisk"),
        "web1": Change("touch /var/www/www/extra.html", "rm /var/www/www/extra.html"),
    },
    {
        "bak1": mode("/srv/restic", "755"),
        "db1": Change(psql("CREATE EXTENSION hstore", "gis"), psql("DROP EXTENSION hstore", "gis")),
        "nvr1": Change(
            "mariadb -e \"UPDATE zm.Users SET APIEnabled = 0 WHERE Username = 'admin'\"",
            "mariadb -e \"UPDATE zm.Users SET APIEnabled = 1 WHERE Username = 'admin'\"",
        ),
        "pbx1": mode("/etc/asterisk/pjsip.conf", "644"),
        "web1": Change("nft flush chain inet muhtar input", "nft -f /etc/nftables.conf"),
    },
    {
        "bak1": mode("/etc/ssl/private/muhtar.key", "644"),
        "db1": Change(psql("CREATE ROLE intruder SUPERUSER LOGIN"), psql("DROP ROLE intruder")),
        "nvr1": service("apache2"),
        "pbx1": Change("getent passwd nobetci | cut -d: -f5 > /root/gecos && " + ACCOUNT.do, ACCOUNT.undo),
        "web1": Change(f"echo ssh-ed25519 AAAA >> {KEYS}", f"sed -i '$d' {KEYS}"),
    },
    {
        "bak1": mode("/var/cache/restic", "755"),
        "db1": edit("/etc/postgresql/15/main/pg_hba.conf"),
        "nvr1": mode("/etc/zm/zm.conf", "644"),
        "pbx1": edit("/etc/apt/sources.list.d/asterisk.sources"),
        "web1": Change("dpkg --set-selections <<< 'nginx hold'", "dpkg --set-selections <<< 'nginx install'"),
    },
]  # fmt: skip


def passed_over(lab: Lab) -> set[str]:
    """Which servers need no full check at this moment."""
    intent = fingerprint(lab.site, lab.inventory)
    found = unchanged(lab.site, SERVERS, intent, inventory=lab.inventory, progress=NoProgress())
    return {one.host for one in found}


@pytest.fixture(scope="module", autouse=True)
def checked(lab: Lab) -> None:
    """A full check, which finds nothing and leaves a baseline of every server."""
    report = servers.check(lab.site, full=True, progress=NoProgress(), inventory=lab.inventory).build()
    assert {outcome.status for outcome in report.outcomes} == {Status.OK}, [outcome.summary for outcome in report.outcomes]


@pytest.fixture
def changed(lab: Lab, request: pytest.FixtureRequest) -> Iterator[dict[str, Change]]:
    changes: dict[str, Change] = request.param
    done = []
    try:
        for host, change in changes.items():
            done.append(host)
            lab.inside(host, "bash", "-c", change.do)
        yield changes
    finally:
        for host in done:
            lab.inside(host, "bash", "-c", changes[host].undo)


def test_where_nothing_changed_all_are_passed_over(lab: Lab) -> None:
    assert passed_over(lab) == set(SERVERS)


@pytest.mark.parametrize("changed", ROUNDS, indirect=True, ids=lambda changes: "round")
def test_no_change_is_passed_over(lab: Lab, changed: dict[str, Change]) -> None:
    assert passed_over(lab) == set(SERVERS) - set(changed)


def test_when_all_is_undone_all_are_passed_over_again(lab: Lab) -> None:
    """Also proves that it was the changes that were noticed, and not something that never stays the same."""
    assert passed_over(lab) == set(SERVERS)


def test_what_changed_is_found_by_the_full_check_that_follows(lab: Lab) -> None:
    change = edit("/etc/nginx/nginx.conf")
    lab.inside("web1", "bash", "-c", change.do)
    try:
        report = servers.check(lab.site, progress=NoProgress(), inventory=lab.inventory).build()
    finally:
        lab.inside("web1", "bash", "-c", change.undo)
    status = {outcome.target: outcome.status for outcome in report.outcomes if outcome.check == servers.CHECK}
    assert status == dict.fromkeys(SERVERS, Status.OK) | {"web1": Status.FINDING}
    assert any("5 hosts unchanged" in note for note in report.notes)
