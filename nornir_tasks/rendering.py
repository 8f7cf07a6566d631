"""Templates and variables in, a device's whole configuration out. Pure but for reading the templates."""

from __future__ import annotations

import ipaddress
import traceback
from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path
from typing import Any

import jinja2
from jinja2.runtime import Context
from jinja2.utils import missing

from muhtar.errors import MuhtarError
from muhtar.secrets import Secret
from nornir_tasks import cisco_type8, sha512_crypt
from nornir_tasks.platforms import TEMPLATES

__all__ = ["MAIN", "RenderError", "render", "template_folders"]

MAIN = "main.j2"
_SOURCE = "__target_variables"


class RenderError(MuhtarError):
    """A configuration cannot be rendered: a template is missing or wrong, a variable is undefined, the result is empty."""


def template_folders(platform: str, site_folder: Path | None = None) -> tuple[Path, ...]:
    """Where the templates of a platform are looked for: the site's own first, then those that come along."""
    own = [site_folder / "templates" / platform] if site_folder else []
    return tuple(folder for folder in (*own, TEMPLATES / platform) if folder.is_dir())


def render(platform: str, variables: Mapping[str, Any], folders: Iterable[Path]) -> str:
    """The configuration that `main.j2` of the platform makes of `variables`; read are only those it uses.

    Raises RenderError naming the template and its line, or the variable.
    """
    found = tuple(folders)
    if not found:
        raise RenderError(
            f"there are no templates for the platform {platform!r}",
            path=TEMPLATES / platform,
            mend=f"make that folder with a {MAIN} (or templates/{platform}/ of the site's folder); "
            f"there are templates for {', '.join(sorted(_platforms()))}",
        )
    try:
        text = _environment(found).get_template(MAIN).render({_SOURCE: variables})
    except jinja2.TemplateNotFound as error:
        raise RenderError(
            f"the template {error.name} is missing", path=found[-1], mend=f"add {error.name} to that folder"
        ) from error
    except jinja2.TemplateSyntaxError as error:
        raise RenderError(f"{error.message}", path=error.filename or error.name, line=error.lineno) from error
    except jinja2.UndefinedError as error:
        path, line = _place(error)
        raise RenderError(
            str(error.message), path=path, line=line, mend="set it in a group_vars or host_vars file of the device"
        ) from error
    except (ValueError, TypeError) as error:
        path, line = _place(error)
        raise RenderError(str(error), path=path, line=line) from error
    if not text.strip(" !\n"):
        raise RenderError("the rendered configuration is empty", path=found[0] / MAIN)
    return text


class _LazyContext(Context):
    """Looks names up in the target's variables when a template asks: nothing else of the vault is opened for it."""

    def resolve_or_missing(self, key: str) -> Any:
        found = super().resolve_or_missing(key)
        if found is not missing:
            return found
        return self.parent[_SOURCE].get(key, missing)


class _Environment(jinja2.Environment):
    context_class = _LazyContext


@cache
def _environment(folders: tuple[Path, ...]) -> jinja2.Environment:
    environment = _Environment(
        loader=jinja2.FileSystemLoader([str(folder) for folder in folders]),
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        finalize=_one_line,
        autoescape=False,  # router configuration, not HTML; `_one_line` guards what needs guarding
    )
    environment.filters["sha512_crypt"] = lambda password, seed: sha512_crypt.salted(_plain(password), seed)
    environment.filters["cisco_type8"] = lambda password, seed: cisco_type8.salted(_plain(password), seed)
    environment.filters["netmask"] = lambda length: str(ipaddress.IPv4Network((0, int(length))).netmask)
    environment.filters["wildcard"] = _wildcard
    return environment


def _wildcard(prefix: str) -> str:
    """A prefix as an IOS access list has it: address and inverted mask; of a single host the address alone."""
    network = ipaddress.IPv4Network(prefix)
    host = network.prefixlen == network.max_prefixlen
    return str(network.network_address) if host else f"{network.network_address} {network.hostmask}"


def _one_line(value: Any) -> Any:
    """A value must not smuggle a line of its own into a configuration."""
    if isinstance(value, str) and ("\n" in value or "\r" in value):
        raise ValueError(f"a value of several lines: {value.splitlines()[0]!r} ...")
    if value is None:
        raise ValueError("a variable is empty (null)")
    return value


def _plain(password: str | Secret) -> str:
    return password.reveal() if isinstance(password, Secret) else password


def _place(error: BaseException) -> tuple[str | None, int | None]:
    """The innermost template and its line in the error's traceback, which Jinja rewrites to show them."""
    frames = [frame for frame in traceback.extract_tb(error.__traceback__) if frame.filename.endswith(".j2")]
    return (frames[-1].filename, frames[-1].lineno) if frames else (None, None)


def _platforms() -> list[str]:
    return [folder.name for folder in TEMPLATES.iterdir() if folder.is_dir()]
