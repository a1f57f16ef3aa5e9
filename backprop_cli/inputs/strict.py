"""Read a TOML file strictly: what is unknown, missing or of another type is an error."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from backprop_cli.errors import BackpropError, did_you_mean, inert
from backprop_cli.inputs.lines import line_of
from backprop_cli.inputs.tables import parse_toml
from backprop_cli.language.numbers import short_number


def read_strictly(data: bytes, path: str, schema: str, most: int) -> "Section":
    """The whole file, of which the schema has been taken.

    Args:
        data: the content of the file.
        path: its name, for messages.
        schema: what it must say that it is.
        most: the bytes of the largest such file.

    Raises:
        BackpropError: if it is too large, no TOML, or says that it is something else.
    """
    if len(data) > most:
        raise BackpropError(f"{path} is larger than {most // 1024:,} KiB")
    file = Section(parse_toml(data, path), data.decode("utf-8-sig"), path)
    said = file.string("schema")
    if said != schema:
        raise file.error(f"schema is '{said}', this program reads '{schema}'", "schema")
    return file


class Section:
    """A table of a file, whose keys are taken one by one; what is left at the end is unknown."""

    def __init__(self, values: Mapping[str, Any], text: str, path: str, place: str = "") -> None:
        self.values = dict(values)
        self.text = text
        self.path = path
        self.place = place
        """Where the table stands: `` for the file, `marking`, `questions[2]`."""
        self.taken: set[str] = set()

    # What is there

    def has(self, key: str) -> bool:
        """Whether the key is given."""
        return key in self.values

    def take(self, key: str, what: str, fits: Callable[[Any], bool], default: Any = ...) -> Any:
        """The value of a key, which `fits`; without a default it must be given."""
        self.taken.add(key)
        if key not in self.values:
            if default is ...:
                raise self.error(f"'{key}' is missing: {what}", hint=self._misspelt(key))
            return default
        value = self.values[key]
        if not fits(value):
            raise self.error(f"'{key}' must be {what}", key)
        return value

    def string(self, key: str, default: Any = ..., most: int = 10_000) -> Any:
        """A text of at most `most` characters; one that must be given is not empty."""
        value = self.take(key, "a text", lambda value: isinstance(value, str), default)
        if default is ... and not value.strip():
            raise self.error(f"'{key}' is empty", key)
        if isinstance(value, str) and len(value) > most:
            raise self.error(f"'{key}' is longer than {most:,} characters", key)
        return value

    def number(self, key: str, low: float, high: float, default: Any = ...) -> Any:
        """A number between two bounds, both included."""
        what = f"a number from {short_number(low)} to {short_number(high)}"
        return self.take(
            key, what, lambda value: _is_number(value) and low <= value <= high, default
        )

    def integer(self, key: str, low: int, high: int, default: Any = ...) -> Any:
        """A whole number between two bounds, both included."""
        what = f"a whole number from {low:,} to {high:,}"
        return self.take(
            key,
            what,
            lambda value: isinstance(value, int) and _is_number(value) and low <= value <= high,
            default,
        )

    def boolean(self, key: str, default: Any = ...) -> Any:
        """`true` or `false`."""
        return self.take(key, "true or false", lambda value: isinstance(value, bool), default)

    def strings(self, key: str, default: Any = ...) -> Any:
        """A list of texts."""
        what = "a list of texts"
        return self.take(
            key,
            what,
            lambda value: isinstance(value, list) and all(isinstance(v, str) for v in value),
            default,
        )

    def section(self, key: str) -> "Section":
        """A table; an empty one where it is not given."""
        value = self.take(key, f"a table, [{key}]", lambda value: isinstance(value, dict), {})
        return Section(value, self.text, self.path, self._inside(key))

    def sections(self, key: str, most: int) -> Iterator["Section"]:
        """The tables of a list of tables, [[key]]."""
        values = self.take(
            key,
            f"tables, each begun by [[{key}]]",
            lambda value: isinstance(value, list) and all(isinstance(v, dict) for v in value),
            [],
        )
        if len(values) > most:
            raise self.error(f"there are more than {most:,} of [[{key}]]", key)
        for number, value in enumerate(values):
            yield Section(value, self.text, self.path, f"{self._inside(key)}[{number}]")

    def done(self) -> None:
        """See that every key was taken.

        Raises:
            BackpropError: for the first that was not, with what was probably meant.
        """
        for key in self.values:
            if key not in self.taken:
                hint = did_you_mean(key, sorted(self.taken))
                hint = hint or f"there are {', '.join(sorted(self.taken))}"
                raise self.error(f"unknown key '{key}'", key, hint)

    # Errors

    def error(self, message: str, key: str | None = None, hint: str | None = None) -> BackpropError:
        """An error about this table, or about one of its keys, with the line."""
        line = line_of(self.text, self.place, key)
        where = f"{inert(self.path)}, line {line}" if line else inert(self.path)
        return BackpropError(f"{where}: {message}", hint=hint)

    def about(self, key: str, error: BackpropError) -> BackpropError:
        """An error about the text that a key holds, with the line of the key."""
        wrapped = self.error(error.message, key)
        return BackpropError(wrapped.message, error.source, error.span, error.hint)

    def _misspelt(self, key: str) -> str | None:
        """The key that was perhaps meant to be this one."""
        for other in self.values:
            if other not in self.taken and did_you_mean(other, [key]):
                return f"there is '{other}': did you mean '{key}'?"
        return None

    def _inside(self, key: str) -> str:
        return f"{self.place}.{key}" if self.place else key


def _is_number(value: Any) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)
