from io import BytesIO

import numpy as np
import pandas as pd
import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg
from PIL import Image

from artextract.evaluation.error_analysis.print_figure import draw_matrix, write_figure

HOSTILE = "$\\frac{1}{0}$ <b>"


def counts(n):
    values = np.arange(n * n).reshape(n, n) % 7
    np.fill_diagonal(values, 123)
    names = [f"Class_{i}" for i in range(n - 1)] + [HOSTILE]
    return pd.DataFrame(values, index=names, columns=names)


@pytest.mark.parametrize("n", [3, 24, 27])
def test_numbers_stand_inside_their_cells(n):
    figure = draw_matrix(counts(n), title="A title", scale="Works")
    canvas = FigureCanvasAgg(figure)
    canvas.draw()
    axes = figure.axes[0]
    words = [text.get_text() for text in axes.texts]
    assert words.count("123") == n
    assert "0" not in words
    renderer = canvas.get_renderer()
    side = axes.get_window_extent(renderer).width / n
    for text in axes.texts:
        box = text.get_window_extent(renderer)
        assert max(box.width, box.height) <= 0.95 * side
        assert text.get_fontsize() >= 5
    (x, y), (width, height) = axes.get_position().min, figure.get_size_inches()
    assert min(x, y) > 0
    shape = axes.get_position()
    assert shape.width * width == pytest.approx(shape.height * height)  # square
    assert (axes.get_xlabel(), axes.get_ylabel()) == ("Predicted label", "True label")
    assert not any("_" in label.get_text() for label in axes.get_xticklabels())


def test_files_are_for_print_and_the_same_each_time():
    figure = draw_matrix(counts(4))
    png = Image.open(BytesIO(write_figure(figure, "png")))
    assert png.info["dpi"] == pytest.approx((300, 300), abs=0.1)
    assert png.convert("RGB").getpixel((1, 1)) == (255, 255, 255)
    svg = write_figure(figure, "svg").decode()
    assert "&lt;b&gt;" in svg
    assert ">Predicted label</text>" in svg  # words stay words
    assert write_figure(figure, "pdf").startswith(b"%PDF")
    for kind in ("svg", "pdf"):
        assert write_figure(draw_matrix(counts(4)), kind) == write_figure(
            draw_matrix(counts(4)), kind
        )
    with pytest.raises(ValueError, match="there are png, svg, pdf"):
        write_figure(figure, "jpg")


def test_the_rest_does_not_bleach_and_a_change_has_two_colours():
    names = ["a", "b", "(all others)"]
    values = pd.DataFrame([[5, 1, 90], [2, 8, 70], [60, 50, 900]], index=names, columns=names)
    mesh = draw_matrix(values).axes[0].collections[0]
    assert mesh.get_clim() == (0, 8)
    change = draw_matrix(values - 3, is_change=True).axes[0]
    assert change.collections[0].get_clim() == (-5, 5)
    assert {"+2", "−2"} <= {text.get_text() for text in change.texts}
