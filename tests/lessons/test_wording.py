"""What a learner is told: of local derivatives, of single elements, and in names that she knows."""

import re

import pytest
from learning import LESSONS, SMALL, course_of, lesson, said, through

from backprop_cli.errors import BackpropError
from backprop_cli.lessons.asks.code import CodeAsk
from backprop_cli.lessons.model.blocks import Picture
from backprop_cli.lessons.model.course import Course
from backprop_cli.lessons.session.session import typed
from backprop_cli.lessons.session.state import State
from backprop_cli.lessons.views.lesson import in_words, lines_of
from backprop_cli.render.text.options import Look

COURSES = {found.name: Course(found, "ada") for found in LESSONS}


def rungs(name: str, step: str, ask: int = 0) -> list[str]:
    """The hints to a question of one of our lessons."""
    course = COURSES[name]
    return course.hints(next(each for each in course.lesson.steps if each.name == step), ask)


def wrong(name: str, step: str, ask: int, answer: str) -> str:
    """What is said to an answer."""
    course = COURSES[name]
    number = next(k for k in range(course.count) if course.step(k).name == step)
    return said(typed(course, State(number, ask), answer))


def test_a_local_derivative_has_no_upstream() -> None:
    assert rungs("longer-circuit", "exp") == [
        "A local derivative is asked, that of an exp gate alone, q6 = exp(q5): how far does q6 "
        "move when q5 moves by a little?",
        "The gate's rule: ∂q6/∂q5 = q6",
    ]
    assert rungs("longer-circuit", "slopes")[-2:] == [
        "The gate's rule: ∂g/∂x = -1/x²",
        "With the numbers in place: ∂g/∂x = -1 / 4^2",
    ]


def test_a_gradient_of_the_output_has_one() -> None:
    assert rungs("longer-circuit", "exp", 1)[-2] == "The chain rule: ∂f/∂q5 = ∂f/∂q6 · q6"


def test_one_element_hears_by_way_of_elements() -> None:
    assert rungs("matrices", "the-sum")[1:] == [
        "W[1,0] moves q[1], and nothing else of q.",
        "The chain rule for one element: ∂f/∂W[1,0] = ∂f/∂q[1] · ∂q[1]/∂W[1,0]",
        "With the numbers in place: ∂f/∂W[1,0] = 0.52 * 0.2",
    ]
    assert rungs("matrices", "one-input")[1:] == [
        "x[0] moves every element of q.",
        "The chain rule for one element: "
        "∂f/∂x[0] = ∂f/∂q[0] · ∂q[0]/∂x[0] + ∂f/∂q[1] · ∂q[1]/∂x[0]",
        "With the numbers in place: ∂f/∂x[0] = 0.44 * 0.1 + 0.52 * (-0.3)",
    ]
    assert rungs("matrices", "back-through-the-norm")[-2:] == [
        "The chain rule for one element: ∂f/∂q[0] = ∂f/∂f · 2·q[0]",
        "With the numbers in place: ∂f/∂q[0] = 1 * (2 * 0.22)",
    ]


@pytest.mark.parametrize("ask", [5, 6])
def test_a_sub_gate_turns_one_sign_only(ask: int) -> None:
    told = "distributes the gradient: a gets the upstream as it is, b gets the upstream with its"
    assert told in rungs("patterns", "read-off", ask)[1]


def test_a_neg_gate_turns_the_sign() -> None:
    told = "turns the sign: its input gets the upstream with its sign turned."
    assert rungs("longer-circuit", "minus")[0].endswith(told)


def test_what_was_copied_is_added_up() -> None:
    assert rungs("write-the-gates", "copies")[-3:] == [
        "y was copied to fit, as at a fork: what the copies hear is added up.",
        "The chain rule: ∂f/∂y = sum(∂f/∂z * x)",
        "With the numbers in place: ∂f/∂y = sum([1, 1, 1] * [1, 2, 4])",
    ]


def test_a_solution_in_words() -> None:
    course = COURSES["write-the-gates"]
    step = next(each for each in course.lesson.steps if each.name == "matmul-shape")
    assert course.solution(step, 0) == "The shape of ∂f/∂W is 2×2"


def test_an_l2_gate() -> None:
    assert "f, an L2 gate," in rungs("matrices", "back-through-the-norm", 1)[0]


# Names


