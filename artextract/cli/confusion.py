"""``confusion``: what is predicted for what, in a list, a figure for print, or a comparison."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from artextract.cli.options import DEFAULT_STORE, JsonOption, StoreOption
from artextract.cli.output import note, report
from artextract.store import Store, StoreError

if TYPE_CHECKING:
    import pandas as pd

    from artextract.evaluation.error_analysis.comparison import Comparison
    from artextract.evaluation.error_analysis.grouping import Grouping

Normalize = Literal["row", "column", "none"]
Order = Literal["similarity", "size", "name"]

_SCALES = {"row": "Share of true label", "column": "Share of predicted label", "none": "Works"}


def confusion(
    task: Annotated[
        str | None, typer.Option(help="Label column.", show_default="the first")
    ] = None,
    model: Annotated[str, typer.Option(help="A network, or ensemble.")] = "ensemble",
    baseline: Annotated[
        str | None,
        typer.Option(
            help="Compare with this model: works gained and lost, McNemar's test.",
            show_default="none",
        ),
    ] = None,
    against: Annotated[
        Path | None,
        typer.Option(
            help="Compare with the same model, or --baseline, of another store.",
            show_default="none",
        ),
    ] = None,
    group: Annotated[
        list[str] | None,
        typer.Option(
            help="Merge classes: 'Impressionists=Claude Monet,Alfred Sisley'. Repeatable."
        ),
    ] = None,
    where: Annotated[
        list[str] | None,
        typer.Option(help="Only works with this label: genre=landscape. Repeatable."),
    ] = None,
    figure: Annotated[
        Path | None, typer.Option(help="Write the matrix for print: .png (300 dpi), .svg or .pdf.")
    ] = None,
    csv: Annotated[Path | None, typer.Option(help="Write the matrix as a table.")] = None,
    normalize: Annotated[
        Normalize,
        typer.Option(help="Cells as share of the true label, of the predicted one, or as works."),
    ] = "row",
    order: Annotated[
        Order,
        typer.Option(help="Classes that are confused side by side, by works, or by the alphabet."),
    ] = "similarity",
    store: StoreOption = DEFAULT_STORE,
    as_json: JsonOption = False,
) -> None:
    """Show what test works are predicted as, and the worst confusions.

    With another model or another store: which works were gained and lost, and whether chance
    explains it.
    """
    from artextract.evaluation import confusion as matrices
    from artextract.evaluation.error_analysis.grouping import Grouping
    from artextract.evaluation.error_analysis.subset import Subset, figures

    source = Store(store)
    tasks = matrices.evaluated(source)
    task = task or next(iter(tasks))
    matrices.models(source, task)
    classes = source.classes()[task]
    grouping = Grouping.read(group or (), classes)
    names = grouping.names(classes)
    works = source.works()
    subset = Subset(labels=_labels(where or (), works))
    predictions = matrices.predictions(source, task, model, grouping=grouping)
    predictions = subset.of(predictions, works)
    counts = matrices.matrix(predictions, names)
    creators = None if task == "artist" else works["creator"].to_dict()
    found: dict[str, Any] = {"task": task, "model": model}
    found |= {"metrics": figures(predictions, names, creators=creators)}
    found["worst"] = matrices.worst(counts).to_dict("records")
    before, lines = None, _lines(found)
    if baseline or against:
        before = _before(source, task, baseline or model, against, grouping)
        comparison = _compare(predictions, before)
        found["comparison"] = comparison
        lines.append(_comparison_line(comparison, baseline, against))
        before = matrices.matrix(before[before["work_id"].isin(predictions["work_id"])], names)
    if figure or csv:
        values = _values(counts, before, normalize=normalize, order=order)
        _write(values, found, normalize, is_change=before is not None, figure=figure, csv=csv)
    report(found, "\n".join(lines), as_json=as_json)


def _labels(texts: tuple[()] | list[str], works: pd.DataFrame) -> Any:
    wanted: dict[str, list[str]] = {}
    for text in texts:
        column, equals, label = text.partition("=")
        if not equals or column not in works:
            raise ValueError(f"--where {text}: expected COLUMN=LABEL, such as genre=landscape")
        there = works[column].dropna().astype(str).unique().tolist()
        same = [name for name in there if _plain(name) == _plain(label)]
        if not same:
            raise ValueError(f"--where {text}: no work has this {column}")
        wanted.setdefault(column, []).extend(same)
    return tuple((column, tuple(labels)) for column, labels in wanted.items())


def _plain(name: str) -> str:
    return " ".join(name.replace("_", " ").split()).casefold()


def _before(
    store: Store, task: str, model: str, against: Path | None, grouping: Grouping
) -> pd.DataFrame:
    from artextract.evaluation import confusion as matrices
    from artextract.evaluation.error_analysis.comparison import predictions_elsewhere

    if against is None:
        return matrices.predictions(store, task, model, grouping=grouping)
    return predictions_elsewhere(store, Store(against), task, model, grouping=grouping)


def _compare(predictions: pd.DataFrame, before: pd.DataFrame) -> dict[str, Any]:
    from artextract.evaluation.error_analysis.comparison import compare, outcomes

    table = outcomes(predictions, before)
    if not len(table):
        raise StoreError("none of these works was predicted by both, so there is no comparison")
    counted: Comparison = compare(table)
    return {
        "both_right": counted.both_right,
        "gained": counted.gained,
        "lost": counted.lost,
        "both_wrong": counted.both_wrong,
        "difference": counted.difference,
        "difference_ci95": counted.interval,
        "mcnemar_p": counted.p,
        "gained_works": table.loc[table["outcome"] == "gained", "work_id"].tolist(),
        "lost_works": table.loc[table["outcome"] == "lost", "work_id"].tolist(),
    }


def _lines(found: dict[str, Any]) -> list[str]:
    metrics = found["metrics"]
    low, high = metrics["top1_ci95"]
    lines = [
        f"{found['task']}, {found['model']}: {100 * metrics['top1']:.1f} % of {metrics['n']:,} "
        f"test works (95 % {100 * low:.1f}-{100 * high:.1f}), top-3 {100 * metrics['top3']:.1f} %, "
        f"macro-F1 {metrics['macro_f1']:.3f}"
    ]
    for row in found["worst"]:
        true, predicted = (str(row[side]).replace("_", " ") for side in ("true", "predicted"))
        lines.append(
            f"  {row['works']:5,}  {100 * row['share']:3.0f} %  {true} predicted as {predicted}"
        )
    return lines


def _comparison_line(comparison: dict[str, Any], baseline: str | None, against: Path | None) -> str:
    other = " of ".join(str(part) for part in (baseline, against) if part)
    low, high = comparison["difference_ci95"]
    return (
        f"against {other}: {comparison['gained']:,} works gained, {comparison['lost']:,} lost, "
        f"{comparison['both_right']:,} both right, {comparison['both_wrong']:,} both wrong; "
        f"{100 * comparison['difference']:+.1f} points (95 % {100 * low:+.1f} to "
        f"{100 * high:+.1f}), McNemar's exact p {comparison['mcnemar_p']:.2g}"
    )


def _values(
    counts: pd.DataFrame, before: pd.DataFrame | None, *, normalize: str, order: str
) -> pd.DataFrame:
    from artextract.evaluation import confusion as matrices
    from artextract.evaluation.error_analysis.comparison import improvement

    names = matrices.ordered(counts, order)
    by = "" if normalize == "none" else normalize
    if before is not None:
        return improvement(counts, before, by=by).loc[names, names]
    return (matrices.shares(counts, by) if by else counts).loc[names, names]


def _write(
    values: pd.DataFrame,
    found: dict[str, Any],
    normalize: str,
    *,
    is_change: bool,
    figure: Path | None,
    csv: Path | None,
) -> None:
    from artextract.evaluation.error_analysis.print_figure import draw_matrix, write_figure

    if csv:
        plain = [str(name).replace("_", " ") for name in values.index]
        table = values.set_axis(plain).set_axis(plain, axis=1)
        table.to_csv(csv, index_label="true label", float_format="%.4f", encoding="utf-8-sig")
        note(f"wrote {csv}")
    if figure:
        metrics = found["metrics"]
        drawn = draw_matrix(
            values,
            title=f"{found['task'].replace('_', ' ').capitalize()}, {found['model']}: "
            f"{100 * metrics['top1']:.1f} % of {metrics['n']:,} test works",
            scale=("Improvement: " if is_change else "") + _SCALES[normalize],
            is_change=is_change,
        )
        figure.write_bytes(write_figure(drawn, figure.suffix.lower().removeprefix(".")))
        note(f"wrote {figure}")
