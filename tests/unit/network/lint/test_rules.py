"""Every rule, on every platform that it judges: it passes what is right and finds what is wrong."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from muhtar.network.lint.check import judged
from muhtar.network.lint.rule import Rule
from muhtar.network.lint.rules import RULES
from muhtar.network.lint.text import parse
from nornir_tasks.platforms import PLATFORMS

SAMPLES = Path(__file__).parent / "samples"


def samples(rule: Rule) -> dict[str, dict[str, Any]]:
    found: dict[str, dict[str, Any]] = yaml.safe_load((SAMPLES / f"{rule.id}.yml").read_text(encoding="utf-8"))
    return found


def cases(kind: str) -> list[Any]:
    return list(_cases(kind))


def _cases(kind: str) -> Iterator[Any]:
    for rule in RULES:
        for platform, sample in samples(rule).items():
            texts = sample.get(kind, [])
            for number, text in enumerate([texts] if isinstance(texts, str) else texts):
                yield pytest.param(rule, platform, text, id=f"{rule.id}-{platform}-{number}")


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)
def test_each_platform_that_a_rule_judges_has_its_samples(rule: Rule) -> None:
    assert set(samples(rule)) == set(rule.judges)
    unable = {platform for platform, sample in samples(rule).items() if not sample.get("fail")}
    assert unable <= ({"frr"} if rule.id == "http" else set())


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)
def test_rules_speak_of_platforms_that_there_are(rule: Rule) -> None:
    assert {*rule.judges, *rule.cannot} <= set(PLATFORMS)
    assert not set(rule.judges) & set(rule.cannot)


@pytest.mark.parametrize(("rule", "platform", "text"), cases("pass"))
def test_what_is_right_passes(rule: Rule, platform: str, text: str) -> None:
    assert judged(rule, parse("x", platform, text)) == []


@pytest.mark.parametrize(("rule", "platform", "text"), cases("fail"))
def test_what_is_wrong_is_found(rule: Rule, platform: str, text: str) -> None:
    hits = judged(rule, parse("x", platform, text))
    assert hits
    for hit in hits:
        # Junos writes the first words of a statement on the lines before it.
        word = -1 if platform == "junos" else 0
        assert hit.line is None or hit.line.text.split()[word] in text.splitlines()[hit.line.number - 1]


def test_an_address_on_two_devices_is_a_finding_of_both() -> None:
    rule = next(rule for rule in RULES if rule.id == "duplicate_address")
    texts = {
        "r1": ("frr", "interface eth0\n ip address 10.0.0.1/24\n"),
        "sw1": ("ios", "interface Vlan1\n ip address 10.0.0.1 255.255.255.0\n"),
        "sw2": ("ios", "interface Vlan1\n vrf forwarding X\n ip address 10.0.0.1 255.255.255.0\n"),
    }
    assert rule.across
    found = rule.across([parse(name, platform, text) for name, (platform, text) in texts.items()])
    assert {name: [hit.said for hit in hits] for name, hits in found.items()} == {
        "r1": ["10.0.0.1 is on eth0, and on sw1 (Vlan1)"],
        "sw1": ["10.0.0.1 is on Vlan1, and on r1 (eth0)"],
    }
