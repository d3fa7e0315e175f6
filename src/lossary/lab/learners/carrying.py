"""Tensors on their way to other processes: as arrays, which joblib lets all of them share."""

import warnings
from typing import Any

import numpy as np
import torch
from torch.utils.data import TensorDataset


def packed(dataset: Any) -> Any:
    """Return a dataset as it travels: one of tensors as arrays, any other one as it is."""
    if type(dataset) is not TensorDataset:
        return dataset
    try:
        return Arrays(tuple(each.numpy() for each in dataset.tensors))
    except (TypeError, RuntimeError):  # NumPy has no such numbers, or they are on another device
        return dataset


def unpacked(dataset: Any) -> Any:
    """Return what was packed."""
    if not isinstance(dataset, Arrays):
        return dataset
    with warnings.catch_warnings():  # shared memory cannot be written, and nothing here writes it
        warnings.simplefilter("ignore")
        return TensorDataset(*(torch.from_numpy(each) for each in dataset.arrays))


class Arrays:
    """The tensors of a dataset as arrays."""

    def __init__(self, arrays: tuple[np.ndarray, ...]) -> None:
        self.arrays = arrays
