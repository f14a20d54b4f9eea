"""What a server does beside its first requests."""

import gc
import threading

import pytest

from surgery.warming import warm_up
from tests.world import build


@pytest.mark.django_db(transaction=True)
def test_what_stays_for_good_is_kept_from_the_garbage_collector():
    build()
    before = gc.get_freeze_count()
    try:
        thread = threading.Thread(target=warm_up)
        thread.start()
        thread.join(timeout=60)
        assert gc.get_freeze_count() > before
    finally:
        gc.unfreeze()
