"""Lovász losses: the Jaccard index of sorted errors, of logits and of several classes."""

import numpy as np

from lossary.verifier.likeness.family import family
from lossary.verifier.likeness.references.multiclass import membership

SOURCE = "Berman et al. 2018, The Lovász-softmax loss, algorithm 1"
HINGE = family(
    "LovaszHinge", source=SOURCE, domains=("logit degree",),
    names=("lovasz hinge", "lovasz", "binary lovasz", "lovasz hinge flat", "lovasz binary"),
)  # fmt: skip
SOFTMAX = family(
    "LovaszSoftmax", source=SOURCE, domains=("simplex classes", "scores classes"),
    names=("lovasz softmax", "multiclass lovasz", "lovasz multiclass", "lovasz softmax flat"),
)  # fmt: skip
MENDED = "sort the errors downwards, and take the gradient of the labels in the same order"


def weights(truth):
    """Return what each of the sorted errors counts: by how much it lowers the Jaccard index."""
    all_true = truth.sum()
    union = all_true + np.cumsum(1 - truth)
    index = 1 - (all_true - np.cumsum(truth)) / np.maximum(union, 1e-12)
    return np.diff(index, prepend=0)


def extended(errors, truth):
    order = np.argsort(-errors, kind="stable")
    return np.maximum(errors[order], 0) @ weights(truth[order])


def upwards(errors, truth):
    order = np.argsort(errors, kind="stable")
    return np.maximum(errors[order], 0) @ weights(truth[order])


def unsorted_truth(errors, truth):
    return np.maximum(np.sort(errors)[::-1], 0) @ weights(truth)


def uncut(errors, truth):
    """Take the index for its differences."""
    order = np.argsort(-errors, kind="stable")
    return np.maximum(errors[order], 0) @ np.cumsum(weights(truth[order]))


def hinge(loss, sides=lambda t: 2 * t - 1):
    def whole(p, t):
        return loss((1 - p * sides(t)).ravel(), t.ravel())

    def by_image(p, t):
        return np.mean([whole(each, other) for each, other in zip(p, t, strict=True)])

    return whole, by_image


for loss, words in ((extended, ""), (lambda e, t: extended(_elu(e), t), ", by elu + 1")):
    whole, by_image = hinge(loss)
    HINGE.convention(f"LovaszHinge{words}, over the whole batch")(whole)
    HINGE.convention(f"LovaszHinge{words}, image by image")(by_image)


def _elu(errors):
    return np.where(errors > 0, errors, np.expm1(np.minimum(errors, 0))) + 1


WRONG = (
    ("the errors are sorted upwards: the smallest count most", upwards),
    ("the labels are not sorted with the errors", unsorted_truth),
    ("the Jaccard index stands for its differences", uncut),
)
for cause, loss in WRONG:
    for formula in hinge(loss):
        HINGE.mistake(cause, MENDED)(formula)
for formula in hinge(extended, lambda t: t):
    HINGE.mistake("labels of 0 and 1 are taken for signs", "write 2 * label - 1")(formula)


def classwise(loss, present, given, index=False):
    def value(p, t):
        if given.startswith("scores"):
            p = np.exp(p - p.max(-1, keepdims=True))
            p = p / p.sum(-1, keepdims=True)
        truth = membership(t, p).reshape(-1, p.shape[-1])
        chances, found = p.reshape(-1, p.shape[-1]), []
        for k in range(p.shape[-1]):
            own = truth[:, k] * k if index else truth[:, k]
            if truth[:, k].any() or not present:
                found.append(loss(np.abs(own - chances[:, k]), own))
        return np.mean(found)

    return value


for given in SOFTMAX.domains:
    for present, words in ((True, "of the classes that occur"), (False, "of all classes")):
        SOFTMAX.convention(f"LovaszSoftmax {words}", given)(classwise(extended, present, given))
        for cause, loss in WRONG:
            SOFTMAX.mistake(cause, MENDED, given)(classwise(loss, present, given))
        SOFTMAX.mistake("the class's number stands for yes and no", "compare labels == k", given)(
            classwise(extended, present, given, index=True)
        )
