"""JAX on several devices: N devices with unequal numbers of rows that count equal one."""

import json
import os
import subprocess
import sys
from pathlib import Path

import jax
import numpy as np
import pytest
from jax import numpy as jnp

import lossary
from lossary.adapters.jax import across
from lossary.errors import AdditivityError, ArgumentError, ShapeError

PROGRAM = Path(__file__).parent / "jax_devices.py"
OF_FOUR = (
    "checked", "unchecked", "checked, summed", "unchecked, summed", "checked, outside",
    "pmap", "vmap", "sharded", "varying",
)  # fmt: skip
OF_TWO = ("checked", "unchecked")
WAYS = [f"{way}, 4 devices" for way in OF_FOUR] + [f"{way}, 2 devices" for way in OF_TWO]
if not hasattr(jax.lax, "pcast"):  # JAX 0.7 and older
    WAYS.remove("varying, 4 devices")
ROUNDING = 1e-13
"""Sums of some dozen numbers near one, in double precision and in another order."""


@pytest.fixture(scope="module")
def found():
    path = os.pathsep.join([str(PROGRAM.parents[2] / "src"), os.environ.get("PYTHONPATH", "")])
    ran = subprocess.run(
        [sys.executable, "-W", "error", str(PROGRAM)], capture_output=True, text=True,
        check=False, timeout=300, env=os.environ | {"PYTHONPATH": path},
    )  # fmt: skip
    assert ran.returncode == 0, ran.stderr
    return json.loads(ran.stdout)


def flat(judged):
    value, gradient = judged
    return np.concatenate([[value], *(np.ravel(gradient[name]) for name in sorted(gradient))])


def test_every_way_was_tried(found):
    assert set(found) == {"whole", "means of means", *WAYS}
    assert len(found["whole"]) == 6


@pytest.mark.parametrize("way", WAYS)
def test_many_devices_equal_one_in_value_and_gradient(found, way):
    assert set(found[way]) == set(found["whole"])
    for name, whole in found["whole"].items():
        np.testing.assert_allclose(flat(found[way][name]), flat(whole), 0, ROUNDING, err_msg=name)
        assert np.abs(flat(whole)[1:]).max() > 1e-3, f"{name} has no gradient to be wrong about"


def test_a_mean_of_means_is_another_number(found):
    for name, whole in found["whole"].items():
        assert abs(flat(found["means of means"][name]) - flat(whole)).max() > 1e-2


# ---- devices that are simulated: what `vmap` maps over counts as one -----------------------------


def spread(loss, *arrays, **extras):
    """Judge rows that are spread over devices, along the first axis of all arrays."""

    def one(arrays, extras):
        return across(loss, *arrays, axis_name="devices", **extras)

    found = jax.vmap(one, axis_name="devices")(arrays, extras)
    assert (found == found[0]).all()
    return float(found[0])


def rows(*shape):
    return jnp.asarray(np.random.default_rng(len(shape)).uniform(0.1, 0.9, size=shape))


def test_a_loss_of_each_image_is_the_mean_over_the_images_of_all():
    loss, probabilities = lossary.Dice(pool="image"), rows(2, 3, 4, 2)
    labels = (rows(2, 3, 4) > 0.4).astype(int)
    mask = jnp.arange(24).reshape(2, 3, 4) >= 8  # the first two images have nothing that counts
    whole = loss(probabilities.reshape(6, 4, 2), labels.reshape(6, 4), mask=mask.reshape(6, 4))
    assert spread(loss, probabilities, labels, mask=mask) == pytest.approx(float(whole), abs=1e-14)


def test_a_loss_of_three_arrays_is_spread_too():
    loss = lossary.TripletMargin()
    anchor, near, far = rows(2, 3, 4), rows(2, 3, 4) ** 2, rows(2, 3, 4)[::-1]
    whole = loss(*(each.reshape(6, 4) for each in (anchor, near, far)))
    assert spread(loss, anchor, near, far) == pytest.approx(float(whole), abs=1e-14)


def test_an_axis_may_be_several():
    loss, p, t = lossary.Quantile(level=0.9), rows(2, 3, 4), rows(2, 3, 4)[::-1]

    def judged(p, t):
        return across(loss, p, t, axis_name=("a", "b"))

    found = jax.vmap(jax.vmap(judged, axis_name="b"), axis_name="a")(p, t)
    np.testing.assert_allclose(found, loss(p, t), 1e-14)


@pytest.mark.parametrize("gradients", ["mean", "sum"])
def test_slopes_stay_right_where_the_value_is_infinite(gradients):
    def judged(p, t):
        return across(lossary.LogLoss(), p, t, axis_name="devices", gradients=gradients)

    slope = jax.vmap(jax.value_and_grad(judged), axis_name="devices")
    value, found = slope(jnp.asarray([[0.0], [0.5]]), jnp.ones((2, 1)))
    assert (value == jnp.inf).all()
    # d(-log p)/dp is -2 at one half, and half of it in a mean of two.
    assert float(found[1, 0]) == (-2.0 if gradients == "mean" else -1.0)


def test_nothing_valid_on_any_device_is_zero_with_zero_slopes():
    def judged(p, t, m):
        return across(lossary.Huber(), p, t, mask=m, axis_name="devices")

    p = jnp.full((2, 3), jnp.nan)
    found = jax.vmap(jax.value_and_grad(judged), axis_name="devices")(p, p, jnp.zeros((2, 3), bool))
    assert all((each == 0).all() for each in found)


def test_half_precision_is_summed_in_single():
    p = jnp.full((4, 3), 300, "float16")
    found = jax.vmap(
        lambda p: across(lossary.SquaredError(), p, 0 * p, axis_name="i"), axis_name="i"
    )
    assert found(p).dtype == "float32"
    assert (found(p) == 90000).all()


# ---- refusals ------------------------------------------------------------------------------------


def test_an_unknown_convention_is_refused():
    with pytest.raises(ArgumentError, match="gradients='means': Did you mean mean"):
        across(lossary.Huber(), rows(3), rows(3), axis_name="i", gradients="means")


def test_a_loss_that_compares_what_is_not_rows_is_refused():
    class Along(lossary.InfoNCE):
        """Compares the entries of the second axis."""

        shapes = "d n, d n -> n"

        @property
        def label(self):
            return "Along"

    # Not shelved: it takes the catalogue's word for everything but its shapes.
    with pytest.raises(AdditivityError, match="Along compares entries along other axes"):
        across(Along(), rows(3, 4), rows(3, 4), axis_name="i")


def test_shapes_are_refused_before_anything_is_sent():
    with pytest.raises(ShapeError, match="Nothing is broadcast silently"):
        spread(lossary.Huber(), rows(2, 3), rows(2, 3, 1))
