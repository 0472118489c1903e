"""Qualifiers of an attribution: "workshop of", "after", "zugeschrieben", apart from the artist.

The words are those of the *Categories for the Description of Works of Art* and of catalogues in
English, French, German, Italian, Dutch and Spanish. What is kept is the English term.
"""

from __future__ import annotations

import re

# English term: what stands before a name, and what stands after it or in brackets, as patterns in
# small letters. "of" and its like in every language are taken with it.
_OF = (
    r"(?:of the |of |de la |des |du |de |d'|di |del |della |dell'|dei |van de |van den |van |von |"
    r"vom |der |de los )"
)
BEFORE: dict[str, str] = {
    "attributed to": (
        r"attributed to|attribution to|attr(?:ib)?\.?(?: to)?|ascribed to|given to|"
        r"attribue(?:e|s|es)? (?:a|au)|att(?:r(?:ib)?)?\. a|"
        r"zugeschrieben(?: an)?|attribuito a|attribuita a|attr(?:ib)?\. a|toegeschreven aan|"
        r"toegeschr\. aan|atribuid[oa] a"
    ),
    "workshop of": (
        rf"workshop {_OF}|werkstatt {_OF}?|atelier {_OF}|bottega {_OF}|werkplaats {_OF}|"
        rf"taller {_OF}|officina {_OF}"
    ),
    "studio of": rf"studio {_OF}|ateliers? und umkreis {_OF}",
    "circle of": (
        rf"circle {_OF}|(?:um)?kreis {_OF}?|entourage {_OF}|cercle {_OF}|cerchia {_OF}|"
        rf"ambito {_OF}|omgeving {_OF}|kring {_OF}|circulo {_OF}|umfeld {_OF}?"
    ),
    "follower of": (
        rf"followers? {_OF}|nachfolger {_OF}?|nachfolge {_OF}?|suiveur {_OF}|seguace {_OF}|"
        rf"navolgers? {_OF}|seguidor {_OF}|disciple {_OF}"
    ),
    "pupil of": (
        rf"(?:pupil|student) {_OF}|schuler(?:in)? {_OF}|eleve {_OF}|allievo {_OF}|leerling {_OF}"
    ),
    "school of": rf"school {_OF}|schule {_OF}|ecole {_OF}|scuola {_OF}|school van |escuela {_OF}",
    "manner of": (
        rf"(?:in the )?(?:manner|style) {_OF}|(?:in der )?art {_OF}|stil {_OF}|"
        rf"(?:dans la )?maniere {_OF}|(?:alla )?maniera {_OF}|(?:in de )?(?:manier|stijl) {_OF}|"
        rf"imitat(?:or|eur|ore) {_OF}|nachahmer {_OF}?|estilo {_OF}"
    ),
    "copy after": (
        rf"cop(?:y|ies) (?:after|{_OF})|kopie (?:nach|naar)|copie (?:d'apres|{_OF})|"
        rf"copia (?:da|dal|d'apres|{_OF})"
    ),
    "after": r"after|nach|d'apres|apres|naar|segun|dopo",
    "possibly": (
        r"possibly(?: by)?|perhaps(?: by)?|moglicherweise|vielleicht|peut-etre|forse|"
        r"mogelijk"
    ),
    "probably": (
        r"probably(?: by)?|wahrscheinlich|wohl|vermutlich|probablement|probabilmente|"
        r"waarschijnlijk"
    ),
}
AFTER: dict[str, str] = {
    "attributed to": (
        r"attributed(?: to)?|attr(?:ib)?\.?(?: to)?|attribution|ascribed to|attribue(?:e)?(?: a)?|"
        r"zugeschrieben|zugeschr\.?|zuschreibung|attribuit[oa](?: a)?|toegeschreven(?: aan)?|"
        r"atribuid[oa](?: a)?"
    ),
    "workshop of": (
        r"(?:and |und |et |e |en )?(?:his |her |seine |son )?(?:workshop|werkstatt|"
        r"atelier|bottega|werkplaats)(?: of)?"
    ),
    "studio of": r"(?:and )?studio(?: of)?",
    "circle of": r"circle(?: of)?|umkreis|kreis|entourage|cerchia|omgeving(?: van)?|kring(?: van)?",
    "follower of": r"follower(?: of)?|nachfolger|nachfolge|suiveur|seguace|navolger(?: van)?",
    "pupil of": r"pupil(?: of)?|schuler(?:in)?|eleve|allievo|leerling(?: van)?",
    "school of": r"school(?: of)?|schule|ecole|scuola",
    "manner of": r"(?:in the )?(?:manner|style)(?: of)?|maniere|maniera|imitator(?: of)?|nachahmer",
    "copy after": r"copy(?: after)?|copies|kopie|copie|copia|kopie naar",
    "after": r"after|nach|d'apres|naar",
    "possibly": r"possibly|moglicherweise|peut-etre|forse|mogelijk|\?",
    "probably": r"probably|wahrscheinlich|wohl|probablement|probabilmente|waarschijnlijk",
}
_LEADING = [
    (term, re.compile(rf"[(\[]?(?:{words})(?:(?<=[ '.])|(?!\w))[)\]]?[ :]*", re.IGNORECASE))
    for term, words in BEFORE.items()
]
_TRAILING = [
    (
        term,
        re.compile(
            rf"(?P<name>.*\S)\s*(?:[,;]\s*(?:{words})|[(\[]\s*(?:{words})\s*[)\]])", re.I | re.S
        ),
    )
    for term, words in AFTER.items()
]
# Without a comma or brackets only where no name ends so.
_BARE = re.compile(
    r"(?P<name>.*\S)\s+(?:(?P<a>zugeschrieben|attributed|attribue)|"
    r"(?P<w>(?:and|und|et|e|en) (?:his |her )?(?:workshop|studio|werkstatt|atelier|bottega|"
    r"werkplaats)))|"
    r"(?P<doubt>.*\w[\w.)]*)\s*\?+",
    re.IGNORECASE | re.DOTALL,
)
_FOLD = str.maketrans("àâäáãèéêëìíîïòóôöõùúûüçñ’", "aaaaaeeeeiiiiooooouuuucn'")


