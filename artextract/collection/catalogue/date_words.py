"""Dates in words, Roman numerals and old eras as the figures that :mod:`.dates` reads.

Everything here takes and gives small letters without accents.
"""

from __future__ import annotations

import re

CENTURY_WORD = (
    r"(?:centur(?:y|ies)|cent\.?|c\.?|jahrhunderts?|jhdt?s?\.?|jhs?\.?|siecles?|s\.?|secol[oi]|"
    r"secc?\.?|eeuw(?:en)?|siglos?)"
)
# The 1st to the 21st: as they stand before "century", "Jahrhundert", "siecle", "secolo", "eeuw".
_ORDINALS: tuple[str, ...] = (
    "first|erste[ns]?|premier|primo|eerste",
    "second|zweite[ns]?|deuxieme|secondo|tweede",
    "third|dritte[ns]?|troisieme|terzo|derde",
    "fourth|vierte[ns]?|quatrieme|quarto|vierde",
    "fifth|funfte[ns]?|cinquieme|quinto|vijfde",
    "sixth|sechste[ns]?|sixieme|sesto|zesde",
    "seventh|sieb(?:en)?te[ns]?|septieme|settimo|zevende",
    "eighth|achte[ns]?|huitieme|ottavo|achtste",
    "ninth|neunte[ns]?|neuvieme|nono|negende",
    "tenth|zehnte[ns]?|dixieme|decimo|tiende",
    "eleventh|elfte[ns]?|onzieme|undicesimo|elfde",
    "twelfth|zwolfte[ns]?|douzieme|dodicesimo|twaalfde",
    "thirteenth|dreizehnte[ns]?|treizieme|tredicesimo|dertiende",
    "fourteenth|vierzehnte[ns]?|quatorzieme|quattordicesimo|veertiende",
    "fifteenth|funfzehnte[ns]?|quinzieme|quindicesimo|vijftiende",
    "sixteenth|sechzehnte[ns]?|seizieme|sedicesimo|zestiende",
    "seventeenth|siebzehnte[ns]?|dix-septieme|diciassettesimo|zeventiende",
    "eighteenth|achtzehnte[ns]?|dix-huitieme|diciottesimo|achttiende",
    "nineteenth|neunzehnte[ns]?|dix-neuvieme|diciannovesimo|negentiende",
    "twentieth|zwanzigste[ns]?|vingtieme|ventesimo|twintigste",
    "twenty-first|einundzwanzigste[ns]?|vingt-et-unieme|ventunesimo|eenentwintigste",
)
_BEFORE_CENTURY = (
    r"(?=(?:[ -]+(?:or|to|und|et|e|en)[ -]+[a-z-]+)?[ -]+"
    r"(?:century|centuries|jahrhundert|siecle|secolo|eeuw))"
)
_ORDINAL_CENTURY = [
    (
        re.compile(rf"(?<![a-z])(?<!dix-)(?<!et-)(?<!twenty-)(?:{words}){_BEFORE_CENTURY}"),
        f"{number}th",
    )
    for number, words in enumerate(_ORDINALS, start=1)
]
_ITALIAN = {
    "duecento": 13,
    "trecento": 14,
    "quattrocento": 15,
    "cinquecento": 16,
    "seicento": 17,
    "settecento": 18,
    "ottocento": 19,
    "novecento": 20,
}
_ROMAN = re.compile(
    r"(?<![\w.])(?=[xvi])(x{0,2}(?:ix|iv|v?i{0,3}))"
    r"(e|eme|er|o|°|st|nd|rd|th|\.(?= ?j))?(?![\w']|[ .]*\d)"
)
_WORD_FIRST = re.compile(
    r"(?<![a-z])(?:sec(?:ol[oi]|c?\.)?|siglos?|s\.) "
    r"(\d{1,2}e(?:(?: ?[-/] ?| e | y )\d{1,2}e)?)(?!\w)"
)
_HAS_CENTURY = re.compile(rf"(?<![a-z]){CENTURY_WORD}(?![a-z])")
_ROMAN_ALONE = re.compile(
    r"(?:(?:early|mid|late|debut|milieu|fin|anfang|ende|mitte|inizi|inizio|meta|fine|begin|midden|"
    r"eind|einde|du|de|del|des|of|the|vers|ca?\.)[ -]+)*"
    r"[ivx]+(?:e|eme|er)(?:[ ]*[-/][ ]*[ivx]+(?:e|eme|er))?"
)
_C19 = re.compile(r"(?<![a-z0-9.])c ?(1\d|2[01]|[1-9])(?:st|nd|rd|th)?(?![\d.]|[ -]?\d{3})")
_BEFORE_ERA = re.compile(
    r"(?<![a-z])(?:b\.? ?c\.?(?: ?e\.?)?|v\. ?chr\.?|vor chr(?:istus|\.)?|v\. ?u\. ?z\.|"
    r"voor chr(?:istus|\.)?|av(?:ant)?\.? ?j\.?[ -]*c\.?|avant (?:jesus[ -])?christ|"
    r"av(?:anti)?\.? ?(?:cristo|c\.)|a\. ?c\.(?:n\.)?|before (?:our era|christ)|a\. ?chr\.?)"
    r"(?![a-z])"
)
_OUR_ERA = re.compile(
    r"(?<![a-z])(?:a\.? ?d\.?(?= ?\d)|(?<=\d )a\.? ?d\.?|(?<=\d)ad|(?<=y )a\.? ?d\.?|"
    r"c\.? ?e\.?(?=$|[ ,;)])|n\. ?chr\.?|nach chr(?:istus|\.)?|n\. ?u\. ?z\.|na chr(?:istus|\.)?|"
    r"ap(?:r(?:es)?)?\.? ?j\.?[ -]*c\.?|apres (?:jesus[ -])?christ|dopo cristo|d\. ?c\.)(?![a-z])"
)
# Of what was made of a work later: a print of a negative, a cast of a model, a frame.
_LATER = re.compile(
    r"(?<=\d)([^\d]{0,12}?)[,;( /]+(?:later |posthumously )?(?:printed|reprinted|print|cast|recast|"
    r"frame|framed|restored|guss|gegossen|nachguss|abzug|gedruckt|rahmen|restauriert|tirage|tire|"
    r"fonte|fondu|cadre|restaure|stampat[oa]|stampa|fusione|fus[oa]|cornice|restaurat[oa]|gedrukt|"
    r"afdruk|gegoten|lijst|gerestaureerd)(?![a-z]).*"
)


