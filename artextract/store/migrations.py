"""From older formats of the store to this one.

Every step can be interrupted and done again; the manifest is written last, so that a store is of
the new format only once all of it is.
"""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

from artextract.files import replacing, write_json
from artextract.store.errors import StoreError
from artextract.store.index_keys import label_keys
from artextract.store.records import StageRecords
from artextract.store.stages import Stage, digest

FORMAT = 2
_STALE = "of an earlier format"  # no key equals it: the stage is run anew when it is asked for
# These two as they were when format 2 came: what they made is as good as it would be made now.
_PROBABILITIES = Stage("probabilities", 1, ("pictures", "labels", "networks"), ())
_EMBED = Stage("embed", 1, ("pictures", "network"), ())
_EVIDENCE = {"own_distance": "intra_artist_distance", "surprise": "negative_log_likelihood"}


def migrate(root: Path, manifest: dict[str, Any]) -> dict[str, Any]:
    """Bring the store at `root` to format 2 and return its new manifest.

    What was made stays and can be looked at. Networks and embeddings count as they did; evaluation
    and exploration are made anew, from what is there, when they are asked for.

    Raises
    ------
    StoreError
        If the format is unknown, or the store cannot be written to.
    """
    known = manifest.get("format")
    if known != 1:
        raise StoreError(
            f"{root} is a store of format {known!r}, this version reads format {FORMAT}",
            "artextract index SOURCE --store OTHER_FOLDER",
        )
    try:
        return _Migration(root, manifest).run()
    except OSError as error:
        raise StoreError(
            f"{root} is a store of format 1, which cannot be brought to format {FORMAT} "
            f"({error.strerror or error}); make it writable"
        ) from error


