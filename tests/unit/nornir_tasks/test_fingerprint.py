"""Whether a device is still the one that was planned for: what varies by itself does not count, everything else does."""

from __future__ import annotations

import pytest

from muhtar.errors import InventoryError
from nornir_tasks.fingerprint import fingerprint
from tests.support.device_configs import NOISE, PLATFORMS, sample, with_canaries


@pytest.mark.parametrize("platform", PLATFORMS)
def test_noise_does_not_count(platform: str) -> None:
    first, second = (
        fingerprint(NOISE[platform].format(n=number, t=f"10:12:{number}") + sample(platform), platform) for number in (11, 12)
    )
    assert first == second
    assert fingerprint(sample(platform).replace("\n", "  \r\n"), platform) == fingerprint(sample(platform), platform)


@pytest.mark.parametrize("platform", PLATFORMS)
def test_what_was_configured_counts(platform: str) -> None:
    text = NOISE[platform].format(n=11, t="10:12:11") + sample(platform)
    seen = fingerprint(text, platform)
    assert fingerprint(f"{text}\nhostname night", platform) != seen
    lines = sample(platform).splitlines(keepends=True)
    assert fingerprint("".join(lines[::-1]), platform) != seen
    assert len(seen) == 64


@pytest.mark.parametrize("platform", [name for name in PLATFORMS if name != "fortios"])
def test_each_changed_secret_counts(platform: str) -> None:
    """A password that somebody changed since is a change, although no plan shows it."""
    text, canaries = with_canaries(sample(platform))
    seen = fingerprint(text, platform)
    assert canaries
    assert [word for word in canaries if fingerprint(text.replace(word, f"{word}x", 1), platform) == seen] == []


def test_what_fortios_enciphers_anew_does_not_count() -> None:
    """Each reading of one FortiOS device shows other `ENC` values."""
    text = 'config system admin\n    edit "admin"\n        set password ENC {}\n    next\nend\n'
    assert fingerprint(text.format("SH2aaaa="), "fortios") == fingerprint(text.format("SH2bbbb="), "fortios")
    assert fingerprint(text.format("SH2aaaa="), "fortios") != fingerprint(text.replace("admin", "root"), "fortios")


def test_comments_of_the_answer_do_not_count_and_indentation_does() -> None:
    text = "hostname r1\ninterface e1\n description x\n"
    framed = f"Building configuration...\n\nCurrent configuration:\n!\nfrr version 8.4.4\n{text}!\nend\n"
    assert fingerprint(framed, "frr") == fingerprint(text, "frr")
    assert fingerprint(text.replace(" description", "description"), "frr") != fingerprint(text, "frr")


def test_bytes_that_are_no_text_have_one_too() -> None:
    assert len(fingerprint("\udcff", "frr")) == 64


def test_a_platform_that_nobody_knows_the_noise_of_is_an_error() -> None:
    with pytest.raises(InventoryError, match="xyz"):
        fingerprint("hostname x", "xyz")
