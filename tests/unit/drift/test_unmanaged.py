"""What nobody declared: a survey against what roles and the site say, and what is wrong with what they say."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from muhtar.drift import declared as declared_module
from muhtar.drift import roles as roles_module
from muhtar.drift.declared import KINDS, Allowance, Declared, declared_of
from muhtar.drift.roles import roles_of
from muhtar.drift.unmanaged import Watch, outcomes
from muhtar.errors import InventoryError
from muhtar.inventory import Inventory
from muhtar.outcome import Outcome, Status
from muhtar.settings import ROOT, Site

STARTED = datetime(2026, 3, 2, tzinfo=UTC)
KEY = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIC9oJF5FTg1afuF5Iy2alrtU4+qKLLmcKsWh69fgC60N"
FINGERPRINT = "SHA256:peupYpX0Ss1WDbpqNLc7acNZ6hARze0xc+hCNwe8Cqg"


def thing(name: str, about: str = "", also: tuple[str, ...] = (), **more: Any) -> dict[str, Any]:
    return {"name": name, "about": about, "also": list(also), **more}


def survey(**facts: list[dict[str, Any]]) -> dict[str, Any]:
    return {"facts": {kind: facts.get(kind, []) for kind in KINDS}, "unread": {}}


def declared(allowed: dict[str, list[str]] | None = None, **owned: list[str]) -> Declared:
    allow = {kind: tuple(Allowance(name=name, reason="x") for name in (allowed or {}).get(kind, [])) for kind in KINDS}
    return Declared(owned={kind: tuple(owned.get(kind, [])) for kind in KINDS}, allowed=allow)


def told(found: dict[str, Any] | None, said: Declared) -> list[tuple[Status, str]]:
    return [(one.status, one.subject) for one in outcomes("web1", found, said, started=STARTED)]


PORT = thing("443/tcp of root", also=("443/tcp",))
RTP = thing("10003/udp of asterisk", also=("10003/udp",))
UNIT = thing("mine.timer", also=("/etc/systemd/system/mine.timer",))


@pytest.mark.parametrize(
    ("kind", "found", "rule"),
    [
        ("users", thing("eve"), "eve"),
        ("users", thing("eve2"), "eve*"),
        ("ports", PORT, "443/tcp"),
        ("ports", PORT, "443/tcp of root"),
        ("ports", RTP, "10000-10199/udp"),
        ("ports", RTP, "10000-10199/udp of asterisk"),
        ("units", UNIT, "/etc/systemd/system/mine.timer"),
        ("sudoers", thing("%ops [x]=(ALL) /bin/*"), "%ops [x]=(ALL) /bin/*"),
        ("packages", thing("fcgi", needed_by=["nginx"]), "nginx"),
    ],
)
def test_what_is_declared_or_allowed_is_no_finding(kind: str, found: dict[str, Any], rule: str) -> None:
    things = survey(**{kind: [{"needed_by": [], **found}]})
    assert told(things, declared(**{kind: [rule]})) == [(Status.OK, "")]
    assert told(things, declared({kind: [rule]})) == [(Status.OK, "")]
    assert told(things, declared(**{kind: ["other"]}))[0][0] is Status.FINDING


@pytest.mark.parametrize("rule", ["10000-10002/udp", "10000-10199/tcp", "10003/tcp", "10000-10199/udp of root", "1000*/tcp"])
def test_another_port_is_not_the_declared_one(rule: str) -> None:
    assert told(survey(ports=[RTP]), declared(ports=[rule])) == [(Status.FINDING, "port 10003/udp of asterisk")]


def test_a_finding_says_what_it_is_and_what_to_type() -> None:
    found = survey(
        users=[thing("eve; rm -rf /", "uid 1001")],
        members=[thing("sudo:eve")],
        sudoers=[thing("eve ALL=(ALL) ALL", "in /etc/sudoers.d/eve", ("/etc/sudoers.d/eve",))],
        ports=[thing("4444/tcp of root", also=("4444/tcp",))],
        units=[
            UNIT,
            thing("ssh.service.d/x.conf", also=("/etc/systemd/system/ssh.service.d/x.conf",)),
            thing("nftables.service"),
        ],
    )
    mends = {one.subject: str(one.mend).partition("; or declare")[0] for one in outcomes("h", found, declared(), started=STARTED)}
    assert mends == {
        "user eve; rm -rf /": "userdel --remove 'eve; rm -rf /'",
        "group member sudo:eve": "gpasswd --delete eve sudo",
        "sudoers line eve ALL=(ALL) ALL": "delete the line: visudo -f /etc/sudoers.d/eve",
        "port 4444/tcp of root": "stop what listens there: ss -lntup 'sport = :4444'",
        "unit mine.timer": "systemctl disable --now mine.timer; rm /etc/systemd/system/mine.timer; systemctl daemon-reload",
        "unit ssh.service.d/x.conf": "rm /etc/systemd/system/ssh.service.d/x.conf; systemctl daemon-reload",
        "unit nftables.service": "systemctl disable --now nftables.service",
    }


def test_the_same_on_two_hosts_is_told_in_the_same_words() -> None:
    first, second = (outcomes(host, survey(users=[thing("eve", "uid 7")]), declared(), started=STARTED)[0] for host in "ab")
    assert (first.summary, first.mend, first.subject) == (second.summary, second.mend, second.subject)
    assert first.id != second.id


def test_a_line_in_two_files_is_one_finding() -> None:
    found = outcomes("h", survey(sudoers=[thing("x", "in a"), thing("x", "in b")]), declared(), started=STARTED)
    assert [one.summary for one in found] == ["sudoers line x (in a; in b) is there, and nobody declared it"]


def test_what_was_not_seen_whole_is_unchecked_beside_the_findings() -> None:
    found = survey(users=[thing("eve")])
    found["unread"] = {"sudoers": ["/etc/sudoers: Permission denied"]}
    assert told(found, declared()) == [(Status.FINDING, "user eve"), (Status.UNCHECKED, "sudoers")]
    assert told(found, declared(users=["eve"])) == [(Status.UNCHECKED, "sudoers")]


def test_a_host_without_a_survey_is_unchecked() -> None:
    assert told(None, declared()) == [(Status.UNCHECKED, "")]
    watch = Watch({"web1": declared(), "db1": declared()})
    watch.saw("db1", survey())
    assert {one.target: one.status for one in watch.outcomes()} == {"web1": Status.UNCHECKED, "db1": Status.OK}


# What roles and the site say.


@pytest.fixture
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Site:
    monkeypatch.setenv("MUHTAR_HOME", str(tmp_path / "home"))
    monkeypatch.setattr(roles_module, "ROLES", tmp_path / "roles")
    monkeypatch.setattr(declared_module, "ROLES", tmp_path / "roles")
    monkeypatch.setattr(declared_module, "ROOT", tmp_path)
    found = Site("town", root=tmp_path)
    put(found.hosts_file, "all: {children: {servers: {children: {web: {hosts: {web1: }}}, hosts: {db1: }}}}\n")
    put(tmp_path / "roles/web/defaults/main.yml", "web_port: 80\nweb_admins: []\n")
    put(
        tmp_path / "roles/web/vars/main.yml",
        "__web_owns:\n  ports: ['{{ web_port }}/tcp']\n  packages: '{{ __web_packages }}'\n"
        "  keys: \"{{ dict(web_admins | map(attribute='name') | zip(web_admins | map(attribute='keys'))) }}\"\n"
        "__web_packages: [nginx]\n",
    )
    return found


def put(path: Path, text: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


def said(site: Site, *roles: str) -> Declared:
    inventory = Inventory.load(site)
    return declared_of(inventory.target("web1"), roles, inventory)


def test_a_role_says_what_it_owns_as_its_tasks_would_see_it(site: Site) -> None:
    put(
        site.path / "group_vars/web/web.yml",
        f"web_port: 8080\nweb_admins: [{{name: ali, keys: ['{KEY} ali']}}]\n__web_packages: [no]\n",
    )
    found = said(site, "web")
    assert found.owned["ports"] == ("8080/tcp",)
    assert found.owned["packages"] == ("nginx",), "a role's vars win over the inventory, as they do in Ansible"
    assert found.owned["keys"] == (f"ali {FINGERPRINT}",)
    assert said(site, "no_such_role").owned["ports"] == ()


def test_allowances_of_all_groups_count_together(site: Site) -> None:
    put(site.path / "group_vars/servers/drift.yml", "drift_allowed:\n  users: [{name: a, reason: x}]\n")
    put(
        site.path / "group_vars/web/drift.yml",
        f"drift_allowed_web:\n  users: [{{name: b, reason: x}}]\n  keys: [{{name: 'b {KEY}', reason: x}}]\n",
    )
    found = said(site)
    assert [each.name for each in found.allowed["users"]] == ["a", "b"]
    assert [each.name for each in found.allowed["keys"]] == [f"b {FINGERPRINT}"]


def test_every_mistake_of_an_allow_list_is_told_with_its_place(site: Site) -> None:
    put(
        site.path / "group_vars/web/drift.yml",
        "# first line\ndrift_allowed:\n  users:\n    - {name: a, reason: x}\n    - {name: b, because: x}\n  prots: []\n",
    )
    with pytest.raises(InventoryError) as error:
        said(site)
    text = str(error.value)
    assert "drift.yml:5 [drift_allowed.users[1].reason]: field required" in text
    assert "drift.yml:5 [drift_allowed.users[1].because]: there is no key 'because' here" in text
    assert "drift.yml:6 [drift_allowed.prots]: there is no key 'prots' here" in text
    assert "known kinds: users, members" in text


def test_a_role_that_owns_what_is_no_kind_is_told(site: Site) -> None:
    put(site.root / "roles/web/vars/main.yml", "__web_owns: {port: [80/tcp]}\n")
    with pytest.raises(InventoryError, match=r"roles/web/vars/main.yml \[__web_owns.port\]: there is no key 'port' here"):
        said(site, "web")


def test_roles_come_from_the_plays_that_name_a_host(site: Site, tmp_path: Path) -> None:
    put(tmp_path / "web.yml", "- hosts: web\n  roles: [tls, {role: web}]\n- hosts: pbx\n  roles: [asterisk]\n")
    book = put(
        tmp_path / "site.yml", "- hosts: servers\n  roles: [{role: base}, tls]\n- ansible.builtin.import_playbook: web.yml\n"
    )
    assert roles_of(Inventory.load(site), book) == {"web1": ["base", "tls", "web"], "db1": ["base", "tls"]}


def test_every_role_of_ours_says_what_it_owns() -> None:
    inventory = Inventory.load(Site("example"))
    host = next(target for target in inventory.select() if target.in_group("servers"))
    for path in (ROOT / "roles").glob("*/vars/main.yml"):
        role = path.parent.parent.name
        assert f"__{role}_owns:" in path.read_text(encoding="utf-8"), role
        assert isinstance(declared_of(host, [role], inventory), Declared)


def test_findings_are_outcomes_that_a_report_takes() -> None:
    found = outcomes("h", survey(users=[thing("a"), thing("b")]), declared(), started=STARTED)
    assert all(isinstance(one, Outcome) and one.check == "drift.unmanaged" for one in found)
    assert len({one.id for one in found}) == 2
