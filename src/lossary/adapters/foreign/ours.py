"""Reads a loss of ours: what it takes is declared, so nothing has to be found out."""

import inspect
from importlib.util import find_spec
from typing import Any

from lossary.adapters.foreign.candidate import Candidate, Input
from lossary.adapters.foreign.hosts import host_named
from lossary.adapters.foreign.made import Made
from lossary.core.loss import Loss


def is_ours(loss: Any) -> bool:
    """Say whether this is a loss of lossary, or a class of them."""
    return isinstance(loss, Loss) or (inspect.isclass(loss) and issubclass(loss, Loss))


def read_ours(loss: Any, host: str | None, settings: dict[str, Any]) -> Candidate:
    """Read a loss of ours on PyTorch, or on NumPy with its own gradient where there is none."""
    here = host_named(host or ("torch" if find_spec("torch") else "numpy"))
    outer = {n: v for n, v in settings.items() if n == "reduction"}
    inner = {n: v for n, v in settings.items() if n != "reduction"}
    kind: Any = loss if inspect.isclass(loss) else type(loss)
    made: Any = kind(**inner) if inspect.isclass(loss) else _but(loss, inner)
    held = {**_parameters(made), "reduction": "mean", **outer}

    def rebuild(asked: dict[str, Any]) -> Made:
        reduction = asked.get("reduction", "mean")
        others = {n: v for n, v in asked.items() if n != "reduction"}
        return Made(here, _but(made, others), {"reduction": reduction})

    def rebuild_gradient(asked: dict[str, Any]) -> Any:
        reduction = "mean" if asked.get("reduction") == "mean" else "sum"
        again = _but(made, {n: v for n, v in asked.items() if n != "reduction"})
        return lambda *arrays, **named: again.gradient(*arrays, **named, reduction=reduction)

    own = None if here.slopes else rebuild_gradient
    return Candidate(
        given=loss, call=rebuild(held), name=kind.__name__, host=here, settings=held,
        inputs=(*map(Input, made.names), Input("weight", False, True), Input("mask", False, True)),
        rebuild=rebuild, gradient=own and own(held), rebuild_gradient=own,
        doc=inspect.getdoc(kind) or "", ours=made,
        spelling=("import lossary", "", f"loss = lossary.{made!r}"),
    )  # fmt: skip


def _parameters(loss: Any) -> dict[str, Any]:
    return dict(loss.parameters()) if hasattr(loss, "parameters") else {}


def _but(loss: Any, settings: dict[str, Any]) -> Any:
    """Return the loss with other parameters."""
    held = _parameters(loss)
    asked = {n: v for n, v in settings.items() if n not in held or v != held[n]}
    return type(loss)(**{**held, **asked}) if asked else loss
