"""Numbers, arrays and derivatives as mathematics, for paper and for Markdown alike."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from backprop_cli.autodiff.steps import Step, array_names, formula_of, rule_names
from backprop_cli.graph.graph import Graph
from backprop_cli.language.latex import latex, name_latex, number_latex
from backprop_cli.language.printer import number_text
from backprop_cli.render.latex.escape import letter_in_formula
from backprop_cli.render.text.options import Look

LONGEST = 600
"""Characters of the longest formula that is printed."""
CONSTANTS = {"pi": r"\pi", "π": r"\pi", "e": "e"}
"""Numbers that have a name, in either spelling, where no input has taken it."""

MOST = 6
"""Rows and columns of the largest matrix that is printed in full."""


@dataclass
class Notation:
    """How one graph is written as mathematics."""

    graph: Graph
    digits: int = 4
    markdown: bool = False
    """Whether Markdown holds it, which has letters of its own for all languages."""
    objective: str = ""
    """Of what the gradients are, where that is not the output."""
    called: list[str] = field(init=False)
    """What each node is called: by its name, or a constant by its value."""

    def __post_init__(self) -> None:
        self.look = Look(digits=self.digits)
        self.called = self._names()

    def _names(self) -> list[str]:
        graph, taken = self.graph, set[str]()
        names = []
        for node, name in enumerate(graph.names):
            if node in graph.constants and node not in graph.given:
                names.append(CONSTANTS.get(name) or self._constant(graph.constants[node]))
                continue
            spelt = name_latex(name, str if self.markdown else letter_in_formula)
            if spelt in taken:
                # w0 and w_0 are two names, and would both be w with a 0 below it.
                spelt = rf"{spelt}\langle {node} \rangle"
            taken.add(spelt)
            names.append(spelt)
        return names

    def _constant(self, value: Any) -> str:
        """A number of the formula, as exact as it was typed."""
        return number_latex(number_text(value)) if isinstance(value, float) else self.value(value)

    def number(self, value: float) -> str:
        """A number with the significant digits that are shown."""
        return number_latex(self.look.number(value))

    def signed(self, value: Any, row: bool = False) -> str:
        """A value after another sign: a negative number in parentheses."""
        text = self.value(value, row)
        return f"({text})" if text.startswith("-") else text

    def value(self, value: Any, row: bool = False) -> str:
        """A number, or an array between parentheses: a vector as a column unless it is a row."""
        if isinstance(value, float):
            return self.number(value)
        if value is None:
            return r"\mathrm{none}"
        table = value if value.ndim == 2 else value.reshape((1, -1) if row else (-1, 1))
        rows, columns = (_few(range(length)) for length in table.shape)
        lines = [" & ".join(self._cell(table, i, j) for j in columns) for i in rows]
        matrix = rf"\begin{{pmatrix}} {f' {self.newline} '.join(lines)} \end{{pmatrix}}"
        if None not in (*rows, *columns):
            return matrix
        shape = r" \times ".join(map(str, value.shape))
        return rf"\underset{{{shape}}}{{{matrix}}}"

    def _cell(self, table: Any, i: int | None, j: int | None) -> str:
        """One element, or the dots for those that are left out."""
        if i is None:
            return r"\vdots" if j is not None else r"\ddots"
        return r"\cdots" if j is None else self.number(float(table[i, j]))

    @property
    def newline(self) -> str:
        """What ends a row. Markdown would read two backslashes as one."""
        return r"\cr" if self.markdown else r"\\"

    def wide(self, text: str) -> str:
        """The rest of a line, of which the columns of the other lines take no notice."""
        return text if self.markdown else rf"\rlap{{$\displaystyle {text}$}}"

    def is_row(self, node: int) -> bool:
        """Whether a vector lies, as the transpose of one does."""
        return self.graph.types[node].is_row

    def derivative(self, of: int, by: int) -> str:
        """∂f/∂x as a fraction."""
        return rf"\frac{{\partial {self.called[of]}}}{{\partial {self.called[by]}}}"

    def gradient(self, node: int) -> str:
        """∂f/∂x as a fraction, or ∂L/∂x where an upstream was given."""
        return rf"\frac{{\partial {self._objective}}}{{\partial {self.called[node]}}}"

    @property
    def _objective(self) -> str:
        if self.objective in ("", self.graph.names[self.graph.output]):
            return self.called[self.graph.output]
        return name_latex(self.objective, str)

    def gate(self, node: int, values: Sequence[Any] | None = None) -> str:
        """A gate as a formula: x + y; with its inputs' values where they are given."""
        graph = self.graph
        args = graph.args[node]
        called = self.called
        if values is not None:
            called = [*called]
            for arg in args:
                if arg in graph.constants:
                    continue
                called[arg] = self.value(values[arg], self.is_row(arg))
        formula = formula_of(graph, node)
        names = _cut(rule_names(graph, node, called=called), len(args))
        return shortened(latex(formula, names, arrays=array_names(self.graph, node)))

    def rule(self, step: Step, upstream: str) -> str:
        """The rule of a step: the local derivative, or the whole downstream of a matrix gate."""
        node = step.output
        names = rule_names(self.graph, node, step.slot, self.called) | {"g": upstream}
        names = _cut(names, len(self.graph.args[node]))
        return shortened(latex(step.typed, names, arrays=array_names(self.graph, node), fold=True))


def _few(places: range) -> list[int | None]:
    """All places, or the first few, None for those that are left out, and the last."""
    return [*places] if len(places) <= MOST else [*places[: MOST - 2], None, places[-1]]


def _cut(names: dict[str, str], inputs: int) -> dict[str, str]:
    """The names of a rule; of a gate with a great many inputs the first few."""
    if inputs > 2 * MOST and "all" in names:
        names["all"] = ", ".join([*names["all"].split(", ")[:MOST], r"\ldots"])
    return names


def shortened(formula: str) -> str:
    """The formula, if a page has room for it."""
    return formula if len(formula) <= LONGEST else r"\ldots"
