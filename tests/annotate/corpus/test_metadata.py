"""Metadata goes, pixels stay."""

import io
import json
from typing import Any

import pytest
from PIL import Image, ImageCms, PngImagePlugin
from test_formats import encoded

from annotate.corpus.formats import display_image, inspect_image
from annotate.corpus.generation_hints import read_generation_hints
from annotate.corpus.metadata import cut_metadata, strip_metadata

SECRET = "SecretGenerator 9"
ICC = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()


def exif(orientation: int = 1) -> Image.Exif:
    block = Image.Exif()
    block[0x0112] = orientation
    block[0x0131] = SECRET
    return block


def with_metadata(kind: str, orientation: int = 1, **options: Any) -> bytes:
    if kind == "PNG":
        text = PngImagePlugin.PngInfo()
        text.add_text("parameters", SECRET)
        text.add_itxt("XML:com.adobe.xmp", SECRET)
        text.add_text("zipped", SECRET * 20, zip=True)
        options["pnginfo"] = text
    if kind == "JPEG":
        options["comment"] = SECRET.encode()
    if kind == "WEBP":
        options.setdefault("lossless", True)
    if kind == "GIF":
        return encoded("GIF", "P", comment=SECRET.encode())
    return (
        encoded(kind, exif=exif(orientation), icc_profile=ICC, xmp=SECRET.encode(), **options)
        + b"trailing "
        + SECRET.encode()
    )


def shown_by_a_browser(data: bytes) -> list[tuple[int, ...]]:
    image = Image.open(io.BytesIO(data))
    image.load()
    if image.format == "JPEG":
        orientation = image.getexif().get(0x0112, 1)
        step = {3: Image.Transpose.ROTATE_180, 6: Image.Transpose.ROTATE_270, 5: Image.Transpose.TRANSPOSE}
        image = image.transpose(step[orientation]) if orientation in step else image
    return [image.size, *image.convert("RGB").get_flattened_data()]


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP", "GIF"])
def test_nothing_of_the_metadata_is_served_and_every_pixel_is(kind: str) -> None:
    data = with_metadata(kind)
    assert SECRET.encode() in data
    served = strip_metadata(data)
    assert SECRET.encode() not in served
    image = Image.open(io.BytesIO(served))
    assert not dict(image.getexif())
    assert not {"comment", "xmp", "XML:com.adobe.xmp", "parameters", "zipped"} & image.info.keys()
    assert display_image(served).tobytes() == display_image(data).tobytes()
    if kind != "GIF":
        assert image.info["icc_profile"] == ICC


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP"])
@pytest.mark.parametrize("orientation", [3, 5, 6])
def test_the_served_file_shows_the_upright_frame(kind: str, orientation: int) -> None:
    data = with_metadata(kind, orientation)
    served = strip_metadata(data)
    facts = inspect_image(data)
    assert SECRET.encode() not in served
    assert shown_by_a_browser(served) == [
        (facts.width, facts.height),
        *display_image(data).get_flattened_data(),
    ]
    if kind == "JPEG":
        assert dict(Image.open(io.BytesIO(served)).getexif()) == {0x0112: orientation}


def test_pixels_are_not_encoded_anew() -> None:
    data = with_metadata("JPEG")
    plain = encoded("JPEG")
    assert plain[plain.index(b"\xff\xda") :] == cut_metadata(data)[cut_metadata(data).index(b"\xff\xda") :]


@pytest.mark.parametrize("kind", ["JPEG", "WEBP", "PNG", "GIF"])
def test_stripping_twice_changes_nothing_more(kind: str) -> None:
    once = strip_metadata(with_metadata(kind))
    assert strip_metadata(once) == once


@pytest.mark.parametrize("kind", ["GIF", "WEBP", "PNG"])
def test_of_a_moving_picture_only_the_first_frame_is_served(kind: str) -> None:
    frames = [Image.new("RGBA", (9, 7), (0, 0, 0, 0)) for _ in range(3)]
    for index, frame in enumerate(frames):
        frame.paste((255, 0, 0, 255), (index, 0, index + 3, 3))
    target = io.BytesIO()
    options = {"lossless": True} if kind == "WEBP" else {}
    frames[0].save(target, kind, save_all=True, append_images=frames[1:], **options)
    served = strip_metadata(target.getvalue())
    assert getattr(Image.open(io.BytesIO(served)), "n_frames", 1) == 1
    assert display_image(served).tobytes() == display_image(target.getvalue()).tobytes()
    assert inspect_image(served).frames == 1


