import json
import subprocess
import sys

import pytest

from artextract.__main__ import main
from artextract.store import FORMAT


@pytest.fixture
def painting(tmp_path, picture):
    path = tmp_path / "a painting (1).png"
    picture().save(path)
    return path


def test_predict_says_all_tasks_by_every_model(small_store, painting, capsys):
    assert (
        main(["predict", str(painting), "--json", "--top", "2", "--store", str(small_store.root)])
        == 0
    )
    (entry,) = json.loads(capsys.readouterr().out)
    assert entry["path"] == str(painting)
    assert set(entry["predictions"]) == {"artist", "genre", "style"}
    for task, models in entry["predictions"].items():
        assert set(models) == {"alexnet", "resnet50", "ensemble"}
        for labels in models.values():
            assert len(labels) == 2
            assert {label["label"] for label in labels} <= set(small_store.classes()[task])
            assert labels[0]["probability"] >= labels[1]["probability"] >= 0


def test_a_file_that_cannot_be_read_does_not_stop_the_others(small_store, painting, capsys):
    broken = painting.with_name("broken.jpg")
    broken.write_text("<svg onload=alert(1)>")
    files = [str(broken), str(painting), str(painting.with_name("gone.jpg"))]
    assert main(["predict", *files, "--json", "--store", str(small_store.root)]) == 1
    entries = json.loads(capsys.readouterr().out)
    assert [entry["path"] for entry in entries] == files
    assert [sorted(entry) for entry in entries] == [
        ["error", "path"],
        ["path", "predictions"],
        ["error", "path"],
    ]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["evaluate"], "no networks in"),
        (["train"], "no works in"),
        (["predict", "x.jpg"], "run: artextract train"),
        (["index", "nowhere"], "nowhere"),
        (["train", "--backbone", "vgg"], "no backbone 'vgg'; there are alexnet, resnet50, all"),
        (["train", "--tasks", "artist,mood"], "no task 'mood'"),
        (["train", "--class-weighting", "inverse"], "there are none, sqrt, logit-adjust"),
        (["train", "--precision", "16"], "there are auto, 32, bf16"),
        (["train", "--pretrained", "vgg=x"], "expected imagenet, none or BACKBONE=PATH"),
        (["train", "--image-size", "8"], "64"),
        (["embed"], "no networks in"),
        (["embed", "--pretrained", "vgg=x"], "expected imagenet, none or BACKBONE=PATH"),
        (["explore"], "run: artextract embed"),
        (["explore", "--detector", "svm"], "there are isolation-forest"),
        (["explore", "--projection", "tsne"], "there are umap, pca"),
        (["score", "x.jpg", "--artist", "Monet"], "run: artextract index SOURCE"),
        (["paint"], "paint"),
    ],
)
def test_what_is_wrong_takes_one_line_and_exit_code_2(
    arguments, message, tmp_path, capsys, monkeypatch
):
    monkeypatch.setenv("ARTEXTRACT_STORE", str(tmp_path / "empty"))
    assert main(arguments) == 2
    error = capsys.readouterr().err
    assert message in error
    assert error.startswith("artextract: ")
    assert error.count("\n") == 1


@pytest.mark.parametrize("command", ["index", "run"])
def test_an_interruption_ends_everything_with_a_word(command, tmp_path, capsys, monkeypatch):
    def interrupt(*args, **kwargs):
        raise KeyboardInterrupt

    monkeypatch.setattr("artextract.collection.indexing.index", interrupt)
    assert main([command, str(tmp_path), "--store", str(tmp_path / "store")]) == 130
    assert capsys.readouterr().err == "interrupted; run the same command again to go on\n"


def test_a_store_of_another_format_is_refused(tmp_path, capsys):
    (tmp_path / "manifest.json").write_text(json.dumps({"format": FORMAT + 1}))
    assert main(["evaluate", "--store", str(tmp_path)]) == 2
    assert f"store of format {FORMAT + 1}" in capsys.readouterr().err


def test_predicting_does_not_wait_for_what_it_does_not_need():
    code = (
        "import sys, artextract.inference.predictor;"
        "print({'torch._dynamo', 'sklearn', 'scipy', 'pandas', 'lightning'} & set(sys.modules));"
        # What torchvision was spared at its import is there when it is asked for.
        "print(sys.modules['torchvision.ops.roi_align'].is_compile_supported('cpu'));"
        "import torch; print(torch._dynamo.is_compiling())"
    )
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert result.stdout.split("\n")[:3] == ["set()", "True", "False"], result.stderr


def test_importing_the_package_needs_no_streamlit_plotly_or_umap():
    code = (
        "import sys; sys.modules.update(streamlit=None, plotly=None, umap=None);"
        "import artextract.training.fit, artextract.evaluation.evaluate;"
        "import artextract.inference.predictor;"
        "import artextract.pipeline.builtin, artextract.__main__"
    )
    subprocess.run([sys.executable, "-c", code], check=True)
