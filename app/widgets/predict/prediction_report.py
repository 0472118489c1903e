"""A report of predictions as one HTML file that asks for nothing: no script, no request."""

from __future__ import annotations

import base64
from collections.abc import Mapping, Sequence
from html import escape
from typing import TYPE_CHECKING

from artextract.oeuvres.open_set.status import is_doubtful, render
from labels import display_label, percent, truncate
from model_display import ENSEMBLE, ModelDisplay
from widgets.predict.prediction_results import Result, families
from widgets.predict.prediction_sentence import (
    dissent_description,
    first_choice,
    known_description,
    sentence,
    set_description,
    top,
)
from widgets.works.prediction_bars import bars_html

if TYPE_CHECKING:
    from cache.networks import Prediction

# The browser itself refuses whatever is not in the file.
_POLICY = "default-src 'none'; img-src data:; style-src 'unsafe-inline'"
_CSS = """
:root { color-scheme: light dark; }
body { font: 16px/1.5 system-ui, sans-serif; max-width: 1100px; margin: 0 auto; padding: 24px;
  background: light-dark(#fbfaf7, #161412); color: light-dark(#1f1c18, #ece6da); }
h1 { font-size: 1.5rem; } h2 { font-size: 1.3rem; margin: 0; }
h3 { font-size: 1rem; margin: 20px 0 6px; }
article { display: grid; grid-template-columns: minmax(0, 45fr) minmax(0, 55fr); gap: 32px;
  border-top: 1px solid #8886; padding: 28px 0; break-inside: avoid; }
img { width: 100%; max-height: 90vh; object-fit: contain; object-position: left top; }
em { color: light-dark(#a5341f, #ee927b); }
p { margin: 4px 0; } .small, footer { font-size: 0.88rem; }
table { border-collapse: collapse; font-size: 0.88rem; margin-top: 20px; width: 100%; }
th, td { text-align: left; padding: 3px 10px 3px 0; border-bottom: 1px solid #8884;
  overflow-wrap: anywhere; }
article.family { grid-template-columns: repeat(auto-fit, minmax(min(100%, 320px), 1fr)); }
.family img { height: 340px; background: #8881; object-position: center; }
.family .side { display: grid; grid-template-columns: minmax(0, 1fr); align-content: start;
  gap: 16px; }
@media (max-width: 700px) { article { grid-template-columns: minmax(0, 1fr); } }
"""


def report(results: Mapping[str, Result], display: ModelDisplay) -> bytes:
    """One page with the pictures in it, their answers and what each member says.

    The answer for a detail of a picture stands beside that for the whole of it.

    Parameters
    ----------
    results
        By any keys; errors among them are named.
    """
    parts = [_family(family, display) for family in families(results)]
    known = [known_description(r.prediction) for r in results.values() if r.prediction]
    what = f"The networks know {escape(known[0])}. " if known else ""
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8">'
        f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>ArtExtract: predictions</title><style>{_CSS}</style></head>"
        f"<body><main><h1>What the networks predict</h1>{''.join(parts)}</main>"
        f"<footer>{what}Probabilities are calibrated on works that no network was trained on, and "
        "hold for pictures of the kind that the collection has. A name that is given is no proof "
        "of the artist. Made by ArtExtract.</footer></body></html>"
    ).encode()


def _family(family: Sequence[Result], display: ModelDisplay) -> str:
    """A picture, or a picture and its details side by side."""
    if len(family) == 1:
        return f"<article>{_result(family[0], display)}</article>"
    sides = "".join(f'<div class="side">{_result(result, display)}</div>' for result in family)
    return f'<article class="family">{sides}</article>'


def _result(result: Result, display: ModelDisplay) -> str:
    name, prediction = escape(truncate(result.request.name, 120)), result.prediction
    if prediction is None:
        return f"<div><h2>{name}</h2></div><p>{escape(result.error)}</p>"
    picture = base64.b64encode(prediction.display).decode()
    before, label, after = sentence(prediction)
    label = f"<em>{escape(truncate(display_label(label), 60))}</em>" if label else ""
    status = escape(render(prediction.status))
    caveat = escape(result.request.caveat)
    caveat = f'<p class="small">{caveat}</p>' if caveat else ""
    tasks = "".join(
        _task(prediction, task, result.request.labels.get(task), display)
        for task in prediction.probabilities
    )
    return (
        f'<div><img src="data:image/jpeg;base64,{picture}" alt="{name}"></div><div>'
        f'<p class="small">{name}</p><h2>{escape(before)}{label}{escape(after)}</h2>'
        f'{caveat}<p class="small">{status[:1].upper() + status[1:]}.</p>{tasks}'
        f"{_members(prediction, display)}</div>"
    )


def _task(prediction: Prediction, task: str, true: str | None, display: ModelDisplay) -> str:
    title = escape(display_label(task))
    doubtful = is_doubtful(prediction.status, task)
    notes = ["No answer; this is what it resembles most."] * doubtful
    if task in prediction.sets and not doubtful:
        notes.append(set_description(prediction.sets[task], len(prediction.classes[task])) + ".")
    if said := dissent_description(prediction, task):
        notes.append(f"{said}.")
    if true is not None:
        notes.append(f"True label: {display_label(true)}.")
    bars = bars_html(
        top(prediction, task),
        colour=display.colour(ENSEMBLE),
        name=f"{display_label(task)}: the three most probable",
        true=true,
    )
    return f'<h3>{title}</h3>{bars}<p class="small">{escape(" ".join(notes))}</p>'


def _members(prediction: Prediction, display: ModelDisplay) -> str:
    """A table of every member's first choice, where there are several."""
    tasks = list(prediction.probabilities)
    models = list(dict.fromkeys(m for task in tasks for m in prediction.probabilities[task]))
    if len(models) < 3:
        return ""
    head = "".join(f"<th>{escape(display_label(task))}</th>" for task in tasks)
    rows = []
    for model in models:
        cells = []
        for task in tasks:
            text = ""
            if model in prediction.probabilities[task]:
                label, probability = first_choice(prediction, task, model)
                text = f"{truncate(display_label(label), 40)} {percent(probability)}"
            cells.append(f"<td>{escape(text)}</td>")
        rows.append(f"<tr><th>{escape(display.name(model))}</th>{''.join(cells)}</tr>")
    return f"<table><tr><th>First choice of</th>{head}</tr>{''.join(rows)}</table>"
