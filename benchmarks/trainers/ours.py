"""Ours: all networks of a step in one call; with more threads, each has its share of the folds."""

from concurrent.futures import ThreadPoolExecutor

import torch

import lossary
from benchmarks.trainers.row import RATES, Course, Row, Trainer, block
from lossary.lab.learners.mlp.compiled import Compiled
from lossary.lab.learners.perceptron import one_thread


def trainers(row: Row, course: Course, threads: int) -> dict[str, Trainer]:
    """Return ours, and ours without a C compiler."""
    found = {"ours": _trainer(row, course.steps, threads)}
    with lossary.use_kernels(False):
        found["ours, without a C compiler"] = _trainer(row, course.steps, threads)
    assert isinstance(course.block.stack, Compiled)
    return found


def _trainer(row: Row, steps: int, threads: int) -> Trainer:
    blocks = [block(row, steps, slice(place, None, threads)) for place in range(threads)]
    pool = ThreadPoolExecutor(threads)

    def advance(end: int) -> None:
        with one_thread():
            list(pool.map(lambda each: each.advance(end), blocks))

    return Trainer(advance, lambda: _folded([each.stack.weights for each in blocks]))


def _folded(weights: list[torch.Tensor]) -> torch.Tensor:
    """Bring the networks of all folds back in their order."""
    folds = [each.unflatten(0, (-1, len(RATES))) for each in weights]
    order: list[torch.Tensor] = []
    for place in range(max(map(len, folds))):
        order += [each[place] for each in folds if place < len(each)]
    return torch.cat(order)
