"""Dates as cataloguers write them: an interval of years, and one year to go by.

The intervals follow the *Categories for the Description of Works of Art* (Getty): "circa" is five
years to either side, an early, middle or late part of a century a third of it.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from artextract.collection.catalogue.date_words import (
    CENTURY_WORD,
    eras,
    in_figures,
    roman,
    without_later,
)

LAST_YEAR = 2030
CIRCA = 5  # years to either side
LONGEST = 25  # years of an interval whose first year stands for it; of longer ones it is the middle

_DASHES = re.compile("[‐‑‒–—―−]")
_NOT_DATED = re.compile(
    r"(?:n\.? ?d\.?|s\.? ?d\.?|s\.? ?a\.?|o\.? ?j\.?|o\.? ?d\.?|z\.? ?j\.?|z\.? ?d\.?|undated|"
    r"no date|not dated|date unknown|unknown date|date not known|unknown|undatiert|ohne jahr|"
    r"ohne datum|unbekannt|non date|sans date|date inconnue|inconnue?|senza data|non datato|"
    r"sconosciuta|ongedateerd|zonder jaar|onbekend|sin fecha|nan|nat|none|null|n ?/ ?a|na|[-?. x]*)"
)
_MONTHS = (
    r"(?:jan|feb|mar|apr|may|mai|mei|jun|jul|aug|sep|oct|okt|ott|nov|dec|dez|dic|gen|mag|giu|lug|"
    r"set|janv|fevr|mars|avr|juin|juil|aout|maart|marz|maerz|spring|summer|autumn|fall|winter|"
    r"fruhjahr|fruhling|sommer|herbst|printemps|ete|automne|hiver|primavera|estate|autunno|inverno|"
    r"lente|zomer|herfst)[a-z]*\.?"
)
_CIRCA = re.compile(
    r"~|(?<![a-z])(?:c(?:a|irca)?(?:\.|(?=[ \d])|$)|circa|about|around|approx(?:imately|\.)?|um|"
    r"gegen|"
    r"vers|environ|env\.|verso|intorno(?: al)?|omstreeks|rond|ongeveer|hacia)(?![a-z])"
)
_NOT_AFTER = re.compile(
    r"(?<![a-z])(?:(?:not|no) (?:after|later than)|nicht (?:nach|spater als)|pas apres|"
    r"non (?:oltre|dopo)(?: il)?|niet (?:na|later dan)|spatestens|au plus tard|uiterlijk)(?![a-z])"
)
_NOT_BEFORE = re.compile(
    r"(?<![a-z])(?:(?:not|no) (?:before|earlier than)|nicht (?:vor|fruher als)|pas avant|"
    r"non prima del?|niet (?:voor|eerder dan)|fruhestens|au plus tot|op zijn vroegst)(?![a-z])"
)
_BEFORE = re.compile(
    r"(?<![a-z])(?:before|bef\.?|by|until|or earlier|oder fruher|ou avant|o prima|of eerder|vor|"
    r"bis|avant|jusqu'?(?:en|a)|prima del?|ante|entro(?: il)?|voor|tot|antes de|"
    r"terminus ante quem)(?![a-z])"
)
_AFTER = re.compile(
    r"(?<![a-z])(?:after|aft\.?|since|from|or later|oder spater|ou apres|ou plus tard|o dopo|"
    r"of later|nach|ab|seit|apres|depuis|dopo(?: il)?|post|dal|na|vanaf|despues de|"
    r"terminus post quem)(?![a-z])"
)
_ORDINAL = r"(\d{1,2})(?:st|nd|rd|th|\.|e|eme|er|de|ste|o|°)?"
_CENTURY = re.compile(rf"(?<![\da-z]){_ORDINAL}[ -]*{CENTURY_WORD}(?![a-z])")
_CENTURIES = re.compile(
    rf"(?<![\da-z]){_ORDINAL}((?: ?(?:early|late|mid))?[ ]*"
    rf"(?:-|/|to|or|and|bis|oder|und|au|ou|et|al|o|e|tot|of|en)[ ]*"
    rf"(?:early |late |mid-? ?)?\d{{1,2}}(?:st|nd|rd|th|\.|e|eme|de|ste)?[ -]*"
    rf"{CENTURY_WORD})(?![a-z])"
)
_NTH = {
    1: "1st|first|1\\.|erste[rns]?|premiere?|1er|1ere|1re|prim[ao]|eerste|1e",
    2: "2nd|second|2\\.|zweite[rns]?|seconde?|deuxieme|2eme|2e|second[ao]|tweede",
    3: "3rd|third|3\\.|dritte[rns]?|troisieme|3e|terz[ao]|derde",
    4: "4th|fourth|4\\.|vierte[rns]?|quatrieme|4e|quart[ao]|vierde",
}
_LAST = "last|letzte[rns]?|derniere?|ultim[ao]|laatste"
_FRACTIONS = {
    2: "half|halfte|moitie|meta|helft",
    3: "third|drittel|tiers|terzo|derde",
    4: "quarter|viertel|quart|quarto|kwart",
}
_THIRDS = (
    "early|beginning|begin|anfang|fruhes|debut|inizi[oi]?|principios",
    "mid|middle|mitte|milieu|meta|midden|mediados",
    "late|end|ende|spates|fin|fine|einde?|laat|finales",
)
# Which part of a century or decade: the words, and its number, from 1, of how many.
_PARTS: list[tuple[re.Pattern[str], int, int]] = [
    (re.compile(rf"(?<![a-z\d])(?:{words})(?![a-z])"), number, of)
    for words, number, of in (
        *(
            (f"(?:{_NTH[number]}{'|' + _LAST if number == of else ''}) (?:{noun})", number, of)
            for of, noun in _FRACTIONS.items()
            for number in range(1, of + 1)
        ),
        *((words, number, 3) for number, words in enumerate(_THIRDS, start=1)),
    )
]
_ARTICLES = re.compile(r"(?: (?:of|des|du|de|del|dell'|van|der|the|het|au|le|d'))+$|-$")
_TURN = re.compile(r"turn of the|jahrhundertwende|tournant")
_DECADE = re.compile(
    r"(?<!\d)(\d{3})0(?:'?s(?![a-z])|er(?: jahren?)?(?![a-z])|-?er jahre)|"
    r"(?:annees|anni|jaren)[ ](\d{3})0|(?<!\d)(\d{3})(?:-\??|x|u|_)(?![\da-z])"
)
_HUNDRED = re.compile(
    r"(?<!\d)(\d{2})(?:--\??|xx|uu|__)(?![\da-z])|(?<!\d)(1[0-8])00'?s(?![a-z])|"
    r"(?<=early )(19|20)00'?s(?![a-z])|(?<=mid[- ])(19|20)00'?s(?![a-z])|"
    r"(?<=late )(19|20)00'?s(?![a-z])"
)
_RANGE = re.compile(
    r"(?<!\d)(\d{3,4})\??[ ]*(?:-+|/|\.\.|x|to|until|till|bis|or|oder|ou|o|of|and|und|et|en|a|al|"
    r"au|"
    r"tot|through|&)[ ]*(?:c\.?a?\.? ?|circa |um |vers )?(\d{1,4})(?![\d.])"
)
_ISO = re.compile(
    r"(?<!\d)(\d{4})-(\d\d)(?:-\d\d)?(?:[ t]\d\d:\d\d.*)?(?!\d)|"
    r"(?<!\d)(\d{4})([./])(?:0\d|1[0-2])\4(?:[0-2]\d|3[01])(?!\d)|"
    r"^([12]\d{3})(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])$"
)
_DAY_FIRST = re.compile(r"(?<!\d)\d{1,2}[./-]\d{1,2}[./-](\d{4})(?!\d)")
_MONTH_FIRST = re.compile(r"(?<!\d)(?:0?\d|1[0-2])[./](\d{4})(?!\d)")
# Not the thousands of a number, nor its decimals.
_YEAR = re.compile(
    r"(?<!\d)(?<!\b\d[.,])(?<!\b\d\d[.,])(?<!\b\d{3}[.,])(\d{3,4})(?!\d|[.,]\d{1,3}(?!\d))"
)
_FEW_DIGITS = re.compile(r"(?<!\d)(\d{1,4})(?: ?(?:-|/|to|bis|et|tot|a) ?(\d{1,4}))?(?!\d)")
_MILLENNIUM = re.compile(r"millen|jahrtausend|millesim")
_OPEN = re.compile(
    r"\d{4} ?-$|/ ?\.\.$|- ?(?:present|now|today|ongoing|heute|aujourd'hui|oggi|heden|nu)$"
)
_NUMERAL = re.compile("M{0,2}(?:CM|CD|D?C{0,3})(?:XC|XL|L?X{0,3})(?:IX|IV|V?I{0,3})")


@dataclass(frozen=True)
class Date:
    """An interval, years inclusive, negative before our era, and the year to go by.

    Attributes
    ----------
    year
        The year that is named; of an interval up to 25 years its first, of a longer one its middle.
    earliest, latest
        None where the interval is open.
    """

    year: int
    earliest: int | None
    latest: int | None


def is_undated(text: str) -> bool:
    """Whether a text says that there is no date, as "n.d." does."""
    return _NOT_DATED.fullmatch(_plain(text).strip(" ()[]")) is not None


def read_date(text: str) -> Date | None:
    """Read a date; None where no year is found.

    Examples
    --------
    >>> read_date("c. 1890")
    Date(year=1890, earliest=1885, latest=1895)
    >>> read_date("1889-90"), read_date("before 1650")
    (Date(year=1889, earliest=1889, latest=1890), Date(year=1650, earliest=None, latest=1650))
    >>> read_date("late 19th century")
    Date(year=1883, earliest=1867, latest=1900)
    """
    if len(text) > 500:  # a description, not a date
        return None
    plain = _plain(_in_figures(text))
    if re.fullmatch(r"\d+[.,]0+", plain):
        plain = re.split("[.,]", plain)[0]
    if found := re.fullmatch(r"-(0\d{3}|\d{3})", plain):  # ISO 8601 before our era
        plain = f"{found[1]} bc"
    plain, named = eras(without_later(plain))
    plain = in_figures(plain)
    plain = _NOT_BEFORE.sub("after", _NOT_AFTER.sub("before", plain))
    return _in_two_eras(plain) if named == [-1, 1] else _in_era(plain, named)


def _in_two_eras(plain: str) -> Date | None:
    """Read "100 BC to AD 100" without its eras."""
    ends = re.split(r" ?(?:-|/|\bto\b|\bbis\b|\ba\b|\bal\b|\btot\b) ?", plain, maxsplit=1)
    if len(ends) != 2:
        return None
    first, last = _in_era(ends[0], [-1]), _in_era(ends[1], [1])
    if first is None or last is None or first.earliest is None or last.latest is None:
        return None
    span = last.latest - first.earliest
    year = first.year if span <= LONGEST else (first.earliest + last.latest) // 2
    return Date(year or 1, first.earliest, last.latest)


def _in_era(plain: str, named: list[int]) -> Date | None:
    era = -1 if -1 in named else 1
    # In "17th c." it is a century.
    circa = _CIRCA.search(_CENTURY.sub(" ", _CENTURIES.sub(" ", plain))) is not None
    spans = _spans(plain, named)
    years = [year for span in spans for year in span]
    if not years or not _possible(years, era):
        return None
    if era < 0:
        spans = [(-last, -first) for first, last in spans]
        years = [year for span in spans for year in span]
    earliest: int | None = min(years)
    latest: int | None = max(years)
    year = (
        min(first for first, _ in spans)
        if max(years) - min(years) <= LONGEST
        else ((min(years) + max(years)) // 2)
    )
    if circa:
        earliest, latest = min(years) - CIRCA, min(max(years) + CIRCA, LAST_YEAR)
    if len(spans) == 1 and earliest is not None:
        ranged = _RANGE.search(plain)
        if (_BEFORE.search(plain) and not ranged) or re.match(r"\.\. ?/", plain):
            year, earliest = max(years), None
        elif (_AFTER.search(plain) and not ranged) or _OPEN.search(plain):
            year, latest = min(years), None
    return Date(year, earliest, latest)


def _plain(text: str) -> str:
    """Small letters without accents, one kind of dash and blank."""
    text = unicodedata.normalize("NFKD", text.casefold())
    text = "".join(c for c in text if not unicodedata.combining(c))
    text = _DASHES.sub("-", text).replace("’", "'").replace("ß", "ss")
    text = re.sub(r"[\s\u00a0]+", " ", text).strip()
    text = re.sub(
        r"(?<!\d)(1\d\d|20[0-2])\?(?!\d)", r"\1-", text
    )  # a decade, as libraries write it
    text = re.sub(r"(?<!\d)(\d{4}) ?[/-] ?(\d0)er(?![a-z])", _both_decades, text)
    return re.sub(r"[\[\]()?<>\"]", " ", text).strip(" ,;:") if re.search(r"\d", text) else text


def _both_decades(match: re.Match[str]) -> str:
    """Write "1920/30er" as two decades."""
    return f"{match[1]}er - {match[1][:2]}{match[2]}er"


def _in_figures(text: str) -> str:
    """A date that is a Roman numeral alone, in figures; the small ones are centuries."""
    text = text.strip()
    if not text or not _NUMERAL.fullmatch(text):
        return text
    number = roman(text.lower())
    return f"{number}th century" if number <= 21 else str(number)


def _possible(years: list[int], era: int) -> bool:
    return all(0 < year <= (LAST_YEAR if era > 0 else 10_000) for year in years)


def _spans(text: str, named: list[int]) -> list[tuple[int, int]]:
    """Every interval that a text names, first and last year; short years where an era is named."""
    spans: list[tuple[int, int]] = []
    if _MILLENNIUM.search(text):
        return spans
    of_century = partial(_of_century, turned=-1 in named)
    of_centuries = partial(_of_centuries, turned=-1 in named)
    text = _take(_CENTURIES, text, spans, of_centuries)
    text = _take(_CENTURY, text, spans, of_century)
    text = _take(_HUNDRED, text, spans, _of_hundred)
    text = _take(_DECADE, text, spans, _of_decade)
    text = _take(_ISO, text, spans, _of_iso)
    text = _take(_DAY_FIRST, text, spans, lambda m, _: _year(m[1]))
    text = _take(_RANGE, text, spans, _of_range)
    text = _take(_MONTH_FIRST, text, spans, lambda m, _: _year(m[1]))
    whole = text.strip()
    if named and not spans and (few := _FEW_DIGITS.search(text)):
        spans.append(tuple(sorted((int(few[1]), int(few[2] or few[1])))))  # type: ignore[arg-type]
        return spans
    for match in _YEAR.finditer(text):
        # Three digits are a year by themselves, with an era or a "circa", not in a sentence.
        if len(match[1]) == 4 or len(whole) <= 12:
            spans.append((int(match[1]), int(match[1])))
    return spans


def _take(
    pattern: re.Pattern[str],
    text: str,
    spans: list[tuple[int, int]],
    of: Callable[[re.Match[str], str], tuple[int, int] | None],
) -> str:
    """Add the intervals of each match, and blank what was read."""

    def use(match: re.Match[str]) -> str:
        found = of(match, match.string[: match.start()])
        if found is None:
            return match[0]
        spans.append(found)
        return " " * len(match[0])

    return pattern.sub(use, text)


def _year(digits: str) -> tuple[int, int]:
    return int(digits), int(digits)


def _part(
    first: int, length: int, before: str, after: str = "", *, turned: bool = False
) -> tuple[int, int]:
    """The part of a century or decade that is named directly before it, or after it.

    Where the years count down, before our era, it is turned: what is late has the lower ones.
    """
    near = before[-32:].rstrip(" -")
    near = _ARTICLES.sub("", near)
    for pattern, number, of in _PARTS:
        ends = [match.end() for match in pattern.finditer(near)]
        then = pattern.match(after.lstrip(" ,-("))
        if (ends and ends[-1] == len(near)) or then:
            number = of + 1 - number if turned else number
            return first + length * (number - 1) // of, first + length * number // of - 1
    return first, first + length - 1


def _of_century(match: re.Match[str], before: str, *, turned: bool) -> tuple[int, int] | None:
    number = int(match[1])
    if not 1 <= number <= 21:
        return None
    if _TURN.search(before):
        return 100 * (number - 1) - 10, 100 * (number - 1) + 10
    return _part(100 * (number - 1) + 1, 100, before, match.string[match.end() :], turned=turned)


def _of_centuries(match: re.Match[str], before: str, *, turned: bool) -> tuple[int, int] | None:
    first = int(match[1])
    last = [int(n) for n in re.findall(r"\d{1,2}", match[2])][-1]
    # Before our era the 5th century comes before the 4th.
    if not 1 <= (last if turned else first) <= (first if turned else last) <= 21:
        return None
    tail = re.split(r"\d", match[2])[0]
    start = _part(100 * (first - 1) + 1, 100, before, turned=turned)
    end = _part(100 * (last - 1) + 1, 100, tail, turned=turned)
    return min(start[0], end[0]), max(start[1], end[1])


def _of_hundred(match: re.Match[str], before: str) -> tuple[int, int]:
    first = 100 * int(next(filter(None, match.groups())))
    return _part(first, 100, before)


def _of_decade(match: re.Match[str], before: str) -> tuple[int, int]:
    first = 10 * int(match[1] or match[2] or match[3])
    return _part(first, 10, before)


def _of_iso(match: re.Match[str], _: str) -> tuple[int, int] | None:
    """A year with a month, unless it is a range: 1905-06 may be either, and is read as one."""
    if not match[1]:
        return _year(match[3] or match[5])
    year, month = int(match[1]), int(match[2])
    if len(match[0]) == 7 and (month > year % 100 or not 1 <= month <= 12):
        return None
    return year, year


def _of_range(match: re.Match[str], _: str) -> tuple[int, int] | None:
    first, last = int(match[1]), int(match[2])
    digits = len(match[2])
    if digits < len(match[1]):  # 1889-90, 1890-5
        if digits == 3:
            return None
        last += first - first % 10**digits
        if last <= first:
            return (first, first) if digits < 3 else None
    return min(first, last), max(first, last)
