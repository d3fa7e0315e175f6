"""A study that is killed loses nothing that was finished, and ends as if it had not been."""

import json
import signal
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from dataclasses import replace

import numpy as np
import pytest

from lossary.errors import ArgumentError
from lossary.lab import run
from lossary.lab.protocol.jobs import jobs
from lossary.lab.protocol.plan import HELD
from lossary.lab.protocol.running import Run
from lossary.lab.protocol.storage import Store
from lossary.lab.protocol.trial import done
from lossary.lab.protocol.workers import Workers, workers
from tests.lab.toys import ARMS, Toy, toy_plan

TRIALS = 2 * 2 * 2 * 4
TIMES = ("seconds", "created", "command")


def _unheard(share, doing):
    pass


def _timeless(value):
    """Leave out of a record what a clock has written."""
    if isinstance(value, dict):
        return {key: _timeless(item) for key, item in value.items() if key not in TIMES}
    return [_timeless(item) for item in value] if isinstance(value, list) else value


def _found(folder):
    return _timeless(json.loads((folder / "record.json").read_text()))


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    """What an undisturbed study finds."""
    folder = tmp_path_factory.mktemp("whole")
    run(toy_plan(), folder)
    return _found(folder)


def _kept(folder, plan):
    store = Store(folder)
    store.open(plan)
    return {arm.name: store.finished(plan, arm) for arm in plan.arms}


def _count(folder):
    """Count the trials that are kept, without opening the store."""
    path = folder / "trials.db"
    if not path.exists():
        return 0
    with closing(sqlite3.connect(path)) as database:
        try:
            return database.execute("select count(*) from trials").fetchone()[0]
        except sqlite3.OperationalError:  # it is being made, or written to
            return 0


def test_a_killed_study_keeps_what_was_finished_and_ends_the_same(tmp_path, whole):
    plan, kept = toy_plan(), 0
    for after in (0.0, 0.07):
        begun = subprocess.Popen([sys.executable, "-m", "tests.lab.killed", str(tmp_path)])
        while _count(tmp_path) < kept + 3 and begun.poll() is None:
            time.sleep(0.02)
        time.sleep(after)
        begun.send_signal(signal.SIGKILL)
        begun.wait()
        found = sum(map(len, _kept(tmp_path, plan).values()))
        assert kept < found < TRIALS
        kept = found
    run(plan, tmp_path)
    assert _found(tmp_path) == whole


def test_what_is_finished_is_not_done_again(tmp_path, whole):
    run(toy_plan(), tmp_path)

    class Broken(Toy):
        def learn(self, lessons, effort, tick):
            raise AssertionError("trained again")

    again = run(toy_plan(Broken()), tmp_path)
    assert _timeless(json.loads(again.to_json())) == whole


def test_trials_of_a_job_that_was_kept_in_part_are_filled_in(tmp_path, whole):
    plan = toy_plan(Toy(lockstep=True))
    run(plan, tmp_path / "lockstep")
    known = _kept(tmp_path / "lockstep", plan)
    store = Store(tmp_path / "part")
    store.open(plan)
    for arm in plan.arms:
        store.keep(plan, arm, list(known[arm.name].values())[::2])
    run(plan, tmp_path / "part")
    assert _found(tmp_path / "part") == whole


@pytest.mark.parametrize("backend", ["loky", "dask", "ray"])
def test_several_processes_find_what_one_finds(tmp_path, whole, backend):
    cluster = "" if backend == "loky" else backend
    command = [sys.executable, "-m", "tests.lab.clustered", str(tmp_path), cluster]
    ended = subprocess.run(command, check=False, capture_output=True, text=True)
    assert ended.returncode == 0, ended.stderr
    assert _found(tmp_path) == whole


def test_a_sampler_that_learns_runs_in_rounds_and_is_taken_up_again(tmp_path):
    plan = toy_plan(sampler="tpe", trials=9, repeats=1)
    run(plan, tmp_path / "whole")
    first = _kept(tmp_path / "whole", plan)
    store = Store(tmp_path / "half")
    store.open(plan)
    for arm in plan.arms:
        some = [each for each in first[arm.name].values() if each.number < 6]
        store.keep(plan, arm, some)
    run(plan, tmp_path / "half")
    assert _found(tmp_path / "half") == _found(tmp_path / "whole")


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"seed": 1}, "seed was 0, is 1"),
        ({"folds": 4}, "folds was 2, is 4"),
        ({"trials": 5}, "trials was 4, is 5"),
        ({"sampler": "grid"}, "sampler was random, is grid"),
    ],
    ids=["seed", "folds", "trials", "sampler"],
)
def test_another_study_in_the_same_folder_is_refused(tmp_path, change, said):
    store = Store(tmp_path)
    store.open(toy_plan())
    with pytest.raises(ArgumentError, match=said):
        store.open(toy_plan(**change))


