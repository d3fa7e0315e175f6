"""PyTorch: a loss as a module, and an optimizer as PyTorch's own, in PyTorch's conventions."""

import warnings
from collections.abc import Iterable
from typing import Any

from lossary.adapters.needs import need
from lossary.core.catalogue import ours
from lossary.core.descent.nested import innermost
from lossary.core.descent.optimizer import Optimizer
from lossary.core.learned import course, normalised, unheld
from lossary.core.loss import REDUCTIONS, Loss
from lossary.errors import ArgumentError, SuspicionWarning, nearest

need("torch")

from lossary.adapters.torch.layout import layout_of
from lossary.adapters.torch.loss_module import LossModule as LossModule
from lossary.adapters.torch.options import SWITCHES
from lossary.adapters.torch.ranks import CONVENTIONS
from lossary.adapters.torch.refusals import asked
from lossary.adapters.torch.stepping import TorchOptimizer as TorchOptimizer

CHECKS = ("never", "first", "always")


def module(
    loss: Loss,
    *,
    learn: str | Iterable[str] = (),
    held: bool = True,
    class_axis: int = 1,
    ignore_index: int | None = None,
    reduction: str = "mean",
    check: str = "never",
    ranks: str | None = None,
) -> "LossModule":
    """Make a loss a `torch.nn.Module`, called as PyTorch's own: prediction first, then target.

    Args:
        loss: any loss; class weights, smoothing and their like are its own parameters.
        learn: names of parameters that become weights of the module, each kept inside its domain;
            hand `module.parameters()` to the optimizer. What is learned has its own value at
            first; `module.alpha` is a tensor with its present one, `module.loss` the loss with it.
        held: whether the loss's normaliser is added when something is learned, so that the loss is
            a negative log-likelihood. Where it has none, a warning says so; False silences it.
        class_axis: where the classes stand, in the prediction and in a target that has them: 1 in
            PyTorch, -1 for last. Arrays of one axis have the classes on it. Axes that are not
            classes stay where they are: a mean and a log-variance, or the numbers of a point, are
            on the last.
        ignore_index: a label of entries that do not count, as -100 in PyTorch's losses.
        reduction: "mean", "sum" or "none".
        check: "first" or "always" holds values against what the loss reads.
        ranks: "mean" or "sum" gives the loss of the entries of all processes, as
            `lossary.adapters.torch.ranks.across` does; the word says what is done with gradients.

    Raises:
        ArgumentError, DomainError: a name or choice that does not exist or does not fit.

    Warns:
        SuspicionWarning: nothing holds what is learned.

    >>> import torch, lossary
    >>> judge = module(lossary.CrossEntropy(smoothing=0.1), ignore_index=-100)
    >>> scores = torch.zeros(2, 3, 4, 4)  # two images of 4 x 4 pixels, three classes
    >>> labels = torch.full((2, 4, 4), -100)
    >>> labels[0, 0, 0] = 2
    >>> judge(scores, labels)  # log 3
    tensor(1.0986)

    >>> module(lossary.Barron(), learn=("alpha", "scale"))
    LossModule(Barron(alpha=1.0, scale=1.0), learn=('alpha', 'scale'))
    """
    for word, given, known in (
        ("reduction", reduction, REDUCTIONS), ("check", check, CHECKS),
        ("ranks", ranks, (None, *CONVENTIONS)),
    ):  # fmt: skip
        if given not in known:
            raise ArgumentError(f"{word}={given!r}: {nearest(str(given), map(str, known))}")
    layout = layout_of(loss, class_axis, ignore_index)
    courses = {name: course(loss, name) for name in ((learn,) if isinstance(learn, str) else learn)}
    if ranks and (reduction != "mean" or (courses and not loss.additive)):
        raise ArgumentError(
            f"ranks={ranks!r} gives the mean over all ranks, and learns no parameters of a loss "
            f"that compares rows.\nHint: leave ranks= away, and use lossary.adapters.torch.ranks."
        )
    if courses and held and not normalised(loss):
        warnings.warn(unheld(loss, courses), SuspicionWarning, stacklevel=2)
    return LossModule(loss, courses, held, layout, reduction, check, ranks)


def optimizer(
    rule: Optimizer, params: Any, *, trials: bool = False, **switches: Any
) -> "TorchOptimizer":
    """Make an optimizer a `torch.optim.Optimizer`: groups, schedulers, checkpoints, closures.

    Args:
        rule: any optimizer of `lossary.optimizers`, wrappers included.
        params: tensors, or groups of them as dictionaries. A group may set any number of the rule
            by its name; `lr` is PyTorch's name for `learning_rate`, and `betas` for `beta1` and
            those that follow, `eps` for `epsilon`.
        trials: whether the rule's numbers are for several trials, whose weights are stacked along
            the first axis of every tensor.

    Raises:
        ArgumentError, DomainError, DtypeError, ShapeError: what cannot be meant, or is not offered.

    >>> import torch
    >>> from lossary.optimizers import Adam
    >>> weights = torch.nn.Parameter(torch.tensor([3.0, -2.0]))
    >>> descent = optimizer(Adam(learning_rate=0.2), [weights])
    >>> slowing = torch.optim.lr_scheduler.ExponentialLR(descent, gamma=0.98)
    >>> for _ in range(100):
    ...     descent.zero_grad()
    ...     (weights**2).sum().backward()
    ...     descent.step()
    ...     slowing.step()
    >>> bool(weights.abs().max() < 0.1)
    True
    """
    if not isinstance(rule, Optimizer):
        raise ArgumentError(
            f"expected an optimizer such as lossary.optimizers.Adam(), but got {rule!r}.\n"
            f"Hint: call a class to make an optimizer of it."
        )
    inner = innermost(rule)
    for name, value in switches.items():
        words = ", ".join(f"{each}=..." for each in ours(name, inner.own) or (name,))
        hint = SWITCHES.get(name, f"a number of the rule is its own: {inner.label}({words})")
        raise ArgumentError(f"{name}={value!r} is not offered.\nHint: {hint}.")
    asked(rule, trials)
    return TorchOptimizer(rule, params)
