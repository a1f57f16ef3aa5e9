"""A marked submission as the gradebook keeps it, and back."""

import json

from backprop_cli.grading.record import from_record, outcome
from backprop_cli.grading.result import Graded

__all__ = ["graded_of", "outcome"]


def graded_of(student: str, text: str) -> Graded:
    """The marked submission of a student that `outcome` wrote down.

    Raises:
        ValueError, TypeError, KeyError, AttributeError: if it is not what `outcome` writes.
    """
    return from_record({"student": student, **json.loads(text)})
