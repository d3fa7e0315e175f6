"""What a call of torch.optim, optax or Keras is in ours, the host's own defaults included."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from lossary import optimizers as shelf
from lossary.adapters.translation.call import HOSTS, Call
from lossary.adapters.translation.parsing import parsed
from lossary.adapters.translation.spelling import Spelling
from lossary.adapters.translation.tables import spelled
from lossary.errors import ArgumentError, HostError, NotFoundError, nearest

HARMLESS = frozenset((
    "foreach", "fused", "capturable", "differentiable", "mu_dtype", "accumulator_dtype", "name",
    "loss_scale_factor",
))  # fmt: skip
"""Settings of how a step is computed, and not of where it goes."""


@dataclass(frozen=True)
class Reading:
    """A call of a host, what it is in ours, and what is claimed of both.

    `spelling.claim` says whether ours takes the path of the call, and `spelling.why` where not.
    """

    call: Call
    optimizer: Any
    spelling: Spelling


class Settings:
    """The settings of a call, the host's defaults among them; remembers which were asked for."""

    def __init__(self, made: Call) -> None:
        self.made, self.usual = made, made.defaults()
        self.given = dict(made.settings)
        for name in self.given:
            if name not in self.usual and name not in ("learning_rate", "lr"):
                raise ArgumentError(f"{made.path}({name}=…): {nearest(name, self.usual)}")
        self.asked: set[str] = set()

    def __getitem__(self, name: str) -> Any:
        self.asked.add(name)
        known = self.usual | self.given
        if name not in known:
            raise ArgumentError(f"{self.made.path} needs {name}=, which has no default there.")
        return known[name]

    def rest(self) -> None:
        """Raise an ArgumentError for a setting that has no counterpart here."""
        for name, value in self.given.items():
            if name not in self.asked | HARMLESS and value != self.usual.get(name):
                raise ArgumentError(f"{self.made.path}({name}={value!r}) has no counterpart here.")


def understood(text: str | Call) -> Reading:
    """Return what a call of a host is in ours.

    >>> understood("torch.optim.Adam(params, 0.01, weight_decay=0.1)").optimizer
    L2Penalty(of=Adam(learning_rate=0.01, beta1=0.9, beta2=0.999, epsilon=1e-08), weight=0.1)

    Raises:
        NotFoundError: the call is not known here.
        HostError: the host is not installed, so that its defaults are not known.
        ArgumentError, FormatError: a setting does not exist, is no plain number, or has no
            counterpart.
    """
    written = parsed(text) if isinstance(text, str) else text
    if written.path not in READ:
        raise NotFoundError(_unread(written.path))
    made = written if isinstance(written, Call) else written.bound()
    settings = Settings(made)
    optimizer = READ[made.path](settings)
    settings.rest()
    return Reading(made, optimizer, spelled(optimizer, made.host))


def _unread(path: str) -> str:
    """Say that a host has something which is not read here, or has nothing of the name."""
    if path.partition(".")[0] in HOSTS and "." in path:
        try:
            Call(path).found()
        except (ArgumentError, HostError):
            pass
        else:
            return f"{path} is not read here yet. {nearest(path, READ)}"
    return f"no optimizer of a host is called {path}. {nearest(path, READ)}"


def _torch(build: Callable[[Settings], Any]) -> Callable[[Settings], Any]:
    """Read a class of torch.optim, whose weight_decay is added to the gradient."""

    def read(s: Settings) -> Any:
        optimizer, decay = build(s), s["weight_decay"]
        decoupled = "decoupled_weight_decay" in s.usual and s["decoupled_weight_decay"]
        if not decay:
            return optimizer
        if decoupled:
            return shelf.DecoupledWeightDecay(weight_decay=decay, of=optimizer)
        return shelf.L2Penalty(weight=decay, of=optimizer)

    return read


