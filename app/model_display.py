"""How models are called and coloured on pages and in charts; without PyTorch."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from artextract.models.backbones import colours as backbone_colours
from artextract.models.backbones import display_name
from artextract.store import Store

ENSEMBLE = "ensemble"
# Mid-tones: legible on a white page and on a black one.
ACCENT = "#c9553c"
# For networks that bring no colour of their own, in the order of their names.
PALETTE = ("#5b9160", "#96699f", "#3a9aa0", "#cf7d90", "#94704c", "#5674ac", "#9da03c", "#8d6a5b")


@dataclass(frozen=True)
class ModelDisplay:
    """Names and colours of the networks of a store and of their ensemble.

    Attributes
    ----------
    names
        Network to name. A model that is not among them is called by :func:`display_name`.
    colours
        Network to colour, as hexadecimal RGB.
    """

    names: Mapping[str, str]
    colours: Mapping[str, str]

    @classmethod
    def read(cls, store: Store, *, dark: bool = False) -> ModelDisplay:
        """Of the networks in `store`, in training or trained, for a light or a dark page."""
        networks = sorted(path.name for path in store.root.glob("models/*") if path.is_dir())
        names = {network: display_name(network) for network in networks}
        chosen, free = {ENSEMBLE: ACCENT}, iter(PALETTE * (1 + len(networks) // len(PALETTE)))
        for network in networks:
            own = backbone_colours(network)
            chosen[network] = own[dark] if own else next(free)
        return cls(names | {ENSEMBLE: "Ensemble"}, chosen)

    def name(self, model: str) -> str:
        """Name of a model for people."""
        return self.names.get(model) or display_name(model)

    def colour(self, model: str) -> str:
        """Colour of a model, the same in every chart of a page."""
        return self.colours.get(model, PALETTE[-1])

    def embedding(self, name: str) -> str:
        """Name of an embedding for people, be it of one network or of several joined by "+"."""
        parts = []
        for part in name.split("+"):
            network, _, pretrained = part.partition("-")
            untrained = ", not trained on these works" if pretrained else ""
            parts.append(self.name(network) + untrained)
        return " and ".join(parts)
