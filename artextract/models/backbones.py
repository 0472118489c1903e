"""Temporary: replaced by the module of the same name when the models branch lands."""

from __future__ import annotations


def display_name(name: str) -> str:
    return {"alexnet": "AlexNet", "resnet50": "ResNet-50"}.get(name) or name[:1].upper() + name[1:]


def colours(name: str) -> tuple[str, str] | None:
    return {"alexnet": ("#5f7f95", "#86a8be"), "resnet50": ("#b0851f", "#d8ae4f")}.get(name)
