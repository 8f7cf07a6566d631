"""From outside, as Muhtar and as a stranger: `ask_nvr.py ADDRESS NAME CA-FILE`, the password in NVR_PASSWORD."""

# ruff: noqa: S101 - a scenario fails by assertion
from __future__ import annotations

import os
import ssl
import sys

import httpx

from muhtar.errors import UnreachableError
from muhtar.secrets import Secret
from nornir_tasks.connections.zoneminder import ZoneMinder


def main(address: str, name: str, ca_file: str) -> None:
    """Ask everything."""
    context = ssl.create_default_context(cafile=ca_file)

    def session() -> ZoneMinder:
        return ZoneMinder.connect(address, 443, context=context, server_name=name)

    api = session()
    api.login("admin", Secret(os.environ["NVR_PASSWORD"]))
    assert api.read("monitors.json")["monitors"] == []
    fields = {"Name": "probe", "Type": "Ffmpeg", "Function": "None", "Path": "rtsp://192.0.2.1/"}
    api.write("POST", "monitors.json", {f"Monitor[{key}]": value for key, value in fields.items()})
    (found,) = api.read("monitors.json")["monitors"]
    api.write("DELETE", f"monitors/{found['Monitor']['Id']}.json", {})
    assert api.read("monitors.json")["monitors"] == []
    for password in ("admin", "wrong-wrong-wrong"):
        try:
            session().login("admin", Secret(password))
        except UnreachableError:
            continue
        raise AssertionError(f"the password {password} is let in")
    with httpx.Client(base_url=f"https://{address}", verify=context) as web:

        def code(path: str) -> int:
            return web.get(path, extensions={"sni_hostname": name}).status_code

        assert code("/zm/api/monitors.json") == httpx.codes.UNAUTHORIZED
        assert code("/zm/cache/events/") == httpx.codes.FORBIDDEN
        assert code("/zm/cache/events/1/2026-01-01/1/1-video.mp4") == httpx.codes.FORBIDDEN
        page = web.get("/zm/", extensions={"sni_hostname": name})
        assert page.status_code == httpx.codes.OK
        assert "Molecule" in page.text, "the declared title is shown"
        assert "strict-transport-security" in page.headers


if __name__ == "__main__":
    main(*sys.argv[1:])
