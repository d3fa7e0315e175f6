"""JAX on the CPU: the kernel is taken, and gives what the definition gives, however it is asked."""

import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any

import jax
import numpy as np
import pytest
from jax import numpy as jnp
from jax.sharding import AxisType, PartitionSpec

import lossary
from lossary.core import dispatch
from lossary.core.catalogue import all_of
from lossary.core.elementwise import Elementwise
from lossary.errors import GradientError, KernelWarning, ShapeError
from lossary.kernels.c import xla
from lossary.testing.sampling import draw

ELEMENTWISE = sorted(
    (cls for cls in all_of(lossary.Loss) if issubclass(cls, Elementwise)), key=lambda c: c.__name__
)
ROWS = [
    lossary.CrossEntropy(),
    lossary.CrossEntropy(smoothing=0.1),
    lossary.CrossEntropy(class_weight=(1.0, 2.0, 0.0, 0.5, 3.0)),
]
NAMED = {"ids": lambda cls: cls.__name__}
BITS = {"float64": 1e-12, "float32": 2e-6, "float16": 2e-3, "bfloat16": 2e-2}
"""A few of the last bits: kernel and definition round their functions and sums in other orders."""


@pytest.fixture(autouse=True)
def on():
    with lossary.use_kernels(True):
        yield


def drawn(cls: type, precision: str = "float32", **sizes: Any) -> tuple[jax.Array, ...]:
    return tuple(jnp.asarray(each).astype(precision) for each in draw(cls(), 0, 0, sizes or None))


def rows(loss: Any) -> tuple[jax.Array, ...]:
    p, t = draw(loss)
    return jnp.asarray(p, "float32"), jnp.asarray(t), jnp.arange(12, dtype="float32") % 4


def defined(function: Any, *arrays: jax.Array) -> Any:
    with lossary.use_kernels(False):
        return function(*arrays)


def compiled(function: Any, *arrays: jax.Array) -> tuple[Any, int]:
    """Run a function compiled, and count the kernels it asks."""
    # A function of its own: JAX keeps what it has traced for a function, with or without kernels.
    lowered = jax.jit(lambda *given: function(*given)).lower(*arrays)
    return lowered.compile()(*arrays), lowered.as_text().count("stablehlo.custom_call @lossary_")


def same(found: Any, wanted: Any, precision: str = "float32") -> None:
    found, wanted = jax.tree.leaves(found), jax.tree.leaves(wanted)
    assert len(found) == len(wanted) > 0
    for mine, theirs in zip(found, wanted, strict=True):
        assert (mine.shape, mine.dtype) == (theirs.shape, theirs.dtype)
        bits = BITS[precision]
        mine, theirs = np.asarray(mine, np.float64), np.asarray(theirs, np.float64)
        scale = np.max(np.abs(theirs), initial=0.0, where=np.isfinite(theirs)) or 1.0
        np.testing.assert_allclose(mine, theirs, rtol=bits, atol=bits * scale)


def agrees(function: Any, *arrays: jax.Array, precision: str = "float32", taken: int = 1) -> None:
    """Hold a function against its definition, and see that kernels are asked in the one only."""
    found, count = compiled(function, *arrays)
    wanted, none = defined(compiled, function, *arrays)
    assert (count, none) == (taken, 0)
    same(found, wanted, precision)


# ---- taken ---------------------------------------------------------------------------------------


def test_value_and_slopes_are_one_kernel_and_nothing_else() -> None:
    arrays = drawn(lossary.Huber)
    judged = jax.jit(lambda p, t: jax.value_and_grad(lossary.Huber())(p, t))
    text = judged.lower(*arrays).compile().as_text()
    assert text.count("custom-call(") == 1
    assert not any(f" {word}(" in text for word in ("fusion", "multiply", "conditional", "call"))


@pytest.mark.parametrize("cls", ELEMENTWISE, **NAMED)
def test_every_loss_of_entries_is_asked_by_a_kernel(cls: type) -> None:
    agrees(partial(cls(), reduction="none"), *drawn(cls))


