"""Losses of rows: a tile of rows for each program, whose columns it keeps or goes through."""

from functools import lru_cache
from typing import Any

from lossary.core.trace import Trace
from lossary.expressions import symbol
from lossary.kernels.shortcuts import shortened
from lossary.kernels.triton.graphs import labelled, trailing
from lossary.kernels.triton.launch import Call, numbers
from lossary.kernels.triton.rowpage import RowPage

WIDEST = 4096
"""Longer rows are gone through in blocks of half of this; others are kept whole."""


def rows(
    loss: Any,
    place: int,
    wants: Any,
    arrays: tuple[Any, ...],
    weight: Any,
    mask: Any,
    scale: Any = None,
) -> dict[str, Any]:
    """Compute what is wanted of a `Rowwise` loss: "sums", "value" or "slopes".

    Arguments and results are those of `entries`, an entry being a row. A label that names no
    class gives NaN, in value and slope.
    """
    wanted = tuple(sorted(wants))
    call = Call(loss, place, arrays, weight, mask, scale)
    name = f"{loss.label}_{'_'.join(wanted)}"
    width = 1 << max(call.length - 1, 0).bit_length()
    whole = width <= WIDEST
    columns = width if whole else WIDEST // 2
    tile = max(1, WIDEST // 2 // columns)
    programs = -(-call.count // tile)
    text, constants = _text(loss, place, name, wanted, call.given, whole)
    for index, values in enumerate(constants):
        call.arguments[f"at_row{index}"] = numbers(values, call.real, call.first.device)
    share = loss.traced(place).share is not None
    found = call.outputs(wanted, programs, share)
    if call.count:
        warps = 8 if tile == 1 else 4
        call.run(name, text, programs, ROWS=tile, COLUMNS=columns, num_warps=warps)
    return call.finished(found, share)


@lru_cache(maxsize=1024)
def _text(
    loss: Any,
    place: int,
    name: str,
    wants: tuple[str, ...],
    given: tuple[str, ...],
    whole: bool,
) -> tuple[str, tuple[tuple[float, ...], ...]]:
    trace = loss.traced(place)
    page = RowPage(given, whole)
    page.entry()
    page.parameters(trace.parameters)
    for array, behind in trailing(loss, place).items():
        if not behind:
            real = "tl.int64" if array in labelled(loss, place) else "REAL"
            page.line(f"x_{array} = {page.load(array, real=real)}")
            page.names[symbol(array)] = f"x_{array}"
    total = None if trace.share is None else page.compute(shortened(trace.share))
    if total is not None and loss.share_removes:
        page.line(f"counts = counts & ({total} != 0)")
    _write(page, trace, wants, total)
    return page.text(name, "ROWS", "COLUMNS"), tuple(page.rows)


def _write(page: RowPage, trace: Trace, wants: tuple[str, ...], share: str | None) -> None:
    graph = shortened(trace.value)
    slopes = tuple(map(shortened, trace.slopes)) if "slopes" in wants else ()
    if "value" in wants or "sums" in wants:
        page.add_up(graph, *slopes)
        value = page.compute(graph)
    if "sums" in wants:
        page.sums(value, share)
    if "value" in wants:
        page.asks("at_value")
        page.line(f"tl.store(at_value + entry, {page.kept(value)}, mask=inside)")
    for each in slopes:
        page.asks("at_slopes")
        page.ready(each)
        with page.columns() as here:
            slope = page.scaled(page.row(each, here))
            where = "at_slopes + entry * k + column"
            page.line(f"tl.store({where}, {slope}, mask=inside & within)")
