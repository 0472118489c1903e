"""A training configuration as a file."""

from __future__ import annotations

import json
import tomllib
from dataclasses import asdict
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from artextract.training.augmentation import Augmentation
from artextract.training.config import CLASS_WEIGHTINGS, PRECISIONS, TrainingConfig

texts = st.text(st.characters(exclude_categories=["Cs"]), min_size=1).filter(lambda s: s != "none")
shares = st.floats(0, 1)
configurations = st.builds(
    TrainingConfig,
    backbone=texts,
    tasks=st.none() | st.lists(texts, max_size=3).map(tuple),
    epochs=st.integers(1, 10**6),
    train_image_size=st.none() | st.integers(1, 512),
    pretrained=st.none() | texts,
    lr_body=st.floats(0, 1),
    lr_scratch=st.none() | st.floats(0, 1),
    probe=st.booleans(),
    class_weighting=st.sampled_from(CLASS_WEIGHTINGS),
    precision=st.sampled_from(PRECISIONS),
    augmentation=st.builds(Augmentation, smallest_crop=shares, mixup=shares),
    seed=st.integers(-(2**40), 2**40),
)


@given(configurations)
def test_what_is_written_is_read_back(config: TrainingConfig) -> None:
    assert TrainingConfig.from_dict(tomllib.loads(config.to_toml())) == config
    settings = json.loads(json.dumps(asdict(config)))
    settings["of_another_version"] = settings["augmentation"]["too"] = 1
    assert TrainingConfig.from_dict(settings) == config


def test_what_a_file_leaves_out_is_the_default(tmp_path: Path) -> None:
    path = tmp_path / "recipe.toml"
    path.write_text('epochs = 3\nlr_heads = 1\npretrained = "none"\n[augmentation]\nmixup = 0.2\n')
    assert TrainingConfig.from_toml(path) == TrainingConfig(
        epochs=3, lr_heads=1.0, pretrained=None, augmentation=Augmentation(mixup=0.2)
    )


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        ("epoch = 3", "there is no epoch to configure; did you mean epochs?"),
        ("augmentation.mix = 1", r"there is no augmentation.mix .* augmentation.mixup\?"),
        ("epochs = 3.5", "epochs is a whole number, not 3.5"),
        ("probe = 1", "probe is true or false, not 1"),
        ("precision = 32", "precision is a text, not 32"),
        ("tasks = 'artist'", "tasks is a list of texts, not 'artist'"),
        ("augmentation = 1", "augmentation is a table, not 1"),
        ("epochs = 0", "epochs is 1 or more, not 0"),
        ("lr_body = nan", "lr_body is 0 or more, not nan"),
        ("label_smoothing = 2", "label_smoothing is a share"),
        ("class_weighting = 'all'", "no class weighting 'all'"),
        ("epochs: 3", "line 1"),
    ],
)
def test_what_is_wrong_is_named_with_its_key(content: str, reason: str, tmp_path: Path) -> None:
    path = tmp_path / "recipe.toml"
    path.write_text(content)
    with pytest.raises(
        ValueError, match=rf"recipe\.toml: .*{reason.removeprefix('recipe.toml: ')}"
    ):
        TrainingConfig.from_toml(path)
    with pytest.raises(ValueError, match="cannot be read"):
        TrainingConfig.from_toml(tmp_path / "none.toml")
