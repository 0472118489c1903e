import json
import shutil
import tracemalloc
from dataclasses import replace
from io import BytesIO

import numpy as np
import pandas as pd
import pytest
from PIL import Image

from artextract.__main__ import main
from artextract.collection.reproductions.measure import measure
from artextract.oeuvres import results as findings
from artextract.oeuvres.changepoint import change_point
from artextract.oeuvres.explore import ExploreConfig, explore
from artextract.oeuvres.outliers.scores import OutlierConfig
from artextract.oeuvres.projection import MapConfig, place, project
from artextract.oeuvres.similarity import reduced_embedding
from artextract.oeuvres.similarity.neighbours import Neighbours, near_duplicates
from artextract.oeuvres.similarity.reduced_embedding import ReducedEmbedding
from artextract.oeuvres.stages import PARTS
from artextract.oeuvres.timeline import earlier_and_later, render_drift, timeline
from artextract.oeuvres.typicality import TypicalityModel
from artextract.store import StoreError
from small import change_index, give_embedding

FAST = ExploreConfig(OutlierConfig(trees=20, min_works=15), MapConfig(method="pca", min_works=15))


@pytest.fixture
def drawn(indexed):
    """A store whose embedding is a cloud for each painter."""
    works = indexed.works()
    rng = np.random.default_rng(0)
    centres = rng.random((3, 64))[pd.factorize(works["creator"])[0]]
    give_embedding(indexed, np.abs(centres + rng.normal(0, 0.05, centres.shape)))
    return indexed


def test_exploring_writes_every_part_once(drawn):
    name = explore(drawn, config=FAST)
    folder = drawn.explored(name)
    files = {path.name: path.stat().st_mtime_ns for path in folder.iterdir()}
    assert set(files) == {
        "neighbours.safetensors",
        "duplicates.parquet",
        "outliers.parquet",
        "map.parquet",
        "oeuvre_maps.parquet",
        "timeline.parquet",
        "open_set.safetensors",
        "label_issues.parquet",
    }
    n = len(drawn.works())
    assert len(pd.read_parquet(folder / "outliers.parquet")) == n
    assert len(pd.read_parquet(folder / "map.parquet")) == n
    assert len(pd.read_parquet(folder / "oeuvre_maps.parquet")) == n
    quality = findings.summary(drawn, name)["map"]["quality"]
    assert 0 < quality["neighbour_recall"] <= 1
    assert 0 < quality["trustworthiness"] <= 1
    explore(drawn, config=FAST)
    assert {path.name: path.stat().st_mtime_ns for path in folder.iterdir()} == files


def test_tables_of_another_index_pass_for_none_of_this_one(drawn):
    name = explore(drawn, config=FAST)
    parts = ("outliers", "map", "oeuvre_maps", "timeline")
    assert all(len(findings.read_table(drawn, name, part)) for part in parts)
    change_index(drawn)
    for part in parts:
        with pytest.raises(StoreError, match="another index; run: artextract explore"):
            findings.read_table(drawn, name, part)
    give_embedding(drawn, np.load(drawn.embedding_path(name)))
    explore(drawn, config=FAST, parts=("neighbours",))
    for part in parts:
        with pytest.raises(StoreError, match="was not explored for"):
            findings.read_table(drawn, name, part)


def test_works_without_an_embedding_are_left_out_of_everything(drawn):
    features = np.array(drawn.embedding("resnet50-pretrained"))
    features[7] = np.nan
    give_embedding(drawn, features)
    name = explore(drawn, config=FAST)
    for file in ("outliers", "map", "timeline"):
        table = pd.read_parquet(drawn.explored(name, f"{file}.parquet"))
        assert 7 not in set(table["work_id"])
        assert 8 in set(table["work_id"])


def test_too_few_works_one_painter_and_no_years_get_a_sentence(drawn):
    said: list[str] = []
    explore(
        drawn, config=ExploreConfig(map=MapConfig(method="pca")), say=said.append, overwrite=True
    )
    assert said[-3] == "no oeuvre has enough dated works for a timeline"  # 20 works each
    works = drawn.works()
    works["creator"] = "Ada Ember"
    drawn.save_works(works, drawn.classes())
    explore(drawn, config=FAST, say=said.append, overwrite=True)
    assert "there is one painter only" in said[-5]
    works["creator"] = None
    drawn.save_works(works, drawn.classes())
    explore(drawn, config=FAST, say=said.append, overwrite=True)
    assert "60 works name no painter" in "\n".join(said)


