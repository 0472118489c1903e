"""What test works are predicted as, told by the command."""

import pytest
from PIL import Image

from artextract.evaluation.confusion import predictions
from artextract.evaluation.error_analysis.comparison import compare, outcomes


def test_a_comparison_a_figure_and_a_table(small_store, run, tmp_path):
    where = ("--store", small_store.root)
    figure, table = tmp_path / "matrix.png", tmp_path / "matrix.csv"
    files = ("--figure", figure, "--csv", table)
    ended = run("confusion", "--baseline", "alexnet", *files, "--json", *where)
    assert ended.code == 0
    found = ended.result
    expected = compare(
        outcomes(*(predictions(small_store, "artist", m) for m in ("ensemble", "alexnet")))
    )
    assert (
        found["comparison"]["gained"] == expected.gained == len(found["comparison"]["gained_works"])
    )
    assert found["comparison"]["mcnemar_p"] == expected.p
    assert found["metrics"]["top1"] == small_store.metrics()["artist"]["ensemble"]["top1"]
    assert Image.open(figure).format == "PNG"
    assert table.read_text("utf-8-sig").startswith("true label,")
    assert "_" not in table.read_text("utf-8-sig")
    again = run("confusion", "--against", small_store.root, *where)
    assert "0 works gained, 0 lost" in again.out
    assert "McNemar's exact p 1" in again.out


def test_groups_and_parts(small_store, run):
    where = ("--store", small_store.root, "--json")
    merged = run("confusion", "--group", "Two=ada ember,Bo Azur", *where).result
    single = run("confusion", *where).result
    assert merged["metrics"]["top1"] >= single["metrics"]["top1"]
    part = run("confusion", "--where", "genre=Still life", *where).result
    assert 0 < part["metrics"]["n"] < single["metrics"]["n"]


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--group", "Two=Ada"], "there is no class 'ada'"),
        (["--where", "genre=opera"], "no work has this genre"),
        (["--where", "landscape"], "expected COLUMN=LABEL"),
        (["--model", "vgg"], "no vgg was evaluated on artist"),
        (["--task", "period"], "no network in"),
        (["--figure", "matrix.jpg"], "there are png, svg, pdf"),
    ],
)
def test_what_cannot_be_is_refused_in_one_line(small_store, run, options, message):
    ended = run("confusion", *options, "--store", small_store.root)
    assert ended.code == 2
    assert message in ended.err
    assert len(ended.err.splitlines()) == 1