@pytest.mark.parametrize("name", ["code", "versions", "data"])
def test_trials_of_other_code_or_data_are_not_read_together(tmp_path, monkeypatch, name):
    Store(tmp_path).open(toy_plan())
    other = toy_plan()
    other.facts[name] = {"numpy": "0"} if name == "versions" else "0" * 64
    if name == "data":
        table = replace(other.task.table, sha256="0" * 64)
        other = replace(other, task=replace(other.task, table=table))
    with pytest.raises(ArgumentError, match=name):
        Store(tmp_path).open(other)


def test_more_repeats_go_on_from_those_that_are_there(tmp_path):
    run(toy_plan(repeats=1), tmp_path)
    more = run(toy_plan(repeats=2), tmp_path)
    assert more.protocol.repeats == 2
    assert len(more.arms[0].folds) == 4


def test_a_spent_budget_ends_between_two_repeats_and_says_so(tmp_path):
    plan = toy_plan(Toy(wait=0.01), repeats=50, budget=0.5)
    record = run(plan, tmp_path)
    assert 1 <= record.protocol.repeats < 50
    assert "budget" in record.protocol.stopped
    counts = {len(arm.folds) for arm in record.arms}
    assert counts == {2 * record.protocol.repeats}


def test_progress_rises_to_one(tmp_path):
    heard = []
    run(toy_plan(), tmp_path, progress=lambda share, doing: heard.append(share))
    assert heard == sorted(heard)
    assert heard[-1] == 1.0


def test_the_hold_out_is_seen_by_no_fold_and_judged_at_the_end(tmp_path):
    task = toy_plan().task
    rows = np.arange(len(task.target))
    plan = toy_plan(dev=rows[:350], held=rows[350:])
    record = run(plan, tmp_path)
    for key, split in plan.divided.items():
        seen = np.concatenate(split.parts[:2] if key[0] == HELD else split.parts)
        assert not set(seen) & set(plan.held)
    assert record.holdout is not None
    assert record.holdout.rows == len(plan.held)
    assert set(record.holdout.scores) >= {record.verdict.recommended}


def test_storage_that_cannot_be_opened_is_told(tmp_path):
    with pytest.raises(ArgumentError, match="cannot be opened"):
        Store(tmp_path, "nosuchdatabase://here")


def test_an_unknown_cluster_is_told():
    with pytest.raises(ArgumentError, match="ray, ray://"), workers(2, "slurm"):
        pass
    with pytest.raises(ArgumentError, match="at least one"), workers(0):
        pass


@pytest.mark.parametrize("left", [None, b"", b"half of it"], ids=["none", "empty", "torn"])
def test_a_trial_whose_answers_were_lost_is_done_again(tmp_path, left):
    plan = toy_plan()
    run(plan, tmp_path)
    first = next((tmp_path / "answers").rglob("*.npy"))
    whole = first.read_bytes()
    first.unlink() if left is None else first.write_bytes(left)
    _running(plan, tmp_path).go()
    assert first.read_bytes() == whole


def _running(plan, folder, workers=None):
    return Run(plan, Store(folder), workers or Workers("loky", 1), _unheard)


def _first_and_a_half(plan, folder):
    """Keep the first repeat of a study, and what a killed one had of the second, in seconds."""
    run(replace(plan, budget=None), folder / "whole")
    store = Store(folder / "killed")
    store.open(plan)
    for arm, known in _kept(folder / "whole", plan).items():
        (it,) = (each for each in plan.arms if each.name == arm)
        some = [each for key, each in known.items() if key < (1, 0, 2)]
        store.keep(plan, it, [replace(e, trial=replace(e.trial, seconds=1.0)) for e in some])


def test_a_killed_study_stops_by_its_budget_where_it_would_have_stopped(tmp_path):
    """Sixteen seconds a repeat: two fit into 33, however much of the second is known already."""
    plan = toy_plan(budget=33.0)
    _first_and_a_half(plan, tmp_path)
    running = _running(plan, tmp_path / "killed")
    running.go()
    assert (running.repeats, running.stopped) == (2, "")


