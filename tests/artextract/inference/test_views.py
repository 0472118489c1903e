"""Test-time augmentation."""

import pytest
import torch

from artextract.inference.runtime import for_inference, infer
from artextract.inference.views import views_of
from artextract.models.backbones import BACKBONES
from artextract.models.weights import load_network


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
    with pytest.raises(ValueError, match="alexnet takes no views of 56 x 70 pixels"):
        list(views_of(images[..., :64], 10, backbone=BACKBONES["alexnet"]))


def test_six_views_are_the_picture_smaller_and_larger_and_their_mirror_images():
    images = torch.rand(1, 3, 84, 77)
    seen = list(views_of(images, 6))
    assert seen[0] is images
    assert [tuple(view.shape[2:]) for view in seen[::2]] == [(84, 77), (72, 66), (96, 88)]
    for view, mirrored in zip(seen[::2], seen[1::2], strict=True):
        torch.testing.assert_close(mirrored, view.flip(-1))
        # The whole picture, not a part of it.
        assert view.mean().item() == pytest.approx(images.mean().item(), abs=0.01)
    with pytest.raises(ValueError, match="alexnet takes no views of 55 pixels"):
        list(views_of(images[..., :64, :64], 6, backbone=BACKBONES["alexnet"]))
    assert len(list(views_of(images[..., :64, :64], 6, backbone=BACKBONES["resnet50"]))) == 6
