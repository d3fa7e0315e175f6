"""Losses of entries: one pass reads each once, and writes sums, values, slopes and curvatures."""

from functools import lru_cache
from typing import Any

from lossary.core.trace import Trace
from lossary.expressions import symbol
from lossary.kernels.triton.launch import Call
from lossary.kernels.triton.page import Page

BLOCK = 1024
"""Entries of one program: eight for each of its 128 threads."""


def entries(
    loss: Any,
    place: int,
    wants: Any,
    arrays: tuple[Any, ...],
    weight: Any,
    mask: Any,
    scale: Any = None,
) -> dict[str, Any]:
    """Compute what is wanted of an `Elementwise` loss, in one pass over memory.

    Args:
        loss, place: the loss, and which of its shape sentences the arrays fit.
        wants: of "sums", "value", "slopes" and "curvatures", those to compute.
        arrays: prediction and target, of any strides and dtypes, on one device.
        weight, mask: shaped as the entries, or None.
        scale: one number on the device, or one for each entry, which the slopes are multiplied
            by: what comes from above in a backward pass, by the mean's denominator.

    Returns:
        "sums": sum(weight · loss) and sum(weight), without axes; "value": weight · loss in the
        entries' shape; both in single precision, or double where the prediction is.
        "slopes" and "curvatures", times the weight, have the prediction's shape and dtype.
    """
    wanted = tuple(sorted(wants))
    call = Call(loss, place, arrays, weight, mask, scale)
    name = f"{loss.label}_{'_'.join(wanted)}"
    text = _text(loss, place, name, wanted, call.given)
    programs, share = -(-call.count // BLOCK), loss.traced(place).share is not None
    found = call.outputs(wanted, programs, share)
    if call.count:
        call.run(name, text, programs, BLOCK=BLOCK)
    return call.finished(found, share)


@lru_cache(maxsize=1024)
def _text(loss: Any, place: int, name: str, wants: tuple[str, ...], given: tuple[str, ...]) -> str:
    trace = loss.traced(place)
    page = Page(given)
    page.asks("n")
    page.line("program = tl.program_id(0).to(tl.int64)")
    page.line("entry = program * BLOCK + tl.arange(0, BLOCK)")
    page.line("inside = entry < n")
    page.entry()
    page.parameters(trace.parameters)
    _read(page, loss, trace)
    total = None if trace.share is None else page.compute(trace.share)
    if total is not None and loss.share_removes:
        page.line(f"counts = counts & ({total} != 0)")
    _write(page, trace, wants, total)
    return page.text(name, "BLOCK")


def _read(page: Page, loss: Any, trace: Trace) -> None:
    first, *others = loss.names
    for place, name in enumerate(loss.components):
        page.asks(f"apart_{first}")
        page.line(f"x_{name} = {page.load(first, f' + {place} * apart_{first}')}")
    for name in others if loss.components else loss.names:
        page.line(f"x_{name} = {page.load(name)}")
    page.names.update({symbol(name): f"x_{name}" for name in trace.arrays})


def _write(page: Page, trace: Trace, wants: tuple[str, ...], share: str | None) -> None:
    if "value" in wants or "sums" in wants:
        value = page.compute(trace.value)
    if "sums" in wants:
        page.sums(value, share)
    if "value" in wants:
        page.asks("at_value")
        page.line(f"tl.store(at_value + entry, {page.kept(value)}, mask=inside)")
    for which in ("slopes", "curvatures"):
        graphs = getattr(trace, which) if which in wants else ()
        for place, graph in enumerate(graphs):
            page.asks(f"at_{which}")
            made = page.compute(graph)
            found = page.scaled(made) if which == "slopes" else page.kept(made)
            offset = f"entry * {len(graphs)} + {place}" if len(graphs) > 1 else "entry"
            page.line(f"tl.store(at_{which} + {offset}, {found}, mask=inside)")
