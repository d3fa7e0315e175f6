"""Kernels for the GPU: a loss's graphs, written down as Triton and launched on CUDA tensors.

This room imports PyTorch, and with its first kernel Triton: it is entered when a CUDA tensor comes.
"""

from lossary.kernels.triton.elementwise import entries
from lossary.kernels.triton.graphs import served
from lossary.kernels.triton.ratio_of_sums import sums, sums_gradient
from lossary.kernels.triton.rowwise import rows

__all__ = ["entries", "rows", "served", "sums", "sums_gradient"]
