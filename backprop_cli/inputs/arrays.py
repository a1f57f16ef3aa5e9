"""Read a vector or a matrix from a file: .npy, .npz, .json or .csv."""

import os
import re
from os.path import splitext
from typing import IO, Any

from backprop_cli.errors import BackpropError
from backprop_cli.gates.shapes import MAX_ELEMENTS
from backprop_cli.gates.value import Value
from backprop_cli.inputs.files import opened
from backprop_cli.inputs.tables import parse_json
from backprop_cli.inputs.values import as_value
from backprop_cli.language.parsing.lexer import MAX_SOURCE

MAX_BYTES = 8 * MAX_ELEMENTS + 4096
"""The largest file of values: half a GiB of doubles and a header."""

KINDS = (".npy", ".npz", ".json", ".csv")
_PICKLES = (".pkl", ".pickle", ".pt", ".pth", ".py", ".joblib")


def read_array(name: str, path: str) -> Value:
    """The value of the input `name` from a .npy, .npz, .json or .csv file.

    A .npz archive or a JSON object with more than one value gives the one called `name`.

    Raises:
        BackpropError: if the file is missing, too large, of another kind, or no numbers.
    """
    suffix = splitext(path)[1].lower()
    if suffix not in KINDS:
        raise BackpropError(
            f"@{path}: values are read from {', '.join(KINDS)} files",
            hint="pickles and programs are never loaded" if suffix in _PICKLES else None,
        )
    most = MAX_BYTES if suffix in (".npy", ".npz") else MAX_SOURCE
    with opened(path, "value", regular=True) as file:
        if os.fstat(file.fileno()).st_size > most:
            raise BackpropError(f"{path} is too large: at most {most // 2**20} MiB")
        return as_value(name, _READERS[suffix](file, name, path))


def _npy(file: IO[bytes], name: str, path: str) -> Any:
    import numpy as np

    try:
        # A pickle inside would be a program: it is not unpacked.
        return np.load(file, allow_pickle=False)
    except Exception as error:  # NumPy raises a dozen kinds for a damaged header
        raise BackpropError(f"{path} {_not_an_array(str(error))}") from None


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
                raise BackpropError(f"{path} unpacks to more than {MAX_BYTES // 2**20} MiB")
        file.seek(0)
        with np.load(file, allow_pickle=False) as arrays:
            return arrays[chosen]
    except BackpropError:
        raise
    except Exception as error:  # so do archives: encrypted, unknown methods, wrong sums
        raise BackpropError(f"{path} {_not_an_array(str(error))}") from None


def _chosen(names: list[str], name: str, path: str) -> str:
    """Which of several values is meant: the one called as the input, or the only one."""
    if name in names:
        return name
    if len(names) == 1:
        return names[0]
    listed = f"{', '.join(names[:10])}{', …' if len(names) > 10 else ''}"
    what = f"{path} has no value called '{name}'"
    raise BackpropError(what, hint=f"it has {listed or 'none'}")


def _json(file: IO[bytes], name: str, path: str) -> Any:
    data = parse_json(file.read(MAX_SOURCE), path)
    if isinstance(data, dict):
        data = data[_chosen(list(data), name, path)]
    return data


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
        raise BackpropError(f"{path} is not a table of numbers") from None
    finally:
        text.detach()
    if len(widths) > 1:
        raise BackpropError(f"{path}: the rows differ in length")
    rows = np.array(numbers).reshape(-1, *widths)
    # One row or one column is a vector.
    return rows.ravel() if 1 in rows.shape else rows


def _csv_row(cells: list[str], number: int, path: str) -> list[float]:
    try:
        return [float(cell) for cell in cells]
    except ValueError:
        row = ",".join(cells)
        what = f"{path}, row {number}: '{row[:40]}' is not all numbers"
        raise BackpropError(what, hint=_csv_hint(row, number)) from None


def _csv_hint(row: str, number: int) -> str | None:
    if "" in row.split(","):
        return "a cell is empty"
    if re.search(r"\d[;\s]", row):
        return "numbers are separated by commas"
    return "a table of values has no header" if number == 1 else None


_READERS = {".npy": _npy, ".npz": _npz, ".json": _json, ".csv": _csv}
