"""Weights from a file, from torchvision, and from a store."""

from pathlib import Path

import pytest
import torch
import torchvision
from safetensors.torch import load_file

from artextract.models.weights import build_network, load_network
from artextract.store import Store, StoreError, write_json


def test_a_stored_network_comes_back_whole(small_store):
    network, _ = load_network(small_store, "resnet50")
    stored = load_file(small_store.model("resnet50") / "model.safetensors")
    state = network.state_dict()
    assert state.keys() == stored.keys()
    assert all(torch.equal(state[name], tensor) for name, tensor in stored.items())


def test_weights_that_do_not_fit_are_named(tmp_path, resnet_file):
    with pytest.raises(
        StoreError, match=r"missing features\.0\.weight.* and 11 more; unknown .*layer1"
    ):
        build_network("alexnet", {"artist": 3}, pretrained=resnet_file)
    state = torchvision.models.resnet50().state_dict()
    state["conv1.weight"] = torch.zeros(64, 1, 7, 7)
    torch.save(state, tmp_path / "grey.pth")
    with pytest.raises(StoreError, match=r"conv1\.weight \(64, 1, 7, 7\) instead of"):
        build_network("resnet50", {"artist": 3}, pretrained=tmp_path / "grey.pth")


def test_weights_that_cannot_be_read_are_refused(tmp_path):
    with pytest.raises(StoreError, match="no weights at"):
        build_network("alexnet", {"artist": 3}, pretrained=tmp_path / "none.pth")
    (tmp_path / "text.safetensors").write_text("not weights")
    with pytest.raises(StoreError, match="no readable weights"):
        build_network("alexnet", {"artist": 3}, pretrained=tmp_path / "text.safetensors")
    torch.save({"code": Path}, tmp_path / "code.pth")  # would run code if it were unpickled
    with pytest.raises(StoreError, match=r"code\.pth"):
        build_network("alexnet", {"artist": 3}, pretrained=tmp_path / "code.pth")


def test_a_download_that_fails_names_both_ways_out(monkeypatch):
    def offline(*args: object, **kwargs: object) -> None:
        raise OSError("network is unreachable")

    monkeypatch.setattr(torch.hub, "load_state_dict_from_url", offline)
    monkeypatch.setattr(torchvision.models._api, "load_state_dict_from_url", offline)
    with pytest.raises(StoreError, match=r"--pretrained resnet50=PATH.*--pretrained none"):
        build_network("resnet50", {"artist": 3}, pretrained="imagenet")


def borrowed(small_store: Store, root: Path) -> tuple[Store, Path]:
    """A store with links to the ResNet-50 of another, and the folder of the links."""
    other = Store(root)
    folder = other.model("resnet50")
    folder.mkdir(parents=True)
    for name in ("config.json", "model.safetensors"):
        (folder / name).symlink_to(small_store.model("resnet50") / name)
    (root / "classes.json").symlink_to(small_store.root / "classes.json")
    return other, folder


def test_a_damaged_network_is_named_with_the_command_that_mends_it(small_store, tmp_path):
    other, folder = borrowed(small_store, tmp_path)
    whole = (folder / "model.safetensors").read_bytes()
    (folder / "model.safetensors").unlink()
    (folder / "model.safetensors").write_bytes(whole[:1000])
    with pytest.raises(StoreError, match=r"model\.safetensors is damaged.*--backbone resnet50"):
        load_network(other, "resnet50")


def test_a_network_of_other_classes_is_refused(small_store, tmp_path):
    other, _ = borrowed(small_store, tmp_path)
    write_json(other.root / "classes.json", {"artist": ["Someone"]})
    with pytest.raises(StoreError, match="trained on other classes of artist"):
        load_network(other, "resnet50")
