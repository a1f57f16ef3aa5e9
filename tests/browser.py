"""A headless Chromium for tests, with everything off that would speak to a network."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from needs import module, program

needed = [program("chromium"), program("chromedriver"), module("selenium")]
"""What a test needs that opens a page."""

FLAGS = (
    *("--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"),
    *("--disable-background-networking", "--disable-component-update", "--disable-sync"),
    *("--disable-dev-shm-usage", "--force-color-profile=srgb", "--hide-scrollbars"),
)


@contextmanager
def chromium() -> Iterator[Any]:
    """A browser driven by Selenium, that tells of its console and its network."""
    from selenium import webdriver
    from selenium.webdriver.chrome.service import Service

    options = webdriver.ChromeOptions()
    options.set_capability("goog:loggingPrefs", {"browser": "ALL", "performance": "ALL"})
    with TemporaryDirectory() as folder:
        for flag in (*FLAGS, f"--user-data-dir={folder}"):
            options.add_argument(flag)
        driver = webdriver.Chrome(options, Service(shutil.which("chromedriver")))
        try:
            yield driver
        finally:
            driver.quit()


def console(driver: Any) -> list[str]:
    """What was written to the console since it was last asked for."""
    return [entry["message"] for entry in driver.get_log("browser")]


def requests(driver: Any) -> set[str]:
    """The addresses that were asked for since this was last asked."""
    import json

    messages = [json.loads(entry["message"])["message"] for entry in driver.get_log("performance")]
    sent = [m["params"] for m in messages if m["method"] == "Network.requestWillBeSent"]
    return {params["request"]["url"] for params in sent}


def size(driver: Any, width: int, height: int = 900) -> None:
    """Make the page as wide as a screen or a phone."""
    metrics = {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": width < 500}
    driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", metrics)


def media(driver: Any, **features: str) -> None:
    """Have the page think that the user prefers something: `prefers_color_scheme="dark"`."""
    wanted = [{"name": name.replace("_", "-"), "value": value} for name, value in features.items()]
    driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": wanted})


def picture(driver: Any, path: Path) -> None:
    """A screenshot of the whole page."""
    from base64 import b64decode

    shot = driver.execute_cdp_cmd("Page.captureScreenshot", {"captureBeyondViewport": True})
    path.write_bytes(b64decode(shot["data"]))


def keys() -> Any:
    """The names of the keys."""
    from selenium.webdriver.common.keys import Keys

    return Keys
