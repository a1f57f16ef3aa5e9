"""A session: what is typed goes in, what is shown and remembered comes out."""

import pytest
from learning import SMALL, course_of, events, lesson, said, through

from backprop_cli.lessons.model.blocks import Explained, Help, Picture, Prose, TraceSoFar
from backprop_cli.lessons.model.course import Course
from backprop_cli.lessons.session.session import prompt, typed
from backprop_cli.lessons.session.state import State


def test_it_begins_with_a_text_and_enter_goes_on() -> None:
    course = course_of()
    first, second = through(course, [""])
    assert [type(block).__name__ for block in first.blocks] == ["Title", "Prose", "Prose"]
    assert prompt(course, first.state) == "Press Enter to continue > "
    assert isinstance(second.blocks[-1], Picture)
    assert prompt(course, second.state) == "q = "


def test_what_is_typed_where_nothing_is_asked() -> None:
    *_, reply = through(course_of(), ["12"])
    assert said(reply) == "Nothing is asked here. Press Enter to continue; help says more."
    assert reply.state.step == 0


def test_the_picture_fills_in_as_answers_come() -> None:
    course = course_of()
    replies = through(course, ["", "3", "-12", "1"])
    (picture,) = [b for b in replies[3].blocks if isinstance(b, Picture)]
    graph = picture.trace.graph
    q, f = graph.names.index("q"), graph.names.index("f")
    assert (picture.trace.values[q], picture.trace.values[f]) == (3, -12)
    assert picture.trace.arrived == [None] * len(graph)
    (text,) = [b for b in replies[3].blocks if isinstance(b, Prose)]
    assert text.text == "The gradients. `f` was -12."


def test_what_was_skipped_is_not_filled_in() -> None:
    replies = through(course_of(), ["", "skip", "-12"])
    (picture,) = [b for b in replies[3].blocks if isinstance(b, Picture)]
    graph = picture.trace.graph
    assert picture.trace.values[graph.names.index("q")] is None
    assert picture.trace.values[graph.names.index("f")] == -12


def gradients(course: Course) -> State:
    return through(course, ["", "3", "-12"])[-1].state


def test_a_wrong_answer_is_told_why_and_never_the_key() -> None:
    course = course_of()
    replies = through(course, ["1", "-4"], gradients(course))
    assert said(replies[-1], "wrong").startswith("The mul gate is not switched.")
    assert "= 3" not in said(replies[-1])
    assert events(replies)[-1] == ("tried", "gradients", "df/dz", "-4", ("mul-not-switched",))


def test_the_same_mistake_twice_brings_the_next_hint_and_another_does_not() -> None:
    course = course_of()
    replies = through(course, ["1", "-4", "17", "-4"], gradients(course))
    assert [said(reply, "hint") for reply in replies[1:]] == ["", "", "", "From the end."]


@pytest.mark.parametrize("answer", ["3", "3.0", "6/2", " 3 ", "= 3", "df/dz = 3", "-2 + 5", "√9"])
def test_an_equivalent_answer_is_right(answer: str) -> None:
    course = course_of()
    reply = through(course, ["1", answer], gradients(course))[-1]
    assert said(reply, "right") == "Right."


@pytest.mark.parametrize("answer", ["three", "3,5", "q", "[1, 2]", "\x1b[31m3", "9" * 5000, "((("])
def test_what_cannot_be_read_is_no_mistake(answer: str) -> None:
    course = course_of()
    reply = through(course, ["1", answer], gradients(course))[-1]
    assert reply.state.ask == 1
    assert reply.events == () or reply.events[0].mistakes == ()


def test_the_ladder_of_hints() -> None:
    course = course_of()
    replies = through(course, ["1", *["hint"] * 6], gradients(course))
    assert [said(reply) for reply in replies[2:]] == [
        "From the end.",
        "z feeds f, a mul gate, which switches: each input gets the upstream times the other "
        "input's value.",
        "The chain rule: ∂f/∂z = ∂f/∂f · q",
        "With the numbers in place: ∂f/∂z = 1 * 3",
        "With the numbers in place: ∂f/∂z = 1 * 3 That was the last hint.",
        "With the numbers in place: ∂f/∂z = 1 * 3 That was the last hint.",
    ]


def test_show_counts_as_shown_even_if_it_is_typed_afterwards() -> None:
    course = course_of()
    replies = through(course, ["1", "show", "back", "3"], gradients(course))
    assert said(replies[2], "solution") == "∂f/∂z = 1 * 3 = 3"
    assert replies[-1].state.outcomes[2, 1] == "shown"


def test_skip_then_back_then_solved_is_solved() -> None:
    course = course_of()
    replies = through(course, ["skip", "back", "1"], gradients(course))
    assert replies[-1].state.outcomes[2, 0] == "solved"


