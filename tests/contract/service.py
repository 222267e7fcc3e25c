"""The local service with a licensed school, for an external client."""

import contextlib
import json
import os
import pathlib
import signal
import subprocess
import urllib.request
from collections.abc import Iterator

ROOT = pathlib.Path(__file__).resolve().parents[2]

APPLICATION = {
    "school": {"name": "Collège Jean Moulin", "uai": "0951099D"},
    "contact": {"name": "Dominique Chef", "email": "chef@college-moulin.example"},
    "acknowledged_rate_card": "2026-09",
}
# Two families, with fictional numbers.
PEOPLE = """Catégorie;Prénom;Nom;Classe;Portable;Enfants
élève;Emma;MARTIN;6e A;;
élève;Hugo;PETIT;6e B;;
responsable;Claire;MARTIN;;0639981010;Emma MARTIN
responsable;Jean;PETIT;;0639981011;Hugo PETIT
personnel;Dominique;CHEF;;0639981012;
"""
TEMPLATE = {"label": "Réunion", "audience": "guardians", "context": "meeting", "body": "Réunion à 18 h"}
ORDER = {"view": "guardians", "selection": {"everyone": True}}


class School:
    """A licensed school, with a token for each role."""

    def __init__(self, gateway: str, folder: pathlib.Path):
        self.gateway, self.folder, self.tokens, self.id = gateway, folder, {}, None
        for role in ("admin", "sender", "reader", "operator"):
            issued = self.call("POST", "/local/tokens", {"role": role, "school_id": self.id})
            self.id = self.id or issued["school_id"]
            self.tokens[role] = issued["token"]
        self.call("POST", "/v1/registrations", APPLICATION, "admin")
        self.call("POST", f"/v1/operator/schools/{self.id}/confirm", {}, "operator")
        self.call("POST", "/v1/licence/refresh", {}, "admin")
        plan = self.call("POST", "/v1/imports?scope=whole_school", PEOPLE, "admin")
        apply = f"/v1/imports/{plan['id']}/apply"
        rows = self.call("POST", apply, {"digest": plan["digest"]}, "admin")["rows"]
        template = self.call("POST", "/v1/templates", TEMPLATE, "admin")["id"]
        send = self.call("POST", "/v1/sends", {**ORDER, "template": template}, "admin")["id"]
        # The ids for the document's paths, by prefix.
        self.known = {"/v1/people/": rows[0]["person"], "/v1/imports/": plan["id"], "/v1/templates/": template, "/v1/sends/": send}

    def call(self, method: str, path: str, body: dict | str, role: str | None = None) -> dict:
        is_file = isinstance(body, str)
        headers = {"Content-Type": "text/csv" if is_file else "application/json"}
        if role:
            headers["Authorization"] = f"Bearer {self.tokens[role]}"
        if path == "/v1/sends":
            headers["Idempotency-Key"] = "the-first-send"
        data = (body if is_file else json.dumps(body)).encode()
        request = urllib.request.Request(self.gateway + path, data, headers, method=method)
        with urllib.request.urlopen(request) as answer:
            return json.load(answer)


@contextlib.contextmanager
def running(folder: pathlib.Path) -> Iterator[School]:
    """Starts the service on a free port, with its data in a folder, and stops it at the end."""
    command = ["cargo", "run", "--quiet", "--locked", "--", "--port", "0", "--no-demo", "--data", folder]
    with (folder / "service.log").open("wb") as log:
        process = subprocess.Popen(
            command, cwd=ROOT, stdout=subprocess.PIPE, stderr=log, start_new_session=True
        )
    try:
        line = process.stdout.readline()
        if not line:
            raise SystemExit((folder / "service.log").read_text(encoding="utf-8"))
        yield School(json.loads(line)["gateway"], folder)
    finally:
        # `cargo run` is the parent process of the service: both receive the signal.
        os.killpg(process.pid, signal.SIGINT)
        process.wait(timeout=30)
