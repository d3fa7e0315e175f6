"""Check 13: none, sum and mean of the same entries, and what the mean divides by."""

import re
from collections.abc import Iterable
from dataclasses import replace
from typing import Any

import numpy as np

from lossary.adapters.foreign.candidate import Unchangeable
from lossary.verifier.batch import Array, Batch
from lossary.verifier.batches import dividing, hints, rows
from lossary.verifier.batches.structure import near, structure
from lossary.verifier.batches.unreduced import unreduced
from lossary.verifier.finding import Finding, Severity, fail, info, warn
from lossary.verifier.rule import check

WORDS = ("none", "sum", "mean")
ASKED = re.compile(r"reduction=['\"]\w+['\"]")
"""What the code asks of another loss says nothing of its own reductions."""
PARTLY = re.compile(
    r"consisten|pseudo|confiden|fixmatch|semi|unsup|threshold|mining|ohem|self.?train|all entries|"
    r"batch size|fixed|per image|number of pixels"
)
"""Losses of these words weigh by the share of entries that count, on purpose."""
MEANT = ("ValueError", "NotImplementedError", "KeyError", "AssertionError", "TypeError")
"""Errors with which an author says that there is no such reduction."""


@check(
    number=13,
    reason="What a mean divides by sets the learning rate, and decides which rows count: a wrong"
    " denominator is seen in no plot of the loss.",
    rule="FAIL where the entries, their sum and their mean contradict each other, or the declared"
    " reduction, where the setting does nothing, and where entries that are left out still count"
    " in the denominator (WARN where the loss speaks of such a share), and where a name says mean"
    " and a sum comes out; WARN where rows are summed and features averaged; INFO names the"
    " denominator.",
    evidence=("pytorch#8062", "pytorch#65329", "keras#19740", "Liger-Kernel#488"),
    applies=rows.no_rows,
)
def reductions(subject: Any) -> Iterable[Finding]:
    """A sum adds the entries, and a mean divides that sum by a count that has a name."""
    forms = _forms(subject)
    yield from _unsaid(subject, forms)
    if len(forms) > 1:
        found = list(_identities(subject, forms))
        yield from found
        wide = None if any(each.severity is Severity.FAIL for each in found) else _wide(subject)
        if wide is not None:
            again = _identities(wide, _forms(wide))
            yield from (each for each in again if each.severity is Severity.FAIL)
    else:
        yield from _declared(subject)
    yield from _left_in(subject)


def _forms(subject: Any) -> dict[str, Any]:
    """Return the loss with each reduction of which its code or its docstring speaks."""
    written = ASKED.sub("", hints.source(subject)) + hints.doc(subject)
    found = {}
    for word in WORDS:
        try:
            form = subject.reduced(word)
        except Unchangeable:
            continue
        if form is not None and (form is subject or not hints.source(subject) or word in written):
            found[word] = form
    entries = None if "none" in found or not found else unreduced(subject)
    return found if entries is None else {"none": entries, **found}


def _wide(subject: Any) -> Any | None:
    """Return the loss with two axes, where it takes them entry by entry as it takes one."""
    flat = [a for a in subject.contract.arguments if a.axes == ("n",)]
    if len(flat) != len(subject.contract.arguments) or any(a.domain == "labels" for a in flat):
        return None
    arguments = tuple(replace(a, axes=("n", "d")) for a in flat)
    wide = replace(subject, contract=subject.contract.but(arguments=arguments))
    return None if unreduced(wide) is None else wide


def _unsaid(subject: Any, forms: dict[str, Any]) -> Iterable[Finding]:
    """Ask for a sum of which neither code nor docstring speaks: it may fall through to the mean."""
    setting = subject.contract.reduction_setting
    if "sum" in forms or "mean" not in forms or setting not in subject.candidate.settings:
        return
    try:
        form = subject.changed(**{setting: "sum"})
    except Unchangeable:
        return
    batch = subject.typical
    found, mean = form.gives(batch), forms["mean"].gives(batch)
    if isinstance(found, str) or isinstance(mean, str) or np.size(found) != 1:
        return
    if near(found, mean) and abs(np.sum(mean)) > 1e-9:
        entries = _changed(subject, setting, "none")
        dead = entries is not None and near(entries, mean)
        yield (fail if dead and not _asked(subject, setting) else warn)(
            f"{setting}='sum' is taken without a word, and gives the mean, {np.sum(mean):.4g}.",
            form.example(form.call(batch), expected="a sum, or an error that names what there is"),
            cause="every word that is not looked for falls through to the mean",
            mend="raise ValueError for a reduction that there is not",
        )


