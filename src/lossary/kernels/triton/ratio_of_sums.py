"""Losses of a few sums: one pass adds up, for each class, and another spreads their slopes."""

import math
from functools import lru_cache
from typing import Any

import torch

from lossary.expressions import constant, symbol
from lossary.kernels.triton.graphs import labelled, trailing
from lossary.kernels.triton.launch import Call, added
from lossary.kernels.triton.page import Page

Tensor = Any
TILE = 2048
"""Numbers in hand at once: so many entries, or fewer entries with several classes each."""


def sums(
    loss: Any, place: int, arrays: tuple[Tensor, ...], weight: Any, mask: Any
) -> tuple[Tensor, ...]:
    """Add up what entries contribute to each sum of a `RatioOfSums` loss.

    Arguments are those of `entries`.

    Returns:
        One tensor for each of `loss.sums`, of shape (k,), or (n, k) where images are judged one
        by one, without k where there are no classes; last the number of entries that count, of
        shape () or (n,). All in single precision, or double where the prediction is.
    """
    call = _Pooled(loss, place, arrays, weight, mask)
    found = call.empty("sums", (len(loss.sums), call.images, call.parts, call.length))
    counts = call.empty("counts", (call.images, call.parts), torch.int32)
    if call.count:
        text = _sums_text(loss, place, call.given)
        call.run(f"{loss.label}_sums", text, *call.grid, **call.sizes)
    totals = added(found, call.real, 2).reshape(len(loss.sums), *call.heads, *call.classes)
    if not call.given:
        many = torch.full(call.heads, call.pixels, dtype=call.real, device=totals.device)
        return *totals, many
    return *totals, added(counts, call.real, 1).reshape(call.heads)


def sums_gradient(
    loss: Any,
    place: int,
    arrays: tuple[Tensor, ...],
    weight: Any,
    mask: Any,
    coefficients: tuple[Tensor, ...],
) -> Tensor:
    """Return the slope in each entry of the prediction, given the slope in each sum.

    `coefficients` has a tensor for each of `loss.sums`, in that sum's shape; one more, for the
    number of entries, may follow and is not read. The result has the prediction's shape and dtype.
    """
    call = _Pooled(loss, place, arrays, weight, mask)
    used = coefficients[: len(loss.sums)]
    call.arguments["coefficients"] = torch.stack([each.detach().to(call.real) for each in used])
    found = call.outputs(("slopes",))["slopes"]
    if call.count:
        text = _gradient_text(loss, place, call.given)
        call.run(f"{loss.label}_gradient", text, *call.grid, **call.sizes)
    return found


class _Pooled(Call):
    """The tensors of one call, as images of pixels with classes."""

    def __init__(self, loss: Any, place: int, *given: Any) -> None:
        super().__init__(loss, place, *given)
        self.heads = self.shape[:1] if loss.averaged else ()
        self.classes = (self.length,) if self.behind[loss.names[0]] else ()
        self.images = math.prod(self.heads)
        self.pixels = math.prod(self.shape[1:] if loss.averaged else self.shape)
        columns = min(_two_to(self.length), TILE)
        entries = min(_two_to(self.pixels), TILE // columns)
        self.parts = -(-self.pixels // entries)
        self.grid = self.images * self.parts, -(-self.length // columns)
        self.sizes = {"ENTRIES": entries, "COLUMNS": columns}
        self.arguments |= {"images": self.images, "pixels": self.pixels, "parts": self.parts}
        if not self.length:
            self.count = 0


@lru_cache(maxsize=1024)
def _sums_text(loss: Any, place: int, given: tuple[str, ...]) -> str:
    page = _page(loss, place, given)
    page.asks("images", "at_sums")
    for index, graph in enumerate(loss.traced(place).contributions):
        value = page.kept(page.compute(graph), "there")
        where = f"at_sums + (({index} * images + image) * parts + part) * k + column"
        page.line(f"tl.store({where}, tl.sum({value}, axis=0, keep_dims=True), mask=within)")
    if given:
        page.asks("at_counts")
        count = "tl.sum(counts.to(tl.int32))"
        page.line(f"tl.store(at_counts + image * parts + part, {count})")
    return page.text(f"{loss.label}_sums", "ENTRIES", "COLUMNS")


@lru_cache(maxsize=1024)
def _gradient_text(loss: Any, place: int, given: tuple[str, ...]) -> str:
    page = _page(loss, place, given)
    page.asks("images", "coefficients", "at_slopes")
    total = constant(0.0)
    for index, graph in enumerate(loss.traced(place).slopes):
        own = symbol(f"coefficient {index}")
        where = f"coefficients + ({index} * images + image) * k + column"
        page.names[own] = page.let(f"tl.load({where}, mask=within, other=0)")
        total = total + own * graph
    slope = page.kept(page.compute(total), "there")
    page.line(f"tl.store(at_slopes + entry * k + column, {slope}, mask=inside & within)")
    return page.text(f"{loss.label}_gradient", "ENTRIES", "COLUMNS")


def _page(loss: Any, place: int, given: tuple[str, ...]) -> Page:
    """Begin a kernel on a tile of (entries, classes) of one image."""
    page = Page(given)
    page.asks("k", "pixels", "parts")
    page.line("program = tl.program_id(0).to(tl.int64)")
    page.line("image = program // parts")
    page.line("part = program % parts")
    page.line("pixel = (part * ENTRIES + tl.arange(0, ENTRIES))[:, None]")
    page.line("column = (tl.program_id(1).to(tl.int64) * COLUMNS + tl.arange(0, COLUMNS))[None, :]")
    page.line("entry = image * pixels + pixel")
    page.line("inside = pixel < pixels")
    page.line("within = column < k")
    page.entry()
    page.line("there = counts & within")
    page.parameters(loss.traced(place).parameters)
    for name, behind in trailing(loss, place).items():
        page.names[symbol(name)] = f"x_{name}"
        if behind:
            page.asks(f"apart_{name}")
            offset = f" + column * apart_{name}"
            page.line(f"x_{name} = {page.load(name, offset, within='there')}")
        elif name in labelled(loss, place):
            page.line(f"label = {page.load(name, real='tl.int64')}")
            hot = "(column == label).to(REAL)"
            page.line("known = (label >= 0) & (label < k)")
            page.line(f"x_{name} = tl.where(known, {hot}, float('nan'))")
        else:
            page.line(f"x_{name} = {page.load(name)}")
    return page


def _two_to(size: int) -> int:
    """Return the next power of two."""
    return 1 << max(size - 1, 0).bit_length()
