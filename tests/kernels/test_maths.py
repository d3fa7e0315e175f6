"""The functions that emitted C calls: as exact as they say, right at the ends, and vectorised."""

import ctypes
import platform
import re
import shutil
import subprocess
from functools import cache
from pathlib import Path

import mpmath
import numpy as np
import pytest

import lossary

HEADERS = Path(lossary.__file__).parent / "kernels" / "c"
COMPILER = shutil.which("cc") or shutil.which("gcc") or shutil.which("clang")
FLAGS = ("-O3", "-fno-math-errno", "-fno-trapping-math", "-ffp-contract=off", "-Wall", "-Wextra")
INTEL = platform.machine() in ("x86_64", "AMD64")
WIDTHS = {"float32": "32", "float64": "64"}
ONE = ("abs", "sqrt", "sign", "exp", "expm1", "log", "log1p", "tanh", "sigmoid", "softplus")
TWO = ("min", "max", "pow", "logaddexp")
EXACT = {
    "exp": lambda m, x: m.exp(x),
    "expm1": lambda m, x: m.expm1(x),
    "log": lambda m, x: m.log(x),
    "log1p": lambda m, x: m.log1p(x),
    "tanh": lambda m, x: m.tanh(x),
    "sigmoid": lambda m, x: 1 / (1 + m.exp(-x)),
    "softplus": lambda m, x: m.log1p(m.exp(x)),
    "pow": lambda m, x, y: m.power(x, y),
    "logaddexp": lambda m, x, y: x + m.log1p(m.exp(y - x)),  # for x >= y
}
WANTED = {
    **dict.fromkeys(("exp", "expm1", "log", "log1p"), 2),
    **dict.fromkeys(("tanh", "sigmoid", "softplus"), 3),
    **dict.fromkeys(("pow", "logaddexp"), 4),
}
"""Units of the last place that a function may be off in any build."""
DRAWS = {"float32": 100_000, "float64": 700}
"""Per part of a range: float64 answers for float32 at once, mpmath for float64 one by one."""
INF, NAN = np.inf, np.nan
ENDS = {
    "abs": [(-2, 2), (-0.0, 0), (-INF, INF), (NAN, NAN)],
    "sqrt": [(4, 2), (0, 0), (INF, INF), (-1, NAN), (NAN, NAN)],
    "sign": [(3, 1), (-3, -1), (0, 0), (INF, 1), (-INF, -1), (NAN, NAN)],
    "exp": [(0, 1), (-0.0, 1), (1e4, INF), (-1e4, 0), (INF, INF), (-INF, 0), (NAN, NAN)],
    "expm1": [(0, 0), (-0.0, -0.0), (1e4, INF), (-1e4, -1), (INF, INF), (-INF, -1), (NAN, NAN)],
    "log": [(1, 0), (0, -INF), (-0.0, -INF), (INF, INF), (-1, NAN), (-INF, NAN), (NAN, NAN)],
    "log1p": [(0, 0), (-0.0, -0.0), (-1, -INF), (INF, INF), (-2, NAN), (-INF, NAN), (NAN, NAN)],
    "tanh": [(0, 0), (-0.0, -0.0), (99, 1), (-99, -1), (INF, 1), (-INF, -1), (NAN, NAN)],
    "sigmoid": [(0, 0.5), (1e4, 1), (-1e4, 0), (INF, 1), (-INF, 0), (NAN, NAN)],
    "softplus": [(1e4, 1e4), (-1e4, 0), (INF, INF), (-INF, 0), (NAN, NAN)],
    "min": [(1, 2, 1), (2, 1, 1), (-INF, 1, -INF), (NAN, 1, NAN)],
    "max": [(1, 2, 2), (2, 1, 2), (-INF, 1, 1), (NAN, 1, NAN)],
    "logaddexp": [
        (-INF, -INF, -INF), (INF, INF, INF), (INF, 1, INF), (1, INF, INF), (-INF, 2, 2),
        (2, -INF, 2), (INF, -INF, INF), (1e30, 1, 1e30), (NAN, 1, NAN), (1, NAN, NAN),
        (NAN, INF, NAN), (-INF, NAN, NAN),
    ],
}  # fmt: skip
BASES = (0.0, -0.0, 1, -1, 2, -2, 0.5, -0.5, 3, -3, 1e-40, INF, -INF, NAN)
EXPONENTS = (0.0, -0.0, 1, -1, 2, -2, 3, -3, 0.5, -0.5, 2.5, 1e-40, 1e30, -1e30, INF, -INF, NAN)
WHOLE = (2.0**23 + 1, 2.0**24 - 1, 2.0**24, 2.0**52 + 1, 2.0**53 - 1, 2.0**53)

