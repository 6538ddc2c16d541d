"""pyiqa behind the adapter. The first part runs everywhere, the rest where the extra `iqa` is installed."""

import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from scoring.metrics import pyiqa_adapter
from scoring.metrics.registry import all_metrics, compute, metric_named, unavailable
from scoring.metrics.spec import Kind, Status
from scoring.metrics.weights import KNOWN, WeightStore

ROOT = Path(__file__).resolve().parents[3]
INSTALLED = all(find_spec(name) for name in pyiqa_adapter.EXTRA)
needs_iqa = pytest.mark.skipif(not INSTALLED, reason="extra iqa is not installed")
WITHOUT_WEIGHTS = [one.name for one in pyiqa_adapter.SPECS if not one.needs.weights]

# What pyiqa publishes for its own implementation on its five calibration pairs, to four decimals.
IMAGES = ("I03", "I04", "I06", "I08", "I19")
PUBLISHED = {
    "pyiqa-psnr": (21.1136, 20.9872, 27.0139, 23.3002, 21.6186),
    "pyiqa-ssim": (0.6997, 0.9978, 0.9989, 0.9671, 0.6522),
    "ms_ssim": (0.6707, 0.9996, 0.9998, 0.9567, 0.8418),
    "cw_ssim": (0.2763, 0.9996, 1.0, 0.9068, 0.8658),
    "fsim": (0.6891, 0.9702, 0.9927, 0.9575, 0.822),
    "vif": (0.0172, 0.9891, 0.9924, 0.9104, 0.175),
    "gmsd": (0.2203, 0.0005, 0.0004, 0.1346, 0.205),
    "nlpd": (0.5616, 0.0139, 0.011, 0.3033, 0.4335),
    "vsi": (0.9244, 0.9497, 0.9877, 0.9541, 0.9348),
    "piqe": (100.0, 21.6242, 35.8646, 41.147, 76.9485),
    "pyiqa-entropy": (6.9511, 6.9661, 7.5309, 7.5565, 5.7629),
    "mad": (195.2796, 80.8379, 30.3918, 84.3541, 202.2371),
}


def noise(seed: int, size: int = 192) -> np.ndarray:
    return np.random.default_rng(seed).integers(0, 256, (size, size, 3), dtype=np.uint8)


def test_fourteen_metrics_need_no_weights() -> None:
    assert len(WITHOUT_WEIGHTS) == 14


@pytest.mark.skipif(INSTALLED, reason="the extra iqa is installed here")
@pytest.mark.parametrize("metric", WITHOUT_WEIGHTS)
def test_without_the_extra_every_metric_says_so(metric: str) -> None:
    result = compute(metric, noise(0), noise(1))
    assert (result.value, result.status) == (None, Status.NOT_INSTALLED)
    assert "extra iqa is not installed" in result.reason


def test_looking_at_the_registry_imports_neither_torch_nor_pyiqa() -> None:
    code = (
        "import sys; from scoring.metrics.registry import all_metrics, unavailable; "
        "[unavailable(one) for one in all_metrics()]; "
        "sys.exit(len({'torch', 'pyiqa', 'torchvision'} & set(sys.modules)))"
    )
    assert subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=False).returncode == 0


@pytest.mark.iqa
@needs_iqa
@pytest.mark.parametrize("metric", [name for name in PUBLISHED if name not in pyiqa_adapter.SLOW])
def test_published_values_are_reproduced(metric: str) -> None:
    folder = Path(str(find_spec("pyiqa").origin)).parent.parent / "ResultsCalibra"  # type: ignore[union-attr]
    if not folder.is_dir():
        pytest.skip("this build of pyiqa brings no calibration images")
    for image, expected in zip(IMAGES, PUBLISHED[metric], strict=True):
        first, second = (
            np.asarray(Image.open(folder / side / f"{image}.bmp").convert("RGB")) for side in ("dist_dir", "ref_dir")
        )
        result = compute(metric, first, second)
        assert result.value == pytest.approx(expected, abs=1.01e-4), (metric, image)


@pytest.mark.iqa
@needs_iqa
def test_builtin_ssim_and_psnr_agree_with_pyiqas() -> None:
    """pyiqa adds 1e-8 to the mean squared error, which shows from about 45 dB on; hence the tolerance of psnr."""
    import cv2

    smooth = cv2.GaussianBlur(noise(3), (0, 0), 4)
    pairs = [
        (smooth, cv2.GaussianBlur(smooth, (0, 0), 2)),
        (smooth, np.clip(smooth.astype(int) + 30, 0, 255).astype(np.uint8)),
        (noise(1), noise(2)),
        (smooth, 255 - smooth),
        (np.zeros_like(smooth), smooth),
    ]
    for first, second in pairs:
        for ours, theirs, tolerance in (("ssim", "pyiqa-ssim", 4e-4), ("psnr", "pyiqa-psnr", 1e-2)):
            a, b = compute(ours, first, second), compute(theirs, first, second)
            assert a.value == pytest.approx(b.value, abs=tolerance)
    assert compute("entropy", smooth).value == pytest.approx(compute("pyiqa-entropy", smooth).value, abs=1e-2)


