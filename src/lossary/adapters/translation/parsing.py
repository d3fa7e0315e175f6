"""A call as it stands in somebody's program, bound to names as its host would bind it."""

import ast
import operator
from collections.abc import Callable
from dataclasses import dataclass
from inspect import Parameter, signature
from typing import Any

from lossary.adapters.translation.call import Call
from lossary.errors import ArgumentError, FormatError

SHORT = {"tf.keras.": "keras.", "tensorflow.keras.": "keras.", "optim.": "torch.optim."}
"""How the hosts' modules are also imported."""
EXAMPLE = 'Hint: "torch.optim.Adam(params, lr=1e-3, weight_decay=0.1)"'
PLAIN: dict[type, Callable[[Any, Any], Any]] = {
    ast.Add: operator.add, ast.Sub: operator.sub, ast.Mult: operator.mul,
    ast.Div: operator.truediv, ast.Pow: lambda base, power: float(base) ** power,
}  # fmt: skip


@dataclass(frozen=True)
class Written:
    """A call before it is bound: its path, and its settings by place and by name."""

    path: str
    placed: tuple[ast.expr, ...]
    named: tuple[tuple[str, ast.expr], ...]

    def bound(self) -> Call:
        """Bind settings by place to the names they have in the host; what is missing is the host's.

        Raises:
            HostError: settings go by place, and the host is not installed.
            ArgumentError: there are too many, or one is given twice.
            FormatError: one is no plain number, word or tuple.
        """
        given = [*self._by_place(), *self.named]
        if self._of_torch:
            given = [each for each in given if each[0] != "params"]
        names = [name for name, _ in given]
        for name in names:
            if names.count(name) > 1:
                raise ArgumentError(f"{self.path}({name}=…): it is given twice.")
        return Call(self.path, (), tuple((name, self._value(name, at)) for name, at in given))

    @property
    def _of_torch(self) -> bool:
        return self.path.startswith("torch.optim.")

    def _by_place(self) -> list[tuple[str, ast.expr]]:
        placed = self.placed
        if self._of_torch and placed:
            if isinstance(placed[0], ast.Constant):
                raise ArgumentError(
                    f"{self.path}({ast.unparse(placed[0])}, …): what goes first is the "
                    f"model's parameters.\n{EXAMPLE}"
                )
            placed = placed[1:]
        if not placed:
            return []
        kinds = (Parameter.POSITIONAL_ONLY, Parameter.POSITIONAL_OR_KEYWORD)
        known = signature(Call(self.path).found()).parameters.values()
        names = [each.name for each in known if each.kind in kinds][self._of_torch :]
        if len(placed) > len(names):
            raise ArgumentError(
                f"{self.path} takes {len(names)} settings by place, and {len(placed)} are given."
            )
        return list(zip(names, placed, strict=False))

    def _value(self, name: str, given: ast.expr) -> Any:
        try:
            return plain(given)
        except (ValueError, ArithmeticError) as error:
            raise FormatError(
                f"{self.path}(…, {name}=…): {name}={ast.unparse(given)}: a plain number, word or "
                f"tuple was expected.\nHint: write what it is, as {name}=1e-3; of a schedule, "
                f"the number it begins with."
            ) from error


def parsed(text: str) -> Written:
    """Take a call apart; `params` of PyTorch may be anything, or left out.

    >>> str(parsed("optim.SGD(model.parameters(), 0.1)").bound())
    'torch.optim.SGD(model.parameters(), lr=0.1)'

    Raises:
        FormatError: it is no call, or has `*` or `**` in it.
    """
    try:
        tree = ast.parse(text.strip(), mode="eval").body
    except (SyntaxError, ValueError) as error:
        raise FormatError(f"{text!r}: expected a call.\n{EXAMPLE}") from error
    if not isinstance(tree, ast.Call):
        raise FormatError(f"{text!r}: expected a call.\n{EXAMPLE}")
    named = tuple((each.arg or "", each.value) for each in tree.keywords)
    if any(not name for name, _ in named) or any(isinstance(a, ast.Starred) for a in tree.args):
        raise FormatError(f"{text!r}: expected a call with every setting written out.\n{EXAMPLE}")
    return Written(_whole(ast.unparse(tree.func)), tuple(tree.args), named)


def plain(node: ast.expr) -> Any:
    """Return what a literal says; sums, products and powers of numbers are worked out.

    Raises:
        ValueError, ArithmeticError: it is no literal, or no number comes out.
    """
    if isinstance(node, ast.BinOp) and type(node.op) in PLAIN:
        left, right = plain(node.left), plain(node.right)
        if not all(isinstance(each, (int, float)) for each in (left, right)):
            raise ValueError("these are no numbers")
        return PLAIN[type(node.op)](left, right)
    if isinstance(node, ast.Tuple | ast.List):
        return tuple(plain(each) for each in node.elts)
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
        return -plain(node.operand)
    return ast.literal_eval(node)


def _whole(path: str) -> str:
    for short, whole in SHORT.items():
        if path.startswith(short):
            return whole + path.removeprefix(short)
    return path
