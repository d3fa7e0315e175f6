"""Losses that lose something on their way: to another device, into a file, into a log."""

import keras
import torch
import torch.nn.functional as F  # noqa: N812
from keras import ops
from torch import nn

from tests.check.corpus.pair import pair


class WeightedCrossEntropy(nn.Module):
    def __init__(self, weights=(1.0, 2.0, 3.0, 4.0)):
        super().__init__()
        self.register_buffer("weights", torch.tensor(weights))

    def forward(self, logits, target):
        return F.cross_entropy(logits, target, weight=self.weights)


@pair(
    correct=WeightedCrossEntropy,
    caught_by="buffers",
    story="pytorch#3879: class weights as a plain attribute stay on the CPU",
    shapes="n 4, n",
)
class WeightedCrossEntropyOnTheCpu(nn.Module):
    def __init__(self, weights=(1.0, 2.0, 3.0, 4.0)):
        super().__init__()
        self.weights = torch.tensor(weights)

    def forward(self, logits, target):
        return F.cross_entropy(logits, target, weight=self.weights)


@keras.saving.register_keras_serializable("corpus")
class KerasHuber(keras.losses.Loss):
    def __init__(self, delta=1.0, name="huber", **others):
        super().__init__(name=name, **others)
        self.delta = delta

    def call(self, y_true, y_pred):
        error = ops.abs(y_pred - y_true)
        small = ops.minimum(error, self.delta)
        return ops.mean(small * (error - 0.5 * small), axis=-1)

    def get_config(self):
        return {**super().get_config(), "delta": self.delta}


@pair(
    correct=KerasHuber,
    caught_by="serialisation",
    story="tensorflow#33229: get_config leaves the threshold out; a loaded model trains with 1",
    shapes="n d, n d",
)
@keras.saving.register_keras_serializable("corpus")
class KerasHuberForgetful(keras.losses.Loss):
    def __init__(self, delta=1.0, name="huber", **others):
        super().__init__(name=name, **others)
        self.delta = delta

    def call(self, y_true, y_pred):
        error = ops.abs(y_pred - y_true)
        small = ops.minimum(error, self.delta)
        return ops.mean(small * (error - 0.5 * small), axis=-1)


def two_terms(prediction, target):
    fit = ((prediction - target) ** 2).mean()
    size = 0.1 * prediction.abs().mean()
    loss = fit + size
    return loss, {"fit": fit.detach(), "size": size.detach(), "total": loss.detach()}


@pair(
    correct=two_terms,
    caught_by="logged_value",
    story="the log is written before the second term is added",
)
def two_terms_logged_early(prediction, target):
    loss = ((prediction - target) ** 2).mean()
    logs = {"total": loss.detach()}
    loss = loss + 0.1 * prediction.abs().mean()
    return loss, logs
