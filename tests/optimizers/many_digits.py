"""Arrays of mpmath numbers: NumPy's object arrays, and the functions that they have not."""

import mpmath
import numpy as np

DIGITS = 40


def many(array):
    """Turn numbers into an array of many digits."""
    return np.vectorize(mpmath.mpf, otypes=[object])(np.asarray(array, dtype=float))


def _entrywise(function):
    made = np.vectorize(function, otypes=[object])

    def called(array):
        array = np.asarray(array, dtype=object)
        return made(array) if array.size else array

    return called


root = _entrywise(mpmath.sqrt)
tanh = _entrywise(mpmath.tanh)
sign = _entrywise(mpmath.sign)


def norm(array):
    """Return the Euclidean norm of an array, as one number."""
    return mpmath.sqrt(sum((each**2 for each in np.asarray(array).ravel()), mpmath.mpf(0)))


class Namespace:
    """What the problems ask of a framework, in many digits."""

    tanh = staticmethod(tanh)
    matmul = staticmethod(np.matmul)
    stack = staticmethod(np.stack)

    @staticmethod
    def sum(array, axis=None):
        return np.sum(array, axis=axis)

    @staticmethod
    def matrix_transpose(array):
        return array.T


namespace = Namespace()
