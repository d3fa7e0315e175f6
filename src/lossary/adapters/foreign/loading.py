"""Finds a loss by what is typed: path.py:NAME, package.module:NAME, or a name of ours."""

import inspect
import sys
import traceback
from collections.abc import Mapping
from importlib import import_module
from importlib.util import find_spec, module_from_spec, spec_from_file_location
from pathlib import Path
from types import ModuleType
from typing import Any

from lossary.adapters.foreign.operators import opened
from lossary.core.catalogue import named
from lossary.errors import ArgumentError, HostError, LossError, NotFoundError, nearest

CONTRACT = "__lossary_contract__"
"""What a loss that declares something carries."""
NAMES = ("loss", "_objective", "cross_entropy", "crossentropy", "log_likelihood", "_nll")
"""By a part of these names a loss of a file is known."""


def load(text: str) -> Any:
    """Return the loss that a text names.

    Raises:
        LossError: says whether the file, the module or the name is missing, or what the file
            raised, and in which line.
    """
    return loaded(text)[0]


def loaded(text: str) -> tuple[Any, str]:
    """Return the loss that a text names, and from where it can be had again.

    `path.py:NAME`, `package.module:NAME` and `package.module:Class.method`; `lossary:Huber`, and a
    name of ours alone, as `huber`.

    Raises:
        LossError: as `load` does.
    """
    place, name = _parted(text)
    if not name:
        return _of_ours(place) if not _is_path(place) else _only(place)
    module = _of_path(Path(place)) if _is_path(place) else _imported(place)
    return _within(module, name, place), f"{place}:{name}"


def losses_in(path: str) -> dict[str, Any]:
    """Return the losses that a file defines: what declares a contract, or is named as a loss is.

    Raises:
        LossError: the file is missing, or raises an error.
    """
    own = _own(path)
    return {name: each for name, each in own.items() if hasattr(each, CONTRACT) or _is_named(name)}


def _own(path: str) -> dict[str, Any]:
    """Return the functions, classes and objects that a file itself defines and can be called."""
    module = _of_path(Path(path))
    return {
        name: each
        for name, each in vars(module).items()
        if getattr(each, "__module__", None) == module.__name__ and callable(each)
    }


def _is_named(name: str) -> bool:
    return not name.startswith("_") and any(part in name.lower() for part in NAMES)


def none_in(path: str) -> str:
    """Say of a file without losses what it has, and how one of these is named."""
    others = [name for name in _own(path) if not name.startswith("_")]
    hint = f"\nHint: name one, as {path}:{others[0]}; it has {', '.join(others)}." if others else ""
    return f"nothing in it is named as a loss (with “loss” in its name, as focal_loss).{hint}"


def _parted(text: str) -> tuple[str, str]:
    """Part a text at its last colon; that behind a drive's letter parts nothing."""
    place, colon, name = text.strip().rpartition(":")
    if not colon or (len(place) == 1 and place.isalpha()):
        return text.strip(), ""
    return place, name.strip()


def _is_path(place: str) -> bool:
    return place.endswith(".py") or "/" in place or "\\" in place


def _of_ours(name: str) -> tuple[Any, str]:
    try:
        found = named(name)
    except NotFoundError as error:
        raise NotFoundError(
            f"{name!r} names no loss of ours, and says no place: {error}\n"
            f"Hint: path.py:NAME for a loss in a file, package.module:NAME for one in a library."
        ) from None
    return found, f"lossary:{found.__name__}"


def _only(place: str) -> tuple[Any, str]:
    found = losses_in(place)
    if len(found) != 1:
        several = f"holds several: {', '.join(found)}" if found else "bears no loss in its names"
        raise ArgumentError(f"{place} {several}.\nHint: {place}:NAME says which one is meant.")
    name, loss = next(iter(found.items()))
    return loss, f"{place}:{name}"


def _of_path(path: Path) -> ModuleType:
    """Run a file as a module, with its folder on the path, as Python does with a script."""
    path = path.expanduser().resolve()
    if not path.is_file():
        near = [each.name for each in path.parent.glob("*.py")] if path.parent.is_dir() else []
        raise NotFoundError(f"there is no file {path}. {nearest(path.name, near) if near else ''}")
    module_name, folder = module_of(path)
    known = sys.modules.get(module_name)
    if known is not None and getattr(known, "__file__", None) == str(path):
        return known
    if str(folder) not in sys.path:
        sys.path.insert(len(sys.path) if _hides(folder) else 0, str(folder))
    spec = spec_from_file_location(module_name, path)
    if spec is None or spec.loader is None:
        raise ArgumentError(f"{path} is no file of Python.")
    module = module_from_spec(spec)
    sys.modules[module_name] = module  # so that what it defines can be found by its module's name
    try:
        spec.loader.exec_module(module)
    except BaseException as error:
        del sys.modules[module_name]
        raise _said(error, str(path)) from error
    return module


