"""How fast: prediction with embedding, and a training epoch, against the plain loops.

    python -m benchmarks.throughput --store STORE [--works 400] [--pretrained PATH]

Everything is measured in one run on one machine, as pictures per second; the ratios are what
counts. The plain prediction loop is what one writes first: open with Pillow, torchvision's
transforms, float32, one picture at a time, a forward pass for the labels and one for the features.
The plain training loop is the source document's: float32, one process, the last 20 weight layers,
batch-norm training along. "Alone" are the networks on data that is in the device's memory already.
"""

from __future__ import annotations

import argparse
import itertools
import platform
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import torch
from PIL import Image
from torch import nn
from torch.utils.data import DataLoader
from torchvision.transforms import v2

from artextract.collection.labels import encode
from artextract.collection.sources import open_source
from artextract.inference.dataset import PaintingDataset
from artextract.inference.loaders import EpochSampler, image_batches, loading_arguments
from artextract.inference.memory import keep_freed_memory
from artextract.inference.runtime import (
    autocast,
    best_device,
    for_inference,
    infer,
    resolve_precision,
)
from artextract.models.network import BACKBONES, build_network, load_network
from artextract.models.preprocessing import MEAN, STD
from artextract.store import Store
from artextract.training.module import FineTuning, TrainingConfig

BATCH = 32  # of training, in both loops
PREDICTED = 64  # pictures at a time, as `evaluate` and `embed` take them


def rate(step: Callable[[], int], *, seconds: float) -> float:
    """Pictures per second of `step`, which returns how many it did; the first call warms up."""
    step()
    _wait()
    started, n = time.perf_counter(), 0
    while time.perf_counter() - started < seconds:
        n += step()
    _wait()
    return n / (time.perf_counter() - started)


def _wait() -> None:
    if torch.cuda.is_available():
        torch.cuda.synchronize()


def plain_prediction(store: Store, keys: list[str], seconds: float) -> float:
    """Labels and features of both networks, as one writes it first: pictures per second."""
    device = best_device()
    networks = {b: load_network(store, b)[0].to(device) for b in store.networks()}
    transform = v2.Compose(
        [
            v2.Resize((224, 224)),
            v2.PILToTensor(),
            v2.ToDtype(torch.float32, scale=True),
            v2.Normalize(MEAN, STD),
        ]
    )
    source, endless = open_source(store), itertools.cycle(keys)

    def step() -> int:
        for network in networks.values():
            with source.open(next(endless)) as stream:
                image = transform(Image.open(stream).convert("RGB"))[None].to(device)
            with torch.no_grad():
                {task: logits.softmax(dim=1) for task, logits in network(image).items()}
                network.forward_features(image).cpu().numpy()
        return 1

    return rate(step, seconds=seconds)


def prediction(store: Store, keys: list[str]) -> float:
    """The same as ArtExtract does it: pictures per second."""
    device = best_device()
    networks = {b: load_network(store, b)[0] for b in store.networks()}
    started = time.perf_counter()
    for network in networks.values():
        dataset = PaintingDataset(
            open_source(store), keys, np.zeros((len(keys), 0), np.int64), size=224
        )
        batches = image_batches(dataset, device, batch_size=PREDICTED)
        infer(for_inference(network, device), batches)
    _wait()
    return len(keys) / (time.perf_counter() - started)


def prediction_alone(store: Store, seconds: float) -> float:
    """Both networks on pictures in the device's memory: pictures per second."""
    device = best_device()
    networks = [for_inference(load_network(store, b)[0], device) for b in store.networks()]
    held = torch.randn(PREDICTED, 3, 224, 224, device=device)

    def step() -> int:
        for network in networks:
            infer(network, [held])
        return len(held)

    return rate(step, seconds=seconds)


