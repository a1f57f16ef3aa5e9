"""What a test needs that not every machine has.

Without it the test is skipped with the reason; where BACKPROP_ALL_TESTS is set, as in `.ci/run`,
it is run all the same and fails.
"""

import os
import shutil
from importlib.util import find_spec

import pytest

ALL = bool(os.environ.get("BACKPROP_ALL_TESTS"))


def program(*names: str) -> pytest.MarkDecorator:
    """One of some programs on the path."""
    found = any(map(shutil.which, names))
    return pytest.mark.skipif(not (found or ALL), reason=f"needs {' or '.join(names)}")


def module(name: str) -> pytest.MarkDecorator:
    """A Python package that is no dependency of ours."""
    return pytest.mark.skipif(not (find_spec(name) or ALL), reason=f"needs the package {name}")