def test_what_is_told_after_a_step_is_kept_back_while_a_question_is_skipped() -> None:
    course = course_of()
    told = "So `q` has -4."
    for lines, tells in [
        (["1", "3", "-4"], True),
        (["1", "3", "show"], True),
        (["1", "3", "skip"], False),
        (["skip", "3", "-4"], False),
        (["1", "skip", "back", "3", "-4"], True),
    ]:
        reply = through(course, lines, gradients(course))[-1]
        texts = [block.text for block in reply.blocks if isinstance(block, Prose)]
        assert (told in texts) == tells, lines


def test_why_tells_what_is_known_and_no_more() -> None:
    course = course_of()
    *_, reply = through(course, ["1", "why"], gradients(course))
    (block,) = reply.blocks
    assert isinstance(block, TraceSoFar)
    known = [g for g in block.trace.arrived if g is not None]
    assert known == [1]


def test_play_explains_any_formula_and_the_lesson_waits() -> None:
    course = course_of()
    state = gradients(course)
    for line, inputs in [
        ("play a*b --a 2 --b -3", {"a": 2, "b": -3}),
        ('play "x * y"', {"x": -2, "y": 5}),
        ("play 2x", {"x": -2}),
        ("play q = a + 1; f = q^2 --a=1/2", {"a": 0.5}),
    ]:
        reply = typed(course, state, line)
        (block,) = reply.blocks
        assert isinstance(block, Explained)
        assert block.trace.inputs == inputs
        assert reply.state == state
    for line in ("play", "play 2 +", "play a*b --a 1", "play sin(a) --a nonsense"):
        assert said(typed(course, state, line), "problem")


def test_a_finished_lesson_says_how_to_begin_anew() -> None:
    course = course_of()
    (reply,) = through(course, [], State(finished=True))
    assert "backprop learn --reset small begins it anew" in said(reply)


def test_help_and_quit() -> None:
    course = course_of()
    *_, helped = through(course, ["help"])
    assert isinstance(helped.blocks[0], Help)
    *_, left = through(course, ["quit"])
    assert left.state.left


def test_words_of_commands_may_be_written_in_capitals() -> None:
    *_, reply = through(course_of(), ["", "HINT"])
    assert said(reply, "hint")


@pytest.mark.parametrize(
    ("answer", "right"), [("1", False), ("2", True), ("df/dz", True), ("z", True), ("∂f/∂x", False)]
)
def test_a_choice_by_its_number_or_its_name(answer: str, right: bool) -> None:
    course = course_of()
    reply = typed(course, State(3), answer)
    assert (reply.state.step == 4) == right


@pytest.mark.parametrize("answer", ["0", "3", "both", "-1", "1.5", "²"])
def test_no_choice(answer: str) -> None:
    course = course_of()
    reply = typed(course, State(3), answer)
    assert said(reply).startswith("It cannot be read")
    assert reply.events == ()


def test_fresh_problems_are_ones_own_and_stay_the_same() -> None:
    programs = {
        (learner, draw): tuple(
            (step.text, str(course.scene(step.circuit).case.inputs))
            for step in map(Course.step, [course] * 3, range(4, 7))
        )
        for learner in ("ada", "bob")
        for draw in ("1", "2")
        for course in [Course(lesson(), learner, draw)]
    }
    assert len(set(programs.values())) == 4
    again = Course(lesson(), "ada", "1")
    assert programs["ada", "1"][0][0] == again.step(4).text


def test_drawn_inputs_follow_the_learner() -> None:
    text = SMALL.replace("x = -2", "x = { from = -9, to = -2 }")
    seen = {Course(lesson(text), name).scene("main").case.inputs["x"] for name in "abcdefgh"}
    assert len(seen) > 2


PLANTED = SMALL.replace(
    "inputs = { x = -2, y = 5, z = -4 }",
    'inputs = { x = -2, y = 5, z = -4 }\nwrong-line = { mistake = "mul-not-switched", at = "f" }',
)


def test_a_wrong_line_is_found_and_named() -> None:
    asked = PLANTED.replace('ask = ["q", "f"]', 'ask = "wrong line"').replace(
        'choose = "largest(df/dx, df/dz)"', 'choose = "mistake(base-case, mul-not-switched)"'
    )
    course = Course(lesson(asked), "ada")
    first, wrong, right = through(course, ["1", "2"], State(1))
    derivation = next(b for b in first.blocks if type(b).__name__ == "Derivation")
    assert [line.name for line in derivation.lines][:2] == ["df/df", "df/dz"]
    assert said(wrong, "wrong") == "This line is right: the wrong one comes later."
    assert said(right, "right") == "Right."
    assert typed(course, State(3), "2").state.step == 4
    assert typed(course, State(3), "1").state.step == 3
