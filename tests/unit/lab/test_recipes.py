"""Recipes of images: readable, and hashed over all that decides the result."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from lab.images import build
from lab.images.recipe import Recipe, names, read
from lab.topology import load
from muhtar.doors.apt import Mirrors
from muhtar.errors import MuhtarError

MIRRORS = Mirrors("bookworm", "http://mirror.test/debian", "http://mirror.test/security", updates=True)


@pytest.mark.parametrize("name", names())
def test_every_recipe_can_be_read(name: str) -> None:
    recipe = read(name)
    assert bool(recipe.suite) != bool(recipe.parent)
    if recipe.setup:
        assert recipe.setup_text.startswith("#!/bin/sh\n")


def test_every_host_boots_from_a_recipe_there_is() -> None:
    topology = load()
    of_hosts = {recipe.name for recipe in topology.recipes}
    for host in topology.hosts.values():
        assert host.boots_from in of_hosts or read(host.boots_from)


def test_a_missing_recipe_is_named_with_those_there_are() -> None:
    with pytest.raises(MuhtarError, match="no image 'slackware'") as caught:
        read("slackware")
    assert "bookworm" in str(caught.value.mend)


def test_suite_and_parent_exclude_each_other() -> None:
    with pytest.raises(ValidationError, match="either `suite` or `from`"):
        Recipe.model_validate({"name": "both", "suite": "bookworm", "from": "bookworm"})
    with pytest.raises(ValidationError, match="either `suite` or `from`"):
        Recipe.model_validate({"name": "none"})


def test_the_hash_changes_with_whatever_decides_the_image() -> None:
    recipe = Recipe.model_validate({"name": "x", "from": "bookworm", "packages": ["nginx"]})
    more = Recipe.model_validate({"name": "x", "from": "bookworm", "packages": ["nginx", "chrony"]})
    base = recipe.hash("bookworm:1", ["deb a"])
    assert recipe.hash("bookworm:1", ["deb a"]) == base
    assert (
        len(
            {base, more.hash("bookworm:1", ["deb a"]), recipe.hash("bookworm:2", ["deb a"]), recipe.hash("bookworm:1", ["deb b"])}
        )
        == 4
    )


def test_packages_of_another_suite_come_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("lab.images.build.apt.mirrors", lambda: MIRRORS)
    recipe = Recipe.model_validate(
        {"name": "x", "from": "bookworm", "packages": ["nginx", {"suite": "trixie", "packages": ["restic"]}]}
    )
    script = build._derive_script(recipe)
    assert "Pin-Priority: 100" in script
    assert "deb http://mirror.test/debian trixie main" in script
    own, foreign = (line for line in script.splitlines() if line.startswith("apt-get install"))
    assert own.endswith("nginx")
    assert "-t trixie" not in own
    assert foreign.endswith("-t trixie restic")
    # What was opened for the build is closed again, and no service was started meanwhile.
    assert script.index("policy-rc.d") < script.index("apt-get install") < script.index("rm -f /usr/sbin/policy-rc.d")
    assert "rm -f /etc/ssh/ssh_host_*" in script
