"""Read the circuits of a lesson: formulas, inputs, and the wrong line that may be planted."""

from dataclasses import replace

from backprop_cli.exercises.authoring.circuit_file import Inputs, read_circuit
from backprop_cli.exercises.authoring.mistake_file import read_planted
from backprop_cli.exercises.mistakes.mistake import Mistake
from backprop_cli.exercises.model.exercise import Exercise, LookedFor
from backprop_cli.inputs.strict import Section

VARIANTS = 100
"""Sets of inputs that are drawn for a circuit; learners share them by chance."""


def read_circuits(file: Section, lesson: str, mistakes: tuple[Mistake, ...]) -> dict[str, Exercise]:
    """Name -> the circuit, of which nothing is asked yet.

    Raises:
        BackpropError: for what cannot be used, with its line.
    """
    circuits: dict[str, Exercise] = {}
    for section in file.sections("circuits", 50):
        name = section.string("name", most=60)
        if name in circuits:
            raise section.error(f"there is a circuit '{name}' already", "name")
        circuits[name] = _circuit(section, f"{lesson}/{name}", mistakes)
    return circuits


def _circuit(section: Section, seed: str, mistakes: tuple[Mistake, ...]) -> Exercise:
    program = section.string("formula", most=2000)
    inputs = Inputs(section.section("inputs"))
    circuit = read_circuit(section, program, inputs)
    planted = read_planted(section, circuit, mistakes, is_left_open=False)
    inputs.section.done()
    section.done()
    circuit = replace(circuit, variants=VARIANTS if inputs.drawn else 1, seed=seed)
    return Exercise(circuit, LookedFor(mistakes), planted=planted)
