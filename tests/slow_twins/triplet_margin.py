"""How much nearer the positive should be than the negative, in plain Euclidean distance."""

from mpmath import extradps, mpf, sqrt


@extradps(60)
def twin(anchor, positive, negative, *, margin, squared):
    """One triplet of rows."""
    near = sum((a - p) ** 2 for a, p in zip(anchor, positive, strict=True))
    far = sum((a - n) ** 2 for a, n in zip(anchor, negative, strict=True))
    if not squared:
        near, far = sqrt(near), sqrt(far)
    lacking = near - far + mpf(margin)
    return mpf(0) if lacking <= 0 else lacking
