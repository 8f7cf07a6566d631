"""Ansible-core's own inventory and variables, read in process. The only module that imports Ansible.

Ansible keeps state in module globals (one vault context, caches of variable files), so all calls are serialized by one lock.
"""

from __future__ import annotations

import re
import sys
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path
from typing import Any

from ansible import constants
from ansible.errors import AnsibleError
from ansible.inventory import manager as manager_module
from ansible.inventory.helpers import sort_groups
from ansible.inventory.manager import InventoryManager, split_host_pattern
from ansible.parsing.dataloader import DataLoader
from ansible.parsing.vault import (
    AnsibleVaultError,
    EncryptedString,
    VaultSecretsContext,
    get_file_vault_secret,
)
from ansible.plugins.loader import init_plugin_loader, vars_loader
from ansible.utils.display import Display
from ansible.vars.hostvars import HostVars
from ansible.vars.manager import VariableManager

from muhtar.errors import InventoryError
from muhtar.inventory import _internals
from muhtar.inventory.model import Origin
from muhtar.secrets import SHORTEST, redact, remember
from muhtar.vault import MEND as VAULT_MEND

__all__ = ["AnsibleSource"]

# What Ansible computes for a play; nobody declared it, and reading it would say nothing about the town.
_COMPUTED = frozenset(
    {
        "ansible_check_mode",
        "ansible_config_file",
        "ansible_diff_mode",
        "ansible_facts",
        "ansible_forks",
        "ansible_inventory_sources",
        "ansible_limit",
        "ansible_local",
        "ansible_playbook_python",
        "ansible_run_internals",
        "ansible_skip_internals",
        "ansible_verbosity",
        "ansible_version",
        "environment",
        "groups",
        "hostvars",
        "inventory_dir",
        "inventory_file",
        "omit",
        "playbook_dir",
        "vars",
    }
)
# What a template asks for outside of the variables, anew each time.
_LOOKUP = re.compile(r"\b(lookup|query|q|now)\s*\(")
_lock = threading.RLock()
_ready = False