class Training:
    """Steps of ResNet-50, last 20 weight layers, three heads.

    Parameters
    ----------
    store
        Whose classes are learnt.
    keys, labels
        Of the works.
    pretrained
        As build_network takes it.
    seconds
        For which each loop is measured.
    """

    def __init__(
        self,
        store: Store,
        keys: list[str],
        labels: np.ndarray,
        pretrained: str | None,
        seconds: float,
    ) -> None:
        config = TrainingConfig(backbone="resnet50", pretrained=pretrained, batch_size=BATCH)
        self.config = replace(config, tasks=tuple(store.classes()))
        self.sizes = {task: len(names) for task, names in store.classes().items()}
        self.source = open_source(store)
        self.keys, self.labels, self.seconds = keys, labels, seconds

    def plain(self) -> float:
        """The source's loop: pictures per second."""
        return rate(self._step(True, self._batches(plain=True)), seconds=self.seconds)

    def ours(self) -> float:
        """ArtExtract's: pictures per second."""
        return rate(self._step(False, self._batches(plain=False)), seconds=self.seconds)

    def alone(self) -> float:
        """ArtExtract's network on pictures in the device's memory: pictures per second."""
        device = best_device()
        held = {
            "image": torch.randn(BATCH, 3, 224, 224, device=device),
            "labels": torch.zeros(BATCH, len(self.sizes), dtype=torch.long, device=device),
        }
        return rate(self._step(False, itertools.repeat(held)), seconds=self.seconds)

    def _batches(self, *, plain: bool) -> Iterator[dict[str, torch.Tensor]]:
        dataset = PaintingDataset(
            self.source,
            self.keys,
            self.labels,
            size=224,
            augmentation=self.config.augmentation,
        )
        sampler = EpochSampler(len(self.keys), shuffle=True)
        loader = DataLoader(
            dataset,
            BATCH,
            sampler=sampler,
            drop_last=True,
            **({} if plain else loading_arguments(best_device())),
        )
        for epoch in itertools.count():
            sampler.set_epoch(epoch)
            yield from loader

    def _step(self, plain: bool, source: Iterator[dict[str, torch.Tensor]]) -> Callable[[], int]:
        device = best_device()
        network = build_network("resnet50", self.sizes, pretrained=self.config.pretrained)
        network.freeze_except_last(BACKBONES["resnet50"].train_layers)
        counts = {task: np.ones(n, int) for task, n in self.sizes.items()}
        module = FineTuning(network, self.config, counts).to(device).train()
        precision = resolve_precision("auto", device)
        if plain:
            module.network.to(memory_format=torch.contiguous_format)
            nn.Module.train(module.network)  # every batch-norm drifts
            optimizer = torch.optim.Adam(module.parameters(), lr=1e-4, foreach=False)
        else:
            optimizer = torch.optim.AdamW(module.parameters(), lr=1e-4, fused=True)

        def step() -> int:
            batch = {k: v.to(device, non_blocking=True) for k, v in next(source).items()}
            if plain:
                logits = module.network(batch["image"])
                loss = sum(
                    module.losses[t](logits[t], batch["labels"][:, i]) for i, t in enumerate(logits)
                )
            else:
                with autocast(precision, device):
                    loss = module._step(batch, "train")
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            return len(batch["image"])

        return step


def predict_latency(store: Store, pictures: list[Path]) -> list[tuple[str, float]]:
    """Seconds of the command: for one picture, and for each further one."""
    command = [sys.executable, "-m", "artextract", "predict", "--json", "--store", str(store.root)]

    def seconds(files: list[Path]) -> float:
        started = time.perf_counter()
        subprocess.run([*command, *map(str, files)], check=True, stdout=subprocess.DEVNULL)
        return time.perf_counter() - started

    seconds(pictures[:1])  # the files of the networks into the page cache
    one = min(seconds(pictures[:1]) for _ in range(3))
    many = min(seconds(pictures) for _ in range(2))
    return [
        ("predict, one picture, whole process (s)", one),
        ("predict, each further picture (s)", (many - one) / (len(pictures) - 1)),
    ]


def main() -> None:
    """Measure and print a table in Markdown."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--store", type=Path, default=Path("store"))
    parser.add_argument("--works", type=int, default=None, help="number of works, all by default")
    parser.add_argument("--pretrained", help="weights of ResNet-50 for the training part")
    parser.add_argument("--pictures", type=Path, nargs="*", default=[], help="for predict")
    parser.add_argument("--seconds", type=float, default=30, help="per loop")
    arguments = parser.parse_args()
    store = Store(arguments.store)
    works = store.works()
    works = works.iloc[:: max(1, len(works) // (arguments.works or len(works)))]
    keys = works["path"].tolist()
    labels = np.maximum(encode(works, store.classes(), "train"), 0)
    steps = Training(store, keys, labels, arguments.pretrained, arguments.seconds)
    # Both plain loops come first: how memory is given back holds for the rest of the process.
    slow_prediction = plain_prediction(store, keys, arguments.seconds)
    slow_training = steps.plain()
    device = best_device()
    keep_freed_memory(device)
    fast_prediction = prediction(store, keys)
    networks_alone = prediction_alone(store, arguments.seconds)
    fast_training, network_alone = steps.ours(), steps.alone()
    rows = [
        ("prediction and embedding, both networks: plain loop", slow_prediction),
        (f"the same: artextract, {len(keys):,} works", fast_prediction),
        ("ratio", fast_prediction / slow_prediction),
        ("both networks alone, data in the device's memory", networks_alone),
        ("share of it reached", fast_prediction / networks_alone),
        ("training ResNet-50, last 20 layers: the source's loop", slow_training),
        ("the same: artextract", fast_training),
        ("ratio", fast_training / slow_training),
        ("the network alone, data in the device's memory", network_alone),
        ("share of it reached", fast_training / network_alone),
    ]
    if len(arguments.pictures) > 1:
        rows += predict_latency(store, arguments.pictures)
    name = torch.cuda.get_device_name() if device.type == "cuda" else platform.processor() or "CPU"
    print(
        f"{name}, {torch.get_num_threads()} threads, torch {torch.__version__}, "
        f"precision {resolve_precision('auto', device)}\n"
    )
    print("| what | pictures/s |\n|---|---|")
    for what, value in rows:
        print(f"| {what} | {value:.2f} |")


if __name__ == "__main__":
    main()
