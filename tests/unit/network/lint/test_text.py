"""How configurations of each grammar become lines that know their sections."""

from __future__ import annotations

from muhtar.network.lint.text import parse


def paths(platform: str, text: str) -> list[tuple[int, str]]:
    return [(line.number, line.path) for line in parse("x", platform, text).lines]


def test_indentation_makes_sections() -> None:
    text = "router bgp 65001\n !\n address-family ipv4 unicast\n  network 10.0.0.0/8\n exit-address-family\nexit\nhostname r1\n"
    assert paths("frr", text) == [
        (1, "router bgp 65001"),
        (3, "router bgp 65001 > address-family ipv4 unicast"),
        (4, "router bgp 65001 > address-family ipv4 unicast > network 10.0.0.0/8"),
        (5, "router bgp 65001 > exit-address-family"),
        (6, "exit"),
        (7, "hostname r1"),
    ]


def test_what_a_banner_says_configures_nothing() -> None:
    assert paths("ios", "banner motd ^C\nip http server\n^C\nhostname r1\n") == [(1, "banner motd ^C"), (4, "hostname r1")]
    assert paths("ios", "banner login #one line#\nhostname r1\n") == [(1, "banner login #one line#"), (2, "hostname r1")]
    assert paths("eos", "banner motd\nfeature telnet!\nEOF\nhostname r1\n") == [(1, "banner motd"), (4, "hostname r1")]


def test_junos_braces_are_the_set_commands() -> None:
    braces = (
        "system {\n    /* a remark */\n    services {\n        ssh;\n    }\n    authentication-order [ radius password ];\n}\n"
    )
    assert [path for _, path in paths("junos", braces)] == [
        "system services ssh",
        "system authentication-order radius",
        "system authentication-order password",
    ]
    assert paths("junos", "set system services ssh") == [(1, "system services ssh")]


def test_routeros_menus_are_sections_and_lines_go_on() -> None:
    text = "# by RouterOS 7\n/ip service\nset telnet \\\n    disabled=yes\n/user aaa set use-radius=yes\n"
    assert [path.split() for _, path in paths("routeros", text)] == [
        ["/ip", "service", ">", "set", "telnet", "disabled=yes"],
        ["/user", "aaa", ">", "set", "use-radius=yes"],
    ]