class AnsibleSource:
    """Inventory sources, loaded. Shapes: names are host names; values are plain Python, templated by Ansible."""

    def __init__(self, sources: Sequence[Path], vault_password_file: Path | None, *, basedir: Path) -> None:
        if not sources:
            raise InventoryError("the site has no inventory source", mend="make inventories/<site>/hosts.yml")
        self._first = sources[0]
        self._sources = list(sources)
        self._raw: dict[str, Mapping[str, Any]] = {}
        self._seen: dict[int, Any] = {}
        with _lock, _as_inventory_error(self._first):
            _prepare()
            self._loader = _Loader()
            self._loader.set_basedir(str(basedir))
            self._templar = _internals.CachingTemplar(self._loader)
            _unlock(self._loader, vault_password_file)
            self._manager = _Manager(loader=self._loader, sources=[str(source) for source in sources])
            self._variables = VariableManager(loader=self._loader, inventory=self._manager)
            HostVars(inventory=self._manager, variable_manager=self._variables, loader=self._loader)
            self.hosts: list[str] = [str(host.name) for host in self._manager.get_hosts()]
            self.groups: dict[str, tuple[str, ...]] = {
                str(name): tuple(str(host.name) for host in group.get_hosts()) for name, group in self._manager.groups.items()
            }
            self.children: dict[str, tuple[str, ...]] = {
                str(name): tuple(str(child.name) for child in group.child_groups) for name, group in self._manager.groups.items()
            }
        self._known = frozenset(self.hosts)

    def __contains__(self, name: object) -> bool:
        return name in self._known

    def groups_of(self, name: str) -> tuple[str, ...]:
        """Groups of a host, ancestors too, in Ansible's order of precedence: what a later one says wins."""
        host = self._manager.get_host(name)
        return tuple(str(group.name) for group in sort_groups([group for group in host.get_groups() if group.name != "all"]))

    def match(self, pattern: str, limit: str | None) -> list[str]:
        """Hosts that match `pattern` and `limit`, in the order of the inventory. Raises InventoryError for an unknown part."""
        with _lock, _as_inventory_error(self._first):
            for text in (pattern, limit or "all"):
                self._refuse_unknown(text)
            self._manager.subset(limit)
            try:
                found = [str(host.name) for host in self._manager.get_hosts(pattern)]
            finally:
                self._manager.subset(None)
            # "localhost" is always there for Ansible, but a town did not declare it.
            return [name for name in found if name in self._known]

    def names(self, host: str) -> tuple[str, ...]:
        """Names of the variables that somebody declared for the host."""
        return tuple(str(name) for name in self._variables_of(host) if name not in _COMPUTED)

    def read(self, host: str, key: str) -> Any:
        """The templated value as plain Python."""
        raw = self._variables_of(host)
        with _lock, _as_inventory_error(self._first, key=f"{host} {key}", origin=lambda: self.origin(host, key)):
            value = _internals.plain(self._templar.template(raw[key], raw))
            self._remember_derived(raw, raw[key], value)
            return value

    def read_in_role(self, host: str, role: Path, key: str) -> Any:
        """The value that `key` has for a role's own tasks on the host; None where it has none there."""
        with _lock, _as_inventory_error(role, key=f"{host} {key}"):
            layers = [
                self._file(role / "defaults" / "main.yml"),
                self._variables_of(host),
                self._file(role / "vars" / "main.yml"),
            ]
            raw = {name: value for layer in layers for name, value in layer.items()}
            return _internals.plain(self._templar.template(raw[key], raw)) if key in raw else None

    def _file(self, path: Path) -> Mapping[str, Any]:
        if not path.is_file():
            return {}
        return self._loader.load_from_file(str(path), cache="all", unsafe=True, trusted_as_template=True) or {}

    def origin(self, host: str, key: str) -> Origin | None:
        """Where the winning value of `key` was written."""
        raw = self._variables_of(host)
        if key not in raw or key in _COMPUTED:
            return None
        place = _internals.place(raw[key])
        if place is None:
            # null, true and false carry no tag: the key that stands before them does.
            place = self._place_of_key(host, key)
        if place is None:
            return None
        path, line = place
        encrypted = path in self._loader.encrypted
        # Lines of a file that is vaulted as a whole are those of the plain text, which nobody sees.
        return Origin(path, None if encrypted else line, vaulted=encrypted or isinstance(raw[key], EncryptedString))

    def volatile(self) -> Iterator[str]:
        """What may change although no file of the site does, as text: what dynamic sources say, and what lookups give.

        Not for people: it has secrets in it.
        """
        for name in sorted(self.groups):
            yield f"{name}: {sorted(self.groups[name])} {self._manager.groups[name].vars}"
        for host in sorted(self.hosts):
            yield f"{host}: {self._manager.get_host(host).vars}"
            raw = self._variables_of(host)
            for key in self.names(host):
                if _looks_something_up(raw[key]):
                    yield f"{host} {key}: {self.read(host, key)!r}"

    def _variables_of(self, host: str) -> Mapping[str, Any]:
        with _lock:
            if host not in self._raw:
                with _as_inventory_error(self._first):
                    raw = self._variables.get_vars(host=self._manager.get_host(host))
                    for value in raw.values():
                        self._remember(value)
                    self._raw[host] = raw
            return self._raw[host]

    def _remember(self, value: Any) -> None:
        """Have every inline vaulted string within `value` redacted from now on."""
        if isinstance(value, (dict, list)):
            # Groups share their values between hosts: each is walked once. Keeping the value keeps its id from being reused.
            if id(value) in self._seen:
                return
            self._seen[id(value)] = value
            for item in value.values() if isinstance(value, dict) else value:
                self._remember(item)
        elif isinstance(value, EncryptedString) and id(value) not in self._seen:
            self._seen[id(value)] = value
            _remember_text(str(value), _internals.place(value))

    def _remember_derived(self, raw: Mapping[str, Any], template: Any, value: Any) -> None:
        """A template may turn a vaulted value into another text (a hash, Base64): that text is as secret as its source."""
        if isinstance(template, Mapping) and isinstance(value, Mapping):
            for key, item in template.items():
                self._remember_derived(raw, item, value.get(str(key)))
        elif isinstance(template, list) and isinstance(value, list):
            for item, made in zip(template, value, strict=False):
                self._remember_derived(raw, item, made)
        elif (
            isinstance(template, str)
            and isinstance(value, str)
            and self._speaks_of_secret(raw, template, set())
            # Where the source itself stands in the text, redaction finds it without hiding the rest.
            and redact(value) == value
        ):
            remember(value)

    def _speaks_of_secret(self, raw: Mapping[str, Any], template: Any, seen: set[str]) -> bool:
        if isinstance(template, EncryptedString):
            return True
        if not isinstance(template, str) or "{{" not in template:
            return False
        for name in _words(str(template)) & raw.keys():
            if name in seen:
                continue
            seen.add(name)
            place = _internals.place(raw[name])
            if (place and place[0] in self._loader.encrypted) or self._speaks_of_secret(raw, raw[name], seen):
                return True
        return False

    def _place_of_key(self, host: str, key: str) -> _internals.Place | None:
        """Search the layers from the strongest down, in Ansible's default order of precedence."""
        entity = self._manager.get_host(host)
        everyone = self._manager.groups["all"]
        groups = sort_groups([group for group in entity.get_groups() if group.name != "all"])[::-1]
        layers = [
            *self._files([entity], "host_vars"),
            entity.vars,
            *self._files(groups, "group_vars"),
            *self._files([everyone], "group_vars"),
            *(group.vars for group in groups),
            everyone.vars,
        ]
        return next((_internals.place_of_key(layer, key) for layer in layers if key in layer), None)

    def _files(self, members: Sequence[Any], folder: str) -> Iterator[Mapping[str, Any]]:
        """Contents of the variable files of hosts or groups beside the sources, the strongest first."""
        beside = list(dict.fromkeys(Path(source).parent for source in self._sources))
        for source in reversed(beside):
            for member in members:
                for path in reversed(self._loader.find_vars_files(str(source / folder), member.name)):
                    yield self._loader.load_from_file(path, cache="all", unsafe=True, trusted_as_template=True) or {}

    def _refuse_unknown(self, pattern: str) -> None:
        if pattern.startswith("@"):
            return
        for part in split_host_pattern(pattern):
            bare = part.lstrip("!&")
            if bare in {"", "all"} or part.startswith("@") or bare in self.groups:
                continue
            if not {str(host.name) for host in self._manager.get_hosts(bare)} & self._known:
                raise InventoryError(
                    f"{part!r} of the pattern {pattern!r} matches no host and no group",
                    path=self._first,
                    mend="./inv inventory.graph shows hosts and groups",
                )


