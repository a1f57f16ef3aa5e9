"""Write a run in its format: to a file or to standard output."""

import sys
from os.path import splitext

from backprop_cli.autodiff.trace import Trace
from backprop_cli.errors import BackpropError
from backprop_cli.render.format_options import FormatOptions
from backprop_cli.render.formats import Format


def is_pdf(path: str) -> bool:
    """Whether the file is to be a PDF, as its ending says."""
    return splitext(path)[1].lower() == ".pdf"


def write(chosen: Format, run: Trace, wish: FormatOptions, path: str | None) -> None:
    """Write a run to a file, or to standard output."""
    made = chosen.view(run, wish)
    if chosen.typeset and path is not None and is_pdf(path) and not isinstance(made, bytes):
        from backprop_cli.render.latex.pdf import typeset

        made = typeset("".join(made))
    if path is not None:
        from backprop_cli.render.export import write_file

        write_file(path, made)
    elif not isinstance(made, bytes):
        sys.stdout.writelines(made)
    elif sys.stdout.isatty():
        what = f"a terminal cannot show {chosen.name}"
        raise BackpropError(what, hint=f"write it to a file: -o f{chosen.endings[0]}")
    else:
        sys.stdout.flush()
        sys.stdout.buffer.write(made)
