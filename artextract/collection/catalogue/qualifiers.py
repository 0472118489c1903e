"""Qualifiers of an attribution: "workshop of", "after", "zugeschrieben", apart from the artist.

The words are those of the *Categories for the Description of Works of Art* and of catalogues in
English, French, German, Italian, Dutch and Spanish. What is kept is the English term.
"""

from __future__ import annotations

import re
from collections.abc import Collection

from artextract.collection.catalogue.artists import LONGEST

# English term: what stands before a name, and what stands after it or in brackets, as patterns in
# small letters. "of" and its like in every language are taken with it.
_OF = (
    r"(?:of the |of |de la |des |du |de |d'|di |del |della |dell'|dei |van de |van den |van |von |"
    r"vom |der |de los )"
)
_PICTURE = (
    r"(?:an? |the |einem |einer |un |une |uno |una |een |het )?"
    r"(?:painting|picture|work|drawing|print|engraving|design|original|composition|gemalde|bild|zeichnung|stich|entwurf|vorlage|tableau|"
    r"peinture|dessin|gravure|oeuvre|dipinto|quadro|disegno|opera|incisione|schilderij|tekening|"
    r"prent|ontwerp)s? (?:by|of|von|de|d'|di|van) ?"
)
_MADE = (
    r"(?:(?:engraved|etched|painted|drawn|printed|copied|gestochen|gemalt|grave|peint|inciso|"
    r"geschilderd|gegraveerd|kopist|copyist|copiste|copista) )?"
)
BEFORE: dict[str, str] = {
    "formerly attributed to": (
        r"(?:formerly|previously|once) (?:attributed|ascribed|given) to|old attribution to|"
        r"(?:fruher|vormals|ehemals) zugeschrieben(?: an)?|fruhere zuschreibung an|"
        r"ancienne attribution a|(?:anciennement|autrefois|jadis) attribuee? a|"
        r"(?:gia|precedentemente) attribuit[oa] a|"
        r"(?:voorheen|vroeger) toegeschreven aan"
    ),
    "attributed to": (
        r"attributed to|attribution to|attr(?:ib)?\.?(?: (?:to|a|an|aan)(?= ))?|ascribed to|"
        r"given to|attribue(?:e|s|es)? (?:a|au)|att\. a|attribution a|zugeschrieben(?: an)?|"
        r"zuschreibung an|attribuit[oaie] (?:a|al)|attribuzione a|toegeschreven aan|"
        r"toegeschr\. aan|atribuid[oa] a"
    ),
    "workshop of": (
        rf"workshop {_OF}|werkstatt {_OF}?|atelier {_OF}|bottega {_OF}|werkplaats {_OF}|"
        rf"taller {_OF}|officina {_OF}"
    ),
    "studio of": rf"studio {_OF}|ateliers? und umkreis {_OF}",
    "assistant of": (
        rf"(?:assistant|associate|collaborator) (?:to |{_OF})|"
        rf"(?:gehilfe|mitarbeiter|assistent) {_OF}|(?:assistant|aide|collaborateur) {_OF}|"
        rf"(?:aiuto|collaboratore|assistente) {_OF}|(?:medewerker|helper|assistent) {_OF}"
    ),
    "circle of": (
        rf"circle {_OF}|near(?: to)?|in der nahe {_OF}|proche {_OF}|vicino a|"
        rf"(?:um)?kreis {_OF}?|entourage {_OF}|cercle {_OF}|cerchia {_OF}|"
        rf"ambito {_OF}|omgeving {_OF}|kring {_OF}|circulo {_OF}|umfeld {_OF}?"
    ),
    "follower of": (
        rf"followers? {_OF}|nachfolger {_OF}?|nachfolge {_OF}?|suiveur {_OF}|seguace {_OF}|"
        rf"(?:na)?volgers? {_OF}|volgeling {_OF}|seguidor {_OF}|disciple {_OF}|discepolo {_OF}"
    ),
    "pupil of": (
        rf"(?:pupil|student) {_OF}|schuler(?:in)? {_OF}|eleve {_OF}|allievo {_OF}|leerling {_OF}"
    ),
    "school of": rf"school {_OF}|schule {_OF}|ecole {_OF}|scuola {_OF}|school van |escuela {_OF}",
    "manner of": (
        rf"(?:in the )?(?:manner|style) {_OF}|in der art {_OF}?|art {_OF}|(?:im )?stil {_OF}|"
        rf"(?:dans la |a la )?maniere {_OF}|(?:dans le )?(?:gout|genre|style) {_OF}|"
        rf"(?:alla |nella )?maniera {_OF}|(?:nello )?stile {_OF}|"
        rf"(?:in de )?(?:manier|stijl|trant) {_OF}|(?:in )?imitation {_OF}|"
        rf"(?:imitat(?:or|eur|ore)|imitator) {_OF}|(?:nachahmer|nachahmung) {_OF}?|"
        rf"(?:forgery|fake|pastiche|falschung|faux|falso|vervalsing) {_OF}|estilo {_OF}"
    ),
    "copy after": (
        rf"cop(?:y|ies) (?:after|{_OF})|kopie (?:nach|naar)|copie (?:d'apres|{_OF})|"
        rf"copia (?:da|dal|dalla|d'apres|{_OF})"
    ),
    "after": (
        rf"{_MADE}(?:after|nach|d'apres|apres|naar|segun|dopo) {_PICTURE}|da {_PICTURE}|"
        rf"{_MADE}(?:after|nach|d'apres|apres|naar|segun|dopo)"
    ),
    "possibly": (
        r"possibly(?: by)?|perhaps(?: by)?|moglicherweise(?: von)?|vielleicht(?: von)?|"
        r"peut-etre(?: de| par)?|forse(?: di)?|mogelijk(?: door)?|wellicht(?: door)?|\?"
    ),
    "probably": (
        r"probably(?: by)?|wahrscheinlich(?: von)?|wohl(?: von)?|vermutlich(?: von)?|"
        r"probablement(?: de| par)?|probabilmente(?: di)?|"
        r"(?:waarschijnlijk|vermoedelijk)(?: door)?"
    ),
}
_WITH_OF = r"(?: (?:of(?: the)?|to|de(?: la)?|des|du|d'|di|del|della|van(?: de[rn]?)?|von|der))?"
AFTER: dict[str, str] = {
    "formerly attributed to": (
        r"(?:formerly|previously|once) (?:attributed|ascribed) to|ancienne attribution|"
        r"(?:fruher|vormals|ehemals) zugeschrieben|gia attribuit[oa](?: a)?|"
        r"(?:voorheen|vroeger) toegeschreven(?: aan)?"
    ),
    "attributed to": (
        r"attributed(?: to)?|attr(?:ib)?\.?(?: (?:to|a|an|aan))?|attribution|ascribed(?: to)?|"
        r"attribue(?:e)?(?: a)?|zugeschrieben|zugeschr\.?|zuschreibung|attribuit[oa](?: a)?|"
        r"attribuzione|toegeschreven(?: aan)?|atribuid[oa](?: a)?"
    ),
    "workshop of": (
        r"(?:and |und |et |e |en )?(?:his |her |seine |son )?(?:workshop|werkstatt|"
        rf"atelier|bottega|werkplaats){_WITH_OF}"
    ),
    "studio of": rf"(?:and )?(?:his |her )?studio{_WITH_OF}",
    "assistant of": (
        rf"(?:assistant|associate|gehilfe|mitarbeiter|collaborateur|aiuto|medewerker){_WITH_OF}"
    ),
    "circle of": (
        rf"(?:circle|near|umkreis|kreis|umfeld|entourage|cercle|cerchia|ambito|omgeving|kring)"
        rf"{_WITH_OF}"
    ),
    "follower of": (
        rf"(?:follower|nachfolger|nachfolge|suiveur|disciple|seguace|navolger|volgeling){_WITH_OF}"
    ),
    "pupil of": rf"(?:pupil|student|schuler(?:in)?|eleve|allievo|leerling){_WITH_OF}",
    "school of": rf"(?:school|schule|ecole|scuola){_WITH_OF}",
    "manner of": (
        rf"(?:in the |a la |alla |in der |in de )?(?:manner|style|maniere|maniera|imitator|"
        rf"imitateur|imitatore|nachahmer|gout|genre|stil|stijl|manier|trant|pastiche){_WITH_OF}|"
        r"(?:in der )?art (?:des|der|von)|in der art"
    ),
    "copy after": r"(?:copy|copies|kopie|copie|copia)(?: (?:after|of|nach|d'apres|de|da|di|naar))?",
    "after": r"after|nach|d'apres|naar|da",
    "possibly": r"possibly|moglicherweise|peut-etre|forse|mogelijk|wellicht|\?",
    "probably": (
        r"probably|wahrscheinlich|vermutlich|wohl|probablement|probabilmente|waarschijnlijk|"
        r"vermoedelijk"
    ),
}
# Before or after a name with nothing between, as some surnames are: where the rest is a known name.
_LOOSE: dict[str, str] = {
    "workshop of": r"workshop|werkstatt|atelier|bottega|werkplaats",
    "studio of": r"studio",
    "assistant of": r"gehilfe|mitarbeiter|assistant|associate",
    "circle of": r"circle|umkreis|kreis|entourage|cerchia|omgeving|kring",
    "follower of": r"followers?|nachfolger|suiveur|seguace|navolger",
    "pupil of": r"pupil|schuler(?:in)?|eleve|allievo|leerling",
    "school of": r"school|schule|ecole|scuola",
    "manner of": r"art|manner|style|manier|stil|nachahmer|imitator",
    "copy after": r"copy|kopie|copie|copia|kopist",
    "after": r"da|dal|dalla",
}
_LEADING = [
    (term, re.compile(rf"[(\[]?(?:{words})(?:(?<=[ '.?])|(?!\w))[)\]]?[ :]*", re.IGNORECASE))
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
_NEXT_TO = [
    (term, re.compile(rf"(?:{words}) (?P<name>\S.*)|(?P<before>.*\S)[ -](?:{words})", re.DOTALL))
    for term, words in _LOOSE.items()
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


def split_qualifier(text: str, *, known: Collection[str] = ()) -> tuple[str, str | None]:
    """The artist that a cell names, and the qualifier, as its English term; None without one.

    Parameters
    ----------
    known
        Names of artists who stand alone elsewhere: with one of them even "Rembrandt workshop" and
        "Schule Rembrandts" are told from names such as "Ai Weiwei Studio".

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
    if len(name) > LONGEST:  # a description, not a name
        return name, None
    for _ in range(3):  # "attributed to the workshop of"
        found = _leading(name) or _trailing(name) or _next_to(name, known)
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


def _next_to(text: str, known: Collection[str]) -> tuple[str, str] | None:
    folded = _folded(text)
    for term, pattern in _NEXT_TO if known else ():
        match = pattern.fullmatch(folded)
        if match is None:
            continue
        start, end = match.span("name" if match["name"] else "before")
        for name in (text[start:end], text[start:end].removesuffix("s")):
            if name in known:
                return name, term
    return None


def _folded(text: str) -> str:
    """Small letters without accents, as many of them as `text` has."""
    low = "".join(c.lower() if len(c.lower()) == 1 else c for c in text)
    return low.translate(_FOLD)
