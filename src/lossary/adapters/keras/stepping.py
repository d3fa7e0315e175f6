"""An optimizer as `keras.optimizers.Optimizer`, on whichever backend Keras runs."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Self

import keras

from lossary.adapters.keras.memory import begun, counted, kept, read, taken
from lossary.adapters.keras.schedule import KerasSchedule
from lossary.backends import backend_named
from lossary.core.descent.nested import around, beside, innermost
from lossary.core.descent.optimizer import Optimizer
from lossary.core.descent.rule import Rule
from lossary.core.descent.settings import scheduled, valued
from lossary.core.descent.trees import Leaves
from lossary.core.descent.written import from_dict
from lossary.errors import ArgumentError

Array = Any
RATE = "learning_rate"


@keras.saving.register_keras_serializable(package="lossary")
class KerasOptimizer(keras.optimizers.Optimizer):
    """One of lossary's optimizers, in Keras' habits; `optimizer` makes it.

    `rule` is the optimizer as it was given. `learning_rate` is Keras' own: a variable, or a
    schedule, that callbacks may set; it counts in the place of the rule's.
    """

    def __init__(self, rule: Optimizer, learning_rate: Any = None, **settings: Any) -> None:
        inner = _suited(rule)
        own = getattr(inner, RATE, 1.0)
        if isinstance(learning_rate, (int, float)) and hasattr(inner, RATE):
            inner.replace(learning_rate=learning_rate)  # which refuses what may not be
        if learning_rate is None:
            learning_rate = KerasSchedule(own) if scheduled(own) else own
        settings["name"] = settings.get("name") or rule.label.lower()
        super().__init__(learning_rate=learning_rate, **settings)
        for key, value in (("rule", rule), ("_memory", []), ("_away", False)):
            _untracked(self, key, value)

    def build(self, variables: list[Any]) -> None:
        """Make the variables that the rule remembers by: one for each slot and weight."""
        if self.built:
            return
        super().build(variables)
        if isinstance(self.rule, Rule):
            memory = [begun(self, [each], each.name) for each in variables]
        else:
            memory = [begun(self, variables, self.name)]
        _untracked(self, "_memory", memory)

    def update_step(self, gradient: Array, variable: Any, learning_rate: Any) -> None:
        """Move one variable by a rule that moves each by itself."""
        memory = self._memory[self._get_variable_index(variable)]
        self._step([gradient], [variable], memory, learning_rate)

    def _backend_update_step(
        self, grads: list[Array], trainable_variables: list[Any], learning_rate: Any
    ) -> None:
        self._trained()
        if isinstance(self.rule, Rule):
            super()._backend_update_step(grads, trainable_variables, learning_rate)
            return
        _alone(self.rule)
        places = map(self._get_variable_index, trainable_variables)
        given = dict(zip(places, grads, strict=True))
        weights = self._trainable_variables
        moves = [place in given for place in range(len(weights))]
        slopes = [
            given[place] if moves[place] else keras.ops.zeros_like(taken(each))
            for place, each in enumerate(weights)
        ]
        self._step(slopes, weights, self._memory[0], learning_rate, moves)

    def _step(
        self,
        gradients: list[Array],
        variables: list[Any],
        memory: Any,
        learning_rate: Any,
        moves: list[bool] | None = None,
    ) -> None:
        backend = backend_named(keras.backend.backend())
        weights = Leaves(taken(each) for each in variables)
        slopes = Leaves(backend.taken(each) for each in gradients)
        rule = self._at(learning_rate, weights[0])
        state = read(memory)
        if isinstance(self.rule, Rule):
            state["step"] = counted(self.iterations)
        changes, after = rule._step(backend, slopes, state, weights, {"present": moves})
        kept(self, memory, after)
        for place, (variable, weight) in enumerate(zip(variables, weights, strict=True)):
            if moves is None or moves[place]:
                moved = backend.cast(weight, changes[place].dtype) + changes[place]
                self.assign(variable, backend.cast(moved, weight.dtype))

    def _at(self, learning_rate: Any, like: Array) -> Any:
        """Return the rule with the learning rate that Keras says, as it meets arrays like this."""
        inner = innermost(self.rule)
        rate = counted(keras.ops.cast(learning_rate, wide(like)))
        if not hasattr(inner, RATE):
            return self.rule
        found = valued(inner, {RATE: rate} | beside(inner, rate))
        return around(self.rule, found)

    @contextmanager
    def evaluating(self) -> Iterator[None]:
        """Put the weights to judge by, and to keep, in the place of those that are trained.

        Rules that average (`ScheduleFreeAdamW`, `ExponentialMovingAverage`) have others than those
        where gradients are taken. At the end of the block the latter are back, bit for bit.
        """
        variables = self._trainable_variables
        before = [keras.ops.convert_to_numpy(each) for each in variables]
        for variable, average in zip(variables, self._judged(variables), strict=True):
            variable.assign(average)
        _untracked(self, "_away", True)
        try:
            yield
        finally:
            _untracked(self, "_away", False)
            for variable, weight in zip(variables, before, strict=True):
                variable.assign(weight)

    def _judged(self, variables: list[Any]) -> list[Array]:
        rule = self._at(self.learning_rate, taken(variables[0]))
        if not isinstance(self.rule, Rule):
            return rule._judged(read(self._memory[0]), Leaves(map(taken, variables)))
        step = {"step": counted(self.iterations)}
        return [
            rule._judged(read(memory) | step, Leaves([taken(each)]))[0]
            for memory, each in zip(self._memory, variables, strict=True)
        ]

    def _trained(self) -> None:
        if self._away:
            raise ArgumentError(
                "within evaluating(), the weights are averages, and no step may move them.\n"
                "Hint: end the with-block before training goes on."
            )

    def get_config(self) -> dict[str, Any]:
        """Return all that makes this optimizer again, as plain data."""
        return super().get_config() | {"rule": self.rule.to_dict()}

    @classmethod
    def from_config(cls, config: dict[str, Any], custom_objects: Any = None) -> Self:
        """Make the optimizer that `get_config` wrote down.

        Raises:
            FormatError, NotFoundError: of another version, or of a rule that is not imported.
        """
        given = dict(config)
        rate = given.get(RATE)
        if isinstance(rate, dict):
            given[RATE] = keras.saving.deserialize_keras_object(rate, custom_objects=custom_objects)
        return cls(**given | {"rule": from_dict(given["rule"])})

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.rule!r})"


def _untracked(owner: Any, name: str, value: Any) -> None:
    """Set an attribute as it is: Keras makes its own kinds of lists and dictionaries of others."""
    object.__setattr__(owner, name, value)


def wide(weight: Array) -> str:
    """Return the precision to compute in, in Keras' word."""
    found = keras.backend.standardize_dtype(weight.dtype)
    return "float32" if found in ("float16", "bfloat16") else found