@pytest.mark.parametrize("reduction", ["mean", "sum", "none"])
@pytest.mark.parametrize("loss", ROWS, ids=repr)
def test_losses_of_rows_are_asked_by_a_kernel(loss: Any, reduction: str) -> None:
    p, t, w = rows(loss)

    def judged(p, t, w):
        found = loss(p, t, weight=w, reduction=reduction)
        return found, jax.grad(lambda p: loss(p, t, weight=w, reduction=reduction).sum())(p)

    agrees(judged, p, t, w, taken=2)


@pytest.mark.parametrize("loss", ROWS, ids=repr)
def test_losses_of_rows_are_bent_and_mapped_as_they_are_defined(loss: Any) -> None:
    p, t, w = rows(loss)
    agrees(jax.hessian(lambda p: loss(p, t, weight=w)), p, taken=0)
    agrees(lambda p: jax.jvp(lambda p: loss(p, t, weight=w, reduction="none"), (p,), (p,)), p)
    batch = p.reshape(3, 4, 5), t.reshape(3, 4), w.reshape(3, 4)
    mapped = jax.vmap(lambda p, t, w: jax.value_and_grad(lambda p: loss(p, t, weight=w))(p))
    # With class weights, a mean is over more than a batch's rule knows of.
    agrees(mapped, *batch, taken=int(loss.class_weight is None))


@pytest.mark.parametrize("reduction", ["mean", "sum", "none"])
def test_eager_calls_are_asked_by_a_kernel_too(reduction: str) -> None:
    loss, arrays = lossary.Quantile(level=0.8), drawn(lossary.Quantile)
    wanted = defined(lambda: loss(*arrays, reduction=reduction))
    same(loss(*arrays, reduction=reduction), wanted)
    assert any("jax" in key for key in loss.__dict__["_kernels"])


@pytest.mark.parametrize("cls", [each for each in ELEMENTWISE if each.trainable], **NAMED)
def test_every_slope_comes_with_the_value(cls: type) -> None:
    agrees(jax.value_and_grad(cls()), *drawn(cls))


def test_a_loss_without_slopes_is_asked_for_its_value_alone() -> None:
    loss, arrays = lossary.ZeroOne(), drawn(lossary.ZeroOne)
    agrees(loss, *arrays)
    agrees(jax.grad(loss), *arrays, taken=0)
    with pytest.raises(GradientError):
        loss.gradient(*arrays)


@pytest.mark.parametrize("request_", ["gradient", "curvature"])
@pytest.mark.parametrize("cls", [lossary.Huber, lossary.GaussianNLL], **NAMED)
def test_gradient_and_curvature_come_from_a_kernel(cls: type, request_: str) -> None:
    agrees(getattr(cls(), request_), *drawn(cls))


def test_the_mean_of_slopes_is_over_what_counts() -> None:
    loss, arrays = lossary.Huber(), drawn(lossary.Huber)
    mask = jnp.arange(12) % 3 == 0
    agrees(lambda p, t, m: loss.gradient(p, t, mask=m, reduction="mean"), *arrays, mask)


def test_parts_add_up_and_their_numerator_has_a_slope() -> None:
    loss, (p, t) = lossary.BinaryCrossEntropy(), drawn(lossary.BinaryCrossEntropy)
    agrees(lambda p, t: loss.parts(p, t).sums, p, t)
    agrees(lambda p, t: jax.grad(lambda p: loss.parts(p, t).value)(p), p, t)
    whole = (loss.parts(p[:5], t[:5]) + loss.parts(p[5:], t[5:])).value
    same(whole, loss(p, t))


def test_a_loss_of_the_users_own_has_a_kernel() -> None:
    @lossary.define
    class Wobble(lossary.Elementwise):
        """Squares, with a ripple."""

        def value(self, xp, prediction, target):
            error = prediction - target
            return error * error + xp.tanh(error * target)

    agrees(jax.value_and_grad(Wobble()), *drawn(Wobble))


def test_two_losses_of_one_name_keep_apart() -> None:
    def made(factor: float) -> Any:
        @lossary.define
        class Twin(lossary.Elementwise):
            """Absolute, times a factor that is no parameter."""

            def value(self, xp, prediction, target):
                return factor * xp.abs(prediction - target)

        return Twin()

    p, t = jnp.arange(4.0), jnp.zeros(4)
    first, second = jax.jit(made(1.0)), jax.jit(made(3.0))
    assert float(first(p, t)) == 1.5
    assert float(second(p, t)) == 4.5
    assert float(first(p, t)) == 1.5


