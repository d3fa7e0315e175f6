"""Every loss is tried in every host, and docs/hosts.md says what came of it."""

import pytest

from lossary.core.catalogue import all_of
from tests.adapters.works.declared import REFUSED
from tests.adapters.works.page import PAGE, page
from tests.adapters.works.trials import HOSTS, JUDGES, tried

LOSSES = {cls.__name__: cls for cls in all_of()}


@pytest.mark.parametrize("host", HOSTS)
@pytest.mark.parametrize("name", LOSSES)
def test_a_loss_trains_where_nothing_else_is_declared(name, host):
    loss = LOSSES[name]()
    found = tried(loss, host)
    if (name, host) in REFUSED:
        assert found not in ("trains", "judges"), "it works now: take it out of declared.py"
        assert loss.label in found  # the refusal names the loss
    else:
        assert found == ("trains" if loss.trainable and host not in JUDGES else "judges")


def test_nothing_is_declared_of_losses_or_hosts_that_are_not_there():
    assert {name for name, _ in REFUSED} <= set(LOSSES)
    assert {host for _, host in REFUSED} <= set(HOSTS)


def test_the_page_is_what_was_declared_and_tried():
    assert PAGE.read_text() == page(), "run  python -m tests.adapters.works.page"
