"""The lecture's way: a class for each gate, with a forward that remembers and a backward."""

import re

from backprop_cli.autodiff.tape import kind
from backprop_cli.autodiff.trace import Trace
from backprop_cli.gates.compiler import rule
from backprop_cli.language.syntax import Term
from backprop_cli.render.python.circuit import CodeCircuit
from backprop_cli.render.python.pieces import Piece
from backprop_cli.render.python.program import CodeSection, Program
from backprop_cli.render.python.spelling import CAREFUL, NUMPY
from backprop_cli.render.python.staged import program, start
from backprop_cli.render.text.explain.passes import called
from backprop_cli.render.text.gates import FLOW

SAID = "Written by backprop: a class for each gate, with forward and backward."


def classes(trace: Trace, careful: bool = False) -> Program:
    """The program.

    Args:
        trace: the run.
        careful: whether numbers are NumPy's, which go on where Python's stop: 1/0 is inf.
    """
    circuit = CodeCircuit(trace, CAREFUL if careful else NUMPY)
    made = _Classes(circuit)
    gates = {k: circuit.names.free(f"{circuit.names.values[k]}_gate") for k in circuit.gates()}
    making = [[f"{gate} = {made.of(k)}({_position(circuit, k)})"] for k, gate in gates.items()]
    passes = [
        CodeSection("A gate for each step of the formula.", making),
        _forward(circuit, gates),
        _backward(circuit, gates),
    ]
    return program(circuit, SAID, passes, made.definitions())


class _Classes:
    """A class for each gate that occurs; more than one where shapes make another rule of it."""

    def __init__(self, circuit: CodeCircuit) -> None:
        self.circuit = circuit
        self.names: dict[tuple[str, ...], str] = {}
        """Body -> name."""
        self.counts: dict[str, int] = {}
        self.seen: dict[tuple[object, ...], str] = {}
        """What a body follows from -> name, so that most bodies are written once."""

    def of(self, k: int) -> str:
        """The name of the class of gate `k`."""
        graph = self.circuit.graph
        gate, args = self.circuit.gate(k), graph.args[k]
        shapes = tuple([graph.shapes[arg] for arg in args])
        key = (
            gate,
            kind(graph, k)._replace(position=()),
            shapes,
            graph.shapes[k],
            frozenset(_skipped(self.circuit, k)),
        )
        if key not in self.seen:
            body = _body(self.circuit, k)
            if body not in self.names:
                name = gate.class_name
                self.counts[name] = number = self.counts.get(name, 0) + 1
                self.names[body] = name if number == 1 else f"{name}{number}"
            self.seen[key] = self.names[body]
        return self.seen[key]

    def definitions(self) -> list[str]:
        """The text of each class."""
        return ["\n".join([f"class {name}:", *body, ""]) for body, name in self.names.items()]


def _body(circuit: CodeCircuit, k: int) -> tuple[str, ...]:
    """What stands in the class of gate `k`: its row, with inputs x and y and output z."""
    gate, count = circuit.gate(k), len(circuit.graph.args[k])
    names = [f"x{n}" for n in range(count)] if gate.variadic else ["x", "y"][:count]
    forward = circuit.writer(k, _inputs(circuit, k, names), Piece("z"), others=_others(circuit, k))
    computed = forward.translate(rule(gate.forward)).text
    backward = _backward_lines(circuit, k, names)
    text = "\n".join(backward)
    lines = [f'    """{called(gate)}, a {gate.pattern.value}: it {FLOW[gate.pattern]}."""', ""]
    if gate.shape.picks_elements:
        lines += ["    def __init__(self, position):", "        self.position = position", ""]
    lines += [f"    def forward(self, {', '.join(names)}):"]
    lines += [f"        self.{name} = {name}" for name in names if _mentions(text, name)]
    if _mentions(text, "z"):
        lines += [f"        self.z = {computed}", "        return self.z"]
    else:
        lines += [f"        return {computed}"]
    return (*lines, "", "    def backward(self, dz):", *backward)