def test_a_16_bit_and_a_palette_png_stay_what_they_are() -> None:
    target = io.BytesIO()
    Image.new("I;16", (4, 3), 40_000).save(target, "PNG", exif=exif(6))
    served = Image.open(io.BytesIO(strip_metadata(target.getvalue())))
    assert served.mode == "I;16" and served.size == (3, 4) and served.getpixel((0, 0)) == 40_000
    palette = encoded("PNG", "P", transparency=3, exif=exif(6))
    assert display_image(strip_metadata(palette)).tobytes() == display_image(palette).tobytes()


SETTINGS = (
    "a cat, (red:1.2)\nwith hat\nNegative prompt: dog, blur\n"
    "Steps: 20, Sampler: Euler a, CFG scale: 7, "
    "Seed: 18446744073709551615, Size: 512x512, Model hash: abc, Model: dream_v8"
)


def png_with(**texts: str) -> bytes:
    info = PngImagePlugin.PngInfo()
    for key, value in texts.items():
        info.add_itxt(key, value)
    return encoded("PNG", pnginfo=info)


def test_settings_text_gives_prompt_seed_and_model() -> None:
    hints = read_generation_hints(png_with(parameters=SETTINGS))
    assert hints["prompt"] == "a cat, (red:1.2)\nwith hat"
    assert hints["negative_prompt"] == "dog, blur"
    assert hints["seed"] == "18446744073709551615"
    assert hints["model_version"] == "dream_v8"
    assert hints["parameters"] == {
        "Steps": "20",
        "Sampler": "Euler a",
        "CFG scale": "7",
        "Size": "512x512",
        "Model hash": "abc",
    }


def test_a_node_graph_is_followed_to_its_texts() -> None:
    graph = {
        "3": {
            "class_type": "KSampler",
            "inputs": {"seed": 7, "steps": 20, "positive": ["6", 0], "negative": ["8", 0]},
        },
        "4": {"class_type": "CheckpointLoaderSimple", "inputs": {"ckpt_name": "base.safetensors"}},
        "6": {"class_type": "CLIPTextEncode", "inputs": {"text": "a fox", "clip": ["4", 1]}},
        "8": {"class_type": "ConditioningZeroOut", "inputs": {"conditioning": ["8", 0]}},
    }
    hints = read_generation_hints(png_with(prompt=json.dumps(graph)))
    assert hints == {
        "prompt": "a fox",
        "seed": "7",
        "model_version": "base.safetensors",
        "parameters": {"steps": 20},
    }


def test_a_json_record_and_a_plain_prompt_are_read() -> None:
    record = {
        "positive_prompt": "a hen",
        "negative_prompt": "",
        "seed": 12,
        "model": {"name": "xl"},
        "steps": 30,
    }
    hints = read_generation_hints(png_with(invokeai_metadata=json.dumps(record)))
    assert hints == {"prompt": "a hen", "seed": "12", "model_version": "xl", "parameters": {"steps": 30}}
    assert read_generation_hints(png_with(prompt="<img src=x onerror=1>")) == {"prompt": "<img src=x onerror=1>"}


@pytest.mark.parametrize("order", ["UNICODE\0", "ASCII\0\0\0"])
def test_the_comment_of_a_jpeg_is_read(order: str) -> None:
    block = Image.Exif()
    content = SETTINGS.encode("utf-16-be" if order == "UNICODE\0" else "ascii")
    block.get_ifd(0x8769)[0x9286] = order.encode() + content
    hints = read_generation_hints(encoded("JPEG", exif=block))
    assert hints["negative_prompt"] == "dog, blur"


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"x",
        encoded("PNG")[:40],
        encoded("GIF", "P"),
        encoded("WEBP"),
        png_with(prompt="[" * 5000),
        png_with(a="b"),
        png_with(parameters="x" * 200_000),
        png_with(prompt='{"a": {"inputs": {"seed": NaN, "positive": ["a", 0]}}}'),
    ],
)
def test_where_nothing_is_known_there_is_no_hint(data: bytes) -> None:
    assert not {"seed", "model_version", "parameters"} & read_generation_hints(data).keys()
