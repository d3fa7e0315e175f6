"""Losses as people write them for JAX, sound and not, with the contract that they meant."""

import jax
import jax.numpy as jnp

from tests.check.probed.table import takes


@takes("x logit n; y degree n")
def stable(x, y):
    return jnp.mean(jnp.maximum(x, 0) - x * y + jnp.log1p(jnp.exp(-jnp.abs(x))))


@takes("log_rate log_amount n; y nonnegative n")
def poisson(log_rate, y):
    return (jnp.exp(log_rate) - y * log_rate).mean()


@takes("logits scores n,k; onehot distribution n,k")
def soft_ce(logits, onehot):
    return -(onehot * jax.nn.log_softmax(logits, axis=-1)).sum(-1).mean()


@takes("y_pred real n; y_true real n; sample_weight weights n")
def wmse(y_pred, y_true, sample_weight):
    return jnp.mean(sample_weight * (y_pred - y_true) ** 2)


@takes("y_hat real n; y real n")
def huber(y_hat, y, delta=1.0):
    r = jnp.abs(y_hat - y)
    return jnp.where(r < delta, 0.5 * r**2, delta * (r - 0.5 * delta)).mean()


@takes("pred scores n,k; true distribution n,k")
def categorical(pred, true):
    p = jax.nn.softmax(pred)
    return -jnp.mean(jnp.sum(true * jnp.log(p + 1e-09), axis=1))
