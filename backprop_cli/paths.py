"""Where a user's own files are: in the folder BACKPROP_HOME, or where this system has such things.

Nobody else may read the folders that are made.
"""

import os
from collections.abc import Mapping
from pathlib import Path

from backprop_cli.errors import BackpropError


def home(environment: Mapping[str, str] | None = None) -> Path:
    """The folder of what is to be kept: a learner's progress."""
    given = _given(environment)
    if given:
        return given
    from platformdirs import user_state_path

    return user_state_path("backprop", appauthor=False)


def cache(environment: Mapping[str, str] | None = None) -> Path:
    """The folder of what can be made again: the picture that was shown last."""
    given = _given(environment)
    if given:
        return given
    from platformdirs import user_cache_path

    return user_cache_path("backprop", appauthor=False)


def own_folder(folder: Path) -> Path:
    """Make a folder, and those above it that are missing.

    Raises:
        BackpropError: if it cannot be made.
    """
    try:
        for part in (*reversed(folder.parents), folder):
            if not part.is_dir():
                part.mkdir(mode=0o700, exist_ok=True)
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        what = f"the folder {folder} cannot be made: {reason}"
        raise BackpropError(what, hint="BACKPROP_HOME may name another one") from None
    return folder


def _given(environment: Mapping[str, str] | None) -> Path | None:
    given = (os.environ if environment is None else environment).get("BACKPROP_HOME")
    return Path(given).absolute() if given else None
