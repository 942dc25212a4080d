"""A real browser for tests: headless Chromium, driven through chromedriver, with axe-core for accessibility."""

from __future__ import annotations

import base64
import contextlib
import os
import shutil
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

from selenium.webdriver import Chrome, ChromeOptions
from selenium.webdriver.chrome.service import Service

from tests.waiting import PATIENCE_S, until

AXE = Path(__file__).parent / "vendor/axe-core/axe.min.js"
# Nothing phones home, and nothing is asked of a desktop that a test machine lacks.
ARGUMENTS = (
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--disable-dev-shm-usage",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    "--hide-scrollbars",
    # The tests' own hosts, such as shop.localhost; any other name leads nowhere.
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE localhost, EXCLUDE *.localhost, EXCLUDE 127.0.0.1",
)


class Browser(Chrome):
    """Chromium with what a test asks of a page: a size, a colour scheme, pictures or none, its log, axe."""

    def resize(self, width: int, height: int = 900) -> None:
        """Makes the viewport, not the window, so large."""
        metrics = {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": False}
        self.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", metrics)

    def prefer(self, **media: str) -> None:
        """Emulates media features: `prefer(color_scheme="dark", reduced_motion="reduce")`."""
        features = [{"name": "prefers-" + name.replace("_", "-"), "value": value} for name, value in media.items()]
        self.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": features})

    def load_images(self, wanted: bool) -> None:
        """With False, pictures stay away from the next page on, as in a mail program that asks first."""
        self.execute_cdp_cmd("Network.enable", {})
        blocked = [] if wanted else ["*.png", "*.jpg", "*.jpeg", "*.gif", "*.webp", "*.svg", "data:image/*"]
        self.execute_cdp_cmd("Network.setBlockedURLs", {"urls": blocked})

    def screenshot(self, path: Path, *, whole_page: bool = True) -> Path:
        """Writes what the page looks like, below the fold too, as PNG."""
        shot = self.execute_cdp_cmd("Page.captureScreenshot", {"captureBeyondViewport": whole_page, "format": "png"})
        path.write_bytes(base64.b64decode(shot["data"]))
        return path

    def until(self, script: str, *arguments: Any) -> Any:
        """Waits until the JavaScript returns something true; returns that."""
        return until(lambda: self.execute_script(script, *arguments), script)

    def complaints(self) -> list[str]:
        """What the console has said since this was asked last: errors, uncaught exceptions, refused requests."""
        return [entry["message"] for entry in self.get_log("browser") if entry["level"] in ("WARNING", "SEVERE")]

    def axe(self, context: str = "document") -> list[str]:
        """What axe finds wrong in the page or in part of it, one line a rule: its id and where."""
        self.execute_script(_axe())
        found = self.execute_async_script(
            f"const done = arguments[0]; axe.run({context}).then((found) => done(found.violations),"
            " (error) => done([{id: String(error), nodes: []}]))"
        )
        return [f"{rule['id']}: {[node['target'] for node in rule['nodes']]}" for rule in found]

    def as_before(self) -> None:
        """Undoes what the last test asked for: size, media, pictures, cookies, storage, open page."""
        self.get("about:blank")
        for command in ("Emulation.clearDeviceMetricsOverride", "Network.clearBrowserCookies"):
            self.execute_cdp_cmd(command, {})
        self.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": []})
        self.load_images(True)
        self.complaints()


@contextlib.contextmanager
def open_browser(profile: Path) -> Iterator[Browser]:
    """A browser with a profile of its own, in the empty directory given."""
    # Selenium would else look for a browser or a driver to download.
    os.environ["SE_OFFLINE"] = "true"
    os.environ["SE_AVOID_STATS"] = "true"
    options = ChromeOptions()
    for argument in (*ARGUMENTS, f"--user-data-dir={profile}"):
        options.add_argument(argument)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
    options.binary_location = shutil.which("chromium") or ""
    browser = Browser(options, Service(shutil.which("chromedriver")))
    try:
        browser.set_script_timeout(PATIENCE_S)
        browser.set_page_load_timeout(PATIENCE_S)
        yield browser
    finally:
        browser.quit()


@cache
def _axe() -> str:
    return AXE.read_text("utf-8")
