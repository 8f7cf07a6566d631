"""The three registers: all their mistakes at once, each with file, line and mend; and what bad input people bring."""

from __future__ import annotations

import time
from collections.abc import Callable

import pytest

from muhtar.errors import RegisterError
from muhtar.license.books import open_books, read_books
from muhtar.license.lint import lint
from muhtar.outcome import Status
from muhtar.settings import Site

Write = Callable[..., None]

LICENSE = """\
  - {{id: {id}, product: P, publisher: Q, metric: device, quantity: {quantity}, start: {start}, owner_unit: software,
     contract: {contract}, covers: {{groups: [servers]}}}}
"""
ASSET = (
    "  - {{id: {id}, kind: computer, maker: Örnek, model: M, serial: {serial}, purchased: 2024-02-29, "
    "contracts: [{contracts}]}}\n"
)


def license_(name: str, quantity: object = 1, start: str = "2020-01-01", contract: str = "c-1") -> str:
    return LICENSE.format(id=name, quantity=quantity, start=start, contract=contract)


def asset(name: str, serial: str | None = None, contracts: str = "w-1") -> str:
    return ASSET.format(id=name, serial=serial or f"S-{name}", contracts=contracts)


def mistakes(site: Site) -> list[str]:
    return [
        f"{problem.path.rpartition('/')[2]}:{problem.line} {problem.message}"
        for problems in read_books(site).problems.values()
        for problem in problems
    ]


def test_good_registers_have_no_mistakes(site: Site, write: Write) -> None:
    write(licenses="licenses:\n" + license_("a"), assets="assets:\n" + asset("x") + asset("y", contracts=""))
    assert mistakes(site) == []
    report = lint(site).build()
    assert [(outcome.target, outcome.summary) for outcome in report.outcomes] == [
        ("licenses", "well-formed: 1 license"),
        ("assets", "well-formed: 2 assets"),
        ("contracts", "well-formed: 2 contracts"),
    ]
    assert report.exit_code == 0


def test_every_mistake_of_every_register_is_told_at_once(site: Site, write: Write) -> None:
    write(
        licenses="licenses:\n" + license_("a", quantity=-4) + license_("a", start="2023-02-29"),
        assets="assets:\n" + asset("x").replace("2024-02-29", "2023-02-29") + asset("y").replace("kind: computer, ", ""),
        contracts="contracts:\n  - {id: c-1, supplier: S, kind: leasing, start: 2020-01-01, cost: {amount: 1, currency: TL}}\n",
    )
    found = mistakes(site)
    assert [mistake.partition(" ")[0] for mistake in found] == [
        *("licenses.yml:2", "licenses.yml:4", "licenses.yml:4"),
        *("assets.yml:2", "assets.yml:3", "contracts.yml:2", "contracts.yml:2"),
    ]
    for said in ("greater than or equal to 1, not -4", "the id 'a' is taken already (line 2)", "there is no such day"):
        assert any(said in mistake for mistake in found)
    with pytest.raises(RegisterError, match="the registers have 5 mistakes; nothing was audited") as caught:
        open_books(site, "licenses", "contracts")
    assert str(caught.value).count("mend:") == 5


def test_each_mistake_is_a_finding_at_its_line(site: Site, write: Write) -> None:
    write(licenses="licenses:\n" + license_("a", quantity=-4), assets="assets:\n" + asset("x"))
    (bad,) = [outcome for outcome in lint(site).build().outcomes if outcome.status is Status.FINDING]
    assert (bad.target, bad.subject) == ("licenses", "licenses[0].quantity")
    assert bad.intent is not None
    assert str(bad.intent).endswith("registers/licenses.yml:2")
    assert bad.mend


def test_two_mistakes_at_one_place_are_two_findings(site: Site, write: Write) -> None:
    write(licenses="licenses:\n" + license_("a") * 3, assets="assets: []\n")
    report = lint(site).build()
    taken = [outcome for outcome in report.outcomes if "taken" in outcome.summary]
    assert len(taken) == 2
    assert report.exit_code == 2


def test_a_reference_to_a_contract_that_is_not_there_says_where_and_what_was_meant(site: Site, write: Write) -> None:
    write(licenses="licenses:\n" + license_("a", contract="c-11"), assets="assets:\n" + asset("x", contracts="w-1, z-9, c-1"))
    assert mistakes(site) == [
        "licenses.yml:3 there is no contract 'c-11'; did you mean 'c-1'?",
        "assets.yml:2 there is no contract 'z-9'",
        "assets.yml:2 the contract 'c-1' is of kind license, which is no cover for an asset",
    ]