def module_of(path: Path) -> tuple[str, Path]:
    """Return a file's name as a module, and the folder from which it is imported.

    A file of a package is called with its package, so that its relative imports are found.
    """
    names, folder = [path.stem], path.parent
    while (folder / "__init__.py").is_file():
        names.insert(0, folder.name)
        folder = folder.parent
    if len(names) > 1:
        return ".".join(names), folder
    known = getattr(sys.modules.get(path.stem), "__file__", str(path)) == str(path)
    free = path.stem.isidentifier() and known and not _installed(path.stem, folder)
    return (path.stem if free else f"{path.stem}_of_{folder.name}"), folder


def _hides(folder: Path) -> bool:
    """Say whether a file there bears the name of a module of Python's own, as random.py."""
    return any(each.stem in sys.stdlib_module_names for each in folder.glob("*.py"))


def _installed(name: str, folder: Path) -> bool:
    """Say whether a module of this name lives elsewhere: a file called random.py hides no other."""
    try:
        spec = find_spec(name)
    except (ImportError, ValueError):
        return True
    return spec is not None and not str(spec.origin).startswith(str(folder))


def _imported(name: str) -> ModuleType:
    here = str(Path.cwd())
    if "" not in sys.path and here not in sys.path:
        sys.path.insert(0, here)  # as `python -m` does
    try:
        return opened(name)
    except ModuleNotFoundError as error:
        missing = error.name or name
        if missing == name or name.startswith(f"{missing}."):
            raise NotFoundError(_no_module(name, missing)) from None
        raise HostError(f"{name} needs {missing}, which is not installed here.") from error
    except BaseException as error:
        raise _said(error, name) from error


def _no_module(name: str, missing: str) -> str:
    parent = missing.rpartition(".")[0]
    if not parent:
        return (
            f"there is no module {missing!r} here.\n"
            f"Hint: pip install it, or give the path of a file: path.py:NAME."
        )
    inside = [f"{parent}.{each}" for each in dir(import_module(parent)) if not each.startswith("_")]
    return f"there is no module {missing!r}. {nearest(missing, inside) if inside else ''}"


def _within(module: ModuleType, name: str, place: str) -> Any:
    """Return what a dotted name stands for in a module; a method comes with an object of its class.

    Raises:
        NotFoundError: the nearest names are told.
    """
    found: Any = module
    for step in name.split("."):
        owner = found
        try:
            found = getattr(found, step)
        except AttributeError:
            raise NotFoundError(_no_name(owner, step, place)) from None
    if inspect.isclass(owner) and inspect.isfunction(found) and _takes_self(owner, step):
        return getattr(_of_class(owner), step)
    if isinstance(found, ModuleType):
        raise ArgumentError(f"{place}:{name} is a module, not a loss. {_offers(found)}")
    return found


def _takes_self(owner: type, name: str) -> bool:
    return not isinstance(inspect.getattr_static(owner, name), staticmethod | classmethod)


def _of_class(owner: type) -> Any:
    try:
        return owner()
    except Exception as error:
        raise LossError(
            f"{owner.__name__} cannot be made with its defaults: {error}\n"
            f"Hint: make an object of it in the file, and name that."
        ) from error


def _no_name(owner: Any, name: str, place: str) -> str:
    told = place if isinstance(owner, ModuleType) else owner.__name__
    known = [each for each in dir(owner) if not each.startswith("_")]
    return f"{told} has no {name!r}. {nearest(name, known) if known else ''}"


def _offers(module: ModuleType) -> str:
    held: Mapping[str, Any] = vars(module)
    names = [n for n, each in held.items() if callable(each) and not n.startswith("_")]
    return f"It offers: {', '.join(names[:8])}." if names else ""


def _said(error: BaseException, place: str) -> LossError:
    """Say what a file raised when it was run, and in which line of whose file."""
    if isinstance(error, KeyboardInterrupt):
        raise error
    if isinstance(error, SyntaxError):
        return LossError(f"{error.filename}, line {error.lineno}: {error.msg}.")
    frames = traceback.extract_tb(error.__traceback__)
    own = [each for each in frames if each.filename == place] or frames[-1:]
    where = f"{own[-1].filename}, line {own[-1].lineno}" if own else place
    told = f"{type(error).__name__}: {error}" if str(error) else type(error).__name__
    if isinstance(error, ModuleNotFoundError):
        return HostError(f"{where}: {error.name} is needed, and not installed here.")
    return LossError(f"{where}: running it raised {told}")
