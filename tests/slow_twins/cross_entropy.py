"""Cross-entropy from the probabilities of the softmax, written out; numerator and denominator."""

from mpmath import exp, extradps, log, mpf


@extradps(400)
def twin(prediction, target, *, smoothing, class_weight):
    """One row of scores against a label or a distribution: its share of the numerator."""
    count = len(prediction)
    total = sum(exp(score) for score in prediction)
    loss = mpf(0)
    for k, score in enumerate(prediction):
        truth = target[k] if isinstance(target, list) else int(target == k)
        truth = (1 - mpf(smoothing)) * truth + mpf(smoothing) / count
        if truth != 0:
            heft = 1 if class_weight is None else mpf(class_weight[k])
            loss -= heft * truth * log(exp(score) / total)
    return loss


@extradps(60)
def share(prediction, target, *, smoothing, class_weight):
    """Give the same row's share of the denominator: the weight of its class, smoothing left out."""
    if class_weight is None:
        return mpf(1)
    if not isinstance(target, list):
        return mpf(class_weight[target])
    return sum(mpf(heft) * truth for heft, truth in zip(class_weight, target, strict=True))
