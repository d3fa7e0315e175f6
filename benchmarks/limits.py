"""What the machine itself can do: bytes and exponentials a second, and the price of one call."""

from typing import Any

from benchmarks.harness import race

WARM = 1 << 23  # single precision: 32 MiB an array, far beyond a core's own cache
NEAR = 1 << 14  # 64 KiB an array: within it


def limits(rounds: int, least: float) -> dict[str, float]:
    """Measure, in this run, what no loss on this machine can beat."""
    return _memory(rounds, least) | _exponentials(rounds, least) | _dispatch(rounds, least)


def _memory(rounds: int, least: float) -> dict[str, float]:
    """STREAM's triad, a = b + s c: three arrays' bytes, into memory held, and into fresh memory."""
    import torch

    b, c, a = (torch.ones(WARM) for _ in range(3))
    found = race(
        {
            "triad_warm": lambda: torch.add(b, c, alpha=3.0, out=a),
            "triad_fresh": lambda: torch.add(b, c, alpha=3.0),
        },
        rounds,
        least,
    )
    return {f"{name}_bytes_per_s": 12 * WARM / timing.median for name, timing in found.items()}


def _exponentials(rounds: int, least: float) -> dict[str, float]:
    import numpy as np
    import torch

    x, y = torch.linspace(-5, 5, NEAR), torch.empty(NEAR)
    u, v = x.numpy(), y.numpy()
    calls = {"torch": lambda: torch.exp(x, out=y), "numpy": lambda: np.exp(u, out=v)}
    found = race(calls, rounds, least)
    return {"exp_per_s": NEAR / min(timing.median for timing in found.values())}


def _dispatch(rounds: int, least: float) -> dict[str, float]:
    """One operation on one number: what a call costs before it computes anything."""
    found = race(_smallest_calls(), rounds, least)
    return {f"dispatch_{name}_s": timing.median for name, timing in found.items()}


def _smallest_calls() -> dict[str, Any]:
    import jax
    import numpy as np
    import tensorflow as tf
    import torch

    one = np.ones(1, dtype=np.float32)
    calls: dict[str, Any] = {"numpy": lambda: np.negative(one)}
    tensor = torch.ones(1)
    calls["torch"] = lambda: torch.neg(tensor)
    compiled, array = jax.jit(lambda x: -x), jax.numpy.ones(1)
    calls["jax"] = lambda: compiled(array).block_until_ready()
    graph, constant = tf.function(lambda x: -x), tf.ones(1)
    calls["tensorflow"] = lambda: graph(constant)
    return calls


def shortest(nbytes: int, exponentials: int, known: dict[str, float]) -> float:
    """Return the seconds that moving the bytes, or taking the exponentials, must take."""
    return max(nbytes / known["triad_warm_bytes_per_s"], exponentials / known["exp_per_s"])
