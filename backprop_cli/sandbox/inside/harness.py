"""Load a student's file, and answer: what did its gates return for these inputs?

One line of JSON in, one line out. Nothing in here knows a right answer, so there is none to
steal, and the other side works out the truth itself: who takes this program over must still
compute.
"""

import contextlib
import json
import math
import os
import sys
import types
from typing import Any

NAME = "gates"
FILE = "<gates>"
MEMORY_STATUS = 71
"""The exit status that says: out of memory."""
MOST_NAMES = 40
LONGEST_TEXT = 300
LARGEST_ARRAY = 10_000


def serve(talk: int, memory: Any) -> None:
    """Answer over the socket `talk` until it closes. Does not return.

    Args:
        talk: a descriptor.
        memory: where the arrays are that the requests speak of.
    """
    with os.fdopen(talk, "rb") as reader:
        # Whatever happens before this line is not the student's doing.
        _send(talk, {"ready": True})
        source = json.loads(reader.readline())["source"].encode("latin-1")
        module = types.ModuleType(NAME)
        sys.modules[NAME] = module
        _send(talk, _load(source, module))
        for line in reader:
            _send(talk, _play(module, json.loads(line), memory))
        os._exit(0)


def _send(talk: int, reply: dict[str, Any]) -> None:
    with contextlib.suppress(BaseException):
        sys.stdout.flush()
    line = json.dumps(reply).encode() + b"\n"
    while line:
        line = line[os.write(talk, line) :]


def _load(source: bytes, module: types.ModuleType) -> dict[str, Any]:
    """Run the file, as an import would, and say what it defines."""
    try:
        exec(compile(source, FILE, "exec"), module.__dict__)
    except BaseException as error:
        return {"error": _described(error)}
    found = [
        item
        for item in list(module.__dict__.values())
        if isinstance(item, type) and item.__module__ == NAME
    ]
    return {"classes": {item.__name__: _methods(item) for item in found[:MOST_NAMES]}}


def _methods(class_: type) -> dict[str, list[str]]:
    """Method -> the names of its parameters."""
    functions = [item for item in vars(class_).items() if isinstance(item[1], types.FunctionType)]
    return {
        name: list(code.co_varnames[: code.co_argcount])[:MOST_NAMES]
        for name, code in ((name, function.__code__) for name, function in functions[:MOST_NAMES])
    }


def _play(module: types.ModuleType, request: dict[str, Any], memory: Any = b"") -> dict[str, Any]:
    """Play the steps of a request: `make` a gate, run it `forward`, run it `backward`."""
    gates: dict[str, Any] = {}
    results: list[Any] = []
    try:
        for action, gate, arguments in request["steps"]:
            if action == "make":
                gates[gate] = getattr(module, request["class"])()
                results.append(None)
                continue
            values = [_decoded(argument, memory) for argument in arguments]
            results.append(_encoded(getattr(gates[gate], action)(*values)))
    except BaseException as error:
        return {"results": results, "error": _described(error)}
    return {"results": results}


def _decoded(value: Any, memory: Any) -> Any:
    """A number, or the array that is at a place in `memory`: no copy, so that changes are seen."""
    if not isinstance(value, dict):
        return value
    import numpy as np

    shape = value["shape"]
    if 0 in shape:
        return np.zeros(shape)
    return np.frombuffer(memory, float, math.prod(shape), value["at"]).reshape(shape)


def _encoded(value: Any, depth: int = 0) -> dict[str, Any]:
    """A value by its exact type: what only claims to be a number is not one."""
    kind = type(value)
    if kind in (float, bool) or (kind is int and value.bit_length() < 1024):
        return {"number": float(value)}
    if kind in (list, tuple) and depth < 3 and len(value) <= LARGEST_ARRAY:
        return {kind.__name__: [_encoded(item, depth + 1) for item in value]}
    if kind.__module__ == "numpy" and "numpy" in sys.modules:
        import numpy as np

        if kind is np.ndarray or kind in _number_types():
            array = np.asarray(value)
            if array.dtype.kind in "biuf" and array.size <= LARGEST_ARRAY:
                plain = array.astype(float).tolist()
                return {"array": plain} if array.ndim else {"number": plain}
    return {"other": kind.__name__[:LONGEST_TEXT]}


def _number_types() -> set[type]:
    import numpy as np

    return {np.dtype(letter).type for letter in "?bBhHiIlLqQefd"}


def _described(error: BaseException) -> dict[str, Any]:
    """An exception as plain data; running out of memory is said by the exit status."""
    if isinstance(error, MemoryError):
        os._exit(MEMORY_STATUS)
    try:
        text = str(error)[:LONGEST_TEXT]
    except BaseException:
        text = ""
    about = {"kind": type(error).__name__, "text": text, "line": _line(error)}
    if isinstance(error, AttributeError | NameError) and isinstance(error.name, str):
        about["name"] = error.name[:LONGEST_TEXT]
    return about


def _line(error: BaseException) -> int | None:
    """The last line of the student's own file on the way to the error."""
    if isinstance(error, SyntaxError) and error.filename == FILE:
        return error.lineno
    line = None
    trace = error.__traceback__
    while trace is not None:
        if trace.tb_frame.f_code.co_filename == FILE:
            line = trace.tb_lineno
        trace = trace.tb_next
    return line