def split_qualifier(text: str) -> tuple[str, str | None]:
    """The artist that a cell names, and the qualifier, as its English term; None without one.

    Examples
    --------
    >>> split_qualifier("Workshop of Rembrandt"), split_qualifier("Rembrandt (attributed to)")
    (('Rembrandt', 'workshop of'), ('Rembrandt', 'attributed to'))
    >>> split_qualifier("Umkreis des Lucas Cranach d. Ä."), split_qualifier("Claude Monet")
    (('Lucas Cranach d. Ä.', 'circle of'), ('Claude Monet', None))
    >>> split_qualifier("Attributed to the workshop of Rubens")
    ('Rubens', 'attributed to workshop of')
    """
    name, terms = text.strip(), []
    for _ in range(3):  # "attributed to the workshop of"
        found = _leading(name) or _trailing(name)
        if found is None:
            break
        name, term = found
        terms.append(term)
    return (name, " ".join(terms)) if terms else (text.strip(), None)


def _leading(text: str) -> tuple[str, str] | None:
    folded = _folded(text)
    article = re.match(r"(?:the|an?|un|une|eine?|der|die|het|il|la|le) ", folded)
    for start in (0, article.end() if article else 0):
        for term, pattern in _LEADING:
            match = pattern.match(folded, start)
            # A word ends there: "Nachtigall" is not after Tigall, "Attridge" not attributed.
            if match is None or match.end() >= len(text):
                continue
            before, name = folded[match.end() - 1], text[match.end() :].strip(" ;")
            # "Nach, Peter" is called so.
            if before.isalnum() or name.startswith(",") or not any(map(str.isalpha, name)):
                continue
            return _without_article(name), term
    return None


def _without_article(name: str) -> str:
    match = re.match(r"(?:the|dem|den|des|der) (?=\w)", name)
    return name[match.end() :] if match else name


def _trailing(text: str) -> tuple[str, str] | None:
    folded = _folded(text)
    for term, pattern in _TRAILING:
        if match := pattern.fullmatch(folded):
            return text[: match.end("name")].strip(" ,;"), term
    match = _BARE.fullmatch(folded)
    if match is None:
        return None
    if match["doubt"]:
        return text[: match.end("doubt")].strip(" ,;"), "possibly"
    return text[: match.end("name")].strip(), "attributed to" if match["a"] else "workshop of"


def _folded(text: str) -> str:
    """Small letters without accents, as many of them as `text` has."""
    low = "".join(c.lower() if len(c.lower()) == 1 else c for c in text)
    return low.translate(_FOLD)
