"""The page at work in a real browser: keys, buttons, fields and answers."""

import numpy as np
import pytest
from browser import keys, needed
from helpers import run
from pages import Open

from backprop_cli.autodiff.trace import Trace
from backprop_cli.exercises.diagnosis.values import is_rounded
from backprop_cli.render.page.page import script
from backprop_cli.render.text.explain.words import sentences
from backprop_cli.render.text.options import Look

pytestmark = needed

LOOK = Look(70)
XYZ = {"x": -2, "y": 5, "z": -4}
FORK = ("(x+y)*z + x*x", XYZ)


def test_keys_step_through_forward_and_backward(opened: Open) -> None:
    page = opened(run("(x+y)*z", **XYZ))
    assert page.seen("svg .value") == ["-2", "5", "-4"]
    assert page.seen("svg .gradient") == []
    page.press(keys().ARROW_RIGHT, keys().ARROW_RIGHT)
    assert page.text("where") == "Forward: the mul gate"
    assert page.text("equation").split("\n") == ["f = q·z", "-12"]
    assert page.text("sentence") == "From q = 3, z = -4."
    page.press(keys().ARROW_RIGHT)
    assert page.text("sentence") == "f changes exactly as much as f: ∂f/∂f = 1."
    assert page.seen("svg .gradient") == ["1"]
    page.press(keys().ARROW_RIGHT)
    assert page.text("where") == "Backward: the mul gate f, gradient switcher"
    assert page.text("equation").split("\n") == [
        *("upstream, ∂f/∂f", "1", "local, ∂f/∂z = q", "× 3", "downstream, ∂f/∂z", "= 3")
    ]
    assert page.text("sentence") == (
        "The mul gate switches: z gets q's value, 3, times the upstream 1: 3."
    )
    lit = page.run(
        "return [...document.querySelectorAll('.wires .lit')].map((w) => w.dataset.node)"
    )
    assert lit == ["2"]
    page.press(keys().END)
    assert page.text("count") == "7 of 7"
    assert page.seen("tbody .gradient") == ["-4", "-4", "3", "-4", "1"]
    page.press(keys().ARROW_RIGHT, keys().ARROW_LEFT)
    assert page.text("count") == "6 of 7"
    page.press(keys().HOME, keys().ARROW_LEFT)
    assert page.text("count") == "0 of 7"


def test_buttons_and_slider_do_the_same(opened: Open) -> None:
    page = opened(run("(x+y)*z", **XYZ))
    for name, count in (("next", 1), ("last", 7), ("back", 6), ("first", 0), ("next", 1)):
        page.find(f"#{name}").click()
        assert page.text("count") == f"{count} of 7"
    page.set("#slider", "4")
    assert page.text("count") == "4 of 7"
    # On the slider the same keys are the slider's own, and mean the same.
    page.find("#slider").send_keys(keys().ARROW_RIGHT)
    assert page.text("count") == "5 of 7"


def test_contributions_arrive_at_a_fork_one_by_one(opened: Open) -> None:
    page = opened(run(FORK[0], **FORK[1]))
    forks = [words.split("\n")[-1] for words in page.told() if "fork" in words or "used" in words]
    assert forks == [
        "x is a fork: 1 of 3 contributions so far, -2 + …",
        "x is a fork: 2 of 3 contributions so far, -2 + (-2) + …",
        "x was used 3 times, so its gradients add: -2 + (-2) + (-4) = -8.",
    ]


