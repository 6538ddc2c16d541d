"""What an image file itself says about how it was made: suggestions for its generation record, never more.

Read: PNG text chunks and the EXIF user comment of JPEG and WebP, as written by the common programs (one text
`parameters`; a graph of nodes as JSON under `prompt`; other JSON records). Everything is bounded, and what
cannot be understood is left out without a word, because a hint is nothing that may be relied on.
"""

import re
import struct

from annotate.corpus.containers import PNG, media_type_of, png_chunks
from annotate.corpus.manifest_lines import is_whole, strict_json
from annotate.corpus.metadata import byte_order, exif_block, exif_entries, inflated
from annotate.corpus.refusal import Refusal
from core.text import text_problem, value_violations

MAX_TEXT = 1 << 20
MAX_FIELD = 100_000
_STEPS = re.compile(r"^Steps: \d+", re.MULTILINE)
_SETTING = re.compile(r'\s*([A-Za-z][\w \-/]{0,60}):\s*("(?:\\.|[^"\\])*"|[^,]*)(?:,|$)')
_USER_COMMENT, _EXIF_DIRECTORY = 0x9286, 0x8769
_JSON_KEYS = ("invokeai_metadata", "sd-metadata", "Comment", "generation_data", "metadata")

Hints = dict[str, object]


def read_generation_hints(data: bytes) -> Hints:
    """A subset of `prompt, negative_prompt, generator, model_version, seed` (texts) and `parameters` (an
    object).

    Empty where the file says nothing or is damaged. Never raises.
    """
    try:
        texts = _texts(data)
    except (Refusal, struct.error, IndexError):
        return {}
    found: Hints = {}
    if "parameters" in texts:
        found = _from_settings_text(texts["parameters"])
    elif "prompt" in texts:
        found = _from_prompt(texts["prompt"])
    for key in _JSON_KEYS:
        if not found and key in texts:
            found = _from_record(_json_object(texts[key]))
    if "Description" in texts and "prompt" not in found:
        found["prompt"] = texts["Description"]
    if found and "Software" in texts:
        found.setdefault("generator", texts["Software"])
    return {key: value for key, value in found.items() if _is_storable(value)}


def _is_storable(value: object) -> bool:
    if isinstance(value, str):
        return 0 < len(value) <= MAX_FIELD and text_problem(value) is None
    return bool(value) and not value_violations(value, max_depth=16)


def _texts(data: bytes) -> dict[str, str]:
    if media_type_of(data) == PNG:
        return _png_texts(data)
    comment = _user_comment(exif_block(data) or b"")
    return {"parameters": comment} if comment else {}


def _png_texts(data: bytes) -> dict[str, str]:
    found: dict[str, str] = {}
    for part in png_chunks(data):
        body = data[part.body : part.end - 4]
        if part.kind not in ("tEXt", "zTXt", "iTXt") or len(body) > MAX_TEXT or len(found) == 50:
            continue
        key, _, rest = body.partition(b"\0")
        text = _chunk_text(part.kind, rest)
        if text is not None:
            found.setdefault(key.decode("latin-1"), text)
    return found


def _chunk_text(kind: str, rest: bytes) -> str | None:
    """The text after the keyword: plain, compressed, or international (with its two language fields before
    it).
    """
    content: bytes | None = rest
    if kind == "zTXt":
        content = inflated(rest[1:], MAX_TEXT)
    elif kind == "iTXt":
        fields = rest[2:].split(b"\0", 2)
        if len(fields) < 3:
            return None
        content = inflated(fields[2], MAX_TEXT) if rest[:1] == b"\1" else fields[2]
    if content is None:
        return None
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError:
        return content.decode("latin-1")


def _user_comment(block: bytes) -> str | None:
    order = byte_order(block)
    if order is None:
        return None
    pointer = exif_entries(block).get(_EXIF_DIRECTORY)
    if pointer is None:
        return None
    (offset,) = struct.unpack(f"{order}I", pointer[2])
    entry = exif_entries(block, offset).get(_USER_COMMENT)
    if entry is None or entry[1] > MAX_TEXT:
        return None
    (start,) = struct.unpack(f"{order}I", entry[2])
    raw = block[start : start + entry[1]]
    code, content = raw[:8], raw[8:]
    if code == b"UNICODE\0":
        codec = "utf-16-be" if order == ">" or content[:1] == b"\0" else "utf-16-le"
        return content.decode(codec, "replace").rstrip("\0")
    return content.decode("utf-8", "replace").rstrip("\0 ")


