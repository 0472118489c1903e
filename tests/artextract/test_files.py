import os
import time

import pytest

from artextract.files import FORGOTTEN, host, remove_abandoned, replacing
from small import exit_codes


def test_what_a_killed_process_was_writing_is_removed_and_nothing_else(tmp_path):
    def killed(rank: int) -> None:
        with replacing(tmp_path / "model.safetensors") as temporary:
            temporary.write_bytes(b"half")
            os.kill(os.getpid(), 9)

    assert exit_codes(killed) == [-9]
    left = next(tmp_path.iterdir()).name
    elsewhere = tmp_path / ".works.parquet.another_machine-1-1.part"
    elsewhere.touch()
    forgotten = tmp_path / ".works.parquet.another_machine-2-1.part"
    earlier = tmp_path / ".classes.json.2-1.part"  # as earlier versions named them
    for old in (forgotten, earlier):
        old.touch()
        os.utime(old, (time.time() - FORGOTTEN - 60,) * 2)
    (tmp_path / "notes.part").touch()
    with replacing(tmp_path / "mine.json") as mine:
        mine.touch()

        assert set(remove_abandoned(tmp_path)) == {left, forgotten.name, earlier.name}
        assert mine.exists()
    assert {p.name for p in tmp_path.iterdir()} == {elsewhere.name, "notes.part", "mine.json"}
    assert host() in left
    assert remove_abandoned(tmp_path / "nowhere") == []


def test_a_folder_that_goes_away_is_the_error_that_is_raised(tmp_path):
    def lose() -> None:
        with replacing(tmp_path / "store" / "works.json") as temporary:
            temporary.parent.rmdir()
            temporary.write_text("{}")

    with pytest.raises(FileNotFoundError, match=r"works\.json"):
        lose()
