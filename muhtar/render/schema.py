"""The published schema of stored reports, drawn from the models so that it cannot say anything else."""

from __future__ import annotations

import json
from typing import Any

from muhtar.report import Report
from muhtar.settings import ROOT

__all__ = ["PUBLISHED", "schema", "text"]

PUBLISHED = ROOT / "docs" / "reference" / "report.schema.json"


def schema() -> dict[str, Any]:
    """JSON Schema (draft 2020-12) of `muhtar.report/1`, as Muhtar writes it: every key is present."""
    drawn = Report.model_json_schema(mode="serialization")
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", "$id": "urn:muhtar:report:1", **drawn}


def text() -> str:
    """The schema as the published file has it."""
    return json.dumps(schema(), indent=2, ensure_ascii=False) + "\n"
