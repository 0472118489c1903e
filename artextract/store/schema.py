"""What the files of a store must hold: docs/store.md in a form that can be checked.

JSON is described by types, tables by the kinds of their columns, arrays by kind and dimensions.
:mod:`artextract.store.reading` holds every file against its description when it is read.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal, NotRequired, TypedDict

from msgspec import Meta

Count = Annotated[int, Meta(ge=0)]
Share = Annotated[float, Meta(ge=0, le=1)]
Positive = Annotated[float, Meta(gt=0)]
Verdict = Literal["told", "partly", "not"]
Interval = Annotated[list[float], Meta(min_length=2, max_length=2)]

# -- the index -----------------------------------------------------------------------------------


class Source(TypedDict):
    kind: str
    images: str


class Dataset(TypedDict):
    source: Source
    kind: str
    works: Count
    labels: dict[str, str]
    pictures: str
    details: str
    complete: NotRequired[bool]
    procedural: NotRequired[bool]
    thumbnails: NotRequired[dict[str, Any]]


class AnyManifest(TypedDict):
    """Of a store of any format."""

    format: int


class Manifest(TypedDict):
    format: int
    dataset: NotRequired[Dataset]


Classes = dict[str, list[str]]

# Kinds: "int", "float" (whole numbers too), "bool", "text"; "?" where a value may be missing.
WORKS = {
    "work_id": "int",
    "path": "text",
    "title": "text?",
    "year": "int?",
    "creator": "text?",
    "split": "text",
    "duplicate_group": "int",
    "digest": "text",
}
TASK = {"{task}": "text?", "{task}_split": "text?"}
VERIFIED = {"path": "text", "stamp": "text", "digest": "text"}

# -- networks ------------------------------------------------------------------------------------


class Training(TypedDict):
    image_size: Annotated[int, Meta(ge=1)]
    epochs: NotRequired[Count]


class Body(TypedDict):
    network: str
    digest: str


class ModelConfig(TypedDict):
    training: Training
    classes: Annotated[Classes, Meta(min_length=1)]
    labels: dict[str, str]
    digest: str
    key: NotRequired[str]
    backbone: NotRequired[str]
    body: NotRequired[Body | None]
    embedding: NotRequired[str]
    features: NotRequired[str]
    normalize_features: NotRequired[bool]
    best_epoch: NotRequired[int | None]
    epochs: NotRequired[int]
    val_loss: NotRequired[float | None]


class Recipe(TypedDict):
    epochs: NotRequired[Count]


class Started(TypedDict):
    training: Recipe
    key: NotRequired[str]


HISTORY = {
    "epoch": "int",
    "split": "text",
    "task": "text",
    "loss": "float?",
    "top1": "float?",
    "lr": "float?",
    "seconds": "float?",
}

# -- evaluation ----------------------------------------------------------------------------------


class Sets(TypedDict):
    level: Share
    penalty: float
    free_ranks: int
    quantile: float | None


class Decision(TypedDict):
    best: str
    n: Count
    log_loss: dict[str, float | None]
    gain: float
    gain_ci95: Interval
    ratios: dict[str, tuple[float, Interval]]


class Vote(TypedDict):
    members: Annotated[list[str], Meta(min_length=1)]
    temperatures: list[Positive]
    weights: list[Annotated[float, Meta(ge=0)]]
    pooling: NotRequired[str]
    n_validation: Count
    pooled_temperature: NotRequired[Positive]
    sets: NotRequired[Sets]
    decision: NotRequired[Decision]


class Ensemble(TypedDict):
    networks: Annotated[dict[str, str], Meta(min_length=1)]
    views: Annotated[int, Meta(ge=1)]
    tasks: Annotated[dict[str, Vote], Meta(min_length=1)]


class Worst(TypedDict):
    name: str
    coverage: Share
    n: Count


class SetFigures(TypedDict):
    level: Share
    coverage: Share
    coverage_ci95: Interval
    size: float
    singletons: Share
    worst_class: Worst | None
    worst_creator: Worst | None


class Figures(TypedDict):
    top1: Share
    top3: Share
    macro_f1: Share
    nll: float
    ece: Share
    n: Count
    top1_ci95: Interval
    sets: NotRequired[SetFigures]


Metrics = dict[str, dict[str, dict[str, Any]]]
PROBABILITIES = "float n classes"
WORK_IDS = "int n"

# -- embeddings and what is found in them --------------------------------------------------------


class EmbeddingResult(TypedDict):
    backbone: str
    pretrained: str | None
    network: str
    image_size: Annotated[int, Meta(ge=1)]
    unreadable: list[Count]


class MapQuality(TypedDict):
    method: str
    n: Count
    trustworthiness: float | None
    neighbour_recall: float | None


class MapResult(TypedDict):
    quality: MapQuality
    oeuvres: dict[str, MapQuality]


class Drift(TypedDict):
    dated: Count
    r2: float | None
    correlation: float | None
    visible: bool
    change: int | None
    chance: float | None


class TimelineResult(TypedDict):
    drifts: dict[str, Drift]


class TaskLabelIssues(TypedDict):
    labelled: Count
    judged: Count
    listed: Count
    suspected: Count
    top1: NotRequired[Share]


class LabelIssuesResult(TypedDict):
    unseen_only: bool
    tasks: dict[str, TaskLabelIssues]


class NeighboursResult(TypedDict):
    pairs: Count


class OutliersResult(TypedDict):
    temperature: Positive


class OpenSetResult(TypedDict):
    fitted: bool
    held_out: Count


class OutliersConfiguration(TypedDict):
    detector: str
    trees: Annotated[int, Meta(ge=1)]
    min_works: Annotated[int, Meta(ge=1)]
    contamination: Share
    seed: int


class OpenSetConfiguration(TypedDict):
    alpha_picture: Share
    alpha_artist: Share


class StageRecord(TypedDict):
    key: str
    inputs: dict[str, str]
    configuration: dict[str, Any]
    result: dict[str, Any]


# By what the name of a record begins and ends with: what its "result" and "configuration" hold.
RESULTS: dict[tuple[str, str], dict[str, Any]] = {
    ("embed-", ""): {"result": EmbeddingResult},
    ("explore-", "-neighbours"): {"result": NeighboursResult},
    ("explore-", "-outliers"): {"result": OutliersResult, "configuration": OutliersConfiguration},
    ("explore-", "-map"): {"result": MapResult},
    ("explore-", "-timeline"): {"result": TimelineResult},
    ("explore-", "-label_issues"): {"result": LabelIssuesResult},
    ("explore-", "-open_set"): {"result": OpenSetResult, "configuration": OpenSetConfiguration},
}

EMBEDDING = "float works features"
DUPLICATES = {"work_id": "int", "other": "int", "similarity": "float", "pixels": "float?"}
OUTLIERS = {
    "work_id": "int",
    "creator": "text",
    "score": "float?",
    "percentile": "float?",
    "shown": "bool",
    "predicted": "text?",
    "confidence": "float?",
    "reasons": "text",
    "faults": "text",
}
MAP = {"work_id": "int", "x": "float", "y": "float"}
OEUVRE_MAPS = {"creator": "text"} | MAP
TIMELINE = {"work_id": "int", "creator": "text", "year": "float?", "predicted_year": "float?"}
REPRODUCTIONS = {
    "work_id": "int",
    "chroma": "float?",
    "border": "float?",
    "blockiness": "float?",
    "short_side": "float?",
    "width": "float?",
    "height": "float?",
    "jpeg_quality": "float?",
    "decay": "float?",
    "round": "float?",
    "drawing": "float?",
}
LABEL_ISSUES = {
    "task": "text",
    "work_id": "int",
    "label": "text",
    "suggested": "text",
    "label_probability": "float",
    "suggested_probability": "float",
    "log_odds": "float",
    "p_value": "float",
    "suspected": "bool",
    "reasons": "text",
    "nearest": "text",
}


class Predictability(TypedDict):
    balanced_accuracy: Share
    ci95: Interval
    permuted: Share


class ClassBias(TypedDict):
    name: str
    works: Count
    auroc: Share
    ci95: Interval
    verdict: Verdict
    property: str
    property_auroc: Share


class TaskBias(TypedDict):
    works: Count
    chance: Share
    scan: Predictability
    either: Predictability
    verdict: Verdict
    properties: dict[str, Share]
    classes: list[ClassBias]


class ReproductionBias(TypedDict):
    properties: dict[str, Literal["scan", "either"]]
    folders_are_labels: bool
    tasks: dict[str, TaskBias | None]


class Annotation(TypedDict):
    at: str
    work_id: int
    path: str
    annotation: str | None
    note: NotRequired[str]
    author: NotRequired[str]


class PlantedRow(TypedDict):
    kind: str
    share: float
    detector: str
    auc: float
    ap: float
    p10: float
    worst: float


class Planted(TypedDict):
    embedding: str
    painters: int
    seeds: int
    unseen: bool
    rows: list[PlantedRow]


class PlantedLabelsRow(TypedDict):
    task: str
    kind: str
    ap: Share
    p50: Share
    planted: float


class PlantedLabels(TypedDict):
    embedding: str
    seeds: int
    share: Share
    rows: list[PlantedLabelsRow]


class OpenSetMeasured(TypedDict):
    open_set: str
    auroc: Share
    flagged: Share


NEIGHBOURS = {
    "mean": "float features",
    "components": "float components features",
    "X": "float n components",
    "creators": "int n",
    "order": "int n",
    "work_ids": "int n",
    "own": "int n near",
    "own_distances": "float n near",
    "other": "int n near",
    "other_distances": "float n near",
}
OPEN_SET = {
    "mean": "float features",
    "components": "float components features",
    "centre": "float statistics",
    "precision": "float statistics statistics",
    "scales": "float two two",
    "held_out_pictures": "float pictures",
    "held_out_artists": "float works",
}
OPEN_SET_ARTISTS = {
    "artists.widths": "int blocks",
    "artists.centre": "float described",
    "artists.spread": "float described",
    "artists.mean": "float described",
    "artists.components": "float reduced described",
    "artists.weights": "float artists reduced",
    "artists.offsets": "float artists",
}
