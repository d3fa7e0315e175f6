"""Measure the GPU kernels beside PyTorch's own losses: python -m benchmarks.gpu, where a GPU is."""

import statistics
import sys
from collections.abc import Callable
from typing import Any

import torch
from torch.nn import functional

import lossary

SIZES = (16_000_000, 100_000_000)
ROUNDS = 15
BYTES = {"one pass": 12, "two passes": 20, "copy": 8}
"""For each entry in single precision: read both and write the slope; read twice; read and write."""

Call = Callable[[], Any]


def _focal(p: torch.Tensor, t: torch.Tensor) -> torch.Tensor:
    q = torch.sigmoid(p)
    entropy = functional.binary_cross_entropy_with_logits(p, t, reduction="none")
    wrong = q * (1 - t) + (1 - q) * t
    return ((0.25 * t + 0.75 * (1 - t)) * entropy * wrong**2).mean()


LOSSES = (
    (lossary.SquaredError(), "F.mse_loss", functional.mse_loss),
    (
        lossary.BinaryCrossEntropy(),
        "F.binary_cross_entropy_with_logits",
        functional.binary_cross_entropy_with_logits,
    ),
    (lossary.SigmoidFocal(), "the formula, written out", _focal),
)


def main() -> int:
    if not torch.cuda.is_available():
        print("no GPU here: PyTorch sees none, so there is nothing to measure.")
        return 0
    print(f"{torch.cuda.get_device_name()}, PyTorch {torch.__version__}, medians of {ROUNDS}\n")
    head = ("loss", "entries", "who", "ms", "GB/s", "of copy", "theirs / it", "error")
    print(_line(*head))
    for size in SIZES:
        copy = _copied(size)
        for loss, name, theirs in LOSSES:
            for row in _measured(loss, name, theirs, size, copy):
                print(_line(*row), flush=True)
    print("\nGB/s: the least bytes, by the time. error: of the slopes, in parts of the largest.")
    return 0


def _measured(loss: Any, name: str, theirs: Any, size: int, copy: float) -> list[tuple[str, ...]]:
    """Time the slope of the mean, computed in one pass, in two, and by PyTorch's own loss."""
    from lossary.kernels import triton as kernels

    p = (2 * torch.randn(size, device="cuda")).requires_grad_()
    t = (torch.rand(size, device="cuda") < 0.5).float()
    share = torch.tensor(1.0 / size, device="cuda")

    def once() -> Any:
        return kernels.entries(loss, 0, {"sums", "slopes"}, (p, t), None, None, share)["slopes"]

    def twice() -> Any:
        kernels.entries(loss, 0, {"sums"}, (p, t), None, None)
        return kernels.entries(loss, 0, {"slopes"}, (p, t), None, None, share)["slopes"]

    calls: dict[str, Call] = {
        "one pass": once,
        "two passes": twice,
        "lossary as called": lambda: torch.autograd.grad(loss(p, t), p)[0],
        name: lambda: torch.autograd.grad(theirs(p, t), p)[0],
    }
    times, right = _raced(calls), _right(loss, p, t)
    found = []
    for who, call in calls.items():
        speed = BYTES.get(who, 12) * size / times[who]
        shown = (f"{1e3 * times[who]:.3f}", f"{speed / 1e9:.0f}", f"{speed / copy:.0%}")
        ratio, error = f"{times[name] / times[who]:.2f}", f"{_error(call(), right, size):.1e}"
        found.append((type(loss).__name__, f"{size:,}", who, *shown, ratio, error))
    return found


def _right(loss: Any, p: torch.Tensor, t: torch.Tensor) -> torch.Tensor:
    """Return the slopes of the first million entries in double precision."""
    with lossary.use_kernels(False):
        return loss.gradient(p.detach()[:1_000_000].double(), t[:1_000_000])


def _error(slopes: torch.Tensor, right: torch.Tensor, size: int) -> float:
    apart = slopes[: len(right)].double() * size - right
    return float(apart.abs().max() / right.abs().max())


def _copied(size: int) -> float:
    """Return the bytes a second at which this GPU copies an array of this size."""
    here, there = (torch.empty(size, device="cuda") for _ in range(2))
    return BYTES["copy"] * size / _raced({"copy": lambda: there.copy_(here)})["copy"]


def _raced(calls: dict[str, Call]) -> dict[str, float]:
    """Time calls by turns; return the median seconds of each. The first three rounds warm up."""
    rounds: dict[str, list[float]] = {name: [] for name in calls}
    for _ in range(ROUNDS + 3):
        for name, call in calls.items():
            begin, end = (torch.cuda.Event(enable_timing=True) for _ in range(2))
            begin.record()
            call()
            end.record()
            end.synchronize()
            rounds[name].append(begin.elapsed_time(end) / 1e3)
    return {name: statistics.median(seconds[3:]) for name, seconds in rounds.items()}


def _line(*cells: str) -> str:
    widths = (20, 12, 36, 9, 7, 8, 12, 9)
    return " ".join(f"{cell:>{width}}" for cell, width in zip(cells, widths, strict=True))


if __name__ == "__main__":
    sys.exit(main())
