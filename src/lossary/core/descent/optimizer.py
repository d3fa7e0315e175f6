"""What every optimizer can be asked: a state to begin with, and the next change of the weights."""

from abc import ABC, abstractmethod
from collections.abc import Callable
from typing import Any, ClassVar

from lossary.backends import Backend, backend_of
from lossary.core.descent.settings import settle, trials
from lossary.core.descent.trees import Leaves, Rebuild, flat, matched, walked
from lossary.core.value import Value
from lossary.errors import ArgumentError, BackendError, DtypeError, FormatError, ShapeError

Array = Any
Tree = Any
State = dict[str, Any]
Closure = Callable[[Tree], tuple[Array, Tree]]

WANTED = {
    "loss": "the value of the loss at these weights: step(gradient, state, weights, loss=value)",
    "closure": "step(gradient, state, weights, closure=f), where f(weights) gives (loss, gradient)",
}
"""What some optimizers need beside the gradient, and how it is handed over."""


class Optimizer(Value, ABC):
    """A frozen value that says how weights follow the gradient of a loss.

    Weights, gradients and states are trees (dictionaries, lists, tuples) of arrays of NumPy,
    PyTorch, JAX or TensorFlow, or single arrays. Nothing is changed in place.

    >>> import numpy as np
    >>> from lossary.optimizers import SGD
    >>> optimizer, weights = SGD(learning_rate=0.1), {"w": np.ones(2)}
    >>> state = optimizer.init(weights)
    >>> change, state = optimizer.step({"w": np.asarray([1.0, -2.0])}, state, weights)
    >>> change["w"]
    array([-0.1,  0.2])
    """

    shelf: ClassVar[str] = "optimizer"
    slots: ClassVar[tuple[str, ...]] = ()
    """What the state keeps for each array of the weights, by name."""
    needs: tuple[str, ...] = ()
    """What `step` must be given beside the gradient: "loss", "closure"."""
    stacked: int
    """How many trials the parameters are for, stacked along the weights' first axis; or 0."""

    def __post_init__(self) -> None:
        settle(self)
        object.__setattr__(self, "stacked", trials(self))

    def init(self, weights: Tree) -> State:
        """Return the state before the first step: plain data, with a tree for each slot.

        It carries all that the rule remembers: saved and loaded again, training goes on bit for
        bit. Keep it as any tree of arrays is kept.
        """
        leaves, rebuild = flat(weights)
        backend, leaves = self._read(leaves, weights, "weights")
        # Copies, because a state may keep them, and the caller may move the weights in place.
        leaves = Leaves(1 * each for each in backend.parted(leaves, ()))
        with backend.quiet():
            return _treed(self._init(backend, leaves), rebuild)

    def step(
        self,
        gradient: Tree,
        state: State,
        weights: Tree,
        *,
        loss: Array | None = None,
        curvature: Tree | None = None,
        closure: Closure | None = None,
    ) -> tuple[Tree, State]:
        """Return what to add to the weights, and the state for the next step.

        Args:
            gradient: the loss's slope in each weight, a tree as the weights are.
            state: what `init` or the last step returned.
            weights: where the gradient was taken.
            loss: the loss there, for rules that need it (`needs` tells).
            curvature: an estimate of the loss's second derivative in each weight, as the weights.
            closure: a function of weights that returns (loss, gradient) there.

        Returns:
            A tree as the weights are, at least in single precision, and a new state. A NaN in the
            gradient is a NaN in the change; `SkipNonfinite` leaves such steps out. On PyTorch both
            are cut off from the graph of the weights, unless the gradient itself has one.

        Raises:
            ShapeError, DtypeError, BackendError, ArgumentError, FormatError: say how to mend it.
        """
        leaves, rebuild = flat(weights)
        backend, leaves = self._read(leaves, weights, "weights")
        other, slopes = self._read(matched(gradient, weights, "gradient"), gradient, "gradient")
        self._same(backend, other, "gradient")
        _fit(slopes, leaves, weights, "gradient", backend)
        evidence: dict[str, Any] = {"loss": loss, "rebuild": rebuild}
        if curvature is not None:
            evidence["curvature"] = matched(curvature, weights, "curvature")
            _fit(evidence["curvature"], leaves, weights, "curvature", backend)
        if closure is not None:
            evidence["closure"] = _flat_closure(closure, rebuild, weights)
        self._wanted(evidence)
        leaves = Leaves(backend.parted(leaves, slopes))
        listed = self._listed(state, weights)
        with backend.quiet():
            change, following = self._step(backend, slopes, listed, leaves, evidence)
        given = {id(each) for each in (*slopes, *leaves)}
        return rebuild(change), _treed(_own(following, given), rebuild)

    def evaluation_weights(self, state: State, weights: Tree) -> Tree:
        """Return the weights to judge and to keep: where the rule averages, the average."""
        leaves, rebuild = flat(weights)
        return rebuild(self._judged(self._listed(state, weights), leaves))

    @abstractmethod
    def _init(self, backend: Backend, weights: Leaves) -> State:
        """Return the state of a list of arrays: `Leaves` for each slot."""

    @abstractmethod
    def _step(
        self,
        backend: Backend,
        gradient: Leaves,
        state: State,
        weights: Leaves,
        evidence: dict[str, Any],
    ) -> tuple[Leaves, State]:
        """Do a step on lists of arrays."""

    def _judged(self, state: State, weights: Leaves) -> Leaves:
        return weights

    def _wanted(self, evidence: dict[str, Any]) -> None:
        for name in self.needs:
            if evidence.get(name) is None:
                raise ArgumentError(f"{self.label} needs {WANTED[name]}.")

    def _inner(self) -> dict[str, "Optimizer"]:
        """Return the optimizers that this one is made of, by the name of the parameter."""
        return {
            name: each for name, each in self.parameters().items() if isinstance(each, Optimizer)
        }

    def _listed(self, state: State, weights: Tree) -> State:
        """Bring the trees of a state to lists.

        Raises:
            FormatError: it is no state of this optimizer.
        """
        found = dict(state) if isinstance(state, dict) else {}
        inner = self._inner()
        names = ("step", *self.slots, *getattr(self, "carried", ()), *inner)
        missing = [name for name in names if name not in found]
        if missing:
            raise FormatError(
                f"{self.label}: the state lacks {', '.join(missing)}.\n"
                f"Hint: start with optimizer.init(weights) of the same optimizer."
            )
        found.update({name: matched(found[name], weights, name) for name in self.slots})
        found.update({name: each._listed(found[name], weights) for name, each in inner.items()})
        return found

    def _same(self, backend: Backend, other: Backend, name: str) -> None:
        if other is not backend:
            raise BackendError(
                f"{self.label}: the weights are arrays of {backend.name}, but {name} is of "
                f"{other.name}. All of a step must be of one framework."
            )

    def _read(self, leaves: Leaves, tree: Tree, name: str) -> tuple[Backend, Leaves]:
        """Find the framework of arrays, and hold each of them against what a rule can take."""
        if not leaves:
            raise ArgumentError(f"{self.label}: {name} hold no array.")
        backend = backend_of(*leaves)
        for place, leaf in enumerate(leaves):
            if backend.sparse(leaf):
                mend = backend.hints["dense"].format(x=name)
                raise DtypeError(
                    f"{self.label}: {_place(tree, place, name)} is sparse, and every entry of a "
                    f"weight moves at each step.\nHint: {mend} makes it dense."
                )
            if backend.kind(leaf) != "float":
                raise DtypeError(
                    f"{self.label}: {_place(tree, place, name)} holds {leaf.dtype}, but only "
                    f"floating-point numbers can follow a slope."
                )
            if self.stacked and backend.shape(leaf)[:1] != (self.stacked,):
                raise ShapeError(
                    f"{self.label} has numbers for {self.stacked} trials, but the first axis of "
                    f"{_place(tree, place, name)}, of shape {backend.shape(leaf)}, is not theirs.\n"
                    f"Hint: stack the weights of the trials along a first axis."
                )
        return backend, Leaves(backend.taken(leaf) for leaf in leaves)


