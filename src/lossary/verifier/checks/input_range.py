"""Check 32: the example arrays lie in the range that the loss reads."""

from collections.abc import Iterable
from typing import Any

import numpy as np

from lossary.verifier.finding import Finding, fail, warn
from lossary.verifier.meaning.words import named
from lossary.verifier.ranges import looks_like, misfit
from lossary.verifier.rule import check

IMAGES = ("lpips", "ssim", "ms_ssim", "perceptual", "vgg", "psnr", "dists", "fsim")


def _applies(subject: Any) -> str | None:
    if subject.contract.kind != "loss" or not subject.contract.roles("prediction"):
        return "no prediction is known"
    return None if _given(subject) else "no example was handed over: example=(prediction, target)"


def _given(subject: Any) -> Any:
    return getattr(subject.contract, "example", None)


@check(
    number=32,
    reason="Images of [0, 1] where [-1, 1] is read, or probabilities where logits are: the loss is"
    " defined, plausible, and of something else.",
    rule="FAIL where a row of an example handed over has been through a softmax that the loss"
    " applies itself, or is no probability where one is read; WARN where two images differ in"
    " range.",
    evidence=("RAE#25", "nerfstudio#1424", "pytorch-msssim#14", "torchmetrics#1296"),
    applies=_applies,
)
def input_range(subject: Any) -> Iterable[Finding]:
    """An example lies in the range that the loss reads."""
    contract, given = subject.contract, _given(subject)
    arrays = given if hasattr(given, "keys") else dict(
        zip((a.name for a in contract.arguments), given, strict=False)
    )  # fmt: skip
    for argument in contract.roles("prediction"):
        wrong = misfit(argument.domain, looks_like(np.asarray(arrays[argument.name])))
        if wrong is not None:
            yield fail(f"In the example, of {argument.name} {wrong}.")
    if named(subject, *IMAGES) and contract.target is not None:
        yield from _images(contract, arrays)


def _images(contract: Any, arrays: Any) -> Iterable[Finding]:
    names = (contract.prediction.name, contract.target.name)
    looks = [looks_like(np.asarray(arrays[name])) for name in names]
    if looks[0].within_sides != looks[1].within_sides or looks[1].high > 4 * looks[0].high > 0:
        spans = [f"{each.low:.3g} to {each.high:.3g}" for each in looks]
        yield warn(
            f"{names[0]} runs from {spans[0]} and {names[1]} from {spans[1]}: two ranges of"
            " images.",
            cause="one went through a normalisation, and the other did not",
            mend="bring both to [0, 1], or to what the loss documents",
        )