@pytest.mark.parametrize("name", COURSES)
def test_no_hint_has_a_name_that_was_never_shown(name: str) -> None:
    course = COURSES[name]
    for step in course.lesson.steps:
        about = [each for each in course.lesson.steps if each.circuit == step.circuit]
        if step.circuit is None or any(each.picture for each in about):
            continue
        texts = " ".join(each.text for each in about)
        graph = course.scene(step.circuit).case.graph
        names = {name for name, gate in zip(graph.names, graph.gates, strict=True) if gate}
        shown = set(re.findall(r"\w+", texts)) | {ask.name for each in about for ask in each.asks}
        for ask, asked in enumerate(step.asks):
            if not isinstance(asked, CodeAsk):
                told = " ".join(course.hints(step, ask)[len(step.hints_for(asked.name)) :])
                hidden = {n for n in names - shown if re.fullmatch(r"q\d*", n)}
                assert not hidden & set(re.findall(r"\w+", told)), told


@pytest.mark.parametrize(
    ("name", "step", "formula"),
    [
        ("patterns", "from-the-right", "slope = (max(3 + h, 3) - max(3, 3)) / h"),
        ("vectors", "full", "mebibytes = bytes / 1024^2"),
        ("checking-gradients", "relative", "error = abs(a - n) / max(abs(a), abs(n))"),
        ("small-network", "one-step", "v1_new = v1 - rate * g"),
    ],
)
def test_the_formula_stands_in_place_of_a_hidden_step(name: str, step: str, formula: str) -> None:
    ask = 2 if step == "full" else 0
    assert f"Its formula: {formula}" in rungs(name, step, ask)


def test_a_reason_has_no_hidden_name_either() -> None:
    reason = wrong("patterns", "from-the-right", 0, "7")
    assert not re.search(r"\bq\d", reason), reason
    assert "(max((3 + h), 3) - max(3, 3)) / h" in reason


# Questions with more to say than wrong


def test_the_number_of_a_formula_is_not_called_wrong() -> None:
    right = "Right for the numbers of this circuit. A formula is asked"
    assert wrong("chain-rule", "as-a-formula", 0, "-4").startswith(right)
    assert wrong("matrices", "outer", 0, "[[.088, .176], [.104, .208]]").startswith(right)
    assert wrong("chain-rule", "as-a-formula", 0, "4").startswith("A formula is asked")


def test_a_choice_about_values_is_not_told_of_products() -> None:
    assert "on which side of 0" in wrong("computation-graphs", "down", 0, "1")
    assert "one edge at a time" in wrong("chain-rule", "direction", 0, "1")


def test_the_steepest_of_a_tie_can_be_chosen() -> None:
    assert wrong("chain-rule", "meaning", 0, "2").startswith("Right.")


def test_digits_that_are_the_point_must_be_there() -> None:
    assert "more digits" in wrong("checking-gradients", "ten-times-smaller", 0, "12")
    assert wrong("checking-gradients", "ten-times-smaller", 0, "12.0001").startswith("Right.")


@pytest.mark.parametrize("answer", ["[30 -40]", "[ 1. -2.  3.]", "[[1 -2] [3 4]]"])
def test_a_minus_that_belongs_to_an_element_is_not_taken_for_a_difference(answer: str) -> None:
    assert "a list is written" in wrong("vectors", "product", 1, answer)


@pytest.mark.parametrize("answer", ["[1, -2, 3]", "[3 - 2, -2, 3]", "[1,-2,3]"])
def test_lists_with_a_minus(answer: str) -> None:
    assert wrong("vectors", "product", 1, answer).startswith("Right.")


def test_the_gradients_of_a_matrix_gate_are_those_of_a_number() -> None:
    assert wrong("write-the-gates", "matmul-by-hand", 0, "[7, 10]").startswith("Right.")
    assert wrong("write-the-gates", "matmul-shape", 0, "2x2").startswith("Right.")
    assert rungs("write-the-gates", "matmul-by-hand")[-1].startswith(
        "With the numbers in place: ∂f/∂x"
    )


@pytest.mark.parametrize(
    ("step", "ask", "answer", "told"),
    [
        ("the-sum", 0, "-10", "Another operation was done. x * y was"),
        ("the-sum", 0, "q = -10", "Another operation was done. x * y was"),
        ("the-sum", 0, "7", "A sign is not right. y - x was"),
        ("the-sum", 0, "-3", "The sign is not right"),
        ("the-product", 0, "-1", "Another operation was done. q + z was"),
        ("names", 2, "-4", "Two mistakes explain this equally well"),
        ("twice", 0, "2", "The other one was taken. min(x, y) was"),
        ("twice", 0, "5", "This is not what"),
    ],
)
def test_slips_of_the_forward_pass_are_told(step: str, ask: int, answer: str, told: str) -> None:
    assert wrong("computation-graphs", step, ask, answer).startswith(told)