@pytest.mark.parametrize(
    "t",
    [
        run(FORK[0], **FORK[1]),
        run("max(x, y) + relu(x)*log(y) + x^y", x=0, y=0),
        run(
            "h = relu(X@W + b); mean(logsumexp(h, axis=1))",
            X=np.arange(6).reshape(3, 2) / 7,
            W=np.eye(2) - 0.3,
            b=[0.1, -0.2],
        ),
        run("q = x.T; q[0]*q", seed=np.array([1.0, 2, 3]), x=[1, 2, 3]),
    ],
    ids=["fork", "kinks", "network", "row"],
)
def test_what_is_said_does_not_depend_on_who_worked_it_out(opened: Open, t: Trace) -> None:
    page = opened(t)
    as_given, table = page.told(), page.seen("tbody tr")
    drawn = page.seen("svg text")
    expected = sentences(t, LOOK, None)
    said = "\n".join(as_given).split("\n")
    assert [words for words in expected if words not in said] == []
    page.set('#fields [type="number"]', "7.5")
    assert page.seen("tbody tr") != table
    page.set('#fields [type="number"]', first(t))
    assert page.told() == as_given
    assert page.seen("tbody tr") == table
    assert [text.strip() for text in page.seen("svg text")] == [text.strip() for text in drawn]


def first(t: Trace) -> str:
    """The first element of the first input."""
    value = next(iter(t.inputs.values()))
    return repr(float(np.ravel(value)[0]))


def test_a_learner_changes_inputs_and_all_follows(opened: Open) -> None:
    page = opened(run("(x+y)*z", **XYZ))
    field, slider = '[type="number"][data-node="0"]', '[type="range"][data-node="2"]'
    page.find(field).send_keys(keys().CONTROL, "a")
    page.find(field).send_keys("10")
    assert page.text("count") == "7 of 7"
    assert page.seen("tbody .value") == ["10", "5", "-4", "15", "-60"]
    assert page.seen("tbody .gradient") == ["-4", "-4", "15", "-4", "1"]
    page.set(slider, "3.01")
    assert page.find('[type="number"][data-node="2"]').get_property("value") == "3"
    assert page.seen("svg .value") == ["45", "10", "5", "3", "15"]
    # Typing halfway is no number, and changes nothing.
    page.find(field).send_keys(keys().CONTROL, "a")
    page.find(field).send_keys("-")
    assert page.seen("tbody .value")[-1] == "45"
    # In a field these keys move in the field.
    page.find(field).send_keys(keys().HOME, keys().ARROW_LEFT)
    assert page.text("count") == "7 of 7"
    page.find("#reset").click()
    assert page.seen("tbody .value") == ["-2", "5", "-4", "3", "-12"]
    assert page.find(field).get_property("value") == "-2"


def test_a_learner_predicts_the_gradients(opened: Open) -> None:
    page = opened(run("(x+y)*z", **XYZ))
    page.find("#begin").click()
    assert page.seen(".gradient") == ["gradients"]
    assert page.seen("#words, #stepper, #playing") == []
    assert page.run("return document.querySelectorAll('desc').length") == 0
    assert page.driver.switch_to.active_element.get_attribute("id") == "answer"

    def answer(text: str) -> str:
        page.find("#answer").clear()
        page.find("#answer").send_keys(text, keys().ENTER)
        return page.text("reply")

    assert page.text("asked") == "∂f/∂f ="
    for nothing in ("one", "1/0", "inf", "9" * 400):
        assert "wanted, such as" in answer(nothing)
    assert answer("1").startswith("Right: ∂f/∂f = 1.")
    assert page.text("asked") == "∂f/∂z ="
    assert answer("1").startswith("Not yet. The gate passes the gradient straight through.")
    assert page.find("#answer").get_attribute("aria-invalid") == "true"
    assert "Two mistakes explain this equally well" in answer("-4")
    assert "no mistake that is known" in answer("77")
    assert answer("df/dz = 6/2").startswith("Right: ∂f/∂z = 3.\nThe mul gate switches")
    assert page.seen("tbody .gradient") == ["3", "1"]
    page.find("#give").click()
    assert page.text("reply").startswith("The answer: ∂f/∂q = -4.")
    answer("-4")
    assert answer("−4").endswith("Done: 3 of 5 right at the first try.")
    assert page.seen("tbody .gradient") == ["-4", "-4", "3", "-4", "1"]
    assert page.seen("#question") == []


