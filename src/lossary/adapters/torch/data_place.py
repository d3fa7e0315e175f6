"""Where a loader of PyTorch stands: its generators and its own state, kept and given back."""

import random
from collections.abc import Iterable, Iterator, Sequence
from copy import deepcopy
from typing import Any

import torch

from lossary.errors import ArgumentError

_ROUND = 1_000_003
"""What a seed grows by from round to round, so that no repeat's seed is near."""


class Place:
    """A loader that can be begun again, in an order that belongs to a seed.

    Raises:
        ArgumentError: it can be gone through only once.
    """

    def __init__(self, loader: Iterable[Any]) -> None:
        if isinstance(loader, Iterator) or not isinstance(loader, Iterable | Sequence):
            raise ArgumentError(
                f"loader: a {type(loader).__name__} can be gone through only once, and a range "
                f"test goes through the data several times.\n"
                f"Hint: list(loader), or the DataLoader itself."
            )
        self.loader = loader

    def state(self) -> Any:
        """Return the states of all generators of the loader, and its own where it tells one."""
        own = self._own()
        return (
            [(each, each.get_state()) for each in self._generators()],
            None if own is None else deepcopy(own.state_dict()),
        )

    def restore(self, state: Any) -> None:
        """Bring them back."""
        for generator, kept in state[0]:
            generator.set_state(kept)
        own = self._own()
        if own is not None:
            own.load_state_dict(deepcopy(state[1]))

    def begin(self, seed: int) -> None:
        """Seed all generators of the loader."""
        for generator in self._generators():
            generator.manual_seed(seed)

    def round(self, seed: int) -> Iterator[Any]:
        """Go through the data once; a list of batches has no order of its own but ours."""
        if isinstance(self.loader, list | tuple):
            order = list(range(len(self.loader)))
            random.Random(seed).shuffle(order)
            return (self.loader[place] for place in order)
        return iter(self.loader)

    def _own(self) -> Any:
        told = hasattr(self.loader, "state_dict") and hasattr(self.loader, "load_state_dict")
        return self.loader if told else None

    def _generators(self) -> list[torch.Generator]:
        """Find the generators of the loader and of its samplers."""
        inner = [getattr(self.loader, name, None) for name in ("sampler", "batch_sampler")]
        owners = [self.loader, *inner, *(getattr(each, "sampler", None) for each in inner)]
        found = [getattr(each, "generator", None) for each in owners]
        return list(
            {id(each): each for each in found if isinstance(each, torch.Generator)}.values()
        )


def endless(place: Place, seed: int) -> Iterator[Any]:
    """Go through the data again and again.

    Raises:
        ArgumentError: there is no batch.
    """
    while True:
        count = 0
        for batch in place.round(seed):
            count += 1
            yield batch
        if not count:
            raise ArgumentError("loader: there is no batch in it.")
        seed += _ROUND
