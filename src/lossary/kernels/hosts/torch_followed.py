"""PyTorch where operations are followed, by a compiler or a mode: one operator answers."""

from typing import Any

import torch
from torch.autograd import forward_ad

from lossary.core.batch import fitted
from lossary.core.derived import Derived
from lossary.core.ratio_of_sums import RatioOfSums
from lossary.kernels.hosts.torch_operator import judged
from lossary.kernels.hosts.torch_written import spelled

Array = Any
REDUCED = ("mean", "sum", "none", "parts")
exporting = getattr(torch.compiler, "is_exporting", lambda: False)  # since PyTorch 2.7


def answer(
    loss: Any, request: str, arrays: tuple[Array, ...], weight: Any = None, mask: Any = None
) -> Any:
    """Answer by the operator, or None where the definition must. torch.compile reads this."""
    if not isinstance(loss, RatioOfSums if request == "pooled" else Derived):
        return None
    if torch._C._are_functorch_transforms_active() or forward_ad._current_level >= 0:
        return None  # what transforms a call must see what is in it
    if exporting() or (not torch.compiler.is_compiling() and torch._C._is_tracing()):
        return None  # a program that is taken elsewhere holds plain operations only
    first, *others = arrays
    given = [each for each in (*others, weight, mask) if each is not None]
    graph = torch.is_grad_enabled()
    if graph and any(each.requires_grad for each in given):
        return None
    if any(each.layout is not torch.strided or not each.is_cpu for each in (first, *given)):
        return None
    text, numbers = spelled(loss, request)
    if not text:
        return None
    fitted(loss, arrays, weight, mask)  # what does not fit is told here, and not by a graph
    if not loss.trainable:
        first = first.detach()
    slopes = bool(graph and first.requires_grad and request in REDUCED)
    found = judged([first, *others], weight, mask, numbers, text, request, slopes)
    if request in ("parts", "pooled"):
        return tuple(found[:-1]) if slopes else tuple(found)
    return found[0]
