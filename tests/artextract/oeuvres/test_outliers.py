import numpy as np
import pandas as pd
import pytest
from scipy.stats import spearmanr

from artextract.oeuvres.creators import rows_by_creator
from artextract.oeuvres.outliers.detectors import (
    DETECTORS,
    EvidenceForest,
    Scale,
    detect,
    percentiles,
)
from artextract.oeuvres.outliers.evidence import EVIDENCE, compute_evidence
from artextract.oeuvres.outliers.evidence_reasons import NearWorks, evidence_reasons
from artextract.oeuvres.outliers.reasons import SENTENCES, VAGUE, in_order, render
from artextract.oeuvres.outliers.scores import OutlierConfig, outliers
from artextract.oeuvres.similarity.knn import nearest
from artextract.oeuvres.similarity.reduced_embedding import ReducedEmbedding

NAMES = ["Ada Ember", "Bo Azur", "Cy Moss"]
N = 40  # works of each
FAST = OutlierConfig(trees=50)


def clouds(seed: int = 0, n: int = N, width: int = 48) -> tuple[np.ndarray, np.ndarray]:
    """Embeddings of three creators, each a cloud of its own: float16 (3 n, width), creators."""
    rng = np.random.default_rng(seed)
    centres = np.repeat(rng.random((3, width)), n, axis=0)
    return (
        (centres + rng.normal(0, 0.06, (3 * n, width))).astype(np.float16),
        np.repeat(np.arange(3), n),
    )


def table(creators: np.ndarray, names: list[str] = NAMES) -> pd.DataFrame:
    """A works table with nothing but painters in it."""
    n = len(creators)
    return pd.DataFrame(
        {
            "work_id": np.arange(n, dtype=np.int32),
            "creator": [names[p] if p >= 0 else None for p in creators],
            "genre": [None] * n,
            "style": [None] * n,
            "year": pd.array([None] * n, dtype="Int16"),
        }
    )


def judged(embeddings, creators, *, works=None, groups=None, config=FAST):
    space = ReducedEmbedding.fit(embeddings, creators)
    works = table(creators) if works is None else works
    return outliers(works, NAMES, space, compute_evidence(space, groups), config=config)


def test_a_work_far_from_its_own_is_first_and_among_the_others_it_is_not():
    embeddings, creators = clouds()
    stranger = 5
    embeddings[stranger] = embeddings[N + 7] + np.float16(0.01)
    found = judged(embeddings, creators)
    first = found[found["creator"] == NAMES[0]].iloc[0]
    assert first["work_id"] == stranger
    assert first["percentile"] == 100
    assert first["shown"]
    assert any("predicted Bo Azur with" in reason for reason in map(render, first["reasons"]))
    assert any(
        "works by Bo Azur than to any other" in reason for reason in map(render, first["reasons"])
    )
    # The very same picture, filed under the painter whose hand it shows, is nothing special.
    right = creators.copy()
    right[stranger] = 1
    found = judged(embeddings, right)
    assert found.set_index("work_id").loc[stranger, "percentile"] < 90


def test_the_order_of_the_rows_changes_no_score():
    embeddings, creators = clouds()
    whole = judged(embeddings, creators).set_index("work_id")["score"]
    for kept in (None, 0):  # all rows, or those of the second and third painter alone
        order = np.random.default_rng(1).permutation(len(creators))
        if kept is not None:
            own = np.flatnonzero(creators == kept)
            order = np.concatenate([own, order[creators[order] != kept]])
        works = table(creators).iloc[order]
        shuffled = judged(embeddings[order], creators[order], works=works)
        again = shuffled.set_index("work_id")["score"]
        pd.testing.assert_series_equal(again.loc[whole.index], whole, check_exact=True)


