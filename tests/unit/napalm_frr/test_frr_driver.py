"""The driver as NAPALM finds and calls it."""

from __future__ import annotations

from pathlib import Path

import napalm
import pytest
from napalm.base.exceptions import ConnectionClosedException, ConnectionException
from napalm.base.test.getters import BaseTestGetters

from napalm_frr import FRRDriver
from napalm_frr.options import SSHOptions


@pytest.mark.parametrize("name", ["frr", "FRR", "napalm_frr"])
def test_napalm_finds_it_by_name(name: str) -> None:
    assert napalm.get_network_driver(name) is FRRDriver


def test_its_methods_have_napalms_signatures() -> None:
    suite = BaseTestGetters()
    suite.driver = FRRDriver
    suite.test_method_signatures()


def test_a_session_that_was_not_opened() -> None:
    driver = FRRDriver("127.0.0.1", "x", "")
    assert driver.is_alive() == {"is_alive": False}
    with pytest.raises(ConnectionClosedException, match="not open"):
        driver.get_facts()
    driver.close()


def test_a_commit_message_is_refused() -> None:
    with pytest.raises(NotImplementedError, match="message"):
        FRRDriver("127.0.0.1", "x", "").commit_config(message="why not")


def test_a_mistyped_option_does_not_weaken_the_session_in_silence() -> None:
    with pytest.raises(ConnectionException, match="known_host"):
        FRRDriver("127.0.0.1", "x", "", optional_args={"known_host": "/dev/null"})


def test_options_out_of_an_openssh_configuration(tmp_path: Path) -> None:
    known = tmp_path / "known hosts"
    known.touch()
    config = tmp_path / "config"
    config.write_text(
        f'Host edge\n HostName 192.0.2.1\n Port 2222\n User deploy\nHost *\n IdentityFile "{tmp_path}/key"\n'
        f' UserKnownHostsFile "{known}"\n HostKeyAlias edge-1\n'
    )
    options = SSHOptions.resolve("edge", None, {"ssh_config_file": str(config)})
    assert (options.host, options.port, options.username) == ("192.0.2.1", 2222, "deploy")
    assert options.key_files == (tmp_path / "key",)
    assert options.known_hosts == (known,)
    assert options.host_key_alias == "edge-1"
    assert options.host_key_name == "[192.0.2.1]:2222"


def test_what_is_given_wins_over_the_configuration(tmp_path: Path) -> None:
    config = tmp_path / "config"
    config.write_text(f"Host *\n Port 2222\n User other\n IdentityFile {tmp_path}/other\n")
    options = SSHOptions.resolve("r1", "me", {"ssh_config_file": config, "port": 22, "key_file": tmp_path / "mine"})
    assert (options.port, options.username, options.key_files) == (22, "me", (tmp_path / "mine",))


@pytest.mark.parametrize("line", ["ProxyJump gate", "ProxyCommand nc %h %p"])
def test_a_configuration_that_we_cannot_follow_is_refused(tmp_path: Path, line: str) -> None:
    config = tmp_path / "config"
    config.write_text(f"Host *\n {line}\n")
    with pytest.raises(ConnectionException, match="not supported"):
        SSHOptions.resolve("r1", "me", {"ssh_config_file": config})


def test_a_missing_configuration_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(ConnectionException, match="cannot read"):
        SSHOptions.resolve("r1", "me", {"ssh_config_file": tmp_path / "nosuch"})


def test_a_passphrase_is_not_shown() -> None:
    assert "geheim" not in repr(SSHOptions.resolve("r1", "me", {"passphrase": "geheim"}))