class _Loader(DataLoader):  # type: ignore[misc] # ansible is untyped
    """Reads files as Ansible does, and has every value of a vaulted one redacted from then on."""

    def __init__(self) -> None:
        super().__init__()
        self.encrypted: set[str] = set()
        self._structured = 0

    def load_from_file(self, file_name: str, *args: Any, **options: Any) -> Any:
        # What is not kept for the next reader, as the inventory's own files, need not be copied for the first one either.
        options.setdefault("unsafe", options.get("cache") == "none")
        self._structured += 1
        try:
            data = super().load_from_file(file_name, *args, **options)
        finally:
            self._structured -= 1
        path = self.path_dwim(file_name)
        if _internals.was_encrypted(data) and path not in self.encrypted:
            self.encrypted.add(path)
            _remember_all(data, path, "")
        return data

    def get_text_file_contents(self, file_name: str, encoding: str | None = None) -> str:
        text: str = super().get_text_file_contents(file_name, encoding)
        # A vaulted file that is no YAML (a key that `lookup('file', ...)` reads) is one secret as a whole.
        if not self._structured and _internals.was_encrypted(text):
            remember(str(text))
        return text


class _Manager(InventoryManager):  # type: ignore[misc] # ansible is untyped
    """Ansible only warns about a source that it cannot parse, and goes on without those hosts. We do not go on."""

    def parse_source(self, source: str, cache: bool = False) -> bool:
        said = _Said()
        manager_module.display = said
        try:
            parsed = bool(super().parse_source(source, cache=cache))
        finally:
            manager_module.display = Display()
        if not parsed:
            raise _unparsable(Path(source), said.errors)
        return parsed


class _Said:
    """Stands in for Ansible's display while a source is parsed, and keeps the errors that it would print as warnings."""

    def __init__(self) -> None:
        self.errors: list[BaseException] = []

    def error_as_warning(self, msg: str | None, exception: BaseException, **_: Any) -> None:
        del msg
        self.errors.append(exception)

    def warning(self, msg: str, **_: Any) -> None:
        """What it warns of is raised."""

    def __getattr__(self, name: str) -> Any:
        return getattr(Display(), name)


