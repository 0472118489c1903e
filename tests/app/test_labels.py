"""How names, titles, labels and probabilities are written, and how colours differ."""

from __future__ import annotations

import pytest

from benchmarks.palette import VISION, ciede2000, contrast, nearest
from charts.config import CATEGORIES
from labels import display_label, percent, predicted_markdown, true_markdown
from titles import display_title
from widgets.frame import address


@pytest.mark.parametrize(
    ("written", "title"),
    [
        ("Charles i king of england", "Charles I, King of England"),
        ("Frederick howard 5th earl of carlisle", "Frederick Howard, 5th Earl of Carlisle"),
        ("The trinity adored by the duke of mantua", "The Trinity Adored by the Duke of Mantua"),
        (
            "Portrait of charles ii when prince of wales",
            "Portrait of Charles II When Prince of Wales",
        ),
        ("The alps val d'aosta purtud", "The Alps Val d'Aosta Purtud"),
        ("At the milliner s", "At the Milliner's"),
        ("Self-portrait", "Self-Portrait"),
        ("I raffaello", "I Raffaello"),
        ("Café terrace", "Café terrace"),  # somebody wrote this by hand, and the next two
        ("Impression, soleil levant", "Impression, soleil levant"),
        ("View of Delft", "View of Delft"),
        ("", ""),
    ],
)
def test_titles_get_back_what_file_names_lost(written: str, title: str) -> None:
    assert display_title(written) == title
    assert display_title(title) == title


def test_labels_in_their_proper_case() -> None:
    labels = ("Anthony_Van_Dyck", "Vincent_van_Gogh", "Ukiyo_e", "genre_painting", "Van Dyck")
    shown = ["Anthony van Dyck", "Vincent van Gogh", "Ukiyo-e", "Genre painting", "Van Dyck"]
    assert [display_label(label) for label in labels] == shown


def test_one_way_to_write_a_probability() -> None:
    written = [percent(p).replace("\u00a0", " ") for p in (0, 0.004, 0.006, 0.96, 0.996, 1)]
    assert written == ["0 %", "<1 %", "1 %", "96 %", ">99 %", "100 %"]


def test_what_is_true_never_looks_like_what_is_predicted() -> None:
    true, predicted = true_markdown("<b>_x"), predicted_markdown("<b>_x", 0.5)
    assert r"**\<b\> x**" in true
    assert r"*\<b\> x*] 50" in predicted
    assert true[:10] != predicted[:10]


def test_an_address_with_an_old_spelling_is_understood(monkeypatch: pytest.MonkeyPatch) -> None:
    class Query(dict):
        def get_all(self, name: str) -> list[str]:
            return self[name]

    asked: list[dict] = []
    query = Query(true=["Ukiyo e"], predicted=["Martin Van Buren"])
    monkeypatch.setattr(address.st, "query_params", query)
    monkeypatch.setattr(
        address.st, "switch_page", lambda _, query_params: asked.append(query_params)
    )
    address.accept_old_address("views/confusion.py")
    assert asked == [{"true": ["Ukiyo-e"], "predicted": ["Martin Van Buren"]}]
    query |= asked[0]
    address.accept_old_address("views/confusion.py")  # today's address is left alone
    assert len(asked) == 1


def test_24_colours_are_told_apart() -> None:
    assert len(set(CATEGORIES)) == 24
    least = {vision: nearest(CATEGORIES, vision)[0] for vision in VISION}
    assert least["all cones"] > 12
    assert min(least.values()) > 8
    assert min(contrast(c, ground) for c in CATEGORIES for ground in ("#fbfaf7", "#161412")) > 2


def test_the_difference_of_colours_is_that_of_its_authors() -> None:
    # Pairs 1, 7 and 25 of the table of Sharma, Wu and Dalal (2005).
    pairs = [
        ((50, 2.6772, -79.7751), (50, 0, -82.7485), 2.0425),
        ((50, 0, 0), (50, -1, 2), 2.3669),
        ((60.2574, -34.0099, 36.2677), (60.4626, -34.1751, 39.4387), 1.2644),
    ]
    for one, other, difference in pairs:
        assert ciede2000(one, other) == pytest.approx(difference, abs=1e-4)