def without_later(text: str) -> str:
    """A date without what was made of the work later: "c. 1889, printed 1920s".

    Examples
    --------
    >>> without_later("c. 1889, printed 1920s"), without_later("cast 1910")
    ('c. 1889', 'cast 1910')
    """
    return _LATER.sub(r"\1", text)


def eras(text: str) -> tuple[str, list[int]]:
    """A date without its eras, and these in their order, -1 before ours and 1 in it.

    Examples
    --------
    >>> eras("100 b.c. - a.d. 100")
    ('100 - 100', [-1, 1])
    """
    found = sorted(
        [(match.start(), -1) for match in _BEFORE_ERA.finditer(text)]
        + [(match.start(), 1) for match in _OUR_ERA.finditer(_BEFORE_ERA.sub(_blank, text))]
    )
    text = _OUR_ERA.sub(" ", _BEFORE_ERA.sub(" ", text))
    return " ".join(text.split()), [era for _, era in found]


def in_figures(text: str) -> str:
    """Centuries that are written as words or Roman numerals, in figures.

    Examples
    --------
    >>> in_figures("xvi-xvii secolo"), in_figures("late nineteenth century"), in_figures("c19")
    ('16e-17e secolo', 'late 19th century', '19th century')
    >>> in_figures("sec. xv"), in_figures("debut xxe"), in_figures("ottocento")
    ('15e secolo', 'debut 20e siecle', '19th century')
    """
    for pattern, figure in _ORDINAL_CENTURY:
        text = pattern.sub(figure, text)
    for name, number in _ITALIAN.items():
        text = re.sub(rf"(?<![a-z]){name}(?![a-z])", f"{number}th century", text)
    text = _C19.sub(lambda match: f"{match[1]}th century", text)
    if _ROMAN_ALONE.fullmatch(text):
        text += " siecle"
    if _HAS_CENTURY.search(text):
        text = _ROMAN.sub(_arabic, text)
        text = _WORD_FIRST.sub(r"\1 secolo", text)
    return text


def _arabic(match: re.Match[str]) -> str:
    number = roman(match[1])
    # "i secoli" has an article, "I secolo" is the first.
    after = match.string[match.end() + 1 :]
    article = match[1] == "i" and not match[2]
    article &= after.startswith("secoli") or not _HAS_CENTURY.match(after)
    if not 1 <= number <= 21 or article:
        return match[0]
    return f"{number}e"


def _blank(match: re.Match[str]) -> str:
    return " " * len(match[0])


def roman(numeral: str) -> int:
    """The number that a Roman numeral in small letters is."""
    values = {"i": 1, "v": 5, "x": 10, "l": 50, "c": 100, "d": 500, "m": 1000}
    digits = [values[c] for c in numeral]
    return sum(
        -digit if digit < max(digits[place:]) else digit for place, digit in enumerate(digits)
    )
