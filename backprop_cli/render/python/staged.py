"""NumPy, one line a gate: forwards from the inputs, then backwards from the output."""

from collections.abc import Callable, Sequence

from backprop_cli.autodiff.tape import kind
from backprop_cli.autodiff.trace import Trace
from backprop_cli.gates.gate import Pattern
from backprop_cli.render.python.circuit import CodeCircuit
from backprop_cli.render.python.program import CodeSection, Program, title
from backprop_cli.render.python.spelling import CAREFUL, NUMPY
from backprop_cli.render.text.explain.passes import called
from backprop_cli.render.text.gates import FLOW

SAID = "Written by backprop: a circuit forwards and backwards, one line a gate."
MAX_FORMULA_CHARS = 40
"""Characters of the longest formula that stands in a comment."""

QUIET = 'np.seterr(all="ignore")  # inf and nan are values here, not accidents'


def staged(trace: Trace, careful: bool = False) -> Program:
    """The program.

    Args:
        trace: the run.
        careful: whether numbers are NumPy's, which go on where Python's stop: 1/0 is inf.
    """
    circuit = CodeCircuit(trace, CAREFUL if careful else NUMPY)
    return program(circuit, SAID, [forward(circuit), backward(circuit)])


def program(
    circuit: CodeCircuit, said: str, passes: list[CodeSection], definitions: Sequence[str] = ()
) -> Program:
    """Some passes, and the classes that they need, with all that stands around them."""
    spelling, trace = circuit.spelling, circuit.trace
    return Program(
        title(trace, circuit.names, said),
        "import numpy as np",
        QUIET if spelling is CAREFUL else "",
        spelling.helpers,
        definitions,
        [section for section in (inputs(circuit), *passes) if section.blocks],
        printed(circuit, "", circuit.names.gradients.__getitem__),
    )


def inputs(circuit: CodeCircuit) -> CodeSection:
    """The inputs, and the constants that are arrays."""
    return CodeSection("", [[f"{name} = {text}"] for _, name, text in circuit.given()])


def forward(circuit: CodeCircuit) -> CodeSection:
    """A line for each gate."""
    lines = [[f"{circuit.names.values[k]} = {circuit.forward(k).text}"] for k in circuit.gates()]
    return CodeSection("Forward pass: from the inputs to the output.", lines)


def backward(circuit: CodeCircuit) -> CodeSection:
    """For each gate a line for each input: its local derivative times the upstream."""
    trace = circuit.trace
    if trace.seed is None:
        return CodeSection("", [])
    arrived = {circuit.graph.output}
    blocks = [[start(circuit)]]
    told: set[Pattern] = set()
    blocks += [[*comments(circuit, k, told), *_steps(circuit, k, arrived)] for k in trace.reached]
    return CodeSection(
        "Backward pass: from the output back, each line is local * upstream.", blocks, apart=True
    )


def start(circuit: CodeCircuit) -> str:
    """The line with which the backward pass begins."""
    output = circuit.graph.output
    return f"{circuit.names.gradients[output]} = {circuit.literal(output, circuit.trace.seed)}"


def _steps(circuit: CodeCircuit, k: int, arrived: set[int]) -> list[str]:
    """What one gate sends to its inputs, last input first."""
    graph, names = circuit.graph, circuit.names
    type_ = kind(graph, k).types[-1]
    out, upstream = circuit.value(k, type_), circuit.gradient(k, type_)
    ties = names.free(f"{names.values[k]}_ties") if circuit.ties(k) else ""
    writer = circuit.writer(k, circuit.values(k), out, ties)
    lines = [f"{ties} = {writer.counted().text}"] if ties else []
    args = graph.args[k]
    for slot in range(len(args) - 1, -1, -1):
        arg = args[slot]
        if not circuit.wanted[arg]:
            continue
        sent = circuit.sent(k, slot, writer, upstream)
        again = arg in arrived
        line = circuit.received(arg, sent.text, again, sent.shared)
        notes = ["a fork: gradients add"] * again + [sent.note] * bool(sent.note)
        lines.append(f"{line}  # {'; '.join(notes)}" if notes else line)
        arrived.add(arg)
    return lines


def comments(circuit: CodeCircuit, k: int, told: set[Pattern]) -> list[str]:
    """What kind of gate follows; what its pattern does, where it is the first of its kind."""
    pattern = circuit.gate(k).pattern
    computed = circuit.forward(k).text
    formula = f" = {computed}" if len(computed) <= MAX_FORMULA_CHARS else ""
    lines = [
        f"# {circuit.names.values[k]}{formula}: {called(circuit.gate(k))} gate, {pattern.value}."
    ]
    if pattern not in told:
        told.add(pattern)
        lines.append(f"# A {pattern.word} {FLOW[pattern]}.")
    return lines


def printed(circuit: CodeCircuit, value: str, gradient: Callable[[int], str]) -> list[str]:
    """Lines that print the output, and the gradient of each input that has one.

    Args:
        circuit: what was run.
        value: what makes a plain number of the output.
        gradient: what holds the gradient of a node.
    """
    names, trace = circuit.names, circuit.trace
    output = names.values[circuit.graph.output]
    lines = [f'print("{output} =", {output}{value})']
    for name, known in trace.gradients.items():
        k = circuit.graph.inputs[name]
        if known is not None:
            lines.append(f'print("{names.gradients[k]} =", {gradient(k)})')
    return lines