# ---- arrays --------------------------------------------------------------------------------------


@pytest.mark.parametrize("count", [0, 1, 15, 17, 70])
def test_any_length_will_do(count: int) -> None:
    arrays = drawn(lossary.BinaryCrossEntropy, **{"...": (count,)})
    agrees(jax.value_and_grad(lossary.BinaryCrossEntropy()), *arrays)


@pytest.mark.parametrize("shape", [(), (1,), (2, 0, 3), (2, 3, 4)], ids=str)
def test_any_shape_will_do(shape: tuple[int, ...]) -> None:
    for cls in (lossary.Huber, lossary.GaussianNLL):
        loss, arrays = cls(), drawn(cls, **{"...": shape})

        def both(p, t, loss=loss):
            return jax.value_and_grad(loss)(p, t), loss(p, t, reduction="none")

        agrees(both, *arrays, taken=2)


@pytest.mark.parametrize("precision", BITS)
def test_any_precision_will_do(precision: str) -> None:
    loss, arrays = lossary.SigmoidFocal(), drawn(lossary.SigmoidFocal, precision)
    both = lambda p, t: (jax.value_and_grad(loss)(p, t), loss.gradient(p, t))  # noqa: E731
    agrees(both, *arrays, precision=precision, taken=2)


@pytest.mark.parametrize("kind", ["bool", "uint8", "int32", "int64", "bfloat16", "float64"])
def test_targets_are_taken_as_they_are(kind: str) -> None:
    p, t = drawn(lossary.BinaryCrossEntropy)
    agrees(jax.value_and_grad(lossary.BinaryCrossEntropy()), p, (t > 0.5).astype(kind))


@pytest.mark.parametrize("kind", ["int8", "uint32", "uint64", "float8_e4m3fn"])
def test_what_the_driver_cannot_read_goes_to_the_definition(kind: str) -> None:
    p, t = drawn(lossary.BinaryCrossEntropy)
    agrees(jax.value_and_grad(lossary.BinaryCrossEntropy()), p, (t > 0.5).astype(kind), taken=0)


def test_small_slopes_of_half_precision_survive_a_large_mean() -> None:
    # Divided by the count before the cotangent comes, they would be below the smallest half.
    p, t = jnp.full(1 << 16, 2.0, "float16"), jnp.zeros(1 << 16, "float16")
    loss = lossary.SquaredError()
    found = jax.grad(lambda p: 65536.0 * 0.01 * loss(p, t))(p)
    np.testing.assert_allclose(np.asarray(found, np.float32), 0.04, rtol=1e-3)


@pytest.mark.parametrize("cls", [lossary.BinaryCrossEntropy, lossary.GaussianNLL], **NAMED)
@pytest.mark.parametrize("reduction", ["mean", "sum", "none"])
def test_weight_and_mask_count(cls: type, reduction: str) -> None:
    loss, (p, t) = cls(), drawn(cls)
    weight, mask = jnp.arange(12.0) % 4, jnp.arange(12) % 5 != 0

    def judged(p, t, **extras):
        moved = lambda p: loss(p, t, reduction=reduction, **extras).sum()  # noqa: E731
        return loss(p, t, reduction=reduction, **extras), jax.grad(moved)(p)

    def every(p, t, w, m):
        return judged(p, t, weight=w), judged(p, t, mask=m), judged(p, t, weight=w, mask=m)

    agrees(every, p, t, weight, mask, taken=6)


@pytest.mark.parametrize("bad", [np.nan, np.inf])
def test_what_a_mask_or_a_zero_weight_hides_is_not_felt(bad: float) -> None:
    loss, (p, t) = lossary.Huber(), drawn(lossary.Huber)
    mask = jnp.arange(12) % 3 != 0
    hurt = jnp.where(mask, p, bad)
    for extra in ({"mask": mask}, {"weight": mask.astype("float32")}):
        judge = partial(loss, target=t, **extra)
        for derived in (jax.value_and_grad(judge), jax.hessian(judge)):
            alone, several = jax.jit(derived), jax.jit(jax.vmap(derived))
            same(alone(hurt), alone(p))
            same(several(hurt[None]), several(p[None]))


