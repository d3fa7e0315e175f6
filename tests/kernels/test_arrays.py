"""A kernel gives the definition's numbers for arrays of any length, step, order and dtype."""

import itertools
from typing import Any

import numpy as np
import pytest

import lossary
from lossary.kernels.shelf import shelf

LOSSES = (
    lossary.Huber(delta=0.7),
    lossary.SigmoidFocal(),
    lossary.GaussianNLL(),
    lossary.CrossEntropy(smoothing=0.1),
    lossary.CrossEntropy(class_weight=(0.5, 0.0, 2.0)),
)
CLOSE = {"float64": 1e-13, "float32": 3e-6, "float16": 2e-3}
"""Kernels add up in another order, and their exponentials differ in the last two bits; a slope in
half precision is rounded to it."""


def _arrays(loss: Any, entries: tuple[int, ...], dtype: str, seed: int = 0) -> tuple[Any, ...]:
    rng = np.random.default_rng(seed)
    if isinstance(loss, lossary.CrossEntropy):
        return rng.normal(size=(*entries, 3)).astype(dtype), rng.integers(0, 3, entries)
    shape = (*entries, 2) if loss.components else entries
    return rng.normal(size=shape).astype(dtype), rng.random(entries).astype(dtype)


def _asked(loss: Any, arrays: tuple[Any, ...], **extra: Any) -> list[Any]:
    """Ask for all that a kernel may answer."""
    found = [loss(*arrays, reduction=each, **extra) for each in ("mean", "sum", "none")]
    found += [loss.gradient(*arrays, reduction=each, **extra) for each in ("mean", "sum")]
    parts = loss.parts(*arrays, **extra)
    found += [parts.numerator, parts.denominator]
    if isinstance(loss, lossary.Elementwise):
        found += [loss.curvature(*arrays, **extra), *loss.derivatives(*arrays, **extra)]
    return found


def _agree(loss: Any, arrays: tuple[Any, ...], close: float, **extra: Any) -> None:
    found = _asked(loss, arrays, **extra)
    assert any(kernel is not None for kernel in shelf(loss).values()), "no kernel was taken"
    with lossary.use_kernels(False):
        expected = _asked(loss, arrays, **extra)
    for one, other in zip(found, expected, strict=True):
        assert one.shape == other.shape
        assert one.dtype == other.dtype
        np.testing.assert_allclose(one, other, rtol=close, atol=close, equal_nan=True)


@pytest.mark.parametrize("loss", LOSSES, ids=repr)
@pytest.mark.parametrize("dtype", ["float64", "float32", "float16"])
def test_every_length_up_to_seventy_agrees(loss: Any, dtype: str) -> None:
    for length in range(71):
        _agree(loss, _arrays(loss, (length,), dtype, length), CLOSE[dtype])


@pytest.mark.parametrize("loss", LOSSES, ids=repr)
def test_weights_and_masks_agree_and_hide_what_does_not_count(loss: Any) -> None:
    rng = np.random.default_rng(1)
    for length in (1, 2, 63, 1500):
        p, t = _arrays(loss, (length,), "float32")
        weight, mask = rng.random(length).astype("float32"), rng.random(length) > 0.4
        weight[0] = 0
        p[0], p[~mask] = np.nan, np.inf
        _agree(loss, (p, t), CLOSE["float32"], weight=weight, mask=mask)
        assert np.isfinite(loss(p, t, weight=weight, mask=mask))
        assert (loss.gradient(p, t, weight=weight, mask=mask)[~mask] == 0).all()
        _agree(loss, (p, t), CLOSE["float32"], mask=mask, weight=weight.astype("float64"))
        _agree(loss, (p, t), CLOSE["float32"], mask=np.zeros(length, dtype=bool))


@pytest.mark.parametrize("loss", LOSSES, ids=repr)
def test_arrays_that_stand_in_any_order_agree(loss: Any) -> None:
    big = _arrays(loss, (6, 10, 8), "float32")
    ways = {
        "as they come": lambda x: x,
        "every second": lambda x: x[::2],
        "inner every second": lambda x: x[:, :, ::2],
        "backwards": lambda x: x[::-1, :, ::-1],
        "turned": lambda x: x.swapaxes(0, 2),
        "broadcast": lambda x: np.broadcast_to(x[:1], x.shape),
        "cut": lambda x: x[1:5, 2:9, 3:],
        "no entry": lambda x: x[:, :0],
        "one entry": lambda x: x[0, 0, 0],
        "in columns": lambda x: np.asfortranarray(x),
    }
    for one, other in itertools.product(ways.values(), repeat=2):
        first, second = one(big[0]), other(big[1])
        behind = first.ndim - (big[0].ndim - big[1].ndim)
        if first.shape[:behind] == second.shape:
            _agree(loss, (first, second), CLOSE["float32"])


