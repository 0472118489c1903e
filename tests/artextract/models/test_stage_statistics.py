"""Statistics of stages: of the right maps, whatever the architecture, and for all threads."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
import torch

from artextract.inference.runtime import for_inference
from artextract.models.network import PaintingNetwork
from artextract.models.stage_statistics import StageStatistics

CPU = torch.device("cpu")


@pytest.mark.parametrize(
    ("backbone", "stages", "channels"),
    [
        # The first block of layer2 gives maps of layer1's size too, fewer of them.
        ("resnet50", ("layer1", "layer2", "layer3"), (256, 512, 1024)),
        ("alexnet", ("features.1", "features.4", "features.7"), (64, 192, 384)),
        ("vit_b_16", (), ()),
    ],
)
def test_a_stage_ends_with_its_last_block(
    backbone: str, stages: tuple[str, ...], channels: tuple[int, ...]
) -> None:
    network = for_inference(PaintingNetwork(backbone, {}), CPU)
    found = StageStatistics(network, 224)
    assert found.stages == stages
    pairs = [width for n in channels for width in (n, n)]
    assert found.widths == (*pairs, network.n_features)


def test_they_are_means_and_deviations_over_places_also_in_threads() -> None:
    torch.manual_seed(0)
    network = for_inference(PaintingNetwork("resnet18", {}), CPU)
    statistics, kept = StageStatistics(network, 64), []
    images = torch.rand(6, 3, 64, 64)
    network.body.layer1.register_forward_hook(lambda m, i, output: kept.append(output))
    with torch.no_grad():
        whole = statistics(images)
        assert whole.shape == (6, sum(statistics.widths))
        torch.testing.assert_close(whole[:, :64], kept[0].mean(dim=(2, 3)))
        deviations = kept[0].std(dim=(2, 3), correction=0)
        torch.testing.assert_close(whole[:, 64:128], deviations)
        torch.testing.assert_close(
            whole[:, -network.n_features :], network.forward_features(images)
        )

    def one(row: int) -> torch.Tensor:
        with torch.no_grad():
            return statistics(images[row : row + 1])

    with ThreadPoolExecutor(3) as pool:
        alone = torch.cat(list(pool.map(one, range(6))))
    torch.testing.assert_close(alone, whole, rtol=1e-3, atol=1e-4)
