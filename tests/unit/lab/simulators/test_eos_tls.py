"""Who is let in, and what makes NAPALM's eos driver verify the certificate."""

from __future__ import annotations

import ssl

import pyeapi.eapilib
import pytest

from tests.support.simulated_switch import Switch


def test_a_context_with_the_ca_makes_the_driver_verify(switch: Switch) -> None:
    driver = switch.driver(context=ssl.create_default_context(cafile=str(switch.ca)))
    driver.open()
    assert driver.get_facts()["hostname"] == "sw1"
    driver.close()


def test_a_context_with_another_ca_refuses_the_switch(switch: Switch) -> None:
    driver = switch.driver(context=ssl.create_default_context(cafile=str(switch.ca.with_name("other.crt"))))
    with pytest.raises(pyeapi.eapilib.ConnectionError, match="certificate verify failed"):
        driver.open()


def test_the_context_also_compares_the_name(switch: Switch) -> None:
    driver = switch.driver(context=ssl.create_default_context(cafile=str(switch.ca)))
    driver.hostname = "localhost"  # the certificate is for 127.0.0.1
    with pytest.raises(pyeapi.eapilib.ConnectionError, match="certificate verify failed"):
        driver.open()


def test_enforce_verification_alone_knows_only_the_system_store(switch: Switch) -> None:
    with pytest.raises(pyeapi.eapilib.ConnectionError, match="certificate verify failed"):
        switch.driver(enforce_verification=True).open()


def test_without_options_the_driver_verifies_nothing(switch: Switch) -> None:
    """Why Muhtar always gives a context: the default takes any certificate."""
    driver = switch.driver()
    driver.open()
    driver.close()


def test_a_wrong_password_is_refused(switch: Switch) -> None:
    with pytest.raises(pyeapi.eapilib.ConnectionError, match="Unauthorized"):
        switch.driver(password="guess").open()


def test_tls_1_1_is_refused(switch: Switch) -> None:
    import socket
    import warnings

    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        context.maximum_version = ssl.TLSVersion.TLSv1_1
    context.set_ciphers("ALL:@SECLEVEL=0")
    with socket.create_connection(("127.0.0.1", switch.port), 10) as raw, pytest.raises(ssl.SSLError):
        context.wrap_socket(raw)
