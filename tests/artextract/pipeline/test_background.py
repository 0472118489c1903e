import subprocess
import sys

from artextract.pipeline.background import Building


def running(tmp_path, code):
    log = tmp_path / "log"
    with log.open("wb") as file:
        return Building(
            subprocess.Popen([sys.executable, "-c", code], stdout=file, stderr=file), log
        )


def test_progress_is_read_from_what_the_process_prints(tmp_path):
    line = "The built-in collection: 200 of 1,000, about 80 s left, training alexnet"
    building = running(tmp_path, f"import time; print({line!r}, flush=True); time.sleep(60)")
    try:
        while not building.log.read_text():
            pass
        now = building.progress()
        assert (now.share, now.finished) == (0.2, False)
        assert now.note == "about 80 s left, training alexnet"
    finally:
        building.process.kill()
        building.process.wait()
    assert building.progress().error


def test_its_end_is_seen_good_or_bad(tmp_path):
    good = running(tmp_path, "print('done')")
    good.process.wait()
    assert (good.progress().share, good.progress().finished, good.progress().error) == (1, True, "")
    bad = running(tmp_path, "raise SystemExit('artextract: the disk is full')")
    bad.process.wait()
    assert bad.progress().error == "artextract: the disk is full"
