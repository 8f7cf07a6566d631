"""The lab itself: every host answers, is who it says, is joined as drawn, and keeps its secrets."""

from __future__ import annotations

import json

import pytest

from lab.faults import get
from lab.podman import podman
from muhtar.errors import MuhtarError
from muhtar.settings import home
from tests.support.lab import Lab

pytestmark = pytest.mark.lab

SSH_HOSTS = ("r1", "r2", "r3", "db1", "web1", "pbx1", "nvr1", "bak1", "bak2", "drill1", "drill2", "drill3", "phone1")
SERVERS = ("db1", "web1", "pbx1", "nvr1", "bak1", "bak2")


def test_every_host_answers(lab: Lab) -> None:
    assert {item.host.name: item.problem for item in lab.town.status() if not item.well} == {}


@pytest.mark.parametrize("host", SSH_HOSTS)
def test_a_host_is_entered_with_its_pinned_key(lab: Lab, host: str) -> None:
    assert lab.ssh(host, "hostname").stdout.strip() == host


def test_another_hosts_key_is_refused(lab: Lab) -> None:
    # What answers at db1's address does not pass for web1.
    pretend = (f"-oHostName={lab.address('db1')}", "-oHostKeyAlias=web1")
    done = lab.ssh("web1", "hostname", *pretend, check=False)
    assert done.returncode == 255
    assert "Host key verification failed" in done.stderr


@pytest.mark.parametrize("host", SERVERS)
def test_ansibles_account_becomes_root_without_a_password(lab: Lab, host: str) -> None:
    assert lab.ssh(host, "sudo -n id -u").stdout.strip() == "0"


@pytest.mark.parametrize("router", ["r1", "r2", "r3"])
def test_a_routers_account_is_not_root(lab: Lab, router: str) -> None:
    assert lab.ssh(router, "sudo -n cat /etc/shadow", check=False).returncode != 0
    assert "frrvty" in lab.ssh(router, "id -nG").stdout.split()


def test_links_are_as_drawn(lab: Lab) -> None:
    assert lab.town.links() == dict.fromkeys(lab.context.topology.links, True)


@pytest.mark.parametrize("host", SERVERS)
def test_a_server_knows_the_others_by_name(lab: Lab, host: str) -> None:
    told = lab.ssh(host, f"getent ahostsv4 bak1.{lab.domain}").stdout
    assert told.split()[0] == lab.address("bak1")


def test_hosts_have_identities_of_their_own(lab: Lab) -> None:
    ids = {lab.ssh(host, "cat /etc/machine-id").stdout for host in SERVERS}
    assert len(ids) == len(SERVERS)


@pytest.mark.parametrize("host", SERVERS)
def test_packages_come_through_the_cache(lab: Lab, host: str) -> None:
    told = lab.ssh(host, "/usr/local/lib/muhtar/apt-proxy").stdout.strip()
    assert told == f"http://{lab.address('cache1')}:3142"
    assert lab.ssh(host, "sudo -n apt-get update -qq", timeout=120).returncode == 0


def test_no_secret_shows_in_podman_inspect(lab: Lab) -> None:
    secrets = [lab.secret("vault_switch_password"), lab.secret("vault_camera_password"), lab.secret("vault_nvr_db_password")]
    for host in lab.context.topology.hosts.values():
        shown = podman("container", "inspect", lab.context.container(host)).stdout
        # What the process door gives back is redacted: look for its mark as well as for the values.
        assert "***" not in shown, host.name
        assert not [value for value in secrets if value in shown]
        mounts = [mount["Source"] for mount in json.loads(shown)[0]["Mounts"] if mount["Type"] == "bind"]
        assert not [source for source in mounts if source.startswith(str(home()))], host.name


def test_up_again_keeps_everything(lab: Lab) -> None:
    before = podman("ps", "--filter", f"label=muhtar.lab={lab.town.identity.id}", "--format", "{{.ID}}").stdout.split()
    lab.town.up()
    after = podman("ps", "--filter", f"label=muhtar.lab={lab.town.identity.id}", "--format", "{{.ID}}").stdout.split()
    assert sorted(after) == sorted(before)


@pytest.mark.parametrize(
    ("fault", "host"), [("unplugged-link", "r1"), ("unplugged-host", "web1"), ("camera-frozen", "cam2"), ("full-disk", "web1")]
)
def test_a_fault_can_be_mended(lab: Lab, fault: str, host: str) -> None:
    chosen = get(fault)
    chosen.inject(lab.context, host)
    try:
        if fault == "unplugged-link":
            assert not all(lab.town.links().values())
        if fault == "unplugged-host":
            assert [item.host.name for item in lab.town.status() if not item.well] == [host]
        if fault == "full-disk":
            assert lab.inside(host, "sh", "-c", "echo x > /var/log/probe", check=False).returncode != 0
    finally:
        chosen.mend(lab.context, host)
    assert all(lab.town.links().values())
    assert lab.inside(host, "true").returncode == 0


def test_up_mends_a_link_that_is_down(lab: Lab) -> None:
    get("unplugged-link").inject(lab.context)
    lab.town.up()
    assert lab.town.links() == dict.fromkeys(lab.context.topology.links, True)


def test_a_killed_host_is_brought_back_with_its_links(lab: Lab) -> None:
    container = lab.context.container(lab.context.topology.host("r3"))
    podman("kill", container)
    podman("wait", container)
    try:
        with pytest.raises(MuhtarError):
            lab.town.links()
    finally:
        lab.town.up()
    assert lab.town.links() == dict.fromkeys(lab.context.topology.links, True)
    assert lab.ssh("r3", "hostname").stdout.strip() == "r3"
