"""Answers as one picture (PNG), to be sent or shown where nobody opens a page."""

from __future__ import annotations

from collections.abc import Sequence
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING

from PIL import Image, ImageDraw, ImageFont

from artextract.oeuvres.open_set.status import is_doubtful, name_of, render
from cache.collection import collection_name
from labels import display_label, percent
from model_display import ENSEMBLE, ModelDisplay
from widgets.predict.prediction_results import Result, families
from widgets.predict.prediction_sentence import sentence, set_description, top

if TYPE_CHECKING:
    from cache.networks import Prediction

_GROUND, _INK, _SOFT, _ACCENT, _TRACK = "#fbfaf7", "#1f1c18", "#6b645a", "#a5341f", "#e6e1d6"
_WIDTH, _MARGIN = 1600, 56  # pixels
_ROW = 232  # of one of several answers


def share_picture(results: Sequence[Result], display: ModelDisplay) -> bytes:
    """A PNG with the pictures, their answers, the status and the collection's name.

    Parameters
    ----------
    results
        One is drawn large, and so is a picture beside its one detail; others in two columns, in
        which details follow the picture that they are of. Errors among them are named.
    """
    grouped = families({result.request.key: result for result in results})
    if len(results) == 1:
        canvas = _one(results[0], display)
    elif len(results) == 2 and len(grouped) == 1:
        canvas = _pair(grouped[0], display)
    else:
        canvas = _many([result for family in grouped for result in family], display)
    canvas.save(file := BytesIO(), "PNG", optimize=True)
    return file.getvalue()


class _Page:
    """A sheet that grows downwards: each line is written below the last."""

    def __init__(self, canvas: Image.Image, x: int, y: int, width: int) -> None:
        self.canvas, self.draw = canvas, ImageDraw.Draw(canvas)
        self.x, self.y, self.width = x, y, width

    def text(
        self, text: str, size: int, *, bold: bool = False, colour: str = _INK, lines: int = 2
    ) -> None:
        """Write text in as many lines as it takes, `lines` at most; what is left is cut off."""
        font = _font(size, bold=bold)
        for line in _wrapped(text, font, self.width, lines):
            self.draw.text((self.x, self.y), line, colour, font)
            self.y += round(size * 1.32)

    def bars(self, rows: Sequence[tuple[str, float]], colour: str, *, size: int = 22) -> None:
        """Labels with their probabilities, and a bar from 0 to 100 % below each."""
        for place, (label, probability) in enumerate(rows):
            font = _font(size, bold=place == 0)
            figure = percent(probability).replace("\u00a0", " ")
            room = self.width - font.getlength(figure) - 16
            (name, *_) = _wrapped(display_label(label), font, room, 1)
            self.draw.text((self.x, self.y), name, _INK, font)
            right = self.x + self.width
            self.draw.text((right, self.y), figure, _INK, font, anchor="ra")
            self.y += round(size * 1.4)
            self.draw.rounded_rectangle((self.x, self.y, right, self.y + 8), 3, _TRACK)
            end = self.x + max(2.0, self.width * probability)
            shade = colour if place == 0 else _mixed(colour, _TRACK)
            self.draw.rounded_rectangle((self.x, self.y, end, self.y + 8), 3, shade)
            self.y += 8 + round(size * 0.55)


def _one(result: Result, display: ModelDisplay) -> Image.Image:
    prediction = result.prediction
    n_tasks = 0 if prediction is None else len(prediction.probabilities)
    height = 2 * _MARGIN + 340 + 290 * n_tasks  # more than it takes; cut off at the end
    canvas = Image.new("RGB", (_WIDTH, height), _GROUND)
    room = (700, 900)
    picture = None if prediction is None else _opened(prediction.display, room)
    left = _MARGIN
    if picture is not None:
        canvas.paste(picture, (_MARGIN, _MARGIN))
        left += picture.width + 56
    page = _Page(canvas, left, _MARGIN, _WIDTH - _MARGIN - left)
    _answer(page, result, display, size=40)
    below = max(page.y, _MARGIN + (picture.height if picture else 0))
    canvas = canvas.crop((0, 0, _WIDTH, min(height, below + 36 + _MARGIN)))
    _footer(canvas, result.snapshot.store.root)
    return canvas


def _pair(results: Sequence[Result], display: ModelDisplay) -> Image.Image:
    """A picture and its detail side by side, each above its answer."""
    across = (_WIDTH - 2 * _MARGIN - 64) // 2
    pictures = [
        None if r.prediction is None else _opened(r.prediction.display, (across, 520))
        for r in results
    ]
    tallest = max((picture.height for picture in pictures if picture), default=0)
    n_tasks = max(len(r.prediction.probabilities) if r.prediction else 0 for r in results)
    canvas = Image.new("RGB", (_WIDTH, 3 * _MARGIN + tallest + 400 + 290 * n_tasks), _GROUND)
    below = 0
    for place, (result, picture) in enumerate(zip(results, pictures, strict=True)):
        left = _MARGIN + place * (across + 64)
        if picture is not None:
            canvas.paste(picture, (left, _MARGIN + tallest - picture.height))
        page = _Page(canvas, left, _MARGIN + tallest + 28, across)
        _answer(page, result, display, size=32)
        below = max(below, page.y)
    canvas = canvas.crop((0, 0, _WIDTH, min(canvas.height, below + 36 + _MARGIN)))
    _footer(canvas, results[0].snapshot.store.root)
    return canvas