def _from_settings_text(text: str) -> Hints:
    """Prompt, then `Negative prompt: …`, then one line of settings that begins with `Steps: `."""
    if text.lstrip().startswith("{"):
        return _from_record(_json_object(text))
    steps = list(_STEPS.finditer(text))
    head, tail = (text[: steps[-1].start()], text[steps[-1].start() :]) if steps else (text, "")
    prompt, _, negative = head.partition("Negative prompt:")
    settings = {name.strip(): value.strip().strip('"') for name, value in _SETTING.findall(tail[:MAX_FIELD])}
    found: Hints = {"prompt": prompt.strip(), "negative_prompt": negative.strip()}
    found["seed"] = settings.pop("Seed", "")
    found["model_version"] = settings.pop("Model", "") or settings.get("Model hash", "")
    found["parameters"] = dict(settings)
    return found


def _from_prompt(text: str) -> Hints:
    """Either a graph of nodes, or simply the prompt."""
    graph = _json_object(text)
    nodes = {
        key: node for key, node in graph.items() if isinstance(node, dict) and isinstance(node.get("inputs"), dict)
    }
    if not nodes:
        return {"prompt": text} if not graph else _from_record(graph)
    found: Hints = {}
    for node in nodes.values():
        inputs = node["inputs"]
        if "seed" in inputs or "noise_seed" in inputs:
            found.setdefault("seed", _as_text(inputs.get("seed", inputs.get("noise_seed"))))
            found.setdefault("prompt", _linked_text(nodes, inputs.get("positive")))
            found.setdefault("negative_prompt", _linked_text(nodes, inputs.get("negative")))
            names = ("steps", "cfg", "sampler_name", "scheduler", "denoise")
            settings = {name: inputs[name] for name in names if isinstance(inputs.get(name), str | int | float)}
            found.setdefault("parameters", settings)
        for name in ("ckpt_name", "unet_name"):
            if isinstance(inputs.get(name), str):
                found.setdefault("model_version", inputs[name])
    return found


def _linked_text(nodes: dict[str, dict[str, object]], link: object) -> str:
    """The text behind a link `[node, output]`, followed over at most eight nodes."""
    for _ in range(8):
        node = nodes.get(str(link[0])) if isinstance(link, list) and link else None
        inputs = node["inputs"] if node is not None else None
        if not isinstance(inputs, dict):
            return ""
        value = inputs.get("text", inputs.get("conditioning"))
        if isinstance(value, str):
            return value
        link = value
    return ""


def _from_record(record: Hints) -> Hints:
    """A flat JSON record under any of the names that programs use."""
    spellings = {
        "prompt": ("prompt", "positive_prompt"),
        "negative_prompt": ("negative_prompt", "uc"),
        "seed": ("seed",),
        "model_version": ("model_version", "model_name", "model", "sd_model_name", "base_model_name"),
        "generator": ("generator", "app_name"),
    }
    found: Hints = {}
    for name, keys in spellings.items():
        for key in keys:
            value = record.get(key)
            if isinstance(value, dict):
                value = value.get("name", value.get("model_name"))
            text = _as_text(value)
            if text:
                found.setdefault(name, text)
    used = {key for keys in spellings.values() for key in keys}
    rest = {key: value for key, value in record.items() if key not in used and isinstance(value, str | int | float)}
    if found and rest:
        found["parameters"] = rest
    return found


def _as_text(value: object) -> str:
    if isinstance(value, float) and is_whole(value):
        value = int(value)
    if isinstance(value, bool) or not isinstance(value, str | int):
        return ""
    return str(value)


def _json_object(text: str) -> Hints:
    try:
        value = strict_json(text)
    except Refusal:
        return {}
    return value if isinstance(value, dict) else {}
