"""Trees of arrays: the dictionaries, lists and tuples that weights and gradients come in."""

import sys
from collections.abc import Callable, Iterator, Mapping, MutableMapping, Sequence
from copy import copy
from typing import Any

from lossary.errors import ShapeError

Array = Any
Rebuild = Callable[[Sequence[Any]], Any]
LEAF, ROW, MAPPING, FOREIGN = range(4)
_forms: dict[type, int] = {}


class Leaves(list[Any]):
    """One value for each array of a tree, in the order of the tree's own arrays."""


class _ForeignError(Exception):
    """JAX knows a container of the tree, and we do not: then the whole tree is JAX's."""


def flat(tree: Any) -> tuple[Leaves, Rebuild]:
    """Return the leaves of a tree, and what makes a tree of that structure of other leaves.

    >>> leaves, rebuild = flat({"w": 1.0, "b": [2.0, 3.0]})
    >>> leaves, rebuild([10.0, 20.0, 30.0])
    ([1.0, 2.0, 3.0], {'w': 10.0, 'b': [20.0, 30.0]})
    """
    found = Leaves()
    try:
        _match(tree, tree, (), found)
    except _ForeignError:
        leaves, structure = sys.modules["jax"].tree_util.tree_flatten(tree)
        return Leaves(leaves), structure.unflatten
    return found, lambda leaves: _rebuilt(tree, iter(leaves))


def walked(tree: Any) -> list[tuple[str, Any]]:
    """Return each leaf with its place, such as `['layer'][0]`, in the order of `flat`."""
    try:
        return list(_walked(tree, ""))
    except _ForeignError:
        known = sys.modules["jax"].tree_util
        return [(known.keystr(path), leaf) for path, leaf in known.tree_flatten_with_path(tree)[0]]


def _walked(tree: Any, path: str) -> Iterator[tuple[str, Any]]:
    form = _form(tree)
    if form == FOREIGN:
        raise _ForeignError
    if form == LEAF:
        yield path, tree
    else:
        for key, child in tree.items() if form == MAPPING else enumerate(tree):
            yield from _walked(child, f"{path}[{key!r}]")


def matched(tree: Any, like: Any, name: str) -> Leaves:
    """Return the leaves of a tree that has the structure of `like`, in the order of `like`.

    Raises:
        ShapeError: the structures differ; says where.
    """
    found = Leaves()
    try:
        _match(tree, like, (name,), found)
    except _ForeignError:
        structure = sys.modules["jax"].tree_util.tree_structure(like)
        try:
            return Leaves(structure.flatten_up_to(tree))
        except ValueError as error:
            raise ShapeError(f"{name} and the weights differ: {error}") from error
    return found


def _match(tree: Any, like: Any, path: tuple[Any, ...], found: Leaves) -> None:
    """Add the leaves of `tree`; `path` begins with its name, and becomes words for errors alone."""
    form = _form(like)
    if form == FOREIGN:
        raise _ForeignError
    if _form(tree) != form:
        wanted = "one array" if form == LEAF else _told(like)
        raise ShapeError(f"{_place(path)}: expected {wanted}, as in weights, got {_told(tree)}.")
    if form == LEAF:
        found.append(tree)
    elif form == MAPPING:
        if tree.keys() != like.keys():
            raise _apart(path, tree.keys() ^ like.keys())
        for key, child in like.items():
            _match(tree[key], child, (*path, key), found)
    else:
        if len(tree) != len(like):
            raise _apart(path, range(*sorted((len(tree), len(like)))))
        for key, child in enumerate(like):
            _match(tree[key], child, (*path, key), found)


def _apart(path: tuple[Any, ...], keys: Any) -> ShapeError:
    return ShapeError(
        f"{_place(path)} and the weights differ in {', '.join(sorted(map(repr, keys)))}.\n"
        f"Hint: every array of the weights needs its own; zeros for those that stay."
    )


def _place(path: tuple[Any, ...]) -> str:
    return "".join([path[0], *(f"[{key!r}]" for key in path[1:])])


def _form(tree: Any) -> int:
    """Say what a tree is at its root: what holds others by name or in a row, or an array.

    What we do not know may be known to JAX.
    """
    kind = type(tree)
    if kind in _forms:  # asked of every leaf in every step, and dear
        return _forms[kind]
    if issubclass(kind, Mapping):
        return _forms.setdefault(kind, MAPPING)
    if issubclass(kind, (list, tuple)):
        return _forms.setdefault(kind, ROW)
    jax = sys.modules.get("jax")
    if jax is not None and tree is not None and not jax.tree_util.all_leaves([tree]):
        return FOREIGN
    # A class may be made known to JAX later, but no array ever is.
    return _forms.setdefault(kind, LEAF) if hasattr(tree, "dtype") else LEAF


def _rebuilt(tree: Any, leaves: Iterator[Any]) -> Any:
    form = _form(tree)
    if form == LEAF:
        return next(leaves)
    if form == MAPPING:
        found = {key: _rebuilt(child, leaves) for key, child in tree.items()}
        return found if type(tree) is dict else _like(tree, found)
    if hasattr(tree, "_fields"):
        return type(tree)(*(_rebuilt(child, leaves) for child in tree))
    kind = tuple if isinstance(tree, tuple) else list
    return kind(_rebuilt(child, leaves) for child in tree)


def _like(tree: Any, found: dict[Any, Any]) -> Any:
    """Make a mapping of another's kind; a copy, where it can be written to, keeps what it knows."""
    if not isinstance(tree, MutableMapping):
        return type(tree)(found)
    made = copy(tree)
    made.update(found)
    return made


def _told(tree: Any) -> str:
    if isinstance(tree, Mapping):
        return f"a dictionary of {', '.join(map(str, tree))}"
    if isinstance(tree, (list, tuple)):
        return f"a {type(tree).__name__} of {len(tree)}"
    return f"a {type(tree).__name__}"
