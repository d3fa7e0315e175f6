"""What the machine itself can do: bytes and exponentials a second, and the price of one call."""

from benchmarks.harness import Call, race

WARM = 1 << 24  # single precision: 64 MiB an array, as many entries as the largest rows have
NEAR = 1 << 14  # 64 KiB an array: within it


def limits(libraries: set[str], rounds: int, least: float) -> dict[str, float]:
    """Measure, in this run, what no loss on this machine can beat."""
    return (
        _memory(rounds, least) | _exponentials(rounds, least) | _dispatch(libraries, rounds, least)
    )


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


def _dispatch(libraries: set[str], rounds: int, least: float) -> dict[str, float]:
    """One operation on one number: what a call costs before it computes anything."""
    calls = {name: _SMALLEST[name]() for name in _SMALLEST if name in libraries}
    found = race(calls, rounds, least)
    return {f"dispatch_{name}_s": timing.median for name, timing in found.items()}


def _numpy() -> Call:
    import numpy as np

    one = np.ones(1, dtype=np.float32)
    return lambda: np.negative(one)


def _torch() -> Call:
    import torch

    one = torch.ones(1)
    return lambda: torch.neg(one)


def _jax() -> Call:
    import jax

    whole, one = jax.jit(lambda x: -x), jax.numpy.ones(1)
    return lambda: whole(one).block_until_ready()


def _tensorflow() -> Call:
    import tensorflow as tf

    whole, one = tf.function(lambda x: -x), tf.ones(1)
    return lambda: whole(one)


_SMALLEST = {"numpy": _numpy, "torch": _torch, "jax": _jax, "tensorflow": _tensorflow}


def shortest(nbytes: int, exponentials: int, known: dict[str, float]) -> float:
    """Return the seconds that moving the bytes, or taking the exponentials, must take."""
    return max(nbytes / known["triad_warm_bytes_per_s"], exponentials / known["exp_per_s"])