def test_nothing_valid_is_zero_with_zero_slopes() -> None:
    loss, (p, t) = lossary.SquaredError(), drawn(lossary.SquaredError)
    nothing = jnp.zeros(12, bool)
    judge = jax.jit(jax.value_and_grad(lambda p: loss(p, t, mask=nothing)))
    for found in (judge(p), jax.vmap(judge)(p[None])):
        assert all(float(jnp.abs(each).max()) == 0 for each in found)


def test_a_nan_that_counts_is_seen() -> None:
    p, t = jnp.asarray([1.0, np.nan]), jnp.zeros(2)
    found = jax.jit(jax.value_and_grad(lossary.Huber()))(p, t)
    assert np.isnan(found[0])
    assert not np.isnan(found[1][0])


def test_arrays_that_do_not_fit_are_refused_as_ever() -> None:
    with pytest.raises(ShapeError):
        jax.jit(lossary.Huber())(jnp.ones(3), jnp.ones((3, 1)))


# ---- derivatives ---------------------------------------------------------------------------------

SMOOTH = [lossary.BinaryCrossEntropy, lossary.GaussianNLL]


@pytest.mark.parametrize("cls", SMOOTH, **NAMED)
@pytest.mark.parametrize("reduction", ["mean", "sum", "none", "parts"])
def test_derivatives_of_every_order_are_those_of_the_definition(cls: type, reduction: str) -> None:
    loss, (p, t) = cls(), drawn(cls, "float64", **{"...": (5,)})

    def judged(p):
        return loss.parts(p, t).sums if reduction == "parts" else loss(p, t, reduction=reduction)

    def total(p):
        return sum(jnp.sum(each) for each in jax.tree.leaves(judged(p)))

    def derived(p):
        return (
            jax.jvp(judged, (p,), (jnp.cos(p),)),
            jax.jacfwd(judged)(p),
            jax.jacrev(judged)(p),
            jax.hessian(judged)(p),
            jax.jacrev(jax.jacrev(judged))(p),
            jax.grad(lambda p: jnp.sum(jax.grad(total)(p) ** 2))(p),
            jax.linearize(judged, p)[1](jnp.sin(p)),
            jax.jvp(jax.grad(total), (p,), (jnp.cos(p),)),
        )

    found, count = compiled(derived, p)
    assert count >= 4
    same(found, defined(compiled, derived, p)[0], "float64")


def test_eager_derivatives_are_those_of_the_definition() -> None:
    loss, (p, t) = lossary.BinaryCrossEntropy(), drawn(lossary.BinaryCrossEntropy, "float64")
    for derived in (jax.grad(loss), jax.hessian(loss)):
        same(derived(p, t), defined(compiled, derived, p, t)[0], "float64")


def test_target_and_weight_have_slopes_too() -> None:
    loss, (p, t) = lossary.GaussianNLL(), drawn(lossary.GaussianNLL)
    for place in (1, 2, (0, 1), (0, 1, 2)):
        judge = jax.grad(lambda p, t, w: loss(p, t, weight=w), argnums=place)
        agrees(judge, p, t, jnp.abs(t), taken=0)


def test_gradient_and_curvature_have_slopes_too() -> None:
    loss, (p, t) = lossary.BinaryCrossEntropy(), drawn(lossary.BinaryCrossEntropy, "float64")
    for function in (loss.gradient, loss.curvature):
        for derived in (jax.jacfwd(function), jax.jacrev(function)):
            agrees(derived, p, t, precision="float64", taken=0)


def test_what_comes_from_above_scales_the_slopes() -> None:
    loss, (p, t) = lossary.Huber(), drawn(lossary.Huber)
    judge = jax.grad(lambda p: jnp.exp(loss(jnp.sin(p), t)) + 3 * loss(p, t, reduction="none")[2])
    agrees(judge, p, taken=2)


