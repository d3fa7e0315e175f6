"""Every kernel is compiled down to the GPU's own code, which needs no GPU.

The interpreter forgives what the compiler does not: types that do not meet, names a loop hides.
"""

import os

import pytest

import lossary
from lossary.core.catalogue import all_of
from lossary.core.elementwise import Elementwise
from lossary.core.ratio_of_sums import RatioOfSums
from lossary.core.rowwise import Rowwise

DEEP = bool(os.environ.get("LOSSARY_DEEP"))  # what `make test-deep` asks for
WORDS = {"SquaredError", "LogCosh", "TweedieDeviance", "GaussianNLL", "Huber"}
GIVEN = ("weight", "mask", "scale")
NEAR = {"fp32": (True, False), "fp64": (False,)}
SIZES = {"BLOCK": 1024, "ROWS": 2, "COLUMNS": 16, "ENTRIES": 64}


def _type(name, precision, labels):
    """Say how Triton calls the type of an argument."""
    if name.startswith(("step_", "apart_")) or name in ("n", "k", "images", "pixels", "parts"):
        return "i64"
    kinds = {"at_mask": "*i1", "at_target": "*i64" if labels else "*fp16"}
    if name in ("at_prediction", "at_slopes", "at_curvatures") and precision == "fp32":
        return "*bf16"
    return kinds.get(name, f"*{precision}")


def _compiled(name, text, precision, labels=False, near=False):
    """Compile a kernel; `near` takes steps and sizes of one, which Triton knows ahead."""
    import triton
    from triton import language as tl
    from triton.backends.compiler import GPUTarget
    from triton.compiler import ASTSource

    from lossary.kernels.triton.launch import kernel

    made, names = kernel(name, text)
    known = {"REAL": tl.float32 if precision == "fp32" else tl.float64}
    known |= {each: size for each, size in SIZES.items() if each in names}
    if near:
        known |= {each: 1 for each in names if _type(each, precision, labels) == "i64"}
    types = {
        each: "constexpr" if each in known else _type(each, precision, labels) for each in names
    }
    source = ASTSource(made, types, known)
    built = triton.compile(source, target=GPUTarget("cuda", 80, 32), options={"num_warps": 4})
    assert len(built.asm["cubin"]) > 1000
    return built


def _catalogue(kind):
    return [cls for cls in all_of(kind) if DEEP or kind is not Elementwise or cls.__name__ in WORDS]


@pytest.mark.parametrize("precision", ["fp32", "fp64"])
@pytest.mark.parametrize("cls", _catalogue(Elementwise))
def test_kernels_of_entries_compile(cls, precision):
    from lossary.kernels.triton.elementwise import _text

    loss, name = cls(), f"{cls.__name__}_compiled"
    wants = ("sums", "value", "slopes", "curvatures")
    for near in NEAR[precision]:
        _compiled(name, _text(loss, 0, name, wants, GIVEN), precision, near=near)


@pytest.mark.parametrize("precision", ["fp32", "fp64"])
@pytest.mark.parametrize("whole", [True, False])
@pytest.mark.parametrize("cls", _catalogue(Rowwise))
def test_kernels_of_rows_compile(cls, whole, precision):
    from lossary.kernels.triton.rowwise import _text

    losses = [cls()]
    if cls is lossary.CrossEntropy:
        losses.append(cls(smoothing=0.1, class_weight=(1, 2)))
    for loss in losses:
        for place in range(len(loss.sentences)):
            name = f"{cls.__name__}_compiled"
            text, _ = _text(loss, place, name, ("sums", "value", "slopes"), GIVEN, whole)
            for near in NEAR[precision]:
                _compiled(name, text, precision, loss.domains[place][1].integer, near)


@pytest.mark.parametrize("precision", ["fp32", "fp64"])
@pytest.mark.parametrize("cls", all_of(RatioOfSums))
def test_kernels_of_sums_compile(cls, precision):
    from lossary.kernels.triton.ratio_of_sums import _gradient_text, _sums_text

    loss = cls()
    for place in range(len(loss.sentences)):
        labels = loss.domains[place][1].integer
        for which, written in (("sums", _sums_text), ("gradient", _gradient_text)):
            text = written(loss, place, ("weight", "mask"))
            for near in NEAR[precision]:
                _compiled(f"{cls.__name__}_{which}", text, precision, labels, near)


def test_single_precision_is_not_computed_in_double():
    from lossary.kernels.triton.elementwise import _text

    text = _text(lossary.TweedieDeviance(), 0, "tweedie", ("slopes", "sums"), GIVEN)
    assert "f64" not in _compiled("tweedie", text, "fp32").asm["ptx"]


def test_kernels_whose_entries_have_scales_of_their_own_compile():
    from lossary.kernels.triton import elementwise, rowwise

    given = ("weight", "mask", "scales")
    text = elementwise._text(lossary.GaussianNLL(), 0, "scaled_entries", ("slopes",), given)
    _compiled("scaled_entries", text, "fp32")
    for whole in (True, False):
        called = lossary.CrossEntropy(), 0, "scaled_rows", ("slopes",), given, whole
        _compiled("scaled_rows", rowwise._text(*called)[0], "fp32", labels=True)
