"""What a store remembers of the stages that were run in it: one file each."""

from __future__ import annotations

import platform
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from importlib import metadata
from pathlib import Path
from typing import Any

from artextract.files import write_json
from artextract.store import schema
from artextract.store.errors import StoreError
from artextract.store.reading import json_problem, read_json

PACKAGES = ("artextract", "torch", "torchvision", "lightning", "scikit-learn", "pillow", "pandas")


class StageRecords:
    """The records of a store's stages: ``stages/<name>.json``."""

    root: Path

    def stage_record(self, name: str) -> dict[str, Any] | None:
        """What is known of a stage; None where it was not run, or its record is damaged.

        Returns
        -------
        ``{"key", "inputs", "configuration", "result", "at", "seconds", "packages"}``.
        """
        path = self._record_path(name)
        missing = StoreError(f"no {name} in {self.root}")
        try:
            record = read_json(path, schema.StageRecord, command=None, missing=missing)
        except StoreError:
            return None
        for (begins, ends), parts in schema.RESULTS.items():
            if name.startswith(begins) and name.endswith(ends):
                for part, expected in parts.items():
                    if json_problem(record[part], expected):
                        return None
        return record

    def is_done(self, name: str, key: str, outputs: Iterable[Path] = ()) -> bool:
        """Whether a stage was run to the end under this key, and its outputs are still there."""
        record = self.stage_record(name)
        return record is not None and record["key"] == key and all(p.exists() for p in outputs)

    def record_stage(
        self,
        name: str,
        *,
        key: str,
        inputs: Mapping[str, str],
        configuration: Mapping[str, Any],
        seconds: float,
        result: Mapping[str, Any] | None = None,
    ) -> None:
        """Note that a stage has finished: to be called once its outputs are all there.

        Parameters
        ----------
        name
            Of the stage, with what it was run on: "embed-resnet50".
        key, inputs, configuration
            See :class:`artextract.store.stages.Stage`.
        seconds
            How long it took.
        result
            What it found, fit for JSON.
        """
        write_json(
            self._record_path(name),
            {
                "key": key,
                "inputs": dict(inputs),
                "configuration": dict(configuration),
                "result": dict(result or {}),
                "at": datetime.now(UTC).isoformat(timespec="seconds"),
                "seconds": round(seconds, 1),
                "packages": {"python": platform.python_version()} | _package_versions(),
            },
        )

    def forget_stage(self, name: str) -> None:
        """Let a stage be run anew."""
        self._record_path(name).unlink(missing_ok=True)

    def _record_path(self, name: str) -> Path:
        if "/" in name or name.startswith("."):
            raise StoreError(f"no stage is called {name!r}")
        return self.root / "stages" / f"{name}.json"


def _package_versions() -> dict[str, str]:
    versions = {}
    for package in PACKAGES:
        try:
            versions[package] = metadata.version(package)
        except metadata.PackageNotFoundError:
            continue
    return versions