def test_no_work_shapes_its_own_evidence_and_neither_does_its_copy():
    embeddings, creators = clouds()
    embeddings[5] = embeddings[N + 7] + np.float16(0.01)
    embeddings[6] = embeddings[5]  # another scan of it
    groups = np.arange(len(creators))
    groups[6] = 5
    apart = compute_evidence(ReducedEmbedding.fit(embeddings, creators), groups)
    alone = compute_evidence(
        ReducedEmbedding.fit(np.delete(embeddings, 6, 0), np.delete(creators, 6))
    )
    near = apart.near
    assert 6 not in near.own[5]
    assert 5 not in near.own[6]
    np.testing.assert_allclose(apart.features[5, :3], alone.features[5, :3], rtol=0.05)
    unknown = compute_evidence(ReducedEmbedding.fit(embeddings, creators))
    column = list(EVIDENCE).index("intra_artist_distance")
    assert unknown.features[5, column] < apart.features[5, column]


def test_a_picture_filed_under_two_painters_is_judged_by_who_has_not_seen_it():
    embeddings, creators = clouds(width=64)
    order = np.random.default_rng(2).permutation(len(creators))
    embeddings, creators = embeddings[order], creators[order]
    groups = np.arange(len(creators))
    ada, bo = (np.flatnonzero(creators == p) for p in (0, 1))
    embeddings[bo[:20]] = embeddings[ada[:20]]  # half of Bo's are Ada's once more
    groups[bo[:20]] = ada[:20]
    column = list(EVIDENCE).index("negative_log_likelihood")
    seen, unseen = (
        compute_evidence(ReducedEmbedding.fit(embeddings, creators), g).features
        for g in (None, groups)
    )
    copies = np.concatenate([ada[:20], bo[:20]])
    # Who has learnt a picture as Bo's thinks little of Ada as its painter, and the reverse.
    assert np.median(unseen[copies, column]) < 0.8 * np.median(seen[copies, column])
    rest = np.setdiff1d(np.arange(len(creators)), copies)
    assert np.isfinite(unseen[rest, column]).all()


def test_nearest_works_are_those_that_comparing_each_with_each_finds():
    embeddings, creators = clouds(n=11)
    X = embeddings.astype(np.float32)
    creators[4] = -1
    found = nearest(X, creators, k=20)
    distances = np.linalg.norm(X[:, None] - X[None], axis=2)
    np.fill_diagonal(distances, np.inf)
    own = (creators[:, None] == creators[None]) & (creators[:, None] >= 0)
    for mask, rows, values in (
        (own, found.own, found.own_distances),
        (~own, found.other, found.other_distances),
    ):
        expected = np.where(mask, distances, np.inf)
        np.testing.assert_allclose(values, np.sort(expected, axis=1)[:, :20], atol=2e-3)
        there = rows >= 0
        np.testing.assert_array_equal(there, np.isfinite(values))
        assert mask[np.nonzero(there)[0], rows[there]].all()
    assert (found.own[4] == -1).all()


@pytest.mark.parametrize("detector", DETECTORS)
def test_every_detector_finds_a_far_point(detector):
    # In many dimensions the plain forest does not: a point is far in few of them.
    width = 3 if detector == "isolation-forest-embedding" else 48
    embeddings, creators = clouds(width=width)
    strangers = [3, N + 3, 2 * N + 3]
    away = np.random.default_rng(4).normal(0, 1, (3, width))
    embeddings[strangers] += away.astype(np.float16)
    space = ReducedEmbedding.fit(embeddings, creators)
    rows = {NAMES[p]: members for p, members in rows_by_creator(space.creators).items()}
    scores = detect(compute_evidence(space).features, space.X, rows, detector=detector, trees=50)
    for members in rows.values():
        rank = percentiles(scores[members])[np.isin(members, strangers)]
        assert rank.min() > 90


def test_two_seeds_agree():
    embeddings, creators = clouds()
    one, other = (
        judged(embeddings, creators, config=OutlierConfig(seed=seed)).sort_values("work_id")
        for seed in (0, 1)
    )
    for name in NAMES:
        of = (one["creator"] == name).to_numpy()
        assert spearmanr(one["score"][of], other["score"][of])[0] > 0.95


