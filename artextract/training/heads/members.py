"""Members of the vote that cost a minute: linear heads on features of a network that is there.

The linear probe has heads on the features of a pre-trained network as it came; it needs no training
of the network at all. Refitted heads stand on the features of a network that was trained here.
"""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Callable, Mapping
from dataclasses import asdict, replace
from functools import partial
from typing import Any

import numpy as np
import pandas as pd
import torch
from safetensors.torch import save_file
from torch import Tensor

from artextract.collection.labels import encode
from artextract.collection.sources import open_source
from artextract.inference.dataset import PaintingDataset
from artextract.inference.embeddings import embed
from artextract.inference.hardware import Hardware
from artextract.inference.loaders import image_batches
from artextract.inference.runtime import for_inference, infer
from artextract.models.network import PaintingNetwork
from artextract.models.weights import build_network, load_network
from artextract.progress import Advance, ignore
from artextract.store import Stage, Store, StoreError, replacing, write_json
from artextract.store.paths import STAGES, probe_name, refitted_name
from artextract.training.classes import learnable_classes
from artextract.training.config import TrainingConfig
from artextract.training.heads.linear_probe import (
    fit_heads,
    out_of_fold_logits,
    principal_components,
    scaled_array,
)

PROBE = Stage(
    "probe",
    revision=1,
    inputs=("labels", "embedding"),
    outputs=("model.safetensors", "config.json", "out_of_fold.safetensors"),
)
REFIT = Stage(
    "refit",
    revision=2,
    inputs=("labels", "network"),
    outputs=("model.safetensors", "config.json"),
)


def probe(
    store: Store,
    config: TrainingConfig,
    *,
    hardware: Hardware | None = None,
    overwrite: bool = False,
    advance: Advance = ignore,
    say: Callable[[str], object] = lambda line: None,
) -> dict[str, Any]:
    """Fit linear heads on the stages of a pre-trained network, without training it.

    What they see are the means and deviations of every stage's maps and the penultimate features:
    a painter's hand is in the early stages, a subject in the last. Writes
    ``models/<backbone>-probe/``, a network like any other, and the embeddings
    ``<backbone>-pretrained`` and ``<backbone>-pretrained-stages``: heads are a minute's work once
    these are there. At another size than 224 pixels all three names have it: see
    :func:`artextract.store.paths.probe_name`.

    Parameters
    ----------
    store, hardware, overwrite, advance, say
        As of :func:`artextract.training.fit.fit`.
    config
        backbone, pretrained, tasks, image_size, precision and seed count.

    Returns
    -------
    The config.json: as of :func:`artextract.training.fit.fit`, without epochs.

    Raises
    ------
    StoreError
        If nothing is indexed, there is nothing to learn of a task, or the weights cannot be read.
    ValueError
        If no pre-trained weights are named.
    """
    if config.pretrained is None:
        raise ValueError(
            f"a linear probe of {config.backbone} needs pre-trained weights: random features "
            "know nothing"
        )
    started = time.perf_counter()
    hardware = hardware or Hardware()
    works = store.works()
    classes = learnable_classes(store, config.tasks, works)
    config = replace(config, tasks=tuple(classes))
    name = probe_name(config.backbone, image_size=config.image_size)
    stage = name.replace(f"{config.backbone}-probe", f"probe-{config.backbone}", 1)
    embedding = embed(
        store,
        config.backbone,
        pretrained=config.pretrained,
        image_size=config.image_size,
        stages=True,
        precision=config.precision,
        hardware=hardware,
        advance=advance,
    )
    record = store.embedding_record(embedding)
    inputs = store.input_keys("labels", tasks=classes) | {"embedding": record["key"]}
    configuration = {"tasks": list(classes), "seed": config.seed}
    key = PROBE.key(configuration, inputs)
    path = store.model(name) / "model.safetensors"
    done = store.is_done(stage, key, [path]) and _is_sound(store, name)
    if done and not overwrite:
        say(f"{name} is there already; --overwrite fits it anew")
        return store.model_config(name)
    say(f"fitting linear heads on the frozen features of {len(works):,} works")
    features = np.asarray(store.embedding(embedding))
    readable = ~np.isnan(features[:, 0])
    train, val = (readable & (works["split"] == split).to_numpy() for split in ("train", "val"))
    labels = encode(works[train], classes, "train")
    network = build_network(
        config.backbone,
        {task: len(names) for task, names in classes.items()},
        pretrained=config.pretrained,
        normalize_features=True,
        statistics_side=config.image_size,
    )
    if network.scaling is not None:
        network.scaling.fit(torch.from_numpy(features[train]))
    seen = scaled_array(network, features[train])
    basis = principal_components(seen)
    strengths = fit_heads(
        network,
        features[train],
        labels,
        (features[val], encode(works[val], classes, "val")),
        basis=basis,
    )
    reduced = seen @ basis
    groups = works["duplicate_group"].to_numpy()[train]
    logits = {
        task: out_of_fold_logits(
            reduced,
            labels[:, column],
            groups,
            len(names),
            strength=strengths[task],
            seed=config.seed,
        )
        for column, (task, names) in enumerate(classes.items())
        if task in strengths
    }
    result = _publish(
        store,
        name,
        network.state_dict(),
        {
            "key": key,
            "backbone": config.backbone,
            "classes": classes,
            "labels": {task: store.dataset()["labels"][task] for task in classes},
            "training": json.loads(json.dumps(asdict(config))),
            "normalize_features": True,
            "statistics_side": config.image_size,
            "embedding": embedding.removesuffix(STAGES),
            "features": record["network"],
            "strengths": strengths,
        },
    )
    store.save_out_of_fold(name, works["work_id"].to_numpy()[train], logits)
    store.record_stage(
        stage,
        key=key,
        inputs=inputs,
        configuration=configuration,
        seconds=time.perf_counter() - started,
    )
    return result


