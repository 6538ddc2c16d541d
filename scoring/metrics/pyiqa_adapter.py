"""pyiqa behind our own specs: the only module that imports torch or pyiqa, and only when a score is asked
for.

pyiqa's licence is PolyForm Noncommercial, so it is the optional extra `iqa`. It runs offline, on one torch
thread; a metric is created once per process. pyiqa's own table of ranges and modes is not used: the specs
here are ours.
"""

import os
import random
from dataclasses import dataclass
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np

from scoring.metrics.pixels import Picture
from scoring.metrics.spec import Kind, MetricSpec, Needs, Range, Status, Tag, Undefined
from scoring.metrics.weights import WeightsProblem, WeightStore

EXTRA = ("torch", "torchvision", "pyiqa")
LICENCE = "PolyForm-Noncommercial-1.0.0 (pyiqa)"
SLOW = frozenset({"mad"})  # 4 to 13 CPU seconds an image: never in a default set
_NEEDS_VARIATION = frozenset({"vif", "cw_ssim"})  # 0/0 on a constant reference, which pyiqa turns into a number
_SEED = 123
_OFFLINE = {"HF_HUB_OFFLINE": "1", "TRANSFORMERS_OFFLINE": "1", "HF_HUB_DISABLE_TELEMETRY": "1"}


def _installed_version() -> str:
    try:
        return version("pyiqa")
    except PackageNotFoundError:
        return "absent"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Row:
    """What differs between pyiqa's metrics: our name, its name, and the facts of the spec."""

    theirs: str
    kind: Kind
    better: bool | None
    low: float | None
    high: float | None
    min_size: int
    source: str
    ours: str = ""
    weights: bool = False


_FR, _NR = Kind.FULL_REFERENCE, Kind.NO_REFERENCE
_ROWS = (
    _Row(ours="pyiqa-psnr", theirs="psnr", kind=_FR, better=True, low=0, high=80, min_size=1, source="see psnr"),
    _Row(theirs="psnry", kind=_FR, better=True, low=0, high=80, min_size=1, source="PSNR of the luma plane"),
    _Row(
        ours="pyiqa-ssim",
        theirs="ssim",
        kind=_FR,
        better=True,
        low=0,
        high=1,
        min_size=11,
        source="Wang et al. 2004",
    ),
    _Row(
        theirs="ssimc",
        kind=_FR,
        better=True,
        low=0,
        high=1,
        min_size=11,
        source="SSIM over RGB, Wang et al. 2004",
    ),
    _Row(
        theirs="ms_ssim",
        kind=_FR,
        better=True,
        low=0,
        high=1,
        min_size=161,
        source="Wang et al., Asilomar 2003",
    ),
    _Row(
        theirs="cw_ssim",
        kind=_FR,
        better=True,
        low=0,
        high=1,
        min_size=64,
        source="Sampat et al., IEEE TIP 2009",
    ),
    _Row(theirs="fsim", kind=_FR, better=True, low=0, high=1, min_size=32, source="Zhang et al., IEEE TIP 2011"),
    _Row(
        theirs="vif",
        kind=_FR,
        better=True,
        low=0,
        high=None,
        min_size=64,
        source="Sheikh & Bovik, IEEE TIP 2006",
    ),
    _Row(
        theirs="gmsd",
        kind=_FR,
        better=False,
        low=0,
        high=None,
        min_size=8,
        source="Xue et al., IEEE TIP 2014",
    ),
    _Row(
        theirs="nlpd",
        kind=_FR,
        better=False,
        low=0,
        high=None,
        min_size=64,
        source="Laparra et al., HVEI 2016",
    ),
    _Row(theirs="vsi", kind=_FR, better=True, low=0, high=1, min_size=32, source="Zhang et al., IEEE TIP 2014"),
    _Row(
        theirs="mad",
        kind=_FR,
        better=False,
        low=0,
        high=None,
        min_size=64,
        source="Larson & Chandler, JEI 2010",
    ),
    _Row(
        theirs="piqe",
        kind=_NR,
        better=False,
        low=0,
        high=100,
        min_size=32,
        source="Venkatanath et al., NCC 2015",
    ),
    _Row(
        ours="pyiqa-entropy",
        theirs="entropy",
        kind=_NR,
        better=None,
        low=0,
        high=8,
        min_size=1,
        source="see entropy",
    ),
    _Row(
        theirs="musiq",
        kind=_NR,
        better=True,
        low=None,
        high=None,
        min_size=32,
        source="Ke et al., ICCV 2021",
        weights=True,
    ),
    _Row(
        theirs="niqe",
        kind=_NR,
        better=False,
        low=0,
        high=None,
        min_size=192,
        source="Mittal et al., SPL 2013",
        weights=True,
    ),
)


def _spec(row: _Row) -> MetricSpec:
    name = row.ours or row.theirs
    return MetricSpec(
        name=name, kind=row.kind, tag=Tag.TECHNICAL, higher_is_better=row.better, min_size=row.min_size,
        range=Range(low=row.low, high=row.high), licence=LICENCE, source=row.source,
        fingerprint=f"pyiqa-{row.theirs}/{_installed_version()}",
        definition=f"pyiqa's `{row.theirs}` with its default settings.",
        needs=Needs(modules=EXTRA, weights=row.weights),
    )  # fmt: skip


