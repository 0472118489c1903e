import os
import time
from multiprocessing import get_context

import pytest

from artextract.store import StoreError
from artextract.store.lock import LOCK, locked


def hold(folder):
    with locked(folder, "resnet50 is being trained"):
        loader = os.fork()  # as a process that loads pictures, which outlives its parent a while
        if loader:
            (folder / "held").touch()
        time.sleep(5)
        os._exit(0)


@pytest.fixture
def holder(tmp_path):
    process = get_context("fork").Process(target=hold, args=(tmp_path / "a",))
    process.start()
    while not (tmp_path / "a" / "held").exists():
        time.sleep(0.01)
    yield process
    process.kill()


def test_the_second_is_told_who_is_first_and_a_killed_holder_holds_nothing(tmp_path, holder):
    first = rf"being trained already, by process {holder.pid} on "
    with (
        pytest.raises(StoreError, match=first),
        locked(tmp_path / "a", "resnet50 is being trained"),
    ):
        pass
    with locked(tmp_path / "b", "resnet50 is being trained"):  # another network
        pass
    holder.kill()
    holder.join()
    with locked(tmp_path / "a", "resnet50 is being trained"):
        assert (tmp_path / "a" / LOCK).exists()
    assert not (tmp_path / "a" / LOCK).exists()


def test_what_the_block_raises_gives_the_lock_back(tmp_path):
    for _ in range(2):
        with pytest.raises(ValueError, match="no"), locked(tmp_path, "it is being made"):
            raise ValueError("no")