def _changed(subject: Any, setting: str, word: str) -> Any:
    """Return the value under another reduction, or None where it raises."""
    found = subject.changed(**{setting: word}).gives(subject.typical)
    return None if isinstance(found, str) else found


def _asked(subject: Any, setting: str) -> bool:
    """Say whether the code looks at the setting anywhere after it was stored."""
    code = hints.source(subject)
    uses = len(re.findall(rf"\b{setting}\b", code))
    return not code or uses > (3 if f"self.{setting} = {setting}" in code else 1)


def _identities(subject: Any, forms: dict[str, Any]) -> Iterable[Finding]:
    batch = subject.typical
    values: dict[str, Array] = {}
    for word, form in forms.items():
        found = form.gives(batch)
        if isinstance(found, str):
            yield from _raised(form, batch, word, found)
        else:
            values[word] = found
    wrong = list(_shapes(subject, forms, batch, values)) or list(
        _sums(subject, forms, batch, values)
    )
    yield from wrong
    if not wrong and {"sum", "mean"} <= values.keys():
        yield from _means(subject, forms, batch, values)


def _raised(form: Any, batch: Batch, word: str, error: str) -> Iterable[Finding]:
    if not error.startswith(MEANT):
        yield fail(
            f"reduction={word!r} raises {error.splitlines()[0][:120]}.",
            form.example(form.call(batch), expected="a value"),
            cause="a branch that was never run",
            mend="try each reduction once in a test",
        )


def _shapes(
    subject: Any, forms: dict[str, Any], batch: Batch, values: dict[str, Array]
) -> Iterable[Finding]:
    n = rows.count(subject, batch)
    entries = batch[subject.contract.prediction.name].shape
    unreduced = np.shape(values["none"]) if "none" in values else None
    for word, found in values.items():
        shape = np.shape(found)
        if not _rowwise(subject):
            continue
        if word != "none" and np.size(found) > 1 and shape == unreduced:
            if not _spoken(subject, word):
                continue  # it offers another reduction only, and hands on the entries otherwise
            says = f"reduction={word!r} gives {np.size(found)} numbers of shape {shape}, not one."
        elif word == "none" and not shape:
            says = "reduction='none' gives one number for all rows, not one for each."
        elif word == "none" and shape == (n, n) != entries:
            says = f"reduction='none' gives a table of {n} times {n} numbers for {n} rows."
        else:
            continue
        yield fail(
            says,
            forms[word].example(
                forms[word].call(batch),
                expected="one number" if word != "none" else "one number for each entry",
            ),
            cause="the branch of this reduction is missing, or falls through to another",
            mend="return loss, loss.sum() or loss.mean() of the same entries",
        )


def _spoken(subject: Any, word: str) -> bool:
    """Say whether the code looks for this word, or the docstring offers it."""
    code, told = ASKED.sub("", hints.source(subject)), hints.doc(subject)
    quoted = rf"['\"`]{word}['\"`]"
    return not code or bool(
        re.search(quoted, code + told) or re.search(rf"reduction[^\n]*\b{word}\b", told)
    )


def _rowwise(subject: Any) -> bool:
    if hints.together(subject):
        return False
    return structure(subject).rowwise or hints.by_rows(subject) is not None


def _sums(
    subject: Any, forms: dict[str, Any], batch: Batch, values: dict[str, Array]
) -> Iterable[Finding]:
    if not {"none", "sum"} <= values.keys() or not np.isfinite(values["none"]).all():
        return
    if not _rowwise(subject):
        return
    added, found = float(np.sum(values["none"])), float(np.sum(values["sum"]))
    if near(found, added, float(np.abs(values["none"]).sum())):
        return
    mean = near(found, added / np.size(values["none"]))
    yield fail(
        f"reduction='sum' gives {found:.4g}, and the entries of 'none' add up to {added:.4g}.",
        forms["sum"].example(
            forms["none"].call(batch, says="the entries"),
            forms["sum"].call(batch),
            expected=f"{added:.4g}",
        ),
        cause="the sum is divided like a mean" if mean else "two branches reduce different things",
        mend="return loss.sum() of what 'none' returns",
    )


