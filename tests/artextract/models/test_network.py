from pathlib import Path

import pytest
import torch
import torchvision
from safetensors.torch import load_file
from torch import nn
from torchvision.transforms import v2

from artextract.inference.runtime import for_inference, infer, views_of
from artextract.models.network import BACKBONES, build_network, load_network
from artextract.models.preprocessing import preprocess
from artextract.store import Store, StoreError, write_json


def trained_layers(network: nn.Module) -> int:
    return sum(
        any(p.requires_grad for p in module.parameters(recurse=False))
        for module in network.modules()
        if isinstance(module, nn.Conv2d | nn.Linear)
    )


def test_resnet50_trains_its_last_twenty_weight_layers(resnet_file):
    network = build_network("resnet50", {"artist": 3}, pretrained=resnet_file)
    assert trained_layers(network) == 20
    names = [n for n, p in network.body.named_parameters() if p.requires_grad]
    assert {name.split(".")[0] for name in names} == {"layer3", "layer4"}
    assert {name.split(".")[1] for name in names if name.startswith("layer3")} == {"3", "4", "5"}


def test_frozen_batch_norm_does_not_drift(resnet_file):
    network = build_network("resnet50", {"artist": 3}, pretrained=resnet_file).train()
    before = {k: v.clone() for k, v in network.state_dict().items() if "running_mean" in k}
    network(torch.randn(4, 3, 64, 64))
    moved = {k for k, v in before.items() if not torch.equal(network.state_dict()[k], v)}
    assert "body.layer4.0.bn1.running_mean" in moved
    assert not any(key.startswith(("body.bn1", "body.layer1", "body.layer2")) for key in moved)
    assert not any(key.startswith(("body.layer3.0", "body.layer3.2")) for key in moved)
    network.freeze_except_last(20, fixed_statistics=True)
    network.load_state_dict(before, strict=False)
    network.train()(torch.randn(4, 3, 64, 64))
    assert all(torch.equal(network.state_dict()[k], v) for k, v in before.items())


@pytest.mark.parametrize("backbone", BACKBONES)
def test_from_scratch_nothing_is_frozen(backbone):
    network = build_network(backbone, {"style": 2}, train_layers=1)
    assert all(parameter.requires_grad for parameter in network.parameters())


def test_a_signal_neither_fades_nor_explodes_in_a_random_alexnet():
    torch.manual_seed(0)
    network = build_network("alexnet", {"style": 2}).eval()
    with torch.inference_mode():
        features = network.forward_features(torch.randn(4, 3, 96, 96))
    assert 0.3 < features.std() < 30


@pytest.mark.parametrize(("backbone", "width"), [("alexnet", 4096), ("resnet50", 2048)])
def test_features_are_torchvisions(backbone, width, tmp_path):
    torch.manual_seed(1)
    reference = torchvision.models.get_model(backbone).eval()
    torch.save(reference.state_dict(), tmp_path / "weights.pth")
    network = build_network(backbone, {"a": 2, "b": 5}, pretrained=tmp_path / "weights.pth").eval()
    images = torch.randn(2, 3, 96, 96)
    with torch.inference_mode():
        features = network.forward_features(images)
        last = reference.fc if backbone == "resnet50" else reference.classifier[-1]
        torch.testing.assert_close(last(features), reference(images))
        assert features.shape == (2, width)
        assert {t: v.shape for t, v in network(images).items()} == {"a": (2, 2), "b": (2, 5)}


def test_a_stored_network_comes_back_whole(small_store):
    network, _ = load_network(small_store, "resnet50")
    stored = load_file(small_store.model("resnet50") / "model.safetensors")
    state = network.state_dict()
    assert state.keys() == stored.keys()
    assert all(torch.equal(state[name], tensor) for name, tensor in stored.items())


def test_pictures_are_preprocessed_as_torchvision_does(picture):
    oracle = v2.Compose(
        [
            v2.Resize((64, 64), interpolation=v2.InterpolationMode.BICUBIC),
            v2.PILToTensor(),
            v2.ToDtype(torch.float32, scale=True),
            v2.Normalize((0.485, 0.456, 0.406), (0.229, 0.224, 0.225)),
        ]
    )
    torch.testing.assert_close(preprocess(picture(), 64), oracle(picture()))


def test_folding_batch_norm_changes_nothing(resnet_file):
    network = build_network("resnet50", {"artist": 3}, pretrained=resnet_file).eval()
    images = torch.randn(2, 3, 64, 64)
    with torch.inference_mode():
        expected = network(images)["artist"]
    logits, features = infer(for_inference(network, torch.device("cpu")), [images], precision="32")
    torch.testing.assert_close(torch.from_numpy(logits["artist"]), expected, rtol=1e-3, atol=1e-4)
    assert features.shape == (2, 2048)


@pytest.mark.parametrize("views", [2, 6, 10])
def test_seen_with_its_mirror_image_a_picture_and_its_mirror_image_are_the_same(small_store, views):
    network = for_inference(load_network(small_store, "alexnet")[0], torch.device("cpu"))
    images = torch.randn(3, 3, 80, 80)
    seen, mirrored = (
        infer(network, [view], precision="32", views=views)[0]["artist"]
        for view in (images, images.flip(-1))
    )
    assert seen == pytest.approx(mirrored, abs=1e-4)
    assert seen != pytest.approx(infer(network, [images], precision="32")[0]["artist"], abs=1e-4)


def test_ten_views_are_the_picture_its_corners_and_their_mirror_images():
    images = torch.arange(3 * 80 * 80).reshape(1, 3, 80, 80)
    seen = list(views_of(images, 10))
    assert len({tuple(view.flatten().tolist()) for view in seen}) == 10
    assert seen[0] is images
    assert {tuple(view.shape[2:]) for view in seen[2:]} == {(70, 70)}
    with pytest.raises(ValueError, match="not 3"):
        list(views_of(images, 3))
    with pytest.raises(ValueError, match="views of 56 pixels are too small"):
        list(views_of(images[..., :64], 10))


def test_six_views_are_the_picture_smaller_and_larger_and_their_mirror_images():
    images = torch.rand(1, 3, 84, 77)
    seen = list(views_of(images, 6))
    assert seen[0] is images
    assert [tuple(view.shape[2:]) for view in seen[::2]] == [(84, 77), (72, 66), (96, 88)]
    for view, mirrored in zip(seen[::2], seen[1::2], strict=True):
        torch.testing.assert_close(mirrored, view.flip(-1))
        # The whole picture, not a part of it.
        assert view.mean().item() == pytest.approx(images.mean().item(), abs=0.01)
    with pytest.raises(ValueError, match="views of 55 pixels are too small"):
        list(views_of(images[..., :64, :64], 6))


def test_a_class_without_works_gets_no_probability():
    network = build_network("alexnet", {"artist": 3}).eval()
    network.present("artist")[1] = False
    with torch.inference_mode():
        probabilities = network(torch.randn(2, 3, 64, 64))["artist"].softmax(dim=1)
    assert probabilities[:, 1].max() == 0
    torch.testing.assert_close(probabilities.sum(dim=1), torch.ones(2))


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


def test_unknown_backbones_and_layers_are_refused(resnet_file):
    with pytest.raises(ValueError, match="no backbone 'vgg'"):
        build_network("vgg", {"artist": 3})
    with pytest.raises(ValueError, match="1 to 54 layers to train, not 99"):
        build_network("resnet50", {"artist": 3}, pretrained=resnet_file, train_layers=99)


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
