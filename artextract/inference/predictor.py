"""What is this? Predictions for pictures from outside the collection."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import torch
from PIL import Image

from artextract.collection.images import PictureError, open_picture
from artextract.inference.prediction_sets import LabelSet, PredictionSets
from artextract.inference.runtime import best_device, by_body, for_inference, infer_together
from artextract.inference.voting import Vote
from artextract.models.network import PaintingNetwork
from artextract.models.preprocessing import preprocess
from artextract.models.weights import load_networks
from artextract.store import Store, StoreError

_NAMED = 10  # labels of a set in a terminal; of more, the rest is counted


@dataclass(frozen=True)
class PredictionOutput:
    """What one pass of every network gives of n pictures.

    Attributes
    ----------
    probabilities
        As :meth:`Predictor.predict_proba` returns them.
    features
        ``{embedding: float16 (n, n_features)}``, penultimate, as that embedding has the
        collection's.
    inputs
        ``{network: float32 (n, 3, size, size)}``, the pictures as that network sees them, one array
        for all networks of one size: for :func:`artextract.models.gradcam.grad_cam`.
    sets
        ``{task: n sets}`` of labels that the ensemble cannot rule out; no task where the evaluation
        was made before there were sets.
    """

    probabilities: dict[str, dict[str, np.ndarray]]
    features: dict[str, np.ndarray]
    inputs: dict[str, np.ndarray]
    sets: dict[str, list[LabelSet]] = field(default_factory=dict)


@dataclass(frozen=True)
class Predictor:
    """The networks of a store, ready to predict; made by :meth:`load`, safe to share by threads."""

    networks: dict[str, PaintingNetwork]
    sizes: dict[str, int]
    votes: dict[str, Vote]
    classes: dict[str, list[str]]
    precision: str = "auto"
    views: int = 1  # of test-time augmentation: as many as the evaluation took
    sets: dict[str, PredictionSets] = field(default_factory=dict)
    # {network: the embedding that has its features}; of one that is not here, its own name.
    embeddings: dict[str, str] = field(default_factory=dict)

    @classmethod
    def load(
        cls, store: Store, *, device: torch.device | None = None, precision: str = "auto"
    ) -> Predictor:
        """Load every network of the store, with temperatures and voting weights.

        Raises
        ------
        StoreError
            If there is no network, no evaluation, or one that is not of these networks.
        """
        names = store.require_networks()
        fitted = store.ensemble()
        for name in fitted["networks"]:
            if name not in names:
                raise StoreError(
                    f"{name} was evaluated and is no longer in {store.root}",
                    command="artextract evaluate",
                )
        networks, sizes, embeddings = {}, {}, {}
        for name, (network, config) in load_networks(store, names).items():
            if fitted["networks"].get(name) != config["digest"]:
                raise StoreError(
                    f"{name} in {store.root} was trained after the last evaluation",
                    command="artextract evaluate",
                )
            networks[name] = for_inference(network, device or best_device())
            sizes[name] = config["training"]["image_size"]
            embeddings[name] = store.embedding_of(name)
        votes = {task: Vote.read(parameters) for task, parameters in fitted["tasks"].items()}
        read = {task: PredictionSets.read(fitted["tasks"][task]) for task in votes}
        sets = {task: made for task, made in read.items() if made is not None}
        classes, views = store.classes(), fitted["views"]
        return cls(networks, sizes, votes, classes, precision, views, sets, embeddings)

    def open(self, source: Path | bytes) -> Image.Image:
        """Open a picture no larger than the networks need.

        Raises
        ------
        PictureError
            If it cannot be read, in a sentence for a person.
        """
        return open_picture(source, min_side=max(self.sizes.values()))

    def predict_proba(self, pictures: Sequence[Image.Image]) -> dict[str, dict[str, np.ndarray]]:
        """Calibrated probabilities of RGB pictures.

        Returns
        -------
        ``{task: {model: float64 (n_pictures, n_classes)}}``, the models being the networks that
        know the task, and "ensemble"; rows sum to 1 in the order of ``classes[task]``.
        """
        return self.infer(pictures).probabilities

    def infer(self, pictures: Sequence[Image.Image]) -> PredictionOutput:
        """Probabilities and features of RGB pictures, from one pass of every network."""
        batches = {
            size: torch.stack([preprocess(picture, size) for picture in pictures])
            for size in set(self.sizes.values())
        }
        logits: dict[str, dict[str, np.ndarray]] = {}
        features: dict[str, np.ndarray] = {}
        for group in by_body(self.networks):
            first = next(iter(group))
            of_group, own = infer_together(
                list(group.values()),
                [batches[self.sizes[first]]],
                precision=self.precision,
                views=self.views,
            )
            logits |= dict(zip(group, of_group, strict=True))
            # With the stages' statistics before them, where heads see these too.
            features[self.embeddings.get(first, first)] = own[:, -group[first].n_penultimate :]
        result = {}
        for task, vote in self.votes.items():
            X = np.stack([logits[member][task] for member in vote.members], axis=1)
            members = vote.member_proba(X)
            result[task] = {m: members[:, i] for i, m in enumerate(vote.members)}
            result[task]["ensemble"] = vote.predict_proba(X)
        arrays = {size: batch.numpy() for size, batch in batches.items()}
        inputs = {name: arrays[size] for name, size in self.sizes.items()}
        sets = {
            task: made.label_sets(result[task]["ensemble"], self.classes[task])
            for task, made in self.sets.items()
            if task in result
        }
        return PredictionOutput(result, features, inputs, sets)

    def predict(
        self, pictures: Sequence[Image.Image], *, top: int = 5
    ) -> list[dict[str, dict[str, list[dict[str, Any]]]]]:
        """The `top` most probable labels of each picture, most probable first.

        Returns
        -------
        One ``{task: {model: [{"label": str, "probability": 0..1}, ...]}}`` per picture.
        """
        if not pictures:
            return []
        return self.labels(self.predict_proba(pictures), top=top)

    def labels(
        self, probabilities: dict[str, dict[str, np.ndarray]], *, top: int = 5
    ) -> list[dict[str, dict[str, list[dict[str, Any]]]]]:
        """What :meth:`predict` returns, from what :meth:`predict_proba` returns."""
        n = len(next(iter(next(iter(probabilities.values())).values())))
        return [
            {
                task: {
                    model: ranked(values[i], self.classes[task], top=top)
                    for model, values in models.items()
                }
                for task, models in probabilities.items()
            }
            for i in range(n)
        ]


def ranked(probabilities: np.ndarray, labels: Sequence[str], *, top: int) -> list[dict[str, Any]]:
    """The `top` labels by probability (n_classes,), most probable first, ties in class order."""
    order = np.argsort(-probabilities, kind="stable")[:top]
    return [{"label": labels[i], "probability": float(probabilities[i])} for i in order]


# From a picture and {embedding: features (n_features,)} to its status, as
# artextract.oeuvres.open_set.status.StatusAssessor.assess gives it.
Assess = Callable[[Image.Image, Mapping[str, np.ndarray]], dict[str, Any]]


def predict_files(
    predictor: Predictor, paths: Sequence[Path], *, top: int = 5, assess: Assess | None = None
) -> list[dict[str, Any]]:
    """Predict picture files, each by itself, so that one that cannot be read harms no other.

    Parameters
    ----------
    assess
        Says of each picture whether it is like the collection; None leaves it open.

    Returns
    -------
    In the order of `paths`: ``{"path", "status", "predictions": {task: {model: [{"label",
    "probability"}, ...]}}, "sets": {task: {"level", "labels"}}}``, status being None or what
    `assess` returns, or ``{"path", "error"}`` where the file cannot be read.
    """
    entries: list[dict[str, Any]] = []
    for path in paths:
        try:
            picture = predictor.open(path)
        except PictureError as error:
            entries.append({"path": str(path), "error": str(error)})
        else:
            output = predictor.infer([picture])
            features = {embedding: rows[0] for embedding, rows in output.features.items()}
            entries.append(
                {
                    "path": str(path),
                    "status": assess(picture, features) if assess else None,
                    "predictions": predictor.labels(output.probabilities, top=top)[0],
                    "sets": {task: made[0].as_json() for task, made in output.sets.items()},
                }
            )
    return entries


def render(
    entry: dict[str, Any],
    *,
    status: Callable[[Mapping[str, Any] | None], str] | None = None,
    doubtful: Callable[[Mapping[str, Any] | None, str], bool] = lambda status, task: False,
) -> str:
    """An entry of :func:`predict_files` for a terminal.

    Parameters
    ----------
    status
        Makes the sentence of a status.
    doubtful
        Whether a status says that a task's label is no answer: it is then called a guess, and no
        probability is shown.
    """
    if "error" in entry:
        return f"{entry['path']}\n  {entry['error']}"
    lines = [entry["path"]]
    if status is not None:
        lines.append(f"  status: {status(entry.get('status'))}")
    for task, models in entry["predictions"].items():
        if doubtful(entry.get("status"), task):
            first = next(reversed(models.values()))[0]["label"].replace("_", " ")
            lines.append(f"  {task:7} no answer; least unlike {first}")
            continue
        for model, labels in models.items():
            shown = ", ".join(
                f"{label['label'].replace('_', ' ')} {100 * label['probability']:.0f} %"
                for label in labels
            )
            lines.append(f"  {task:7} {model:9} {shown}")
        if task in entry.get("sets", {}):
            level, labels = entry["sets"][task]["level"], entry["sets"][task]["labels"]
            names = ", ".join(label.replace("_", " ") for label in labels[:_NAMED])
            more = f", or one of {len(labels) - _NAMED} others" * (len(labels) > _NAMED)
            lines.append(f"  {task:7} {f'{100 * level:g} %':9} {names}{more}")
    return "\n".join(lines)
