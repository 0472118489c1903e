"""What training sees of a picture."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import torch
from PIL import Image

from artextract.collection.sources.folders import FolderSource
from artextract.inference.dataset import PaintingDataset
from artextract.training.augmentation import Augmentation, training_transform


def test_a_picture_that_is_kept_gives_the_crops_of_its_file(tmp_path: Path) -> None:
    path = tmp_path / "noise.png"
    pixels = np.random.default_rng(0).integers(0, 256, (90, 120, 3), dtype=np.uint8)
    Image.fromarray(pixels).save(path)

    def dataset() -> PaintingDataset:
        labels = np.zeros((1, 3), np.int64)
        return PaintingDataset(
            FolderSource(tmp_path),
            [path.name],
            labels,
            size=64,
            transform=training_transform(64, Augmentation()),
        )

    kept = dataset()
    assert not torch.equal(kept[0, 0, True]["image"], kept[0, 1, True]["image"])
    from_file = dataset()[0, 1, True]["image"]
    path.unlink()
    assert torch.equal(kept[0, 1, True]["image"], from_file)
