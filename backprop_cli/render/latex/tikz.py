"""The circuit for paper: values green above the wires, gradients red below them, drawn by TikZ.

Its places are those of the circuit in the terminal, so LaTeX needs no program that lays out graphs.
"""

import re
from collections.abc import Iterator

from backprop_cli.autodiff.trace import Trace
from backprop_cli.language.latex import number_latex
from backprop_cli.render.format_options import FormatOptions
from backprop_cli.render.latex.document import document
from backprop_cli.render.latex.escape import text_latex
from backprop_cli.render.latex.notation import LatexNotation
from backprop_cli.render.text.circuit.circuit import MOST_GATES, MOST_LINES
from backprop_cli.render.text.circuit.labels import Manner, labels
from backprop_cli.render.text.circuit.places import Places
from backprop_cli.render.text.limits import refuse_more

PACKAGES = "tikz"

_MANNER = Manner(names=False, circles=False, before=2, after=2)
_LONGEST_NAME = 20
_BLANK = "_______"
"""As wide as the box in which a student writes."""

_UNITS, _ROOMY = "x=1.7mm, y=4.4mm", "x=2.1mm, y=6.4mm"
_STYLES = (
    "font=\\footnotesize, "
    "value/.style={text=green!40!black, inner sep=1.5pt}, "
    "gradient/.style={text=red!75!black, inner sep=1.5pt}, "
    "gate/.style={draw, fill=white, rounded corners=2.6mm, minimum size=5.2mm, inner sep=1.5pt}, "
    "wire/.style={line width=0.5pt}, double distance=1.4pt"
)
_SIGNS = {".T": r"$\top$", "sigmoid": r"$\sigma$", "1/x": "$1/x$"}
_NUMBER = re.compile(r"-?inf|nan|-?\d[\d.]*(?:e[-+]?\d+)?")
_SPELT = {"×": r" \times ", "…": r"\ldots ", "ᵀ": r"^{\top}", "  ": r"\quad ", ", ": r",\ "}


def tikz_view(trace: Trace, wish: FormatOptions) -> Iterator[str]:
    """The picture, to compile as it is or to be part of a paper.

    Raises:
        BackpropError: if the circuit is too large to draw.
    """
    return document(picture(trace, LatexNotation(trace.graph, wish.digits)), PACKAGES)


def picture(trace: Trace, notation: LatexNotation, blank: bool = False) -> list[str]:
    """The lines of the picture.

    Args:
        trace: the run.
        notation: how its nodes are called.
        blank: whether what was computed is left open, to be filled in.

    Raises:
        BackpropError: if the circuit is too large to draw.
    """
    refuse_more(trace.graph.gate_count, "gates", "to draw", MOST_GATES)
    drawing = _Picture(trace, notation, blank)
    refuse_more(drawing.layout.height, "lines", "to draw", MOST_LINES)
    return [
        r"\begin{center}\sbox0{%",
        rf"\begin{{tikzpicture}}[{_ROOMY if blank else _UNITS}, {_STYLES}]",
        *drawing.lines(),
        r"\end{tikzpicture}}%",
        # One that is wider than the text is made smaller.
        r"\ifdim\wd0>\linewidth\resizebox{\linewidth}{!}{\usebox0}\else\usebox0\fi\end{center}",
    ]


