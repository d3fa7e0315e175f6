"""The lines that read the table again: numbers, texts, what is mended, the target, the weights."""

from dataclasses import dataclass

from lossary.records import StudyRecord
from lossary.reports.code.spelling import listed

_READERS = {".parquet": "read_parquet", ".pq": "read_parquet"}
_DATE, _FLAG = "a date", "yes and no"
_BUNDLED = " (bundled with scikit-learn)"
_NAME = '.map("{:g}".format if table[NAME].dtype.kind in "if" else str)'
_YES = '.astype(str).str.lower().isin(["1", "1.0", "true", "t", "yes", "y"])'


@dataclass(frozen=True)
class Columns:
    """Python text, ready to be put into a snippet: `head` imports, `reads` makes x's table and y.

    `weighted` is code for the weight of each row, "" where all weigh the same.
    """

    head: tuple[str, ...]
    reads: tuple[str, ...]
    has_texts: bool
    weighted: bool


def columns(record: StudyRecord) -> Columns:
    """Return how the table of a study is read again."""
    roles = record.data.columns
    texts = [each.name for each in roles if each.role == "category"]
    head, read = _reader(record.data.name)
    targets = [each.name for each in roles if each.role == "target"] or [record.question.target]
    known = [*targets, *(each.name for each in roles if each.role == "event")]
    lines = [
        *read,
        f"table = table.dropna(subset={known!r})",
        listed("numbers", [each.name for each in roles if each.role == "number"]),
        *([listed("texts", texts)] if texts else []),
        *_mends(record),
        *_target(record, targets[0]),
        *_weights(record),
    ]
    weighted = any(each.role in ("weight", "exposure") for each in roles)
    return Columns(head, tuple(lines), bool(texts), weighted)


def _reader(name: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    if name.endswith(_BUNDLED):
        return _bundled(name.removesuffix(_BUNDLED))
    ending = name[name.rfind(".") :].lower() if "." in name else ""
    if not ending:
        return (), (f"table = frame  # {' '.join(name.split())}, as the study was given it",)
    if ending in _READERS:
        return (), (f"table = pd.{_READERS[ending]}({name!r})",)
    return (), (f'table = pd.read_csv({name!r})  # from where it lies; sep=";" if need be',)


def _bundled(word: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    head = (f"from sklearn.datasets import load_{word}",)
    if word == "diabetes":
        return head, (
            "table = load_diabetes(as_frame=True, scaled=False).frame",
            'table = table.rename(columns={"target": "progression"})',
        )
    return head, (
        f"bunch = load_{word}(as_frame=True)",
        "names = dict(enumerate(map(str, bunch.target_names)))",
        'table = bunch.frame.assign(target=bunch.frame["target"].map(names))',
    )


def _target(record: StudyRecord, name: str) -> tuple[str, ...]:
    kind, place = record.question.kind, f"table[{name!r}]"
    classes = list(record.question.classes)
    if kind == "multilabel":
        return (listed("classes", classes), 'y = table[classes].to_numpy("float32", copy=True)')
    if classes:
        named = _NAME.replace("NAME", repr(name))
        return (listed("classes", classes), f"y = np.array({place}{named}.map(classes.index))")
    found = [f'y = {place}.to_numpy("float32", copy=True)']
    event = next((each.name for each in record.data.columns if each.role == "event"), None)
    if event is not None:
        found.append(f"happened = table[{event!r}]{_YES}")
        found.append("y = np.where(happened, y, -y)  # times, negative where they were cut off")
    return tuple(found)


def _weights(record: StudyRecord) -> tuple[str, ...]:
    named = {each.role: f"table[{each.name!r}]" for each in record.data.columns}
    parts = [
        f'{named[role]}.to_numpy("float32", copy=True)'
        for role in ("weight", "exposure")
        if role in named
    ]
    if not parts:
        return ()
    rate = [f"y = y / {parts[-1]}  # a rate, which weighs by its exposure"]
    return (*(rate if "exposure" in named else []), f"weight = {' * '.join(parts)}")


def _mends(record: StudyRecord) -> tuple[str, ...]:
    """Return what turns a column into numbers where it does not come as such."""
    found = []
    for each in record.data.columns:
        place = f"table[{each.name!r}]"
        if each.role == "number" and each.remark.startswith(_DATE):
            found.append(f"{place} = pd.to_datetime({place}, utc=True)")
            found.append(f"{place} = ({place} - {place}.min()) / pd.Timedelta(days=1)")
        elif each.role == "number" and each.remark.startswith(_FLAG):
            found.append(f'{place} = {place}.astype("float")')
        elif each.role == "number" and each.remark:
            found.append(f'{place} = pd.to_numeric({place}, errors="coerce")')
    return tuple(found)
