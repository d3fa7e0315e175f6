"""optax: an optimizer as a gradient transformation, for chains, masks, accumulation and flax."""

from lossary.adapters.needs import need

need("optax", "jax")

import warnings
from collections.abc import Callable
from typing import Any

import jax
import optax

from lossary.core.catalogue import here
from lossary.core.descent.nested import around, innermost
from lossary.core.descent.optimizer import Optimizer
from lossary.core.descent.settings import valued
from lossary.errors import ArgumentError, FormatError, SuspicionWarning, nearest

Array = Any
Tree = Any
State = dict[str, Any]
PATIENCE = 10
"""After how many steps without a curvature a rule that reads one is asked about."""
WANTED = {
    "loss": "the value of the loss at these weights: update(gradient, state, weights, value=value)",
    "closure": "the loss as a function: update(gradient, state, weights, value=value, value_fn=f), "
    "where f(weights) gives the loss",
}
"""What some rules need beside the gradient, and how optax hands it over."""


def transformation(optimizer: Optimizer, **numbers: Any) -> optax.GradientTransformationExtraArgs:
    """Make an optimizer a `GradientTransformation`, whose updates are added to the weights.

    The state is a dictionary with a count of steps, and for each slot a tree as the weights are.
    `update` must be handed the weights. Rules that need the loss, or ask for it elsewhere, take
    what optax passes on: `value=`, and `value_fn=`, a function of the weights; `curvature=` is an
    estimate of the loss's second derivative. Updates are at least in single precision.

    Args:
        optimizer: any optimizer of `lossary.optimizers`, wrappers included.
        numbers: parameters of the innermost rule in place of its own: arrays, as
            `optax.inject_hyperparams` hands them over, or functions of the step, as optax's
            schedules. They are not held against their domains.

    Raises:
        ArgumentError: it is no optimizer of ours, or has no parameter of that name.

    Warns:
        SuspicionWarning: the rule reads a curvature, and the first steps are taken, or compiled,
            without one.

    >>> import jax, optax
    >>> from lossary.optimizers import Adam
    >>> descent = optax.chain(optax.clip_by_global_norm(1.0), transformation(Adam()))
    >>> weights = {"w": jax.numpy.ones(2)}
    >>> state = descent.init(weights)
    >>> update, state = jax.jit(descent.update)({"w": jax.numpy.ones(2)}, state, weights)
    >>> moved = optax.apply_updates(weights, update)["w"]
    >>> [round(float(each), 4) for each in moved]
    [0.999, 0.999]
    """
    if not isinstance(optimizer, Optimizer):
        raise ArgumentError(
            f"expected an optimizer such as lossary.optimizers.Adam(), but got {optimizer!r}.\n"
            f"Hint: optax's own transformations go into chains as they are."
        )
    known = innermost(optimizer).parameters()
    for name in numbers:
        if name not in known:
            told = here(name, known) or nearest(name, known)
            raise ArgumentError(f"{optimizer.label} has no {name}: {told}")
    waiting = [True] if optimizer.curved else []

    def init(params: Tree) -> State:
        return _outer(optimizer, optimizer.init(_Held(params)))

    def update(
        updates: Tree,
        state: State,
        params: Tree | None = None,
        *,
        value: Array | None = None,
        value_fn: Callable[[Tree], Array] | None = None,
        curvature: Tree | None = None,
        **others: Any,
    ) -> tuple[Tree, State]:
        if params is None:
            raise ArgumentError(
                f"{optimizer.label} needs the weights.\n"
                f"Hint: transformation.update(gradient, state, weights)"
            )
        _wanted(optimizer, {"loss": value, "closure": value_fn}, others)
        held = _inner(optimizer, state)
        if waiting and (curvature is not None or _long(held)):
            waiting.clear()
            if curvature is None:
                _uncurved(optimizer)
        change, following = _at(optimizer, numbers, state).step(
            _Held(updates),
            held,
            _Held(params),
            loss=value,
            curvature=None if curvature is None else _Held(curvature),
            closure=None if value_fn is None else _closure(value_fn),
        )
        return change.tree, _outer(optimizer, following)

    return optax.GradientTransformationExtraArgs(init, update)


@jax.tree_util.register_pytree_node_class
class _Held:
    """A tree that is JAX's to walk through: what it leaves out, None and masks, is left out."""

    def __init__(self, tree: Tree) -> None:
        self.tree = tree

    def tree_flatten(self) -> tuple[tuple[Tree], None]:
        return (self.tree,), None

    @classmethod
    def tree_unflatten(cls, _: None, children: tuple[Tree]) -> "_Held":
        return cls(*children)


def _closure(function: Callable[[Tree], Array]) -> Callable[[_Held], tuple[Array, _Held]]:
    def called(weights: _Held) -> tuple[Array, _Held]:
        value, slope = jax.value_and_grad(function)(weights.tree)
        return value, _Held(slope)

    return called


def _wanted(optimizer: Any, given: dict[str, Any], others: dict[str, Any]) -> None:
    for name in optimizer.needs:
        if given[name] is None:
            unread = ", ".join(f"{each}=" for each in others)
            told = f"\n{unread} is not read here." if unread else ""
            raise ArgumentError(f"{optimizer.label} needs {WANTED[name]}.{told}")


def _long(state: State) -> bool:
    """Say whether the first steps are over; where they are compiled, one stands for all."""
    step = state["step"]
    return isinstance(step, jax.core.Tracer) or int(step) + 1 >= PATIENCE


def _uncurved(optimizer: Any) -> None:
    warnings.warn(
        f"{optimizer.label}: no curvature has been given so far; without one, each entry moves by "
        f"its sign alone.\nHint: every ten steps or so, from the first on, "
        f"update(gradient, state, weights, curvature=...), an estimate for each weight, as "
        f"lossary.optimizers.curvature_probe gives it.",
        SuspicionWarning,
        stacklevel=3,
    )


def _at(optimizer: Any, numbers: dict[str, Any], state: State) -> Any:
    """Return the optimizer with the numbers that were handed over, as they are in this step."""
    if not numbers:
        return optimizer
    found = {name: v(state["step"]) if callable(v) else v for name, v in numbers.items()}
    return around(optimizer, valued(innermost(optimizer), found))


def _outer(optimizer: Any, state: State) -> State:
    """Return a state whose slots are trees as the caller knows them."""
    found = dict(state)
    found |= {name: state[name].tree for name in optimizer.slots}
    found |= {name: _outer(each, state[name]) for name, each in optimizer._inner().items()}
    return found


def _inner(optimizer: Any, state: State) -> State:
    """Return the state with its slots held again.

    Raises:
        FormatError: it is no state of this optimizer.
    """
    found = dict(state) if isinstance(state, dict) else {}
    names = ("step", *optimizer.slots, *getattr(optimizer, "carried", ()), *optimizer._inner())
    missing = [name for name in names if name not in found]
    if missing:
        told = "" if found else f", and is {type(state).__name__}, no dictionary"
        raise FormatError(
            f"{optimizer.label}: the state lacks {', '.join(missing)}{told}.\n"
            f"Hint: start with init(weights) of the same transformation; a state of optax's own "
            f"is of another form."
        )
    found |= {name: _Held(state[name]) for name in optimizer.slots}
    found |= {name: _inner(each, state[name]) for name, each in optimizer._inner().items()}
    return found
