"""The module that a loss becomes in PyTorch: what it computes, what it learns, and its state."""

import json
from typing import TYPE_CHECKING, Any

from lossary.adapters.needs import need
from lossary.backends import backend_named
from lossary.core.learned import Course, formula_of, learned, with_formula
from lossary.core.loss import Loss
from lossary.core.parts import Parts
from lossary.errors import FormatError, ShapeError

if TYPE_CHECKING:
    import torch
else:
    torch = need("torch")

from torch import Tensor

from lossary.adapters.torch.layout import Layout, suspect_swapped
from lossary.adapters.torch.ranks import across, suspect_means, world

xp = backend_named("torch").xp


class LossModule(torch.nn.Module):
    """A loss as a module; `module` makes it.

    Its state is what it has learned, and the loss itself, so that it takes no other loss's state.
    """

    def __init__(
        self,
        loss: Loss,
        courses: dict[str, Course],
        held: bool,
        layout: Layout,
        reduction: str,
        check: str,
        ranks: str | None,
    ) -> None:
        super().__init__()
        self._loss, self._courses, self._held, self._layout = loss, courses, held, layout
        self.reduction, self.check, self.ranks = reduction, check, ranks
        for name in courses:  # of one axis: FSDP takes no parameter without
            self.register_parameter(f"raw_{name}", torch.nn.Parameter(torch.zeros(1)))

    def forward(
        self,
        prediction: Tensor,
        target: Tensor,
        *others: Tensor,
        weight: Tensor | None = None,
        mask: Tensor | None = None,
    ) -> Tensor:
        """Return the loss, in single precision or wider.

        Args:
            prediction, target: shaped as the loss says, but for the class axis.
            weight: how much each entry counts; shaped as the entries: for classes, as the labels.
            mask: True where an entry counts.

        Raises:
            ShapeError, DtypeError, BackendError, DomainError, ArgumentError: say how to mend it.
        """
        arrays = (prediction, target, *others)
        if self.ranks is not None:
            return across(self, *arrays, weight=weight, mask=mask, gradients=self.ranks)
        uneven = weight is not None or mask is not None or self._layout.ignored is not None
        if world() > 1 and (uneven or not self._loss.averaged):
            suspect_means(self._loss.label)
        try:
            arrays, weight, mask = self._read(arrays, weight, mask)
            if self._courses:
                return self._present().defined(self.reduction, arrays, weight, mask)
            return self._loss(*arrays, weight=weight, mask=mask, reduction=self.reduction)
        except ShapeError as error:
            self._layout.explain(error)
            raise

    def parts(
        self,
        prediction: Tensor,
        target: Tensor,
        *others: Tensor,
        weight: Tensor | None = None,
        mask: Tensor | None = None,
    ) -> Parts:
        """Return the sums that add up over micro-batches and ranks, as `loss.parts` does.

        Raises:
            AdditivityError: each row is judged against the whole batch, so no sums suffice.
        """
        arrays, weight, mask = self._read((prediction, target, *others), weight, mask)
        return self._present().parts(*arrays, weight=weight, mask=mask)

    @property
    def loss(self) -> Any:
        """The loss, with the present values of what is learned as numbers."""
        if not self._courses:
            return self._loss
        found = {name: float(self._value(name, double=True)) for name in self._courses}
        return with_formula(self._loss, formula_of(self._loss).replace(**found))

    def get_extra_state(self) -> Tensor:
        """Return the loss that was made a module, written down, as bytes."""
        # A tensor, because there are formats of checkpoints that hold nothing else.
        return torch.tensor(list(self._written().encode()), dtype=torch.uint8)

    def set_extra_state(self, state: Tensor) -> None:
        """Refuse the state of another loss: what it has learned means something else here."""
        written = bytes(state.tolist()).decode(errors="replace")
        if written != self._written():
            raise FormatError(
                f"this checkpoint is of another loss.\n"
                f"    in the checkpoint  {written}\n    in the model       {self._written()}\n"
                f"Hint: make the module of the checkpoint's loss; or, to go on with this one, take "
                f"what ends in _extra_state out of the checkpoint, and load it with strict=False."
            )

    def _written(self) -> str:
        return json.dumps(self._loss.to_dict(), sort_keys=True)

    def _read(self, arrays: tuple[Tensor, ...], weight: Any, mask: Any) -> tuple[Any, Any, Any]:
        suspect_swapped(self._loss, arrays)
        arrays, weight, mask = self._layout.read(arrays, weight, mask)
        if self.check != "never":
            self._loss._look(arrays, weight, mask, self.check)
        return arrays, weight, mask

    def _present(self) -> Any:
        """Return the loss with tensors for what is learned."""
        if not self._courses:
            return self._loss
        values = {name: self._value(name) for name in self._courses}
        return learned(self._loss, values, self._held)

    def _value(self, name: str, double: bool = False) -> Tensor:
        raw = self._parameters[f"raw_{name}"][0]
        raw = raw.detach().double() if double else raw.float() if raw.dtype.itemsize < 4 else raw
        return self._courses[name].value(xp, raw)

    def __getattr__(self, name: str) -> Any:
        if name in self.__dict__.get("_courses", ()):
            return self._value(name)
        return super().__getattr__(name)

    def __repr__(self) -> str:
        said = {
            "learn": tuple(self._courses), "held": self._held, "class_axis": self._layout.given,
            "ignore_index": self._layout.ignored, "ranks": self.ranks,
            "reduction": self.reduction, "check": self.check,
        }  # fmt: skip
        usual = {"held": True, "class_axis": 1, "reduction": "mean", "check": "never"}
        changed = (
            f", {word}={value!r}"
            for word, value in said.items()
            if value not in ((), None, usual.get(word))
        )
        return f"LossModule({self.loss!r}{''.join(changed)})"
