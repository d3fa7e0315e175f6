"""Check 35: every hyper-parameter has an effect."""

import re
from collections.abc import Iterable, Iterator
from itertools import combinations
from typing import Any

import numpy as np

from lossary.adapters.foreign.candidate import Unchangeable
from lossary.verifier.batch import Batch
from lossary.verifier.batches.altering import alters, differ, numbers, slopes_differ
from lossary.verifier.batches.hints import source
from lossary.verifier.batches.opening import closed, opened
from lossary.verifier.finding import Finding, fail, info, warn
from lossary.verifier.rule import always, check

SMALL = frozenset(
    re.findall(
        r"\w+",
        """
    eps epsilon tol tiny inplace size_average reduce reduction name dtype dim axis ndim
    n_classes num_classes classes k n blank ignore_index ignore_label ignore ignore_class
    verbose debug seed p norm order log keepdim keepdims full average per_image batch device
    n_dims iters num_iters max_iter n_iter steps n_samples num_samples chunk chunk_size
    block_size window window_size kernel_size start offset num_bins bins bin_size world_size
    rank epoch step max_epoch total_steps warmup gather_distributed stable fused version
    k_neighbors
    """,
    )
)
"""Stabilisers, sizes and places: they may rightly be without effect on ordinary batches."""
BOUNDS = (
    "clip", "clamp", "max", "min", "thresh", "cutoff", "floor", "cap", "limit", "eps", "num_",
    "ratio", "top", "hard", "keep", "n_", "ignore", "pad", "idx", "index", "_id", "fill", "dim",
    "axis", "size", "length", "channel", "stride", "void", "background", "fold", "iter", "step",
)  # fmt: skip
"""Parts of names of bounds and places, which ordinary batches need not reach."""
KNOWN = frozenset(
    re.findall(
        r"\w+",
        """
    alpha beta gamma delta tau temperature temp t label_smoothing smoothing smooth_factor
    quantile q level lam lambda_ lambd weight pos_weight power kappa sigma w margin omega
    rho theta scale dice_weight bce_weight ce_weight l1_weight l2_weight kl_weight
    from_logits log_input logits label_smooth expectile
    """,
    )
)
"""Names whose meaning is known: without an effect, a promise is broken."""
SHARES = re.compile(r"^(w|lambda|weight|coeff?|alpha)_|_(w|lambda|weight|coeff?|alpha)$")
"""Names of what a term is multiplied with."""
SWITCHES = frozenset(("from_logits", "log_input", "logits", "with_logits", "use_logits"))
PAIRED = frozenset(
    re.findall(
        r"\w+",
        """
    alpha beta a b fp_weight fn_weight weight_fp weight_fn w_fp w_fn alpha_fp alpha_fn fp_penalty
    fn_penalty pos_weight neg_weight weight_pos weight_neg w_pos w_neg pos_alpha neg_alpha
    """,
    )
)
"""Names of settings that come in twos, each with a side of its own."""


@check(
    number=35,
    reason="A search over a parameter that does nothing finds nothing, and nobody is told.",
    rule="FAIL where a hyper-parameter of known meaning changes neither value nor gradient on any"
    " ordinary batch, whatever the other settings, and where of two settings only the sum counts;"
    " WARN for other numbers; stabilisers, sizes and bounds are left alone.",
    evidence=("segmentation_models.pytorch#366", "trl#1035", "TorchEasyRec#171", "MONAI#369"),
    applies=always,
)
def effects(subject: Any) -> Iterable[Finding]:
    """Every hyper-parameter has an effect on the value or the gradient."""
    batches = list(_batches(subject))
    if not _moving(subject, batches):
        return
    for name, value in subject.candidate.settings.items():
        if not _asked(name, value, subject):
            continue
        others = list(_others(name, value))
        moved = _moves(subject, name, others, batches)
        if moved is None or moved or _elsewhere(subject, name, others, batches):
            continue
        if not _waiting(subject, name, others):
            yield _found(subject, name, value, others, batches[0])
    yield from _merged(subject, batches[:4])


def _asked(name: str, value: Any, subject: Any) -> bool:
    plain = name.lower().strip("_")
    if plain in SMALL or name == subject.contract.reduction_setting:
        return False
    if any(part in plain for part in BOUNDS):
        return False
    if isinstance(value, bool):
        return plain in SWITCHES
    return isinstance(value, (int, float)) and np.isfinite(value)


def _others(name: str, value: Any) -> Iterator[Any]:
    """Yield other values that the setting may have: shares stay shares, numbers stay positive."""
    if isinstance(value, bool):
        yield not value
        return
    if 0 <= value <= 1:
        yield from (each for each in (0.2, 0.7, 0.9, 0.4) if abs(each - value) > 0.05)
    if value >= 1:
        yield from (value / 2, value * 2, value + 1)
    if value < 0:
        yield from (0.3, value / 2, value * 2)


def _batches(subject: Any) -> Iterator[Batch]:
    """Yield ordinary batches, and the same with small and with large predictions."""
    prediction = subject.contract.prediction
    for seed in range(3):
        batch = subject.draw(seed)
        yield batch
        if prediction.domain in ("real", "logit", "scores", "margin", "log_amount"):
            for factor in (0.1, 6.0):
                yield batch.with_(prediction.name, batch[prediction.name] * factor)
    target = subject.contract.target
    if target is not None and target.domain in ("real", "degree", "side"):
        sides = np.where(batch[target.name] > 0.5, 1.0, -1.0)
        yield batch.with_(target.name, sides)
        yield batch.with_(target.name, (sides + 1) / 2)


