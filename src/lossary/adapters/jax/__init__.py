"""JAX: one loss of the rows on many devices; alone, a loss is called on JAX's arrays as it is.

`jit`, `grad`, `vmap` and `scan` pass through every loss, and a loss may be a static argument: see
`docs/hosts/jax.md`. Here stands what they do not give: the mean over devices whose rows do not
weigh the same, values looked at inside compiled programs, and parameters that are learned.
"""

from lossary.adapters.needs import need

need("jax")

from collections.abc import Hashable
from functools import partial
from typing import Any

import jax

from lossary.adapters.jax.checking import check
from lossary.adapters.jax.learning import learned
from lossary.core.pairwise import rows_first
from lossary.errors import ArgumentError, nearest

__all__ = ["across", "check", "learned"]

Array = Any
CONVENTIONS = ("mean", "sum")


def across(
    loss: Any,
    prediction: Array,
    target: Array,
    *others: Array,
    axis_name: Hashable,
    weight: Array | None = None,
    mask: Array | None = None,
    gradients: str = "mean",
) -> Array:
    """Return the loss of the rows of all devices, the same number on each of them.

    Call it where `axis_name` is bound: under `jax.shard_map`, `jax.pmap` or
    `jax.vmap(axis_name=...)`. Sums are added over the devices before anything is divided; a loss
    that compares rows with each other is handed those of all devices, so that each device holds
    them all.

    Args:
        loss: any loss; arrays, weight and mask are those of a call, of this device's rows.
        axis_name: the axis (or a tuple of axes) over which the rows are spread.
        gradients: how the program puts the devices' gradients together afterwards: "mean" for
            `jax.lax.pmean`, "sum" for `jax.lax.psum`. Either gives that of the whole, for
            parameters that are the same on all devices. (With `shard_map(check_vma=True)` JAX has
            put them together by itself under "mean": `pmean` changes nothing, and may be left out.
            Parameters that vary over the axis want "mean" there, and a `psum`.) What is
            differentiated outside of `shard_map` or `pmap` wants "mean" and no more.

    Raises:
        AdditivityError: the loss compares entries that are not the rows of its arrays.
        ArgumentError: `gradients` is neither word.

    >>> import jax, lossary
    >>> loss, zeros = lossary.SquaredError(), jax.numpy.zeros((2, 2))
    >>> rows, mask = jax.numpy.asarray([[1.0, 2.0], [4.0, 9.0]]), zeros.at[1, 1].set(1) == 0
    >>> def judged(p, t, m):  # two devices, the second with one row that counts
    ...     return across(loss, p, t, mask=m, axis_name="devices")
    >>> jax.vmap(judged, axis_name="devices")(rows, zeros, mask).tolist()
    [7.0, 7.0]
    """
    if gradients not in CONVENTIONS:
        raise ArgumentError(f"gradients={gradients!r}: {nearest(str(gradients), CONVENTIONS)}")
    arrays = (prediction, target, *others)
    if loss.additive:
        own = loss.parts(*arrays, weight=weight, mask=mask)
        value = own.map(lambda each: jax.lax.psum(each, axis_name)).value
    else:
        value = _gathered(loss, arrays, weight, mask, axis_name)
    # Each device asks for the slopes of all, so that a mean is due; what a sum adds is taken off.
    return value if gradients == "mean" else _scaled(value, 1 / jax.lax.psum(1, axis_name))


def _gathered(
    loss: Any, arrays: tuple[Array, ...], weight: Any, mask: Any, axis_name: Hashable
) -> Array:
    """Let each device judge the rows of all; the mean of the equal numbers is one for all."""
    rows_first(loss)
    rows, weight, mask = jax.tree.map(
        lambda each: jax.lax.all_gather(each, axis_name, tiled=True), (arrays, weight, mask)
    )
    return jax.lax.pmean(loss.defined("mean", rows, weight, mask), axis_name)


@partial(jax.custom_jvp, nondiff_argnums=(1,))
def _scaled(value: Array, factor: float) -> Array:
    """Return the value; its slopes are scaled."""
    return value


@_scaled.defjvp
def _(factor: float, primals: tuple[Array], tangents: tuple[Array]) -> tuple[Array, Array]:
    return primals[0], factor * tangents[0]
