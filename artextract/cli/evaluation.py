"""``evaluate`` and ``predict``: how good the networks are, and what they say of new pictures."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Annotated, Any, Literal

import typer

from artextract.cli.options import (
    DEFAULT_STORE,
    JsonOption,
    OverwriteOption,
    PrecisionOption,
    StoreOption,
)
from artextract.cli.output import report, since
from artextract.store import Store

Views = Literal["1", "2", "6", "10"]


def evaluate(
    views: Annotated[
        Views,
        typer.Option(
            help="How often each picture is looked at, in predictions too: 1; 2, with its mirror "
            "image; 6, with both smaller and larger; 10, with the corners of both. The time grows "
            "as the views."
        ),
    ] = "1",
    level: Annotated[
        float,
        typer.Option(
            min=0.5,
            max=0.999,
            help="Share of pictures whose set of labels is to contain the true one, in "
            "predictions too.",
        ),
    ] = 0.9,
    precision: PrecisionOption = None,
    overwrite: OverwriteOption = False,
    store: StoreOption = DEFAULT_STORE,
    as_json: JsonOption = False,
) -> None:
    """Score the networks and their vote on the test works.

    Temperatures, voting weights and sets of labels are fitted on validation; test is for reporting
    only.
    """
    started = time.perf_counter()
    metrics, table = evaluate_store(
        Store(store),
        views=int(views),
        level=level,
        precision=precision or "auto",
        overwrite=overwrite,
    )
    wrote = f"wrote {store}/probabilities/, ensemble.json, metrics.json in {since(started)}"
    report(metrics, f"{table}\n{wrote}", as_json=as_json)


def evaluate_store(store: Store, **options: Any) -> tuple[dict[str, Any], str]:
    """Evaluate, and return the metrics as JSON and as a table."""
    from artextract.evaluation.evaluate import evaluate, render
    from artextract.progress import progress

    with progress("Evaluating") as advance:
        metrics = evaluate(store, advance=advance, **options)
    return metrics, render(metrics, store.ensemble())


def predict(
    pictures: Annotated[list[Path], typer.Argument(metavar="IMAGE...", help="Picture files.")],
    top: Annotated[int, typer.Option(min=1, help="How many labels per task.")] = 5,
    store: StoreOption = DEFAULT_STORE,
    as_json: JsonOption = False,
) -> None:
    """Say what a picture is: artist, genre and style, from each network and their vote.

    Before them stands whether it is like the collection at all, or by none of its artists.

    A file that cannot be read is reported in its place; the others are still predicted, and the
    exit code is 1.
    """
    from artextract.inference.predictor import Predictor, predict_files, render
    from artextract.oeuvres.open_set import status

    predictor, assessor = Predictor.load(Store(store)), status.status_assessor(Store(store))
    entries = predict_files(
        predictor, pictures, top=top, assess=assessor.assess if assessor else None
    )
    texts = [render(e, status=status.render, doubtful=status.is_doubtful) for e in entries]
    report(entries, "\n\n".join(texts), as_json=as_json)
    if any("error" in entry for entry in entries):
        raise typer.Exit(1)
