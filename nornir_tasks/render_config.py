"""The configuration that a network device should have."""

from __future__ import annotations

import threading
from pathlib import Path
from typing import cast

from nornir.core.task import Result, Task

from muhtar.inventory import Target
from nornir_tasks.host import TargetHost
from nornir_tasks.platforms import platform_of
from nornir_tasks.rendering import render, template_folders

__all__ = ["intended_config", "render_config"]

# Rendering is work of this process alone, so threads gain nothing by doing it at once; and variables are templated by Ansible,
# which is not made for threads.
_one_at_a_time = threading.Lock()


def render_config(task: Task) -> Result:
    """Result: the intended configuration as text. Raises RenderError, or InventoryError for a variable that cannot be read."""
    host = cast("TargetHost", task.host)
    return Result(host=task.host, result=intended_config(host.target, host.site.path))


def intended_config(target: Target, site_folder: Path | None = None) -> str:
    """The same without a session or a task, for one target."""
    with _one_at_a_time:
        platform = platform_of(target).name
        return render(platform, target.vars, template_folders(platform, site_folder))
