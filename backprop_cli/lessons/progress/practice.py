"""Make practice: for each card that was chosen a fresh problem in which its mistake would show."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from backprop_cli.errors import BackpropError
from backprop_cli.exercises.authoring.exercise_file import read_exercise
from backprop_cli.exercises.diagnosis.diagnosis import Candidate, Hypotheses, PredictedAnswers
from backprop_cli.exercises.diagnosis.hypotheses import singles
from backprop_cli.exercises.generate.compose import ExerciseRequest, draft
from backprop_cli.exercises.generate.levels import LEVELS, fresh
from backprop_cli.exercises.generate.stable_random import StableRandom
from backprop_cli.exercises.generate.vector_formulas import FreshFormula
from backprop_cli.exercises.mistakes.mistake import AnswerChange, Mistake, PassChange
from backprop_cli.exercises.mistakes.table import BY_NAME
from backprop_cli.exercises.model.case import Case
from backprop_cli.exercises.model.exercise import AtStep, Drawn, Exercise
from backprop_cli.exercises.model.tolerance import apart
from backprop_cli.exercises.model.variants import UNSOUND, Variants
from backprop_cli.gates.value import known
from backprop_cli.graph.build import build
from backprop_cli.language.parser import parse
from backprop_cli.lessons.asks.question import QuestionAsk
from backprop_cli.lessons.authoring.asks import questions_about
from backprop_cli.lessons.model.fresh import expanded, given_with, problem, questions_of
from backprop_cli.lessons.model.lesson import Fresh, Lesson, LessonStep
from backprop_cli.lessons.progress.schedule import LESSON, PRACTICE, Due

DRAWS = 25
"""Fresh formulas of a level among which one is looked for in which the mistake can be made."""

MOST_ASKED = 2

ANY = Fresh(2, "", {}, ("inputs",))
"""What is practised where nothing nearer is found."""


def practice(
    due: Sequence[Due], lessons: Mapping[str, Lesson], keys: Sequence[str | int], now: datetime
) -> Lesson:
    """A lesson of fresh problems.

    Args:
        due: what is practised.
        lessons: those there are, by name.
        keys: from these the problems follow.
        now: for saying why each was chosen.
    """
    steps: list[LessonStep] = []
    circuits: dict[str, Exercise] = {}
    for number, card in enumerate(due, start=1):
        name = f"{card.card}.{'-'.join(map(str, keys[1:]))}-{number}"
        step, exercise = _problem(card, lessons, (*keys, number), name)
        head = f"**Problem {number} of {len(due)}.** {why(card, lessons, now)}"
        steps.append(replace(step, text=f"{head}\n\n{step.text}"))
        circuits[name] = exercise
    summary = "Fresh problems on what went wrong, or was not looked at for long."
    return Lesson(
        PRACTICE, "Practice", 2 * len(due), summary, circuits, tuple(steps), (), PRACTICE, ""
    )


def why(card: Due, lessons: Mapping[str, Lesson], now: datetime) -> str:
    """Why a card was chosen, in a sentence or two."""
    name = card.card.removeprefix(LESSON)
    if card.card.startswith(LESSON):
        what = f"The lesson “{lessons[name].title if name in lessons else name}”"
    else:
        title = BY_NAME[name].title if name in BY_NAME else name
        what = f"The mistake “{title}”"
    times = {0: "never went wrong", 1: "went wrong once", 2: "went wrong twice"}
    often = times.get(card.wrong, f"went wrong {card.wrong} times")
    when = "it is due" if card.due <= now else f"not due before {card.due.date()}, but the weakest"
    return f"{what} {often}; {when}."


def _problem(
    card: Due, lessons: Mapping[str, Lesson], keys: Sequence[str | int], name: str
) -> tuple[LessonStep, Exercise]:
    mistake = BY_NAME.get(card.card)
    found = _for_mistake(mistake, keys, name) if mistake else None
    if found is not None:
        return found
    lesson = lessons.get(card.card.removeprefix(LESSON))
    wishes = lesson.fresh if lesson and lesson.fresh else (ANY,)
    wish = StableRandom("wish", *keys).choice(wishes)
    exercise = problem(wish, keys)
    given = questions_about(given_with(exercise.graph, wish.ask), exercise)
    asks = map(QuestionAsk, questions_about(expanded(exercise.graph, wish.ask), exercise))
    text = f"`{exercise.the_circuit.program}`"
    return LessonStep(name, text, name, given, asks=tuple(asks)), exercise


# Problems in which a mistake would show


def _for_mistake(
    mistake: Mistake, keys: Sequence[str | int], name: str
) -> tuple[LessonStep, Exercise] | None:
    """A fresh formula in which the mistake can be made, asked at the step where it is made."""
    is_about_answer = isinstance(mistake.change, AnswerChange)
    for program, drawn in _formulas(mistake, keys):
        shapes = {each: how.shape for each, how in drawn.items()}
        graph = build(parse(program), shapes)
        if not is_about_answer and not singles(graph, (mistake,)):
            continue
        seed = "/".join(map(str, keys))
        text = draft(ExerciseRequest(program, ask="gradients", drawn=drawn, seed=seed))
        exercise = read_exercise(text.encode(), PRACTICE)
        if Variants(exercise).cost(1) >= UNSOUND:
            continue
        look = _of_one_question if is_about_answer else _where_it_shows
        step = look(exercise, mistake, name)
        if step is not None:
            return step
    return None


def _formulas(mistake: Mistake, keys: Sequence[str | int]) -> Iterator[FreshFormula]:
    """Formulas in which the mistake can perhaps be made, the easy ones first."""
    if isinstance(mistake.change, PassChange):
        low, high = Drawn(-4, 4, 1, (3,)), Drawn(1, 5, 1)
        for program in mistake.change.practised_on:
            yield FreshFormula(program, {"x": low, "b": high})
    for level in LEVELS:
        for draw in range(DRAWS):
            yield fresh(level, StableRandom("practice", *keys, level, draw))


def _where_it_shows(
    exercise: Exercise, mistake: Mistake, name: str
) -> tuple[LessonStep, Exercise] | None:
    """What to ask: the first gradients that the mistake changes, those before them given."""
    variants = Variants(exercise)
    predicted = variants.predicted(1)
    fixed = replace(exercise.fixed_at(predicted.case.inputs), asked=())
    for candidate in predicted.singles:
        if candidate.explanation[0].mistake is not mistake:
            continue
        changed = [
            place for place in range(len(predicted.key)) if _differs(predicted, candidate, place)
        ]
        told = [place for place in changed if _is_told(predicted, candidate, place)]
        if not told or told[0] != changed[0]:
            continue
        first = changed[0]
        names = [asked.name for asked in exercise.asked]
        given = [*questions_of(predicted.case.graph, "values"), *names[:first]]
        program = exercise.the_circuit.program
        text = f"`{program}`: the pass has come as far as the picture shows. Go on."
        asks = [names[place] for place in told[:MOST_ASKED]]
        return _step(fixed, mistake, name, text, given, asks), fixed
    return None


def _of_one_question(
    exercise: Exercise, mistake: Mistake, name: str
) -> tuple[LessonStep, Exercise] | None:
    """A question by whose answer alone the mistake is known, and what stands before it."""
    fixed = replace(exercise.fixed_at(Variants(exercise).inputs(1)), asked=())
    graph = exercise.graph
    output = graph.names[graph.output]
    asks_of_gates = isinstance(mistake.change, AnswerChange) and mistake.change.asks_of_gates
    for k in range(len(graph) - 1, -1, -1):
        for arg in graph.args[k]:
            of = graph.names[k] if asks_of_gates else output
            if arg in graph.constants:
                continue
            question = f"d{of}/d{graph.names[arg]}"
            try:
                asks = questions_about([question], fixed)
            except BackpropError:
                # A whole Jacobian.
                continue
            if _is_known_by(replace(fixed, asked=asks, step=AtStep()), mistake):
                given = [*questions_of(graph, "values"), f"d{output}/d{graph.names[k]}"]
                text = f"`{exercise.the_circuit.program}`: one derivative is asked."
                return _step(fixed, mistake, name, text, given, [question]), fixed
    return None


def _step(
    exercise: Exercise,
    mistake: Mistake,
    name: str,
    text: str,
    given: Sequence[str],
    asked: Sequence[str],
) -> LessonStep:
    """A step that asks something by which a mistake is told."""
    asks = tuple(map(QuestionAsk, questions_about(asked, exercise)))
    shown = questions_about(given, exercise)
    return LessonStep(name, text, name, shown, asks=asks, catches=(mistake.name,))


def _is_known_by(exercise: Exercise, mistake: Mistake) -> bool:
    """Whether each answer that the mistake gives to the one question is told as this mistake."""
    predicted = PredictedAnswers(Case(exercise, exercise.the_circuit.fixed), Hypotheses(exercise))
    made = [each for each in predicted.singles if each.explanation[0].mistake is mistake]
    return bool(made) and all(_is_told(predicted, each, 0) for each in made)


def _differs(predicted: PredictedAnswers, candidate: Candidate, place: int) -> bool:
    tolerance = predicted.asked[place].tolerance
    return apart(candidate.answers[place], predicted.key[place], tolerance)


def _is_told(predicted: PredictedAnswers, candidate: Candidate, place: int) -> bool:
    """Whether this one answer is enough to know the mistake."""
    found = predicted.explain({place: known(candidate.answers[place])}, in_pairs=False)
    mistake = candidate.explanation[0].mistake
    return any(hypothesis.mistake is mistake for explanation in found for hypothesis in explanation)
