"""A simulated switch in this process, on loopback, with a certificate from a CA made for the test session."""

from __future__ import annotations

import asyncio
import json
import threading
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path
from typing import Any, Generic, TypeVar

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from lab.simulators.eos.device import Device
from lab.simulators.eos.server import EosServer
from lab.simulators.eos.settings import Settings

D = TypeVar("D")
USER, PASSWORD = "muhtar", "a-long-test-password"
DATA = Path(__file__).parents[1] / "unit" / "lab" / "simulators" / "eos"


def certificate(folder: Path, name: str, issuer: tuple[x509.Certificate, Any] | None) -> tuple[x509.Certificate, Any]:
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    now = datetime.now(UTC)
    ca = issuer is None
    builder = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject if issuer is None else issuer[0].subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(hours=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.BasicConstraints(ca=ca, path_length=None), critical=True)
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False)
    )
    certificate = builder.sign(key if issuer is None else issuer[1], hashes.SHA256())
    (folder / f"{name}.crt").write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    (folder / f"{name}.key").write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    return certificate, key


class Simulated(Generic[D]):
    """A running simulator. `restart` is a power cycle; `fault` writes the control file."""

    device: D
    control: Path | None
    _server: Any

    def _make(self) -> None:
        """Set `device` and `_server`."""
        raise NotImplementedError

    def _start(self) -> None:
        self._make()
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()
        asyncio.run_coroutine_threadsafe(self._server.start(), self._loop).result(10)
        self.port = self._server.port

    def stop(self) -> None:
        asyncio.run_coroutine_threadsafe(self._server.close(), self._loop).result(10)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(10)
        self._loop.close()

    def restart(self) -> None:
        self.stop()
        self._start()

    def fault(self, **faults: Any) -> None:
        assert self.control is not None
        self.control.write_text(json.dumps(faults))


class Switch(Simulated[Device]):
    """An EOS switch."""

    def __init__(self, settings: Settings, ca: Path) -> None:
        self.settings = settings
        self.control = settings.control
        self.ca = ca
        self._start()

    def _make(self) -> None:
        self.device = Device(self.settings)
        self._server = EosServer(self.device)

    def driver(self, **options: Any) -> Any:
        """NAPALM's own eos driver, not yet opened; `password` and `timeout` aside, the options are its optional_args."""
        return self.driver_for(self.port, **options)

    @staticmethod
    def driver_for(port: int, **options: Any) -> Any:
        """The same for a switch in another process."""
        from napalm import get_network_driver

        password = options.pop("password", PASSWORD)
        timeout = options.pop("timeout", 20)
        return get_network_driver("eos")("127.0.0.1", USER, password, timeout=timeout, optional_args={"port": port, **options})