def _moving(subject: Any, batches: list[Batch]) -> bool:
    """Say whether the loss tells these batches apart at all; else nothing can be seen on them."""
    found = [numbers(subject, batch) for batch in batches]
    sums = {float(np.nansum(each)) for each in found if each is not None}
    return len(sums) > 2


def _moves(subject: Any, name: str, others: list[Any], batches: list[Batch]) -> bool | None:
    """Say whether another value changes anything; None where no other value is possible."""
    tried = False
    here = [numbers(subject, batch) for batch in batches]
    for other in others:
        try:
            there = subject.changed(**{name: other})
        except Unchangeable:
            continue
        for batch, before in zip(batches, here, strict=True):
            after = None if before is None else numbers(there, batch)
            tried = tried or after is not None
            if after is not None and differ(before, after):
                return True
        if tried and slopes_differ(subject, there, batches[0]):
            return True
    return False if tried else None


def _elsewhere(subject: Any, name: str, others: list[Any], batches: list[Batch]) -> bool:
    """Say whether it has an effect once another setting is changed, as a switch may ask for."""
    for gate, value in subject.candidate.settings.items():
        if gate == name or gate == subject.contract.reduction_setting or value is None:
            continue
        if isinstance(value, str):
            return True  # one of several modes, in another of which it may count
        if isinstance(value, (bool, int, float)):
            for other in list(_others(gate, value))[:2]:
                try:
                    form = subject.changed(**{gate: other})
                except Unchangeable:
                    continue
                if _moves(form, name, others[:2], batches[:2]):
                    return True
    return False


def _waiting(subject: Any, name: str, others: list[Any]) -> bool:
    """Say whether it has an effect beside an array that may be left out, or once None is set."""
    forms = ((each, list(_batches(each))[:2]) for _, each in opened(subject))
    return closed(subject) or any(_moves(each, name, others[:2], on) for each, on in forms)


def _merged(subject: Any, batches: list[Batch]) -> Iterator[Finding]:
    """Find two settings of which only the sum counts: one of the two is not there at all."""
    settings = subject.candidate.settings
    named = [
        n for n in settings if n.lower().strip("_") in PAIRED and _asked(n, settings[n], subject)
    ]
    for one, other in combinations(named, 2):
        found = _sum_alone(subject, one, other, batches)
        if found is not None:
            yield _of_the_sum(subject, one, other, found, batches[0])


def _sum_alone(subject: Any, one: str, other: str, batches: list[Batch]) -> dict[str, Any] | None:
    """Return other numbers of the same sum, where no such numbers change value or gradient."""
    a, b = subject.candidate.settings[one], subject.candidate.settings[other]
    step = 0.4 * min(a, b)
    if step <= 0 or isinstance(a, bool) or isinstance(b, bool):
        return None
    tried = [{one: a + step, other: b - step}, {one: a - step, other: b + step}]
    if a != b:
        tried.append({one: b, other: a})
    alone = [
        alters(subject, {one: a + step}, batches),
        alters(subject, {other: b + step}, batches),
    ]
    moved = [alters(subject, each, batches) for each in tried] if all(alone) else [True]
    return tried[-1] if not any(each or each is None for each in moved) else None


def _of_the_sum(
    subject: Any, one: str, other: str, settings: dict[str, Any], batch: Batch
) -> Finding:
    a, b = subject.candidate.settings[one], subject.candidate.settings[other]
    written = f"{one}={settings[one]:g} and {other}={settings[other]:g}"
    return (fail if _added(subject, one, other) else info)(
        f"Only the sum of {one} and {other} counts: {one}={a:g} and {other}={b:g} give the same"
        f" values and gradients as {written}.",
        subject.example(
            subject.call(batch, says=f"with {one}={a:g} and {other}={b:g}"),
            subject.changed(**settings).call(batch, says=f"with {written}"),
            expected="another number",
        ),
        cause=f"{one} and {other} weigh one and the same term, or two terms that are always equal",
        mend=f"let {one} and {other} each weigh a term of its own",
    )


def _added(subject: Any, one: str, other: str) -> bool:
    """Say whether the sum is a slip: of classes, false yes and false no are equally many anyway."""
    if "k" not in subject.contract.prediction.axes:
        return True
    both = rf"\b({one} \+ (self\.)?{other}|{other} \+ (self\.)?{one})\b"
    return bool(re.search(both, source(subject)))


def _found(subject: Any, name: str, value: Any, others: list[Any], batch: Batch) -> Finding:
    other = next(iter(others))
    plain = name.lower().strip("_")
    say = fail if plain in KNOWN or SHARES.search(plain) else warn
    example = None
    try:
        there = subject.changed(**{name: other})
        example = subject.example(
            subject.call(batch, says=f"with {name}={value}"),
            there.call(batch, says=f"with {name}={other}"),
            expected=f"another number than with {name}={value}",
        )
    except Unchangeable:
        pass
    return say(
        f"{name} has no effect: with {name}={value} and {name}={other:g} the loss and its gradient"
        " are the same, to the last digit, on every batch tried.",
        example,
        cause=f"{name} is read and never used, is overwritten, or cancels out",
        mend=f"use {name} in the formula, or take it out of the signature",
    )
