"""What a file is by its first bytes, whatever its name says."""

from __future__ import annotations

EXPECTED = "JPEG, PNG, WebP, TIFF, AVIF or JPEG 2000"
_BIG_TIFF = (b"II+\0", b"MM\0+")
_TIFF = (b"II*\0", b"MM\0*", b"MM*\0", b"II\0*", *_BIG_TIFF)
_WHAT_IT_IS = (
    (b"%PDF", "a PDF document"),
    (b"PK\x03\x04", "a zip archive or office document"),
    (b"\x1f\x8b", "a gzip archive"),
    (b"Rar!", "a RAR archive"),
    (b"7z\xbc\xaf", "a 7z archive"),
    (b"%!PS", "a PostScript document"),
    (b"\xc5\xd0\xd3\xc6", "a PostScript document"),
    (b"8BPS", "a Photoshop document"),
    (b"8BPB", "a Photoshop document"),
    (b"gimp xcf", "a GIMP document"),
    (b"GIF8", "a GIF picture"),
    (b"BM", "a BMP picture"),
    (b"\x8aMNG", "an MNG film"),
    (b"\xff\x0a", "a JPEG XL picture"),
    (b"\0\0\0\x0cJXL ", "a JPEG XL picture"),
    (b"\x76\x2f\x31\x01", "an OpenEXR picture"),
    (b"#?RADIANCE", "a Radiance HDR picture"),
    (b"II\xbc", "a JPEG XR picture"),
    (b"AT&TFORM", "a DjVu document"),
    (b"SIMPLE  =", "a FITS picture"),
    (b"DDS ", "a DDS texture"),
    (b"version https://git-lfs", "a Git LFS pointer, not the picture itself; run git lfs pull"),
    (b"{", "a JSON or text file"),
)
_HEIC = (b"hei", b"mif", b"msf", b"hev")


def recognise(head: bytes) -> str | None:
    """The format by which a file is to be opened: one of Pillow's names, or None."""
    if head.startswith(b"\xff\xd8\xff"):
        return "JPEG"
    if head.startswith(b"\x89PNG\r\n\x1a\n"):
        return "PNG"
    if head.startswith(b"RIFF") and head[8:12] == b"WEBP":
        return "WEBP"
    if head.startswith(_TIFF):
        return "TIFF"
    if head.startswith((b"\0\0\0\x0cjP  ", b"\xff\x4f\xff\x51")):
        return "JPEG2000"
    if head[4:8] == b"ftyp" and (head[8:12] in (b"avif", b"avis") or b"avif" in _brands(head)):
        return "AVIF"
    return None


def what_it_is(head: bytes) -> str:
    """A sentence about a file that no decoder is let near.

    Parameters
    ----------
    head
        Its first kilobyte.
    """
    text = head.lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    what = next((what for magic, what in _WHAT_IT_IS if head.startswith(magic)), None)
    if b"<svg" in text:
        what = "an SVG drawing"
    elif text.startswith((b"<!doctype", b"<html")) or b"<html" in text:
        what = "a web page (HTML)"
    elif text.startswith(b"<?xml"):
        what = "an XML document"
    elif head[4:8] == b"ftyp":
        what = "a HEIC picture" if head[8:11] in _HEIC else "a film"
    elif head.startswith(b"RIFF") and head[8:12] in (b"WAVE", b"AVI "):
        what = "a sound or film"
    if what and "run " in what:
        return f"The file is {what}."
    if what:
        return f"The file is {what}; expected {EXPECTED}: export it as one of these."
    begun = (b"\xff\xd8", b"\x89PNG", b"RIFF", b"II*", b"MM\0")
    if head.startswith(begun) or not head.strip(b"\0"):
        why = "its header cannot be read" if head.strip(b"\0") else "it is blank"
        return f"The picture is damaged or truncated: {why}; download or copy it again."
    return f"The file is no picture that can be read; expected {EXPECTED}."


def _brands(head: bytes) -> bytes:
    """The brands of an ISO media file that it is compatible with."""
    return head[16 : min(int.from_bytes(head[:4], "big"), 256)]
