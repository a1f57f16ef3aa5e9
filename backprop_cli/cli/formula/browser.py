"""Show a picture or a page in the browser."""

from pathlib import Path

from backprop_cli.autodiff.trace import Trace
from backprop_cli.cli.formula.write import write
from backprop_cli.errors import BackpropError
from backprop_cli.paths import cache, own_folder
from backprop_cli.render.format_options import FormatOptions
from backprop_cli.render.formats import BY_NAME, Format

SHOWN = ("html", "svg", "png")
"""What a browser shows; the first there is, where none was asked for."""


def format_to_open(chosen: Format | None, asked: bool) -> Format:
    """The format that the browser is to show.

    Args:
        chosen: the format that was asked for; None for the table.
        asked: whether one was asked for at all.
    """
    if chosen is None and not asked:
        return BY_NAME[SHOWN[0]]
    if chosen is None or chosen.name not in SHOWN:
        name = chosen.name if chosen else "a table"
        raise BackpropError(
            f"--open shows a picture or a page, and {name} is neither",
            hint=f"leave --format out, or say {' or '.join(SHOWN)}",
        )
    return chosen


def show(chosen: Format, run: Trace, wish: FormatOptions, path: str | None) -> None:
    """Write a run to a file and open it: to the one that was named, else to one of our own."""
    import webbrowser

    target = Path(path).absolute() if path is not None else own_file(chosen)
    write(chosen, run, wish, str(target))
    if not webbrowser.open(target.as_uri()):
        raise BackpropError("no browser was found to show it in", hint=f"it is in {target}")


def own_file(chosen: Format) -> Path:
    """A file that only this user can read, and that the next picture takes the place of."""
    return own_folder(cache() / "shown") / f"circuit{chosen.endings[0]}"
