"""Inputs are drawn so that no number is one of a saturated gate; a check says where that fails."""

from exercise_files import exercise

from backprop_cli.exercises.authoring.exercise_file import read_exercise
from backprop_cli.exercises.authoring.soundness import soundness
from backprop_cli.exercises.generate.compose import ExerciseRequest, compose
from backprop_cli.exercises.model.case import Case
from backprop_cli.exercises.model.sense import odd_numbers
from backprop_cli.exercises.model.variants import Variants

WIDE = {"x": "{ from = -9, to = 9 }", "y": "{ from = -9, to = 9 }"}
NEW = "[variants]\ncount = 20\ntable = 3"
OLD = "[variants]\ncount = 20\ntable = 1"


def test_a_saturated_gate_is_found() -> None:
    found = read_exercise(exercise("f = sigmoid(x)*y", {"x": -9, "y": 2}, ["df/dx"]), "e.toml")
    assert odd_numbers(Case(found, {"x": -9.0, "y": 2.0}))
    assert not odd_numbers(Case(found, {"x": -1.0, "y": 2.0}))
    assert soundness(found).odd == (0,)
    assert not soundness(found).is_sound


def test_mostly_zeros_say_nothing() -> None:
    ask = ["df/dx", "df/dy"]
    found = read_exercise(exercise("f = relu(x)*relu(y)", {"x": -1, "y": -2}, ask), "e.toml")
    assert soundness(found).odd == (0,)


def test_new_exercises_draw_numbers_for_paper() -> None:
    ask = ["f", "df/dx", "df/dy"]
    new = read_exercise(exercise("f = sigmoid(x)*y", WIDE, ask, more=NEW), "e.toml")
    assert not soundness(new).odd
    old = read_exercise(exercise("f = sigmoid(x)*y", WIDE, ask, more=OLD), "e.toml")
    assert soundness(old).odd


def test_made_exercises_draw_numbers_for_paper() -> None:
    made = compose(ExerciseRequest("tanh(x*y + z)*w", seed="sense")).text
    found = read_exercise(made.encode(), "e.toml")
    variants = Variants(found)
    odd = [odd_numbers(Case(found, variants.inputs(number))) for number in range(1, 21)]
    assert not any(odd)


def test_that_students_have_the_same_numbers_is_found() -> None:
    narrow = read_exercise(exercise("f = x*x", {"x": "{ from = 1, to = 2 }"}, ["df/dx"]), "e.toml")
    found = soundness(narrow)
    assert found.alike >= 10
    assert found.are_alike
    assert not found.is_sound
    wide = read_exercise(exercise("f = x*y", WIDE, ["df/dx", "df/dy", "f"], more=NEW), "e.toml")
    assert not soundness(wide).are_alike


def test_a_wrong_answer_that_hides_in_the_tolerance_is_found() -> None:
    inputs = {"x": 2, "y": 2.1}
    rough = exercise("f = x*y", inputs, ["df/dx", "df/dy"], marking="relative = 0.1")
    hidden = soundness(read_exercise(rough, "e.toml")).hidden
    assert ("mul-not-switched", "df/dx") in {(h.mistake.name, name) for _, (h, name) in hidden}
    fine = exercise("f = x*y", inputs, ["df/dx", "df/dy"])
    assert not soundness(read_exercise(fine, "e.toml")).hidden
