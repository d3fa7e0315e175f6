"""A finding as code: whoever runs it sees the same number, and needs no lossary for it."""

import re
from collections.abc import Iterator
from functools import partial
from typing import Any

import numpy as np

from lossary.verifier.batch import Batch
from lossary.verifier.finding import Call, Example, Finding
from lossary.verifier.writing.arrays import alone, spelt, variable
from lossary.verifier.writing.dialects import Dialect, dialect_of
from lossary.verifier.writing.numbers import shown
from lossary.verifier.writing.spelling import with_settings, written


def reproduction(verdict: Any, finding: Finding) -> str:
    """Write the counter-example of a finding as a script; empty where it has none."""
    example = finding.example
    if example is None or not example.calls:
        return ""
    body = list(_body(verdict, example))
    made = [*_made(verdict, example.calls[0])[0], *_by_hand(verdict, example)]
    head = [*_constants([*made, *body]), *_imports(verdict, example)]
    made = [line for line in made if line not in head and line != "loss = loss"]
    apart = [] if made and _import(made[0]) else [""]
    return "\n".join([*head, *apart, *made, *body])


def _by_hand(verdict: Any, example: Example) -> tuple[str, ...]:
    """Return the lines that make a gradient written by hand, where one is asked for."""
    return verdict.gradient if any(call.of is not None for call in example.calls) else ()


def _constants(lines: list[str]) -> list[str]:
    text = "\n".join(lines)
    borrowed = [name for name in ("inf", "nan") if _used(name, text)]
    return [f"from math import {', '.join(borrowed)}"] if borrowed else []


def _used(name: str, text: str) -> bool:
    code = "\n".join(line for line in text.splitlines() if not line.startswith("#"))
    tokens = code.replace("[", " ").replace("]", " ").replace(",", " ").replace("(", " ")
    return any(word in (name, f"-{name}") for word in tokens.split())


def _imports(verdict: Any, example: Example) -> Iterator[str]:
    wide = any(call.precision == "float64" for call in example.calls)
    lines = dialect_of(verdict.arrays).imports
    yield from (line for line in lines if wide or "x64" not in line)
    if verdict.host == "keras":
        yield "import keras"
        if example.calls[-1].precision == "float64":
            yield f'keras.config.set_floatx("{example.calls[-1].precision}")'


def _import(line: str) -> bool:
    return line.startswith(("import ", "from ", "sys.path"))


def _body(verdict: Any, example: Example) -> Iterator[str]:
    """Yield the calls in their order; what has not changed since the last is not written again."""
    learnt = {call.of for call in example.calls if call.of is not None}
    before: Call | None = None
    for place, call in enumerate(example.calls):
        made, extra = _made(verdict, call)
        if before is not None:
            yield ""
        if call.says:
            yield f"# {call.says}"
        again = before is not None and made != _made(verdict, before)[0]
        if again:
            yield from made[-1:]
        held = "float32" if before is None or again else before.precision
        if call.precision != held:
            yield from _cast(verdict, call.precision)
        yield from _placed(verdict, call)
        yield from _arrays(verdict, call, before, learnt)
        last = place == len(example.calls) - 1
        yield from _asked(verdict, call, extra, last)
        if last and example.expected:
            yield f"# expected: {shown(example.expected)}"
        before = call


def _made(verdict: Any, call: Call) -> tuple[list[str], Any]:
    spell = partial(alone, precision=call.precision, dialect=dialect_of(verdict.arrays))
    return with_settings(verdict.spelling, {**verdict.passed, **call.settings}, spell)


def _cast(verdict: Any, precision: str) -> Iterator[str]:
    """Yield the lines that bring what the loss keeps to the precision of a call."""
    if verdict.arrays != "torch" or not verdict.keeps:
        return
    dtype = f"torch.{precision}"
    if set(verdict.keeps.values()) & {"parameter", "buffer"}:
        yield f"loss = loss.to({dtype})"
    for name, kind in verdict.keeps.items():
        if kind == "attribute":
            yield f"loss.{name} = loss.{name}.to({dtype})"


def _placed(verdict: Any, call: Call) -> Iterator[str]:
    """Yield the lines that set parameters of the loss."""
    for name, values in call.parameters.items():
        path = re.sub(r"\.(\d+)", r"[\1]", name)
        yield spelt(f"loss.{path}.data", values, call.precision, dialect_of(verdict.arrays))


def _arrays(verdict: Any, call: Call, before: Call | None, learnt: set[Any]) -> Iterator[str]:
    dialect = dialect_of(verdict.arrays)
    for name, array in call.batch.items():
        if before is not None and _same(before, call, name):
            continue
        yield spelt(variable(name), array, call.precision, dialect, learns=name in learnt)
    if call.upstream is not None:
        yield spelt("upstream", call.upstream, call.precision, dialect)


def _same(before: Call, call: Call, name: str) -> bool:
    one, other = before.batch.arrays.get(name), call.batch[name]
    if one is None or before.precision != call.precision or one.dtype != other.dtype:
        return False
    return np.array_equal(one, other, equal_nan=one.dtype.kind == "f")


def _asked(verdict: Any, call: Call, extra: Any, last: bool) -> Iterator[str]:
    """Yield the call itself and what came of it."""
    dialect = dialect_of(verdict.arrays)
    if call.seed is not None:
        yield dialect.seeded.format(seed=call.seed)
    lines = list(_lines(verdict, call, extra, dialect))
    if isinstance(call.found, str):
        if not last:
            lines = ["try:", *(f"    {each}" for each in lines)]
            lines += ["except Exception as error:", "    print(error)"]
        yield from [*lines, f"# raises {shown(call.found)}"]
        return
    yield from [*lines, f"# found: {shown(call.found)}"]


def _lines(verdict: Any, call: Call, extra: Any, dialect: Dialect) -> Iterator[str]:
    spell = partial(alone, precision=call.precision, dialect=dialect)
    given = arguments(verdict.contract, call.batch, extra, spell)
    if call.shows is not None:
        yield f"loss({given})"
        yield f"print({variable(call.shows)})"
        return
    if call.of is None:
        yield f"print(loss({given}){verdict.part})"
        return
    words = {
        "call": f"loss({given}){verdict.part}",
        "gradient": f"gradient({given})",
        "of": variable(call.of),
    }
    for line in _slope(verdict, call, dialect):
        yield line.format(**words)


def _slope(verdict: Any, call: Call, dialect: Dialect) -> tuple[str, ...]:
    if verdict.gradient and call.of == verdict.contract.prediction.name:
        return ("print({gradient})",)
    if call.found is None:
        return dialect.slope_absent
    if call.upstream is not None:
        return dialect.slope_upstream
    contract = verdict.contract
    one = contract.output == () and contract.reduction != "none" and not call.settings
    return dialect.slope if one else dialect.slope_of_sum


def arguments(contract: Any, batch: Batch, extra: Any, spell: Any = repr) -> str:
    """Write what stands between the brackets of the call."""
    by_place = {each.name for each in contract.arguments if not each.keyword}
    given = [variable(name) if name in by_place else f"{name}={variable(name)}" for name in batch]
    return ", ".join(
        [*given, *(f"{name}={written(value, spell)}" for name, value in extra.items())]
    )
