"""The register of purchases: every mistake at once with its line and mend, and what it refuses."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from muhtar.errors import InventoryError, RegisterError, UsageError
from muhtar.procurement.opened import open_registers
from muhtar.settings import Site
from tests.support.purchases import DAY, LIMITS, PROCUREMENT, listed

Write = Callable[..., None]


def mistakes(site: Site, year: int = 2027) -> list[str]:
    with pytest.raises(RegisterError) as told:
        open_registers(site, year)
    return [f"{problem.path.rpartition('/')[2]}:{problem.line} {problem.message}" for problem in told.value.problems]


def test_a_good_register_is_read_with_the_limits_of_its_year(town: Site) -> None:
    assert open_registers(town, 2026).limits.year == 2026


def test_a_year_without_limits_is_an_error_that_says_what_to_add(town: Site) -> None:
    with pytest.raises(RegisterError, match="no limits for the budget year 2028") as told:
        open_registers(town, 2028)
    assert "add {year: 2028, direct:" in str(told.value)


def test_mistakes_of_all_registers_are_told_at_once(town: Site, write: Write) -> None:
    text = PROCUREMENT.replace("direct: 1000, negotiated: 3000", "direct: 5000, negotiated: 3000", 1)
    text = text.replace("[antivirus]", "[antivirüs-eski]").replace("currency: TRY", "currency: TL", 1)
    write(procurement=text, assets="assets:\n  - {id: a}\n")
    told = mistakes(town)
    assert "procurement.yml:2 is below the limit of 22/d (5000), not 3000" in told
    assert any(line.startswith("procurement.yml:10 ") and "TRY" in line for line in told)
    assert any(line.startswith("assets.yml:2 'kind' is missing") for line in told)


def test_references_that_lead_nowhere_or_twice_are_mistakes(town: Site, write: Write) -> None:
    more = "  - {id: other, name: N, licenses: [antivirus, antivirs], requirements: [{item: a, wanted: b}]}\n"
    write(procurement=PROCUREMENT + more)
    assert mistakes(town) == [
        "procurement.yml:16 the license 'antivirus' is in a class already (line 15)",
        "procurement.yml:16 there is no license 'antivirs'; did you mean 'antivirus'?",
    ]


@pytest.mark.parametrize("name", ["office-computer", "office-computer-maintenance"])
def test_a_role_and_a_class_of_one_name_would_be_one_lot_and_are_a_mistake(name: str, town: Site, write: Write) -> None:
    write(procurement=PROCUREMENT.replace("id: security", f"id: {name}"))
    assert mistakes(town) == [f"procurement.yml:15 the name {name!r} of a lot is taken already (line 5)"]


def test_a_role_given_twice_is_one_mistake(town: Site, write: Write) -> None:
    role = PROCUREMENT[PROCUREMENT.index("  - id: office") : PROCUREMENT.index("software:")]
    write(procurement=PROCUREMENT.replace("software:", f"{role}software:"))
    assert [line.partition(" ")[2] for line in mistakes(town)] == ["the id 'office-computer' is taken already (line 5)"]


def test_a_year_given_twice_is_a_mistake(town: Site, write: Write) -> None:
    write(procurement=PROCUREMENT.replace("year: 2026", "year: 2027"))
    assert mistakes(town) == ["procurement.yml:3 the year 2027 is given twice (first on line 2)"]


def test_maintenance_that_nothing_specifies_is_a_mistake(town: Site, write: Write) -> None:
    write(procurement=PROCUREMENT.replace("    maintenance_requirements: [{item: Süre, wanted: 12 ay}]\n", ""))
    assert "add maintenance_requirements, or uncovered: replacement" in mistakes(town)[0]


def test_a_control_character_is_refused_before_it_breaks_a_paper(town: Site, write: Write) -> None:
    write(procurement=PROCUREMENT.replace("name: Ofis bilgisayarı", 'name: "Ofis\\a"'))
    assert "has a control character (code 7)" in mistakes(town)[0]


def test_nothing_to_buy_anything_for_is_no_empty_list(town: Site, write: Write) -> None:
    write(licenses="licenses: []\n", assets="assets: []\n", procurement=LIMITS)
    with pytest.raises(RegisterError, match="nothing to buy anything for"):
        listed(town)


def test_a_missing_register_a_past_year_and_a_nameless_town_are_refused(town: Site) -> None:
    with pytest.raises(UsageError, match="2025 is past"):
        listed(town, DAY, year=2025)
    town.register("procurement").unlink()
    with pytest.raises(RegisterError, match="a mistake"):
        listed(town)
    (town.path / "settings.yml").unlink()
    with pytest.raises(InventoryError, match="municipality's name"):
        listed(Site(town.name, root=town.root))
