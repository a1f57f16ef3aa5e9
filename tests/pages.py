"""Pages of runs, for tests."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

from helpers import run

from backprop_cli.autodiff.trace import Trace
from backprop_cli.exercises.diagnosis.predict_mode import questions
from backprop_cli.render.format_options import FormatOptions
from backprop_cli.render.page.page import page_view


def page_of(t: Trace, wish: FormatOptions | None = None) -> str:
    return "".join(page_view(t, (wish or FormatOptions())._replace(questions=questions)))


def hostile() -> Trace:
    """A run whose every name is an attack, as no parser of ours would let through."""
    t = run("(x+y)*z + x", x=1, y=2, z=3)
    graph = replace(t.graph, source="</title></script><script>alert(1)</script>", memo={})
    names = [f"<img src=x onerror=alert({k})></script>'\"&amp;\u2028" for k in range(len(graph))]
    graph.__dict__["names"] = names
    graph.inputs.clear()
    graph.inputs.update({names[k]: k for k in range(3)})
    return replace(t, graph=graph)


class Page:
    """A page that is open in the browser."""

    def __init__(self, driver: Any, path: Path) -> None:
        self.driver = driver
        self.path = path
        driver.get(path.as_uri())

    def run(self, script: str, *arguments: Any) -> Any:
        return self.driver.execute_script(script, *arguments)

    def find(self, selector: str) -> Any:
        return self.driver.find_element("css selector", selector)

    def text(self, name: str) -> str:
        found: str = self.find(f"#{name}").text
        return found

    def press(self, *keys: str) -> None:
        from selenium.webdriver import ActionChains

        for key in keys:
            ActionChains(self.driver).send_keys(key).perform()

    def seen(self, selector: str) -> list[str]:
        """The texts that can be seen of what is selected."""
        script = """return [...document.querySelectorAll(arguments[0])]
            .filter((e) => e.checkVisibility({visibilityProperty: true})).map((e) => e.textContent);"""
        return [*self.run(script, selector)]

    def set(self, selector: str, value: str) -> None:
        """Give a field a value as a user does who drags it or types it."""
        script = """arguments[0].value = arguments[1];
            arguments[0].dispatchEvent(new Event("input", {bubbles: true}));"""
        self.run(script, self.find(selector), value)

    def told(self) -> list[str]:
        """What is said at every moment, from the first to the last."""
        script = """
            const click = (id) => document.getElementById(id).click();
            click("first");
            return Array.from({length: Number(document.getElementById("slider").max) + 1}, () => {
                const said = document.getElementById("now").innerText;
                click("next");
                return said.replace(/\\n+/g, "\\n");
            });"""
        return [*self.run(script)]


Open = Callable[..., Page]