def test_commands_explore_and_score(embedded_store, capsys):
    store, picture = embedded_store
    folder = ["--store", str(store.root)]
    options = ["--projection", "pca", "--min-works", "15"]
    assert main(["score", str(picture), "--artist", "Bo Azur", *folder]) == 2
    assert "run: artextract explore" in capsys.readouterr().err
    assert main(["explore", "--embedding", "resnet50-pretrained-64", *options, *folder]) == 0
    capsys.readouterr()
    assert main(["score", str(picture), "--artist", "bo-azur", "--json", *folder]) == 0
    result = json.loads(capsys.readouterr().out)
    assert result["artist"] == "Bo Azur"
    assert 0 <= result["percentile"] <= 100
    assert len(result["nearest"]) == 6
    assert len(result["least_unusual"]) == 3
    assert main(["score", str(picture), "--artist", "Bo Azur", *folder]) == 0
    assert "more unusual than" in capsys.readouterr().out
    assert main(["score", str(picture), "--artist", "Nobody", *folder]) == 2
    assert "no painter 'Nobody' in the collection" in capsys.readouterr().err


@pytest.fixture
def embedded_store(indexed, resnet_file, tmp_path, picture):
    from artextract.inference.embeddings import embed
    from small import LOCAL

    embed(
        indexed,
        "resnet50",
        pretrained=str(resnet_file),
        image_size=64,
        precision="32",
        hardware=LOCAL,
    )
    path = tmp_path / "upload.png"
    picture((40, 90, 200)).save(path)
    return indexed, path


def test_a_picture_filed_twice_is_found(drawn):
    features = np.array(drawn.embedding("resnet50-pretrained"))
    features[20] = features[3]
    give_embedding(drawn, features)
    digests = drawn.works()["digest"]
    shutil.copyfile(drawn.thumbnail(digests[3]), drawn.thumbnail(digests[20]))
    name = explore(drawn, config=FAST, parts=("neighbours",))
    found = pd.read_parquet(drawn.explored(name, "duplicates.parquet"))
    assert (3, 20) in set(zip(found["work_id"], found["other"], strict=True))
    row = found[(found["work_id"] == 3) & (found["other"] == 20)].iloc[0]
    assert row["similarity"] == pytest.approx(1, abs=1e-3)
    assert row["pixels"] == pytest.approx(1, abs=1e-3)


@pytest.mark.parametrize(("amount", "same"), [(10, True), (30, False)])
def test_pictures_that_differ_too_much_are_no_duplicates(amount, same, tmp_path):
    rng = np.random.default_rng(0)
    pixels = rng.integers(0, 256, (24, 24)).astype(float)
    features = np.array([[1.0, 0.2], [1.0, 0.21]])
    files = []
    for name, noise in (("a", 0), ("b", amount)):
        changed = np.clip(pixels + rng.normal(0, noise, pixels.shape), 0, 255).astype(np.uint8)
        files.append(tmp_path / f"{name}.png")
        Image.fromarray(changed).save(files[-1])
    candidates = np.array([[1], [0]])
    found = near_duplicates(features, candidates, thumbnails=files)
    assert (len(found) == 1) == same
    without = near_duplicates(features, candidates, thumbnails=[tmp_path / "no"] * 2)
    assert len(without) == 1  # by features alone, which agree almost entirely


def test_an_embedding_that_is_not_there(indexed):
    with pytest.raises(StoreError, match=r"no embeddings in .*; run: artextract embed"):
        explore(indexed)
    with pytest.raises(ValueError, match="no part 'maps'"):
        explore(indexed, parts=("maps",))


