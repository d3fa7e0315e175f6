"""How hosts spell weight decay and clipping: wrappers here are settings or links there."""

from collections.abc import Callable
from typing import Any

from lossary.adapters.translation.call import Call, call
from lossary.adapters.translation.spelling import APART, CONSTANT, Spelling, absent, short, weakest

PENALTIES = ("SGD", "Adam", "Adagrad", "Adadelta", "RMSprop", "Adamax", "NAdam", "RAdam")
"""In torch.optim, where weight_decay is added to the gradient."""
SHRINKS = (
    "Keras shrinks the weights directly, as AdamW does; torch.optim.Adam and this penalty add the "
    "decay to the gradient."
)
BEFORE = {
    "clipvalue": "torch.nn.utils.clip_grad_value_(model.parameters(), {})",
    "clipnorm": "torch.nn.utils.clip_grad_norm_(each, {}) for each of them",
    "global_clipnorm": "torch.nn.utils.clip_grad_norm_(model.parameters(), {})",
}
"""What clips in PyTorch, before a step; those of norms add 1e-6 to the norm."""
DECOUPLED = {"optax.adam": "adamw", "optax.nadam": "nadamw", "optax.adamax": "adamaxw"}


def l2_penalty(o: Any, host: str, within: Spelling) -> Spelling:
    made = _found(within)
    if host == "optax":
        added = call("optax.add_decayed_weights", weight_decay=o.weight)
        return _as(within, call("optax.chain", added, made))
    if host == "torch":
        if made.path.rpartition(".")[2] not in PENALTIES:
            return absent("its weight_decay is another there, or none")
        return _as(within, _with(made, weight_decay=o.weight))
    decayed = _with(made, weight_decay=o.weight)
    if type(o.of).__name__ == "SGD":
        return _as(within, decayed)
    return Spelling(decayed, APART, SHRINKS)


def decoupled_weight_decay(o: Any, host: str, within: Spelling) -> Spelling:
    made, decay = _found(within), o.weight_decay
    if host == "keras":
        return _as(within, _with(made, weight_decay=decay))
    plain = type(o.of).__name__ == "SGD"
    if host == "torch":
        name = made.path.rpartition(".")[2]
        if name == "Adam":
            return _as(
                within, Call("torch.optim.AdamW", (), _with(made, weight_decay=decay).settings)
            )
        if name in ("NAdam", "RAdam"):
            return _as(within, _with(made, weight_decay=decay, decoupled_weight_decay=True))
        if plain:
            return _as(within, _with(made, weight_decay=decay))
        return absent("its weight_decay is added to the gradient there")
    if made.path in DECOUPLED:
        return _as(
            within,
            Call(f"optax.{DECOUPLED[made.path]}", (), _with(made, weight_decay=decay).settings),
        )
    last = call("optax.add_decayed_weights", weight_decay=short(-o.of.learning_rate * decay))
    why = "The decay holds the learning rate as a number; a schedule of the rate must be in it too."
    claim = weakest(CONSTANT, within.claim)
    return Spelling(call("optax.chain", made, last), claim, f"{why} {within.why}".strip())


def clip_by_value(o: Any, host: str, within: Spelling) -> Spelling:
    return _clipped(o, host, within, call("optax.clip", max_delta=o.limit), "clipvalue")


def clip_by_norm(o: Any, host: str, within: Spelling) -> Spelling:
    return _clipped(o, host, within, None, "clipnorm")


def clip_by_global_norm(o: Any, host: str, within: Spelling) -> Spelling:
    link = call("optax.clip_by_global_norm", max_norm=o.limit)
    return _clipped(o, host, within, link, "global_clipnorm")


def adaptive_clip(o: Any, host: str, within: Spelling) -> Spelling:
    if host != "optax" or o.units != "last":
        return absent("it clips by no unit's norm" if host != "optax" else "its units are the last")
    link = call("optax.adaptive_grad_clip", clipping=o.limit, eps=o.epsilon)
    return _as(within, call("optax.chain", link, _found(within)))


def _clipped(o: Any, host: str, within: Spelling, link: Call | None, setting: str) -> Spelling:
    made = _found(within)
    if getattr(o, "relative", False):
        return absent("its limits are in the gradient's own unit")
    if host == "keras":
        return _as(within, _with(made, **{setting: o.limit}))
    if host == "torch":
        first = BEFORE[setting].format(o.limit)
        return absent(f"clipping is a call before the step: {first}; then step {made}")
    if link is None:
        return absent("it clips no array by its own norm")
    return _as(within, call("optax.chain", link, made))


def _found(within: Spelling) -> Call:
    assert within.call is not None
    return within.call


def _as(within: Spelling, made: Call) -> Spelling:
    """Return the claim that holds for the optimizer within, for another call."""
    return Spelling(made, within.claim, within.why)


def _with(made: Call, **settings: Any) -> Call:
    return Call(made.path, made.parts, tuple((dict(made.settings) | settings).items()))


WRAPPED: dict[str, Callable[[Any, str, Spelling], Spelling]] = {
    "L2Penalty": l2_penalty,
    "DecoupledWeightDecay": decoupled_weight_decay,
    "ClipByValue": clip_by_value,
    "ClipByNorm": clip_by_norm,
    "ClipByGlobalNorm": clip_by_global_norm,
    "AdaptiveClip": adaptive_clip,
}