def test_predicting_puts_away_the_inputs_and_nothing_else(opened: Open) -> None:
    page = opened(run("x*sum(W)", x=2, W=np.ones((50, 50)), wrt=frozenset({"x"})))
    page.find("#begin").click()
    assert page.seen("#playing") == []
    assert page.seen("table")
    page = opened(run("sum(v)*x", x=2, v=np.ones(37), wrt=frozenset({"x"})))
    page.set("#fields [type='number']", "3")
    assert page.seen("tbody .value")[-1] == "111"
    page = opened(run("sum(v)", v=np.ones(37)))
    page.press(keys().END)
    assert page.text("where").startswith("Backward")


def test_rounded_and_misshapen_answers_are_told(opened: Open) -> None:
    page = opened(run("sum(sigmoid(x))", x=[1, 2]))
    page.find("#begin").click()

    def answer(text: str) -> str:
        page.find("#answer").send_keys(text, keys().ENTER)
        return page.text("reply")

    answer("1")
    assert "A vector of 2 is wanted. A gradient has the shape" in answer("1")
    answer("[1, 1]")
    assert answer("[0.1966, 0.105]").startswith("Right") or "Done" in page.text("reply")
    page = opened(run("sigmoid(x)", x=1))
    page.find("#begin").click()
    answer("1")
    assert "rounded too far" in answer("0.2")


def test_answers_are_read_as_arithmetic(opened: Open) -> None:
    page = opened(run("x*y", x=1, y=2))
    functions = script().split("// What of a run can be seen")[0]
    read = f"{functions} return arguments[0].map((text) => JSON.stringify(readAnswer(text)));"
    given = {
        "-4": "-4",
        "−4": "-4",
        "1/3*3": "1",
        "2^-1": "0.5",
        "-2^2": "-4",
        "(1+2)*3": "9",
        ".5": "0.5",
        "1e3": "1000",
        "∂f/∂x = 3": "3",
        "inf": "null",
        "2 3": "null",
        "": "null",
        "x": "null",
        "[1": "null",
        "[1,[2]]": "null",
        "1+": "null",
        "()": "null",
        "[1, 2/4]": '{"shape":[2],"data":[1,0.5]}',
        "constructor": "null",
        "(" * 600: "null",
        "[[1,2],[3,4]]": '{"shape":[2,2],"data":[1,2,3,4]}',
    }
    assert dict(zip(given, page.run(read, [*given]), strict=True)) == given


def test_rounding_is_pythons(opened: Open) -> None:
    page = opened(run("x*y", x=1, y=2))
    rounded = script().split("// Whether an answer is the key")[1].split("function whyWrong")[0]
    functions = f"{script().split('// What of a run can be seen')[0]} //{rounded}"
    read = f"{functions} return arguments[0].map(([answer, key]) => isRounded(answer, key));"
    keys_ = [2.5, 3.5, -2.5, 0.19661193324148185, 1234.5, 0.00125, 12.5, 125.0, 9.97, 1e-7, 0.0]
    answers = [round(key, places) for key in keys_ for places in range(-3, 4)]
    pairs = [(answer, key) for key in keys_ for answer in {*answers, 2.0, 3.0, 4.0, -3.0, -2.0}]
    assert page.run(read, pairs) == [is_rounded(answer, key) for answer, key in pairs]


def test_a_large_run_is_stepped_through_as_it_was_written(opened: Open) -> None:
    t = run("sum(relu(W@x)) + x[0]*x[0]", W=np.ones((50, 60)), x=np.ones(60))
    page = opened(t)
    said = "\n".join(page.told()).split("\n")
    assert [words for words in sentences(t, LOOK, None) if words not in said] == []
    assert page.seen("#begin, #fields") == []


@pytest.mark.parametrize(
    "t", [run("x*y", seed=None, x=[1, 2], y=3), run("2 + 3")], ids=["list", "sum"]
)
def test_a_run_without_gradients_can_be_stepped_through(opened: Open, t: Trace) -> None:
    page = opened(t)
    page.press(keys().END)
    assert page.text("where").startswith(("Forward: the", "Backward: the base case"))
    assert page.text("count") in ("1 of 1", "2 of 2")