def test_loops_branches_and_rematerialisation_pass_through() -> None:
    loss, (p, t) = lossary.Huber(), drawn(lossary.Huber)

    def looped(p):
        step = lambda c, x: (c + loss(*x), None)  # noqa: E731
        return jax.lax.scan(step, 0.0, (p.reshape(3, 4), t.reshape(3, 4)))[0]

    def branched(p):
        return jax.lax.cond(p[0] > -99, lambda p: loss(p, t), jnp.sum, p)

    def saved(p):
        return jax.checkpoint(lambda p: loss(jnp.sin(p), t))(p)

    for function, count in ((looped, 1), (branched, 1), (saved, 2)):
        agrees(jax.value_and_grad(function), p, taken=count)


# ---- vmap ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("cls", SMOOTH, **NAMED)
@pytest.mark.parametrize("reduction", ["mean", "sum", "none", "parts"])
def test_a_batch_of_calls_is_one_kernel(cls: type, reduction: str) -> None:
    loss, (p, t) = cls(), drawn(cls, **{"...": (3, 4)})
    weight, mask = jnp.arange(12.0).reshape(3, 4) % 4, jnp.arange(12).reshape(3, 4) % 5 != 0

    def judged(p, t, w, m):
        if reduction == "parts":
            return loss.parts(p, t, weight=w, mask=m).sums
        return loss(p, t, weight=w, mask=m, reduction=reduction)

    def slopes(*given):
        return jax.grad(lambda p: jnp.sum(jax.tree.leaves(judged(p, *given[1:]))[0]))(given[0])

    def both(*given):
        return judged(*given), slopes(*given)

    agrees(jax.vmap(both), p, t, weight, mask, taken=2)
    asked = jax.jit(both)
    alone = [asked(*(each[i] for each in (p, t, weight, mask))) for i in range(3)]
    mapped = jax.jit(jax.vmap(both))(p, t, weight, mask)
    same(mapped, jax.tree.map(lambda *each: jnp.stack(each), *alone))


def test_batches_of_batches_and_of_slopes_of_slopes() -> None:
    loss, (p, t) = lossary.BinaryCrossEntropy(), drawn(lossary.BinaryCrossEntropy, "float64")
    p, t = p.reshape(3, 4), t.reshape(3, 4)
    every = jax.vmap(jax.vmap(jax.grad(loss), (0, None)), (None, 0))
    agrees(every, p, t, precision="float64")
    agrees(jax.grad(lambda p, t: jax.vmap(loss, (1, 1))(p, t).sum()), p, t, precision="float64")
    agrees(jax.vmap(loss.gradient), p, t, precision="float64")
    agrees(jax.vmap(jax.hessian(loss)), p, t, precision="float64", taken=0)


def test_a_sentence_that_takes_no_further_axis_is_mapped_by_the_definition() -> None:
    @lossary.define
    class Row(lossary.Elementwise):
        """Of one axis only."""

        shapes = "n, n -> n"

        def value(self, xp, prediction, target):
            return (prediction - target) ** 2

    p = jnp.arange(6.0).reshape(2, 3)
    agrees(jax.value_and_grad(Row()), p[0], p[1])
    agrees(jax.vmap(Row()), p, p + 1, taken=0)


# ---- where kernels do not reach ------------------------------------------------------------------


def test_programs_for_several_devices_are_left_to_the_definition() -> None:
    loss, (p, t) = lossary.Huber(), drawn(lossary.Huber)
    mesh = jax.make_mesh((1,), ("x",), axis_types=(AxisType.Auto,))
    rows, whole = PartitionSpec("x"), PartitionSpec()

    def averaged(p, t):
        return jax.lax.pmean(loss(p, t), "x")

    judge = jax.shard_map(averaged, mesh=mesh, in_specs=(rows, rows), out_specs=whole)
    agrees(jax.value_and_grad(judge), p, t, taken=0)
    spread = jax.device_put((p, t), jax.sharding.NamedSharding(mesh, rows))
    agrees(loss, *spread, taken=0)


def test_a_program_for_another_platform_holds_the_definition() -> None:
    from jax import export

    text = export.export(jax.jit(lossary.Huber()), platforms=["cuda"])(jnp.ones(4), jnp.ones(4))
    assert "custom_call" not in text.mlir_module()


