"""Types configuration lines into a tree as a device's own parser does: modes, `no`, `default`, falling back to outer modes."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from lab.simulators.config_grammar import Form, Grammar, LineError, Match, Negation, Rule
from lab.simulators.config_tree import Tree

__all__ = ["Shell", "complete", "parse"]

END_OF_TEXT = "EOF"


class Shell:
    """One user in configuration mode. Lines change the tree at once; the first that does not fit raises LineError."""

    def __init__(self, grammar: Grammar, tree: Tree) -> None:
        self._grammar = grammar
        # A range (`interface Ethernet1-4`) opens several sections at once, so each mode has a list of trees.
        self._stack: list[tuple[str, list[Tree]]] = [(grammar.top, [tree])]
        self._text: tuple[str, list[str]] | None = None

    @property
    def mode(self) -> str:
        """The mode that the next line is for."""
        return self._stack[-1][0]

    @property
    def at_top(self) -> bool:
        """Whether `exit` would leave configuration mode."""
        return len(self._stack) == 1

    def to_top(self) -> None:
        """Leave all sections."""
        del self._stack[1:]

    def feed(self, raw: str, text: str | None = None) -> None:
        """Take one line; `text` is the body of a command that is followed by text. Raises LineError."""
        if self._text is not None:
            self._collect(raw)
            return
        line, _, body = raw.partition("\n")
        words = line.split()
        if not words or words[0].startswith("!"):
            return
        if words in (["exit"], ["end"]):
            del self._stack[1 if words == ["end"] else max(1, len(self._stack) - 1) :]
            return
        word = words.pop(0) if words[0] in ("no", "default") and len(words) > 1 else ""
        try:
            self._apply(word, words, text if text is not None else body or None)
        except LineError as error:
            raise LineError(error.index + bool(word), error.word, incomplete=error.incomplete) from None

    def _apply(self, word: str, words: Sequence[str], text: str | None) -> None:
        failure: LineError | None = None
        for depth in range(len(self._stack), 0, -1):
            mode, trees = self._stack[depth - 1]
            try:
                if word:
                    negation = self._grammar.match_no(mode, words)
                else:
                    match = self._grammar.match(mode, words)
            except LineError as error:
                if failure is None or error.index > failure.index:
                    failure = error
                continue
            del self._stack[depth:]
            if word:
                for tree in trees:
                    self._negate(tree, negation, keep=word == "no")
            else:
                self._enter(trees, match, text)
            return
        raise failure or LineError(0, words[0])

    def _enter(self, trees: list[Tree], match: Match, text: str | None) -> None:
        if match.rule.heredoc:
            self._text = (" ".join(match.rows[0]), [])
            for line in text.splitlines() if text is not None else ():
                if self._text is not None:
                    self._collect(line)
            if text is not None and self._text is not None:
                self._collect(END_OF_TEXT)
            return
        opened = [found for tree in trees for row in match.rows if (found := self._add(tree, match, row)) is not None]
        if match.rule.opens:
            self._stack.append((match.rule.opens, opened))

    def _add(self, tree: Tree, match: Match, row: tuple[str, ...]) -> Tree | None:
        """Put a line into a tree; gives the section that it opens."""
        rule = match.rule
        line = " ".join(row)
        if rule.opens:
            section = tree.get(line)
            if section is None:
                section = tree[line] = Tree()
            return section
        if rule.form is Form.NUMBERED:
            _add_numbered(tree, line)
            return None
        tree.pop(f"no {line}", None)
        if rule.form is Form.NEGATIVE:
            return None
        for other in self._of_rule(tree, rule, match.key(row)) if rule.key is not None else ():
            del tree[other]
        tree[line] = None
        return None

    def _negate(self, tree: Tree, negation: Negation, *, keep: bool) -> None:
        for row in negation.rows:
            line, rule = " ".join(row), negation.rule
            if rule is not None and rule.form in (Form.NEGATIVE, Form.EITHER):
                tree.pop(line, None)
                tree.pop(f"no {line}", None)
                if keep:
                    tree[f"no {line}"] = None
            elif rule is not None and rule.form is Form.NUMBERED:
                for found in [found for found in tree if found.split(" ", 1)[-1] == line]:
                    del tree[found]
            elif line in tree and (rule is None or rule.key is None):
                del tree[line]
            else:
                for found in self._of_rule(tree, rule, row):
                    del tree[found]

    def _of_rule(self, tree: Tree, rule: Rule | None, prefix: tuple[str, ...]) -> list[str]:
        """The lines beginning with these words: of one rule, or of any."""
        mode = self._stack[-1][0]
        return [
            line
            for line in tree
            if tuple(line.split()[: len(prefix)]) == prefix and (rule is None or self._grammar.rule(mode, line) is rule)
        ]

    def _collect(self, line: str) -> None:
        if self._text is None:
            return
        command, lines = self._text
        if line.strip() != END_OF_TEXT:
            lines.append(line)
            return
        tree = self._stack[-1][1][0]
        for found in [found for found in tree if found.split("\n", 1)[0] == command]:
            del tree[found]
        tree["\n".join([command, *lines, END_OF_TEXT])] = None
        self._text = None


def _add_numbered(tree: Tree, line: str) -> None:
    """Give a line of a list the next free number, in tens; the same line again changes nothing."""
    if any(found.split(" ", 1)[-1] == line for found in tree):
        return
    numbers = [int(found.split(" ", 1)[0]) for found in tree if found.split(" ", 1)[0].isdigit()]
    tree[f"{max(numbers, default=0) // 10 * 10 + 10} {line}"] = None


def parse(lines: Iterable[str], grammar: Grammar, tree: Tree | None = None) -> tuple[Tree, list[tuple[str, LineError]]]:
    """A configuration file into a tree (onto `tree`, where given), with the lines that do not fit and why."""
    tree = Tree() if tree is None else tree
    shell = Shell(grammar, tree)
    errors: list[tuple[str, LineError]] = []
    for line in lines:
        if line[:1].strip():
            shell.to_top()
        try:
            shell.feed(line)
        except LineError as error:
            errors.append((line, error))
    return tree, errors


def complete(tree: Tree, grammar: Grammar, sections: Iterable[str], lines: Iterable[str]) -> Tree:
    """Add to a configuration what a device always has: sections, and lines unless it says the same or otherwise."""
    for line in sections:
        tree.setdefault(line, Tree())
    for line in lines:
        words = line.removeprefix("no ").split()
        match = grammar.match(grammar.top, words)
        key = match.key(tuple(words))
        single = match.rule.key is not None
        if not any(tuple(found.removeprefix("no ").split())[: len(key) if single else None] == key for found in tree):
            tree[line] = None
    return tree