def _torch_sgd(s: Settings) -> Any:
    rate, momentum = s["lr"], s["momentum"]
    if s["nesterov"]:
        return shelf.Nesterov(learning_rate=rate, momentum=momentum)
    if momentum:
        return shelf.Momentum(learning_rate=rate, momentum=momentum, dampening=s["dampening"])
    return shelf.SGD(learning_rate=rate)


def _adamlike(s: Settings) -> dict[str, Any]:
    """Read what all relatives of Adam have, in the words of each host."""
    host = s.made.host
    if host == "torch":
        beta1, beta2 = s["betas"]
        return {"learning_rate": s["lr"], "beta1": beta1, "beta2": beta2, "epsilon": s["eps"]}
    words = ("b1", "b2", "eps") if host == "optax" else ("beta_1", "beta_2", "epsilon")
    values = dict(zip(("beta1", "beta2", "epsilon"), (s[each] for each in words), strict=True))
    return {"learning_rate": s["learning_rate"], **values}


def _torch_adam(s: Settings) -> Any:
    return (shelf.AMSGrad if s["amsgrad"] else shelf.Adam)(**_adamlike(s))


def _torch_rmsprop(s: Settings) -> Any:
    return shelf.RMSProp(
        learning_rate=s["lr"], decay=s["alpha"], epsilon=s["eps"], momentum=s["momentum"],
        centred=s["centered"],
    )  # fmt: skip


def _torch_rprop(s: Settings) -> Any:
    (shrink, growth), (smallest, largest) = s["etas"], s["step_sizes"]
    return shelf.Rprop(
        learning_rate=s["lr"], shrink=shrink, growth=growth, smallest=smallest, largest=largest
    )


def _keras(build: Callable[[Settings], Any]) -> Callable[[Settings], Any]:
    """Read a class of Keras, whose weight_decay is decoupled, and which clips by itself."""

    def read(s: Settings) -> Any:
        optimizer = build(s)
        if s["weight_decay"]:
            decay = s["weight_decay"]
            optimizer = shelf.DecoupledWeightDecay(weight_decay=decay, of=optimizer)
        clips: dict[str, Any] = {
            "clipvalue": shelf.ClipByValue, "clipnorm": shelf.ClipByNorm,
            "global_clipnorm": shelf.ClipByGlobalNorm,
        }  # fmt: skip
        for name, wrapper in clips.items():
            if s[name] is not None:
                optimizer = wrapper(limit=s[name], of=optimizer)
        return optimizer

    return read


def _keras_sgd(s: Settings) -> Any:
    kind = shelf.Nesterov if s["nesterov"] else shelf.Momentum
    rate, momentum = s["learning_rate"], s["momentum"]
    return (
        kind(learning_rate=rate, momentum=momentum) if momentum else shelf.SGD(learning_rate=rate)
    )


def _keras_rmsprop(s: Settings) -> Any:
    return shelf.RMSProp(
        learning_rate=s["learning_rate"], decay=s["rho"], epsilon=s["epsilon"],
        momentum=s["momentum"], centred=s["centered"], inside_root=True,
    )  # fmt: skip


def _adagrad(s: Settings) -> Any:
    epsilon = "eps" if s.made.host == "optax" else "epsilon"
    return shelf.AdaGrad(
        learning_rate=s["learning_rate"], epsilon=s[epsilon],
        initial_square=s["initial_accumulator_value"], inside_root=True,
    )  # fmt: skip


def _optax_sgd(s: Settings) -> Any:
    rate, momentum = s["learning_rate"], s["momentum"]
    kind = shelf.Nesterov if s["nesterov"] else shelf.Momentum
    return (
        kind(learning_rate=rate, momentum=momentum) if momentum else shelf.SGD(learning_rate=rate)
    )


