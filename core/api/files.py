"""Images as responses:

the type from our record, nothing active, cached by the browser of this person only.
"""

from django.http import FileResponse, HttpResponse, HttpResponseBase
from rest_framework.request import Request

from core import storage
from core.errors import NotFound

ALLOWED = frozenset({"image/png", "image/jpeg", "image/webp", "image/gif"})


def image_response(request: Request, kind: storage.Kind, sha256: str, media_type: str) -> HttpResponseBase:
    """The stored image. Raises NotFound when its bytes were erased. 304 when the browser has it already."""
    etag = f'"{kind}-{sha256}"'
    headers = {
        "Cache-Control": "private, max-age=31536000, immutable",
        "ETag": etag,
        "X-Content-Type-Options": "nosniff",
        "Content-Security-Policy": "sandbox; default-src 'none'",
        "Cross-Origin-Resource-Policy": "same-origin",
    }
    if request.headers.get("If-None-Match") == etag:
        return HttpResponse(status=304, headers=headers)
    try:
        stream = storage.open_file(kind, sha256)
    except FileNotFoundError as error:
        raise NotFound("The picture was withdrawn or is not stored here.") from error
    disposition = {} if media_type in ALLOWED else {"Content-Disposition": "attachment"}
    return FileResponse(stream, content_type=media_type, headers=headers | disposition)
