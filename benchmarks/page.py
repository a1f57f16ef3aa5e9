"""How long does the page of a circuit of 200 gates take to open, and to follow a key?"""

import sys
import time
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import Any

from common import Table, at_most, show, smallest

from backprop_cli import explain
from backprop_cli.render.format_options import FormatOptions
from backprop_cli.render.page.page import page_view

sys.path.append(str(Path(__file__).resolve().parent.parent / "tests"))
from browser import chromium

NOTE = """\
Milliseconds in a headless Chromium, by its own clock: from a key until the frame after it was
painted, for each of 200 keys and of 100 changes of an input; and from the address until the first
paint and until the page was ready. All is done 5 times, and of each key the median is taken; the
bound is for the slowest key."""

HEAD = ("what", "median ms", "slowest ms", "bound")
ROUNDS = 5
NEURONS = 40
"""Each of five gates."""

WATCH = """
window.taken = [];
addEventListener(arguments[0], () => {
  const start = performance.now();
  // A message that a frame posts to itself comes after that frame was painted.
  requestAnimationFrame(() => {
    const painted = new MessageChannel();
    painted.port1.onmessage = () => window.taken.push(performance.now() - start);
    painted.port2.postMessage(null);
  });
}, true);
"""
OPENED = """
const [navigation] = performance.getEntriesByType("navigation");
const [paint] = performance.getEntriesByName("first-contentful-paint");
return paint ? [paint.startTime, navigation.loadEventEnd] : [];
"""


def table(most: int = 1_000_000) -> Table:
    with TemporaryDirectory() as folder, chromium() as driver:
        path = Path(folder) / "page.html"
        start = time.perf_counter()
        path.write_text("".join(page_view(circuit(), FormatOptions())), encoding="utf-8")
        writing = 1e3 * (time.perf_counter() - start)
        rounds = [
            (*opened(driver, path), stepped(driver), changed(driver))
            for _ in range(1 if smallest() else ROUNDS)
        ]
    paints, loads, keys, changes = zip(*rounds, strict=True)
    return Table(
        HEAD,
        [
            ("written", f"{writing:.0f}", "", ""),
            row("first paint", [median(paints)], 1000),
            row("ready", [median(loads)], 1000),
            row("a key", of_each(keys), 100),
            row("a changed input", of_each(changes), 100),
        ],
    )


def of_each(rounds: Any) -> list[float]:
    """For each key the median of all rounds."""
    return [median(taken) for taken in zip(*rounds, strict=True)]


def row(what: str, taken: Any, bound: float) -> tuple[str, ...]:
    return (what, f"{median(taken):.0f}", *at_most(max(taken), bound))


def circuit() -> Any:
    """The sum of some neurons: 200 gates."""
    terms = [f"v{k}*tanh(w{k}*x + b{k})" for k in range(NEURONS)]
    names = [f"{letter}{k}" for letter in "vwb" for k in range(NEURONS)]
    inputs = {name: 0.05 * (place % 37) - 0.9 for place, name in enumerate(names)}
    return explain(" + ".join(terms), {**inputs, "x": 0.5})


def opened(driver: Any, path: Path) -> list[float]:
    driver.get("about:blank")
    driver.get(path.as_uri())
    deadline = time.monotonic() + 10
    while not (times := driver.execute_script(OPENED)):
        assert time.monotonic() < deadline, "nothing was painted"
        time.sleep(0.05)
    return [*times]


def stepped(driver: Any) -> list[float]:
    """The time of each key: forwards through half of the run, and back from its end."""
    from selenium.webdriver import ActionChains
    from selenium.webdriver.common.keys import Keys

    driver.execute_script(WATCH, "keydown")
    for key in [*[Keys.ARROW_RIGHT] * 99, Keys.END, *[Keys.ARROW_LEFT] * 99, Keys.HOME]:
        ActionChains(driver).send_keys(key).perform()
    return taken(driver, 200)


def changed(driver: Any) -> list[float]:
    """The time of each change of an input on which all depends."""
    driver.execute_script(WATCH, "input")
    field = driver.find_element("css selector", "#fields .input:last-child [type=range]")
    for k in range(100):
        driver.execute_script(
            "arguments[0].value = arguments[1];"
            "arguments[0].dispatchEvent(new Event('input', {bubbles: true}));",
            *(field, k / 100),
        )
    return taken(driver, 100)


def taken(driver: Any, count: int) -> list[float]:
    """What was measured, once all of it is there."""
    deadline = time.monotonic() + 10
    while len(found := driver.execute_script("return window.taken")) < count:
        assert time.monotonic() < deadline, f"{len(found)} of {count} were measured"
        time.sleep(0.05)
    return [*found]


if __name__ == "__main__":
    show(table)
