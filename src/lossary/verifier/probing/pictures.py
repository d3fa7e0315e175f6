"""Tries pictures of many pixels on a loss that says its inputs were too small for its windows."""

import re
from dataclasses import replace

from lossary.verifier.probing.choosing import Choice, chosen
from lossary.verifier.probing.fitting import Heard
from lossary.verifier.probing.form import Form, form
from lossary.verifier.probing.text import Text
from lossary.verifier.probing.topics import PICTURE
from lossary.verifier.probing.trying import Trials

SMALL = re.compile(
    r"kernel.?size|output.?size|input.?size|input image|window|padding size|filter|"
    r"dimension out of range|dimension specified|expected 3d|expected 4d|3d or 4d|4d or 5d|"
    r"channels|must be at least|too small|spatial|negative dimension|out of bounds for axis|"
    r"rank (4|at least 3)|ndim|groups|2 spatial|non-empty|subtracting",
    re.IGNORECASE,
)
"""What frameworks say where a window does not fit into an array."""
WINDOWS = re.compile(
    r"pool|conv|interpolat|resize|upsampl|ssim|fft|sobel|laplac|pyramid|unfold|gauss|image|filter"
)
"""Code that looks at pixels around a pixel."""
SIDES = (16, 32, 64)
CHANNELS = (3, 1)
SMOOTH = r"ssim|psnr|perceptual|photometric|image|picture"


def pictured(
    text: Text, arguments: list[Heard], said: dict[str, str], trials: Trials
) -> Choice | None:
    """Return the choice of a loss of pictures, or None where nothing hints that it is one."""
    if not any(map(SMALL.search, said.values())) and not WINDOWS.search(text.code):
        return None
    if not WINDOWS.search(f"{text.code} {text.head}"):
        return None
    loose = [Heard(each.word, each.kinds, {}) for each in arguments]
    last = trials.candidate.host.name in ("tensorflow", "keras", "jax", "numpy")
    for side in SIDES:
        for channels in CHANNELS:
            for axes in ("n,h,w,c", "n,c,h,w") if last else ("n,c,h,w",):
                fresh = Trials(trials.candidate, trials.sizes)
                found = chosen(text, loose, fresh, _forms(axes, side, channels))
                if found is not None:
                    return found
    return None


def _forms(axes: str, side: int, channels: int) -> tuple[Form, ...]:
    sizes = {"c": channels, "h": side, "w": side}
    masks = axes.replace("c", "1")
    classes = axes.replace("c", "k")
    smooth = f"prediction {axes} probability | target {axes} probability"
    of_class = f"prediction {classes} scores | target n,h,w labels"
    found = (
        form("pictures", smooth, 0.0, SMOOTH),
        form("numbers", f"prediction {axes} real | target {axes} real", -0.2),
        form("a mask", f"prediction {masks} logit | target {masks} degree", -0.5, PICTURE),
        form(
            "a sure mask", f"prediction {masks} probability | target {masks} degree", -0.4, PICTURE
        ),
        form("classes", of_class, -0.3, PICTURE),
        form("one picture", f"prediction {axes} probability"),
    )
    return tuple(replace(each, sizes=sizes) for each in found)
