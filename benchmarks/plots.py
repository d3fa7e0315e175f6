"""Two drawings of a run: who takes how many times as long as ours, and time against size."""

from pathlib import Path
from typing import Any

from benchmarks.words import PASSES

FILES = {
    "ratios.svg": "How many times as long the others take, value and slope",
    "sizes.svg": "Time of value and slope on PyTorch, by size",
}
KINDS = {  # what a contestant is, its colour, and its mark
    "definition, kernels off": ("#9a9a9a", "o"),
    "PyTorch eager": ("#d1495b", "o"),
    "torch.compile": ("#edae49", "D"),
    "torchvision, MONAI, segmentation_models": ("#8c2f7b", "s"),
    "optax under jit": ("#00798c", "^"),
    "Keras": ("#e07a1f", "v"),
    "NumPy, scikit-learn": ("#30638e", "P"),
}
LEAST = 1 << 20
Found = dict[str, Any]


def draw(found: Found, folder: Path) -> None:
    """Draw both into the folder."""
    import matplotlib as mpl

    plain = {"svg.hashsalt": "lossary", "svg.fonttype": "none", "font.size": 9}
    with mpl.rc_context(plain):
        for file, figure in zip(FILES, (_ratios(found), _sizes(found)), strict=True):
            figure.savefig(folder / file, bbox_inches="tight", metadata={"Date": None})


def kind_of(host: str, name: str) -> str | None:
    """Say what kind of contestant this is; ours, compiled, is none."""
    if name.startswith("ours"):
        return None
    if name == "definition":
        return "definition, kernels off"
    if host != "torch":
        named = {"jax.jit": "optax under jit", "tf.function": "Keras"}
        return named.get(host, "NumPy, scikit-learn")
    if name.endswith(", compiled"):
        return "torch.compile"
    own = name.startswith("F.") or "three sums" in name or "formula" in name
    return "PyTorch eager" if own else "torchvision, MONAI, segmentation_models"


def ratio_points(found: Found) -> dict[str, list[tuple[str, float]]]:
    """List for each large row what is drawn: the kind of contestant, and its ratio to ours."""
    lines: dict[str, list[tuple[str, float]]] = {}
    for row in found["rows"]:
        if row["entries"] < LEAST or row["pass"] == "forward":
            continue
        bend = ", slope and curvature" if row["pass"] == "bend" else ""
        line = lines.setdefault(f"{row['loss']}, {row['size']}{bend}", [])
        for name, them in row["contestants"].items():
            kind = kind_of(row["host"], name)
            if kind:
                line.append((kind, them["ratio"]["median"]))
    return dict(sorted(lines.items(), key=lambda line: line[0].partition(",")[0].partition("(")[0]))


def _ratios(found: Found) -> Any:
    from matplotlib.figure import Figure

    lines = ratio_points(found)
    figure = Figure(figsize=(9, 1.6 + 0.3 * len(lines)))
    axes = figure.add_subplot()
    for place, points in enumerate(lines.values()):
        for kind, ratio in points:
            colour, mark = KINDS[kind]
            axes.plot(ratio, place, mark, color=colour, markersize=6, alpha=0.85, clip_on=False)
    axes.axvline(1, color="black", linewidth=1)
    axes.set_yticks(range(len(lines)), list(lines))
    axes.set_ylim(max(len(lines), 1) - 0.5, -0.5)
    axes.grid(color="#dddddd", linewidth=0.6)
    axes.set_axisbelow(True)
    _logarithmic(axes, "x")
    axes.set_xlabel("their time divided by ours, value and slope; right of 1, ours is faster")
    for kind, (colour, mark) in KINDS.items():
        axes.plot([], [], mark, color=colour, label=kind)
    axes.legend(loc="lower left", bbox_to_anchor=(0, 1.01), ncols=3, frameon=False, fontsize=8)
    return figure


def size_lines(found: Found) -> dict[str, dict[str, list[tuple[int, float]]]]:
    """For each loss of entries on PyTorch: by contestant, (entries, seconds)."""
    panels: dict[str, dict[str, list[tuple[int, float]]]] = {}
    for row in found["rows"]:
        plain = row["size"] == f"{row['entries']:,}"
        if row["host"] != "torch" or row["pass"] != "both" or not plain:
            continue
        panel = panels.setdefault(row["loss"], {})
        for name, each in row["contestants"].items():
            kind = "ours" if name == "ours" else kind_of("torch", name)
            if kind:
                point = (row["entries"], each["seconds"]["median"])
                panel.setdefault(kind, []).append(point)
    return panels


def _sizes(found: Found) -> Any:
    from matplotlib.figure import Figure

    panels = size_lines(found)
    figure = Figure(figsize=(3.1 * max(len(panels), 1), 3.4), layout="constrained")
    shown: dict[str, Any] = {}
    first = None
    for place, (loss, lines) in enumerate(panels.items(), 1):
        axes = figure.add_subplot(1, len(panels), place, sharey=first)
        first = first or axes
        for kind, points in lines.items():
            colour, mark = KINDS.get(kind, ("black", "o"))
            (shown[kind],) = axes.plot(*zip(*points, strict=True), color=colour, marker=mark, ms=4)
        entries = sorted({n for points in lines.values() for n, _ in points})
        triad = [12 * n / found["limits"]["triad_warm_bytes_per_s"] for n in entries]
        (shown["triad into memory held"],) = axes.plot(entries, triad, ":", color="#555555")
        axes.set_title(loss, fontsize=9)
        axes.set_xscale("log")
        axes.set_xticks(entries, [_short(n) for n in entries], fontsize=8)
        axes.set_xticks([], minor=True)
        axes.set_yscale("log")
        axes.set_xlabel("entries")
        axes.grid(color="#dddddd", linewidth=0.6)
        axes.tick_params(labelleft=place == 1)
    if first:
        first.set_ylabel(f"seconds, {PASSES['both']}")
        figure.legend(
            shown.values(),
            shown.keys(),
            loc="outside upper center",
            ncols=len(shown),
            frameon=False,
        )
    return figure


def _short(entries: int) -> str:
    """Write a size for an axis: 256, 65 k, 4 M."""
    for size, letter in ((10**6, " M"), (10**3, " k")):
        if entries >= size:
            return f"{entries // size}{letter}"
    return str(entries)


def _logarithmic(axes: Any, which: str) -> None:
    from matplotlib.ticker import FuncFormatter, LogLocator, NullFormatter

    getattr(axes, f"set_{which}scale")("log")
    side = getattr(axes, f"{which}axis")
    side.set_major_locator(LogLocator(subs=(1, 2, 5)))
    side.set_major_formatter(FuncFormatter(lambda number, _: f"{number:g}"))
    side.set_minor_formatter(NullFormatter())
