"""Says in sentences where a NaN came from."""

from typing import Any

from lossary.adapters.foreign.replaying import Bad, Step


def told(name: str, when: str, bad: Bad) -> str:
    """Tell which operation of a loss lost a number, at which entry and on which line."""
    lines = [f"{name} lost a number {when}: {_said(bad.first)}"]
    if bad.nan is not None:
        lines.append(f"From there it became NaN: {_said(bad.nan)}")
    return "\n".join([*lines, f"Hint: {hint(bad.first)}."])


def _said(step: Step) -> str:
    entry = f" at entry {list(step.index)}" if step.index else ""
    line = f", in {step.line}" if step.line else ""
    return f"{step}{entry}{line}."


def hint(step: Step) -> str:
    """Say how such an operation is mended."""
    name = step.operation
    if "log" in name:
        return "take the logarithm of what cannot be zero: a loss of logits (log_softmax, softplus)"
    if "sqrt" in name or "norm" in name or (step.backward and "pow" in name):
        return "a root has no slope at zero: take it of a number that stays above zero"
    if "div" in name or "reciprocal" in name:
        return "the denominator is zero: replace it before the division, where nothing counts"
    if "exp" in name:
        return "subtract the largest exponent first, as logsumexp does"
    return "replace the input before this operation where it must not be used, not the result after"


def told_before(
    name: str, when: str, spoilt: dict[str, Any], bad: Bad | None, *, known: bool
) -> str:
    """Tell that the number was lost before the loss was called.

    `known` says whether the batch before was kept; `bad` is what a replay of it found.
    """
    came = f"{when.capitalize()} {' and '.join(spoilt)} came in with NaN or infinity"
    if bad is not None:
        return (
            f"{came}, because {name} had no gradient on the batch before: {_said(bad.first)}\n"
            f"Hint: {hint(bad.first)}."
        )
    cleared = f"; {name} gave a number and a finite gradient on the batch before" if known else ""
    return (
        f"{came}{cleared}: they come from the model, its optimizer or the data.\n"
        f"Hint: take a smaller learning rate, clip the gradients, or look at the data."
    )
