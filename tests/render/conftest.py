from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from browser import chromium, console, media, requests, size
from pages import Open, Page, page_of

from backprop_cli.autodiff.trace import Trace
from backprop_cli.render.format_options import FormatOptions


@pytest.fixture(scope="session")
def browser() -> Iterator[Any]:
    """One browser for all tests of a process, since it takes a second to start."""
    with chromium() as driver:
        yield driver


@pytest.fixture
def opened(browser: Any, tmp_path: Path) -> Iterator[Open]:
    """Opens the page of a run; at the end it must have been quiet and spoken to nobody."""
    size(browser, 1200)
    media(browser, prefers_color_scheme="light")
    browser.get("about:blank")
    console(browser), requests(browser)
    path = tmp_path / "page.html"

    def opener(t: Trace, wish: FormatOptions | None = None) -> Page:
        path.write_text(page_of(t, wish), encoding="utf-8")
        return Page(browser, path)

    yield opener
    assert console(browser) == []
    assert requests(browser) <= {path.as_uri()}
