"""Raw names made products: the rules that come along, a site's own, and what license.lint says of those."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from muhtar.errors import RegisterError
from muhtar.license.discovery.products import BUILT_IN, Catalogue, Products
from muhtar.license.discovery.record import Item
from muhtar.license.lint import lint
from muhtar.registers.load import load_register
from muhtar.settings import Site

OWN = """\
products:
  - id: gitlab-ee
    product: GitLab
    publisher: GitLab
    license: none
    found: [{kind: package, name: gitlab-ee, version: '16.*'}]
  - id: imar
    product: İMAR
    publisher: Misal Çizim
    license: needed
    found: [{kind: service, name: 'IMAR*.service', but: [imar-deneme*]}]
"""


@pytest.mark.parametrize(
    ("item", "products"),
    [
        (Item("package", "postgresql-15", "15.20-0+deb12u1"), {"postgresql"}),
        (Item("package", "postgresql-client-15"), set()),
        (Item("package", "postgresql-15-postgis-3"), {"postgis"}),
        (Item("package", "postgresql15-server"), {"postgresql"}),
        (Item("database", "PostgreSQL", "15.20"), {"postgresql"}),
        (Item("package", "mariadb-server"), {"mariadb"}),
        (Item("package", "mariadb-client"), set()),
        (Item("database", "MySQL Enterprise Server - Commercial", "8.4.3-commercial"), {"mysql-enterprise"}),
        (Item("database", "MySQL Community Server - GPL", "8.4.3"), {"mysql-community"}),
        (Item("package", "oracle-database-ee-19c"), {"oracle-database"}),
        (Item("package", "oracle-database-xe-21c"), set()),
        (Item("package", "oracle-database-preinstall-19c"), set()),
        (Item("package", "jdk-17"), {"oracle-jdk"}),
        (Item("package", "openjdk-17-jre-headless"), {"openjdk"}),
        (Item("package", "gitlab-ee"), {"gitlab-ee"}),
        (Item("package", "gitlab-ce"), set()),
        (Item("package", "MSSQL-server"), {"sql-server"}),
        (Item("codec", "g729"), {"g729"}),
        (Item("package", "g729"), set()),
        (Item("system", "RedHat", "9.4"), {"red-hat-enterprise-linux"}),
        (Item("platform", "eos", "4.32.2F"), {"arista-eos"}),
    ],
)
def test_a_raw_name_means_its_product(site: Site, item: Item, products: set[str]) -> None:
    assert Catalogue.of(site).means(item) == products


def test_every_rule_that_comes_along_means_its_own_product(site: Site) -> None:
    catalogue = Catalogue.of(site)
    for product in load_register(BUILT_IN, Products).products:
        for rule in product.found:
            plain = rule.name.replace("[0-9]", "7").replace("*", "")
            meant = catalogue.means(Item(rule.kind, plain))
            assert product.id in meant, f"{product.id}: {rule.name}"
            assert len(meant) == 1, f"{plain} is several products: {meant}"


def test_a_site_adds_products_and_replaces_those_that_come_along(site: Site, write: Callable[..., None]) -> None:
    write(products=OWN)
    catalogue = Catalogue.of(site)
    assert catalogue.products["gitlab-ee"].license == "none"
    assert catalogue.means(Item("package", "gitlab-ee", "16.4.0")) == {"gitlab-ee"}
    assert catalogue.means(Item("package", "gitlab-ee", "17.0.1")) == set()
    assert catalogue.means(Item("service", "imar-sunucu.service")) == {"imar"}
    assert catalogue.means(Item("service", "imar-deneme.service")) == set()
    assert catalogue.means(Item("package", "nginx")) == {"nginx"}


def test_mistakes_in_a_sites_products_are_findings_of_the_lint(site: Site, write: Callable[..., None]) -> None:
    wrong = OWN.replace("license: needed", "license: maybe").replace("kind: service", "kind: servis")
    write(licenses="licenses: []\n", assets="assets: []\n", products=wrong)
    with pytest.raises(RegisterError, match="2 mistakes"):
        Catalogue.of(site)
    report = lint(site).build()
    found = [outcome for outcome in report.outcomes if outcome.target == "products"]
    assert [(outcome.subject, outcome.status.value) for outcome in found] == [
        ("products[1].license", "finding"),
        ("products[1].found[0].kind", "finding"),
    ]
    write(products=OWN)
    assert [one.summary for one in lint(site).build().outcomes if one.target == "products"] == ["well-formed: 2 products"]


def test_a_license_names_a_product_that_is_known(site: Site, write: Callable[..., None]) -> None:
    entry = (
        "licenses:\n  - {id: x, product: X, publisher: Y, metric: device, quantity: 1, start: 2020-01-01, owner_unit: software,\n"
        "     contract: c-1, discovered: gitlab-e}\n"
    )
    write(licenses=entry, assets="assets: []\n")
    (found,) = [outcome for outcome in lint(site).build().outcomes if outcome.status.value == "finding"]
    assert found.summary == "line 3: there is no product 'gitlab-e'; did you mean 'gitlab-ee'?"
    write(licenses=entry.replace("gitlab-e}", "gitlab-ee}"))
    assert lint(site).build().exit_code == 0
