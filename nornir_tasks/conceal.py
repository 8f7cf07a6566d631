"""Configurations and their diffs without what must not be seen, whoever wrote it there: the vault knows only our own secrets.

The one place for it: diffs, reports, logs and the history of configurations go through here.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from functools import lru_cache

from nornir_tasks.config_rules import REMOVED, Block, LineRule, Rules, known_platforms, rules_of

__all__ = ["REMOVED", "Tagger", "conceal"]

# From the text before a secret and the secret itself to a short tag that says whether it is the same as the last time.
Tagger = Callable[[str, str], str]

# A key that was cut off has no end; what still looks like one, or like the headers above one, goes with it.
_KEY_LINE = re.compile(r'[-+ \t]*(?:[A-Za-z0-9+/=\\]*"?|(?:Proc-Type|DEK-Info|Comment): .*)\s*$')


def conceal(text: str, platform: str | None, tag: Tagger | None = None) -> str:
    """`text` with passwords, keys and communities replaced by `<removed>`, or `<removed:TAG>` where `tag` gives one.

    The rules are those of the platform. Of a platform that has none, a line goes from the first thing on that is a secret to any.
    """
    if platform is not None and platform in known_platforms():
        return _concealed(text, platform, tag)
    every = [rules_of(name) for name in known_platforms()]
    lines = list(_without_blocks(text.split("\n"), every[0], tag))
    return "\n".join(_cut(line, [rule for rules in every for rule in rules.secrets], tag) for line in lines)


def _cut(line: str, rules: Iterable[LineRule], tag: Tagger | None) -> str:
    """The line up to the first secret that any rule finds in it."""
    low = line.lower()
    found = [match.start("secret") for rule in rules if rule.word in low and (match := rule.line.match(line))]
    if not found:
        return line
    begin = min(found)
    return line[:begin] + _marker(line[:begin], line[begin:], tag)


def _concealed(text: str, platform: str, tag: Tagger | None) -> str:
    rules = rules_of(platform)
    lines = text.split("\n")
    if "-----BEGIN" in text:
        lines = list(_without_blocks(lines, rules, tag))
    section = ""
    for index, line in enumerate(lines):
        if not line or line.isspace():
            continue
        if rules.section and rules.section.match(line):
            section = line.lower()
        if _holds_a_secret(platform, section, line):
            for rule in _about(rules, section, line):
                line = _without(line, rule, tag)  # noqa: PLW2901 - each rule works on what the last one left
            lines[index] = line
    return "\n".join(lines)


@lru_cache(maxsize=1 << 16)
def _holds_a_secret(platform: str, section: str, line: str) -> bool:
    """Remembered, because the lines of a town's devices are much alike, and most of them are innocent."""
    return any(rule.line.match(line) for rule in _about(rules_of(platform), section, line))


def _about(rules: Rules, section: str, line: str) -> list[LineRule]:
    """The rules that may find something in the line."""
    low = line.lower()
    return [rule for rule in rules.secrets if rule.word in low and (rule.under is None or not section or rule.under in section)]


def _without(line: str, rule: LineRule, tag: Tagger | None) -> str:
    """The line with every value that the rule finds replaced. What was replaced does not match again, so this ends."""
    while found := rule.line.match(line):
        begin, end = found.span("secret")
        value = line[begin:end]
        quoted = len(value) > 1 and value[0] == value[-1] == '"'
        marker = _marker(line[:begin], value, None if rule.varies else tag)
        line = line[:begin] + (f'"{marker}"' if quoted else marker) + line[end:]
    return line


def _without_blocks(lines: list[str], rules: Rules, tag: Tagger | None) -> Iterable[str]:
    """The lines with each block of a key, however many lines it has, replaced by one marker."""
    index = 0
    while index < len(lines):
        line = lines[index]
        index += 1
        found = next(((block, begin) for block in rules.secret_blocks if (begin := block.begin.search(line))), None)
        if found is None:
            yield line
            continue
        block, begin = found
        before, body = line[: begin.start()], [line[begin.start() :]]
        while not (end := block.end.search(body[-1])) and index < len(lines) and _of_a_key(lines[index], block):
            body.append(lines[index])
            index += 1
        yield before + _marker(before, "\n".join(body), tag) + (body[-1][end.end() :] if end else "")


def _of_a_key(line: str, block: Block) -> bool:
    return bool(_KEY_LINE.match(line) or block.end.search(line))


def _marker(before: str, value: str, tag: Tagger | None) -> str:
    if tag is None:
        return REMOVED
    return f"{REMOVED[:-1]}:{tag(before.strip(' +-'), value)}>"
