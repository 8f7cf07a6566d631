"""`network.lint`: the rules over the intended configurations, or over files."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from muhtar.errors import MuhtarError, UsageError
from muhtar.inventory import Inventory, Target
from muhtar.network.devices import GROUP, devices
from muhtar.network.intent import intent_of, template_of
from muhtar.network.lint.rule import Hit, Rule
from muhtar.network.lint.rules import RULES
from muhtar.network.lint.text import Config, parse
from muhtar.outcome import Intent, Outcome, Status
from muhtar.report import ReportBuilder
from muhtar.settings import ROOT, Site
from nornir_tasks.conceal import conceal
from nornir_tasks.platforms import PLATFORMS, platform_of
from nornir_tasks.render_config import intended_config

__all__ = ["CHECK", "check", "judged"]

CHECK = "network.lint"
SHOWN = 20


@dataclass
class _Texts:
    """The configurations that could be had, and the errors of those that could not, by device."""

    configs: dict[str, Config] = field(default_factory=dict)
    errors: dict[str, MuhtarError] = field(default_factory=dict)


def check(site: Site, *, limit: str | None = None, shard: str | None = None, folder: Path | None = None) -> ReportBuilder:
    """Judge the intended configuration of every selected device, or `<folder>/<device>.conf`; no device is asked.

    A finding for each rule that does not hold (subject: the rule); otherwise one `ok`. Addresses are compared with those of all
    devices of the site, selected or not. A rule that cannot judge a platform is said in a note; a device that no rule can judge
    is `unchecked`. Raises InventoryError where no device is selected.
    """
    inventory = Inventory.load(site)
    chosen = devices(inventory, limit, shard)
    builder = ReportBuilder(CHECK, site.name, limit=limit, shard=shard)
    builder.select([target.name for target in chosen], CHECK)
    texts = _read(inventory, folder)
    across = {rule.id: rule.across(list(texts.configs.values())) for rule in RULES if rule.across}
    cannot: dict[tuple[str, str, str], list[str]] = defaultdict(list)
    for target in chosen:
        if error := texts.errors.get(target.name):
            builder.add(_failed(target, error, inventory))
            continue
        config = texts.configs[target.name]
        found: dict[str, list[Hit]] = {}
        for rule in RULES:
            why = rule.why_not(config.platform)
            if why:
                cannot[rule.id, config.platform, why].append(target.name)
            else:
                found[rule.id] = [*judged(rule, config), *across.get(rule.id, {}).get(target.name, [])]
        builder.add(*_outcomes(target, config, found, folder, inventory))
    for (rule_id, platform, why), names in cannot.items():
        builder.note(f"the rule {rule_id} cannot judge {PLATFORMS[platform].title} ({', '.join(names)}): {why}")
    _note_others(builder, texts, {target.name for target in chosen})
    return builder


def judged(rule: Rule, config: Config) -> list[Hit]:
    """What the rule finds in one configuration of a platform that it can judge."""
    return rule.judges[config.platform](config)


def _read(inventory: Inventory, folder: Path | None) -> _Texts:
    """All devices of the site: an address is also taken by one that was not selected."""
    if folder is not None and not folder.is_dir():
        raise UsageError("there is no such folder", path=folder, mend="./inv network.render --folder FOLDER writes one")
    texts = _Texts()
    for target in inventory.select(group=GROUP):
        try:
            platform = platform_of(target).name
            text = _given(folder, target) if folder else intended_config(target, inventory.site.path)
        except MuhtarError as error:
            texts.errors[target.name] = error
        else:
            texts.configs[target.name] = parse(target.name, platform, text)
    return texts


def _given(folder: Path, target: Target) -> str:
    path = folder / f"{target.name}.conf"
    try:
        # Devices know more encodings than one; what a rule looks for is ASCII.
        text = path.read_text(encoding="utf-8", errors="replace")
    except OSError as error:
        raise UsageError(f"cannot be read: {error.strerror}", path=path, mend="write it, or narrow --limit") from error
    if not text.strip(" !\n"):
        raise UsageError("is empty", path=path, mend="write it again")
    return text


def _outcomes(
    target: Target, config: Config, found: dict[str, list[Hit]], folder: Path | None, inventory: Inventory
) -> Iterable[Outcome]:
    if not found:
        yield Outcome(
            target=target.name,
            check=CHECK,
            status=Status.UNCHECKED,
            summary=f"no rule can judge {PLATFORMS[config.platform].title}",
            mend="add its words to muhtar/network/lint/rules/",
        )
        return
    bad = {rule_id: hits for rule_id, hits in found.items() if hits}
    for rule in RULES:
        if rule.id in bad:
            yield _finding(target, rule, bad[rule.id], folder, inventory)
    if not bad:
        left_out = len(RULES) - len(found)
        aside = f"; {left_out} of {len(RULES)} cannot judge {PLATFORMS[config.platform].title}" if left_out else ""
        yield Outcome(
            target=target.name,
            check=CHECK,
            status=Status.OK,
            summary=f"{len(found)} rules hold{aside}",
            intent=_file(folder, target, None) or template_of(target, inventory),
        )


def _finding(target: Target, rule: Rule, hits: Sequence[Hit], folder: Path | None, inventory: Inventory) -> Outcome:
    shown = [_shown(hit, target) for hit in hits[:SHOWN]]
    if len(hits) > SHOWN:
        shown.append(f"... and {len(hits) - SHOWN} more")
    first = hits[0]
    return Outcome(
        target=target.name,
        check=CHECK,
        subject=rule.id,
        status=Status.FINDING,
        summary=f"wanted: {rule.wanted}; {len(hits)} {'place says' if len(hits) == 1 else 'places say'} otherwise"
        if first.line
        else f"wanted: {rule.wanted}; {first.said}",
        wanted=rule.wanted,
        found="\n".join(shown),
        intent=_file(folder, target, first) or _intent(target, rule, first, inventory),
        mend=rule.mend,
    )


def _shown(hit: Hit, target: Target) -> str:
    """The line with its sections, without its secrets, and the sentence about it."""
    if hit.line is None:
        return hit.said
    parts = (*hit.line.sections, hit.line.text)
    text = conceal("\n".join(" " * depth + part for depth, part in enumerate(parts)), target.platform)
    place = f"line {hit.line.number}: {' > '.join(part.strip() for part in text.splitlines())}"
    return f"{place}: {hit.said}" if hit.said else place


def _intent(target: Target, rule: Rule, hit: Hit, inventory: Inventory) -> Intent:
    """The variable that made the line; for a line that is missing, the one that should make it; else the template."""
    if hit.line is not None:
        return intent_of("\n".join(f"+{part}" for part in (*hit.line.sections, hit.line.text)), target, inventory)
    for name in rule.variables:
        if origin := inventory.origin(target.name, name):
            return Intent(file=origin.relative, line=origin.line)
    return template_of(target, inventory)


def _file(folder: Path | None, target: Target, hit: Hit | None) -> Intent | None:
    if folder is None:
        return None
    path = (folder / f"{target.name}.conf").resolve()
    shown = str(path.relative_to(ROOT)) if path.is_relative_to(ROOT) else str(path)
    return Intent(file=shown, line=hit.line.number if hit and hit.line else None)


def _failed(target: Target, error: MuhtarError, inventory: Inventory) -> Outcome:
    path = Path(error.path) if error.path else None
    shown = str(path.relative_to(ROOT)) if path and path.is_relative_to(ROOT) else error.path
    return Outcome(
        target=target.name,
        check=CHECK,
        status=Status.ERROR,
        summary=error.message,
        intent=Intent(file=shown, line=error.line) if shown else template_of(target, inventory),
        mend=error.mend,
    )


def _note_others(builder: ReportBuilder, texts: _Texts, chosen: set[str]) -> None:
    """Devices beyond the selection that could not be compared with."""
    if others := sorted(set(texts.errors) - chosen):
        builder.note(f"addresses were not compared with those of {', '.join(others)}: {texts.errors[others[0]].message}")