class _Migration(StageRecords):
    """One store of format 1 on its way to format 2."""

    def __init__(self, root: Path, manifest: dict[str, Any]) -> None:
        self.root, self.manifest = root, manifest
        self.old = manifest.get("dataset") or {}
        self.dataset: dict[str, Any] = {}
        self.embeddings: dict[str, str] = {}

    def run(self) -> dict[str, Any]:
        new: dict[str, Any] = {"format": FORMAT}
        if self.old and (self.root / "works.parquet").exists():
            self._index()
            self._networks()
            self._evaluation()
            self._embeddings()
            for summary in sorted(self.root.glob("explored/*/summary.json")):
                self._exploration(summary)
            new["dataset"] = self.dataset
        self._annotations()
        write_json(self.root / "manifest.json", new)
        return new

    def _index(self) -> None:
        import pandas as pd

        path = self.root / "works.parquet"
        works = pd.read_parquet(path)
        if "digest" not in works:
            digests: dict[str, str] = {}
            memory = self.root / "checked" / "pictures.parquet"
            if memory.exists():
                verified = pd.read_parquet(memory)
                digests = dict(zip(verified["path"], verified["digest"], strict=True))
            works["digest"] = [
                digests.get(p, f"work-{i}")
                for p, i in zip(works["path"], works["work_id"], strict=True)
            ]
            with replacing(path) as temporary:
                works.to_parquet(temporary, index=False)
        thumbnails = self.root / "thumbnails"
        for work_id, name in zip(works["work_id"], works["digest"], strict=True):
            numbered = thumbnails / f"{work_id}.jpg"
            if numbered.exists() and numbered.stem != name:
                numbered.replace(thumbnails / f"{name}.jpg")
        shutil.rmtree(self.root / "checked" / "thumbnails", ignore_errors=True)
        classes = json.loads((self.root / "classes.json").read_text("utf-8"))
        kind = {"release": "wikiart"}.get(self.old.get("kind", ""), self.old.get("kind", "table"))
        self.dataset = {
            "source": self._source(kind),
            "kind": kind,
            "works": len(works),
            "labels": label_keys(works, classes),
            "pictures": self.old.get("pictures", _STALE),
            "details": self.old.get("details", _STALE),
            "complete": self.old.get("fingerprint") is not None,
        }
        if self.old.get("procedural"):
            self.dataset["procedural"] = True

    def _source(self, kind: str) -> dict[str, str]:
        images, named = self.old.get("images", ""), self.old.get("source", "")
        if not Path(images).is_absolute():  # within the store, with which it may have moved
            named = f"{images}/{Path(named).name}"
        record = {"kind": kind, "images": images}
        if kind == "table":
            return record | {"table": named, "paths_from": images}
        return record | {"labels": named} if kind == "wikiart" else record

    def _of_this_index(self, made_from: dict[str, Any]) -> bool:
        fingerprint = self.old.get("fingerprint")
        return fingerprint is not None and made_from.get("fingerprint") == fingerprint

    def _networks(self) -> None:
        for path in sorted(self.root.glob("models/*/config.json")):
            config = json.loads(path.read_text("utf-8"))
            if "labels" in config:
                continue
            labels = self.dataset["labels"] if self._of_this_index(config) else {}
            config["labels"] = {task: labels.get(task, _STALE) for task in config["classes"]}
            config.pop("fingerprint", None)
            write_json(path, config)

    def _evaluation(self) -> None:
        path = self.root / "ensemble.json"
        if not path.exists():
            return
        fitted = json.loads(path.read_text("utf-8"))
        made_from = fitted.pop("made_from", None)
        if made_from is None:
            return
        current = self._of_this_index(made_from)
        inputs = {
            "pictures": self.dataset["pictures"] if current else _STALE,
            "labels": digest({t: self.dataset["labels"][t] for t in fitted["tasks"]})
            if current
            else _STALE,
            "networks": digest(made_from["networks"]),
        }
        configuration = {"views": made_from.get("views", 1)}
        key = _PROBABILITIES.key(configuration, inputs)
        self._record("probabilities", inputs, configuration, key=key)
        networks = {"networks": made_from["networks"]} | configuration
        write_json(path, networks | fitted)

    def _embeddings(self) -> None:
        for path in sorted(self.root.glob("embeddings/*.json")):
            record = json.loads(path.read_text("utf-8"))
            made_from = record["made_from"]
            result = {
                "backbone": made_from["backbone"],
                "pretrained": made_from["pretrained"],
                "network": made_from["digest"],
                "image_size": made_from.get("image_size", 224),
                "unreadable": record.get("unreadable", []),
            }
            current = self._of_this_index(made_from)
            pictures = made_from.get("pictures", self.dataset["pictures"])
            inputs = {
                "pictures": pictures if current else _STALE,
                "network": made_from["digest"],
            }
            configuration = {"image_size": result["image_size"]}
            key = _EMBED.key(configuration, inputs)
            self._record(f"embed-{path.stem}", inputs, configuration, result, key=key)
            self.embeddings[path.stem] = key
            path.unlink()

    def _exploration(self, path: Path) -> None:
        import pandas as pd

        name = path.parent.name
        summary = json.loads(path.read_text("utf-8"))
        made_from = summary.get("made_from") or [{}]
        current = self._of_this_index(made_from[0])
        details = self.dataset["details"] if current else _STALE
        embedding = digest([self.embeddings.get(part, _STALE) for part in name.split("+")])
        for stage in ("neighbours", "outliers", "map", "timeline"):
            if stage not in summary:
                continue
            part = summary[stage]
            configuration = part.pop("configuration", {})
            result = {k: v for k, v in part.items() if k not in ("revision", "said", "evidence")}
            if stage == "map":
                for quality in (result["quality"], *result["oeuvres"].values()):
                    quality["neighbour_recall"] = quality.pop("kept", None)
            if stage == "timeline":
                for drift in result["drifts"].values():
                    drift.pop("said", None)
            inputs = {
                "neighbours": {"embedding": embedding, "details": details},
                "outliers": {"neighbours": _STALE, "details": details},
                "map": {"neighbours": _STALE},
                "timeline": {"neighbours": _STALE, "details": details},
            }[stage]
            self._record(f"explore-{name}-{stage}", inputs, configuration, result)
        table = path.with_name("outliers.parquet")
        if table.exists():
            found = pd.read_parquet(table).rename(columns=_EVIDENCE)
            for column in ("reasons", "faults"):
                if len(found) and not isinstance(found[column].iloc[0], str):
                    found[column] = [
                        json.dumps([{"code": "text", "text": text} for text in texts])
                        for texts in found[column]
                    ]
            with replacing(table) as temporary:
                found.to_parquet(temporary, index=False)
        table = path.with_name("timeline.parquet")
        if table.exists():
            found = pd.read_parquet(table).rename(columns={"speaks_for": "predicted_year"})
            with replacing(table) as temporary:
                found.to_parquet(temporary, index=False)
        maps = path.with_name("oeuvres.parquet")
        if maps.exists():
            maps.replace(path.with_name("oeuvre_maps.parquet"))
        self._neighbours(path.parent)
        path.unlink()

    def _neighbours(self, folder: Path) -> None:
        """Rename the arrays of the reduced embedding, and give its rows their work_ids."""
        import numpy as np
        import pandas as pd
        from safetensors.numpy import load_file, save_file

        old, new = folder / "space.safetensors", folder / "neighbours.safetensors"
        if not old.exists():
            return
        arrays = load_file(old)
        arrays["creators"] = arrays.pop("painters")
        work_ids = np.arange(len(arrays["X"]))
        if (folder / "map.parquet").exists():  # in the order of the rows
            ids = pd.read_parquet(folder / "map.parquet")["work_id"].to_numpy()
            work_ids = ids if len(ids) == len(work_ids) else work_ids
        arrays["work_ids"] = work_ids.astype(np.int64)
        with replacing(new) as temporary:
            save_file(arrays, temporary)
        old.unlink()

    def _annotations(self) -> None:
        old, new = self.root / "verdicts.jsonl", self.root / "annotations.jsonl"
        if not old.exists():
            return
        lines = []
        for line in old.read_text("utf-8", errors="replace").splitlines():
            try:
                entry = json.loads(line)
                entry["annotation"] = entry.pop("verdict")
            except (ValueError, KeyError, AttributeError):
                continue  # cut short by a full disk, say
            lines.append(json.dumps(entry, ensure_ascii=False) + "\n")
        with replacing(new) as temporary:
            temporary.write_text("".join(lines), "utf-8")
        old.unlink()

    def _record(
        self,
        name: str,
        inputs: dict[str, str],
        configuration: dict[str, Any],
        result: dict[str, Any] | None = None,
        *,
        key: str = _STALE,
    ) -> None:
        self.record_stage(
            name, key=key, inputs=inputs, configuration=configuration, seconds=0, result=result
        )
