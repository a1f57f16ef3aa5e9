"""A marked submission as the gradebook keeps it, and back."""

import json

from backprop_cli.grading.record import from_record, to_record
from backprop_cli.grading.result import Graded


def outcome(graded: Graded) -> str:
    """What a submission earned and why, without whose it is: equal for all who answered so."""
    record = to_record(graded)
    del record["student"]
    return json.dumps(record, separators=(",", ":"))


def graded_of(student: str, text: str) -> Graded:
    """The marked submission of a student that `outcome` wrote down.

    Raises:
        ValueError, TypeError, KeyError, AttributeError: if it is not what `outcome` writes.
    """
    return from_record({"student": student, **json.loads(text)})
