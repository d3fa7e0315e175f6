"""The eyes of a watcher: a step's arrays as NumPy's, under the contract of the loss."""

from dataclasses import replace
from functools import cached_property
from typing import Any

import numpy as np

from lossary.adapters.foreign.candidate import Candidate, CandidateError
from lossary.adapters.foreign.reading import read
from lossary.adapters.foreign.replaying import Bad, replay
from lossary.adapters.foreign.watched import attached
from lossary.backends import backend_of
from lossary.core.composition import Sum
from lossary.errors import LossError
from lossary.verifier.contract import Argument, Contract
from lossary.verifier.declaring import Declared, declared_on
from lossary.verifier.finding import Finding
from lossary.verifier.probing.probe import probe
from lossary.verifier.silence import silence
from lossary.verifier.watching.live import Live
from lossary.verifier.watching.looks import looked_at

Array = Any
Arrays = tuple[Any, ...]
Named = dict[str, Any]


class Seeing:
    """Reads the loss when it is first looked at, with the first batch for an example."""

    def __init__(self, loss: Any, declared: dict[str, Any]) -> None:
        self.loss = loss
        self.declared = declared
        self.contract: Contract | None = None

    @cached_property
    def candidate(self) -> Candidate:
        return read(self.loss)

    @property
    def name(self) -> str:
        return str(getattr(self.loss, "__name__", None) or type(self.loss).__name__)

    def look(self, arrays: Arrays, named: Named) -> list[Finding]:
        """Hold one batch against the contract."""
        if self.contract is None:
            self.contract = self._probed(arrays, named)
        given = self._by_name(arrays, named)
        if self.contract.prediction.name not in given:
            return []
        return looked_at(self._live(given))

    def spoilt(self, arrays: Arrays, named: Named) -> dict[str, Array]:
        """Return the arrays that came in with NaN or infinity."""
        found = {name: numpy_of(array) for name, array in self._by_name(arrays, named).items()}
        return {n: a for n, a in found.items() if a.dtype.kind == "f" and not np.isfinite(a).all()}

    def replay(self, arrays: Arrays, named: Named) -> Bad | None:
        """Run the loss alone on one batch, and name the first operation that loses a number."""
        given = self._by_name(arrays, named)
        keys, values = list(named), (*arrays, *named.values())
        places = [place for place, name in enumerate(given) if name == self._predicted(given)]
        backend = backend_of(*values)
        count = len(arrays)

        def called(*again: Any) -> Any:
            found = self.loss(*again[:count], **dict(zip(keys, again[count:], strict=True)))
            return found[0] if isinstance(found, (tuple, list)) else found

        differentiable = backend.kind(values[places[0]]) == "float"
        with silence():
            return replay(backend.name, called, values, places[0] if differentiable else None)

    def _probed(self, arrays: Arrays, named: Named) -> Contract:
        """Find the contract by the loss alone; from the batch come its axes, if they are others.

        What a batch holds is what is to be judged: rows that sum to one do not make a loss of
        logits one of probabilities.
        """
        stated = {**declared_on(self.loss).stated(), **self.declared}
        example = tuple(numpy_of(each) for each in (*arrays, *named.values()))
        alone = self._tried(stated)
        if alone is not None and _fits(alone, example):
            return alone
        beside = self._tried({"example": example, **stated})
        if beside is None or alone is None:
            return beside or alone or _plain(arrays, named)
        return beside.but(arguments=tuple(map(_with_domain, beside.arguments, alone.arguments)))

    def _tried(self, stated: dict[str, Any]) -> Contract | None:
        try:
            with silence():
                return probe(self.candidate, Declared(**stated))
        except (LossError, CandidateError):
            return None

    def _predicted(self, given: dict[str, Any]) -> str:
        wanted = self.contract.prediction.name if self.contract else ""
        return wanted if wanted in given else next(iter(given))

    def _by_name(self, arrays: Arrays, named: Named) -> dict[str, Any]:
        names = [each.name for each in self.contract.arguments] if self.contract else []
        names += [f"argument {place + 1}" for place in range(len(names), len(arrays))]
        return {**dict(zip(names, arrays, strict=False)), **named}

    def _live(self, given: dict[str, Any]) -> Live:
        assert self.contract is not None
        name = self.contract.prediction.name
        prediction = given[name]
        arrays = {key: numpy_of(each) for key, each in given.items() if hasattr(each, "shape")}
        return Live(
            name=self.name,
            contract=self.contract,
            arrays=arrays,
            slope=self._slope(self.loss, given, name),
            attached=attached(prediction),
            terms=self._terms(given, name),
        )

    def _slope(self, loss: Any, given: dict[str, Any], name: str) -> Array | None:
        """Return the gradient in the prediction, without touching the graph of the run."""
        values, place = list(given.values()), list(given).index(name)
        try:
            with silence():
                host = self.candidate.host
                return host.slope(lambda *again: _first(loss(*again)), values, (place,))[0]
        except Exception:  # a look must never stop a run
            return None

    def _terms(self, given: dict[str, Any], name: str) -> dict[str, float]:
        """Measure the gradient of each term, where the loss is a sum of ours."""
        if not isinstance(self.loss, Sum):
            return {}
        found = {}
        for factor, term in zip(self.loss.factors, self.loss.terms, strict=True):
            slope = self._slope(term, given, name)
            if slope is not None:
                found[f"{factor:g} * {term!r}"] = abs(factor) * float(np.linalg.norm(slope))
        return found


def numpy_of(array: Any) -> Array:
    """Bring an array of any framework to NumPy, floats in double precision."""
    found = np.asarray(backend_of(array).numpy(array))
    return found.astype(np.float64) if found.dtype.kind == "f" else found


def _fits(contract: Contract, example: Arrays) -> bool:
    """Say whether the arrays have as many axes as the contract says, a lone column aside."""
    pairs = zip(contract.arguments, example, strict=False)
    return all(len(argument.axes) in (each.ndim, _columns(each)) for argument, each in pairs)


def _columns(array: Array) -> int:
    """Count the axes without a last one of size one: that is for the looks to judge."""
    return array.ndim - 1 if array.ndim > 1 and array.shape[-1] == 1 else array.ndim


def _with_domain(argument: Argument, known: Argument) -> Argument:
    return replace(argument, domain=known.domain) if argument.role == known.role else argument


def _first(value: Any) -> Any:
    return value[0] if isinstance(value, (tuple, list)) else value


def _plain(arrays: Arrays, named: Named) -> Contract:
    """Assume no more than that the prediction comes first, where probing finds nothing."""
    shapes = [tuple(str(size) for size in np.shape(each)) for each in arrays]
    names = [f"argument {place + 1}" for place in range(len(arrays))] + list(named)
    roles = ["prediction", *("other" for _ in names[1:])]
    shapes += [() for _ in named]
    return Contract(
        tuple(Argument(n, r, s, "real") for n, r, s in zip(names, roles, shapes, strict=True))
    )
