"""Hints one after the other: the author's, then from where to look to the numbers in place."""

from collections.abc import Sequence

from backprop_cli.lessons.model.course import Course
from backprop_cli.lessons.model.lesson import Step


def ladder(course: Course, step: Step, ask: int, faults: Sequence[str] = ()) -> list[str]:
    """The hints for a question; none of them is the bare number.

    Args:
        course: the lesson for this learner.
        step: where the question is asked.
        ask: its place among the questions of the step.
        faults: what was wrong with the class that was checked last: codes and mistakes.
    """
    asked = step.asks[ask]
    return [*asked.authors_hints(step, faults), *asked.hints(course, step, faults)]
