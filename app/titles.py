"""Titles of works in their proper case.

File names of the release have lost capitals, commas and apostrophes: "charles i king of england" is
"Charles I, King of England". A title that has any of these was written by a person, and stays.
"""

from __future__ import annotations

import re

# Lower-case inside a name.
NAME_PARTICLES = frozenset(
    [
        *("af", "da", "de", "degli", "dei", "del", "della", "den", "der", "des", "di", "do"),
        *("dos", "du", "e", "el", "la", "las", "le", "los", "of", "ten", "ter", "the", "van"),
        *("vom", "von", "y", "zu", "zum", "zur"),
    ]
)
# Lower-case inside a title.
_SMALL = NAME_PARTICLES | frozenset(
    [
        *("a", "an", "and", "as", "at", "but", "by", "for", "from", "in", "into", "near", "nor"),
        *("on", "onto", "or", "over", "to", "under", "upon", "with"),
        *("au", "aux", "chez", "dans", "en", "et", "les", "par", "pour", "sous", "sur", "un"),
        *("une", "al", "alla", "con", "per", "su", "am", "bei", "das", "dem", "die", "im", "mit"),
        *("und", "van", "het", "op"),
    ]
)
_NUMERAL = re.compile(r"i|ii|iii|iv|v|vi|vii|viii|ix|x|xi|xii|xiii|xiv|xv|xvi|xvii|xviii|xix|xx")
_WRITTEN = re.compile(r"[^\w\s'’-]|[^\W\d_](?<![a-z])|\d[a-z]{3}")
_RANKS = (
    "king|queen|emperor|empress|tsar|tsarina|prince|princess|duke|duchess|archduke|archduchess|"
    "earl|count|countess|marquis|marquise|marchioness|viscount|viscountess|baron|baroness|"
    "elector|bishop|archbishop|comte|comtesse|infanta"
)
# "charles, prince of wales", and not "the prince of wales" or "portrait of the late king of spain".
_TITLED = re.compile(
    r"(\w+) ((?:(?:\d\d?(?:st|nd|rd|th)|first|second|third) )?(?:grand )?"
    rf"(?:{_RANKS}) (?:of|de)\b)"
)
_UNTITLED = _SMALL | frozenset(
    [
        *("as", "first", "former", "future", "grand", "great", "his", "her", "last", "late"),
        *("later", "little", "new", "now", "old", "second", "st", "third", "when", "young"),
        *_RANKS.split("|"),
    ]
)


def display_title(title: str) -> str:
    """A title as a museum's label has it.

    >>> display_title("Charles i king of england")
    'Charles I, King of England'
    >>> display_title("The milliner s shop"), display_title("Impression, soleil levant")
    ("The Milliner's Shop", 'Impression, soleil levant')
    """
    text = " ".join(title.replace("_", " ").split())
    if not text or _WRITTEN.search(text[1:]):
        return text
    text = re.sub(r"\b(\w{2,}) s\b", _with_apostrophe, text.lower())
    text = re.sub(r"\b(mr|mrs|dr|st)\b(?=.)", lambda found: found[0].capitalize(), text)
    text = _TITLED.sub(_with_comma, text)
    words = text.split(" ")
    return " ".join(_cased(word, place, len(words)) for place, word in enumerate(words))


def _with_apostrophe(found: re.Match[str]) -> str:
    # "church of s maria", "looking towards s giorgio": a saint.
    saint = found[1] in _SMALL or found[1] in ("church", "toward", "towards")
    return found[0] if saint else f"{found[1]}'s"


def _with_comma(found: re.Match[str]) -> str:
    name, rank = found.groups()
    return found[0] if name.lower() in _UNTITLED else f"{name}, {rank}"


def _cased(word: str, place: int, n: int) -> str:
    bare = word.rstrip(",").lower()
    # At the beginning "i" and "v" may be letters of a word in another language.
    if place and _NUMERAL.fullmatch(bare):
        return word.upper()
    if 0 < place < n - 1 and bare in _SMALL:
        return word
    # "self-portrait" has two capitals, "d'aosta" its second, "woman's" one.
    lead = re.match(r"[dl]['’](?=\w)", word) if place else None
    start = lead.end() if lead else 0
    return word[:start] + re.sub(
        r"(^|-)(\w)", lambda found: found[1] + found[2].upper(), word[start:]
    )
