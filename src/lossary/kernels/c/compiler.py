"""The system's C compiler: which one it is, how it is called, and what it makes of a source."""

import os
import platform
import shlex
import shutil
import subprocess
from dataclasses import dataclass
from functools import cache
from pathlib import Path

# No -ffast-math: infinities and NaN must stay what they are, and sums must keep their order. No
# contraction: a product and a sum that the formula rounds twice are rounded twice, as elsewhere.
FLAGS = (
    "-std=gnu11", "-shared", "-fPIC", "-pthread", "-fno-math-errno", "-fno-trapping-math",
    "-ffp-contract=off", "-w", "-Uunix", "-Ulinux",
)  # fmt: skip
SECONDS = 120
"""How long a compiler may take. A loss takes a fifth of a second; a machine may be busy."""


class CompilerError(Exception):
    """There is no compiler, or it could not make a library of our source."""


@dataclass(frozen=True)
class Compiler:
    """A compiler and what must be the same for a library of it to be of use again."""

    path: str
    identity: str
    own: tuple[str, ...] = ()
    """What the user calls it with, as in CC="gcc -m64"."""

    def library(self, source: str, path: Path, flags: tuple[str, ...]) -> None:
        """Compile C into a shared library at `path`.

        Raises:
            CompilerError: it could not be run, took too long, or found mistakes.
        """
        for tuned in (_native(), ()):
            command = [
                self.path,
                *self.own,
                *FLAGS,
                *flags,
                *tuned,
                "-x",
                "c",
                "-",
                "-o",
                str(path),
            ]
            try:
                done = subprocess.run(
                    command,
                    input=source,
                    check=False,
                    capture_output=True,
                    encoding="utf-8",
                    errors="replace",
                    timeout=SECONDS,
                )
            except (OSError, subprocess.SubprocessError) as error:
                raise CompilerError(f"{self.path} could not be run: {error}") from error
            if done.returncode == 0 and path.exists():
                return
        lines = done.stderr.strip().splitlines() or ["no message"]
        said = next((line for line in lines if "error" in line), lines[0])
        raise CompilerError(f"{self.path} ended with status {done.returncode}: {said}")


@cache
def compiler() -> Compiler:
    """Find the system's compiler: LOSSARY_CC, CC, or the first of cc, gcc and clang there is.

    Raises:
        CompilerError: there is none.
    """
    for name in (os.environ.get("LOSSARY_CC"), os.environ.get("CC"), "cc", "gcc", "clang"):
        words = shlex.split(name or "")
        found = shutil.which(words[0]) if words else None
        if found:
            own = tuple(words[1:])
            return Compiler(found, " ".join((_identity(found), *own)), own)
    raise CompilerError("no C compiler was found (cc, gcc or clang; LOSSARY_CC names another)")


def _identity(path: str) -> str:
    """Tell one compiler on one kind of processor from any other, without running it."""
    real = os.path.realpath(path)
    facts = os.stat(real)
    return f"{real} {facts.st_size} {facts.st_mtime_ns} {_processor()}"


@cache
def _processor() -> str:
    """Say what the processor can do: a library tuned for one may not run on another."""
    told = f"{platform.system()} {platform.machine()}"
    try:
        with open("/proc/cpuinfo", encoding="ascii", errors="replace") as file:
            lines = file.read(8192).splitlines()
    except OSError:
        return f"{told} {platform.processor()}"
    wanted = ("flags", "Features", "model name", "CPU part")
    return " ".join([told, *dict.fromkeys(line for line in lines if line.startswith(wanted))])


@cache
def _native() -> tuple[str, ...]:
    if platform.machine() in ("x86_64", "AMD64", "i686"):
        # Compilers hold back the widest vectors: on the first processors they were slow.
        wide = "avx512f" in _processor()
        return ("-march=native", *(["-mprefer-vector-width=512"] if wide else []))
    return ("-mcpu=native",)