def _is_sound(store: Store, name: str) -> bool:
    """Whether what was fitted can be read; what is damaged is fitted again."""
    try:
        load_network(store, name)
        store.out_of_fold(name)
    except StoreError:
        return False
    return True


def refit_heads(
    store: Store,
    name: str,
    *,
    hardware: Hardware | None = None,
    overwrite: bool = False,
    advance: Advance = ignore,
    say: Callable[[str], object] = lambda line: None,
) -> dict[str, Any]:
    """Fit linear heads on the stages of a network that was trained here.

    Heads that learnt while the features moved beneath them, from crops and smoothed labels, are not
    the best linear classifier of the features that came of it, and see less than a linear probe
    does (:func:`probe`). Writes ``models/<name>-refitted/`` with the heads alone; the body is the
    network's.

    Parameters
    ----------
    store, hardware, overwrite, advance, say
        As of :func:`artextract.training.fit.fit`.
    name
        Of the trained network.

    Returns
    -------
    The config.json.

    Raises
    ------
    StoreError
        If there is no such network, or it was trained on other labels.
    """
    started = time.perf_counter()
    hardware = hardware or Hardware()
    trained = store.model_config(name)
    store.require_same_labels(name, trained)
    classes = trained["classes"]
    inputs = store.input_keys("labels", tasks=classes) | {"network": trained["digest"]}
    key, member = REFIT.key({}, inputs), refitted_name(name)
    path = store.model(member) / "model.safetensors"
    done = store.is_done(f"refit-{name}", key, [path]) and _is_sound(store, member)
    if done and not overwrite:
        return store.model_config(member)
    works = store.works()
    works = works[works["split"].isin(["train", "val"])]
    say(f"refitting the heads of {name} on the features of {len(works):,} works")
    side = trained["training"]["image_size"]
    heads = PaintingNetwork(
        trained["backbone"],
        {task: len(names) for task, names in classes.items()},
        normalize_features=True,
        statistics_side=side,
    )
    heads.share_body(load_network(store, name)[0].body)
    features = _features(store, heads, trained, works, hardware, advance=advance)
    train, val = ((works["split"] == split).to_numpy() for split in ("train", "val"))
    if heads.scaling is not None:
        heads.scaling.fit(torch.from_numpy(features[train]))
    strengths = fit_heads(
        heads,
        features[train],
        encode(works[train], classes, "train"),
        (features[val], encode(works[val], classes, "val")),
    )
    state = {k: v for k, v in heads.state_dict().items() if not k.startswith("body.")}
    kept = ("backbone", "classes", "labels", "training")
    result = _publish(
        store,
        member,
        state,
        {
            "key": key,
            **{field: trained[field] for field in kept},
            "normalize_features": True,
            "statistics_side": side,
            "body": {"network": name, "digest": trained["digest"]},
            "strengths": strengths,
        },
    )
    store.record_stage(
        f"refit-{name}",
        key=key,
        inputs=inputs,
        configuration={},
        seconds=time.perf_counter() - started,
    )
    return result


def _features(
    store: Store,
    network: PaintingNetwork,
    config: Mapping[str, Any],
    works: pd.DataFrame,
    hardware: Hardware,
    *,
    advance: Advance,
) -> np.ndarray:
    """What heads see of works, float16 (n_works, n_features), as for a prediction."""
    dataset = PaintingDataset(
        open_source(store),
        works["path"].tolist(),
        np.zeros((len(works), 0), np.int64),
        size=config["training"]["image_size"],
    )
    batches = image_batches(dataset, hardware.device, batch_size=64, workers=hardware.workers)
    _, features = infer(
        for_inference(network, hardware.device),
        batches,
        precision=config["training"].get("precision", "auto"),
        on_batch=partial(advance, total=len(works), note="features"),
    )
    return features


def _publish(
    store: Store, name: str, state: Mapping[str, Tensor], config: dict[str, Any]
) -> dict[str, Any]:
    """Write a member's weights, then its config.json with their digest."""
    folder = store.model(name)
    with replacing(folder / "model.safetensors") as temporary:
        save_file({key: tensor.contiguous() for key, tensor in state.items()}, temporary)
    content = (folder / "model.safetensors").read_bytes()
    config = config | {"digest": hashlib.sha256(content).hexdigest()[:16]}
    write_json(folder / "config.json", config)
    return config
