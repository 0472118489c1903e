"""The one error of everything that opens pictures."""


class PictureError(Exception):
    """A file is no picture that can be used. The message is one sentence for a person."""


CUT = "The picture is truncated: {why}; download or copy it again."
DAMAGED = "The picture is damaged: {why}; download, copy or export it again."


def cut(why: str) -> PictureError:
    """A picture whose end is missing."""
    return PictureError(CUT.format(why=why))


def damaged(why: str) -> PictureError:
    """A picture whose content contradicts itself."""
    return PictureError(DAMAGED.format(why=why))
