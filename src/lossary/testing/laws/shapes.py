"""Laws of shapes: what does not fit is refused, and the hint mends it."""

from typing import Any

import numpy as np

from lossary.errors import BackendError, DtypeError, ShapeError
from lossary.testing.case import Case, Law, Refused, assert_close

FIRST = ("float64",)


def a_wrong_shape_is_refused_and_the_hint_mends_it(case: Case) -> None:
    arrays = case.draw(0)
    for place in range(1, len(arrays)):
        for wrong in (arrays[place][..., None], arrays[place][:1], arrays[place][..., None, None]):
            given = case.on(*arrays[:place], wrong, *arrays[place + 1 :])
            with Refused(ShapeError) as caught:
                case.loss(*given)
            told = str(caught.error)
            assert case.loss.label in told
            assert str(tuple(wrong.shape)) in told
            if "would fit" in told:
                _mended(case, told, given)
            else:
                assert wrong.shape != (*arrays[place].shape, 1), (
                    f"no hint for a trailing axis: {told}"
                )


def _mended(case: Case, told: str, given: tuple[Any, ...]) -> None:
    hint = told.split("Hint: ")[1].split(" would fit")[0]
    names = dict(zip(case.loss.names, given, strict=True))
    room: dict[str, Any] = {**names, **_modules(case)}
    mended = eval(hint, room)
    names[next(name for name in case.loss.names if hint.startswith(name) or f"({name}" in hint)] = (
        mended
    )
    case.loss(*names.values())


def _modules(case: Case) -> dict[str, Any]:
    import importlib

    return {case.backend.name: importlib.import_module(case.backend.name)}


def a_weight_of_another_shape_is_refused(case: Case) -> None:
    arrays = case.draw(0)
    shape = case.entry_shape(arrays)
    for wrong in ((*shape, 1), (shape[0] + 1, *shape[1:]), ()):
        for name, values in (("weight", np.ones(wrong)), ("mask", np.ones(wrong, dtype=bool))):
            with Refused(ShapeError):
                case.loss(*case.on(*arrays), **{name: case.on(values)[0]})


def a_mask_that_is_not_boolean_is_refused(case: Case) -> None:
    arrays = case.draw(0)
    mask = np.ones(case.entry_shape(arrays), dtype=np.int64)
    with Refused(DtypeError) as caught:
        case.loss(*case.on(*arrays), mask=case.on(mask)[0])
    assert "boolean" in str(caught.error)


def a_python_list_is_refused(case: Case) -> None:
    arrays = case.on(*case.draw(0))
    with Refused(BackendError):
        case.loss(arrays[0].tolist() if hasattr(arrays[0], "tolist") else [1.0], *arrays[1:])


def more_axes_are_more_entries(case: Case) -> None:
    """Leading axes may be any number, none included."""
    arrays = case.draw(0)
    whole = case.call(*arrays, reduction="none")
    folded = tuple(each.reshape(4, 3, *each.shape[1:]) for each in arrays)
    # Vector and scalar instructions may round exp and log differently by a bit or two.
    why = "exp and log in vectors of another length"
    found = case.call(*folded, reduction="none")
    assert_close(found.reshape(whole.shape), whole, 8, why)
    assert_close(case.call(*(each[0] for each in arrays), reduction="none"), whole[0], 8, why)


SHAPES = (
    Law(
        "a wrong shape is refused and the hint mends it",
        a_wrong_shape_is_refused_and_the_hint_mends_it,
        lambda loss: True,
        FIRST,
    ),
    Law(
        "a weight of another shape is refused",
        a_weight_of_another_shape_is_refused,
        lambda loss: True,
        FIRST,
    ),
    Law(
        "a mask that is not boolean is refused",
        a_mask_that_is_not_boolean_is_refused,
        lambda loss: True,
        FIRST,
    ),
    Law("a Python list is refused", a_python_list_is_refused, lambda loss: True, FIRST),
    Law(
        "more axes are more entries",
        more_axes_are_more_entries,
        lambda loss: loss.sentences[0].separable,
        FIRST,
    ),
)
