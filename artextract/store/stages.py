"""Stages: what each step reads and writes, and the key that says whether it is done.

A stage is done where the key that is recorded for it is the key that it would have now, and nothing
else decides what is stale: neither dates nor flags.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import MISSING, dataclass, fields, is_dataclass
from typing import Any


@dataclass(frozen=True)
class Stage:
    """One step from what is in a store to more of it.

    Attributes
    ----------
    name
        In commands, and of the record in the store.
    revision
        To be raised when the code comes to other results from the same inputs.
    inputs
        What it reads: names of other stages, or of parts of the index ("pictures", "labels",
        "details").
    outputs
        Files that it writes, relative to the folder of what it is run on.
    """

    name: str
    revision: int
    inputs: tuple[str, ...]
    outputs: tuple[str, ...]

    def key(self, configuration: Mapping[str, Any], inputs: Mapping[str, str]) -> str:
        """Digest of configuration, revision and the keys of the inputs: 16 hexadecimal digits.

        Raises
        ------
        ValueError
            If `inputs` are not the stage's own.
        """
        if set(inputs) != set(self.inputs):
            raise ValueError(f"{self.name} reads {self.inputs}, not {tuple(inputs)}")
        return digest(
            {
                "stage": self.name,
                "revision": self.revision,
                "configuration": configuration,
                "inputs": inputs,
            }
        )


def digest(content: Any) -> str:
    """Digest of what JSON can hold, whatever the order of its keys: 16 hexadecimal digits."""
    text = json.dumps(content, sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def changed_settings(configuration: Any) -> dict[str, Any]:
    """What of a configuration (a dataclass) is not at its default, fit for JSON.

    Keys are made from this, so that a new setting leaves what was made before it untouched as long
    as it is at its default.
    """
    changed = {}
    for field in fields(configuration):
        value = getattr(configuration, field.name)
        default = field.default
        if default is MISSING and field.default_factory is not MISSING:
            default = field.default_factory()
        if value == default:
            continue
        changed[field.name] = changed_settings(value) if is_dataclass(value) else value
    return json.loads(json.dumps(changed))
