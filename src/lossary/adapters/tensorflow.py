"""TensorFlow: a loss of all replicas together, under any strategy of `tf.distribute`."""

from lossary.adapters.needs import need

need("tensorflow")

from typing import Any

import tensorflow as tf

from lossary.core.pairwise import rows_first
from lossary.errors import ArgumentError

Array = Any


def across(
    loss: Any,
    prediction: Array,
    target: Array,
    *others: Array,
    weight: Array | None = None,
    mask: Array | None = None,
) -> Array:
    """Return the mean loss of the entries of all replicas; each of them must call it.

    Within `strategy.run`, every replica gets the same number. Its slope is that of the replica's
    own entries in it, so that the sum over replicas, which an optimizer takes by itself, is the
    slope of the whole: do not divide by the number of replicas. With one replica, or no strategy
    at all, it is the loss itself. A loss that compares rows is handed those of all replicas.

    Args:
        loss: any loss; arrays, weight and mask are those of its call, of this replica's rows.

    >>> import tensorflow as tf, lossary
    >>> loss = lossary.Quantile(level=0.9)
    >>> round(float(across(loss, tf.constant([1.0, 2.0]), tf.constant([2.0, 2.0]))), 6)
    0.45

    Raises:
        AdditivityError: the loss compares entries that are not the rows of its arrays.
        ArgumentError: it is called beside `strategy.run`, where no replica is.
    """
    arrays, counted = (prediction, target, *others), {"weight": weight, "mask": mask}
    if _here().num_replicas_in_sync == 1:
        return loss(*arrays, **counted)
    if loss.additive:
        return loss.parts(*arrays, **counted).map(over_replicas).value
    rows_first(loss)
    gathered = {name: _gathered(each) for name, each in counted.items()}
    return loss(*map(_gathered, arrays), **gathered)


def over_replicas(array: Array) -> Array:
    """Add an array up over replicas; the slope of the sum goes back to each as it is.

    TensorFlow's own slope of such a sum is a sum over replicas itself, and would count twice.

    Raises:
        ArgumentError: it is called beside `strategy.run`, where no replica is.
    """
    replica = _here()

    @tf.custom_gradient
    def added(own: Array) -> tuple[Array, Any]:
        return replica.all_reduce("SUM", own), lambda slope: slope

    return added(array)


def _gathered(array: Array | None) -> Array | None:
    """Return the rows of all replicas; the slope of its own rows goes back to each."""
    if array is None:
        return None
    if array.dtype == tf.bool:
        return tf.cast(_gathered(tf.cast(array, tf.int32)), tf.bool)
    replica = _here()
    sizes = replica.all_gather(tf.shape(array)[:1], axis=0)
    begin = tf.reduce_sum(sizes[: replica.replica_id_in_sync_group])

    @tf.custom_gradient
    def rows(own: Array) -> tuple[Array, Any]:
        end = begin + tf.shape(own)[0]
        return replica.all_gather(own, axis=0), lambda slope: slope[begin:end]

    return rows(array)


def _here() -> Any:
    replica = tf.distribute.get_replica_context()
    if replica is None:
        raise ArgumentError(
            "there is no replica here whose rows could be judged with the others'.\n"
            "Hint: call it in the function that strategy.run(...) is given."
        )
    return replica
