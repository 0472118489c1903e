"""Options that several commands have, and how their values are read."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Literal

import typer

BASICS, RECIPE, HARDWARE = "Basics", "Recipe", "Hardware"
DEFAULT_STORE = Path("store")

Precision = Literal["auto", "32", "bf16"]

StoreOption = Annotated[
    Path,
    typer.Option("--store", envvar="ARTEXTRACT_STORE", help="The folder of results."),
]
JsonOption = Annotated[bool, typer.Option("--json", help="Print the result as JSON.")]
OverwriteOption = Annotated[
    bool, typer.Option("--overwrite", help="Make it anew, even if it has been done.")
]
BackboneOption = Annotated[
    list[str] | None,
    typer.Option(
        help="Name of a network: alexnet, resnet50, any classification model of torchvision "
        "(convnext_tiny, ...), or all for those registered. Repeatable, or separated by commas.",
        show_default="all",
    ),
]
TasksOption = Annotated[
    list[str] | None,
    typer.Option(
        help="Label columns to learn. Repeatable, or separated by commas.",
        show_default="all that have labels",
    ),
]
EncodingOption = Annotated[
    str | None,
    typer.Option(
        help="Encoding of a table that is text: utf-8, cp1252, mac_roman, utf-16, ...",
        show_default="found out",
    ),
]
ColumnOption = Annotated[
    list[str] | None,
    typer.Option(
        "--column",
        help="What a column of the table is, as artist=Maker: path, artist, genre, style, title, "
        "year, split or a task. Repeatable.",
        show_default="by its name",
    ),
]
UnknownOption = Annotated[
    list[str] | None,
    typer.Option(
        help="A label that stands for none, beside Unknown, Anonymous, N/A and their like, as "
        "'Dutch School'. Repeatable."
    ),
]
MergeSpellingsOption = Annotated[
    bool,
    typer.Option(
        "--merge-spellings",
        help="Make one label of spellings that are probably one name, as 'Monet, Claude' and "
        "claude-monet; without it they are only named.",
    ),
]
PretrainedOption = Annotated[
    list[str] | None,
    typer.Option(
        help="imagenet (downloaded by torchvision), none, or BACKBONE=PATH of a safetensors file "
        "or state dict with torchvision's key names, or BACKBONE=none. Repeatable.",
        show_default="imagenet",
    ),
]
PrecisionOption = Annotated[
    Precision | None,
    typer.Option(
        help="bf16 is used by auto where the hardware has it.",
        show_default="auto",
        rich_help_panel=HARDWARE,
    ),
]
AcceleratorOption = Annotated[
    str, typer.Option(help="Lightning's: auto, cpu, gpu, ...", rich_help_panel=HARDWARE)
]
DevicesOption = Annotated[
    str, typer.Option(help="Number of devices per machine, or auto.", rich_help_panel=HARDWARE)
]
NumNodesOption = Annotated[
    int, typer.Option(min=1, help="Number of machines.", rich_help_panel=HARDWARE)
]
StrategyOption = Annotated[
    str, typer.Option(help="Lightning's: auto, ddp, ...", rich_help_panel=HARDWARE)
]
WorkersOption = Annotated[
    int | None,
    typer.Option(
        min=0,
        help="Loading processes per device.",
        show_default="by cores",
        rich_help_panel=HARDWARE,
    ),
]


def split(values: Iterable[str] | None) -> tuple[str, ...]:
    """The values of an option that is repeatable and takes lists separated by commas."""
    parts = (part.strip() for value in values or () for part in value.split(","))
    return tuple(dict.fromkeys(part for part in parts if part))


def columns(values: Iterable[str] | None) -> dict[str, str]:
    """What is which column, from the values of ``--column``.

    Raises
    ------
    typer.BadParameter
        If a value is not of the form ROLE=NAME.
    """
    found = {}
    for value in values or ():
        role, equals, name = value.partition("=")
        if not (role.strip() and equals and name.strip()):
            raise typer.BadParameter(f"--column {value}: expected ROLE=NAME, as artist=Maker")
        found[role.strip()] = name.strip()
    return found


def backbones(values: Sequence[str] | None) -> tuple[str, ...]:
    """Names of backbones from the values of ``--backbone``, each known.

    Raises
    ------
    ValueError
        If there is no such backbone.
    """
    from artextract.models.backbones import BACKBONES, get_backbone

    names: list[str] = []
    for name in split(values):
        if name == "all":
            names += BACKBONES
        else:
            get_backbone(name)
            names.append(name)
    return tuple(dict.fromkeys(names))


@dataclass(frozen=True)
class Pretrained:
    """Starting weights per backbone, from the values of ``--pretrained``."""

    everywhere: str = "imagenet"
    own: dict[str, str] = field(default_factory=dict)

    @classmethod
    def read(cls, values: Sequence[str]) -> Pretrained:
        """Read ``imagenet``, ``none`` and ``BACKBONE=PATH``; the last of a kind counts.

        Raises
        ------
        typer.BadParameter
            If a value is none of these.
        """
        everywhere, own = "imagenet", {}
        for value in values:
            backbone, equals, source = value.partition("=")
            if value in ("imagenet", "none"):
                everywhere = value
            elif equals and backbone and source:
                (name,) = backbones([backbone])
                own[name] = source
            else:
                raise typer.BadParameter(
                    f"--pretrained {value}: expected imagenet, none or BACKBONE=PATH"
                )
        return cls(everywhere, own)

    def of(self, backbone: str) -> str | None:
        """Weights to start a backbone from: "imagenet", a path, or None for random ones."""
        source = self.own.get(backbone, self.everywhere)
        return None if source == "none" else source
