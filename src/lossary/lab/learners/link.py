"""What stands between raw scores and what a loss reads, found out by asking any head."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np

from lossary.backends import backend_named
from lossary.heads import Head

Array = np.ndarray


@dataclass(frozen=True)
class Link:
    """A head's way from raw scores, of shape (n,) or (n, outputs), to what its loss reads.

    `plain` says that the loss reads the raw scores as they are; `most`, how many of them one number
    that it reads is made of.
    """

    head: Head
    plain: bool
    most: int

    def prediction(self, raw: Array) -> Array:
        """Return what the loss reads, before its unit."""
        return raw if self.plain else _read(self.head, _wide(raw))

    def pulled(self, raw: Array, slope: Array, curvature: Array) -> tuple[Array, Array]:
        """Turn slope and curvature in what the loss reads into those in raw scores.

        Of the curvature, the part that the loss bends is kept (Gauss and Newton), and made an upper
        bound of it where raw scores see each other.
        """
        wide = _wide(raw)
        found, bent = np.zeros_like(wide), np.zeros_like(wide)
        columns = zip(_wide(slope).T, _wide(curvature).T, strict=True)
        for place, (each, more) in enumerate(columns):
            chain = _chain(self.head, wide, place)
            found += each[:, None] * chain
            bent += more[:, None] * chain**2
        return found.reshape(raw.shape), self.most * bent.reshape(raw.shape)


@cache
def link_of(head: Head) -> Link:
    """Ask a head for the predictions of a few raw scores, and for their slopes."""
    probe = np.linspace(-0.7, 0.9, 3 * head.outputs).reshape(3, head.outputs)
    read = _read(head, probe)
    plain = read.size == probe.size and bool((_wide(read) == probe).all())
    chains = np.stack([_chain(head, probe, place) for place in range(_wide(read).shape[1])])
    return Link(head, plain, int((chains != 0).any(axis=1).sum(axis=1).max()))


def _read(head: Head, wide: Any) -> Any:
    return head.prediction(backend_named("numpy").xp, wide)


def _chain(head: Head, wide: Array, place: int) -> Array:
    """Return the slope of one number that the loss reads, in each raw score of its row."""

    def total(raw: Any) -> Any:
        read = _read(head, raw)
        return np.sum(read if read.ndim == 1 else read[..., place])

    gradient: Callable[[Any, Array], Array] = backend_named("numpy").gradient
    return gradient(total, wide)


def _wide(array: Array) -> Array:
    return array.reshape(len(array), -1)