# Pictures


def test_no_value_stands_beside_a_foreign_gate() -> None:
    course = COURSES["small-network"]
    number = next(k for k in range(course.count) if course.step(k).name == "second-layer")
    before = {(number - 1, ask): "solved" for ask in range(4)}
    reply = typed(course, State(number - 1, 3, before), course.right(course.step(number - 1), 3))
    (picture,) = [block for block in reply.blocks if isinstance(block, Picture)]
    shown = "\n".join(line.plain for line in lines_of(picture, Look(80, 6)))
    assert "h2=0  │" in shown


def test_a_product_of_vectors_is_told_from_their_dot_product() -> None:
    trace = COURSES["vectors"].scene("product").trace
    assert "p = x ⊙ y = [4, 0, -15]" in in_words(trace, Look(80, 6))
    trace = COURSES["vectors"].scene("full").trace
    assert "numbers = n·n" in in_words(trace, Look(80, 6))


# Hints of questions


BOUND = SMALL.replace(
    'hints = ["From the end."]', 'hints = { "df/dz" = ["From the end."], "∂f/∂q" = ["Switched."] }'
)


def test_a_hint_may_belong_to_one_question() -> None:
    course = course_of(BOUND)
    told = [course.hints(course.step(2), ask)[0] for ask in range(3)]
    assert told[0].startswith("Here the backward pass starts")
    assert told[1:] == ["From the end.", "Switched."]


@pytest.mark.parametrize(
    ("hints", "complaint"),
    [
        ('{ "df/dx" = ["Nothing."] }', "there is a hint for 'df/dx', which is not asked"),
        ('{ "df/dz" = "Nothing." }', "'hints' must be texts, or a table"),
        ('"Nothing."', "'hints' must be texts, or a table"),
        ("[1]", "'hints' must be texts, or a table"),
    ],
)
def test_hints_that_cannot_be_read(hints: str, complaint: str) -> None:
    with pytest.raises(BackpropError, match=r"small\.toml, line") as caught:
        lesson(SMALL.replace('["From the end."]', hints))
    assert complaint in caught.value.report()


# Fresh problems in the course of the lessons


def gates_of(name: str) -> set[str]:
    """The gates of the fresh problems of a lesson, and "fork" where there is one."""
    found = set()
    for learner in ("ada", "bob", "cy"):
        course = Course(COURSES[name].lesson, learner)
        for number in range(len(course.lesson.steps), course.count):
            graph = course.scene(course.step(number).circuit or "").case.graph
            found |= {gate.name for gate in graph.gates if gate is not None}
            used = [arg for args in graph.args for arg in args if arg not in graph.constants]
            found |= {"fork"} if len(used) > len(set(used)) else set()
    return found


@pytest.mark.slow
def test_fresh_problems_keep_to_what_was_taught() -> None:
    taught = {"add", "mul"}
    assert gates_of("chain-rule") <= taught
    taught |= {"exp", "neg", "1/x", "square"}
    assert gates_of("longer-circuit") <= taught
    taught |= {"sigmoid"}
    assert gates_of("sigmoid-gate") <= taught
    taught |= {"max", "min", "relu", "sub"}
    assert gates_of("patterns") <= taught
    assert "fork" in gates_of("forks")


def test_back_goes_one_question_back_into_the_step_before() -> None:
    course = course_of()
    *_, last = through(course, ["", "3", "-12", "back"])
    assert (last.state.step, last.state.ask) == (1, 1)
    assert [type(block).__name__ for block in last.blocks] == ["Prose", "Picture"]
    assert typed(course, last.state, "-12").state.step == 2


LONG = "first*second + third*fourth + fifth*sixth"


@pytest.mark.parametrize(
    ("program", "called"),
    [
        (f"f = ({LONG}) * z", f"({LONG.replace('*', ' * ')})"),
        (f"inner = {LONG}; f = inner * z", "inner"),
    ],
)
def test_a_name_that_only_the_program_gave_is_never_said(program: str, called: str) -> None:
    inputs = ", ".join(
        f"{name} = {n}" for n, name in enumerate(LONG.replace("*", " + ").split(" + "), 2)
    )
    text = SMALL.partition("[[steps]]")[0].replace("q = x + y; f = q * z", program)
    text = text.replace("x = -2, y = 5", inputs)
    text += '[[steps]]\ntext = "Go."\ncircuit = "main"\npicture = false\nask = "df/dz"\n'
    course = Course(lesson(text), "ada")
    assert f"At f = {called} * z the upstream was passed on as it is" in said(
        typed(course, State(), "1")
    )
