"""When to practise what: each mistake and each lesson is a card, which comes back before it fades.

The days between are those of FSRS (py-fsrs), computed anew from what happened each time: nothing
of the scheduler is kept in a file, so a better one may come.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import NamedTuple

from backprop_cli.exercises.mistakes.forward_table import NAMES as FORWARD
from backprop_cli.lessons.progress.progress import Progress, ProgressEvent

PRACTICE = "practice"
"""The lesson under which practice is remembered."""

LESSON = "lesson-"
"""How the name of a card begins that stands for a whole lesson."""

YEARS = range(1970, 3000)
"""The years in which something can have happened: outside, what is due later may have no date."""

AGAIN, HARD, GOOD = 1, 2, 3
"""How a review went: wrong or shown, right with hints, right at once."""


class Review(NamedTuple):
    """That something was tried, and how it went."""

    card: str
    at: datetime
    rating: int


class Due(NamedTuple):
    """A card, and how well it is remembered."""

    card: str
    due: datetime
    recall: float
    """The chance that it is remembered now, from 0 to 1."""
    wrong: int
    """How often it went wrong."""
    reviews: int


def reviews(progress: Progress) -> list[Review]:
    """What happened, as reviews of cards, in order."""
    found: list[Review] = []
    for entry in progress.entries:
        at = time_of(entry)
        if at is not None and entry.lesson != PRACTICE:
            found += _in_lesson(entry, at)
    found += _in_practice(progress.of(PRACTICE))
    return sorted(found, key=lambda review: review.at)


def time_of(entry: ProgressEvent) -> datetime | None:
    """When it happened; None where the file does not say so in a way that can be read."""
    try:
        at = datetime.fromisoformat(entry.at)
    except ValueError:
        return None
    return at if at.tzinfo is not None and at.year in YEARS else None


def _in_lesson(entry: ProgressEvent, at: datetime) -> list[Review]:
    """A mistake of the backward pass is a card that went wrong; for all else the lesson is."""
    if entry.what == "tried" and len(entry.mistakes) == 1 and entry.mistakes[0] not in FORWARD:
        return [Review(entry.mistakes[0], at, AGAIN)]
    if entry.what in ("tried", "shown"):
        return [Review(LESSON + entry.lesson, at, AGAIN)]
    if entry.what == "finished":
        return [Review(LESSON + entry.lesson, at, GOOD)]
    return []


def _in_practice(entries: Iterable[ProgressEvent]) -> list[Review]:
    """Each problem of a practice is one review: as bad as its worst question."""
    problems: dict[str, list[ProgressEvent]] = {}
    for entry in entries:
        if "." in entry.step:
            problems.setdefault(entry.step, []).append(entry)
    found = []
    for step, about in problems.items():
        what = {entry.what for entry in about}
        at = time_of(about[-1])
        if at is None or not what & {"solved", "shown", "tried"}:
            continue
        rating = AGAIN if what & {"tried", "shown"} else HARD if "hinted" in what else GOOD
        found.append(Review(step.rpartition(".")[0], at, rating))
    return found


def cards(progress: Progress, now: datetime) -> list[Due]:
    """All cards of a learner, the most forgotten first."""
    from fsrs import Card, Rating, Scheduler

    # Steps of minutes are for cramming; a lesson was just read, so days are what is wanted.
    scheduler = Scheduler(learning_steps=(), relearning_steps=(), enable_fuzzing=False)
    known: dict[str, Card] = {}
    counts: dict[str, list[int]] = {}
    for card, at, rating in reviews(progress):
        before = known.get(card) or Card(card_id=len(known) + 1, due=at)
        known[card] = scheduler.review_card(before, Rating(rating), at)[0]
        counts.setdefault(card, []).append(rating)
    found = [
        Due(
            name,
            card.due,
            scheduler.get_card_retrievability(card, now),
            counts[name].count(AGAIN),
            len(counts[name]),
        )
        for name, card in known.items()
    ]
    return sorted(found, key=lambda due: (due.recall, due.card))


def chosen(progress: Progress, now: datetime, count: int) -> list[Due]:
    """What to practise now: what is due, then what is remembered least."""
    found = cards(progress, now)
    due = [card for card in found if card.due <= now]
    rest = [card for card in found if card.due > now]
    rest.sort(key=lambda card: (card.wrong == 0, card.recall, card.card))
    return (due + rest)[:count]
