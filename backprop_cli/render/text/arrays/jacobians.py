"""The Jacobian written out: its table, the structure of its zeros, and why nobody stores it."""

from collections.abc import Sequence
from typing import Any

from rich.text import Text

from backprop_cli.analysis.structure import structure_by_gates
from backprop_cli.autodiff.jacobian import MOST_ELEMENTS, edges, gate_jacobian, is_small, jacobian
from backprop_cli.autodiff.tape import dependent
from backprop_cli.autodiff.trace import Trace
from backprop_cli.errors import BackpropError, inert
from backprop_cli.gates.shapes import size
from backprop_cli.graph.graph import Graph
from backprop_cli.graph.subgraph import between
from backprop_cli.language.question import NUMBER, parse_question
from backprop_cli.render.text.arrays.jacobian_cost import cost
from backprop_cli.render.text.arrays.structures import told
from backprop_cli.render.text.backward.order import heading
from backprop_cli.render.text.columns import StyledEntry, in_blocks
from backprop_cli.render.text.explain.passes import left_out
from backprop_cli.render.text.lines import said, title
from backprop_cli.render.text.lookup import element_names, node_named
from backprop_cli.render.text.options import FAINT, Look
from backprop_cli.render.text.section import SectionRequest

OPTION = "--jacobian"


def jacobian_lines(trace: Trace, look: Look, asked: SectionRequest) -> list[Text]:
    """One Jacobian, or that of every gate by each of its inputs.

    Raises:
        BackpropError: if a node that is asked for does not exist.
    """
    if asked.argument != "all":
        of, wrt = _pair(trace.graph, asked.argument)
        small = is_small(trace.graph.shapes[of], trace.graph.shapes[wrt])
        path = between(trace.graph, of, wrt)
        return _lines(trace, look, path, of, wrt, jacobian(trace, of, wrt) if small else None)
    found = list(edges(trace))
    lines = [
        title("Jacobians", "of each gate alone by each of its inputs, from the output back", look)
    ]
    last = -1
    for k, arg in found[: asked.most]:
        small = is_small(trace.graph.shapes[k], trace.graph.shapes[arg])
        matrix = gate_jacobian(trace, k, arg) if small else None
        lines += [*([Text(), heading(trace, k, look)] if k != last else []), Text()]
        lines += _lines(trace, look, [k], k, arg, matrix)
        last = k
    left = len(found) - len(found[: asked.most])
    return lines + left_out(left, look, "Jacobians", in_json=False)


def _pair(graph: Graph, argument: str) -> tuple[int, int]:
    """The two nodes of `q x` or `dq/dx`."""
    names = argument.split()
    if len(names) != 2 or "/" in argument:
        question = parse_question(argument)
        if question.form != NUMBER or question.wrt is None or question.element:
            what = f"{OPTION} takes all, two names or a question, not '{argument}'"
            raise BackpropError(what, hint="for example: all, q x, dq/dx")
        names = [question.of, question.wrt]
    of, wrt = (node_named(graph, name, OPTION) for name in names)
    if of != wrt and not dependent(graph)[wrt]:
        raise BackpropError(f"{OPTION}: '{graph.names[wrt]}' is made of constants only")
    return of, wrt


def _lines(
    trace: Trace, look: Look, path: Sequence[int], of: int, wrt: int, matrix: Any
) -> list[Text]:
    """Title, table, structure and cost of a Jacobian; of a large one there are no numbers."""
    graph = trace.graph
    q, x = inert(graph.names[of]), inert(graph.names[wrt])
    rows, columns = size(graph.shapes[of]), size(graph.shapes[wrt])
    if rows == columns == 1:
        number = look.number(matrix.item())
        return [title(f"Jacobian {look.derivative(q, x)} = {number}", "a number", look)]
    aside = f"{rows}×{columns}; a row for each element of {q}, a column for each of {x}"
    lines = [title(f"Jacobian {look.derivative(q, x)}", look.said(aside), look)]
    known = structure_by_gates(graph, path, of, wrt)
    if matrix is not None:
        lines += _table(
            matrix, element_names(graph, of, look), element_names(graph, wrt, look), look
        )
    sentence = told(graph, path, of, wrt, known, matrix, look)
    if matrix is None:
        sentence += f" Not drawn: a table has at most {MOST_ELEMENTS} rows and columns."
    texts = [sentence, *cost(trace, path, of, wrt, known, look)]
    for text in texts:
        lines += said(text, look)
    return lines


def _table(matrix: Any, rows: list[str], columns: list[str], look: Look) -> list[Text]:
    """The numbers below the names of their columns; what does not fit beside follows below."""
    zero = StyledEntry("." if look.ascii else "·", FAINT)
    entries = [
        [zero if number == 0 else StyledEntry(look.number(number)) for number in row]
        for row in matrix.tolist()
    ]
    return [line for block in in_blocks(rows, columns, entries, look) for line in block]