@pytest.mark.iqa
@needs_iqa
@pytest.mark.parametrize("metric", [name for name in WITHOUT_WEIGHTS if name not in pyiqa_adapter.SLOW])
def test_odd_pictures_give_a_value_or_a_reason(metric: str) -> None:
    spec = metric_named(metric)
    assert spec is not None
    size = spec.min_size
    for image in (np.full((size, size, 3), 7, np.uint8), noise(0, size), noise(0, size)[..., 0].copy()):
        result = compute(metric, image, image)
        assert (result.value is None) == bool(result.reason), result
    small = compute(metric, noise(0, max(size - 1, 1)), noise(1, max(size - 1, 1)))
    assert small.status is (Status.TOO_SMALL if size > 1 else Status.OK)


@pytest.mark.iqa
@needs_iqa
def test_the_same_picture_gives_the_same_value_and_the_metric_is_made_once() -> None:
    first = compute("gmsd", noise(0), noise(1))
    made = pyiqa_adapter._created.cache_info().misses
    assert compute("gmsd", noise(0), noise(1)) == first
    assert pyiqa_adapter._created.cache_info().misses == made


@pytest.mark.iqa
@needs_iqa
def test_torch_runs_on_one_thread_and_torchvision_imports() -> None:
    import torch

    compute("gmsd", noise(0), noise(1))
    import torchvision

    assert torch.get_num_threads() == 1
    assert torchvision.__version__
    pyiqa_adapter.define_torchvision_operators()
    model = torchvision.models.mobilenet_v3_small()
    assert model.eval()(torch.zeros(1, 3, 64, 64)).shape == (1, 1000)


@pytest.mark.iqa
@needs_iqa
def test_metrics_with_weights_say_what_is_missing_and_never_download(tmp_path: Path) -> None:
    store = WeightStore(folder=tmp_path)
    result = compute("musiq", noise(0), weights=store)
    assert result.status is Status.WEIGHTS_MISSING
    assert result.reason.startswith(f"weights for musiq missing: put {KNOWN['musiq'][0].file} at {tmp_path}")
    assert compute("niqe", noise(0)).status is Status.WEIGHTS_MISSING


@pytest.mark.iqa
@needs_iqa
def test_download_functions_are_blocked() -> None:
    import torch

    compute("gmsd", noise(0), noise(1))
    with pytest.raises(Exception, match="fetch_weights"):
        torch.hub.load_state_dict_from_url("http://127.0.0.1:9/x.pth")


@pytest.mark.iqa
@needs_iqa
def test_weights_of_musiq_are_loaded_as_tensors_only(tmp_path: Path) -> None:
    """Random weights in the right shape work; a pickle of anything else, though pinned, is refused."""
    import hashlib
    import json
    import pickle

    import torch

    compute("gmsd", noise(0), noise(1))
    import pyiqa

    torch.manual_seed(0)
    net = pyiqa.create_metric("musiq", device="cpu", pretrained=False).net
    for name, status in (("good", Status.OK), ("evil", Status.FAILED)):
        folder = tmp_path / name
        path = folder / "musiq" / "w.pth"
        path.parent.mkdir(parents=True)
        if name == "good":
            torch.save({"params": net.state_dict()}, path)
        else:
            path.write_bytes(pickle.dumps({"params": Path}))
        data = path.read_bytes()
        entry = {"file": "w.pth", "size": len(data), "sha256": hashlib.sha256(data).hexdigest(),
                 "source": "", "licence": "test"}  # fmt: skip
        (folder / "manifest.json").write_text(json.dumps({"musiq": [entry]}))
        result = compute("musiq", noise(0, 64), weights=WeightStore(folder=folder))
        assert result.status is status, result.reason


def test_our_modes_and_ranges_are_numbers_for_every_metric() -> None:
    for spec in all_metrics():
        assert spec.kind in (Kind.FULL_REFERENCE, Kind.NO_REFERENCE, Kind.SET)
        assert spec.range.low is None or spec.range.high is None or spec.range.low < spec.range.high
        assert spec.kind is not Kind.SET or unavailable(spec) is None
