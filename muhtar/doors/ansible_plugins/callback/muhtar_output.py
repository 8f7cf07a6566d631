"""Ansible's own output, which becomes the log, without what `no_log` hides.

ansible-core 2.19 keeps the exception of a hidden result when it censors the rest, and prints its message, secrets and all. Runs
inside ansible-playbook, so it must not import muhtar.
"""

from __future__ import annotations

from typing import Any

from ansible.plugins.callback.default import CallbackModule as Default

DOCUMENTATION = """
name: muhtar_output
type: stdout
short_description: Ansible's own output without what no_log hides
description:
  - Prints what the callback default does, but no exception of a result that is hidden.
extends_documentation_fragment:
  - default_callback
  - result_format_callback
requirements:
  - set as stdout in configuration
"""


class CallbackModule(Default):  # type: ignore[misc] # ansible is untyped
    """Ansible finds callbacks by this name."""

    CALLBACK_VERSION = 2.0
    CALLBACK_TYPE = "stdout"
    CALLBACK_NAME = "muhtar_output"

    def _handle_exception(self, result: Any, use_stderr: bool = False) -> None:
        if result.get("_ansible_no_log") or "censored" in result:
            result.pop("exception", None)
        super()._handle_exception(result, use_stderr=use_stderr)
