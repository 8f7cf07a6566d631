"""license.discover against real systems: what they have and run is found, and what must be bought is not overlooked."""

from __future__ import annotations

import shutil
import threading
import time
from collections.abc import Iterator

import pytest

from lab.faults.unplugged_host import UnpluggedHost
from muhtar.license.audit import audit
from muhtar.license.discovery import record
from muhtar.license.discovery.discover import discover
from muhtar.license.discovery.products import Catalogue
from muhtar.license.discovery.record import Item
from muhtar.outcome import Status
from muhtar.progress import NoProgress
from muhtar.report import Report
from tests.support.lab import Lab
from tests.support.phones import call

pytestmark = pytest.mark.lab

# A package as its maker names it, but empty.
_DEB = """\
set -eu
folder=$(mktemp -d)
mkdir "$folder/DEBIAN"
printf '%s\\n' 'Package: gitlab-ee' 'Version: 17.0.1' 'Architecture: all' 'Maintainer: nobody' 'Description: empty' \\
  >"$folder/DEBIAN/control"
dpkg-deb --build "$folder" "$folder.deb" >/dev/null
dpkg -i "$folder.deb" >/dev/null
rm -rf "$folder" "$folder.deb"
"""


@pytest.fixture(autouse=True)
def no_traces(lab: Lab) -> Iterator[None]:
    """What these tests find is not kept for others."""
    folder = record.path(lab.site)
    shutil.rmtree(folder, ignore_errors=True)
    yield
    shutil.rmtree(folder, ignore_errors=True)


def look(lab: Lab, limit: str) -> Report:
    return discover(lab.site, limit=limit, progress=NoProgress()).build()


def known(lab: Lab, host: str) -> dict[str, set[str]]:
    catalogue = Catalogue.of(lab.site)
    return {kind: set(catalogue.among(found.items)) for kind, found in record.read(lab.site, host).items()}


def test_each_system_tells_what_it_is(lab: Lab) -> None:
    report = look(lab, "db1,nvr1,pbx1,r1,sw1,sw3")
    assert {outcome.status for outcome in report.outcomes} == {Status.OK}, [outcome.summary for outcome in report.outcomes]
    assert known(lab, "db1")["system"] >= {"postgresql", "postgis", "debian"}
    assert known(lab, "db1")["database"] == {"postgresql"}
    assert known(lab, "nvr1")["database"] == {"mariadb"}
    assert known(lab, "nvr1")["video"] == {"zoneminder"}
    assert record.read(lab.site, "nvr1")["video"].counts == {"camera": 2}
    assert known(lab, "pbx1")["pbx"] == {"asterisk"}
    assert {Item("codec", "alaw"), Item("codec", "ulaw")} <= set(record.read(lab.site, "pbx1")["pbx"].items)
    assert [known(lab, name)["device"] for name in ("r1", "sw1", "sw3")] == [{"frr"}, {"arista-eos"}, {"cisco-ios"}]
    assert record.read(lab.site, "sw1")["device"].serial.startswith("SIM")


def test_every_package_and_core_is_counted_as_the_host_itself_counts(lab: Lab) -> None:
    look(lab, "web1")
    system = record.read(lab.site, "web1")["system"]
    packages = {item for item in system.items if item.kind == "package"}
    told = lab.inside("web1", "dpkg-query", "-W", "-f", "${db:Status-Abbrev} ${Package} ${Version}\\n").stdout.splitlines()
    assert {(item.name, item.version) for item in packages} == {tuple(line.split()[1:]) for line in told if line.startswith("ii")}
    cores = {tuple(line.split(",")[1:3]) for line in lab.inside("web1", "lscpu", "-p").stdout.splitlines() if line[0] != "#"}
    assert system.counts["core"] == len(cores)


def test_what_must_be_bought_is_found_until_it_is_gone_again(lab: Lab) -> None:
    lab.inside("web1", "sh", "-c", _DEB)
    try:
        look(lab, "web1")
        found = [one for one in audit(lab.site, progress=NoProgress()).build().outcomes if one.check == "license.unlicensed"]
        assert [(one.target, one.status) for one in found] == [("gitlab-ee", Status.FINDING)]
        assert "without a license on web1" in found[0].summary
    finally:
        lab.inside("web1", "dpkg", "--purge", "gitlab-ee")
    look(lab, "web1")
    assert "gitlab-ee" not in known(lab, "web1")["system"]


def test_a_host_that_is_gone_is_unchecked_and_what_is_known_says_its_age(lab: Lab) -> None:
    look(lab, "web1")
    before = record.read(lab.site, "web1")
    fault = UnpluggedHost()
    fault.inject(lab.context, "web1")
    try:
        report = look(lab, "web1")
    finally:
        fault.mend(lab.context, "web1")
    assert {outcome.status for outcome in report.outcomes} == {Status.UNCHECKED}
    assert all("what is known is of " in outcome.summary for outcome in report.outcomes)
    assert report.exit_code == 3
    assert record.read(lab.site, "web1") == before


def test_a_database_that_is_stopped_is_none_and_one_that_refuses_is_unchecked(lab: Lab) -> None:
    lab.inside("nvr1", "mv", "/run/mysqld/mysqld.sock", "/run/mysqld/elsewhere.sock")
    try:
        report = look(lab, "nvr1:!pbx")
    finally:
        lab.inside("nvr1", "mv", "/run/mysqld/elsewhere.sock", "/run/mysqld/mysqld.sock")
    (database,) = [outcome for outcome in report.outcomes if outcome.subject == "database"]
    assert database.status is Status.UNCHECKED
    assert "runs and cannot be asked" in database.summary


def test_calls_that_are_up_are_counted(lab: Lab) -> None:
    calling = threading.Thread(target=call, args=(lab,), kwargs={"seconds": 45})
    calling.start()
    try:
        time.sleep(8)
        look(lab, "pbx1")
    finally:
        calling.join()
    (sample,) = record.read(lab.site, "pbx1")["pbx"].samples
    assert (sample.channel, sample.concurrent_call) == (2, 1)