def _fit(given: Leaves, weights: Leaves, tree: Tree, name: str, backend: Backend) -> None:
    for place, (one, other) in enumerate(zip(given, weights, strict=True)):
        if backend.shape(one) != backend.shape(other):
            raise ShapeError(
                f"{_place(tree, place, name)} has the shape {backend.shape(one)}, but its weights "
                f"{backend.shape(other)}. Nothing is broadcast silently."
            )


def _place(tree: Tree, place: int, name: str) -> str:
    """Name a leaf by its path; where JAX alone knows the tree, by its number."""
    paths = [path for path, _ in walked(tree)]
    return f"{name}{paths[place]}" if place < len(paths) else f"array {place} of {name}"


def _flat_closure(closure: Closure, rebuild: Rebuild, weights: Tree) -> Any:
    def called(leaves: Leaves) -> tuple[Array, Leaves]:
        loss, gradient = closure(rebuild(leaves))
        return loss, matched(gradient, weights, "gradient")

    return called


def _own(state: State, given: set[int]) -> State:
    """Copy what a state would share with the caller, who may change it in place."""
    found: State = {}
    for name, value in state.items():
        if isinstance(value, Leaves):
            found[name] = Leaves(1 * each if id(each) in given else each for each in value)
        else:
            found[name] = _own(value, given) if isinstance(value, dict) else value
    return found


def _treed(state: State, rebuild: Rebuild) -> State:
    """Bring the lists of a state to trees as the weights are."""
    found = {}
    for name, value in state.items():
        if isinstance(value, Leaves):
            found[name] = rebuild(value)
        else:
            found[name] = _treed(value, rebuild) if isinstance(value, dict) else value
    return found
