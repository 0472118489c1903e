"""Files that lie among pictures and are none: named for what they are."""

from __future__ import annotations

from pathlib import PurePosixPath

from artextract.collection.images import SUFFIXES, PictureError
from artextract.collection.places.base import Listing, Place

_KINDS = {
    "a PDF document": ".pdf",
    "a raw picture of a camera, to be developed first": (
        ".3fr .arw .cr2 .cr3 .crw .dcr .dng .erf .iiq .kdc .mef .mos .mrw .nef .nrw .orf .pef .raf "
        ".raw .rw2 .sr2 .srw .x3f"
    ),
    "a film": ".3gp .avi .flv .m4v .mkv .mov .mp4 .mpeg .mpg .mts .ogv .webm .wmv",
    "sound": ".aac .flac .m4a .mp3 .ogg .wav",
    "a document of a drawing program": (
        ".afphoto .ai .cdr .clip .eps .indd .kra .ps .psb .psd .svg .xcf"
    ),
    "a sidecar file, which describes a picture or a folder": (
        ".aae .cos .dop .ini .ivl .json .jsonl .pp3 .thm .url .webloc .xml .xmp .yaml .yml"
    ),
    "a table, which is given by itself": ".csv .feather .ods .parquet .tsv .xls .xlsx",
    "a text": ".txt .doc .docx .htm .html .log .md .odt .ppt .pptx .rtf .tex",
    "an archive, which is given by itself": ".7z .bz2 .gz .rar .tar .tgz .xz .zip .zst",
    "a program or its data": ".db .dll .exe .ipynb .npy .npz .pickle .pkl .pt .py .sh .sqlite",
    "a download that did not end": ".crdownload .download .part .partial .tmp",
}
_BY_SUFFIX = {suffix: kind for kind, all_of in _KINDS.items() for suffix in all_of.split()}
_MAGIC = (b"\xff\xd8\xff", b"\x89PNG\r\n", b"II*\0", b"MM\0*", b"\0\0\0\x0cjP  ")


def sort_out(place: Place, listing: Listing) -> tuple[list[str], dict[str, str]]:
    """Divide files into pictures and others, by their endings; by their content where these fail.

    Returns
    -------
    pictures
        Keys, sorted.
    others
        Key: what it is instead, one sentence; those that could not be listed among them.
    """
    pictures, others = [], dict(listing.faults)
    for key in sorted(listing.files):
        suffix = PurePosixPath(key).suffix.lower()
        if suffix in SUFFIXES:
            pictures.append(key)
        elif kind := _BY_SUFFIX.get(suffix):
            others[key] = f"The file is {kind}; it is no picture."
        else:
            try:
                with place.open(key) as file:
                    is_picture = _is_picture(file.read(16))
            except (PictureError, OSError) as error:
                others[key] = str(error)
                continue
            if is_picture:
                pictures.append(key)
            else:
                others[key] = "Neither its name nor its content is that of a picture."
    return pictures, others


def _is_picture(head: bytes) -> bool:
    return head.startswith(_MAGIC) or (
        (head[:4] == b"RIFF" and head[8:12] == b"WEBP") or head[4:12] == b"ftypavif"
    )