class _Picture(Places):
    """One circuit, as the commands of TikZ."""

    def __init__(self, trace: Trace, notation: LatexNotation, blank: bool) -> None:
        """Find the places; names are cut, and what is `blank` is a box to write in."""
        graph, plain = trace.graph, labels(trace, notation.look, _MANNER)
        names = {k: name[:_LONGEST_NAME] for k, name in plain.names.items()}
        self.trace, self.notation, self.within = trace, notation, plain.signs
        self.named = {k for k in plain.args if graph.gates[k] and k != graph.output}
        """Steps, whose names stand before their values."""
        self.values, below = dict(plain.above), dict(plain.below)
        for k in plain.args if blank else ():
            if graph.gates[k]:
                self.values[k] = [_BLANK]
            if trace.arrived[k] is not None:
                below[k] = [_BLANK]
        above = {
            k: _before(f"{names[k]} =", rows) if k in self.named else rows
            for k, rows in self.values.items()
        }
        signs = {k: f"({sign})" for k, sign in plain.signs.items()}
        room = plain._replace(names=names, signs=signs, above=above, below=below)
        super().__init__(room, _MANNER)

    def lines(self) -> Iterator[str]:
        """Wires first, and what covers them after."""
        for k in self.args:
            yield self._wire(k)
        for k in self.signs:
            yield from self._post(k)
        for k in self.args:
            yield from self._texts(k)

    def _x(self, k: int) -> int:
        """Where a gate stands, or the wire of an input begins."""
        if not self.args[k]:
            return self.left
        return self.post[self.layout.column[k], self.layout.track[k]]

    def _wire(self, k: int) -> str:
        users = [user for user in self.signs if k in self.args[user]]
        goes_out = self.layout.until[k] == self.layout.columns
        end = self.end if goes_out else max(map(self._x, users))
        y = -self.layout.line[k]
        return rf"\draw[wire] ({self._x(k)},{y}) -- ({end},{y});"

    def _post(self, k: int) -> Iterator[str]:
        """The vertical wire of a gate, a dot wherever a wire goes on, and its sign."""
        layout, x, own = self.layout, self._x(k), self.layout.line[k]
        lines = [own, *(layout.line[arg] for arg in self.args[k])]
        twice = ", double" if len(self.args[k]) > len(set(self.args[k])) else ""
        if min(lines) < max(lines):
            yield rf"\draw[wire{twice}] ({x},{-min(lines)}) -- ({x},{-max(lines)});"
        elif twice:
            yield rf"\draw[wire{twice}] ({x - 4},{-own}) -- ({x},{-own});"
        for arg in dict.fromkeys(self.args[k]):
            ends = max(self._x(user) for user in self.signs if arg in self.args[user]) == x
            if layout.line[arg] != own and (not ends or layout.until[arg] == layout.columns):
                yield rf"\fill ({x},{-layout.line[arg]}) circle[radius=1.3pt];"
        yield rf"\node[gate] at ({x},{-own}) {{{_sign(self.within[k])}}};"

    def _texts(self, k: int) -> Iterator[str]:
        x, y = self.wire[self.layout.column[k]] + self.manner.before, -self.layout.line[k]
        called = f"${self.notation.called[k]}$"
        rows = [_row(row) for row in self.values[k]]
        rows = _before(f"{called} $=$", rows) if k in self.named else rows
        for offset, row in enumerate(reversed(rows)):
            yield rf"\node[value, anchor=south west] at ({x},{y + offset}) {{{row}}};"
        for offset, row in enumerate(self.below[k]):
            yield rf"\node[gradient, anchor=north west] at ({x},{y - offset}) {{{_row(row)}}};"
        if not self.args[k]:
            yield rf"\node[anchor=east] at ({self.left},{y}) {{{called}}};"
        elif self.layout.until[k] == self.layout.columns:
            yield rf"\node[anchor=west] at ({self.end},{y}) {{{called}}};"


def _before(name: str, rows: list[str]) -> list[str]:
    """The name before a value, or on a line above one of several lines."""
    return [f"{name} {rows[0]}"] if len(rows) == 1 else [name, *rows]


def _sign(sign: str) -> str:
    """What stands in a gate."""
    if sign in _SIGNS:
        return _SIGNS[sign]
    base, power, exponent = sign.partition("^")
    if power:
        left, right = (rf"\text{{{_sign(part)}}}" if part else "" for part in (base, exponent))
        return f"${left or 'a'}^{{{right or 'b'}}}$"
    return text_latex(sign).replace("*", r"\ensuremath{\times}").replace("{-}", r"\ensuremath{-}")


def _row(row: str) -> str:
    """A number, a row of a matrix, or a line to write on."""
    if row.strip() == _BLANK:
        return r"\fboxsep0pt\framebox[14mm]{\rule{0pt}{5mm}}"
    if not row.strip():
        return ""
    # In braces, a minus between two numbers of a row is the sign of the second.
    text = _NUMBER.sub(lambda match: f"{{{number_latex(match[0])}}}", row.strip())
    for sign, spelt in _SPELT.items():
        text = text.replace(sign, spelt)
    return f"${text}$"
