"""The circuit for paper: values green above the wires, gradients red below them, drawn by TikZ.

Its places are those of the terminal and of SVG, so LaTeX needs no program that lays out graphs.
"""

import re
from collections.abc import Iterator

from backprop_cli.autodiff.trace import Trace
from backprop_cli.language.latex import number_latex
from backprop_cli.render.format_options import FormatOptions
from backprop_cli.render.latex.document import document
from backprop_cli.render.latex.escape import text_latex
from backprop_cli.render.latex.notation import LatexNotation
from backprop_cli.render.placement.placement import CircuitRow, PlacedWire, Spot
from backprop_cli.render.placement.rows import rows
from backprop_cli.render.text.circuit.circuit import MOST_GATES, MOST_LINES
from backprop_cli.render.text.circuit.labels import Manner, labels
from backprop_cli.render.text.limits import refuse_more

PACKAGES = "tikz"

_MANNER = Manner(names=False, circles=False, before=2, after=2)
_LONGEST_NAME = 20
_BLANK = "_______"
"""As wide as the box in which a student writes."""

_UNITS, _ROOMY = "x=1.7mm, y=4.4mm", "x=2.1mm, y=6.4mm"
_ROW, _ROOMY_ROW = 92, 74
"""Cells of a row, so that it fits the width of a page."""
_STYLES = (
    "font=\\footnotesize, "
    "value/.style={text=green!40!black, inner sep=1.5pt}, "
    "gradient/.style={text=red!75!black, inner sep=1.5pt}, "
    "gate/.style={draw, fill=white, rounded corners=2.6mm, minimum size=5.2mm, inner sep=1.5pt}, "
    "wire/.style={line width=0.5pt, line join=round}, arrow/.style={wire, -latex}, "
    "body/.style={line width=1.6pt, line cap=round}"
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
    refuse_more(drawing.height, "lines", "to draw", MOST_LINES)
    return [
        r"\begin{center}\sbox0{%",
        rf"\begin{{tikzpicture}}[{_ROOMY if blank else _UNITS}, {_STYLES}]",
        *drawing.lines(),
        r"\end{tikzpicture}}%",
        # One that is wider than the text is made smaller.
        r"\ifdim\wd0>\linewidth\resizebox{\linewidth}{!}{\usebox0}\else\usebox0\fi\end{center}",
    ]


class _Picture:
    """One circuit, as the commands of TikZ."""

    def __init__(self, trace: Trace, notation: LatexNotation, blank: bool) -> None:
        """Find the places; names are cut, and what is `blank` is a box to write in."""
        graph, plain = trace.graph, labels(trace, notation.look, _MANNER)
        names = {k: name[:_LONGEST_NAME] for k, name in plain.names.items()}
        self.args = plain.args
        self.notation, self.within = notation, plain.signs
        self.named = {k for k in plain.args if graph.gates[k] and k != graph.output}
        """Steps, whose names stand before their values."""
        self.values, self.below, self.sent = dict(plain.above), dict(plain.below), dict(plain.sent)
        for k in plain.args if blank else ():
            if graph.gates[k]:
                self.values[k] = [_BLANK]
            if trace.arrived[k] is not None:
                self.below[k] = [_BLANK]
        if blank:
            self.sent = dict.fromkeys(self.sent, _BLANK)
        above = {
            k: _before(f"{names[k]} =", rows) if k in self.named else rows
            for k, rows in self.values.items()
        }
        signs = {k: f"({sign})" for k, sign in plain.signs.items()}
        below, sent = self.below, self.sent
        room = plain._replace(names=names, signs=signs, above=above, below=below, sent=sent)
        width = _ROOMY_ROW if blank else _ROW
        self.rows = rows(room.boxes(graph), width, before=_MANNER.before, after=_MANNER.after)

    @property
    def height(self) -> int:
        """Lines of all rows."""
        return sum(row.placement.height + 1 for row in self.rows)

    def lines(self) -> Iterator[str]:
        """CircuitRow below row."""
        top = 0
        for number, row in enumerate(self.rows):
            yield from _RowPicture(self, row, number, top).lines()
            top += row.placement.height + 1


class _RowPicture:
    """One row, `top` lines below the first."""

    def __init__(self, whole: _Picture, row: CircuitRow, number: int, top: int) -> None:
        self.whole, self.row, self.number, self.top = whole, row, number, top

    def lines(self) -> Iterator[str]:
        """Gates first, as the wires end at their edges."""
        placement = self.row.placement
        for k, (x, y) in placement.gates.items():
            reach = placement.reach[k]
            if reach:
                yield rf"\draw[body] {self._at((x, y - reach))} -- {self._at((x, y + reach))};"
            sign = _sign(self.whole.within[k])
            yield rf"\node[gate] ({self._gate(k)}) at {self._at((x, y))} {{{sign}}};"
        for trunk in placement.trunks:
            start = self._from(trunk.source, trunk.start)
            yield rf"\draw[wire] {start} -- {self._at(trunk.end)};"
        for wire in placement.wires:
            yield self._wire(wire)
        for _, spot in placement.forks:
            yield rf"\fill {self._at(spot)} circle[radius=1.5pt];"
        for k, spot in placement.names.items():
            yield rf"\node[anchor=east] at {self._at(spot)} {{{self._called(k)}}};"
        for k, spot in placement.ends.items():
            if self.whole.args[k]:
                yield rf"\node[anchor=west] at {self._at(spot)} {{{self._called(k)}}};"
        for k in sorted(self.row.new):
            yield from self._texts(k, *placement.labels[k])

    def _at(self, spot: Spot) -> str:
        return f"({spot[0]},{-spot[1] - self.top})"

    def _gate(self, k: int) -> str:
        return f"g{k}r{self.number}"

    def _called(self, k: int) -> str:
        return f"${self.whole.notation.called[k]}$"

    def _from(self, source: int, spot: Spot) -> str:
        """A place, or the gate there, at whose edge a wire then begins."""
        gates = self.row.placement.gates
        return f"({self._gate(source)})" if gates.get(source) == spot else self._at(spot)

    def _wire(self, wire: PlacedWire) -> str:
        """A wire to the edge of its gate, and what is written beside it."""
        first, *between, last = wire.spots
        middle = self.row.placement.gates[wire.target]
        end = f"({self._gate(wire.target)})" if last == middle else self._at(last)
        path = " -- ".join([self._from(wire.source, first), *map(self._at, between), end])
        text = ""
        if wire.label:
            shown = _row(self.whole.sent[wire.target, wire.slot])
            text = rf" \node[gradient, anchor=west] at {self._at(wire.label)} {{{shown}}};"
        return rf"\draw[arrow] {path};{text}"

    def _texts(self, k: int, x: int, line: int) -> Iterator[str]:
        y = -line - self.top
        rows = [_row(row) for row in self.whole.values[k]]
        rows = _before(f"{self._called(k)} $=$", rows) if k in self.whole.named else rows
        for offset, row in enumerate(reversed(rows)):
            yield rf"\node[value, anchor=south west] at ({x},{y + offset}) {{{row}}};"
        for offset, row in enumerate(self.whole.below[k]):
            yield rf"\node[gradient, anchor=north west] at ({x},{y - offset}) {{{_row(row)}}};"


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