def _prepare() -> None:
    """Once a process: find plugins. Each time: forget which variable files exist, for they may have changed since."""
    global _ready  # noqa: PLW0603 - the plugin loader itself is a global of Ansible's
    if not _ready:
        init_plugin_loader()
        constants.HOST_PATTERN_MISMATCH = "ignore"  # `_refuse_unknown` raises where Ansible would print
        VaultSecretsContext.initialize(VaultSecretsContext([]))
        _ready = True
    plugin = vars_loader.get("host_group_vars")
    module = sys.modules[type(plugin).__module__]
    for cache in (module.CANONICAL_PATHS, module.FOUND, module.NAK):
        cache.clear()


def _unlock(loader: DataLoader, password_file: Path | None) -> None:
    if password_file is None:
        return
    secret = get_file_vault_secret(filename=str(password_file), vault_id="default", loader=loader)
    secret.load()
    loader.set_vault_secrets([("default", secret)])
    # Inline vault asks this one context of the process, whatever the site: it holds the passwords of all that were opened.
    shared = VaultSecretsContext.current().secrets
    if all(known.bytes != secret.bytes for _, known in shared):
        shared.insert(0, ("default", secret))


def _looks_something_up(value: Any) -> bool:
    if isinstance(value, Mapping):
        return any(_looks_something_up(item) for item in value.values())
    if isinstance(value, list):
        return any(_looks_something_up(item) for item in value)
    return isinstance(value, str) and bool(_LOOKUP.search(value))


def _remember_all(value: Any, path: str, key: str) -> None:
    if isinstance(value, Mapping):
        for name, item in value.items():
            _remember_all(item, path, f"{key}.{name}" if key else str(name))
    elif isinstance(value, (list, tuple)):
        for item in value:
            _remember_all(item, path, key)
    elif not isinstance(value, bool) and value is not None and "{{" not in str(value):
        _remember_text(str(value), (path, None), key, strict=isinstance(value, str))


def _remember_text(text: str, place: _internals.Place | None, key: str | None = None, *, strict: bool = True) -> None:
    if strict and 0 < len(text.strip()) < SHORTEST:
        path, line = place or (None, None)
        raise InventoryError(
            f"a vaulted value shorter than {SHORTEST} characters cannot be kept out of logs and reports",
            path=path,
            line=line,
            key=key,
            mend="choose a longer secret; what is no secret belongs in a plain file",
        )
    remember(text)


def _unparsable(source: Path, errors: Sequence[BaseException]) -> InventoryError:
    # Several plugins try a file. Of a YAML file, what the YAML plugin says is to the point; else the last one tried.
    yaml = [error for error in errors if "'yaml'" in str(_obj(error))] if source.suffix in {".yml", ".yaml", ".json"} else []
    chosen = next(iter([*yaml, *errors[-1:]]), None)
    if chosen is None:
        return InventoryError("no inventory plugin of Ansible's can read this file", path=source, mend="mend the file")
    return _translate(chosen, source)


@lru_cache(maxsize=4096)
def _words(template: str) -> frozenset[str]:
    return frozenset(re.findall(r"[A-Za-z_]\w*", template))


@contextmanager
def _as_inventory_error(path: Path, key: str | None = None, origin: Callable[[], Origin | None] | None = None) -> Iterator[None]:
    try:
        yield
    except AnsibleError as error:
        found = _translate(error, path, key)
        if origin and found.path == str(path) and (place := origin()):
            found.path, found.line = place.path, place.line
        raise found from error


def _translate(error: BaseException, path: Path, key: str | None = None) -> InventoryError:
    """Ansible's error as ours: its own words in one line, and the most precise place in its chain of causes."""
    place: _internals.Place | None = None
    vault = False
    cause: BaseException | None = error
    while cause is not None:
        if isinstance(cause, InventoryError):
            return cause
        vault = vault or isinstance(cause, AnsibleVaultError)
        found = _internals.place(_obj(cause))
        if found and (place is None or (place[1] is None and found[1] is not None)):
            place = found
        cause = cause.__cause__ or cause.__context__
    words = " ".join(str(error).split())
    return InventoryError(
        redact(words),
        path=place[0] if place else path,
        line=place[1] if place else None,
        key=key,
        mend=VAULT_MEND if vault or "vault" in words.lower() else "mend the file",
    )


def _obj(error: BaseException) -> Any:
    return getattr(error, "obj", None)
