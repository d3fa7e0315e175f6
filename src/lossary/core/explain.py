"""What is said when shapes do not fit: each array's pattern and shape, and a mend that runs."""

from collections.abc import Iterator
from typing import Any

from lossary.backends import Backend
from lossary.core.shapes import Sentence, Shape
from lossary.domains import Domain

Edit = tuple[str, Shape]


def misfit(
    owner: str,
    sentences: tuple[Sentence, ...],
    names: tuple[str, ...],
    shapes: tuple[Shape, ...],
    domains: tuple[Domain, ...],
    backend: Backend,
) -> str:
    """Say which shapes cannot be read together, and by which edit they could."""
    lines = [f"{owner} cannot read these shapes together."]
    width = max(map(len, names))
    for place, (name, shape) in enumerate(zip(names, shapes, strict=True)):
        expected = dict.fromkeys(str(each.inputs[place]) for each in sentences)
        lines.append(f"    {name:{width}}  expected {' or '.join(expected)}  got {tuple(shape)}")
    lines.append(_hint(sentences, names, shapes, domains, backend))
    return "\n".join(lines)


def _hint(
    sentences: tuple[Sentence, ...],
    names: tuple[str, ...],
    shapes: tuple[Shape, ...],
    domains: tuple[Domain, ...],
    backend: Backend,
) -> str:
    turned = len(shapes) == 2 and any(each.bind(shapes[::-1]) is not None for each in sentences)
    for edit, changed in _one_edit(names, shapes, domains, backend):
        if any(each.bind(changed) is not None for each in sentences):
            if turned and "argmax" in edit:  # it would make a plausible number of them
                return f"Hint: these look swapped; {names[0]} comes first, then {names[1]}."
            return f"Hint: {edit} would fit. Nothing is broadcast silently."
    text = "Nothing is broadcast silently."
    if any("k" in pattern.axes for each in sentences for pattern in each.inputs):
        text += " The classes stand on the last axis."
    return text


def _one_edit(
    names: tuple[str, ...], shapes: tuple[Shape, ...], domains: tuple[Domain, ...], backend: Backend
) -> Iterator[tuple[str, tuple[Shape, ...]]]:
    """Yield every edit of one array and the shapes it would give; the last array first."""
    for place in reversed(range(len(shapes))):
        for edit, shape in _edits(names[place], shapes[place], domains[place], backend):
            yield edit, (*shapes[:place], shape, *shapes[place + 1 :])


def _edits(name: str, shape: Shape, domain: Any, backend: Backend) -> Iterator[Edit]:
    shape = tuple(shape)
    if len(shape) >= 3:
        moved = backend.hints["move"].format(x=name)
        yield moved, (shape[0], *shape[2:], shape[1])
    if shape and shape[-1] == 1:
        yield f"{name}[..., 0]", shape[:-1]
    yield f"{name}[..., None]", (*shape, 1)
    if shape and domain.integer:
        yield backend.hints["argmax"].format(x=name), shape[:-1]
