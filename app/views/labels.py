"""Labels: works whose label is doubtful, the most doubtful first, with reasons."""

from functools import partial

import streamlit as st

from artextract.oeuvres.label_quality.report import issue_table
from cache import collection, label_quality
from cache.snapshot import take_snapshot
from labels import display_label, escape_markdown, percent, works_count
from model_display import ModelDisplay
from widgets.frame.choices import choose_task, drop_unknown
from widgets.frame.csv_button import csv_button, with_kept_columns
from widgets.frame.missing import page_needs
from widgets.labels.label_issue_card import label_issue_card
from widgets.labels.planted_labels import planted_labels

PER_PAGE = 10
ANY = "Any label"
METHOD = """
A logistic regression on the features of the embedding predicts every work without having seen it,
nor another reproduction of it (five folds). A work is listed where another label is more probable
than its own, or where the same picture has two labels; the order is by the ratio of the two
probabilities. *Confidently* means that the other label is at least as probable as it is for works
that have it, on average (confident learning, Northcutt, Jiang and Chuang 2021).
"""

with page_needs():
    snapshot = take_snapshot()
    store = snapshot.store
    embedding = label_quality.embedding_of_issues(snapshot)
    works = collection.works(snapshot)
    issues = label_quality.label_issues(snapshot, embedding)
    found = label_quality.found_issues(snapshot, embedding)
    display = ModelDisplay.read(store)

judged = {task: counts for task, counts in found["tasks"].items() if counts["judged"]}
if not judged:
    st.info("No task has works enough to compare labels by.", icon=":material/label_off:")
    st.stop()
task = choose_task(list(judged))
counts = judged[task]
own = issues[issues["task"] == task].reset_index(drop=True)
st.write(
    f"For **{counts['listed']:,}** of {works_count(counts['judged'])} another "
    f"{escape_markdown(display_label(task).lower())} is more probable than the one that they are "
    f"labelled with, for {counts['suspected']:,} confidently. The most doubtful come first. Most "
    "are hard works and not wrong labels: look before you correct."
)
if found["unseen_only"]:
    st.info(
        f"{escape_markdown(display.embedding(embedding))} has learnt the labels of its training "
        "works, wrong ones too, so that only the works that it was not trained on are judged. "
        "`artextract embed --pretrained` makes an embedding that knows no label.",
        icon=":material/model_training:",
    )

names = sorted(own["label"].unique(), key=display_label)
drop_unknown("labelled", [ANY, *names])
labelled = st.selectbox(
    "Labelled",
    [ANY, *names],
    format_func=display_label,
    key="labelled",
    bind="query-params",
    width=280,
)
ranked = own if labelled == ANY else own[own["label"] == labelled]
pages = -(-len(ranked) // PER_PAGE)
page = st.pagination(pages, key=f"labels-page-{task}-{labelled}") if pages > 1 else 1
source = partial(collection.thumbnail_source, snapshot)
shown = ranked.iloc[(page - 1) * PER_PAGE : page * PER_PAGE]
columns = st.columns(2, gap="large")
for i, (rank, issue) in enumerate(shown.iterrows()):
    with columns[i % 2]:
        label_issue_card(issue, int(str(rank)) + 1, works, source)
if not len(ranked):
    st.success("No label is doubtful.", icon=":material/check:")

with st.container(horizontal=True):
    table = with_kept_columns(issue_table(issues, works, task), works)
    csv_button("All of them as CSV", table, f"label-issues-{task}.csv")
    with st.popover("How this is made", type="tertiary", icon=":material/help:"):
        st.write(METHOD)
        st.write(
            f"The embedding is {escape_markdown(display.embedding(embedding))}; its most probable "
            f"label is the given one for {percent(counts.get('top1', 0))} of the works."
        )

st.header("How well wrong labels are found", anchor=False, divider="gray")
planted_labels(store, embedding, task)
