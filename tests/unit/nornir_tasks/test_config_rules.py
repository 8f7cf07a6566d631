"""No secret of any vendor survives, what is no secret does, and two readings of an unchanged device give one text."""

from __future__ import annotations

import re

import pytest

from muhtar.errors import InventoryError
from nornir_tasks.conceal import conceal
from nornir_tasks.config_rules import COMMON, FOLDER, LineRule, NoiseRule, Rules, rules_of
from nornir_tasks.steady import steady
from tests.support.device_configs import NOISE, PLATFORMS, sample, with_canaries


def own_rules(platform: str) -> Rules:
    from muhtar.registers.load import load_register

    return load_register(FOLDER / f"{platform}.yml", Rules)


LINE_RULES = [(platform, rule) for platform in PLATFORMS for rule in own_rules(platform).secrets]
NOISE_RULES = [(platform, rule) for platform in PLATFORMS for rule in own_rules(platform).volatile]


def test_the_platforms_are_there() -> None:
    assert {"frr", "ios", "eos", "junos", "nxos", "routeros", "fortios", "vrp"} <= set(PLATFORMS)


@pytest.mark.parametrize("platform", PLATFORMS)
@pytest.mark.parametrize("lead", ["", "+", "-", " ", "no "], ids=["plain", "added", "removed", "context", "negated"])
def test_no_secret_survives(platform: str, lead: str) -> None:
    if lead == "no " and rules_of(platform).section:
        return  # such platforms have no negated lines
    text, canaries = with_canaries(sample(platform))
    text = "\n".join(lead + line for line in text.splitlines())
    found = conceal(text.replace("\\\n", ""), platform)
    assert len(canaries) >= 10
    assert not [line for line in found.splitlines() if any(canary in line for canary in canaries)]


@pytest.mark.parametrize("platform", PLATFORMS)
def test_no_secret_survives_where_the_platform_is_not_known(platform: str) -> None:
    text, canaries = with_canaries(sample(platform))
    found = conceal(text.replace("\\\n", ""), None)
    # Of RouterOS and FortiOS only the section tells a community's name from any other name.
    left = [canary for canary in canaries if canary in found]
    assert len(left) <= {"routeros": 2, "fortios": 1}.get(platform, 0), left


@pytest.mark.parametrize("platform", PLATFORMS)
def test_what_is_no_secret_stays(platform: str) -> None:
    text = re.sub(r"(?s)-----BEGIN.*?PRIVATE KEY-----\n?", "CANARY", sample(platform)).replace("\\\n", "")
    found = set(conceal(text, platform).splitlines())
    assert not [line for line in text.splitlines() if "CANARY" not in line and line not in found]


@pytest.mark.parametrize("platform", PLATFORMS)
def test_concealing_twice_is_concealing_once(platform: str) -> None:
    once = conceal(sample(platform), platform, lambda before, secret: f"{len(before)}x{len(secret)}")
    assert conceal(once, platform, lambda *_: "other") == once


@pytest.mark.parametrize(("platform", "rule"), LINE_RULES, ids=[f"{platform}-{rule.what}" for platform, rule in LINE_RULES])
def test_each_secret_has_a_sample(platform: str, rule: LineRule) -> None:
    lines = [line for line in sample(platform).replace("\\\n", "").splitlines() if rule.word in line.lower()]
    hits = [found["secret"] for line in lines if (found := rule.line.match(line))]
    assert any("CANA" in secret for secret in hits), hits


@pytest.mark.parametrize("platform", PLATFORMS)
def test_a_tag_follows_the_secret_unless_the_device_varies_it(platform: str) -> None:
    def tag(before: str, secret: str) -> str:
        return str(abs(hash((before, secret))))

    first, second = (conceal(with_canaries(sample(platform), seed)[0], platform, tag) for seed in ("Aa", "Bb"))
    assert first == conceal(with_canaries(sample(platform), "Aa")[0], platform, tag)
    differing = sum(one != other for one, other in zip(first.splitlines(), second.splitlines(), strict=True))
    if platform == "fortios":
        assert first.count("ENC <removed>") > 10
        assert differing >= 3
    else:
        assert differing >= 10


@pytest.mark.parametrize(("platform", "rule"), NOISE_RULES, ids=[f"{platform}-{rule.what}" for platform, rule in NOISE_RULES])
def test_each_kind_of_noise_has_a_sample(platform: str, rule: NoiseRule) -> None:
    pattern = rule.line or rule.begin
    assert pattern is not None
    assert any(pattern.match(line) for line in NOISE[platform].format(n=1, t="10:12:13").splitlines())


@pytest.mark.parametrize("platform", PLATFORMS)
def test_an_unchanged_device_gives_the_same_text_each_time(platform: str) -> None:
    noisy = [NOISE[platform].format(n=number, t=f"10:12:{number}") + "hostname x\n" for number in (11, 12)]
    assert noisy[0] != noisy[1] or platform == "frr"
    first, second = (steady(text, platform) for text in noisy)
    assert first == second
    assert "hostname x" in first
    assert steady("hostname x\ninterface y\n", platform) == "hostname x\ninterface y\n"


def test_a_certificate_keeps_its_first_and_its_last_line() -> None:
    text = steady(NOISE["ios"].format(n=1, t="x"), "ios")
    assert " certificate self-signed 01\n  \tquit" in text
    assert "3082" not in text


def test_a_key_that_was_cut_off_goes_and_what_follows_it_stays() -> None:
    key = "-----BEGIN RSA PRIVATE KEY-----\nProc-Type: 4,ENCRYPTED\nQUJD\nREVG\n"
    text = f"interface x\n{key}!\nsnmp-server community gizli ro\nend\n"
    assert conceal(text, "ios") == "interface x\n<removed>\n!\nsnmp-server community <removed> ro\nend\n"


def test_a_platform_that_nobody_described_is_an_error_that_names_the_file() -> None:
    with pytest.raises(InventoryError, match=r"rules/telex\.yml"):
        rules_of("telex")
    with pytest.raises(InventoryError):
        rules_of(COMMON)


def test_a_rule_without_a_secret_is_refused() -> None:
    with pytest.raises(ValueError, match="named secret"):
        LineRule.model_validate({"what": "x", "word": "x", "line": "password"})
    with pytest.raises(ValueError, match="lower case"):
        LineRule.model_validate({"what": "x", "word": "X", "line": "{value}"})


def test_concealing_is_quick() -> None:
    """A thousand devices a night: some milliseconds each, whatever their length."""
    import time

    text = "".join(f"interface Ethernet1/{n}\n description port {n}\n switchport access vlan {n}\n!\n" for n in range(250))
    conceal(text, "ios")
    began = time.process_time()
    conceal(text, "ios")
    assert time.process_time() - began < 0.2