def test_painters_with_too_few_works_and_works_of_nobody_are_left_out():
    embeddings, creators = clouds()
    creators[30:40] = -1
    creators[: N - 25] = 2
    found = judged(embeddings, creators)
    assert set(found["creator"]) == {NAMES[1], NAMES[2]}
    few, nobody = clouds(n=4)
    assert len(judged(few, nobody)) == 0
    assert list(judged(few, nobody)) == list(found)


def test_one_painter_only():
    embeddings, _ = clouds()
    embeddings = embeddings[:N].copy()
    embeddings[9] = clouds()[0][N + 3]
    found = judged(embeddings, np.zeros(N, int))
    assert len(found) == N
    assert np.isfinite(found["score"]).all()
    assert found.iloc[0]["work_id"] == 9


def test_embeddings_that_are_all_alike():
    found = judged(np.ones((3 * N, 48), np.float16), np.repeat(np.arange(3), N))
    assert np.isfinite(found["score"]).all()
    assert not found["shown"].any()


def test_labels_years_and_colour_give_reasons():
    embeddings, creators = clouds()
    works = table(creators)
    works["genre"] = ["landscape"] * len(works)
    works.loc[2, "genre"] = "still_life"
    works["year"] = pd.array(1880 + works["work_id"] % 9, dtype="Int16")
    works.loc[3, "year"] = 1901
    space = ReducedEmbedding.fit(embeddings, creators)
    measured = pd.DataFrame(
        {"chroma": 30.0, "border": 0.0, "blockiness": 1.0, "short_side": 900.0}, index=works.index
    )
    measured.loc[4, "chroma"] = 0.4
    measured.loc[5, "border"] = 0.2
    measured[["round", "drawing"]] = 0.0
    measured.loc[7, ["round", "drawing"]] = 0.9
    found = outliers(
        works, NAMES, space, compute_evidence(space), reproductions=measured, config=FAST
    )
    found = found.set_index("work_id")
    assert "the only still life among 40" in map(render, found.loc[2, "reasons"])
    assert "painted 1901, 13 years after the next latest" in map(render, found.loc[3, "reasons"])
    assert "the only work almost without colour among 40" in map(render, found.loc[4, "reasons"])
    assert [r["code"] for r in found.loc[7, "reasons"]][:2] == ["round", "drawing"]
    assert found.loc[4, "faults"] == [{"code": "grey_scan"}]
    assert found.loc[5, "faults"] == [{"code": "plain_border", "share": pytest.approx(0.2)}]
    assert found.loc[6, "faults"] == []


def test_of_an_unusual_work_with_a_faulty_scan_only_the_fault_is_told():
    X, creators = clouds()
    space = ReducedEmbedding.fit(X, creators)
    sound = {"chroma": 40.0, "border": 0.0, "blockiness": 1.0, "short_side": 900.0}
    measured = pd.DataFrame([sound] * len(X))
    evidence = compute_evidence(space)
    found = outliers(
        table(creators), NAMES, space, evidence, reproductions=measured, config=FAST
    ).set_index("work_id")
    vague = found.index[[said[:1] == [VAGUE] for said in found["reasons"]]]
    assert len(vague)
    measured.loc[vague[0], "border"] = 0.2
    found = outliers(
        table(creators), NAMES, space, evidence, reproductions=measured, config=FAST
    ).set_index("work_id")
    assert found.loc[vague[0], "reasons"] == []
    assert found.loc[vague[0], "faults"] == [{"code": "plain_border", "share": pytest.approx(0.2)}]
    assert all(found.loc[vague[1:], "reasons"].map(len) == 1)


def test_percentiles():
    np.testing.assert_allclose(percentiles(np.array([3.0, 1, 2])), [100, 0, 50])
    np.testing.assert_allclose(percentiles(np.array([1.0, 1, 1])), [50, 50, 50])
    np.testing.assert_allclose(
        percentiles(np.array([2.5, 9, 1, 2, 3]), np.arange(5) > 1)[:2], [200 / 3, 100]
    )


