from dataclasses import dataclass, field

import pytest

from artextract.store import Snapshot, Stage, Store, StoreError, changed_settings

STAGE = Stage("make", revision=1, inputs=("works", "features"), outputs=("made.parquet",))


@dataclass(frozen=True)
class Inner:
    size: int = 3
    names: tuple[str, ...] = ()


@dataclass(frozen=True)
class Config:
    rate: float = 0.1
    inner: Inner = field(default_factory=Inner)


@dataclass(frozen=True)
class LaterConfig(Config):
    added: int = 5


def test_a_key_follows_configuration_revision_and_inputs_and_nothing_else():
    inputs = {"features": "b", "works": "a"}
    key = STAGE.key({"x": 1, "y": 2}, inputs)
    assert key == STAGE.key({"y": 2, "x": 1}, dict(reversed(inputs.items())))
    newer = Stage("make", 2, STAGE.inputs, STAGE.outputs)
    others = {
        STAGE.key({"x": 1, "y": 3}, inputs),
        STAGE.key({"x": 1, "y": 2}, inputs | {"works": "c"}),
        newer.key({"x": 1, "y": 2}, inputs),
    }
    assert len({key, *others}) == 4
    with pytest.raises(ValueError, match="make reads"):
        STAGE.key({}, {"works": "a"})


def test_a_new_setting_at_its_default_changes_no_key():
    assert changed_settings(Config()) == changed_settings(LaterConfig()) == {}
    changed = {"rate": 0.2, "inner": {"names": ["a"]}}
    assert changed_settings(LaterConfig(0.2, Inner(names=("a",)))) == changed
    assert changed_settings(LaterConfig(added=6)) == {"added": 6}


def test_a_stage_is_done_with_this_key_alone_and_its_outputs(tmp_path):
    store = Store(tmp_path)
    output = tmp_path / "made.parquet"
    output.touch()
    assert store.stage_record("make") is None
    before = Snapshot.take(tmp_path)
    store.record_stage("make", key="k", inputs={}, configuration={}, seconds=0, result={"n": 1})
    assert Snapshot.take(tmp_path) != before
    assert store.is_done("make", "k", [output])
    assert not store.is_done("make", "another", [output])
    output.unlink()
    assert not store.is_done("make", "k", [output])
    for damage in ("", "[]", "{}", "null"):
        (tmp_path / "stages" / "make.json").write_text(damage)
        assert store.stage_record("make") is None
    with pytest.raises(StoreError, match="no stage is called"):
        store.forget_stage("../manifest")
