import json
import subprocess
import sys
import time

from artextract.pipeline.background import Building
from artextract.store import Store


def running(tmp_path, code, *lines):
    file = tmp_path / "progress.jsonl"
    file.write_text("".join(json.dumps(line) + "\n" for line in lines))
    return Building(subprocess.Popen([sys.executable, "-c", code]), file)


def step(share, left, note):
    return {"done": 1, "total": 2, "share": share, "left": left, "note": note}


def test_progress_is_the_last_whole_line(tmp_path):
    steps = step(0.1, 90.2, "painting"), step(0.2, 80.4, "training alexnet")
    building = running(tmp_path, "import time; time.sleep(60)", *steps)
    try:
        with building.progress_file.open("a") as file:
            file.write('{"share": 0.3, "le')  # being written
        now = building.progress()
        assert (now.share, now.finished, now.error) == (0.2, False, "")
        assert now.note == "about 80 s left, training alexnet"
    finally:
        building.process.kill()
        building.process.wait()
    assert building.progress().error  # killed without a word


def test_its_end_is_seen_good_or_bad(tmp_path):
    good = running(tmp_path, "")
    good.process.wait()
    assert (good.progress().share, good.progress().finished, good.progress().error) == (1, True, "")
    last = {"error": "the disk is full", "command": "artextract demo --store OTHER_FOLDER"}
    bad = running(tmp_path, "raise SystemExit(2)", step(0.5, 10, "painting"), last)
    bad.process.wait()
    ended = bad.progress()
    assert (ended.finished, ended.error, ended.command) == (True, *last.values())


def test_a_real_build_tells_how_far_it_is_and_can_be_cancelled(tmp_path):
    building = Building.start(Store(tmp_path / "store"))
    deadline = time.monotonic() + 60
    while not building.progress().share and time.monotonic() < deadline:
        time.sleep(0.1)
    now = building.progress()
    assert 0 < now.share < 0.5, building.progress_file.with_name("output.txt").read_text()
    assert "painting" in now.note
    building.cancel()
    ended = building.progress()
    assert (ended.finished, ended.error) == (True, "")
    assert building.process.returncode == 143  # in an orderly way
