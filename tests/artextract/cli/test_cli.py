import json
import os
import re
import signal
from importlib import metadata
from typing import get_args

import pytest

from artextract.cli import evaluation, exploration, main, options, training
from artextract.inference.views import VIEWS
from artextract.oeuvres.outliers.detectors import DETECTORS
from artextract.oeuvres.projection import MapConfig
from artextract.oeuvres.stages import PARTS
from artextract.progress import JsonLines
from artextract.store import FORMAT
from artextract.training.config import CLASS_WEIGHTINGS, PRECISIONS, TrainingConfig


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
        ["path", "predictions", "sets", "status"],
        ["error", "path"],
    ]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["evaluate"], "no networks in"),
        (["train"], "no works in"),
        (["predict", "x.jpg"], "run: artextract train"),
        (["index", "nowhere"], "nowhere"),
        (["train", "--backbone", "alexnet,vgg"], "'vgg'"),
        (["train", "--class-weighting", "inverse"], "not one of 'none', 'sqrt', 'logit-adjust'"),
        (["train", "--precision", "16"], "'16' is not one of 'auto', '32', 'bf16'"),
        (["train", "--print-config"], "name it by --backbone"),
        (["train", "--config", "nowhere.toml"], "nowhere.toml"),
        (["evaluate", "--views", "3"], "'3' is not one of '1', '2', '6', '10'"),
        (["train", "--pretrained", "vgg=x"], "'vgg'"),
        (["train", "--image-size", "8"], "64"),
        (["embed"], "no networks in"),
        (["embed", "--pretrained", "x"], "expected imagenet, none or BACKBONE=PATH"),
        (["explore"], "run: artextract embed"),
        (["explore", "--detector", "svm"], "is not one of 'isolation-forest', "),
        (["explore", "--projection", "tsne"], "is not one of 'umap', 'pca'"),
        (["explore", "--only", "maps"], "'maps'; there are neighbours, outliers, map, timeline"),
        (["typicality", "x.jpg", "--artist", "Monet"], "run: artextract index SOURCE"),
        (["app", "--port", "99999999"], "'--port'"),
        (["app", "--host", "no.such.host.invalid"], "cannot listen on no.such.host.invalid"),
        (["trian"], "Did you mean 'train'?; run: artextract --help"),
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
    said = capsys.readouterr().err
    assert said == "artextract: interrupted; run the same command again to go on\n"


def test_sigterm_ends_a_command_as_ctrl_c_does(tmp_path, capsys, monkeypatch):
    def terminated(*args, **kwargs):
        os.kill(os.getpid(), signal.SIGTERM)
        signal.pause()

    before = signal.getsignal(signal.SIGTERM)
    monkeypatch.setattr("artextract.collection.indexing.index", terminated)
    assert main(["index", str(tmp_path), "--store", str(tmp_path / "store")]) == 143
    assert "interrupted" in capsys.readouterr().err
    assert signal.getsignal(signal.SIGTERM) is before


def test_without_a_command_there_is_the_help_and_no_error(capsys):
    assert main([]) == 0
    said = capsys.readouterr()
    assert said.err == ""
    for word in ("typicality", "Exit codes: 0 done", "--version", "--install-completion"):
        assert word in said.out
    assert " score " not in said.out


def test_the_version_is_that_of_the_package(capsys):
    assert main(["--version"]) == 0
    assert capsys.readouterr().out == f"artextract {metadata.version('artextract')}\n"


def test_a_shell_can_complete_options(capsys, monkeypatch):
    monkeypatch.setenv("_ARTEXTRACT_COMPLETE", "complete_bash")
    monkeypatch.setenv("COMP_WORDS", "artextract train --class")
    monkeypatch.setenv("COMP_CWORD", "2")
    with pytest.raises(SystemExit):
        main([])
    assert capsys.readouterr().out.split() == ["--class-weighting"]


