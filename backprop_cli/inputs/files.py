"""Read formulas and values from files, none of which is trusted."""

import os
import re
import stat
from pathlib import Path
from typing import IO, Any

from backprop_cli.errors import BackpropError, inert
from backprop_cli.graph.shapes import MAX_ELEMENTS
from backprop_cli.inputs.values import Value, as_value
from backprop_cli.language.lexer import MAX_SOURCE

MAX_BYTES = 8 * MAX_ELEMENTS + 4096
"""The largest file of values: half a GiB of doubles and a header."""

KINDS = (".npy", ".npz", ".json", ".csv")


def read_formula(path: str) -> str:
    """The text of a formula file.

    Raises:
        BackpropError: if it is missing, too large or no text.
    """
    with _opened(path, "formula") as file:
        return decode(file.read(MAX_SOURCE + 1), path)


def decode(data: bytes, path: str) -> str:
    """The text of the bytes of a formula, from a file or from standard input."""
    if len(data) > MAX_SOURCE:
        raise BackpropError(f"{inert(path)} is larger than {MAX_SOURCE // 2**20} MiB")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise BackpropError(f"{inert(path)} is not a text file in UTF-8") from None
    if "\0" in text:
        raise BackpropError(f"{inert(path)} is a binary file, not a formula")
    return text.replace("\r\n", "\n")


def _opened(path: str, what: str, regular: bool = False) -> IO[bytes]:
    """The file, open to read; a folder, a missing or an unreadable file is an error."""
    try:
        if Path(path).is_dir():
            raise BackpropError(f"{inert(path)} is a folder, not a {what} file")
        if regular and not stat.S_ISREG(os.stat(path).st_mode):
            # Looked up before it is opened: a pipe that nobody writes to would never open.
            raise BackpropError(f"{inert(path)} is not a regular file")
        return open(path, "rb")
    except FileNotFoundError:
        raise BackpropError(f"there is no file {inert(path)}") from None
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise BackpropError(f"{inert(path)} cannot be read: {inert(reason)}") from None


def read_array(name: str, path: str) -> Value:
    """The value of the input `name` from a .npy, .npz, .json or .csv file.

    A .npz archive or a JSON object with more than one value gives the one called `name`.

    Raises:
        BackpropError: if the file is missing, too large, of another kind, or no numbers.
    """
    suffix = Path(path).suffix.lower()
    if suffix not in KINDS:
        raise BackpropError(
            f"@{inert(path)}: values are read from {', '.join(KINDS)} files",
            hint="pickles and programs are never loaded" if suffix in _PICKLES else None,
        )
    most = MAX_BYTES if suffix in (".npy", ".npz") else MAX_SOURCE
    with _opened(path, "value", regular=True) as file:
        if os.fstat(file.fileno()).st_size > most:
            raise BackpropError(f"{inert(path)} is too large: at most {most // 2**20} MiB")
        return as_value(name, _READERS[suffix](file, name, path))


_PICKLES = (".pkl", ".pickle", ".pt", ".pth", ".py", ".joblib")


def _npy(file: IO[bytes], name: str, path: str) -> Any:
    import numpy as np

    try:
        # A pickle inside would be a program: it is not unpacked.
        return np.load(file, allow_pickle=False)
    except Exception as error:  # NumPy raises a dozen kinds for a damaged header
        raise BackpropError(f"{inert(path)} {_not_an_array(str(error))}") from None


def _not_an_array(reason: str) -> str:
    if "pickle" in reason.lower():
        return "holds a pickle, which could run a program: it is not loaded"
    return "is not an array that NumPy saved, or it is damaged"


def _npz(file: IO[bytes], name: str, path: str) -> Any:
    import zipfile

    import numpy as np

    try:
        with zipfile.ZipFile(file) as archive:
            names = [item.removesuffix(".npy") for item in archive.namelist()]
            chosen = _chosen(names, name, path)
            # What an archive unpacks to can be a thousand times its size.
            if archive.getinfo(f"{chosen}.npy").file_size > MAX_BYTES:
                raise BackpropError(f"{inert(path)} unpacks to more than {MAX_BYTES // 2**20} MiB")
        file.seek(0)
        with np.load(file, allow_pickle=False) as arrays:
            return arrays[chosen]
    except BackpropError:
        raise
    except Exception as error:  # so do archives: encrypted, unknown methods, wrong sums
        raise BackpropError(f"{inert(path)} {_not_an_array(str(error))}") from None


def _chosen(names: list[str], name: str, path: str) -> str:
    """Which of several values is meant: the one called as the input, or the only one."""
    if name in names:
        return name
    if len(names) == 1:
        return names[0]
    listed = f"{', '.join(map(inert, names[:10]))}{', …' if len(names) > 10 else ''}"
    what = f"{inert(path)} has no value called '{name}'"
    raise BackpropError(what, hint=f"it has {listed or 'none'}")


