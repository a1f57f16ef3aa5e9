"""Make a PDF of LaTeX, by whichever TeX there is, in a folder of its own.

What is compiled has every foreign sign escaped. TeX is given as little as can be all the same: no
shell, no file outside of the folder and of its own library, and a time limit.
"""

import os
import shutil
import subprocess
from pathlib import Path
from tempfile import TemporaryDirectory

from backprop_cli.errors import BackpropError, inert

SECONDS = 120
"""How long TeX may take; tectonic fetches its library when it is first used."""

_QUIET = ("-interaction=nonstopmode", "-halt-on-error", "-no-shell-escape")
ENGINES = {
    "pdflatex": _QUIET,
    "lualatex": _QUIET,
    "xelatex": _QUIET,
    "tectonic": ("--untrusted",),
}
"""Programs, each with what it is told; the first that is installed is used."""

_CAREFUL = {
    "openin_any": "p",
    "openout_any": "p",
    "SOURCE_DATE_EPOCH": "0",
    "FORCE_SOURCE_DATE": "1",
}
"""Nothing is read or written above the folder, and the same text gives the same file."""


def typeset(text: str) -> bytes:
    """The PDF of a document.

    Raises:
        BackpropError: if there is no TeX, or it fails or takes too long.
    """
    engine = next((name for name in ENGINES if shutil.which(name)), None)
    if engine is None:
        what = "a PDF is made by LaTeX, and none is installed"
        hint = (
            "write it as .tex, or install TeX Live (apt install texlive-latex-recommended "
            "texlive-pictures) or tectonic"
        )
        raise BackpropError(what, hint=hint)
    with TemporaryDirectory(prefix="backprop-") as folder:
        Path(folder, "paper.tex").write_text(text, encoding="utf-8")
        said = _run([engine, *ENGINES[engine], "paper.tex"], folder)
        made = Path(folder, "paper.pdf")
        if not made.is_file():
            raise BackpropError(f"{engine} made no PDF{_complaint(said)}", hint=_MISSING)
        return made.read_bytes()


_MISSING = "a package of LaTeX may be missing: write it as .tex and compile that to see more"


def _run(command: list[str], folder: str) -> str:
    """What the program says; it is ended when its time is over."""
    try:
        done = subprocess.run(
            command,
            cwd=folder,
            env={**os.environ, **_CAREFUL},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            timeout=SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise BackpropError(f"{command[0]} took longer than {SECONDS} seconds") from None
    except OSError as error:
        raise BackpropError(f"{command[0]} cannot be run: {error.strerror}") from None
    return done.stdout.decode("utf-8", "replace")


def _complaint(said: str) -> str:
    """The first error that TeX tells of."""
    errors = [line for line in said.splitlines() if line.startswith(("!", "error:"))]
    return f": {inert(errors[0][:200])}" if errors else ""
