"""What every optimizer can be asked: a state to begin with, and the next change of the weights."""

from abc import ABC, abstractmethod
from collections.abc import Callable
from typing import Any, ClassVar

from lossary.backends import Backend, backend_of
from lossary.core.descent.settings import settle, trials
from lossary.core.descent.sharing import own, single, treed
from lossary.core.descent.trees import Leaves, Rebuild, flat, matched, walked
from lossary.core.value import Value
from lossary.errors import ArgumentError, BackendError, DtypeError, FormatError, ShapeError

Array = Any
Tree = Any
State = dict[str, Any]
Shape = tuple[Any, ...]
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
    curved: bool = False
    """Whether a curvature is read, where `step` is given one."""
    stacked: int
    """How many trials the parameters are for, stacked along the weights' first axis; or 0."""

    def __post_init__(self) -> None:
        settle(self)
        object.__setattr__(self, "stacked", trials(self))
        object.__setattr__(self, "slots", self.kept())

    def kept(self) -> tuple[str, ...]:
        """Return which of the slots are needed with these parameters."""
        return type(self).slots

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
            return treed(single(self._init(backend, leaves), set()), rebuild)

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
        evidence: dict[str, Any] = {"loss": loss}
        if curvature is not None:
            evidence["curvature"] = matched(curvature, weights, "curvature")
            _fit(evidence["curvature"], leaves, weights, "curvature", backend)
        if closure is not None:
            evidence["closure"] = _flat_closure(closure, rebuild, weights)
        self._wanted(evidence)
        leaves = Leaves(backend.parted(leaves, slopes))
        listed = self._listed(state, weights)
        self._fitting(backend, listed, [backend.shape(each) for each in leaves])
        with backend.quiet():
            change, following = self._step(backend, slopes, listed, leaves, evidence)
        given = {id(each) for each in (*slopes, *leaves)}
        return rebuild(change), treed(own(following, given), rebuild)

    def evaluation_weights(self, state: State, weights: Tree) -> Tree:
        """Return the weights to judge and to keep: where the rule averages, the average."""
        leaves, rebuild = flat(weights)
        backend, listed = self._of(leaves, weights, "weights"), self._listed(state, weights)
        self._fitting(backend, listed, [backend.shape(each) for each in leaves])
        return rebuild(self._judged(listed, leaves))

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

    def of_array(self, place: int) -> "Optimizer":
        """Return the rule of one array of the weights; hosts may have others for some of them."""
        return self

    def _judged(self, state: State, weights: Leaves) -> Leaves:
        return weights

    def _wanted(self, evidence: dict[str, Any]) -> None:
        for name in self.needs:
            if evidence.get(name) is None:
                raise ArgumentError(f"{self.label} needs {WANTED[name]}.")
        if evidence.get("curvature") is not None and not self.curved:
            raise ArgumentError(
                f"{self.label} reads no curvature, but is given one.\n"
                f"Hint: SophiaG reads it; for all others leave curvature= out."
            )

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

    def _fitting(self, backend: Backend, state: State, shapes: list[Shape]) -> None:
        """Hold the shapes in a state against those of the weights."""
        for name in self.slots:
            for slot, shape in zip(state[name], shapes, strict=True):
                wanted = self._shaped(name, shape)
                if wanted is not None and not _agree(backend, slot, wanted):
                    raise ShapeError(
                        f"{self.label}: {name} of the state has the shape "
                        f"{tuple(getattr(slot, 'shape', ()))}, but its weights {shape}.\n"
                        f"Hint: start with optimizer.init(weights) of these weights."
                    )
        for name, each in self._inner().items():
            each._fitting(backend, state[name], [self._handed(shape) for shape in shapes])

    def _shaped(self, slot: str, shape: Shape) -> Shape | None:
        """Return which shape a slot has for weights of a shape; None is not known."""
        return shape

    def _handed(self, shape: Shape) -> Shape:
        """Return in which shape the optimizers within see weights of a shape."""
        return shape

    def _same(self, backend: Backend, other: Backend, name: str) -> None:
        if other is not backend:
            raise BackendError(
                f"{self.label}: the weights are arrays of {backend.name}, but {name} is of "
                f"{other.name}. All of a step must be of one framework."
            )

    def _of(self, leaves: Leaves, tree: Tree, name: str) -> Backend:
        """Find the framework of arrays; say which one is no array."""
        for place, leaf in enumerate(leaves):
            if not hasattr(leaf, "dtype"):
                told = "None" if leaf is None else f"a {type(leaf).__name__}"
                raise BackendError(
                    f"{self.label}: expected {_place(tree, place, name)} to be an array, got "
                    f"{told}.\nHint: {_mend(leaf)}"
                )
        return backend_of(*leaves)

    def _read(self, leaves: Leaves, tree: Tree, name: str) -> tuple[Backend, Leaves]:
        """Find the framework of arrays, and hold each of them against what a rule can take."""
        if not leaves:
            raise ArgumentError(f"{self.label}: {name} hold no array.")
        backend = self._of(leaves, tree, name)
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


def _mend(leaf: Any) -> str:
    """Say what to hand over in place of what is no array."""
    if leaf is None:
        return "every array of the weights needs its own; zeros for those that stay."
    if hasattr(leaf, "named_parameters"):
        return "dict(model.named_parameters()) are the weights of a model."
    return "a tree is an array, or dictionaries, lists and tuples of arrays."


def _agree(backend: Backend, slot: Array, shape: Shape) -> bool:
    """Say whether an array has a shape, as far as a traced program knows both."""
    found = getattr(slot, "shape", ())
    if found == shape:
        return True
    found = tuple(found)
    return len(found) == len(shape) and all(
        one == other or None in (one, other) for one, other in zip(found, shape, strict=True)
    )


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
