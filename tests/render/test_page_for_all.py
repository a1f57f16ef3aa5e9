"""The page for everybody: inert, quiet, legible, by keyboard, on a phone, on paper."""

import time
from typing import Any

import numpy as np
import pytest
from browser import console, keys, media, needed, requests, size
from helpers import EXAMPLES, run
from pages import Open, hostile

from backprop_cli.render.format_options import FormatOptions

pytestmark = needed

XYZ = {"x": -2, "y": 5, "z": -4}
FORK = ("(x+y)*z + x*x", XYZ)


def test_names_are_inert(opened: Open) -> None:
    page = opened(hostile())
    said = page.told()
    assert "<img src=x onerror=alert(" in said[-1]
    page.set('#fields [type="number"]', "3")
    page.find("#begin").click()
    page.find("#answer").send_keys("5", keys().ENTER)
    page.find("#give").click()
    assert page.run("return document.images.length") == 0
    assert page.run("return document.scripts.length") == 2
    assert page.driver.title == "</title></script><script>alert(1)</script>"


def test_the_policy_stops_what_is_not_ours(browser: Any, opened: Open) -> None:
    page = opened(run("x*y", x=1, y=2))
    page.run(
        """window.stopped = [];
        document.addEventListener("securitypolicyviolation", (e) => stopped.push(e.effectiveDirective));
        const script = document.createElement("script");
        script.textContent = "window.ran = true";
        document.body.append(script);
        document.body.insertAdjacentHTML("beforeend",
            '<p style="color:red" onclick="1">a</p><img src="https://example.org/a.png">');"""
    )
    deadline = time.monotonic() + 5
    while len(page.run("return stopped")) < 3 and time.monotonic() < deadline:
        time.sleep(0.05)
    stopped = page.run("return [...new Set(stopped)].sort()")
    assert {"img-src", "script-src-elem", "style-src-attr"} <= set(stopped)
    assert page.run("return window.ran") is None
    assert all("Content Security Policy" in line for line in console(browser))
    # It was about to ask, and was not let.
    assert "https://example.org/a.png" in requests(browser)


def test_the_keyboard_alone_suffices(opened: Open) -> None:
    page = opened(run("(x+y)*z", **XYZ))
    reached = []
    for _ in range(20):
        page.press(keys().TAB)
        focused = page.driver.switch_to.active_element
        reached.append(focused.get_attribute("id") or focused.get_attribute("type"))
        outline = page.run("return getComputedStyle(arguments[0]).outlineStyle", focused)
        assert outline == "solid", reached
        if focused.tag_name == "summary":
            break
    assert reached[:8] == ["theme", "drawing", "first", "back", "next", "last", "slider", "begin"]
    page.find("#next").send_keys(keys().ENTER, keys().SPACE)
    assert page.text("count") == "2 of 7"
    page.press(keys().ARROW_RIGHT)
    assert page.text("count") == "3 of 7"
    page.press(keys().END, keys().ENTER)
    assert page.driver.switch_to.active_element.get_attribute("id") == "next"


def test_everything_has_a_name_and_changes_are_announced(opened: Open) -> None:
    page = opened(
        run("X@W + b", seed=np.ones((2, 2)), X=[[1, 2], [3, 4]], W=[[1, 0], [0, 1]], b=[1, 2])
    )
    for control in page.driver.find_elements("css selector", "input, button, [role=region], svg"):
        assert control.accessible_name or not control.is_displayed(), control.get_attribute(
            "outerHTML"
        )
    named = page.driver.find_elements("css selector", "#fields input")
    assert [field.accessible_name for field in named][:3] == ["X[0,0]", "X[0,1]", "X[1,0]"]
    assert page.find("#now").aria_role == "status"
    assert page.find("#reply").aria_role == "status"
    levels = page.run("return [...document.querySelectorAll('h1,h2,h3')].map((h) => h.tagName)")
    assert levels[0] == "H1"
    assert set(levels[1:]) == {"H2"}
    assert page.find("html").get_attribute("lang") == "en"