def test_neighbours_are_exact_and_can_be_narrowed():
    rng = np.random.default_rng(0)
    features = rng.random((1500, 32)).astype(np.float16)
    features[9] = np.nan
    creators = np.array(["a", "b", "c"])[np.arange(1500) % 3]
    found = Neighbours(features, creators)
    exact = features.astype(np.float64)
    exact /= np.linalg.norm(exact, axis=1, keepdims=True)
    cosine = exact @ exact[4]
    cosine[[4, 9]] = -1
    near = found.nearest(4, k=10)
    assert near["work_id"].tolist() == np.argsort(-cosine)[:10].tolist()
    np.testing.assert_allclose(near["similarity"], np.sort(cosine)[::-1][:10], atol=1e-5)
    assert set(creators[found.nearest(4, by="b")["work_id"]]) == {"b"}
    assert "b" not in creators[found.nearest(4, by_others_than="b")["work_id"]]
    upload = found.nearest(np.asarray(features[4], np.float32), k=1)
    assert upload["work_id"].tolist() == [4]
    assert len(found.nearest(4, k=10_000)) == 1498


def test_a_map_is_the_same_twice_and_places_a_picture_among_its_like():
    rng = np.random.default_rng(0)
    X = np.repeat(rng.normal(0, 1, (3, 16)), 30, axis=0) + rng.normal(0, 0.1, (90, 16))
    X = X.astype(np.float32)
    one, quality = project(X, config=MapConfig(n_neighbors=10))
    two, _ = project(X, config=MapConfig(n_neighbors=10))
    np.testing.assert_array_equal(one, two)
    assert quality["method"] == "umap"
    assert quality["trustworthiness"] > 0.9
    units = X / np.linalg.norm(X, axis=1, keepdims=True)
    x, y = place(units @ units[:30].mean(axis=0), one)
    distances = np.linalg.norm(one - [x, y], axis=1)
    assert distances[:30].mean() < distances[30:].min()
    assert place(units @ units[40], one) == pytest.approx(tuple(one[40].tolist()))


def test_maps_of_few_and_of_equal_works():
    for X in (np.zeros((40, 8), np.float32), np.eye(3, 8, dtype=np.float32)):
        coordinates, quality = project(X)
        assert coordinates.shape == (len(X), 2)
        assert np.isfinite(coordinates).all()
        assert quality["method"] == "pca"


def test_a_drift_is_seen_where_there_is_one_and_nowhere_else():
    rng = np.random.default_rng(0)
    years = np.repeat(np.arange(1870.0, 1900), 3)
    X = rng.normal(0, 1, (90, 40))
    keys = [f"work {i}" for i in range(90)]
    _, none = timeline(X, years, keys)
    assert not none["visible"]
    assert render_drift(none).startswith("no drift visible")
    X[:, 3] += (years - 1885) / 5
    undated = years.copy()
    undated[4] = np.nan
    predicted, found = timeline(X, undated, keys)
    assert found["visible"]
    assert found["correlation"] > 0.7
    assert abs(predicted[4] - years[4]) < 15
    order = rng.permutation(90)
    shuffled, _ = timeline(X[order], undated[order], [keys[i] for i in order])
    np.testing.assert_allclose(shuffled, predicted[order])
    _, few = timeline(X[:10], years[:10], keys[:10])
    assert render_drift(few) == "only 10 dated works: a drift cannot be told from chance"


def test_nearest_earlier_and_later_works():
    X = np.array([[1.0, 0], [1, 0.1], [0, 1], [1, 0.2], [1, 0]])
    earlier, later = earlier_and_later(X, np.array([1880.0, 1885, 1885, 1890, np.nan]), k=2)
    assert earlier[3].tolist() == [1, 0]
    assert later[0].tolist() == [1, 3]
    assert earlier[0].tolist() == later[4].tolist() == [-1, -1]


def test_a_large_oeuvre_is_compared_without_a_table_of_all_pairs():
    n = 4000  # such a table of float32 takes 64 MB
    rng = np.random.default_rng(0)
    X, years = (
        rng.normal(0, 1, (n, 8)).astype(np.float32),
        rng.integers(1800, 2000, n).astype(float),
    )
    X[7] = X[3]
    tracemalloc.start()
    earlier, _ = earlier_and_later(X, years)
    change_point(X, years)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < n * n * 4 * 0.75
    units = X / np.linalg.norm(X, axis=1, keepdims=True)
    row = int(years.argmax())
    near = np.where(years < years[row], units @ units[row], -np.inf)
    assert earlier[row].tolist() == np.argsort(-near, kind="stable")[:3].tolist()


