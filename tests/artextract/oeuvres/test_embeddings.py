"""Which embedding is read where none is named."""

import json
from pathlib import Path

from artextract.oeuvres.embeddings import explored_embeddings
from artextract.store import Store, write_json
from small import copy_exploration, copy_tree


def test_one_that_was_explored_for_what_is_read_comes_first(
    explored_store: Store, tmp_path: Path
) -> None:
    store = Store(copy_tree(explored_store.root, tmp_path / "store"))
    copy_exploration(store, "resnet50-pretrained")
    assert explored_embeddings(store, "map") == ["resnet50", "resnet50-pretrained"]
    stages = store.root / "stages"
    (stages / "explore-resnet50-map.json").unlink()  # explored in part alone
    assert explored_embeddings(store, "map") == ["resnet50-pretrained", "resnet50"]
    assert explored_embeddings(store, "outliers")[0] == "resnet50"
    # A map of other works than those of now is none.
    path = stages / "embed-resnet50-pretrained.json"
    record = json.loads(path.read_text("utf-8"))
    record["inputs"]["pictures"] = "others"
    write_json(path, record)
    assert explored_embeddings(store, "map") == ["resnet50", "resnet50-pretrained"]