def _answer(page: _Page, result: Result, display: ModelDisplay, *, size: int) -> None:
    """The name, the sentence in letters of `size` pixels, the status and what it says of tasks."""
    prediction = result.prediction
    page.text(result.request.name, 20, colour=_SOFT, lines=1)
    page.y += 8
    if prediction is None:
        page.text(result.error, 34, bold=True, lines=4)
        return
    page.text(_said(prediction), size, bold=True, lines=3)
    page.y += 6
    status = render(prediction.status)
    page.text(status[:1].upper() + status[1:] + ".", 19, colour=_SOFT, lines=3)
    for task in prediction.probabilities:
        _task(page, prediction, task, display)


def _task(page: _Page, prediction: Prediction, task: str, display: ModelDisplay) -> None:
    page.y += 16
    doubtful = is_doubtful(prediction.status, task)
    note = " (no answer; what it resembles most)" * doubtful
    page.text(f"{display_label(task)}{note}", 19, bold=True, colour=_SOFT, lines=1)
    page.bars(top(prediction, task), display.colour(ENSEMBLE))
    if task in prediction.sets and not doubtful:
        n = len(prediction.classes[task])
        page.text(set_description(prediction.sets[task], n), 17, colour=_SOFT, lines=2)


def _many(results: Sequence[Result], display: ModelDisplay) -> Image.Image:
    rows = -(-len(results) // 2)
    canvas = Image.new("RGB", (_WIDTH, 3 * _MARGIN + 60 + rows * _ROW), _GROUND)
    head = _Page(canvas, _MARGIN, _MARGIN - 8, _WIDTH - 2 * _MARGIN)
    head.text(f"What the networks predict for {len(results)} pictures", 34, bold=True, lines=1)
    across = (_WIDTH - 2 * _MARGIN - 48) // 2
    for place, result in enumerate(results):
        x = _MARGIN + place % 2 * (across + 48)
        y = _MARGIN + 60 + place // 2 * _ROW
        prediction = result.prediction
        if prediction is not None:
            picture = _opened(prediction.display, (190, _ROW - 32))
            canvas.paste(picture, (x + (190 - picture.width) // 2, y))
        page = _Page(canvas, x + 214, y, across - 214)
        page.text(result.request.name, 16, colour=_SOFT, lines=1)
        if prediction is None:
            page.text(result.error, 20, bold=True, lines=4)
            continue
        page.text(_said(prediction), 23, bold=True, lines=2)
        status = name_of(prediction.status)
        page.text(status[:1].upper() + status[1:], 16, colour=_SOFT, lines=1)
        page.y += 4
        task = "artist" if "artist" in prediction.classes else next(iter(prediction.classes))
        page.bars(top(prediction, task), display.colour(ENSEMBLE), size=15)
    _footer(canvas, results[0].snapshot.store.root)
    return canvas


def _said(prediction: Prediction) -> str:
    return str(sentence(prediction)).replace("\u00a0", " ")


def _footer(canvas: Image.Image, root: Path) -> None:
    font = _font(16)
    text = (
        f"Predicted from {collection_name(root)} by ArtExtract. Probabilities are calibrated; a "
        "name that is given is no proof of the artist."
    )
    (line, *_) = _wrapped(text, font, canvas.width - 2 * _MARGIN, 1)
    at = (_MARGIN, canvas.height - _MARGIN + 16)
    ImageDraw.Draw(canvas).text(at, line, _SOFT, font)


def _opened(content: bytes, room: tuple[int, int]) -> Image.Image:
    """A picture as large as it fits, enlarged to twice its size at most."""
    picture = Image.open(BytesIO(content), formats=("JPEG",)).convert("RGB")
    scale = min(2.0, room[0] / picture.width, room[1] / picture.height)
    size = (max(1, round(picture.width * scale)), max(1, round(picture.height * scale)))
    return picture.resize(size, Image.Resampling.LANCZOS)


def _font(size: int, *, bold: bool = False) -> ImageFont.FreeTypeFont:
    """DejaVu Sans, which Matplotlib brings along; it has Latin, Greek and Cyrillic."""
    import matplotlib

    name = "DejaVuSans-Bold.ttf" if bold else "DejaVuSans.ttf"
    path = Path(matplotlib.get_data_path()) / "fonts" / "ttf" / name
    return ImageFont.truetype(path, size)


def _wrapped(text: str, font: ImageFont.FreeTypeFont, room: float, lines: int) -> list[str]:
    """`text` in lines that fit; what does not fit into so many is cut off with an ellipsis."""
    made, words = [""], " ".join(text.split())[:600].split(" ")
    for word in words:
        longer = f"{made[-1]} {word}".strip()
        if font.getlength(longer) <= room or not made[-1]:
            made[-1] = longer
        else:
            made.append(word)
    shown = [_cut(line, font, room) for line in made[:lines]]
    if len(made) > lines:
        shown[-1] = _cut(shown[-1] + " …", font, room)
    return shown


def _cut(line: str, font: ImageFont.FreeTypeFont, room: float) -> str:
    if font.getlength(line) <= room:
        return line
    while line and font.getlength(line + "…") > room:
        line = line[:-1]
    return line.rstrip(" …") + "…"


def _mixed(colour: str, other: str) -> tuple[int, ...]:
    """Half one colour, half the other."""
    pair = zip(*(bytes.fromhex(c.removeprefix("#")) for c in (colour, other)), strict=True)
    return tuple(sum(both) // 2 for both in pair)
