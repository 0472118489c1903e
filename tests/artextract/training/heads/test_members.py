"""Linear heads on features: the probe of a pre-trained network, and refitted heads."""

from dataclasses import replace

import numpy as np
import pytest
import torch
from safetensors.torch import save_file

from artextract.collection.labels import encode
from artextract.evaluation.evaluate import evaluate
from artextract.inference.embeddings import Embedder
from artextract.inference.predictor import Predictor
from artextract.inference.runtime import by_body, infer_together
from artextract.models.backbones import BACKBONES
from artextract.models.network import PaintingNetwork
from artextract.models.weights import load_networks
from artextract.oeuvres import embeddings
from artextract.oeuvres.embeddings import network_of
from artextract.store import Store, StoreError
from artextract.training.fit import fit
from artextract.training.heads.cross_fitting import cross_fit
from artextract.training.heads.members import probe, refit_heads
from small import LOCAL, SHALLOW, tiny


@pytest.fixture
def shallow(monkeypatch, tmp_path) -> str:
    """Weights of a backbone that is a fifth of ResNet-50, as a file."""
    monkeypatch.setitem(BACKBONES, "shallow", SHALLOW)
    torch.manual_seed(0)
    path = tmp_path / "shallow.safetensors"
    save_file(PaintingNetwork("shallow", {}).body.state_dict(), path)
    return str(path)


def test_a_probe_answers_without_training_and_joins_the_vote(indexed: Store, shallow: str) -> None:
    config = tiny("shallow", pretrained=shallow)
    said: list[str] = []
    made = probe(indexed, config, hardware=LOCAL, say=said.append)
    assert indexed.networks() == ["shallow-probe-64"]
    assert indexed.feature_extractors() == []  # its embedding is there already
    assert network_of(indexed, "shallow-pretrained-64") == "shallow-probe-64"
    assert probe(indexed, config, hardware=LOCAL, say=said.append) == made
    assert said[-1] == "shallow-probe-64 is there already; --overwrite fits it anew"

    # Every training work has a prediction by heads that have not seen it, and only those.
    work_ids, logits = indexed.out_of_fold("shallow-probe-64")
    works = indexed.works()
    assert set(work_ids) == set(works.loc[works["split"] == "train", "work_id"])
    y = encode(works.iloc[work_ids], indexed.classes(), "train")
    assert (np.isnan(logits["artist"][:, 0]) == (y[:, 0] < 0)).all()
    seen = load_networks(indexed, ["shallow-probe-64"])["shallow-probe-64"][0]
    stages = np.asarray(indexed.embedding("shallow-pretrained-64-stages"))
    plain = np.asarray(indexed.embedding("shallow-pretrained-64"))
    np.testing.assert_array_equal(stages[:, -512:], plain)
    assert indexed.embedding_record("shallow-pretrained-64")["network"] == made["features"]
    features = torch.from_numpy(stages[work_ids])
    own = seen.forward_head(features.float())["artist"].detach().numpy()
    assert not np.allclose(logits["artist"], own, atol=0.01)

    # The vote is fitted on them, and on the validation works.
    metrics = evaluate(indexed, precision="32", workers=0)
    fitted = indexed.ensemble()["tasks"]["artist"]
    assert fitted["n_out_of_fold"] == (y[:, 0] >= 0).sum()
    assert fitted["decision"]["n"] == fitted["n_validation"] + fitted["n_out_of_fold"]
    assert metrics["artist"]["shallow-probe-64"]["top1"] > 0.5  # colours tell the artists apart


def test_an_uploaded_copy_gets_the_features_of_the_embedding(
    indexed: Store, shallow: str, picture
) -> None:
    probe(indexed, tiny("shallow", pretrained=shallow), hardware=LOCAL)
    evaluate(indexed, precision="32", workers=0)
    output = Predictor.load(indexed, precision="32").infer([picture()])
    assert list(output.features) == ["shallow-pretrained-64"]
    expected = Embedder(indexed, "shallow-pretrained-64")([picture()], precision="32")
    np.testing.assert_allclose(output.features["shallow-pretrained-64"], expected, atol=1e-3)
    assert embeddings.default_embedding(indexed) == "shallow-pretrained-64"


