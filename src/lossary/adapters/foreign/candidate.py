"""A loss as somebody handed it over: whose arrays it takes, how to call it, what can be changed."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass, field, replace
from typing import Any

from lossary.adapters.foreign.by_hand import ByHand
from lossary.adapters.foreign.chance import seeded
from lossary.adapters.foreign.host import Host, Kept
from lossary.adapters.foreign.made import Made
from lossary.adapters.foreign.outcome import chosen
from lossary.adapters.foreign.slips import Slip, slipped


class CandidateError(Exception):
    """The loss itself raised an error; `__cause__` is that error."""


class Unchangeable(Exception):  # noqa: N818 - it is an answer, not a mistake
    """The loss cannot be had with this setting."""


@dataclass(frozen=True)
class Input:
    """A parameter of the signature that takes an array."""

    name: str
    required: bool = True
    keyword: bool = False


@dataclass(frozen=True)
class Candidate:
    """A callable of its framework's arrays. `rebuild(settings)` makes it with other settings."""

    given: Any
    """What was handed over: a function, a class, a module, a loss of ours."""
    call: Callable[..., Any]
    """Takes host arrays (by place, or by the names of `inputs`) and gives what the loss gives."""
    name: str
    host: Host
    kind: str = "loss"
    """loss, or objective where a gradient and a curvature come out."""
    origin: str | None = None
    """From where it can be had again, as "package.module:NAME" or "path.py:NAME"."""
    spelling: tuple[str, ...] = ()
    """Lines of code that make it, in which it is called `loss` at the end."""
    inputs: tuple[Input, ...] = ()
    settings: Mapping[str, Any] = field(default_factory=dict)
    """Hyper-parameters as they stand: name -> value (numbers, words, booleans)."""
    rebuild: Callable[[dict[str, Any]], Callable[..., Any]] | None = None
    gradient: Callable[..., Any] | None = None
    """A gradient that its author wrote by hand, where there is one: same arguments as the loss."""
    rebuild_gradient: Callable[[dict[str, Any]], Callable[..., Any]] | None = None
    """Makes that gradient with other settings."""
    doc: str = ""
    assumed: Mapping[str, Any] = field(default_factory=dict)
    """Settings that have no default, and what was taken for them as usual."""
    ours: Any = None
    """The loss of ours that it is: its `names`, `sentences` and `domains` are declared."""
    slips: list[Slip] = field(default_factory=list, repr=False, compare=False)
    """Names that are nowhere defined, and the calls that met them, also under other settings."""
    seed: int | None = None
    """Set before every call of a loss that draws numbers, so that two calls can be compared."""

    _functions: dict[tuple[str | None, ...], Callable[..., Any]] = field(
        init=False, repr=False, compare=False, default_factory=dict
    )

    def changed(self, **settings: Any) -> "Candidate":
        """Return the same loss with other settings; raise Unchangeable where that cannot be."""
        if self.rebuild is None:
            raise Unchangeable(f"{self.name} takes no settings")
        merged = {**self.settings, **settings}
        try:
            call = self.rebuild(merged)
            again = self.rebuild_gradient
            gradient = self.gradient if again is None else again(merged)
        except Unchangeable:
            raise
        except Exception as error:
            raise Unchangeable(f"{self.name} cannot be made with {settings}: {error}") from error
        return replace(self, call=call, gradient=gradient, settings=merged)

    def __call__(self, arrays: Sequence[Any], names: Sequence[str | None]) -> Any:
        """Call it; a name of None hands the array over by place. Of several results take the loss.

        Raises:
            CandidateError: the loss raised an error, or gave no number.
        """
        with _told(), self._kept(arrays, names), self.host.scope(arrays):
            return self.host.run(self.function(names), arrays)

    @contextmanager
    def _kept(self, arrays: Sequence[Any], names: Sequence[str | None]) -> Iterator[None]:
        """Keep a call that met a name that is nowhere defined."""
        try:
            yield
        except Exception as error:
            if slipped(error) and not self.slips:
                self.slips.append(Slip(error, tuple(arrays), tuple(names), dict(self.settings)))
            raise

    def function(self, names: Sequence[str | None]) -> Callable[..., Any]:
        """Return the value as a function of host arrays alone; the same one for the same names."""
        key = tuple(names)
        if key not in self._functions:
            self._functions[key] = lambda *arrays: chosen(self.host, self._called(arrays, key))[0]
        return self._functions[key]

    def eager(self) -> "Candidate":
        """Return the loss as Python runs it, line after line: no framework compiles anything."""
        return replace(self, host=self.host.eager())

    def raw(self, arrays: Sequence[Any], names: Sequence[str | None]) -> Any:
        """Call it, and return all that it gives; raise CandidateError where it raises."""
        key = tuple(names)
        whole = self._functions.setdefault(
            ("all of it", *key), lambda *given: self._called(given, key)
        )
        with _told(), self.host.scope(arrays):
            return self.host.run(whole, arrays)

    def result(self, arrays: Sequence[Any], names: Sequence[str | None]) -> tuple[Any, str]:
        """Return the value, and in a few words which of several results it is ("" for one)."""
        with _told():
            return chosen(self.host, self.raw(arrays, names))

    def slope(
        self,
        arrays: Sequence[Any],
        names: Sequence[str | None],
        of: Sequence[int],
        upstream: Any = None,
        learnt: int = 0,
    ) -> list[Any]:
        """Return the gradients in the arrays at these places: written by hand, or the framework's.

        `learnt` is the place of the prediction, whose gradient one written by hand gives. None
        stands for an array that the value does not hang on.

        Raises:
            CandidateError: the loss or its backward pass raised an error.
        """
        with _told():
            if self.gradient is not None:
                hand = ByHand(self.host, self._by_hand(arrays, names), self._labels(names))
                return hand.slopes(arrays, of, upstream, learnt)
            return self.host.slope(self.function(names), arrays, of, upstream)

    def twice(
        self, arrays: Sequence[Any], names: Sequence[str | None], of: int, along: Any
    ) -> Any | None:
        """Return the slope of sum(gradient · along): differentiate twice.

        Raises:
            CandidateError: it cannot be differentiated twice.
        """
        with _told():
            return self.host.twice(self.function(names), arrays, of, along)

    def followed(
        self, arrays: Sequence[Any], names: Sequence[str | None], words: Mapping[str, Any]
    ) -> Callable[..., Any] | None:
        """Return the formula as a function of arrays of many-digit numbers, or None."""
        with _told():
            return self.host.followed(self.function(names), arrays, words)

    def compiled(self, precision: str = "float32") -> "Candidate | None":
        """Return the loss as its framework compiles it, or None where there is no compiler.

        Compare it with `eager()`, on arrays of the same precision.
        """
        bare = self.call.bare(precision) if isinstance(self.call, Made) else self.call
        with _told():
            call = self.host.compiled(bare)
        return None if call is None else replace(self.eager(), call=call)

    def state(self) -> Mapping[str, Kept]:
        """Return the arrays that the loss keeps: parameters, buffers and plain attributes."""
        return self.host.state(self.live)

    @property
    def live(self) -> Any:
        """The object that is called: the function, the module, the loss that was made."""
        return getattr(self.call, "loss", self.given)

    def _called(self, arrays: Sequence[Any], names: Sequence[str | None]) -> Any:
        by_place, by_name = _parted(arrays, names)
        with self._set():
            return self.call(*by_place, **by_name)

    def _by_hand(self, arrays: Sequence[Any], names: Sequence[str | None]) -> Any:
        by_place, by_name = _parted(arrays, names)
        assert self.gradient is not None
        with self._set(), self.host.scope(arrays):
            return self.gradient(*by_place, **by_name)

    def _set(self) -> AbstractContextManager[None]:
        return nullcontext() if self.seed is None else seeded(self.seed)

    def _labels(self, names: Sequence[str | None]) -> list[str]:
        """Name every array, also those handed over by place."""
        free = iter([each.name for each in self.inputs if each.name not in names])
        return [next(free, "") if name is None else name for name in names]


def _parted(arrays: Sequence[Any], names: Sequence[str | None]) -> tuple[list[Any], dict[str, Any]]:
    """Part the arrays into those that go by place and those that go by name."""
    given = list(zip(arrays, names, strict=True))
    return [a for a, n in given if n is None], {n: a for a, n in given if n is not None}


@contextmanager
def _told() -> Iterator[None]:
    """Turn whatever the loss raises into one kind of error."""
    try:
        yield
    except (CandidateError, Unchangeable):
        raise
    except Exception as error:
        raise CandidateError(f"{type(error).__name__}: {error}") from error