def test_faults_of_a_reproduction_are_measured():
    coarse = np.random.default_rng(0).integers(0, 255, (24, 30, 3), dtype=np.uint8)
    sound = Image.fromarray(coarse).resize((300, 240))
    chroma, border, blockiness, short, *_ = measure(sound)
    assert chroma > 20
    assert border == 0
    assert blockiness < 1.3
    assert short == 240
    assert measure(sound.convert("L").convert("RGB"))[0] < 1
    framed = sound.copy()
    framed.paste((255, 255, 255), (0, 0, 30, 240))
    framed.paste((255, 255, 255), (270, 0, 300, 240))
    assert measure(framed)[1] == pytest.approx(0.2, abs=0.03)
    spoilt = BytesIO()
    sound.save(spoilt, "JPEG", quality=3)
    assert measure(Image.open(spoilt).convert("RGB"))[2] > 2


def test_an_upload_is_judged_by_the_detector_of_the_store(drawn):
    feature = np.array(drawn.embedding("resnet50-pretrained")[3], np.float32)
    percentile = {}
    for detector in ("isolation-forest", "knn"):
        config = ExploreConfig(OutlierConfig(detector, min_works=15, trees=20))
        name = explore(drawn, config=config, parts=("outliers",))
        oeuvres = TypicalityModel(drawn, name)
        far = oeuvres.score(feature + 3 * np.eye(64, dtype=np.float32)[0], "Ada Ember", three=False)
        assert far["percentile"] > 95
        percentile[detector] = far["score"]
    # knn's score is a distance, that of a forest a share.
    distances = [near["distance"] for near in far["nearest"]]
    assert percentile["knn"] == pytest.approx(np.mean(distances), rel=0.1)
    assert percentile["isolation-forest"] < 1


def test_a_copy_is_as_unusual_as_the_work_that_it_is_a_copy_of(drawn):
    rng = np.random.default_rng(1)
    centres = rng.random((3, 64))[pd.factorize(drawn.works()["creator"])[0]]
    features = np.abs(centres + rng.normal(0, 1.5, centres.shape))  # three hands hard to tell apart
    give_embedding(drawn, features)
    name = explore(drawn, config=FAST, parts=("outliers",))
    known = pd.read_parquet(drawn.explored(name, "outliers.parquet")).set_index("work_id")
    oeuvres = TypicalityModel(drawn, name)
    again = {}
    for work_id, creator in known["creator"].items():
        result = oeuvres.score(features[work_id], creator, three=False)
        assert result["duplicates"] == [work_id]
        again[work_id] = result["percentile"]
    # Were the discriminant to know the copy, the mean would be 8 lower.
    assert abs((pd.Series(again) - known["percentile"]).mean()) < 4


def test_making_one_part_anew_forgets_no_other_and_a_new_revision_is_made_anew(drawn, monkeypatch):
    name = explore(drawn, config=FAST)
    files = {part: drawn.explored(name, f"{part}.parquet") for part in ("map", "outliers")}
    before = {part: file.stat().st_mtime_ns for part, file in files.items()}
    explore(drawn, config=FAST, parts=("outliers",), overwrite=True)
    explore(drawn, config=FAST)
    assert files["map"].stat().st_mtime_ns == before["map"]
    assert files["outliers"].stat().st_mtime_ns > before["outliers"]
    raise_revision(monkeypatch, "map")
    explore(drawn, config=FAST)
    assert files["map"].stat().st_mtime_ns > before["map"]


def raise_revision(monkeypatch, part):
    stage, sentence = PARTS[part]
    newer = replace(stage, revision=stage.revision + 1)
    monkeypatch.setitem(PARTS, part, (newer, sentence))


