"""A kernel as it is written: its arguments, its lines, and what each node is called in them."""

from collections.abc import Iterable

from lossary.expressions.graph import LEAVES, Expression, walk
from lossary.kernels.triton.words import number, spelled, wanted

HEAD = """\
import triton
from triton import language as tl

from lossary.kernels.triton import maths


@triton.jit
def {}({}):
"""


class Page:
    """One kernel; `given` are those of "mask", "weight", "scale" and "scales" that a call brings.

    A scale is one number for all slopes; scales are one for each entry.
    """

    def __init__(self, given: tuple[str, ...]) -> None:
        self.given = given
        self.arguments: list[str] = []
        self.lines: list[str] = []
        self.names: dict[Expression, str] = {}
        self.depth, self._fresh = 1, 0

    def asks(self, *names: str) -> None:
        """Add arguments to the kernel."""
        self.arguments.extend(name for name in names if name not in self.arguments)

    def line(self, text: str) -> None:
        self.lines.append("    " * self.depth + text)

    def let(self, text: str) -> str:
        """Write a line that names what it computes; return the name."""
        name = f"v{self._fresh}"
        self._fresh += 1
        self.line(f"{name} = {text}")
        return name

    def parameters(self, names: Iterable[str]) -> None:
        """Read the parameters of the loss, which lie side by side in memory."""
        for place, name in enumerate(names):
            self.asks("parameters")
            self.line(f"p_{name} = tl.load(parameters + {place} + tl.arange(0, 1))")

    def entry(self, counting: str = "inside") -> None:
        """Read weight and mask, which say whether an entry counts."""
        self.line(f"counts = {counting}")
        for name in (each for each in ("mask", "weight") if each in self.given):
            self.line(f"{name} = {self.load(name)}")
            self.line(f"counts = counts & ({name} != 0)")

    def load(self, name: str, offset: str = "", real: str = "REAL", within: str = "counts") -> str:
        """Spell the reading of an array at `entry`; what does not count is not read."""
        self.asks(f"at_{name}", f"step_{name}")
        place = f"at_{name} + entry * step_{name}{offset}"
        return f"tl.load({place}, mask={within}, other=0).to({real})"

    def compute(self, node: Expression) -> str:
        """Write the lines that a node still needs; return what it is called."""
        for each in walk(node):
            if each not in self.names:
                self.names[each] = self.leaf(each) if each.op in LEAVES else self.operation(each)
        return self.names[node]

    def leaf(self, node: Expression) -> str:
        return number(node.args[0]) if node.op == "constant" else f"p_{node.args[0]}"

    def operation(self, node: Expression) -> str:
        return self.let(spelled(node, [self.compute(each) for each in wanted(node)]))

    def kept(self, value: str, counts: str = "counts") -> str:
        """Spell a value times its entry's weight, and exactly zero where none counts."""
        product = f"{value} * weight" if "weight" in self.given else value
        return f"tl.where({counts}, {product}, 0.0)"

    def scaled(self, slope: str) -> str:
        """Spell a slope times what comes from above, where that is known."""
        if "scales" in self.given:
            return self.kept(f"{slope} * {self.load('scales')}")
        if "scale" not in self.given:
            return self.kept(slope)
        self.asks("at_scale")
        return self.kept(f"{slope} * tl.load(at_scale + tl.arange(0, 1))")

    def sums(self, value: str, share: str | None) -> None:
        """Write this program's sum of values, and of what the entries weigh or how many count."""
        self.asks("at_totals")
        self.line(f"tl.store(at_totals + program, tl.sum({self.kept(value)}))")
        if share is not None or "weight" in self.given:
            self.asks("at_counts")
            one = share or "tl.full((1,), 1.0, REAL)"
            self.line(f"tl.store(at_counts + program, tl.sum({self.kept(one)}))")
        elif "mask" in self.given:
            self.asks("at_counts")
            self.line("tl.store(at_counts + program, tl.sum(counts.to(tl.int32)))")

    def text(self, name: str, *sizes: str) -> str:
        """Return the source of the kernel; `sizes` are known when it is compiled."""
        constants = [f"{size}: tl.constexpr" for size in ("REAL", *sizes)]
        head = HEAD.format(name, ", ".join([*self.arguments, *constants]))
        return head + "\n".join(self.lines) + "\n"
