"""Check 31: what a loss keeps follows it to another device and precision."""

from collections.abc import Iterable
from typing import Any

from lossary.adapters.foreign.elsewhere import elsewhere, elsewhere_with_attributes
from lossary.verifier.finding import Finding, fail, warn
from lossary.verifier.programme.calls import eager, over
from lossary.verifier.programme.remaking import emptied
from lossary.verifier.rule import always, check


def _on_torch(subject: Any) -> str | None:
    if always(subject) is not None:
        return always(subject)
    return None if subject.host.name == "torch" else "only PyTorch places arrays by hand"


@check(
    number=31,
    reason="A loss that runs on the CPU raises on the first step on a GPU, or after .half().",
    rule="FAIL where .to(device) leaves an array behind that the loss computes with; WARN where an"
    " array that is made on the CPU whatever the device of the inputs meets one of them.",
    evidence=("pytorch#3879", "pytorch#122757", "pytorch-lightning#2984"),
    applies=_on_torch,
)
def buffers(subject: Any) -> Iterable[Finding]:
    """After .to(device) a loss computes on that device."""
    subject = eager(subject)
    batch = subject.typical
    arrays, names = over(subject, batch, "float32")
    with emptied(subject.candidate.given):  # what has no numbers must not stay in a cache
        somewhere = elsewhere(subject.candidate, arrays, names)
    if not somewhere:
        return
    state = subject.candidate.state()
    left = [name for name, each in state.items() if each.kind == "attribute"]
    example = subject.example(
        subject.call(batch, "float32", says="with the loss and its inputs on a GPU"),
        expected="a value on the device of the inputs",
    )
    if left and not elsewhere_with_attributes(subject.candidate, arrays, names):
        kept = ", ".join(f"self.{name}" for name in left)
        yield fail(
            f"After loss.to(device) {kept} stays on the CPU, and the call raises on every other"
            " device.",
            example,
            cause="a tensor kept as a plain attribute",
            mend=f'self.register_buffer("{left[0].rpartition(".")[2]}", tensor)',
        )
        return
    yield warn(
        "It makes or holds an array on the CPU whatever the device of its inputs, and raises on"
        " every other device.",
        example,
        cause="torch.tensor, zeros, ones, eye or arange without device=, or a tensor kept outside"
        " the loss",
        mend="device=prediction.device, or prediction.new_zeros(…)",
    )