def test_only_what_is_more_unusual_counts():
    rng = np.random.default_rng(0)
    evidence = rng.normal(0, 1, (60, len(EVIDENCE)))
    evidence[0] = -9  # closer to the painter than any other work
    evidence[1] = 9
    score = EvidenceForest(trees=50).fit(evidence).score(evidence)
    assert score[1] == score.max()
    assert score[0] < np.median(score)


def test_a_painter_who_is_always_recognised_has_no_surprises_among_the_sure():
    rng = np.random.default_rng(0)
    evidence = rng.normal(0, 1, (60, len(EVIDENCE)))
    negative_log_likelihood = list(EVIDENCE).index("negative_log_likelihood")
    evidence[:, negative_log_likelihood] = 1e-4 * rng.random(60)
    evidence[0, negative_log_likelihood] = -np.log(0.97)
    scale = Scale.fit(evidence)
    assert scale.one_sided(evidence)[0, negative_log_likelihood] < 0.2
    none = np.empty(0)
    near = NearWorks(none, none, none, none)
    options = {"near": near, "predicted": None, "confidence": 0.97, "n": 60}
    said = evidence_reasons(
        np.r_[scale.median[:-1], -np.log(0.97)], scale, own_probability=0.97, **options
    )
    assert said == []
    said = evidence_reasons(
        np.r_[scale.median[:-1], -np.log(1e-3)], scale, own_probability=0.1, **options
    )
    assert [render(reason) for reason in said] == ["hardly recognised as the painter's (10\xa0%)"]


def test_what_is_said_of_a_prediction_is_calibrated():
    # Each painter has three motifs, which no normal distribution can tell: a discriminant that
    # believes in one is far too sure of itself.
    rng = np.random.default_rng(0)
    motifs = rng.normal(0, 0.5, (9, 24))
    creators = np.repeat(np.arange(3), 3 * N)
    embeddings = motifs[np.repeat(np.arange(9), N)] + rng.normal(0, 1, (9 * N, 24))
    evidence = compute_evidence(ReducedEmbedding.fit(embeddings.astype(np.float16), creators))
    sure = evidence.confidence
    right = evidence.predicted == creators
    assert evidence.temperature > 1
    assert 0.4 < right.mean() < 0.95
    assert sure.mean() == pytest.approx(right.mean(), abs=0.05)
    np.testing.assert_allclose(evidence.own_probability[right], sure[right])
    assert (evidence.own_probability[~right] <= sure[~right]).all()


def test_a_detector_that_is_not_there_is_named():
    with pytest.raises(ValueError, match="no detector 'svm'; there are isolation-forest"):
        judged(*clouds(), config=OutlierConfig(detector="svm"))
    with pytest.raises(ValueError, match="min_works is 10 or more"):
        OutlierConfig(min_works=2)
    with pytest.raises(ValueError, match="contamination is above 0"):
        OutlierConfig(contamination=0)


def test_a_reason_names_the_works_that_it_speaks_of():
    near = NearWorks(
        own_distances=np.array([5.0, 6]),
        distances=np.array([1.0, 2, 3, 4, 4.5, 7]),
        work_ids=np.array([10, 11, 12, 13, 14, 15]),
        creators=np.array(["Bo", "Cy", None, "Bo", "Bo", "Bo"], dtype=object),
    )
    closer = near.closer()
    assert closer == {
        "code": "closer_to_others",
        "count": 3,
        "artist": "Bo",
        "work_ids": [10, 13, 14],  # and not those of Cy that stand between them
    }
    assert near.foreign() == {
        "code": "foreign_neighbours",
        "count": 6,
        "of": 30,
        "work_ids": [10, 11, 12, 13, 14, 15],
    }