def _backward_lines(circuit: CodeCircuit, k: int, names: list[str]) -> list[str]:
    """A line for each input, last input first, from what `forward` remembered."""
    values = _inputs(circuit, k, [f"self.{name}" for name in names])
    shape, type_ = circuit.graph.shapes[k], kind(circuit.graph, k).types[-1]
    out, upstream = (Piece(name, shape, type=type_, shared=True) for name in ("self.z", "dz"))
    writer = circuit.writer(k, values, out, "ties", _others(circuit, k))
    lines = [f"        ties = {writer.counted().text}"] if circuit.ties(k) else []
    if len(names) == 1:
        return [*lines, f"        return {circuit.sent(k, 0, writer, upstream).text}"]
    skipped = _skipped(circuit, k)
    for slot in range(len(names) - 1, -1, -1):
        if slot not in skipped:
            sent = circuit.sent(k, slot, writer, upstream).text
            lines.append(f"        d{names[slot]} = {sent}")
    back = ("None" if slot in skipped else f"d{name}" for slot, name in enumerate(names))
    return [*lines, f"        return {', '.join(back)}"]


def _inputs(circuit: CodeCircuit, k: int, names: list[str]) -> list[Piece]:
    """Pieces of the shapes of the inputs, by these names."""
    own = zip(names, circuit.shaped(k), strict=True)
    return [Piece(name, shape, type=type_, shared=True) for name, (shape, type_) in own]


def _others(circuit: CodeCircuit, k: int) -> dict[str, Piece]:
    """What a class is told besides: the position of an index, how many elements a mean has."""
    graph = circuit.graph
    if k in graph.positions:
        return {"p": Piece("self.position", graph.shapes[k])}
    whole = graph.shapes[graph.args[k][0]]
    if not whole:
        return {}
    axis = graph.axes.get(k)
    return {"n": Piece("self.x.size" if axis is None else f"self.x.shape[{axis}]")}


def _skipped(circuit: CodeCircuit, k: int) -> set[int]:
    """Constants to which nothing is sent where that could fail: the exponent 3 wants log(x)."""
    gate, args = circuit.gate(k), circuit.graph.args[k]
    if gate.variadic:
        return set()
    return {
        slot
        for slot, (arg, text) in enumerate(zip(args, gate.local, strict=True))
        if not circuit.wanted[arg] and any(_calls(term) for term in rule(text).terms)
    }


def _calls(term: Term) -> bool:
    return term.op == "call" and term.payload != "where"


def _mentions(text: str, name: str) -> bool:
    return re.search(rf"\bself\.{name}\b", text) is not None


def _position(circuit: CodeCircuit, k: int) -> str:
    """What the gate is made with: the element that an index takes."""
    position = circuit.graph.positions.get(k, ())
    return str(position) if len(position) > 1 else "".join(map(str, position))


def _forward(circuit: CodeCircuit, gates: dict[int, str]) -> CodeSection:
    """A line for each gate."""
    names = circuit.names.values
    lines = []
    for k, gate in gates.items():
        given = ", ".join(piece.text for piece in circuit.values(k, circuit.owned(k)))
        lines.append([f"{names[k]} = {gate}.forward({given})"])
    return CodeSection("Forward pass: from the inputs to the output.", lines)


def _backward(circuit: CodeCircuit, gates: dict[int, str]) -> CodeSection:
    """For each gate a line, or more at forks."""
    if circuit.trace.seed is None:
        return CodeSection("", [])
    arrived = {circuit.graph.output}
    blocks = [[start(circuit)]]
    for k in circuit.trace.reached:
        call = f"{gates[k]}.backward({circuit.names.gradients[k]})"
        blocks.append(_received(circuit, circuit.graph.args[k], call, arrived))
    return CodeSection("Backward pass: from the output back; at forks gradients add.", blocks)


def _received(
    circuit: CodeCircuit, args: tuple[int, ...], call: str, arrived: set[int]
) -> list[str]:
    """Who receives what a gate sends."""
    names, wanted = circuit.names.gradients, circuit.wanted
    plain = len(set(args)) == len(args) and not any(
        arg in arrived or (arg in circuit.trace.forks and circuit.graph.shapes[arg]) for arg in args
    )
    if plain and len(args) > 1:
        arrived.update(args)
        return [f"{', '.join(names[arg] if wanted[arg] else '_' for arg in args)} = {call}"]
    lines = [] if len(args) == 1 else [f"sent = {call}"]
    for slot in range(len(args) - 1, -1, -1):
        if wanted[args[slot]]:
            sent = call if len(args) == 1 else f"sent[{slot}]"
            lines.append(circuit.received(args[slot], sent, args[slot] in arrived, shared=True))
            arrived.add(args[slot])
    return lines
