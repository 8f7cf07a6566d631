"""Assembles the invoke namespaces of muhtar.cli; nothing else."""

import pkgutil
from importlib import import_module

from invoke.collection import Collection

import muhtar.cli

namespace = Collection()
for info in pkgutil.iter_modules(muhtar.cli.__path__):
    if info.name.startswith("_") or info.name == "command":
        continue
    module = import_module(f"muhtar.cli.{info.name}")
    if hasattr(module, "namespace"):
        namespace.add_collection(module.namespace)
    for task in getattr(module, "top_level", ()):
        namespace.add_task(task)
