"""Keras under `tf.distribute`: one loss of all replicas, and to each its own share of the slope."""

from typing import Any

import keras

from lossary.adapters.keras.call import Call

Array = Any
TENSORFLOW = keras.backend.backend() == "tensorflow"
"""JAX needs nothing: there the loss sees the whole batch, wherever its rows are kept."""
if TENSORFLOW:
    import tensorflow as tf

    from lossary.adapters import tensorflow as host


def replicas() -> int:
    """Count the replicas that take this step together."""
    here = tf.distribute.get_replica_context() if TENSORFLOW else None
    return 1 if here is None else here.num_replicas_in_sync  # None: Keras only looks at shapes


def across(loss: Any, call: Call) -> Array:
    """Return the loss's own mean, over the entries of all replicas."""
    if replicas() == 1:
        return loss(*call.arrays, **call.counted)
    return host.across(loss, *call.arrays, **call.counted)


def over_replicas(array: Array) -> Array:
    """Add an array up over replicas, where there are several."""
    return array if replicas() == 1 else host.over_replicas(array)


def shown(value: Array) -> Array:
    """Return the number that Keras, which adds it up over replicas, will show as this value.

    The slope stays what it is: Keras' optimizers add the replicas' shares up.
    """
    count = replicas()
    if count == 1:
        return value

    @tf.custom_gradient
    def divided(whole: Array) -> tuple[Array, Any]:
        return whole / count, lambda slope: slope

    return divided(value)
