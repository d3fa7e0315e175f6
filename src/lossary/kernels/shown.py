"""The C that a loss becomes, to be read: `lossary show huber --c`."""

from typing import Any

from lossary.core.elementwise import Elementwise
from lossary.core.ratio_of_sums import RatioOfSums
from lossary.core.rowwise import Rowwise
from lossary.errors import NotFoundError
from lossary.kernels import entrywise, finishing, rowwise, sumwise
from lossary.kernels.c.entries import Block

HEAD = """\
/* {loss}, as its formula becomes C.
   `real` is float or double, and n is at most BLOCK. A driver walks the arrays: it
   reads any dtype and step, weighs, masks, sums up and shares the work among threads. The functions
   r_… are those of maths32.h and maths64.h, beside it. */
"""


def shown(loss: Any) -> str:
    """Return the functions in C that are compiled for a loss.

    Raises:
        NotFoundError: its definition serves everywhere.
    """
    blocks = _blocks(loss)
    if not blocks:
        raise NotFoundError(f"{loss.label} becomes no C: its definition serves everywhere.")
    return "\n".join([HEAD.format(loss=repr(loss)), *(each.source for each in blocks)])


def _blocks(loss: Any) -> list[Block]:
    wants: tuple[str, ...] = ("value", "slopes") if loss.trainable else ("value",)
    if isinstance(loss, Elementwise):
        found = [entrywise.written_block(loss, wants)]
        if loss.curvature_rule.rule != "none":
            found.append(entrywise.written_block(loss, ("curvatures",)))
        return [each for each in found if each is not None]
    if isinstance(loss, Rowwise):
        tiles = (rowwise.written_block(loss, wants, 0, tile) for tile in (False, True))
        return [each for each in tiles if each is not None]
    if isinstance(loss, RatioOfSums):
        passes = (("sums",), ("slopes",)) if loss.trainable else (("sums",),)
        found = [sumwise.written_block(loss, each, 0) for each in passes]
        return [*(each for each in found if each is not None), *finishing.written_blocks(loss)]
    return []