def test_arrays_that_are_not_aligned_or_cannot_be_written_agree() -> None:
    loss = lossary.Huber(delta=0.7)
    for offset in range(1, 8):
        room = np.zeros(4 * 100 + offset, dtype=np.uint8)
        p = room[offset:].view("float32")
        p[:] = np.linspace(-3, 3, 100)
        p.flags.writeable = False
        _agree(loss, (p, np.zeros(100, dtype="float32")), CLOSE["float32"])


def test_a_target_of_any_dtype_agrees() -> None:
    loss, p = lossary.BinaryCrossEntropy(), np.linspace(-3, 3, 300, dtype="float32")
    for dtype in ("bool", "int8", "uint8", "int16", "int32", "int64", "uint64", "float16",
                  "float32", "float64", ">f4", ">i8"):  # fmt: skip
        target = (np.arange(300) % 3 == 0).astype(dtype)
        _agree(loss, (p, target), CLOSE["float32"], weight=target)


def test_a_prediction_of_foreign_byte_order_keeps_its_precision() -> None:
    p = np.linspace(-3, 3, 300).astype(">f4")
    assert lossary.Huber().gradient(p, np.zeros(300)).dtype.newbyteorder("=") == np.float32


def test_a_label_of_any_dtype_agrees_and_an_unknown_one_is_nan() -> None:
    loss = lossary.CrossEntropy()
    p = np.random.default_rng(0).normal(size=(300, 3))
    for dtype in ("int8", "uint8", "int16", "int32", "int64"):
        _agree(loss, (p, (np.arange(300) % 3).astype(dtype)), CLOSE["float64"])
        wrong = (np.arange(300) % 4).astype(dtype)
        _agree(loss, (p, wrong), CLOSE["float64"])
        assert np.isnan(loss(p, wrong, reduction="none")[wrong == 3]).all()


def test_infinities_and_nan_come_out_as_they_must() -> None:
    special = np.asarray([np.nan, np.inf, -np.inf, 0.0, -0.0, 1e30, -1e30, 1e-40, 88.8, -104.0])
    for loss in (*LOSSES[:2], lossary.LogCosh(), lossary.PoissonNLL(), lossary.SquaredError()):
        for target in (0.0, 1.0):
            for dtype in ("float32", "float64"):
                p = np.tile(special, 13).astype(dtype)
                _agree(loss, (p, np.full(len(p), target, dtype=dtype)), CLOSE[dtype])


def test_one_infinite_entry_makes_the_mean_infinite_and_not_nan() -> None:
    p = np.ones(3000)
    p[1234] = np.inf
    assert lossary.SquaredError()(p, np.zeros(3000)) == np.inf
    scores = np.zeros((3000, 3))
    scores[77, 0] = -np.inf
    assert lossary.CrossEntropy()(scores, np.zeros(3000, dtype=int)) == np.inf


def test_NaN_and_infinity_survive_half_precision() -> None:  # noqa: N802
    p = np.asarray([np.nan, 6e4, -6e4, 1.0] * 20).astype("float16")
    found = lossary.SquaredError().gradient(p, np.zeros(80, dtype="float16"))
    np.testing.assert_array_equal(found, np.asarray([np.nan, np.inf, -np.inf, 2.0] * 20))


def test_many_entries_lose_no_digit_and_threads_change_none(monkeypatch: Any) -> None:
    from lossary.kernels.hosts import numpy as host

    loss, size = lossary.SquaredError(), 3_000_001
    p = np.full(size, 0.1, dtype="float32")
    t = np.zeros(size, dtype="float32")
    found = []
    for count in (1, 2, 3, 7):
        monkeypatch.setattr(host, "threads", lambda count=count: count)
        found.append(float(loss(p, t, reduction="sum")))
    assert len(set(found)) == 1
    assert found[0] == pytest.approx(size * float(np.float32(0.1)) ** 2, rel=1e-7)