SPECS: tuple[MetricSpec, ...] = tuple(_spec(row) for row in _ROWS)
_THEIRS = {row.ours or row.theirs: row.theirs for row in _ROWS}


def unavailable(spec: MetricSpec, weights: WeightStore | None) -> tuple[Status, str] | None:
    """Why this metric cannot run here, or None when it can. Imports nothing heavy."""
    missing = [name for name in spec.needs.modules if find_spec(name) is None]
    if missing:
        return Status.NOT_INSTALLED, (
            f"extra iqa is not installed ({', '.join(missing)} missing): run `make iqa` or pip install '.[iqa]'"
        )
    if spec.needs.weights:
        problem = "no folder of weights is set (WEIGHTS_DIR)" if weights is None else weights.problem(spec.name)
        if problem:
            return Status.WEIGHTS_MISSING, problem
    return None


def score(spec: MetricSpec, image: Picture, reference: Picture | None, weights: WeightStore | None) -> float:
    """pyiqa's value as a float; deterministic. Raises whatever pyiqa raises; the registry turns it into a
    status.
    """
    import torch

    if spec.name in _NEEDS_VARIATION and reference is not None and float(np.ptp(reference.luma)) == 0:
        raise Undefined(Status.UNDEFINED, f"The reference is of one colour, for which {spec.name} has no value.")
    metric = _metric(_THEIRS[spec.name], weights)
    random.seed(_SEED)  # cw_ssim and niqe draw nothing today; a later pyiqa might
    torch.manual_seed(_SEED)
    inputs = [_tensor(image)] if reference is None else [_tensor(image), _tensor(reference)]
    with torch.inference_mode():
        return float(metric(*inputs).reshape(-1)[0]) + 0.0  # no negative zero


def _tensor(picture: Picture) -> Any:
    import torch

    return torch.tensor(picture.rgb).permute(2, 0, 1)[None].float().div_(255.0)


def _metric(name: str, weights: WeightStore | None) -> Any:
    """The created metric, once per process; files are checked before anything is built from them."""
    if weights is None or not weights.files_of(name):
        return _created(name, None, ())
    return _created(name, weights.folder, weights.usable(name))


@cache
def _created(name: str, folder: Path | None, files: tuple[Path, ...]) -> Any:
    pyiqa = _pyiqa(folder)
    if name == "musiq":
        metric = pyiqa.create_metric("musiq", device="cpu", pretrained=False)
        metric.net.load_state_dict(_state(files[0]))
        metric.net.eval()
        return metric
    if name == "niqe":
        return pyiqa.create_metric("niqe", device="cpu", pretrained_model_path=str(files[0]))
    if files:
        raise WeightsProblem(f"{name} takes no files of weights.")
    return pyiqa.create_metric(name, device="cpu")


def _state(path: Path) -> Any:
    """Tensors only: the restricted unpickler of torch refuses every other object."""
    import torch

    loaded = torch.load(path, map_location="cpu", weights_only=True)
    return loaded.get("params", loaded) if isinstance(loaded, dict) else loaded


def _pyiqa(folder: Path | None) -> Any:
    """pyiqa, imported offline with its caches under the folder of weights (it fixes its paths at import)."""
    os.environ.update(_OFFLINE)
    if folder is not None:
        os.environ["TORCH_HOME"] = str(folder / "torch")
        os.environ["HF_HOME"] = str(folder / "huggingface")
    import torch

    torch.set_num_threads(1)  # two threads under contention collapse; more processes scale
    define_torchvision_operators()
    import pyiqa
    from pyiqa.utils import download_util

    for owner in (torch.hub, download_util):
        for name in ("download_url_to_file", "load_state_dict_from_url", "load_file_from_url"):
            if hasattr(owner, name):
                setattr(owner, name, _refuse_download)
    return pyiqa


def _refuse_download(*_args: object, **_options: object) -> None:
    raise WeightsProblem("Downloading is done by manage.py fetch_weights only.")


@cache
def define_torchvision_operators() -> Any:
    """Lets torchvision be imported beside a CPU build of torch whose binary operators it cannot load.

    The wheels of torchvision from the public registry link CUDA. With a CPU build of torch their `_C`
    library does not load, and importing torchvision fails on operators that were never declared. Declaring
    the schemas of `nms` and `qnms` is enough for models and transforms; the operators themselves stay
    without implementation. Answers the library that holds the declarations (it must stay referenced), or
    None where nothing had to be done: torch with CUDA or HIP, no torchvision, or a `_C` that loads.
    """
    import torch

    found = find_spec("torchvision")
    if torch.version.cuda or getattr(torch.version, "hip", None) or found is None or found.origin is None:
        return None
    for binary in sorted(Path(found.origin).parent.glob("_C*.so")):
        try:
            torch.ops.load_library(str(binary))
        except OSError:
            continue
        return None
    library = torch.library.Library("torchvision", "DEF")
    for name in ("nms", "qnms"):
        library.define(f"{name}(Tensor dets, Tensor scores, float iou_threshold) -> Tensor")
    return library