def test_the_help_of_train_has_panels_and_its_defaults_in_brackets(capsys, monkeypatch):
    monkeypatch.setenv("COLUMNS", "240")
    assert main(["train", "--help"]) == 0
    said = capsys.readouterr().out
    panels = [said.index(f"─ {panel} ─") for panel in ("Basics", "Recipe", "Hardware")]
    assert panels == sorted(panels)
    assert "Options ─" not in said
    basics, recipe, hardware = (said[a:b] for a, b in zip(panels, [*panels[1:], None], strict=True))
    assert "[default: (all that have labels)]" in basics
    assert "[default: (by cores)]" in hardware
    for name in ("batch_size", "image_size", "class_weighting"):
        option = recipe[recipe.index(f" --{name.replace('_', '-')} ") :]
        default = re.search(r"\[default: \((.+?)\)\]", option)
        assert default is not None
        assert default[1] == str(getattr(TrainingConfig(), name))


def test_the_parts_of_explore_are_explained(capsys, monkeypatch):
    monkeypatch.setenv("COLUMNS", "400")
    assert main(["explore", "--help"]) == 0
    said = capsys.readouterr().out
    for part in PARTS:
        assert f"{part}: " in said


def test_what_commands_offer_is_what_there_is():
    assert get_args(training.ClassWeighting) == CLASS_WEIGHTINGS
    assert get_args(options.Precision) == PRECISIONS
    assert get_args(exploration.Detector) == tuple(DETECTORS)
    assert tuple(map(int, get_args(evaluation.Views))) == VIEWS
    for method in get_args(exploration.Projection):
        MapConfig(method=method)


def test_weights_are_read_per_backbone():
    weights = options.Pretrained.read(["none", "resnet50=weights.safetensors"])
    assert weights.of("resnet50") == "weights.safetensors"
    assert weights.of("alexnet") is None
    assert options.Pretrained.read(["alexnet=none"]).of("resnet50") == "imagenet"


def test_options_count_more_than_a_file_and_a_file_more_than_defaults(tmp_path):
    recipe = tmp_path / "recipe.toml"
    recipe.write_text('backbone = "alexnet"\nepochs = 4\nbatch_size = 8\nlr_body = 1e-3\n')
    (config,) = training.configurations(
        recipe, None, None, mixing={"mixup": 0.2, "cutmix": None}, learning_rate=None, epochs=5
    )
    assert (config.backbone, config.epochs, config.batch_size) == ("alexnet", 5, 8)
    assert (config.lr_body, config.augmentation.mixup) == (1e-3, 0.2)
    assert config.image_size == TrainingConfig().image_size


def test_learning_rate_and_epochs_go_by_where_training_starts():
    plain = {"mixing": {}, "learning_rate": 3e-4, "epochs": None}
    scratch, tuned = training.configurations(None, ["alexnet,resnet50"], ["alexnet=none"], **plain)
    assert (scratch.epochs, scratch.lr_scratch) == (30, 3e-4)
    assert (tuned.epochs, tuned.lr_body, tuned.lr_scratch) == (10, 3e-4, None)


@pytest.mark.parametrize("words", [["--quiet", "index"], ["index", "--quiet"]])
def test_quiet_leaves_the_result_alone(words, collection, tmp_path, capsys):
    assert main([*words, str(collection), "--store", str(tmp_path)]) == 0
    said = capsys.readouterr()
    assert said.err == ""
    assert "60 works" in said.out
    assert main(["index", str(collection), "--store", str(tmp_path / "other")]) == 0
    assert "Reading pictures: 60 of 60" in capsys.readouterr().err


def test_an_error_is_written_for_the_process_that_reads_the_progress(tmp_path, capsys):
    progress = tmp_path / "progress.jsonl"
    store = ["--store", str(tmp_path / "empty")]
    assert main(["--progress-file", str(progress), "evaluate", *store]) == 2
    last = JsonLines.last(progress)
    assert last == {"error": f"no networks in {store[1]}", "command": "artextract train"}


def test_a_store_of_another_format_is_refused(tmp_path, capsys):
    (tmp_path / "manifest.json").write_text(json.dumps({"format": FORMAT + 1}))
    assert main(["evaluate", "--store", str(tmp_path)]) == 2
    assert f"store of format {FORMAT + 1}" in capsys.readouterr().err
