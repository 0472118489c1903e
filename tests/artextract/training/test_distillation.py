"""Pre-training by another network's features."""

import numpy as np
import pytest
from safetensors.torch import load_file

from artextract.models.backbones import BACKBONES
from artextract.models.weights import build_network
from artextract.store import Store, StoreError
from artextract.training.distillation import DistillationConfig, distill, regression_targets
from small import LOCAL, SHALLOW, give_embedding


def test_targets_are_directions_with_their_large_components_held_down() -> None:
    rng = np.random.default_rng(0)
    features = rng.normal(size=(50, 8)) * np.array([9, 3, 1, 1, 1, 0.5, 0.1, 0])
    targets = regression_targets(features)
    assert targets.shape == (50, 7)
    np.testing.assert_allclose(targets.mean(axis=0), 0, atol=1e-6)
    assert np.square(targets).mean() == pytest.approx(1)
    np.testing.assert_allclose(np.abs(targets), np.abs(regression_targets(7 * features)), atol=1e-3)
    deviations = targets.std(axis=0)
    directions = features / np.linalg.norm(features, axis=1, keepdims=True)
    scales = np.linalg.svd(directions - directions.mean(axis=0), compute_uv=False)[:7]
    np.testing.assert_allclose(deviations / deviations[0], np.sqrt(scales / scales[0]), rtol=1e-4)


def test_the_student_learns_the_teacher_and_its_weights_are_taken_for_training(
    indexed: Store, monkeypatch, tmp_path
) -> None:
    monkeypatch.setitem(BACKBONES, "shallow", SHALLOW)
    # A teacher that knows nothing but the colour, which the artist is.
    artists = indexed.works()["artist"].astype("category").cat.codes.to_numpy()
    give_embedding(indexed, np.eye(3)[artists] + 0.01)
    config = DistillationConfig(
        backbone="shallow", epochs=8, batch_size=12, image_size=64, precision="32"
    )
    path = tmp_path / "weights" / "shallow.safetensors"
    result = distill(indexed, config, path, hardware=LOCAL)
    assert result["explained"] > 0.5
    network = build_network("shallow", {"artist": 3}, pretrained=path)
    learnt = load_file(path)["conv1.weight"]
    np.testing.assert_array_equal(network.body.conv1.weight.detach(), learnt)


def test_without_the_teacher_it_says_how_to_get_one(indexed: Store, tmp_path) -> None:
    with pytest.raises(StoreError, match="no embeddings"):
        distill(indexed, DistillationConfig(), tmp_path / "w.safetensors", hardware=LOCAL)
