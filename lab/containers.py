"""One host of the lab as a container: made, started, kept while its description stays the same."""

from __future__ import annotations

import hashlib
import json
from typing import Literal

from lab.context import Context
from lab.files import SETTINGS, archive, files_for
from lab.network import LABEL
from lab.podman import podman
from lab.topology import Host
from muhtar.errors import DoorError, ProcessFailedError
from muhtar.settings import ROOT

__all__ = ["Did", "describe", "ensure_running", "ours", "remove_all", "running_hosts"]

_SPEC = "muhtar.spec"
_CODE = "/opt/muhtar"
_SIMULATORS = ROOT / "lab" / "simulators"
# Until systemd-user-sessions says that the boot is over, nobody is let in; whether it is over is asked over D-Bus.
_ALWAYS = ("systemd-user-sessions.service", "dbus.socket")

Did = Literal["kept", "started", "made"]


def ensure_running(context: Context, host: Host, image: str) -> Did:
    """Have the host run as the topology says: keep it, start it again, or make it anew. Raises DoorError with the mend."""
    name = context.container(host)
    argv = describe(context, host, image)
    # What changes any of these makes the container anew; the key stands for all that a new overlay brings.
    content = [argv, host.settings, context.overlay.client_key]
    spec = hashlib.sha256(json.dumps(content).encode()).hexdigest()[:12]
    state, known = _state(name)
    if known == spec and state == "running":
        return "kept"
    try:
        if known == spec and state == "exited":
            podman("start", name)
            return "started"
        # "created" too is made anew: nobody knows whether its files had all arrived.
        podman("rm", "--force", "--time", "0", "--ignore", name)
        podman("create", "--label", f"{_SPEC}={spec}", *argv)
        podman("cp", "-", f"{name}:/", stdin=archive(files_for(context, host)))
        podman("start", name)
    except ProcessFailedError as error:
        raise DoorError(
            f"{host.name} does not start: {error.output or error.message}", mend="./inv lab.down, then ./inv lab.up"
        ) from error
    return "made"


def describe(context: Context, host: Host, image: str) -> list[str]:
    """Arguments of `podman create` that stand for the host."""
    argv = ["--name", context.container(host), "--hostname", host.name, "--label", f"{LABEL}={context.identity.id}"]
    argv += ["--network", context.identity.network, "--ip", context.address(host)]
    # Names are ours to give (lab.files); podman would copy those of this machine.
    argv += ["--no-hosts", "--log-driver", "k8s-file", "--log-opt", "max-size=1mb"]
    argv += [f"--cap-add={capability}" for capability in host.capabilities]
    argv += [f"--sysctl={key}={value}" for key, value in sorted(host.sysctls.items())]
    for volume, path in sorted(host.volumes.items()):
        argv += ["--volume", f"{context.identity.volume(host.name, volume)}:{path}"]
    if not host.simulator:
        # In a container systemd takes its arguments for what a kernel's command line would say.
        boot = [f"systemd.unit={host.unit}", *(f"systemd.wants={unit}" for unit in _ALWAYS)] if host.unit else []
        return [*argv, "--systemd=always", image, "/sbin/init", *boot]
    # The code is mounted, so that a change of it is a restart and not a new image.
    argv += ["--volume", f"{_SIMULATORS}:{_CODE}/lab/simulators:ro", "--env", f"PYTHONPATH={_CODE}"]
    argv += ["--env", "PYTHONUNBUFFERED=1", "--env", "PYTHONDONTWRITEBYTECODE=1", "--systemd=false"]
    return [*argv, image, "python3", "-m", f"lab.simulators.{host.simulator}", "--config", SETTINGS]


def ours(context_id: str) -> dict[str, str]:
    """Container name → state of every container of a checkout's lab, half-made ones too."""
    told = podman("ps", "--all", "--filter", f"label={LABEL}={context_id}", "--format", "json").stdout
    return {item["Names"][0]: item["State"] for item in json.loads(told or "[]")}


def running_hosts(context_id: str) -> set[str]:
    """Names of containers that run."""
    return {name for name, state in ours(context_id).items() if state == "running"}


def remove_all(context_id: str) -> int:
    """Remove every container of a checkout's lab; returns how many there were."""
    names = list(ours(context_id))
    if names:
        podman("rm", "--force", "--time", "0", "--ignore", *names, timeout=300)
    return len(names)


def _state(name: str) -> tuple[str, str]:
    """State and description's hash of a container; empty where there is none."""
    done = podman(
        "container", "inspect", "--format", f'{{{{.State.Status}}}} {{{{index .Config.Labels "{_SPEC}"}}}}', name, check=False
    )
    if done.returncode != 0:
        return "", ""
    state, _, spec = done.stdout.strip().partition(" ")
    return state, spec