def _suited(rule: Any) -> Any:
    """Return the innermost rule, if Keras can hand over what it needs.

    Raises:
        ArgumentError: it is no optimizer of ours, or asks for what Keras does not give.
    """
    if not isinstance(rule, Optimizer):
        raise ArgumentError(
            f"expected an optimizer such as lossary.optimizers.Adam(), but got {rule!r}.\n"
            f"Hint: call a class to make an optimizer of it; Keras' own go to compile as they are."
        )
    inner = innermost(rule)
    wanted = (*rule.needs, *(["curvature"] if rule.curved else []))
    if wanted:
        raise ArgumentError(
            f"{rule.label} needs more than the gradient ({', '.join(wanted)}), and Keras hands "
            f"nothing else over.\nHint: lossary.adapters.torch.optimizer takes it: step(closure) "
            f"or step(curvature=[...])."
        )
    if rule.stacked:
        raise ArgumentError(
            f"{rule.label} has numbers for {rule.stacked} trials, and a model of Keras is one."
        )
    return inner


def _alone(rule: Any) -> None:
    """Refuse several replicas, each of which would see its own gradient only."""
    if keras.backend.backend() != "tensorflow":
        return
    import tensorflow as tf

    if tf.distribute.get_strategy().num_replicas_in_sync > 1:
        raise ArgumentError(
            f"{rule.label} sees all weights at once, and TensorFlow's replicas do not."
            f"\nHint: a rule that moves each array by itself, as Adam, trains on several replicas."
        )
