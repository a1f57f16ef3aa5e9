"""Draw problems for one learner: a formula, inputs at which mistakes show, and questions."""

from collections.abc import Sequence
from dataclasses import replace

from backprop_cli.exercises.authoring.exercise_file import read_exercise
from backprop_cli.exercises.generate.compose import ExerciseRequest, compose
from backprop_cli.exercises.generate.compose import questions as questions_for
from backprop_cli.exercises.generate.levels import fresh
from backprop_cli.exercises.generate.stable_random import StableRandom
from backprop_cli.exercises.model.exercise import Exercise
from backprop_cli.exercises.model.variants import Variants
from backprop_cli.graph.graph import Graph
from backprop_cli.lessons.model.lesson import Fresh

WORDS = ("all", "values", "gradients", "inputs", "output", "patterns")
"""What may be asked of any circuit: the gradients of its inputs, the value of its output, …"""


def questions_of(graph: Graph, word: str) -> tuple[str, ...]:
    """The questions that a word stands for, in the order in which they are worked out."""
    output = graph.names[graph.output]
    if word == "output":
        return (output,)
    if word == "patterns":
        return tuple(ask for ask, _ in questions_for(graph, ExerciseRequest("", "patterns")))
    if word == "inputs":
        asked = questions_of(graph, "gradients")
        inputs = {f"d{output}/d{name}" for name in graph.inputs}
        return tuple(ask for ask in asked if ask in inputs)
    return tuple(ask for ask, _ in questions_for(graph, ExerciseRequest("", ask=word)))


def expanded(graph: Graph, asked: Sequence[str]) -> list[str]:
    """The questions of a list in which words may stand for several."""
    return [
        source
        for each in asked
        for source in (questions_of(graph, each) if each in WORDS else (each,))
    ]


def given_with(graph: Graph, asked: Sequence[str]) -> tuple[str, ...]:
    """What is shown beside these questions: the values, unless they are asked."""
    return () if set(asked) & {"values", "output", "all"} else questions_of(graph, "values")


def problem(wish: Fresh, keys: Sequence[str | int]) -> Exercise:
    """The problem that follows from some keys, the learner's among them.

    Its inputs are fixed: one learner has one set of them.
    """
    program, drawn = wish.program, wish.drawn
    if wish.level is not None:
        made = fresh(wish.level, StableRandom("fresh", *keys))
        program, drawn = made.program, made.inputs
    seed = "/".join(map(str, keys))
    text = compose(ExerciseRequest(program, ask="all", drawn=drawn, seed=seed)).text
    exercise = read_exercise(text.encode(), "a fresh problem")
    return replace(exercise.fixed_at(Variants(exercise).inputs(1)), asked=())