pytestmark = pytest.mark.skipif(COMPILER is None, reason="there is no C compiler")


def loop(name, value, arguments):
    """Write on one line a loop that maps arrays to an array."""
    listed = ", ".join(f"const real *restrict {argument}" for argument in arguments)
    body = f"for (long i = 0; i < n; i++) o[i] = {value};"
    return f"void {name}({listed}, real *restrict o, long n) {{ {body} }}"


LOOPS = {
    **{name: loop(f"all_{name}", f"r_{name}(x[i])", "x") for name in ONE},
    **{name: loop(f"all_{name}", f"r_{name}(x[i], y[i])", "xy") for name in TWO},
}
SOURCE = (
    "\n".join(LOOPS.values())
    + """
#ifdef R_FUSED
int fused = 1;
#else
int fused = 0;
#endif
"""
)


def assembly(folder, precision, source, *flags):
    """Compile code that calls the functions, without a warning; tell what gcc vectorised, too."""
    code, result = folder / "code.c", folder / "code.s"
    code.write_text(f'#include "{HEADERS}/maths{WIDTHS[precision]}.h"\n{source}\n')
    told = ("-fopt-info-vec",) if is_gcc() else ()
    command = [COMPILER, *FLAGS, *told, *flags, "-S", str(code), "-o", str(result)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (done.returncode, "warning:" in done.stderr) == (0, False), done.stderr
    return result, done.stderr


@cache
def is_gcc():
    said = subprocess.run([COMPILER, "--version"], capture_output=True, text=True, check=False)
    return "Free Software Foundation" in said.stdout


class Maths:
    """The loops of one precision, compiled."""

    def __init__(self, library, precision, said, assembly):
        self.library, self.precision = ctypes.CDLL(str(library)), precision
        self.said, self.assembly = said, assembly
        self.fused = ctypes.c_int.in_dll(self.library, "fused").value

    def __call__(self, name, *arrays):
        arrays = [np.ascontiguousarray(array, self.precision) for array in arrays]
        result = np.empty_like(arrays[0])
        pointers = [ctypes.c_void_p(array.ctypes.data) for array in (*arrays, result)]
        self.library[f"all_{name}"](*pointers, ctypes.c_long(result.size))
        return result

    def stated(self, name):
        """Read in the header how many units of the last place a function may be off."""
        text = (HEADERS / f"maths{WIDTHS[self.precision]}.h").read_text()
        before = text[: text.index(f"\nR_INLINE real r_{name}(")]
        bounds = re.search(
            r"within ([\d.]+) ulp \(([\d.]+) without FMA\)", before.split("\n\n")[-1]
        )
        return float(bounds[1] if self.fused else bounds[2])


@pytest.fixture(scope="module", params=[(), ("-march=native",)], ids=["plain", "native"])
def flags(request):
    return request.param


@pytest.fixture(scope="module", params=WIDTHS)
def maths(request, flags, tmp_path_factory):
    folder = tmp_path_factory.mktemp("maths")
    file, said = assembly(folder, request.param, SOURCE, "-fPIC", *flags)
    subprocess.run([COMPILER, "-shared", str(file), "-o", str(folder / "maths.so")], check=True)
    return Maths(folder / "maths.so", request.param, said, file.read_text())


class Draws:
    """Arguments of every function over all of its range, subnormal numbers included."""

    def __init__(self, precision):
        self.random, self.size = np.random.default_rng(0), DRAWS[precision]
        self.precision, single = precision, precision == "float32"
        self.low, self.high = (-103.2, 88.7) if single else (-744.4, 709.7)
        self.smallest, self.greatest = (-149, 127.9) if single else (-1074, 1023.9)

    def even(self, low, high):
        return self.random.uniform(low, high, self.size)

    def magnitudes(self, low, high):
        return np.exp2(self.even(low, high))

    def parts(self, name):
        """List parts of the range where errors are of different kinds."""
        signed = self.magnitudes(self.smallest, 2) * self.random.choice([-1, 1], self.size)
        around = self.even(-1.5, 1.5)
        return {
            "exp": (self.even(self.low, self.high), signed, around),
            "expm1": (self.even(-20, self.high), signed, around),
            "log": (self.magnitudes(self.smallest, self.greatest), self.magnitudes(-0.7, 0.7)),
            "log1p": (self.magnitudes(self.smallest, self.greatest), -self.magnitudes(-99, -0.01),
                      self.even(-0.6, 0.6), self.even(0.3, 0.5)),
            "tanh": (self.even(-20, 20), signed, around),
            "sigmoid": (self.even(self.low, 40), self.even(-8, 0), signed),
            "softplus": (self.even(self.low, 40), self.even(-8, 0), signed),
        }[name]  # fmt: skip

    def pow(self):
        """Draw bases, and exponents with which the power neither over- nor underflows."""
        bases = (self.magnitudes(self.smallest, self.greatest), self.magnitudes(-1, 1))
        bases = np.concatenate(bases).astype(self.precision).astype(float)
        bases = np.where(bases == 1, 2, bases)
        return bases, self.random.uniform(self.low, self.high, bases.size) * 0.99 / np.log(bases)

    def logaddexp(self):
        """Draw pairs with the greater one first, and that one not where the terms cancel."""
        first = (self.magnitudes(-30, 5), self.even(-80, -2), self.even(0, 80))
        second = (-self.even(0, 9), self.even(-90, -2), self.even(-80, 80))
        x, y = np.concatenate(first), np.concatenate(second)
        x, y = np.maximum(x, y), np.minimum(x, y)
        return x[(x <= -2) | (x >= 0)], y[(x <= -2) | (x >= 0)]

    def __call__(self, name):
        if name in TWO:
            arrays = getattr(self, name)()
        else:
            arrays = (np.concatenate(self.parts(name)),)
        return [array.astype(self.precision) for array in arrays]


def exact(name, precision, arrays):
    """Return the exact values as the sums of two float64: the values, and what they leave out."""
    arrays = [array.astype(float) for array in arrays]
    if precision == "float32":
        return EXACT[name](np, *arrays), 0.0
    with mpmath.workdps(40):
        values = [EXACT[name](mpmath, *map(mpmath.mpf, row)) for row in zip(*arrays, strict=True)]
        rounded = np.asarray([float(value) for value in values])
        return rounded, np.asarray(
            [float(v - mpmath.mpf(r)) for v, r in zip(values, rounded, strict=True)]
        )


def errors(result, value, rest, precision):
    """Return how far a result is from value + rest, in units of the last place."""
    facts = np.finfo(precision)
    unit = np.ldexp(1.0, np.frexp(np.abs(value))[1] - facts.nmant - 1)
    return np.abs((result - value) - rest) / np.maximum(unit, float(facts.smallest_subnormal))


@pytest.mark.parametrize("name", EXACT)
def test_the_greatest_error_is_what_the_header_states(maths, name):
    arrays = Draws(maths.precision)(name)
    value, rest = exact(name, maths.precision, arrays)
    assert np.isfinite(value).all()
    found = errors(maths(name, *arrays).astype(float), value, rest, maths.precision)
    worst, stated = np.argmax(found), maths.stated(name)
    assert found[worst] <= stated, [array[worst] for array in arrays]
    assert found[worst] > stated / 2, "a bound far above what is found would hide a loss"
    assert stated <= WANTED[name]


def same(result, wanted):
    """Tell equal numbers from others: NaN equals NaN, and zeros have a sign."""
    zero = (result == 0) & (np.signbit(result) != np.signbit(wanted))
    return ((result == wanted) & ~zero) | (np.isnan(result) & np.isnan(wanted))


@pytest.mark.parametrize("name", ENDS)
def test_the_ends_of_the_range_are_right(maths, name):
    *arrays, wanted = (np.asarray(column, float) for column in zip(*ENDS[name], strict=True))
    result, wanted = maths(name, *arrays), wanted.astype(maths.precision)
    wrong = ~same(result, wanted)
    assert not wrong.any(), (np.stack(arrays)[:, wrong], result[wrong])


def test_a_power_is_special_where_it_is_in_c99(maths):
    x, y = (grid.ravel() for grid in np.meshgrid(BASES, EXPONENTS + WHOLE))
    x, y = x.astype(maths.precision), y.astype(maths.precision)
    with np.errstate(all="ignore"):
        wanted = np.power(x, y)
    result = maths("pow", x, y)
    special = ~np.isfinite(wanted) | (wanted == 0) | (np.abs(wanted) == 1)
    wrong = np.where(special, ~same(result, wanted), ~np.isclose(result, wanted, rtol=1e-6, atol=0))
    assert special.sum() > 100
    assert not wrong.any(), list(zip(x[wrong], y[wrong], result[wrong], strict=True))


def test_numbers_between_zero_and_the_normal_ones_are_kept(maths):
    smallest = float(np.finfo(maths.precision).smallest_subnormal)
    logarithm = np.log(smallest)
    for name in ("exp", "sigmoid", "softplus"):
        assert maths(name, [logarithm, logarithm - 1]).tolist() == [smallest, 0], name
    for name in ("expm1", "log1p", "tanh"):
        assert maths(name, [smallest, -3 * smallest]).tolist() == [smallest, -3 * smallest], name


def test_the_order_of_the_arguments_of_logaddexp_does_not_matter(maths):
    x, y = Draws(maths.precision).logaddexp()
    np.testing.assert_array_equal(maths("logaddexp", x, y), maths("logaddexp", y, x))


def assert_loops_are_vectorised(said):
    if not is_gcc():
        pytest.skip("only gcc says in this way what it vectorised")
    lines = {int(line) for line in re.findall(r"code\.c:(\d+):.*loop vectorized", said)}
    assert [name for line, name in enumerate(LOOPS, 2) if line not in lines] == []


def test_every_loop_is_vectorised(maths):
    assert_loops_are_vectorised(maths.said)


@pytest.mark.skipif(not INTEL, reason="names a processor of this kind")
@pytest.mark.parametrize("precision", WIDTHS)
def test_every_loop_is_vectorised_for_a_processor_of_2013(precision, tmp_path):
    assert_loops_are_vectorised(assembly(tmp_path, precision, SOURCE, "-march=haswell")[1])


def test_nothing_is_called(maths):
    assert re.findall(r"^\s+(?:callq?|bl)\s.*", maths.assembly, re.MULTILINE) == []


@pytest.mark.skipif(not INTEL, reason="counts an instruction of this kind of processor")
@pytest.mark.parametrize("precision", WIDTHS)
def test_softplus_and_sigmoid_of_both_signs_share_one_exponential(precision, tmp_path):
    terms = [f"r_{name}({sign}x[i])" for name in ("softplus", "sigmoid") for sign in ("", "-")]
    for value in (terms[0], " + ".join(terms)):
        file, _ = assembly(tmp_path, precision, loop("all", value, "x"), "-march=haswell")
        assert len(re.findall(r"\bvpsll[dq]\b.*ymm", file.read_text())) == 1
