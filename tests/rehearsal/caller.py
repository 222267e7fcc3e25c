"""A client of the HTTP API, with or without a token."""

import dataclasses
import json
import urllib.error
import urllib.request

from steps import expect


@dataclasses.dataclass(frozen=True)
class Answer:
    """A response."""

    status: int
    headers: dict[str, str]
    content: bytes

    @property
    def body(self) -> dict:
        """The body as JSON; empty if it is not."""
        try:
            return json.loads(self.content)
        except ValueError:
            return {}

    def expect(self, status: int) -> dict:
        """The body, if the status is the expected one."""
        expect(self.status == status, f"{self.status} instead of {status}: {self.content[:600]!r}")
        return self.body


@dataclasses.dataclass(frozen=True)
class Caller:
    """A client of one API."""

    api: str
    token: str | None = None

    def call(self, method: str, path: str, content: bytes | None = None, **headers: str) -> Answer:
        """One request. Headers are named with underscores."""
        told = {name.replace("_", "-"): value for name, value in headers.items()}
        if self.token:
            told["authorization"] = f"Bearer {self.token}"
        request = urllib.request.Request(self.api + path, data=content, headers=told, method=method)
        try:
            with urllib.request.urlopen(request, timeout=30) as answer:
                return _answer(answer)
        except urllib.error.HTTPError as refusal:
            return _answer(refusal)

    def get(self, path: str, **headers: str) -> Answer:
        """`GET`."""
        return self.call("GET", path, **headers)

    def post(self, path: str, body: dict | None = None, **headers: str) -> Answer:
        """`POST` of JSON, or without a body."""
        if body is None:
            return self.call("POST", path, **headers)
        return self.call("POST", path, json.dumps(body).encode(), content_type="application/json", **headers)

    def change(self, path: str, body: dict) -> Answer:
        """`PATCH` of the current version."""
        version = self.get(path).headers["etag"]
        content = json.dumps(body).encode()
        return self.call("PATCH", path, content, content_type="application/json", if_match=version)


def _answer(response: urllib.error.HTTPError) -> Answer:
    headers = {name.lower(): value for name, value in response.headers.items()}
    return Answer(response.status, headers, response.read())
