"""Without dask.distributed, `--cluster` says what to install."""

import sys

import pytest

from backprop_cli.batch.workers import workers
from backprop_cli.errors import BackpropError


def test_what_is_missing_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "distributed", None)
    with pytest.raises(BackpropError, match=r"backprop-cli\[cluster\]"):
        workers(1, "tcp://127.0.0.1:8786")
