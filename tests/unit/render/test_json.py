"""The stored form: read back without loss, and its schema published and current."""

from __future__ import annotations

import copy
import json

import jsonschema
import pytest

from muhtar.render import render, schema
from muhtar.render.context import Context
from muhtar.report import Report
from tests.support.reports import board_report, clean_report, compared_report, mixed_report, waived_report


@pytest.mark.parametrize("make", [mixed_report, board_report, clean_report, compared_report, waived_report])
def test_reports_are_read_back_without_loss_and_obey_the_published_schema(make) -> None:
    report = make()
    text = render("json", report, Context())
    assert Report.model_validate_json(text) == report
    published = json.loads(schema.PUBLISHED.read_text(encoding="utf-8"))
    jsonschema.Draft202012Validator.check_schema(published)
    jsonschema.Draft202012Validator(published).validate(json.loads(text))


def test_the_published_schema_is_current() -> None:
    assert schema.PUBLISHED.read_text(encoding="utf-8") == schema.text(), "mend: ./inv report.schema --write"


@pytest.mark.parametrize(
    "spoil",
    [
        lambda data: data.update(schema_version="muhtar.report/2"),
        lambda data: data.update(extra=1),
        lambda data: data["outcomes"][0].update(status="fine"),
        lambda data: data["outcomes"][0].pop("target"),
        lambda data: data.pop("selected"),
    ],
)
def test_the_schema_refuses_what_is_not_a_report(spoil) -> None:
    data = copy.deepcopy(json.loads(render("json", mixed_report(), Context())))
    spoil(data)
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.Draft202012Validator(schema.schema()).validate(data)
