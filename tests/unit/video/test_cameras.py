"""Cameras as the inventory declares them."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from muhtar.errors import InventoryError
from muhtar.inventory import Inventory
from muhtar.settings import Site
from muhtar.video.cameras import cameras_by_recorder

GOOD = {"camera_path": "/live", "camera_user": "u", "camera_password": "Gizli-Parola-1", "ansible_host": "192.0.2.41"}


def town(root: Path, cameras: dict[str, dict[str, object]], recorders: tuple[str, ...] = ("nvr1",)) -> Inventory:
    """An inventory of these cameras and recorders alone."""
    site = Site("town", root=root)
    (site.path / "host_vars").mkdir(parents=True)
    children = {"cameras": {"hosts": dict.fromkeys(cameras)}, "video": {"hosts": dict.fromkeys(recorders)}}
    site.hosts_file.write_text(yaml.safe_dump({"all": {"children": children}}), encoding="utf-8")
    for name, values in cameras.items():
        (site.path / "host_vars" / f"{name}.yml").write_text(yaml.safe_dump(values), encoding="utf-8")
    return Inventory.load(site)


@pytest.fixture(autouse=True)
def _own_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MUHTAR_HOME", str(tmp_path / "home"))


def test_a_camera_is_declared_with_its_defaults(tmp_path: Path) -> None:
    (camera,) = cameras_by_recorder(town(tmp_path, {"cam1": GOOD}))["nvr1"]
    assert camera.stream.url == "rtsp://192.0.2.41:554/live"
    assert camera.stream.reveal() == "rtsp://u:Gizli-Parola-1@192.0.2.41:554/live"
    assert {key: camera.settings[key] for key in ("Name", "Function", "Width", "SectionLength")} == {
        "Name": "cam1",
        "Function": "Record",
        "Width": "1920",
        "SectionLength": "600",
    }
    assert camera.intent is not None
    assert camera.intent.file.endswith("cam1.yml")


def test_cameras_go_to_their_recorder(tmp_path: Path) -> None:
    cameras = {"cam1": {**GOOD, "camera_recorder": "nvr2"}, "cam2": {**GOOD, "camera_recorder": "nvr1"}}
    found = cameras_by_recorder(town(tmp_path, cameras, ("nvr1", "nvr2")))
    assert {name: [camera.name for camera in declared] for name, declared in found.items()} == {
        "nvr1": ["cam2"],
        "nvr2": ["cam1"],
    }


def test_a_recorder_without_cameras_is_there_all_the_same(tmp_path: Path) -> None:
    assert cameras_by_recorder(town(tmp_path, {})) == {"nvr1": []}


@pytest.mark.parametrize(
    ("values", "key"),
    [
        ({"camera_function": "Monitor"}, "camera_function"),
        ({"camera_port": "rtsp"}, "camera_port"),
        ({"camera_section": 0}, "camera_section"),
        ({"camera_path": "live"}, "camera_path"),
        ({"camera_recorder": "nvr9"}, "camera_recorder"),
    ],
)
def test_a_mistake_names_its_key_and_its_file(values: dict[str, object], key: str, tmp_path: Path) -> None:
    with pytest.raises(InventoryError) as caught:
        cameras_by_recorder(town(tmp_path, {"cam1": {**GOOD, **values}}))
    assert caught.value.key == key
    assert str(caught.value.path).endswith("cam1.yml")


def test_two_recorders_and_no_choice_is_a_mistake(tmp_path: Path) -> None:
    with pytest.raises(InventoryError, match="cam1 has no recorder: it is not set"):
        cameras_by_recorder(town(tmp_path, {"cam1": GOOD}, ("nvr1", "nvr2")))
