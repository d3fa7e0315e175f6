"""The negative Box-Cox transformation of the label's probability under a softmax."""

from mpmath import exp, extradps, mpf


@extradps(400)
def twin(prediction, target, *, q):
    """One row of scores against a label."""
    total = sum(exp(score) for score in prediction)
    return (1 - (exp(prediction[target]) / total) ** mpf(q)) / mpf(q)
