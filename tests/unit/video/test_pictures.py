"""Pictures of cameras: what is seen to move, what goes onto a page and into no other file, and how large a page may get."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import yaml

from muhtar.drift.check import check as drift_check
from muhtar.errors import InventoryError, UsageError
from muhtar.outcome import Outcome, Status
from muhtar.progress import NoProgress
from muhtar.render import render
from muhtar.render.context import Context
from muhtar.report import Report, ReportBuilder, merge
from muhtar.settings import Site
from muhtar.stills import Still
from muhtar.video import pictures
from muhtar.video.pictures import PageLimits
from muhtar.video.policy import CameraPolicy, Policies, RecorderPolicy
from muhtar.video.verdict import Verdict
from nornir_tasks.recorder import Health, Untold

NOW = datetime(2026, 11, 26, 12, tzinfo=UTC)
JPEG = b"\xff\xd8grey"


def health(**stills: Any) -> Health:
    return Health([], 0.0, "1", (), {}, stills=stills)


def policies(*names: str) -> Policies:
    return Policies(RecorderPolicy(), {name: CameraPolicy() for name in names}, {})


def judge(taken: Any) -> Status:
    verdict = Verdict("nvr1", "video.picture", NOW, 0.1)
    found = health() if taken is None else health(cam1=taken)
    (outcome,) = pictures.moving(verdict, found, policies("cam1"))
    return outcome.status


def test_pictures_that_differ_move_and_two_alike_in_a_row_stand_still() -> None:
    assert judge((b"1", b"2", b"3", b"2")) is Status.OK
    assert judge((b"1", b"2", b"2", b"3")) is Status.FINDING
    assert judge(Untold("offline")) is Status.UNCHECKED
    assert judge(None) is Status.UNCHECKED


def test_a_full_page_leaves_pictures_out_and_says_so() -> None:
    found, room = pictures.stills(
        "nvr1", health(a=(b"x" * 60,), b=(b"x" * 60,), c=(b"x" * 30,), d=Untold("offline")), limits=PageLimits(320, 100), room=100
    )
    assert [bool(still.jpeg) for still in found] == [True, False, True, False]
    assert room == 10
    assert "page is full" in found[1].why
    assert found[3].why == "offline"


def page_limits(tmp_path: Path, **settings: Any) -> PageLimits:
    site = Site("town", root=tmp_path)
    site.path.mkdir(parents=True, exist_ok=True)
    (site.path / "settings.yml").write_text(yaml.safe_dump(settings))
    return PageLimits.of(Site("town", root=tmp_path))


def test_limits_of_the_page_are_settings(tmp_path: Path) -> None:
    assert page_limits(tmp_path) == PageLimits(320, 6_000_000)
    assert page_limits(tmp_path, still_width=640) == PageLimits(640, 6_000_000)
    for wrong in ({"still_width": 5}, {"stills_bytes": "much"}, {"still_width": True}):
        with pytest.raises(InventoryError, match="not a number"):
            page_limits(tmp_path, **wrong)


def report(*stills: Still, recorder: str = "nvr1") -> Report:
    builder = ReportBuilder("drift.check", "lab")
    builder.select(recorder, "video.picture")
    builder.add(Outcome(target=recorder, check="video.picture", status=Status.OK, summary="seen"))
    builder.show(*stills)
    return builder.build()


def still(name: str, jpeg: bytes = JPEG) -> Still:
    return Still(camera=name, recorder="nvr1", taken=NOW, jpeg=jpeg)


def test_a_picture_is_on_the_page_of_the_run_and_in_no_other_format() -> None:
    made = report(still("cam1"), still("<cam2>"))
    page = render("html", made, Context())
    assert page.count('<img src="data:image/jpeg;base64,/9hncmV5"') == 2
    assert "img-src data:;" in page
    assert "&lt;cam2&gt;" in page
    assert "<cam2>" not in page
    for kind in ("json", "terminal", "junit", "codequality", "prometheus"):
        assert "/9hncmV5" not in render(kind, made, Context(width=80))
        assert "grey" not in render(kind, made, Context(width=80))


def test_a_stored_report_says_which_pictures_there_were_and_its_page_that_they_were_not_kept() -> None:
    stored = Report.model_validate_json(render("json", report(still("cam1")), Context()))
    assert [(found.camera, found.taken, found.jpeg) for found in stored.stills] == [("cam1", NOW, b"")]
    page = render("html", stored, Context())
    assert "<img" not in page
    assert "The picture is not kept" in page


def test_a_page_without_pictures_allows_none() -> None:
    page = render("html", report(), Context())
    assert "img-src" not in page
    assert 'id="stills"' not in page


def test_pictures_of_shards_are_joined_and_many_are_folded() -> None:
    joined = merge("drift.check", [report(still("a")), report(still("b"), recorder="nvr2")])
    assert [found.camera for found in joined.stills] == ["a", "b"]
    page = render("html", report(*(still(f"cam{number}") for number in range(350))), Context())
    assert page.count('loading="lazy"') == 350
    assert '<details class="card">\n<summary>What the cameras see <span class="count">350</span>' in page


def test_asking_for_pictures_where_no_recorder_is_selected_is_an_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MUHTAR_HOME", str(tmp_path / "home"))
    site = Site("town", root=tmp_path)
    site.path.mkdir(parents=True)
    site.hosts_file.write_text(yaml.safe_dump({"all": {"children": {"pbx": {"hosts": {"p1": None}}}}}))
    with pytest.raises(UsageError, match="no recorder"):
        drift_check(site, only="pbx", stills=True, progress=NoProgress())
