"""What a machine lacks is said with its mend; what lab.up can install by itself is no obstacle."""

from __future__ import annotations

import pytest

from lab import requirements
from lab.podman import Probe
from lab.requirements import examine, install, missing, packages_to_install
from muhtar.errors import DoorError


@pytest.fixture
def bare(monkeypatch: pytest.MonkeyPatch) -> None:
    """A machine without any of the lab's programs, where containers would not start either."""
    monkeypatch.setattr(requirements, "_which", lambda program: None)
    monkeypatch.setattr(requirements, "_CNI", ())
    monkeypatch.setattr(requirements, "_NETAVARK", ())


@pytest.mark.usefixtures("bare")
def test_everything_missing_has_a_mend(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(requirements, "can_install", lambda: False)
    lacks = {finding.name: finding for finding in examine() if finding.status == "lacks"}
    assert {"podman", "runc", "mmdebstrap", "container network", "containers"} <= set(lacks)
    assert all(finding.mend for finding in lacks.values())
    assert any(line.startswith("podman: not installed; apt-get install podman") for line in missing())


@pytest.mark.usefixtures("bare")
def test_what_can_be_installed_is_no_obstacle_for_root(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(requirements, "can_install", lambda: True)
    assert {"podman", "mmdebstrap", "containernetworking-plugins"} <= set(packages_to_install())
    assert not [line for line in missing() if "apt-get install" in line or line.startswith("containers")]


@pytest.mark.usefixtures("bare")
def test_nobody_but_root_installs(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(requirements, "can_install", lambda: False)
    with pytest.raises(DoorError, match="lacks podman") as caught:
        install(["podman"])
    assert "apt-get install" in str(caught.value.mend)


def test_a_machine_whose_containers_do_not_start_says_why(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(requirements, "_which", lambda program: f"/usr/bin/{program}")
    monkeypatch.setattr(requirements, "probe", lambda: Probe("podman version 9", None, reason="operation not permitted"))
    lacks = [finding for finding in examine() if finding.name == "containers"]
    assert lacks[0].status == "lacks"
    assert "operation not permitted" in lacks[0].found
    assert any("operation not permitted" in line for line in missing())


def test_a_machine_that_never_fetched_package_lists_is_no_obstacle_for_root(monkeypatch: pytest.MonkeyPatch) -> None:
    def none() -> None:
        raise DoorError("apt has no source for bookworm main")

    monkeypatch.setattr(requirements.apt, "mirrors", none)
    monkeypatch.setattr(requirements, "can_install", lambda: True)
    assert not [line for line in missing() if line.startswith("apt sources")]
    monkeypatch.setattr(requirements, "can_install", lambda: False)
    assert [line for line in missing() if line.startswith("apt sources")]
