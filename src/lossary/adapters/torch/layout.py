"""How PyTorch users lay out their tensors: the class axis, a label to ignore, swapped arguments."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

from lossary.adapters.needs import need
from lossary.core.composition import terms_of
from lossary.core.loss import Loss
from lossary.domains import Labels
from lossary.errors import ArgumentError, DtypeError, ShapeError

if TYPE_CHECKING:
    import torch
else:
    torch = need("torch")

from torch import Tensor

Tensors: TypeAlias = tuple[Tensor, ...]
Extra: TypeAlias = Tensor | None


@dataclass(frozen=True)
class Layout:
    """Which axis holds the classes, if it is to be moved to the end; and which label is no class.

    A moved axis takes no copy: kernels read memory as it lies.
    """

    given: int
    ignored: int | None
    axis: int | None
    """The class axis to move: none where there are no classes, or where they are last."""

    def read(self, arrays: Tensors, weight: Extra, mask: Extra) -> tuple[Tensors, Extra, Extra]:
        """Return arrays, weight and mask as a loss reads them.

        Raises:
            ArgumentError: a label is to be ignored, but the target holds none.
        """
        if self.ignored is not None:
            mask = self._valid(arrays, mask)
        if self.axis is None:
            return arrays, weight, mask
        axes = arrays[0].ndim
        arrays = tuple(self._moved(each, axes) for each in arrays)
        extras = (None if each is None else self._moved(each, axes) for each in (weight, mask))
        return (arrays, *extras)  # type: ignore[return-value]

    def explain(self, error: ShapeError) -> None:
        """Say in whose order the shapes of an error are told."""
        if self.axis is not None:
            error.add_note(
                f"The shapes are told with the classes on the last axis; they were taken from axis "
                f"{self.axis}, as module(..., class_axis={self.axis}) says."
            )

    def _moved(self, array: Tensor, axes: int) -> Tensor:
        # What has as many axes as the prediction has the classes, too; labels have one less.
        if self.axis is None or axes < 2 or array.ndim != axes:
            return array
        return torch.movedim(array, self.axis, -1)

    def _valid(self, arrays: Tensors, mask: Extra) -> Tensor:
        target = arrays[1]
        if target.dtype.is_floating_point or target.ndim == arrays[0].ndim:
            raise ArgumentError(
                f"ignore_index={self.ignored} is for labels, but this target has a number for each "
                f"class: {target.dtype}, {tuple(target.shape)}.\nHint: leave entries out with mask="
            )
        valid = target != self.ignored
        # A mask that does not fit is left for the loss to tell.
        fits = mask is None or (mask.dtype is torch.bool and mask.shape == valid.shape)
        return valid if mask is None else mask & valid if fits else mask


def layout_of(loss: Loss, class_axis: int, ignore_index: int | None) -> Layout:
    """Return the layout of a loss's tensors.

    Raises:
        ArgumentError: a label is to be ignored, but the loss reads none.
    """
    terms = terms_of(loss)
    classes = any(each.sentences[0].inputs[0].axes[-1:] == ("k",) for each in terms)
    labelled = all(any(isinstance(d[1], Labels) for d in each.domains) for each in terms)
    if ignore_index is not None and not labelled:
        raise ArgumentError(
            f"ignore_index={ignore_index}: {loss.label} reads no labels.\nHint: leave entries out "
            f"with mask= when you call the module."
        )
    return Layout(class_axis, ignore_index, class_axis if classes and class_axis != -1 else None)


def suspect_swapped(loss: Loss, arrays: Tensors) -> None:
    """Refuse a prediction that cannot be one, beside a target that can.

    Raises:
        DtypeError: only the target can be learned from. Losses that compare points, each of which
            may come from a network, are not asked.
    """
    prediction, target = arrays[:2]
    if "d" in loss.sentences[0].inputs[0].axes:
        return
    whole = not prediction.dtype.is_floating_point and target.dtype.is_floating_point
    fixed = torch.is_grad_enabled() and target.requires_grad and not prediction.requires_grad
    if whole or fixed:
        told = f"holds {prediction.dtype}" if whole else "has no graph"
        other = f"{target.dtype}" if whole else "one"
        raise DtypeError(
            f"{loss.label}: the prediction {told}, and the target {other}: they look swapped.\n"
            f"Hint: module(prediction, target); a target that is no constant: target.detach()"
        )
