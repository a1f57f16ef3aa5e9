r"""A LaTeX document that is whole on its own, and a part where another document has \input it.

LaTeX turns \documentclass into an error once it was used, which tells one from the other.
"""

from collections.abc import Iterable, Iterator

from backprop_cli.render.latex.escape import text_latex

_ALONE = r"""\makeatletter
\ifx\documentclass\@twoclasseserror
  \let\backpropend\relax
\else
  \documentclass[11pt,a4paper]{article}
  \usepackage{amsmath,textcomp}
  %(packages)s\usepackage[margin=%(margin)s]{geometry}
  \setlength{\parindent}{0pt}
  \pagestyle{empty}
  \begin{document}
  \def\backpropend{\end{document}}
\fi
\makeatother
"""


def document(body: Iterable[str], packages: str = "", margin: str = "20mm") -> Iterator[str]:
    """The text of a document, in pieces.

    Args:
        body: its lines; what was typed by somebody is escaped in them.
        packages: what it needs beside amsmath, with commas.
        margin: of a page, when it stands alone.
    """
    needed = f"amsmath,textcomp{packages and ','}{packages}"
    yield "% Compiles as it is. In a document of your own, which needs\n"
    yield f"% \\usepackage{{{needed}}}, write \\input and the name of this file.\n"
    more = f"\\usepackage{{{packages}}}\n  " if packages else ""
    yield _ALONE % {"packages": more, "margin": margin}
    yield "\\begingroup\\allowdisplaybreaks\n"
    for line in body:
        yield f"{line}\n"
    yield "\\endgroup\n\\backpropend\n"


def environment(name: str, rows: Iterable[str]) -> Iterator[str]:
    """Equations below each other: `align`, at their signs, or `gather`, each in the middle."""
    lines = list(rows)
    if lines:
        yield rf"\begin{{{name}*}}"
        yield " \\\\\n".join(f"  {line}" for line in lines)
        yield rf"\end{{{name}*}}"


def heading(title: str, aside: str = "") -> str:
    """A heading that has no number."""
    text = text_latex(f"{title}: {aside}" if aside else title)
    return rf"\par\medskip\noindent\textbf{{{text}}}\par\nopagebreak"
