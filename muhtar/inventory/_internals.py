"""The internals of ansible-core 2.19 that we use, all in one place (the lock file pins ansible-core, and a test compares every
value with what Ansible itself computes): the tags that say where a value came from, and the template engine.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ansible._internal._datatag._tags import Origin as OriginTag
from ansible._internal._datatag._tags import SourceWasEncrypted
from ansible._internal._templating._engine import TemplateEngine
from ansible.module_utils._internal._datatag import AnsibleTagHelper
from ansible.parsing.dataloader import DataLoader
from ansible.parsing.vault import EncryptedString
from ansible.template import Templar

__all__ = ["CachingTemplar", "Place", "place", "place_of_key", "plain", "was_encrypted"]

Place = tuple[str, int | None]


def place(value: Any) -> Place | None:
    """File and line that a value was read from (or that an error names); None where it carries no tag."""
    tag = value if isinstance(value, OriginTag) else OriginTag.get_tag(value)
    if tag is None or not tag.path:
        return None
    return str(tag.path), tag.line_num


def place_of_key(found: Mapping[str, Any], key: str) -> Place | None:
    """File and line of a key that stands in `found`."""
    return next((place(name) for name in found if name == key), None)


def was_encrypted(value: Any) -> bool:
    """Was the file that this text or container came from vaulted as a whole?"""
    return bool(SourceWasEncrypted.is_tagged_on(value))


def plain(value: Any) -> Any:
    """The value without Ansible's types: dict, list, str, int, float, bool, None, date or datetime."""
    if isinstance(value, Mapping):
        return {plain(key): plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple, set)):
        return [plain(item) for item in value]
    if isinstance(value, EncryptedString):
        return str(value)
    return AnsibleTagHelper.as_native_type(value)


class CachingTemplar:
    """Ansible's Templar, compiling each template of a group's variables once instead of once per host.

    Compiling is nine tenths of the work for a large town. Not safe for several threads at once.
    """

    def __init__(self, loader: DataLoader) -> None:
        self._templar = Templar(loader=loader)
        self._templar._engine = _CachingEngine(loader=loader)

    def template(self, value: Any, variables: Mapping[str, Any]) -> Any:
        """`value` templated with `variables`."""
        self._templar.available_variables = variables
        return self._templar.template(value)


class _CachingEngine(TemplateEngine):  # type: ignore[misc] # ansible is untyped
    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        # By identity, because equal texts may carry different tags; the entry keeps the text, so its id is not reused.
        self._compiled: dict[int, tuple[str, Any, Any]] = {}

    def _compile_template(self, template: str, options: Any) -> Any:
        known = self._compiled.get(id(template))
        if known is None or known[1] != options:
            known = (template, options, super()._compile_template(template, options))
            self._compiled[id(template)] = known
        return known[2]
