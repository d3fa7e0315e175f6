"""Trees of arrays: the dictionaries, lists and tuples that weights and gradients come in."""

import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from lossary.errors import ShapeError

Array = Any
Rebuild = Callable[[Sequence[Any]], Any]


class Leaves(list[Any]):
    """One value for each array of a tree, in the order of the tree's own arrays."""


def flat(tree: Any) -> tuple[Leaves, Rebuild]:
    """Return the leaves of a tree, and what makes a tree of that structure of other leaves.

    >>> leaves, rebuild = flat({"w": 1.0, "b": [2.0, 3.0]})
    >>> leaves, rebuild([10.0, 20.0, 30.0])
    ([1.0, 2.0, 3.0], {'w': 10.0, 'b': [20.0, 30.0]})
    """
    if _foreign(tree):
        leaves, structure = sys.modules["jax"].tree_util.tree_flatten(tree)
        return Leaves(leaves), structure.unflatten
    return Leaves(leaf for _, leaf in walked(tree)), lambda leaves: _rebuilt(tree, iter(leaves))


def walked(tree: Any, path: str = "") -> Iterator[tuple[str, Any]]:
    """Yield each leaf with its place, such as `['layer'][0]`."""
    if isinstance(tree, (Mapping, list, tuple)):
        for key, child in _children(tree):
            yield from walked(child, f"{path}[{key!r}]")
    else:
        yield path, tree


def matched(tree: Any, like: Any, name: str) -> Leaves:
    """Return the leaves of a tree that has the structure of `like`, in the order of `like`.

    Raises:
        ShapeError: the structures differ; says where.
    """
    if _foreign(like):
        return flat(tree)[0]
    found = Leaves()
    _match(tree, like, name, found)
    return found


def _match(tree: Any, like: Any, path: str, found: Leaves) -> None:
    if not isinstance(like, (Mapping, list, tuple)):
        if isinstance(tree, (Mapping, list, tuple)):
            raise ShapeError(f"{path}: expected one array, as in weights, got {_told(tree)}.")
        found.append(tree)
        return
    mapping = isinstance(like, Mapping)
    alike = isinstance(tree, Mapping) if mapping else isinstance(tree, (list, tuple))
    if not alike:
        raise ShapeError(f"{path}: expected {_told(like)}, as in weights, got {_told(tree)}.")
    keys, given = ([key for key, _ in _children(each)] for each in (like, tree))
    if set(keys) != set(given):
        apart = sorted(map(repr, set(keys) ^ set(given)))
        raise ShapeError(
            f"{path} and the weights differ in {', '.join(apart)}.\n"
            f"Hint: every array of the weights needs its own; zeros for those that stay."
        )
    for key in keys:
        _match(tree[key], like[key], f"{path}[{key!r}]", found)


def _children(tree: Any) -> list[tuple[Any, Any]]:
    return list(tree.items()) if isinstance(tree, Mapping) else list(enumerate(tree))


def _rebuilt(tree: Any, leaves: Iterator[Any]) -> Any:
    if isinstance(tree, Mapping):
        return type(tree)({key: _rebuilt(child, leaves) for key, child in tree.items()})  # type: ignore[call-arg]
    if isinstance(tree, tuple) and hasattr(tree, "_fields"):
        return type(tree)(*(_rebuilt(child, leaves) for child in tree))
    if isinstance(tree, (list, tuple)):
        kind = tuple if isinstance(tree, tuple) else list
        return kind(_rebuilt(child, leaves) for child in tree)
    return next(leaves)


def _foreign(tree: Any) -> bool:
    """Say whether JAX knows the tree's outermost container, and we do not."""
    jax = sys.modules.get("jax")
    if jax is None or isinstance(tree, (Mapping, list, tuple)):
        return False
    return not jax.tree_util.all_leaves([tree])


def _told(tree: Any) -> str:
    if isinstance(tree, Mapping):
        return f"a dictionary of {', '.join(map(str, tree))}"
    if isinstance(tree, (list, tuple)):
        return f"a {type(tree).__name__} of {len(tree)}"
    return f"a {type(tree).__name__}"
