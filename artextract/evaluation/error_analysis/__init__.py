"""Where predictions go wrong: classes, groups, parts of the collection, and one model by another.

All of it works on tables of :func:`artextract.evaluation.confusion.predictions`, without PyTorch.
"""
