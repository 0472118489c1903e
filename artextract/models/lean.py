"""torchvision's models without the two seconds of torch.compile that their import costs.

``torchvision.ops.roi_align`` asks torch._dynamo for one function when it is imported, and importing
torch._dynamo takes several times longer than all of torchvision. A person who wants to know who
painted one picture would wait for that. So torchvision meets stand-ins, which fetch the real thing
as soon as it is used; afterwards torch._dynamo is as if nobody had asked.
"""

from __future__ import annotations

import importlib
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import ModuleType
from typing import Any

import torch

_PACKAGE, _MODULE = "torch._dynamo", "torch._dynamo.utils"


class _StandIn(ModuleType):
    """A module that imports the real one when something is asked of it."""

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):  # the import system's own questions
            raise AttributeError(name)
        _remove_stand_ins()
        return getattr(importlib.import_module(self.__name__), name)


def _is_compile_supported(*args: Any, **kwargs: Any) -> Any:
    return importlib.import_module(_MODULE).is_compile_supported(*args, **kwargs)


def _remove_stand_ins() -> None:
    for name in (_PACKAGE, _MODULE):
        if isinstance(sys.modules.get(name), _StandIn):
            del sys.modules[name]


@contextmanager
def _without_compiler() -> Iterator[None]:
    if _PACKAGE not in sys.modules:  # else it is paid for
        package, module = _StandIn(_PACKAGE), _StandIn(_MODULE)
        # Another submodule, asked for by a later torchvision, is imported as ever.
        package.__path__ = [str(Path(torch.__file__).parent / "_dynamo")]
        module.is_compile_supported = _is_compile_supported  # type: ignore[attr-defined]
        sys.modules |= {_PACKAGE: package, _MODULE: module}
    try:
        yield
    finally:
        _remove_stand_ins()


with _without_compiler():
    import torchvision

__all__ = ["torchvision"]
