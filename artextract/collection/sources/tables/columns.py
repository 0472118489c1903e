"""Which column of a table is what: by its name, in the words of museums and data sets."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence

import pandas as pd

from artextract.collection.images import SUFFIXES as PICTURES
from artextract.collection.labels import DEFAULT_TASKS
from artextract.collection.sources.tables.cells import clean, shown_names
from artextract.store import StoreError

# Names in small letters without blanks and signs; the earlier of two that are there counts.
ROLES: dict[str, tuple[str, ...]] = {
    "path": (
        *("path", "filename", "filepath", "file", "imagepath", "imagefile", "imagefilename"),
        *("image", "img", "imgpath", "imagename", "picture", "picturepath", "photo", "photograph"),
        *("scan", "relativepath", "localpath", "jpg", "datei", "dateiname", "bilddatei", "bild"),
        *("fichier", "nomdufichier", "fichierimage", "nomefile", "immagine", "bestand"),
        *("bestandsnaam", "afbeelding", "archivo", "imagen", "primaryimage", "objectimage"),
        *("media", "mediafile", "scanfile", "foto", "fotodatei", "pfad", "dateipfad", "bildpfad"),
        *("chemin", "percorso", "pad", "ruta", "imageurl", "imageuri", "url"),
    ),
    "artist": (
        *("artist", "artists", "artistname", "artistdisplayname", "maker", "makers", "painter"),
        *("artistmaker", "creator", "creators", "author", "attribution", "kunstler", "kuenstler"),
        *("maler", "urheber", "artiste", "peintre", "auteur", "artista", "autore", "pittore"),
        *("kunstenaar", "vervaardiger", "schilder", "autor", "pintor", "makername", "primarymaker"),
        *("paintername", "authorname", "creatorname", "artistnames", "constituent", "constituents"),
        *("artistculture", "attributedartist", "kunstlerin", "kuenstlerin", "malerin"),
        *("kunstlername", "kuenstlername", "nomdelartiste", "nomartiste", "auteurexecutant"),
        *("autoreartista", "nomeartista", "naamkunstenaar"),
    ),
    "title": (
        *("title", "titel", "titre", "titolo", "titulo", "objecttitle", "worktitle"),
        *("paintingname", "paintingtitle", "artworktitle", "bildtitel"),
    ),
    "year": (
        *("year", "date", "dated", "dates", "dating", "objectdate", "displaydate", "datetext"),
        *("creationdate", "datecreated", "productiondate", "dateofcreation", "datecreation"),
        *("completionyear", "jahr", "datierung", "datum", "entstehungsjahr", "annee"),
        *("datation", "anno", "data", "datazione", "jaar", "datering", "fecha", "ano"),
        *("dateperiod", "datemade", "dateofwork", "entstehungszeit", "entstehungsdatum"),
        *("millesime", "begindate", "datebegin", "objectbegindate", "yearbegin", "yearstart"),
    ),
    "split": ("split", "subset", "partition"),
    "genre": ("genre", "genres"),
    "style": ("style", "styles"),
}
HEADER_WITHIN = 20  # rows
_UNNAMED = re.compile(r"column \d+|Unnamed: \d+|__index_level_\d+__|index")
_ROLE = {name: role for role, names in ROLES.items() for name in names}


def role_of(name: str) -> str | None:
    """What a column of this name is, a key of :data:`ROLES`; None for any other column.

    Examples
    --------
    >>> role_of("File_Name"), role_of("Künstler"), role_of("Inventory")
    ('path', 'artist', None)
    """
    return _ROLE.get(_plain(name))


def _plain(name: str) -> str:
    text = unicodedata.normalize("NFKD", name.casefold())
    return re.sub(r"[^a-z0-9]", "", "".join(c for c in text if not unicodedata.combining(c)))


def header_names(header: Sequence[str], *, where: str) -> list[str]:
    """The names of the columns, cleaned; a column without one is called by its number.

    Raises
    ------
    StoreError
        If a name stands twice, in whatever case.
    """
    names = [" ".join(clean(name).split()) for name in header]
    seen: dict[str, str] = {}
    for name in filter(None, names):
        key = name.casefold()
        if key in seen:
            raise StoreError(
                f"{where}: the column {shown_names([seen[key]])} stands twice; remove or rename one"
            )
        seen[key] = name
    return [name or f"column {number}" for number, name in enumerate(names, start=1)]


def find_header(records: Sequence[Sequence[str]], *, among: int = HEADER_WITHIN) -> int:
    """Row of the header: the first, unless only a later one names a column of pictures."""
    for row, record in enumerate(records[:among]):
        roles = {role_of(str(cell)) for cell in record if cell}
        if "path" in roles and (row == 0 or len(roles - {None}) > 1):
            return row
    return 0


def assign_roles(
    table: pd.DataFrame, *, where: str, columns: Mapping[str, str] | None = None
) -> tuple[pd.DataFrame, dict[str, str]]:
    """Name columns by what they are; all others keep their names.

    Parameters
    ----------
    table
        As it was read, its columns named by :func:`header_names`.
    columns
        What a person says: role or task, and the name of the column that is it.

    Returns
    -------
    table
        Its columns renamed.
    named
        Role, and how the table calls the column, where the two differ.

    Raises
    ------
    StoreError
        If there is no such column, or none that holds the pictures.
    """
    by_name = {name.casefold(): name for name in table.columns}
    chosen: dict[str, str] = {}
    for role, name in (columns or {}).items():
        if name.casefold() not in by_name:
            raise StoreError(
                f"{where} has no column {shown_names([name])}; it has "
                f"{shown_names(list(table.columns))}"
            )
        chosen[role.casefold()] = by_name[name.casefold()]
    for role, names in ROLES.items():
        if role not in chosen and (found := _of_role(table, role, names, set(chosen.values()))):
            chosen[role] = found
    if "path" not in chosen and (found := _holds_pictures(table, set(chosen.values()))):
        chosen["path"] = found
    if "path" not in chosen:
        raise StoreError(
            f"{where} has the columns {shown_names(list(table.columns))}; expected path and at "
            f"least one of {', '.join(DEFAULT_TASKS)}; say which column it is with "
            "--column path=NAME"
        )
    renamed = {name: role for role, name in chosen.items()}
    # A column that another one has taken the name of keeps it, marked.
    others = {
        name: f"{name} (table)"
        for name in table.columns
        if name not in renamed and name.casefold() in chosen
    }
    table = table.rename(columns=renamed | others)
    return table, {role: name for role, name in chosen.items() if name.casefold() != role}


def _of_role(table: pd.DataFrame, role: str, names: Sequence[str], taken: set[str]) -> str | None:
    free = [str(name) for name in table.columns if name not in taken]
    plain = {_plain(name): name for name in reversed(free)}
    exact = [name for name in free if name.casefold() == role]
    found = exact or [plain[name] for name in names if name in plain]
    if role == "path" and len(found) > 1:
        shares = {name: _picture_share(table[name]) for name in found}
        found = sorted(found, key=lambda name: -shares[name])
    if role == "split" and found and not exact:
        return None  # a "subset" may be of anything
    return found[0] if found else None


def _holds_pictures(table: pd.DataFrame, taken: set[str]) -> str | None:
    """The only column in which all cells are names of pictures, as an index that was written."""
    names = [str(name) for name in table.columns if name not in taken]
    found = [name for name in names if _picture_share(table[name]) > 0.9]
    unnamed = [name for name in found if _UNNAMED.fullmatch(name)]
    return unnamed[0] if len(unnamed) == 1 else found[0] if len(found) == 1 else None


def _picture_share(column: pd.Series) -> float:
    cells = column.dropna().astype("str")
    cells = cells[cells.str.strip() != ""]
    if cells.empty:
        return 0.0
    return float(cells.str.strip().str.lower().str.endswith(tuple(PICTURES)).mean())
