"""What the numbers were measured on: processor, cores, memory, versions; nothing that names it."""

import os
import platform
import subprocess
from importlib.metadata import version
from pathlib import Path
from typing import Any

PACKAGES = (
    "numpy", "torch", "jax", "tensorflow", "keras", "optax", "scikit-learn", "torchvision", "monai",
    "segmentation-models-pytorch",
)  # fmt: skip


def described(threads: int) -> dict[str, Any]:
    """Describe the machine and what is installed."""
    return {
        "processor": _processor(),
        "kind": kind(),
        "cores": os.cpu_count(),
        "threads": threads,
        "memory_gib": _memory(),
        "system": f"{platform.system()} {platform.machine()}",
        "python": platform.python_version(),
        "compiler": _compiler(),
        "versions": {name: _version(name) for name in PACKAGES},
        "load_before": load(),
    }


def kind() -> str:
    """Name the kind of machine, for the name of a file: `2-core-x86`."""
    name = {"x86_64": "x86", "amd64": "x86", "aarch64": "arm"}.get(platform.machine().lower())
    return f"{os.cpu_count()}-core-{name or platform.machine()}"


def load() -> float | None:
    """How many processes wanted a core in the last minute; ours is one of them."""
    return os.getloadavg()[0] if hasattr(os, "getloadavg") else None


def _processor() -> str:
    page = Path("/proc/cpuinfo")
    lines = page.read_text().splitlines() if page.exists() else []
    named = {
        key.strip(): value.strip() for key, _, value in (line.partition(":") for line in lines)
    }
    if "model name" not in named:
        return platform.processor() or platform.machine()
    family = f"family {named.get('cpu family')}, model {named.get('model')}"
    return f"{named['model name']} ({family})"


def _compiler() -> str:
    """Say which compiler makes the kernels, in the first line of its own words."""
    from lossary.kernels.c.compiler import CompilerError, compiler

    try:
        told = subprocess.run(
            [compiler().path, "--version"], capture_output=True, text=True, check=True
        )
    except (CompilerError, OSError, subprocess.SubprocessError):
        return "no C compiler"
    return told.stdout.partition("\n")[0]


def _memory() -> int | None:
    if not hasattr(os, "sysconf") or "SC_PHYS_PAGES" not in os.sysconf_names:
        return None
    return round(os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") / 2**30)


def _version(package: str) -> str:
    names = (package, "tensorflow-cpu") if package == "tensorflow" else (package,)
    for name in names:
        try:
            return version(name)
        except ImportError:
            continue
    return "not installed"
