"""`lossary.check`: find out what a loss promises, hold it to that, and say what was found."""

from collections.abc import Callable, Sequence
from time import perf_counter
from typing import Any

from lossary.adapters.foreign.candidate import Candidate
from lossary.adapters.foreign.reading import read
from lossary.verifier.choosing import chosen
from lossary.verifier.declaring import declared_as, declared_on
from lossary.verifier.describing import described
from lossary.verifier.examining import examine
from lossary.verifier.finding import Finding, Severity
from lossary.verifier.likeness.family import families_named
from lossary.verifier.probing.probe import probe
from lossary.verifier.programme.calls import settled
from lossary.verifier.subject import Subject
from lossary.verifier.verdict import Verdict


def check(
    loss: Any,
    *,
    thorough: bool = False,
    gradient: Callable[..., Any] | None = None,
    settings: dict[str, Any] | None = None,
    host: str | None = None,
    origin: str | None = None,
    only: Sequence[str] = (),
    skip: Sequence[str] = (),
    heard: Callable[[float, str], None] = lambda share, doing: None,
    **declared: Any,
) -> Verdict:
    """Find out what a loss of any framework promises, and hold it to that.

    Nothing need be declared: arguments, shapes, domains, order and reduction are found by names and
    by trying, and stand in the verdict. What cannot be found is declared by keyword, as
    `prediction="logit"`, `target="labels"`, `shapes="n k, n"`, `order="target, prediction"`,
    `reduction="sum"`, `ignore=-100`, `like="huber"`, or `example=(prediction, target)`.

    Args:
        loss: a function, a class, a module or an object of PyTorch, JAX, TensorFlow, Keras or
            NumPy, a booster's objective, or a loss of ours.
        thorough: take minutes, and look at more.
        gradient: a gradient written by hand, of the loss's own arguments; "returned" where the
            loss returns it beside its value.
        settings: hyper-parameters to hand to the loss or to its class.
        host: the framework, where it cannot be told from the code.
        origin: where the loss stands, as "losses.py:focal", for the reproductions.
        only: names of checks to run; all others are left out.
        skip: names of checks to leave out.
        heard: told the share that is done, and what is being done.
        declared: what probing cannot know, as for `lossary.contract`.

    Returns:
        The verdict: `sound`, `failures`, `warnings`, `profile`; printed, it explains itself.

    Raises:
        LossError: the loss cannot be read or called, and what to declare about it; or something
            is declared that there is not.
    """
    begin = perf_counter()
    heard(0.0, "reading")
    candidate = read(loss, gradient=gradient, settings=settings, host=host, origin=origin)
    wanted = declared_as({**declared_on(candidate.given).stated(), **declared})
    if wanted.like is not None:
        families_named(wanted.like)  # else a misspelt name would only be a loss that is not alike
    heard(0.02, "probing")
    contract = probe(candidate, wanted)
    subject = settled(Subject(candidate, contract, thorough))
    findings, held, skipped = examine(subject, chosen(only, skip), heard)
    seconds = perf_counter() - begin
    return _verdict(candidate, subject, findings, held, skipped, seconds, settings or {})


def _verdict(
    candidate: Candidate,
    subject: Subject,
    findings: list[Finding],
    held: list[str],
    skipped: dict[str, str],
    seconds: float,
    settings: dict[str, Any],
) -> Verdict:
    order = list(Severity)
    return Verdict(
        name=candidate.name,
        contract=subject.contract,
        findings=tuple(sorted(findings, key=lambda each: order.index(each.severity))),
        held=tuple(held),
        skipped=skipped,
        seconds=seconds,
        **described(candidate, subject, settings),
    )