def _optax_rmsprop(s: Settings) -> Any:
    return shelf.RMSProp(
        learning_rate=s["learning_rate"], decay=s["decay"], epsilon=s["eps"],
        momentum=s["momentum"] or 0.0, initial_square=s["initial_scale"], centred=s["centered"],
        inside_root=s["eps_in_sqrt"],
    )  # fmt: skip


def _decayed(cls: Any) -> Callable[[Settings], Any]:
    return lambda s: cls(**_adamlike(s), weight_decay=s["weight_decay"])


READ: dict[str, Callable[[Settings], Any]] = {
    "torch.optim.SGD": _torch(_torch_sgd),
    "torch.optim.Adagrad": _torch(lambda s: shelf.AdaGrad(
        learning_rate=s["lr"], epsilon=s["eps"], initial_square=s["initial_accumulator_value"],
    )),
    "torch.optim.Adadelta": _torch(lambda s: shelf.AdaDelta(
        learning_rate=s["lr"], decay=s["rho"], epsilon=s["eps"],
    )),
    "torch.optim.RMSprop": _torch(_torch_rmsprop),
    "torch.optim.Adam": _torch(_torch_adam),
    "torch.optim.AdamW": _decayed(shelf.AdamW),
    "torch.optim.Adamax": _torch(lambda s: shelf.AdaMax(**_adamlike(s))),
    "torch.optim.NAdam": _torch(lambda s: shelf.NAdam(
        **_adamlike(s), momentum_decay=s["momentum_decay"],
    )),
    "torch.optim.Rprop": _torch_rprop,
    "torch.optim.RAdam": _torch(lambda s: shelf.RAdam(**_adamlike(s))),
    "optax.sgd": _optax_sgd,
    "optax.adagrad": _adagrad,
    "optax.adadelta": lambda s: shelf.AdaDelta(
        learning_rate=s["learning_rate"], decay=s["rho"], epsilon=s["eps"],
    ),
    "optax.rmsprop": _optax_rmsprop,
    "optax.adam": lambda s: shelf.Adam(**_adamlike(s)),
    "optax.adamw": _decayed(shelf.AdamW),
    "optax.adamax": lambda s: shelf.AdaMax(**_adamlike(s)),
    "optax.nadam": lambda s: shelf.NAdam(**_adamlike(s), momentum_decay=1e6),
    "optax.radam": lambda s: shelf.RAdam(**_adamlike(s)),
    "optax.lamb": lambda s: shelf.LAMB(
        **_adamlike(s), weight_decay=s["weight_decay"], adapted="all",
    ),
    "optax.lion": lambda s: shelf.Lion(
        learning_rate=s["learning_rate"], beta1=s["b1"], beta2=s["b2"],
        weight_decay=s["weight_decay"],
    ),
    "keras.optimizers.SGD": _keras(_keras_sgd),
    "keras.optimizers.Adagrad": _keras(_adagrad),
    "keras.optimizers.Adadelta": _keras(lambda s: shelf.AdaDelta(
        learning_rate=s["learning_rate"], decay=s["rho"], epsilon=s["epsilon"],
    )),
    "keras.optimizers.RMSprop": _keras(_keras_rmsprop),
    "keras.optimizers.Adam": _keras(lambda s: (
        shelf.AMSGrad if s["amsgrad"] else shelf.Adam
    )(**_adamlike(s))),
    "keras.optimizers.AdamW": _keras(lambda s: shelf.Adam(**_adamlike(s))),
    "keras.optimizers.Adamax": _keras(lambda s: shelf.AdaMax(**_adamlike(s))),
    "keras.optimizers.Nadam": _keras(lambda s: shelf.NAdam(**_adamlike(s), momentum_decay=1.0)),
    "keras.optimizers.Lamb": _keras(lambda s: shelf.LAMB(**_adamlike(s), adapted="all")),
    "keras.optimizers.Lion": _keras(lambda s: shelf.Lion(
        learning_rate=s["learning_rate"], beta1=s["beta_1"], beta2=s["beta_2"],
    )),
}  # fmt: skip