def _json(file: IO[bytes], name: str, path: str) -> Any:
    data = parse_json(file.read(MAX_SOURCE), path)
    if isinstance(data, dict):
        data = data[_chosen(list(data), name, path)]
    return data


def parse_json(data: bytes, path: str) -> Any:
    """The content of a JSON file; a key given twice is an error.

    Raises:
        BackpropError: if it is not JSON, or is nested too deeply.
    """
    import json

    def once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for key, value in pairs:
            if key in found:
                raise BackpropError(f"{inert(path)}: '{inert(key)}' is given twice")
            found[key] = value
        return found

    try:
        return json.loads(data, object_pairs_hook=once)
    except json.JSONDecodeError as error:
        where = f"line {error.lineno}, column {error.colno}"
        raise BackpropError(f"{inert(path)} is not JSON: {error.msg} ({where})") from None
    except UnicodeDecodeError:
        raise BackpropError(f"{inert(path)} is not JSON") from None
    except ValueError:
        raise BackpropError(f"{inert(path)}: a number has too many digits") from None
    except RecursionError:
        raise BackpropError(f"{inert(path)} is nested too deeply") from None


def _csv(file: IO[bytes], name: str, path: str) -> Any:
    import csv
    import io
    from array import array

    import numpy as np

    # Eight bytes a number: a list of lists would take fifteen times as much.
    numbers, widths = array("d"), set()
    text = io.TextIOWrapper(file, encoding="utf-8-sig", newline="")
    try:
        for number, row in enumerate(csv.reader(text), start=1):
            cells = [cell.strip() for cell in row]
            if any(cells):
                numbers.extend(_csv_row(cells, number, path))
                widths.add(len(cells))
    except (csv.Error, UnicodeDecodeError):
        raise BackpropError(f"{inert(path)} is not a table of numbers") from None
    finally:
        text.detach()
    if len(widths) > 1:
        raise BackpropError(f"{inert(path)}: the rows differ in length")
    rows = np.array(numbers).reshape(-1, *widths)
    # One row or one column is a vector.
    return rows.ravel() if 1 in rows.shape else rows


def _csv_row(cells: list[str], number: int, path: str) -> list[float]:
    try:
        return [float(cell) for cell in cells]
    except ValueError:
        row = ",".join(cells)
        what = f"{inert(path)}, row {number}: '{inert(row[:40])}' is not all numbers"
        raise BackpropError(what, hint=_csv_hint(row, number)) from None


def _csv_hint(row: str, number: int) -> str | None:
    if "" in row.split(","):
        return "a cell is empty"
    if re.search(r"\d[;\s]", row):
        return "numbers are separated by commas"
    return "a table of values has no header" if number == 1 else None


_READERS = {".npy": _npy, ".npz": _npz, ".json": _json, ".csv": _csv}


def read_inputs(path: str) -> dict[str, Any]:
    """The values that a .toml or .json file gives: name -> number, list or text.

    Raises:
        BackpropError: if the file is missing, too large, not a table, or not in the format.
    """
    suffix = Path(path).suffix.lower()
    if suffix not in (".toml", ".json"):
        raise BackpropError(f"{inert(path)}: inputs are read from .toml and .json files")
    with _opened(path, "inputs", regular=True) as file:
        data = file.read(MAX_SOURCE + 1)
    if len(data) > MAX_SOURCE:
        raise BackpropError(f"{inert(path)} is larger than {MAX_SOURCE // 2**20} MiB")
    table = parse_json(data, path) if suffix == ".json" else _parse_toml(data, path)
    if not isinstance(table, dict):
        raise BackpropError(f"{inert(path)} does not give names and values")
    return table


_DOTTED = re.compile(r"""(?:\.[ \t]*+(?:[\w-]++|"[^"\n]*+"|'[^'\n]*+')[ \t]*+){50}""")
"""A key of fifty parts. The memory that tomllib takes for a key grows with the parts squared."""


def _parse_toml(data: bytes, path: str) -> Any:
    import tomllib

    try:
        text = data.decode("utf-8-sig")
        if _DOTTED.search(text):
            raise RecursionError
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise BackpropError(f"{inert(path)} is not TOML: {inert(str(error))}") from None
    except UnicodeDecodeError:
        raise BackpropError(f"{inert(path)} is not a text file in UTF-8") from None
    except ValueError:
        raise BackpropError(f"{inert(path)}: a number has too many digits") from None
    except RecursionError:
        raise BackpropError(f"{inert(path)} is nested too deeply") from None
