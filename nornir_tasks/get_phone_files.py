"""The provisioning files of telephones, fetched as the telephones do: over HTTPS, by name."""

from __future__ import annotations

from collections.abc import Sequence
from typing import cast

import httpx
from nornir.core.task import Result, Task

from muhtar.errors import UnreachableError
from nornir_tasks.host import TargetHost
from nornir_tasks.tls import context_of, name_of

__all__ = ["get_phone_files"]

_TIMEOUT = 10.0
# Far beyond any such file.
_LONGEST = 200_000


def get_phone_files(task: Task, names: Sequence[str], port: int = 443) -> Result:
    """Result: dict[str, str | int], the text of each file, or the HTTP status where there is none.

    Raises UnreachableError where the server does not answer, or its certificate is not to be trusted.
    """
    host = cast("TargetHost", task.host)
    name = name_of(host.target)
    found: dict[str, str | int] = {}
    try:
        with httpx.Client(verify=context_of(host.site), timeout=_TIMEOUT) as client:
            for file in names:
                answer = client.get(
                    f"https://{host.target.address}:{port}/{file}",
                    headers={"Host": name},
                    extensions={"sni_hostname": name},
                )
                found[file] = answer.text[:_LONGEST] if answer.status_code == httpx.codes.OK else answer.status_code
    except httpx.HTTPError as error:
        raise UnreachableError(f"the phones' files cannot be fetched from {host.target.address}:{port}: {error}") from error
    return Result(host=task.host, result=found)
