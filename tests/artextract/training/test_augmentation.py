import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from artextract.models.network import PaintingNetwork
from artextract.training.augmentation import Augmentation, Mixing
from artextract.training.module import FineTuning
from small import MIXED, tiny

MIXUP, CUTMIX = Augmentation(mixup=0.8), Augmentation(cutmix=1.0)


@given(st.integers(0, 10**6), st.sampled_from([MIXUP, CUTMIX, MIXED]), st.integers(2, 5))
def test_the_share_tells_how_much_of_each_picture_is_its_own(seed, augmentation, n):
    torch.manual_seed(seed)
    numbers = torch.arange(n, dtype=torch.float32)
    mixed, own = Mixing(augmentation)(numbers.view(n, 1, 1, 1).expand(n, 3, 24, 32))
    assert 0 <= own <= 1
    expected = own * numbers + (1 - own) * numbers.roll(1)
    torch.testing.assert_close(mixed.mean(dim=(1, 2, 3)), expected, rtol=0, atol=1e-4)
    pasted = set(mixed.unique().tolist()) <= set(range(n))
    if augmentation is CUTMIX:
        assert pasted
    if augmentation is MIXUP and 0.01 < own < 0.99:
        assert not pasted


def test_nothing_is_mixed_unless_asked_or_with_itself():
    images = torch.rand(4, 3, 8, 8)
    assert Mixing(Augmentation())(images) == (images, 1.0)
    alone, own = Mixing(MIXED)(images[:1])
    assert own == 1.0
    assert torch.equal(alone, images[:1])


@pytest.mark.parametrize("own", [0.3, 1.0])
def test_the_loss_is_shared_as_the_pictures_are(own):
    torch.manual_seed(0)
    network = PaintingNetwork("alexnet", {"artist": 3}).eval()
    module = FineTuning(network, tiny("alexnet"), {"artist": np.ones(3, int)})
    images, labels = torch.randn(3, 3, 64, 64), torch.tensor([[0], [-1], [2]])
    module.mix = lambda images: (images, own)
    with torch.no_grad():
        loss = module._step({"image": images, "labels": labels}, "train")
        logits = network(images)["artist"]
        first, second = (
            module.losses["artist"](logits, part[:, 0]) for part in (labels, labels.roll(1, 0))
        )
    torch.testing.assert_close(loss, own * first + (1 - own) * second)
