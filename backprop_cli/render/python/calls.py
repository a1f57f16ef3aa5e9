"""What a rule calls, in the words of a library: functions, and sums along an axis."""

from collections.abc import Mapping, Sequence

from backprop_cli.errors import BackpropError
from backprop_cli.gates import scalars
from backprop_cli.gates.emitter import ALONG_AXIS, TO_NUMBER
from backprop_cli.gates.shape_rules.value_type import type_of
from backprop_cli.gates.shapes import Shape, broadcast
from backprop_cli.render.python.pieces import ATOM, Piece, arithmetic, common, larger
from backprop_cli.render.python.spelling import Spelling


class Calls:
    """Write what is called, where names stand for these pieces.

    Args:
        spelling: whose words to use.
        gate: the gate's name, for the message where the library has no word for it.
        names: what each name of the rule stands for.
        axis: the axis along which the gate reduces a matrix.
        every: the inputs of a variadic gate, which the rule calls `all`.
        ties: a name for how many of these are the largest, which is worked out once.
        keep: whether what is reduced along axis 1 stands as a column beside what was not.
    """

    def __init__(
        self,
        spelling: Spelling,
        gate: str,
        names: Mapping[str, Piece],
        axis: int | None = None,
        every: Sequence[Piece] = (),
        ties: str = "",
        keep: bool = False,
    ) -> None:
        self.spelling = spelling
        self.gate = gate
        self.names = names
        self.axis = axis
        self.every = every
        self.ties = ties
        self.keep = keep

    @property
    def listed_inputs(self) -> str:
        """The inputs of a variadic gate, one after the other."""
        return ", ".join([one.text for one in self.every])

    def call(self, name: str, args: list[Piece]) -> Piece:
        """A call of a function by its name in the rules."""
        if name == "where":
            return self._where(*args)
        if name == "ties":
            return Piece(self.ties, self.names["out"].shape)
        if name == "onehot":
            position = f"({args[1].text})" if "," in args[1].text else args[1].text
            return Piece(f"onehot({args[0].text}, {position})", args[0].shape)
        if name == "dot":
            return self._dot(*args)
        if len(args) == 2:
            text = self.spelt(self.spelling.pairs.get(name), f"{args[0].text}, {args[1].text}")
            return Piece(text, common(*args), type=larger(*args))
        if name in ("max", "min") and self.every:
            return self._largest(name)
        if name in ALONG_AXIS:
            return self.reduced(name, args[0])
        if name in TO_NUMBER:
            return self._of_square(name, args[0])
        return args[0]._replace(text=self._function(name, args[0].text), level=ATOM, shared=False)

    def _of_square(self, name: str, arg: Piece) -> Piece:
        """The determinant of a matrix, which of a number is the number itself."""
        if arg.shape:
            return Piece(self._function(name, arg.text))
        if name == "det":
            return arg
        return arg._replace(text=self._function("log", arg.text), level=ATOM, shared=False)

    def _where(self, condition: Piece, yes: Piece, no: Piece) -> Piece:
        if condition.number is not None:
            return yes if condition.number else no
        if condition.shape or yes.shape != no.shape:
            shape = broadcast(condition.shape, common(yes, no)) or ()
            text = f"{self.spelling.module or 'np'}.where({condition.text}, {yes.text}, {no.text})"
            return Piece(text, shape, type=larger(condition, yes, no))
        # Python works out only the side that holds: there may be a 1/0 on the other.
        text = f"({yes.text} if {condition.text} else {no.text})"
        return Piece(text, common(yes, no), type=larger(yes, no))

    def _dot(self, left: Piece, right: Piece) -> Piece:
        product = arithmetic("*", left, right)
        if not left.shape:
            return product
        return Piece(self.spelt(self.spelling.along.get("sum"), product.text))

    def _largest(self, name: str) -> Piece:
        shape: Shape = ()
        for one in self.every:
            shape = broadcast(shape, one.shape) or ()
        text = self.listed_inputs
        if all(one.shape == shape for one in self.every):
            text = f"[{text}]"
        else:
            text = self.spelt(self.spelling.fitted, text)
        return Piece(self.spelt(self.spelling.many.replace("{0}", name), text), shape)

    def reduced(self, name: str, arg: Piece) -> Piece:
        """A sum and the like: of all elements, or along the axis."""
        spelling = self.spelling
        if not arg.shape and scalars.function(name) is scalars.itself:
            return arg
        if not arg.shape and name == "norm":
            return arg._replace(text=self._function("abs", arg.text), level=ATOM, shared=False)
        axis, flat = self.axis, len(arg.shape) < 2
        whole = axis is None and not flat and name in spelling.whole
        text = self.spelt((spelling.whole if whole else spelling.along).get(name), arg.text)
        if flat or whole:
            axis = 0 if name in spelling.named and not whole else None
        column = self.keep and axis == 1 and name != "softmax"
        if axis is not None:
            aside = f", {spelling.axis}={axis}" + (", keepdims=True" if column else "")
            text = f"{text[:-1]}{aside})"
        if name == "softmax":
            return Piece(text, arg.shape, type=arg.type)
        if flat or self.axis is None:
            return Piece(text)
        shape = (arg.shape[0], 1) if column else (arg.shape[1 - self.axis],)
        return Piece(text, shape, type=type_of(shape))

    def _function(self, name: str, argument: str) -> str:
        special = self.spelling.functions.get(name)
        if special is not None:
            return special.replace("{}", argument)
        if not self.spelling.module:
            raise self.lacks()
        # NumPy calls acos arccos, and PyTorch knows both names.
        spelt = f"arc{name[1:]}" if name in scalars.IN_MATH and name.startswith("a") else name
        return f"{self.spelling.module}.{spelt}({argument})"

    def spelt(self, template: str | None, arguments: str) -> str:
        """A template of the library, filled in."""
        if not template:
            raise self.lacks()
        return template.replace("{}", arguments)

    def lacks(self, what: str = "") -> BackpropError:
        """The error that the library has no word for the gate, or for such a use of it."""
        named = f"{what}, as in a {self.gate} gate" if what else f"the {self.gate} gate"
        hint = "it has + - * / relu and powers with a constant exponent"
        return BackpropError(f"{self.spelling.library} has no word for {named}", hint=hint)