def test_a_renewal_names_an_earlier_term(site: Site, write: Write) -> None:
    def renewing(name: str, start: str = "2021-01-01") -> str:
        return license_("new", start=start).replace("product: P", f"renews: {name}, product: P")

    ending = license_("old").replace("product: P", "end: 2020-12-31, product: P")
    write(assets="assets: []\n")
    for text, said in (
        (ending + renewing("old"), []),
        (ending + renewing("odl"), ["licenses.yml:4 there is no license 'odl' to renew"]),
        (license_("old") + renewing("old"), ["licenses.yml:4 the license 'old' is open-ended: there is nothing to renew"]),
        (
            ending + renewing("old", "2020-01-01"),
            ["licenses.yml:4 begins on 2020-01-01, no later than the license 'old' that it renews"],
        ),
    ):
        write(licenses="licenses:\n" + text)
        assert mistakes(site) == said


def test_where_the_contracts_cannot_be_read_references_are_not_blamed(site: Site, write: Write) -> None:
    write(licenses="licenses:\n" + license_("a"), assets="assets:\n" + asset("x"), contracts="contracts: [\n")
    (mistake,) = mistakes(site)
    assert mistake.startswith("contracts.yml:2 is not YAML")


def test_one_serial_number_on_two_assets_is_a_mistake_however_it_is_spelled(site: Site, write: Write) -> None:
    write(licenses="licenses: []\n", assets="assets:\n" + asset("x", "SN1I") + asset("y", "sn1ı") + asset("z", "SN11"))
    assert mistakes(site) == ["assets.yml:3 the serial number 'sn1ı' is that of x too"]


def test_an_exempt_kind_and_a_contract_are_named_once(site: Site, write: Write) -> None:
    kinds = "exempt_kinds:\n  - {kind: phone, reason: a}\n  - {kind: phone, reason: b}\n"
    write(licenses="licenses: []\n", assets=kinds + "assets:\n" + asset("x"))
    assert mistakes(site) == ["assets.yml:3 the kind 'phone' is exempt twice"]
    write(assets="assets:\n" + asset("x", contracts="w-1, w-1"))
    assert ["names a contract twice" in mistake for mistake in mistakes(site)] == [True]


def test_a_missing_register_is_a_finding_of_lint_and_stops_an_audit(site: Site, write: Write) -> None:
    write(licenses="licenses:\n" + license_("a"))
    site.register("contracts").unlink()
    report = lint(site).build()
    assert [outcome.target for outcome in report.outcomes if outcome.status is Status.FINDING] == ["assets", "contracts"]
    with pytest.raises(RegisterError, match="no such register"):
        open_books(site, "licenses", "contracts")


@pytest.mark.parametrize("book", ["licenses", "assets", "contracts"])
@pytest.mark.parametrize(
    ("raw", "line", "said"),
    [
        ("\ufeff{book}:\n".encode(), 1, "starts with a byte order mark"),
        ("{book}:\n  - id: x\n    supplier: Işık Ölçüm Ltd. Şti.\n".encode("cp1254"), 3, "it looks like Windows-1254 (Turkish)"),
        (b"{book}:\n\t- id: x\n", 2, "is not YAML"),
        (b"", 1, "is empty"),
    ],
)
def test_what_spreadsheets_leave_behind_is_refused_at_its_line(
    book: str, raw: bytes, line: int, said: str, site: Site, write: Write
) -> None:
    write(licenses="licenses: []\n", assets="assets: []\n")
    write(**{book: raw.replace(b"{book}", book.encode())})
    (problem,) = read_books(site).problems[book]
    assert problem.line == line
    assert said in problem.message
    assert problem.mend


def test_ten_times_as_many_entries_and_mistakes_take_ten_times_as_long(site: Site, write: Write) -> None:
    write(licenses="licenses: []\n")
    taken = {}
    for number in (2_500, 25_000):
        lines = "".join(asset(f"x{index}", contracts="z-9" if index % 2 else "w-1") for index in range(number))
        write(assets="assets:\n" + lines)
        began = time.process_time()
        assert len(read_books(site).problems["assets"]) == number // 2
        taken[number] = time.process_time() - began
    # Twenty: a machine under load is given its due; anything quadratic would take a hundred times as long.
    assert taken[25_000] < 20 * taken[2_500]