def test_without_compilation_it_is_the_same() -> None:
    loss, (p, t) = lossary.Huber(), drawn(lossary.Huber)
    wanted = jax.value_and_grad(loss)(p, t), loss(p, t)[None]
    with jax.disable_jit():
        same((jax.value_and_grad(loss)(p, t), jax.vmap(loss)(p[None], t[None])), wanted)


def test_a_program_that_asks_for_an_unknown_kernel_is_refused() -> None:
    lossary.Huber()(jnp.ones(4), jnp.ones(4))
    name, _ = xla.target()  # type: ignore[misc]
    call = jax.ffi.ffi_call(name, jax.ShapeDtypeStruct((), np.dtype("float32")))
    with pytest.raises(Exception, match="has not made the kernel"):
        call(jnp.ones(4), jnp.ones(4), key=np.int64(1)).block_until_ready()
    with pytest.raises(Exception, match="has not made the kernel"):
        call(jnp.ones(4), jnp.ones(4), other=np.int64(1)).block_until_ready()


def test_a_program_that_hands_over_other_arrays_is_refused() -> None:
    lowered = jax.jit(lossary.Huber()).lower(jnp.ones(4), jnp.ones(4))
    key = int(lowered.as_text().split("key = ")[1].split(" ")[0])
    name, _ = xla.target()  # type: ignore[misc]
    call = jax.ffi.ffi_call(name, jax.ShapeDtypeStruct((), np.dtype("float64")))
    with pytest.raises(Exception, match="other arrays were expected"):
        call(jnp.ones(4), key=np.int64(key)).block_until_ready()


def test_a_jaxlib_that_refuses_kernels_gets_the_definition(monkeypatch: Any) -> None:
    def refuse(*_: Any, **__: Any) -> None:
        raise RuntimeError("of another version")

    monkeypatch.setattr(jax.ffi, "register_ffi_target", refuse)
    door = xla.target()
    xla.target.cache_clear()
    try:
        loss = lossary.Huber(delta=1.25)
        with pytest.warns(KernelWarning, match="of another version"):
            assert compiled(loss, jnp.ones(4), jnp.ones(4)) == (0.0, 0)
        assert compiled(jax.grad(loss), jnp.ones(1), jnp.ones(1)) == (0.0, 0)  # said once
        assert dispatch.state.broken is None
    finally:
        monkeypatch.undo()
        xla.target.cache_clear()
        monkeypatch.setattr(jax.ffi, "register_ffi_target", lambda *_, **__: None)
        assert xla.target()[0] == door[0]  # type: ignore[index]


# ---- processes and threads -----------------------------------------------------------------------


def test_a_key_means_the_same_in_another_process() -> None:
    # So that JAX's cache of compiled programs may serve them both.
    script = (
        "import jax, lossary; from jax import numpy as jnp\n"
        "lossary.SquaredError()(jnp.ones(3), jnp.ones(3))\n"
        "given = jnp.ones(9, 'float32'), jnp.zeros(9, 'float32')\n"
        "print(jax.jit(lossary.Huber(delta=0.75)).lower(*given).as_text())"
    )
    environment = os.environ | {"LOSSARY_KERNELS": "1"}
    ran = subprocess.run(
        [sys.executable, "-c", script], env=environment, capture_output=True, text=True, check=True
    )
    given = jnp.ones(9, "float32"), jnp.zeros(9, "float32")
    assert ran.stdout.strip() == jax.jit(lossary.Huber(delta=0.75)).lower(*given).as_text().strip()
    assert "key = " in ran.stdout


def test_threads_that_ask_at_once_get_the_same_numbers() -> None:
    loss, rng = lossary.BinaryCrossEntropy(), np.random.default_rng(0)
    p, t = (jnp.asarray(each, "float32") for each in rng.uniform(size=(2, 300_000)))
    judge = jax.jit(jax.value_and_grad(loss))
    wanted = judge(p, t)
    same(wanted, defined(lambda: jax.value_and_grad(loss)(p, t)))
    with ThreadPoolExecutor(4) as pool:
        for found in pool.map(lambda _: judge(p, t), range(12)):
            assert all(bool(jnp.array_equal(a, b)) for a, b in zip(found, wanted, strict=True))
