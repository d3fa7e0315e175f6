"""A program of its own: four virtual devices, and every way of spreading rows over them.

It prints, as JSON, values and gradients by "way, devices, loss", and under "whole" those of one
device that holds all rows. Devices have unequal numbers of rows that count, one of them none.
"""

import os

os.environ["XLA_FLAGS"] = (
    "--xla_force_host_platform_device_count=4 --xla_backend_optimization_level=0"  # made sooner
)
os.environ["JAX_PLATFORMS"] = "cpu"
os.environ["JAX_ENABLE_X64"] = "1"
os.environ["LOSSARY_KERNELS"] = "0"  # the judge is the definition

import json
import sys
from functools import partial

import jax
import numpy as np
from jax import numpy as jnp
from jax.sharding import Mesh, NamedSharding, PartitionSpec

import lossary
from lossary.adapters.jax import across

ROWS, WHOLE = PartitionSpec("rows"), PartitionSpec()
ENTROPY = lossary.CrossEntropy(class_weight=(1.0, 5.0, 0.5))
LOSSES = {
    "quantile": lossary.Quantile(level=0.9),
    "entropy": ENTROPY,
    "root": lossary.RootMeanSquaredError(),
    "dice": lossary.Dice().reading(lossary.domains.scores),
    "sum": 0.7 * lossary.Dice() + 0.3 * ENTROPY,
    "pairs": lossary.InfoNCE() + 0.5 * lossary.InfoNCE(temperature=0.5),
}
OF_AMOUNTS = ("quantile", "root")


def drawn():
    """Return parameters, and rows with what is to be predicted of them."""
    rng = np.random.default_rng(0)
    mask = np.arange(16) % 8 < np.repeat([3, 0, 2, 8], 4)
    rows = {
        "x": rng.normal(size=(16, 5)), "t": rng.normal(size=16),
        "labels": rng.integers(3, size=16),
        "near": rng.normal(size=(16, 3)),
        "weight": rng.uniform(0.5, 2, size=16), "mask": mask,
    }  # fmt: skip
    rows["t"][~mask] = np.nan  # what does not count is not felt on any device
    params = {"one": rng.normal(size=5), "three": rng.normal(size=(5, 3))}
    return jax.tree.map(jnp.asarray, (params, rows))


def judged(name, judge, params, rows):
    """Predict, and hand prediction, target and what counts to `judge`."""
    extras = {"weight": rows["weight"], "mask": rows["mask"]}
    if name in OF_AMOUNTS:
        return judge(LOSSES[name], rows["x"] @ params["one"], rows["t"], **extras)
    scores = rows["x"] @ params["three"]
    if name == "pairs":
        return judge(LOSSES[name], scores, rows["near"], **extras)
    return judge(LOSSES[name], scores, rows["labels"], **extras)


def every(judge, params, rows, reduce=lambda gradient: gradient):
    """Return value and gradient of every loss."""
    found = {}
    for name in LOSSES:
        value, gradient = jax.value_and_grad(partial(judged, name, judge))(params, rows)
        found[name] = value, reduce(gradient)
    return found


def call(loss, *arrays, **extras):
    return loss(*arrays, **extras)


def average(loss, *arrays, **extras):
    """Judge as many programs do: each device its own rows, and then the mean of what they found."""
    return jax.lax.pmean(loss(*arrays, **extras), "rows")


def mapped(function, mesh, checked):
    """Map over devices by whichever name and option this JAX has for it."""
    specs = {"mesh": mesh, "in_specs": (WHOLE, ROWS), "out_specs": WHOLE}
    if hasattr(jax, "shard_map"):
        return jax.shard_map(function, check_vma=checked, **specs)
    from jax.experimental.shard_map import shard_map

    return shard_map(function, check_rep=checked, **specs)


def reduced(gradients):
    """Return how a program reduces its gradients: "mean" or "sum" over the devices."""
    return partial(getattr(jax.lax, f"p{gradients}"), axis_name="rows")


def inside(gradients):
    """Return one device's part of a step that differentiates for itself."""
    judge = partial(across, axis_name="rows", gradients=gradients)
    return partial(every, judge, reduce=reduced(gradients))


def of_its_own(params, rows):
    """Return one device's part of a step on parameters that vary over the devices."""
    judge = partial(across, axis_name="rows")
    return every(judge, jax.lax.pcast(params, "rows", to="varying"), rows, reduced("sum"))


def outside(mesh):
    """Return a step that differentiates what is mapped."""

    def judge(loss, *arrays, **extras):
        def one(_, given):
            return across(loss, *given[0], axis_name="rows", **given[1])

        return mapped(one, mesh, True)(0.0, (arrays, extras))

    return partial(every, judge)


def sharded(mesh):
    """Return a step without any axis: the compiler itself spreads what is done to spread rows."""
    step = jax.jit(partial(every, call))
    return lambda params, rows: step(params, jax.device_put(rows, NamedSharding(mesh, ROWS)))


def ways(count):
    """Yield every way of a step over `count` devices; of two devices, those that differ most."""
    mesh = Mesh(np.asarray(jax.devices()[:count]), ("rows",))
    yield "checked", jax.jit(mapped(inside("mean"), mesh, True))
    yield "unchecked", jax.jit(mapped(inside("mean"), mesh, False))
    if count == 2:
        return
    yield "checked, summed", jax.jit(mapped(inside("sum"), mesh, True))
    yield "unchecked, summed", jax.jit(mapped(inside("sum"), mesh, False))
    yield "checked, outside", jax.jit(outside(mesh))
    yield "pmap", parallel(inside("mean"), count)
    yield "vmap", simulated(inside("mean"), count)
    yield "sharded", sharded(mesh)
    if hasattr(jax.lax, "pcast"):
        yield "varying", jax.jit(mapped(of_its_own, mesh, True))


def split(rows, count):
    return jax.tree.map(lambda each: each.reshape(count, -1, *each.shape[1:]), rows)


def parallel(step, count):
    spread = jax.pmap(step, "rows", in_axes=(None, 0), devices=jax.devices()[:count])
    return lambda params, rows: last(spread(params, split(rows, count)))


def simulated(step, count):
    spread = jax.jit(jax.vmap(step, (None, 0), axis_name="rows"))
    return lambda params, rows: last(spread(params, split(rows, count)))


def last(found):
    """Return what the last device found, as each finds the same."""
    return jax.tree.map(lambda each: each[-1], found)


def main():
    params, rows = drawn()
    found = {"whole": jax.jit(partial(every, call))(params, rows)}
    found["means of means"] = simulated(partial(every, average), 4)(params, rows)
    for count in (2, 4):
        for way, step in ways(count):
            found[f"{way}, {count} devices"] = step(params, rows)
    json.dump(jax.tree.map(lambda each: np.asarray(each).tolist(), found), sys.stdout)


if __name__ == "__main__":
    main()
