"""Structural similarity (SSIM): means, variances and covariance in a window that slides."""

from functools import lru_cache

import numpy as np

from lossary.verifier.likeness.family import Parameter, family

SSIM = family(
    "SSIM",
    names=("ssim", "structural similarity", "dssim", "structural dissimilarity"),
    source="Wang et al. 2004, Image quality assessment, equation 13",
    domains=("probability probability",),
    window=Parameter(("window_size", "win_size", "kernel_size", "win", "size"), (11, 7, 3),
                     turns=False),
    span=Parameter(("data_range", "max_val", "val_range", "dynamic_range", "l", "range"), (1.0,)),
)  # fmt: skip


def bell(size, sigma=1.5):
    places = np.arange(size) - (size - 1) / 2
    found = np.exp(-(places**2) / (2 * sigma**2))
    return found / found.sum()


def flat(size):
    return np.full(size, 1 / size)


def slid(images, kernel, padding):
    """Slide one kernel along both of the last axes."""
    half = len(kernel) // 2
    if padding:
        around = [(0, 0)] * (images.ndim - 2) + [(half, half)] * 2
        images = np.pad(images, around, mode=padding)
    for axis in (-1, -2):
        images = np.moveaxis(images, axis, 0)
        places = len(images) - len(kernel) + 1
        if places < 1:
            raise ValueError("the window is larger than the image")
        parts = (share * images[at : at + places] for at, share in enumerate(kernel))
        images = np.moveaxis(sum(parts), 0, axis)
    return images


@lru_cache(maxsize=96)
def kept(images, shape, form, size, padding):
    """Return the moments of images handed over as bytes: several formulas ask for the same."""
    p, t = (np.frombuffer(each).reshape(shape) for each in images)
    kernel = form(size)
    one, two = slid(p, kernel, padding), slid(t, kernel, padding)
    squares = (slid(each, kernel, padding) for each in (p * p, t * t, p * t))
    return one, two, *(a - b for a, b in zip(squares, (one**2, two**2, one * two), strict=True))


def moments(p, t, form, size, padding):
    return kept((p.tobytes(), t.tobytes()), p.shape, form, size, padding)


def plain(one, two, v, w, both, c1, c2):
    above = (2 * one * two + c1) * (2 * both + c2)
    return above / ((one**2 + two**2 + c1) * (v + w + c2))


def compared(score, kernel, padding, constants):
    def value(p, t, window, span):
        if p.ndim < 2 or window < 2:
            return np.float64(np.nan)
        if p.ndim == 4 and p.shape[-1] <= 4 < p.shape[1]:  # channels stand last
            p, t = (np.moveaxis(each, -1, 1) for each in (p, t))
        found = moments(p, t, kernel, int(window), padding)
        return np.float64(1 - score(*found, *constants(span)).mean())

    return value


def usual(span):
    return (0.01 * span) ** 2, (0.03 * span) ** 2


WRONG = {
    "the constants are those of images up to 255, and drown images up to 1": (
        plain, lambda span: usual(255.0 if span < 100 else np.nan)),
    "the constants are not squared": (plain, lambda span: (0.01 * span, 0.03 * span)),
    "the covariance is not doubled": (
        lambda a, b, v, w, both, c, d: plain(a, b, v, w, both / 2, c, d), usual),
    "the product of the means is not doubled": (
        lambda a, b, v, w, both, c, d: (a * b + c) * (2 * both + d)
        / ((a**2 + b**2 + c) * (v + w + d)), usual),
    "the squared means are not taken off the variances and the covariance": (
        lambda a, b, v, w, both, c, d: plain(a, b, v + a**2, w + b**2, both + a * b, c, d), usual),
    "the variances are multiplied below the line, not added": (
        lambda a, b, v, w, both, c, d: (2 * a * b + c) * (2 * both + d)
        / ((a**2 + b**2 + c) * (v * w + d)), usual),
    "the means are not squared below the line": (
        lambda a, b, v, w, both, c, d: (2 * a * b + c) * (2 * both + d)
        / ((a + b + c) * (v + w + d)), usual),
}  # fmt: skip
MENDED = (
    "write (2 m1 m2 + c1) (2 cov + c2) / ((m1² + m2² + c1) (v1 + v2 + c2)), with c1 ="
    " (0.01 data_range)² and c2 = (0.03 data_range)²"
)
for words, kernel in {"a Gaussian window": bell, "a uniform window": flat}.items():
    for padding, edge in ((None, "inside"), ("constant", "padded by 0"), ("reflect", "mirrored")):
        loss = compared(plain, kernel, padding, usual)
        SSIM.convention(f"SSIM, {words}, {edge}")(loss)
        SSIM.convention(f"SSIM as a score, {words}, {edge}")(
            lambda p, t, window, span, loss=loss: 1 - loss(p, t, window, span)
        )
        for cause, (score, constants) in WRONG.items():
            SSIM.mistake(cause, MENDED, says=f"SSIM, {words}, {edge}")(
                compared(score, kernel, padding, constants)
            )
