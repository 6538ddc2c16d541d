"""Clients as the browser is one: they keep an answer and send it again until it is acknowledged or refused."""

import http.client
import json
import threading
import time
from random import Random
from typing import Any
from uuid import uuid4

Address = tuple[str, int]


def call(address: Address, method: str, path: str, token: str = "", body: Any = None, timeout: float = 10):
    connection = http.client.HTTPConnection(*address, timeout=timeout)
    try:
        headers = {"Content-Type": "application/json"} | ({"Authorization": f"Bearer {token}"} if token else {})
        connection.request(method, path, None if body is None else json.dumps(body), headers)
        response = connection.getresponse()
        data = response.read()
        return response.status, json.loads(data) if data[:1] in (b"{", b"[") else data.decode(errors="replace")
    finally:
        connection.close()


def get(address: Address, path: str, token: str = ""):
    return call(address, "GET", path, token)


class Labeller(threading.Thread):
    """One reviewer with an outbox. `acknowledged` holds the submission ids that the server confirmed."""

    def __init__(self, address: Address, campaign: str, token: str, until: float, number: int) -> None:
        super().__init__()
        self.address, self.campaign, self.token, self.until = address, campaign, token, until
        self.random = Random(number)
        self.acknowledged: dict[str, str] = {}
        self.refused: list[tuple[int, Any]] = []
        self.unexpected: list[tuple[int, Any]] = []
        self.latencies: list[float] = []

    def run(self) -> None:
        while time.monotonic() < self.until:
            leases = self._patiently("POST", f"/api/v1/campaigns/{self.campaign}/leases", {"count": 3})
            if leases is None:
                continue
            if leases["state"] == "done":
                return
            if not leases["leases"]:
                time.sleep(0.2)
            for lease in leases["leases"]:
                self._answer(lease)

    def _answer(self, lease: dict[str, Any]) -> None:
        submission = {
            "submission_id": str(uuid4()), "base_revision": 0, "active_ms": self.random.randrange(500, 9000),
            "answer": {"outcome": "clean", "absence": "glance"},
        }  # fmt: skip
        began = time.monotonic()
        if self._patiently("PUT", f"/api/v1/leases/{lease['id']}/annotation", submission) is not None:
            self.acknowledged[submission["submission_id"]] = lease["item"]
            self.latencies.append(time.monotonic() - began)

    def _patiently(self, method: str, path: str, body: Any) -> Any:
        """Again and again on silence, 5xx and 429; None when refused, or when the time is over."""
        while time.monotonic() < self.until + 20:
            try:
                status, answer = call(self.address, method, path, self.token, body)
            except (OSError, http.client.HTTPException, ValueError):
                time.sleep(0.1 + self.random.random() * 0.2)
                continue
            if status in (200, 201):
                return answer
            if status in (500, 503, 429, 502):
                if status == 500:
                    self.unexpected.append((status, answer))
                time.sleep(0.1 + self.random.random() * 0.2)
                continue
            self.refused.append((status, answer))
            return None
        return None
