"""Stein's unbiased risk estimate: denoising without clean images, by the network's divergence."""

import numpy as np

from lossary.verifier.likeness.family import Parameter, Slot, family

SURE = family(
    "SURE",
    names=("sure", "stein", "stein unbiased risk", "steins unbiased risk estimate"),
    source="Stein 1981; Soltanayev and Chun 2018, Training denoisers without ground truth",
    slots=(Slot("output", ("denois", "output", "pred", "recon")),
           Slot("noisy", ("noisy", "input", "target", "y")),
           Slot("divergence", ("div", "trace", "jac"))),
    domains=("real real real",),
    sigma=Parameter(("noise_level", "std", "noise_std", "noise"), (0.1, 1.0, 0.5)),
)  # fmt: skip
MENDED = "write mse - sigma ** 2 + 2 * sigma ** 2 * divergence / n"


def estimate(blend, share):
    """Make an estimate of the error of each row and of what its divergence costs."""

    def value(output, noisy, divergence, sigma):
        if output.shape != noisy.shape or len(divergence) != len(output):
            return np.float64(np.nan)
        rows = len(output)
        error = ((output - noisy) ** 2).reshape(rows, -1)
        cost = 2 * sigma**2 * divergence.reshape(rows, -1).mean(-1)
        return blend(error.mean(-1), cost / (error.shape[-1] if share else 1), sigma)

    return value


for share, words in ((True, "the divergence a pixel"), (False, "the divergence as it is")):
    SURE.convention(f"SURE, {words}")(estimate(lambda e, d, s: e - s**2 + d, share))
    for cause, blend in (
        ("the divergence multiplies the error: add it", lambda e, d, s: e * d - s**2),
        ("the divergence is taken off: it is driven up", lambda e, d, s: e - s**2 - d),
        ("the divergence lacks its factor 2", lambda e, d, s: e - s**2 + d / 2),
    ):
        SURE.mistake(cause, MENDED)(estimate(blend, share))
