from collections.abc import Callable
from pathlib import Path

import pytest

from backprop_cli.batch.submissions.parse import parse
from backprop_cli.batch.submissions.source import SubmissionSource
from backprop_cli.batch.submissions.submission import Submission, UnreadableSubmission

Read = list[Submission | UnreadableSubmission]


@pytest.fixture
def read(tmp_path: Path) -> Callable[..., Read]:
    """Write a file, or none, and read the submissions at its path."""

    def reading(name: str, data: bytes | str | None = None, **options: str) -> Read:
        path = tmp_path / name
        if data is not None:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(data.encode() if isinstance(data, str) else data)
        return [parse(raw) for raw in SubmissionSource([str(path)], **options)]

    return reading