def test_probes_of_two_sizes_vote_beside_each_other(indexed: Store, shallow: str, picture) -> None:
    sides = {"shallow-probe-64": 64, "shallow-probe-96": 96}
    for side in sides.values():
        config = tiny("shallow", pretrained=shallow, image_size=side)
        probe(indexed, config, hardware=LOCAL)
    assert indexed.networks() == list(sides)
    for name, side in sides.items():
        assert indexed.embedding_record(indexed.embedding_of(name))["image_size"] == side
        assert network_of(indexed, indexed.embedding_of(name)) == name
    evaluate(indexed, precision="32", workers=0)
    vote = indexed.ensemble()["tasks"]["artist"]
    assert vote["members"] == list(sides)
    assert vote["n_out_of_fold"] > 0
    output = Predictor.load(indexed, precision="32").infer([picture()])
    assert list(output.features) == ["shallow-pretrained-64", "shallow-pretrained-96"]

    (indexed.model("shallow-probe-96") / "model.safetensors").write_bytes(b"")
    with pytest.raises(StoreError) as caught:
        load_networks(indexed, ["shallow-probe-96"])
    again = "artextract train --probe-only --backbone shallow --image-size 96"
    assert caught.value.command.removesuffix(" --overwrite") == again


def test_refitted_heads_share_the_body_and_go_with_it(indexed: Store, shallow: str) -> None:
    config = tiny("shallow", pretrained=None)
    fit(indexed, config, hardware=LOCAL)
    refit_heads(indexed, "shallow", hardware=LOCAL)
    assert not [k for k in _names(indexed, "shallow-refitted") if k.startswith("body.")]
    loaded = load_networks(indexed, indexed.networks())
    networks = {name: network for name, (network, _) in loaded.items()}
    assert len(by_body(networks)) == 1
    images = torch.randn(3, 3, 64, 64, generator=torch.Generator().manual_seed(1))
    together, seen = infer_together(list(networks.values()), [images], precision="32")
    # The refitted heads see the stages, the network's own what comes last of them.
    assert seen.shape[1] == networks["shallow-refitted"].n_features > 512
    for network, logits in zip(networks.values(), together, strict=True):
        expected = network(images)["artist"].detach()
        np.testing.assert_allclose(logits["artist"], expected, rtol=1e-4, atol=1e-4)

    evaluate(indexed, precision="32", workers=0)
    vote = indexed.ensemble()["tasks"]["artist"]
    assert vote["members"] == ["shallow", "shallow-refitted"]
    assert vote["n_out_of_fold"] == 0  # the network has seen its training works

    fit(indexed, replace(config, seed=1), hardware=LOCAL)
    with pytest.raises(StoreError, match=r"shallow .* was trained anew after shallow-refitted"):
        load_networks(indexed, ["shallow-refitted"])
    refit_heads(indexed, "shallow", hardware=LOCAL)
    load_networks(indexed, ["shallow-refitted"])


def test_a_probe_of_random_features_is_refused(indexed: Store) -> None:
    with pytest.raises(ValueError, match="needs pre-trained weights"):
        probe(indexed, tiny("resnet50"), hardware=LOCAL)


def _names(store: Store, network: str) -> list[str]:
    from safetensors import safe_open

    with safe_open(store.model(network) / "model.safetensors", "np") as file:
        return list(file.keys())


def test_cross_fitting_lets_every_training_work_count_for_the_vote(
    indexed: Store, shallow: str
) -> None:
    config = tiny("shallow")
    fit(indexed, config, hardware=LOCAL)
    refit_heads(indexed, "shallow", hardware=LOCAL)
    evaluate(indexed, precision="32", workers=0)
    assert indexed.ensemble()["tasks"]["artist"]["n_out_of_fold"] == 0
    with pytest.raises(ValueError, match="1 folds of 36 works"):
        cross_fit(indexed, config, folds=1, hardware=LOCAL)
    cross_fit(indexed, config, folds=2, hardware=LOCAL)
    assert indexed.networks() == ["shallow", "shallow-refitted"]  # those of the folds are gone
    evaluate(indexed, precision="32", workers=0)
    works = indexed.works()
    train = works[works["artist_split"] == "train"]
    assert indexed.ensemble()["tasks"]["artist"]["n_out_of_fold"] == len(train)
    work_ids, _ = indexed.out_of_fold("shallow")
    assert set(work_ids) == set(train["work_id"])
    said: list[str] = []
    left = indexed.model("shallow") / "folds" / "0"
    left.mkdir(parents=True)  # by one that was killed while it tidied up
    cross_fit(indexed, config, folds=2, hardware=LOCAL, say=said.append)
    assert not said  # done already
    assert not left.parent.exists()
    fit(indexed, replace(config, seed=1), hardware=LOCAL)
    assert indexed.out_of_fold("shallow") is None  # those were of another network