def test_a_repeat_that_was_begun_is_ended_though_fewer_do_the_work_now(tmp_path):
    """A study of two processes that goes on with one has twice the seconds, but not less to do."""
    plan = toy_plan(budget=20.0)
    _first_and_a_half(plan, tmp_path)
    running = _running(plan, tmp_path / "killed")
    running.go()
    assert running.repeats == 2
    assert {len(known) for known in running.known.values()} == {16}


def test_the_seconds_of_the_hold_out_end_no_study_that_is_taken_up_again(tmp_path):
    rows = np.arange(len(toy_plan().task.target))
    plan = toy_plan(dev=rows[:350], held=rows[350:])
    run(plan, tmp_path)
    running = _running(replace(plan, budget=1000.0), tmp_path)
    running.go()
    known = running.known[ARMS[0].name]
    for key in [key for key in known if key[0] == HELD]:
        known[key] = replace(known[key], trial=replace(known[key].trial, seconds=1e6))
    assert not running._spent(1)


class Weak(Toy):
    """Fails on one fold of one arm."""

    error = FloatingPointError("overflow")

    def learn(self, lessons, effort, tick):
        split = lessons[0].bench.split
        if (split.repeat, split.fold, lessons[0].losses[0].label) == (1, 0, "Huber"):
            raise self.error
        return super().learn(lessons, effort, tick)


@pytest.mark.parametrize("together", [False, True], ids=["singly", "lockstep"])
def test_an_arm_that_fails_on_a_fold_comes_last_and_the_others_are_judged(tmp_path, together):
    record = run(toy_plan(Weak(lockstep=together)), tmp_path)
    assert record.verdict.recommended == ARMS[0].name
    assert record.verdict.standings[-1].arm == ARMS[1].name
    assert any("Huber" in each and "failed" in each for each in record.verdict.caveats)
    (fold,) = (each for each in record.arms[1].folds if (each.repeat, each.fold) == (1, 0))
    assert {each.stopped for each in fold.trials} == {"failed: FloatingPointError: overflow"}


def test_any_other_error_ends_a_study_and_names_its_arm(tmp_path):
    learner = Weak()
    learner.error = ValueError("a mistake of ours")
    with pytest.raises(ValueError, match="a mistake") as caught:
        run(toy_plan(learner), tmp_path)
    assert caught.value.__notes__ == ["Huber, repeat 2: what is finished is kept."]


class Many(Workers):
    """As many workers as there are folds and more, one after the other."""

    alone = False

    def done(self, call, each):
        for one in each:
            assert len(one[1].folds) == 1
            yield call(one)


def test_more_workers_than_arms_share_the_folds_of_an_arm_and_find_the_same(tmp_path):
    plan = toy_plan(Toy(lockstep=True))
    found = [
        _running(plan, tmp_path / "one"),
        _running(plan, tmp_path / "many", Many("loky", 4)),
    ]
    for each in found:
        each.go()
    one, many = (
        {arm: {key: each.answers for key, each in known.items()}
         for arm, known in running.known.items()} for running in found
    )  # fmt: skip
    for arm in one:
        assert one[arm].keys() == many[arm].keys()
        for key, answers in one[arm].items():
            np.testing.assert_array_equal(answers, many[arm][key])


def test_two_processes_may_write_the_same_answers_at_once(tmp_path, monkeypatch):
    plan = toy_plan()
    store = Store(tmp_path)
    store.open(plan)
    (tried,) = done(plan, next(jobs(plan, ARMS[0], 0, 0, {}, [0])))
    twice = []

    def slow(file, answers):
        save(file, answers)
        if not twice:
            twice.append(True)
            monkeypatch.setattr("os.getpid", lambda: -1)
            store._write_answers(plan, ARMS[0], tried)

    save = np.save
    monkeypatch.setattr(np, "save", slow)
    store._write_answers(plan, ARMS[0], tried)
    (path,) = (tmp_path / "answers").rglob("*.*")
    np.testing.assert_array_equal(np.load(path), tried.answers)


def test_arms_are_kept_apart_by_all_that_decides_them():
    plan = toy_plan()
    names = {plan.name_of(arm) for arm in (*ARMS, replace(ARMS[0], seed=1))}
    assert len(names) == 3
