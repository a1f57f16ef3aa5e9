"""Where the columns of a circuit are, counted in letters, so that all that is written has room."""

from backprop_cli.errors import cells
from backprop_cli.render.text.circuit.labels import Labels, Manner
from backprop_cli.render.text.circuit.layout import Band, Layout, lay_out


class Places:
    """The layout of one circuit in one manner, and where its columns are."""

    def __init__(self, labels: Labels, manner: Manner) -> None:
        self.manner = manner
        self.args, self.signs, self.names = labels.args, labels.signs, labels.names
        self.above, self.below = labels.above, labels.below
        bands = {k: Band(len(self.above[k]), len(self.below[k])) for k in self.args}
        inputs = sum(not feeding for feeding in self.args.values())
        self.layout: Layout = lay_out(self.args, bands, gap=1 if inputs <= 6 else 0)
        self._measure()

    def _measure(self) -> None:
        """Where each column's tracks begin, and where the wire after it begins."""
        layout, space = self.layout, self.manner.before
        inputs = [k for k in self.args if not self.args[k]]
        self.left = max((cells(self.names[k]) for k in inputs), default=0) + 1
        self.post: dict[tuple[int, int], int] = {}
        self.wire: list[int] = []
        x = 0
        for column in range(layout.columns):
            nodes = [k for k in self.args if layout.column[k] == column]
            if column == 0:
                x = self.left
            for track in range(max(layout.track[k] for k in nodes) + 1 if column else 0):
                widths = [cells(self.signs[k]) for k in nodes if layout.track[k] == track]
                self.post[column, track] = x + max(widths) // 2
                x += max(widths) + space
            x -= space if column else 0
            self.wire.append(x)
            texts = [text for k in nodes for text in (*self.above[k], *self.below[k])]
            room = max(map(cells, texts), default=0) + space + self.manner.after
            x += max(room, self._apart(column) if self.manner.apart else 0)
        ends = [k for k in self.args if layout.until[k] == layout.columns]
        self.end = x
        self.width = x + 1 + max((cells(self.names[k]) for k in ends), default=0)

    def _apart(self, column: int) -> int:
        """The columns after which a sign may follow on the line of a text that is not its own."""
        layout = self.layout
        signs = {layout.line[k] for k in self.signs if layout.column[k] == column + 1}
        widest = -1
        for k in self.args:
            if layout.column[k] == column:
                top, wire = layout.line[k] - len(self.above[k]), layout.line[k] + 1
                lines = [*enumerate(self.above[k], top), *enumerate(self.below[k], wire)]
                widest = max([widest, *(cells(text) for line, text in lines if line in signs)])
        return widest + self.manner.before + self.manner.apart if widest >= 0 else 0