LIGHTNESS = """
const canvas = new OffscreenCanvas(1, 1).getContext("2d", {willReadFrequently: true});
const luminance = (color) => {
  canvas.fillStyle = color;
  canvas.fillRect(0, 0, 1, 1);
  const [r, g, b] = [...canvas.getImageData(0, 0, 1, 1).data].map((part) => {
    const c = part / 255;
    return c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
};
const style = (e) => getComputedStyle(e);
const paper = (e) => {
  while (e && style(e).backgroundColor === "rgba(0, 0, 0, 0)") e = e.parentElement;
  return style(e ?? document.body).backgroundColor;
};
return [...document.querySelectorAll("h1, h2, p, small, b, td span, th, button, summary, svg text, svg tspan")]
  .filter((e) => e.checkVisibility() && e.textContent.trim())
  .map((e) => {
    const inks = [luminance(e.closest("svg") ? style(e).fill : style(e).color), luminance(paper(e))];
    return [e.outerHTML, (Math.max(...inks) + 0.05) / (Math.min(...inks) + 0.05)];
  });
"""


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_it_can_be_read_in_light_and_dark(browser: Any, opened: Open, scheme: str) -> None:
    media(browser, prefers_color_scheme=scheme)
    page = opened(run(FORK[0], **FORK[1]))
    page.press(keys().END)
    contrasts = page.run(LIGHTNESS)
    assert len(contrasts) > 50
    assert [(text, ratio) for text, ratio in contrasts if ratio < 4.5] == []
    before = page.run("return getComputedStyle(document.body).backgroundColor")
    assert page.text("theme") == {"light": "Dark", "dark": "Light"}[scheme]
    page.find("#theme").click()
    assert page.run("return getComputedStyle(document.body).backgroundColor") != before
    assert page.text("theme").lower() == scheme


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_a_theme_can_be_set_beforehand(browser: Any, opened: Open, theme: str) -> None:
    media(browser, prefers_color_scheme={"light": "dark", "dark": "light"}[theme])
    page = opened(run("x*y", x=1, y=2), FormatOptions(theme=theme))
    assert page.text("theme") == {"light": "Dark", "dark": "Light"}[theme]
    shown = page.run("return getComputedStyle(document.body).backgroundColor")
    page.find("#theme").click()
    assert page.text("theme").lower() == theme
    assert page.run("return getComputedStyle(document.body).backgroundColor") != shown


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: example["id"])
def test_it_fits_a_phone(browser: Any, opened: Open, example: dict[str, Any]) -> None:
    size(browser, 375, 800)
    page = opened(run(example["program"], **example["inputs"]))
    for moment in ("first", "last"):
        page.find(f"#{moment}").click()
        assert page.run("return document.documentElement.scrollWidth") <= 375
    smallest = """return Math.min(...[...document.querySelectorAll("button")]
        .filter((b) => b.checkVisibility()).map((b) => Math.min(b.offsetHeight, b.offsetWidth)));"""
    assert page.run(smallest) >= 40
    # What is lit can be seen without scrolling the drawing.
    page.set("#slider", "1")
    inside = """const box = document.getElementById("drawing").getBoundingClientRect();
        const lit = document.querySelector(".gates .lit").getBoundingClientRect();
        return lit.right > box.left && lit.left < box.right;"""
    assert page.run(inside)


def test_nothing_moves_for_those_who_want_none_of_it(browser: Any, opened: Open) -> None:
    duration = "return getComputedStyle(document.querySelector('.wires path')).transitionDuration"
    page = opened(run("x*y", x=1, y=2))
    assert page.run(duration) != "0s"
    media(browser, prefers_reduced_motion="reduce")
    assert page.run(duration) == "0s"


def test_it_prints_whole(browser: Any, opened: Open) -> None:
    page = opened(run("(x+y)*z", **XYZ))
    browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": "print"})
    assert page.seen("svg .gradient") == ["1", "-4", "-4", "3", "-4"]
    assert page.seen("button, input") == []
    page.run("document.getElementById('begin').click()")
    assert page.seen("svg .gradient") == []
    browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": ""})


def test_without_scripts_it_is_a_picture_and_tables(browser: Any, opened: Open) -> None:
    browser.execute_cdp_cmd("Emulation.setScriptExecutionDisabled", {"value": True})
    try:
        page = opened(run("(x+y)*z", **XYZ))
        assert [e.text for e in page.driver.find_elements("css selector", ".gradients text")]
        shown = [e for e in page.driver.find_elements("css selector", "button") if e.is_displayed()]
        assert shown == []
    finally:
        browser.execute_cdp_cmd("Emulation.setScriptExecutionDisabled", {"value": False})


def test_a_large_drawing_is_scrolled_to_what_is_lit(browser: Any, opened: Open) -> None:
    size(browser, 1000, 800)
    page = opened(
        run("+".join(f"x{k}*y" for k in range(40)), y=2, **{f"x{k}": k for k in range(40)})
    )
    assert page.find("#drawing").size["height"] <= 480
    assert page.find("#next").location["y"] < 800
    centre = """const box = document.getElementById("drawing").getBoundingClientRect();
        const lit = document.querySelector(".wires .lit").getBoundingClientRect();
        const [x, y] = [lit.left + lit.width / 2, lit.top + lit.height / 2];
        return x > box.left && x < box.right && y > box.top && y < box.bottom;"""
    for moment in (10, 79, 81, 120, 159):
        page.set("#slider", str(moment))
        assert page.run(centre), moment