def _means(
    subject: Any, forms: dict[str, Any], batch: Batch, values: dict[str, Array]
) -> Iterable[Finding]:
    total, mean = float(np.sum(values["sum"])), float(np.sum(values["mean"]))
    if not np.isfinite([total, mean]).all() or min(abs(total), abs(mean)) < 1e-9:
        return
    entries = np.size(values["none"]) if "none" in values else 0
    named = dividing.name_of(subject, batch, total / mean, entries)
    if named is not None:
        yield info(f"The mean divides the sum by {named}.")
        return
    wrong = dividing.wrong(subject, batch, total / mean, entries) if _rowwise(subject) else None
    if wrong is None:
        yield info(f"The mean is the sum divided by {total / mean:.4g}.")
        return
    n = rows.count(subject, batch)
    yield fail(
        f"reduction='mean' gives {mean:.4g}: the sum {total:.4g} divided by {total / mean:.4g},"
        f" {wrong}, for {n} rows.",
        forms["mean"].example(
            forms["sum"].call(batch, says="the sum"),
            forms["mean"].call(batch),
            expected=f"{total / (entries or n):.4g}",
        ),
        cause=f"the mean divides by {wrong}",
        mend="return loss.mean() of what 'none' returns",
    )


def _declared(subject: Any) -> Iterable[Finding]:
    """Compare a loss that has one reduction only with what is said of it."""
    kind, wanted = structure(subject).kind, subject.contract.reduction
    if kind not in ("mean", "sum"):
        return
    if np.size(subject.value(subject.typical)) != 1:
        return
    if subject.contract.known.get("reduction") == "declared" and wanted in ("mean", "sum"):
        if kind != wanted and rows.count(subject, subject.typical) > 1:
            yield _contradiction(subject, kind, f"it is declared a {wanted}", fail)
    elif kind == "sum" and _says_mean(subject):
        yield _contradiction(subject, kind, "its name says mean", fail)
    elif kind == "sum" and subject.host.name in ("keras", "tensorflow"):
        yield _contradiction(subject, kind, "Keras averages over rows by itself", warn)
    elif kind == "sum" and (axis := dividing.exchanged(subject)) is not None:
        yield _contradiction(subject, kind, f"the axis {axis} within a row is averaged", warn)
    else:
        yield info(dividing.sentence(subject, kind))


def _says_mean(subject: Any) -> bool:
    words = hints.name(subject).split()
    said = f"{hints.name(subject)} {hints.doc(subject)}"
    return bool({"mse", "mae", "mape", "msle", "mean"} & set(words)) and "sum" not in said


def _contradiction(subject: Any, kind: str, because: str, say: Any) -> Finding:
    batch = subject.draw(n=2)
    twice = rows.doubled(subject, batch)
    here, there = subject.number(batch), subject.number(twice)
    return say(
        f"The value is a {kind} over the rows, though {because}: the same rows twice are worth"
        f" {there:.4g}, once {here:.4g}.",
        subject.example(
            subject.call(batch),
            subject.call(twice, says="each row twice"),
            expected=f"{here:.4g} again" if kind == "sum" else f"{2 * here:.4g}",
        ),
        cause=f"a {kind} in place of a {'mean' if kind == 'sum' else 'sum'} at the end",
        mend="return loss.mean()" if kind == "sum" else "return loss.sum()",
    )


def _left_in(subject: Any) -> Iterable[Finding]:
    for found in dividing.left_in(subject):
        way, batch, value, right, share = found
        yield (warn if PARTLY.search(hints.name(subject) + hints.doc(subject)) else fail)(
            f"The mean still counts the entries that {way.words} leaves out: {value:.4g} with"
            f" {share} rows left out, where the others alone are worth {right:.4g}.",
            way.subject.example(way.subject.call(batch), expected=f"{right:.4g}"),
            cause="a mean over all entries, of which those left out are zero",
            mend="divide by the number of entries that count: loss.sum() / mask.sum().clamp(min=1)",
        )
