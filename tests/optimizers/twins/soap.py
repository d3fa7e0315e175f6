"""The slow twin of SOAP: Vyas et al., algorithms 3 and 4, line by line, with Adam's corrections."""

from tests.optimizers.many_digits import root
from tests.optimizers.many_matrices import (
    columns_made_orthogonal,
    eigen,
    unit,
    walk_with_matrices,
)


def walk(weights, gradient, settings):
    b1, b2 = settings.beta1, settings.beta2

    def mover(weight):
        m, v = 0 * weight, 0 * weight
        ql, qr = map(unit, weight.shape)
        left, right = 0 * ql, 0 * qr
        moved, t = None, 0
        while True:
            g, w = yield moved
            t += 1
            turned = ql.T @ g @ qr
            m = b1 * m + (1 - b1) * g
            m_turned = ql.T @ m @ qr
            v = b2 * v + (1 - b2) * turned**2
            n = m_turned / (1 - b1**t) / (root(v / (1 - b2**t)) + settings.epsilon)
            moved = w - settings.learning_rate * (ql @ n @ qr.T)
            left = b2 * left + (1 - b2) * (g @ g.T)
            right = b2 * right + (1 - b2) * (g.T @ g)
            if t == settings.interval:
                ql, qr = eigen(left)[1], eigen(right)[1]
            elif t % settings.interval == 0:
                ql, qr = columns_made_orthogonal(left @ ql), columns_made_orthogonal(right @ qr)

    yield from walk_with_matrices(weights, gradient, settings, mover, settings.largest)