def test_a_new_revision_of_the_neighbours_makes_them_and_all_that_reads_them_anew(
    drawn, monkeypatch
):
    name = explore(drawn, config=FAST)
    files = [drawn.explored(name, file) for stage, _ in PARTS.values() for file in stage.outputs]
    before = {file: file.stat().st_mtime_ns for file in files}
    raise_revision(monkeypatch, "neighbours")
    monkeypatch.setattr(reduced_embedding, "K_NEAR", 7)
    explore(drawn, config=FAST)
    assert [file.name for file in files if file.stat().st_mtime_ns == before[file]] == []
    reduced = ReducedEmbedding.read(drawn.explored(name, "neighbours.safetensors"))
    assert reduced.near.own.shape[1] == 7 + reduced_embedding.COPIES


def test_outliers_and_timeline_follow_the_duplicates_that_are_found_anew(drawn):
    features = np.array(drawn.embedding("resnet50-pretrained"))
    features[21] = features[3]  # by the same artist
    give_embedding(drawn, features)
    name = explore(drawn, config=FAST)
    assert len(pd.read_parquet(drawn.explored(name, "duplicates.parquet"))) == 0
    before = findings.read_table(drawn, name, "outliers").set_index("work_id")
    digests = drawn.works()["digest"]
    shutil.copyfile(drawn.thumbnail(digests[3]), drawn.thumbnail(digests[21]))
    explore(drawn, config=FAST, parts=("neighbours",), overwrite=True)
    with pytest.raises(StoreError, match="was not explored for outliers"):
        findings.read_table(drawn, name, "outliers")
    explore(drawn, config=FAST)
    after = findings.read_table(drawn, name, "outliers").set_index("work_id")
    column = "intra_artist_distance"
    assert after.loc[3, column] > before.loc[3, column]  # its copy was its nearest work


@pytest.mark.parametrize("lost", [("resnet50-pretrained", 7), ("other-pretrained", 9)])
def test_joined_embeddings_lack_the_works_that_any_part_lacks(drawn, lost):
    features = np.array(drawn.embedding("resnet50-pretrained"))
    for part in ("resnet50-pretrained", "other-pretrained"):
        own = features.copy()
        if part == lost[0]:
            own[lost[1]] = np.nan
        give_embedding(drawn, own, part)
    name = explore(drawn, "resnet50-pretrained+other-pretrained", config=FAST)
    near = findings.Neighbourhood.read(drawn, name)
    assert near.work_ids.tolist() == [i for i in range(60) if i != lost[1]]
    creators = drawn.works()["creator"]
    own, others = near.nearest(40, k=5)
    assert set(creators[own]) == {creators[40]}
    assert creators[40] not in set(creators[others])
    assert TypicalityModel(drawn, name).works["work_id"].tolist() == near.work_ids.tolist()


def test_works_whose_attribution_is_qualified_are_no_part_of_the_oeuvre(drawn):
    name = explore(drawn, config=FAST)
    before = findings.read_table(drawn, name, "outliers").set_index("work_id")
    works = drawn.works()
    artist = works["creator"].iloc[0]
    held = works.index[works["creator"] == artist][:3]
    works["qualifier"] = pd.Series(None, index=works.index, dtype="str")
    works.loc[held, "qualifier"] = "workshop of"
    drawn.save_works(works, drawn.classes())
    change_index(drawn)
    explore(drawn, name, config=FAST)
    for table in ("oeuvre_maps", "timeline"):
        assert not findings.read_table(drawn, name, table)["work_id"].isin(held).any()
    found = findings.read_table(drawn, name, "outliers").set_index("work_id")
    assert sorted(found.index) == sorted(before.index)  # all of them have a score
    near = findings.Neighbourhood.read(drawn, name)
    for work in works.index[works["creator"] == artist]:
        own, others = near.nearest(work, k=30)
        assert not {*own, *others} & set(held)
        assert len(own) == 17 - (work not in held)
    model = TypicalityModel(drawn, name)
    assert len(model.rows[model.known(artist)]) == 17
    rescored = findings.rescored(found[found["creator"] == artist].reset_index(), near, "knn")
    assert len(rescored) == 20
    works.loc[works["creator"] == artist, "qualifier"] = "workshop of"
    drawn.save_works(works, drawn.classes())
    change_index(drawn, "labels")
    explore(drawn, name, config=FAST, overwrite=True)
    assert artist not in set(findings.read_table(drawn, name, "outliers")["creator"])
    with pytest.raises(StoreError, match="has 0 works here"):
        TypicalityModel(drawn, name).known(artist)