def test_what_can_be_checked_is_said_before_what_cannot_be_seen():
    embeddings, creators = clouds()
    embeddings[5] = embeddings[N + 7] + np.float16(0.01)
    works = table(creators)
    works["genre"] = ["landscape"] * len(works)
    works.loc[5, "genre"] = "portrait"
    found = judged(embeddings, creators, works=works).set_index("work_id").loc[5, "reasons"]
    codes = [reason["code"] for reason in found]
    assert codes[:2] == ["rare_label", "closer_to_others"]
    assert codes[-1] == "outside_spread"
    assert codes == [reason["code"] for reason in in_order(found[::-1])]


def test_nothing_is_said_of_other_works_by_an_artist_who_is_only_predicted():
    numbers = {"count": 3, "of": 40, "artist": "Bo Azur", "works": 40, "task": "genre"}
    numbers |= {"label": "portrait", "year": 1900, "years": 9, "probability": 0.6}
    for code in list(SENTENCES)[: list(SENTENCES).index("several_weak")]:
        said = render({"code": code, "attributed": False} | numbers)
        assert "other work" not in said
        assert "any other" not in said
        assert "next" not in said
        assert "among" not in said  # the upload is not one of them


def qualified(embeddings, creators, held, *, detector="isolation-forest"):
    """Outliers where the works `held` are only "attributed to" their artist."""
    reference = ~np.isin(np.arange(len(creators)), held)
    space = ReducedEmbedding.fit(embeddings, creators, reference=reference)
    config = OutlierConfig(trees=50, detector=detector)
    found = outliers(table(creators), NAMES, space, compute_evidence(space), config=config)
    return found.set_index("work_id").sort_index(), space


@pytest.mark.parametrize("detector", DETECTORS)
def test_a_qualified_work_is_scored_and_changes_no_other_score(detector):
    embeddings, creators = clouds()
    held = np.array([3, 4, 9])
    embeddings[3] = embeddings[2 * N + 7] + np.float16(0.01)  # by another hand
    found, space = qualified(embeddings, creators, held, detector=detector)
    assert len(found) == 3 * N
    assert np.isfinite(found.loc[held, "score"]).all()
    # Whatever a qualified work looks like, the other works' scores and neighbours stay.
    changed = embeddings.copy()
    changed[held] = embeddings[2 * N + np.array([1, 2, 3])]
    same_space = ReducedEmbedding.fit(
        changed, creators, reference=space.reference, reduction=space.reduction
    )
    again = outliers(
        table(creators),
        NAMES,
        same_space,
        compute_evidence(same_space),
        config=OutlierConfig(trees=50, detector=detector),
    )
    again = again.set_index("work_id").sort_index()
    own = np.flatnonzero(space.reference & (creators == 0))
    np.testing.assert_array_equal(found.loc[own, "score"], again.loc[own, "score"])
    np.testing.assert_array_equal(found.loc[own, "percentile"], again.loc[own, "percentile"])
    assert not np.isin(space.near.own, held).any()
    rows = np.flatnonzero(creators == 0)
    assert not np.isin(space.near.other[rows], held).any()


def test_of_a_qualified_work_is_said_how_it_stands_to_the_artists_own():
    embeddings, creators = clouds()
    embeddings[3] = embeddings[N + 7] + np.float16(0.01)
    found, space = qualified(embeddings, creators, [3, 4])
    assert found.loc[3, "percentile"] == 100
    assert found.loc[4, "percentile"] < 95
    said = [render(reason) for reason in found.loc[3, "reasons"]]
    assert any("works by Bo Azur than to any by the painter" in text for text in said)
    assert not any("other works" in text for text in said)
    # Two copies of one qualified work are still looked for among themselves.
    assert 4 in space.alike(5)[3]
    # Enough works count only where they are the artist's own.
    few, _ = qualified(embeddings, creators, np.arange(N - 19))
    assert set(few["creator"]) == {NAMES[1], NAMES[2]}
