"""What follows from an answer: right goes on; wrong is told why, and the second time a hint."""

from dataclasses import replace

from backprop_cli.exercises.marking.result import Verdict
from backprop_cli.exercises.model.reason import Reason, ReasonCode
from backprop_cli.exercises.wording import worded
from backprop_cli.lessons.asks.ask import Judged, Spot
from backprop_cli.lessons.model.blocks import Block, Says
from backprop_cli.lessons.model.course import Course
from backprop_cli.lessons.session.navigation import asked_at, go_on, known, name_of
from backprop_cli.lessons.session.state import SKIPPED, SOLVED, Event, Reply, State, Tried

NOT_IT = Reason(ReasonCode.NOT_IT)


def answered(course: Course, state: State, line: str) -> Reply:
    """What follows from a line, or from a file, that answers the present question."""
    step = course.step(state.step)
    if line and line == state.tried.source:
        # Whoever saves a file and then presses Enter has not tried twice.
        same = Says("note", "Nothing has changed since it was checked.")
        return Reply(state, (same, Says("wrong", state.tried.reason)))
    judged = course.judge(step, state.ask, line, known(course, state))
    if judged.verdict is Verdict.BLANK:
        return says(state, "note", "Type an answer, or hint, show, skip, help.")
    if judged.verdict is Verdict.CORRECT:
        return passed(course, state, SOLVED, Says("right", "Right."), answer=line)
    if judged.verdict is not Verdict.WRONG:
        return says(state, "note", judged.reason)
    return _was_wrong(course, state, line, judged)


def _was_wrong(course: Course, state: State, line: str, judged: Judged) -> Reply:
    """Say why; the same mistake a second time brings the next hint too."""
    step = course.step(state.step)
    asked = step.asks[state.ask]
    remark = asked.remark(Spot(course, step, state.ask), line)
    reason = worded(remark or judged.why) or worded(NOT_IT)
    idea = ", ".join(judged.mistakes) or " ".join(line.split())
    event = Event("tried", step.name, asked.name, _told(line), judged.mistakes)
    if asked.code:
        # Another fault has hints of its own, and the file is never the same twice.
        idea = ", ".join(judged.faults)
        rungs = state.rungs if judged.faults == state.tried.faults else 0
        state = replace(state, tried=Tried(line, reason, judged.faults), rungs=rungs)
    reply = Reply(state, (Says("wrong", reason),), (event,))
    if idea not in state.wrong:
        return reply._replace(state=replace(state, wrong=state.wrong | {idea}))
    hinted = hint(course, state, "")
    return Reply(hinted.state, reply.blocks + hinted.blocks, reply.events + hinted.events)


def passed(course: Course, state: State, outcome: str, *said: Block, answer: str = "") -> Reply:
    """Note what became of the present question, and go on."""
    step = course.step(state.step)
    event = Event(outcome, step.name, name_of(course, state), _told(answer))
    here = (state.step, state.ask)
    # What was shown once stays shown, even if it is typed afterwards.
    became = state.outcomes.get(here, outcome)
    became = outcome if became == SKIPPED else became
    state = replace(state, outcomes={**state.outcomes, here: became})
    return go_on(course, state, event, *said)


def _told(answer: str) -> str:
    """The answer as it is remembered: of a file the length only."""
    rows = answer.strip().splitlines()
    return f"{len(rows)} lines" if len(rows) > 1 else answer.strip()[:200]


def hint(course: Course, state: State, rest: str = "") -> Reply:
    """The next rung of the ladder."""
    if asked_at(course, state) is None:
        return says(state, "note", "Nothing is asked here. Press Enter to continue.")
    step = course.step(state.step)
    rungs = course.hints(step, state.ask, state.tried.faults)
    if state.rungs >= len(rungs):
        last = rungs[-1:] or ["There is no hint here."]
        return Reply(state, (Says("hint", last[0]), Says("note", "That was the last hint.")))
    event = Event("hinted", step.name, name_of(course, state))
    text = course.filled_in(rungs[state.rungs], step.circuit)
    return Reply(replace(state, rungs=state.rungs + 1), (Says("hint", text),), (event,))


def says(state: State, kind: str, text: str) -> Reply:
    """A sentence, after which the learner stays at the same place."""
    return Reply(state, (Says(kind, text),))
