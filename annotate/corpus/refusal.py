"""The one way in which this slice says no to a file, an archive entry or a manifest row."""


class Refusal(Exception):
    """A file, an entry or a row that is not taken in.

    `code` is stable and machine-readable; `message` says to a person what was expected and what to do.
    Neither holds paths of this machine nor text of a library.
    """

    def __init__(self, code: str, message: str) -> None:
        super().__init__(f"{code}: {message}")
        self.code = code
        self.message = message
