#!/usr/bin/env python3
"""Checks the contract, and that receiver.py keeps it when it is called as Carillon calls it.

One line for each check; the exit code tells whether all went through. Everything happens on loopback and in a
temporary folder.
"""

import base64
import contextlib
import json
import os
import pathlib
import re
import secrets
import subprocess
import sys
import tempfile
import threading
import time
import urllib.error
import urllib.request
from concurrent.futures import ThreadPoolExecutor
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

sys.dont_write_bytecode = True  # nothing is left beside these files

from contract import FAILURES, check, check_contract, compact, sign

HERE = pathlib.Path(__file__).resolve().parent

# A network with a mind of its own: the last digits of a number say what it does.
WAYWARD = f"""
import os, sys
sys.path.insert(0, {str(HERE)!r})
import receiver
def bring(to, text):
    receiver.note("would send")
    match to[-2:]:
        case "01": raise receiver.Refused("invalid_number")
        case "02": raise receiver.NotTaken
        case "03": raise RuntimeError(to + text)
        case "09": os._exit(1)
receiver.bring_to_network = bring
receiver.main()
"""


class Carillon(BaseHTTPRequestHandler):
    """The far end of the reports: keeps what comes, and refuses the very first one."""

    seen = []

    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.seen.append((self.path, self.headers, body, time.time()))
        self.send_response(503 if len(self.seen) == 1 else 202)
        self.end_headers()

    def log_message(self, *_):
        pass


class Receiver:
    """A running receiver.py, as Carillon sees it."""

    def __init__(self, folder, keys, carillon, program=(str(HERE / "receiver.py"),)):
        self.log, self.key = folder / f"log-{secrets.token_hex(4)}", keys[-1]
        self.arguments = [sys.executable, "-B", *program, "--carillon", carillon]
        self.environment = {**os.environ, "no_proxy": "*", "PYTHONUTF8": "1",
                            "BRIDGE_KEY": " ".join(base64.b64encode(key).decode() for key in keys)}
        with self.log.open("wb") as log:
            self.process = subprocess.Popen(
                [*self.arguments, "--port", "0", "--database", str(folder / "receiver.sqlite3")],
                env=self.environment, stdout=subprocess.PIPE, stderr=log)
        self.url = json.loads(self.process.stdout.readline())["url"]

    def call(self, method, path, name, body=b"", key=None, age_s=0, signed_body=None):
        timestamp = str(int(time.time()) - age_s)
        signature = sign(key or self.key, name, timestamp, body if signed_body is None else signed_body)
        headers = {"webhook-id": name, "webhook-timestamp": timestamp, "content-type": "application/json",
                   "webhook-signature": f"v2,other v1,{'A' * 43}= {signature}"}
        data = body if method == "POST" else None
        request = urllib.request.Request(self.url + path, data, headers, method=method)
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        try:
            with opener.open(request, timeout=5) as answer:
                return answer.status, answer.read()
        except urllib.error.HTTPError as error:
            return error.code, error.read()
        except OSError:
            return None, b""

    def post(self, reference, to="+33639981234", text="Réunion le 30/11", **changes):
        body = compact({"reference": reference, "to": to, "text": text})
        return self.call("POST", "/", reference, body, **changes)

    def find(self, reference, **changes):
        status, body = self.call("GET", f"/{reference}", reference, **changes)
        return json.loads(body)["state"] if status == 200 else status

    def said(self):
        return self.log.read_text(encoding="utf-8")

    def handed_on(self):
        return self.said().count("would send")

    def kill(self):
        self.process.kill()
        self.process.wait()
        self.process.stdout.close()


def until(condition, seconds=6):
    end = time.monotonic() + seconds
    while not condition() and time.monotonic() < end:
        time.sleep(0.02)
    return condition()


def check_requests(gateway):
    check("a signed SMS is accepted with 202", gateway.post("first")[0] == 202)
    check("the same reference again is answered as before", gateway.post("first")[0] == 202)
    check("… and handed on once", gateway.handed_on() == 1, gateway.handed_on())
    with ThreadPoolExecutor(10) as pool:
        statuses = {status for status, _ in pool.map(lambda _: gateway.post("ten-at-once"), range(10))}
    once = gateway.handed_on() == 2 and 202 in statuses
    check("ten at once with one reference are handed on once", once, statuses)
    number = b'{"reference":"x","to":33639981234,"text":"x"}'
    refusals = [
        ("a wrong key", 401, gateway.post("x", key=secrets.token_bytes(32))),
        ("a changed body", 401, gateway.post("x", signed_body=b"{}")),
        ("a time that is too old", 401, gateway.post("x", age_s=400)),
        ("a time to come", 401, gateway.post("x", age_s=-400)),
        ("a body that is no JSON", 400, gateway.call("POST", "/", "x", b'{"reference":')),
        ("a body that is no object", 422, gateway.call("POST", "/", "x", b"[]")),
        ("a missing field", 422, gateway.call("POST", "/", "x", b'{"reference":"x","to":"+33639981234"}')),
        ("a field of another kind", 422, gateway.call("POST", "/", "x", number)),
        ("a number that is not E.164", 422, gateway.post("x", to="0639981234")),
        ("a body that is too large", 413, gateway.post("x", text="x" * 20_000)),
        ("another address", 404, gateway.call("POST", "/elsewhere", "x", b"{}")),
    ]
    for sentence, expected, (status, _) in refusals:
        check(f"{sentence} is answered with {expected}", status == expected, status)
    check("nothing of that was handed on", gateway.handed_on() == 2)
    check("a reference that is known is accepted", gateway.find("first") == "accepted")
    check("a reference that never came is never_received", gateway.find("unheard") == "never_received")
    refused = gateway.post("unheard")[0] == 422 and gateway.handed_on() == 2
    check("… and when it comes late it is refused", refused)
    by_others = gateway.find("first", key=secrets.token_bytes(32)), gateway.call("GET", "/first", "x")[0]
    check("a question signed with a wrong key or for another is answered with 401", by_others == (401, 401))


def check_restart(gateway):
    again = gateway.post("first")[0], gateway.handed_on()
    check("after a kill the same reference is accepted and not handed on", again == (202, 0), again)
    check("… and still known", gateway.find("first") == "accepted")
    check("a second key is taken during a rotation", gateway.post("second")[0] == 202)


def check_reports(keys):
    def states():
        events = [json.loads(body) for _, _, body, _ in Carillon.seen[1:]]
        return {(event["reference"], event["state"]) for event in events}

    # A receipt may come twice: the kill may have come between Carillon's answer and its record.
    expected = {(name, state) for name in ("first", "second", "ten-at-once") for state in ("sent", "delivered")}
    all_came = until(lambda: states() == expected)
    check("each SMS has its receipts, also those from before the kill", all_came, states())
    ids = [headers["webhook-id"] for _, headers, _, _ in Carillon.seen]
    check("a receipt that was not kept comes again with the same id", ids.count(ids[0]) >= 2)
    valid = []
    for path, headers, body, now in Carillon.seen:
        name, timestamp = headers["webhook-id"], headers["webhook-timestamp"]
        signatures = headers["webhook-signature"].split(" ")
        signed = any(sign(key, name, timestamp, body) in signatures for key in keys)
        valid.append(signed and abs(now - int(timestamp)) < 10 and path == "/v1/receipts/bridge")
    check(f"all {len(valid)} reports are signed and fresh", all(valid))
    both = Carillon.seen[-1][1]["webhook-signature"].split(" ")
    check("during a rotation a report carries both signatures", len(both) == 2, both)


def check_reply(gateway):
    seen = len(Carillon.seen)
    arguments = ["--reply", "STOP", "--from", "+33639985678", "--in-reply-to", "first"]
    command = [*gateway.arguments, *arguments]
    done = subprocess.run(command, env=gateway.environment, capture_output=True, timeout=5, check=False)
    event = json.loads(Carillon.seen[-1][2])
    told = {name: event[name] for name in ("type", "from", "text", "in_reply_to")}
    expected = {"type": "reply", "from": "+33639985678", "text": "STOP", "in_reply_to": "first"}
    came_once = done.returncode == 0 and len(Carillon.seen) == seen + 1
    check("a reply is brought to Carillon", came_once and told == expected, done.returncode)
    return (done.stdout + done.stderr).decode()


def check_wayward_network(folder, keys, carillon):
    gateway = Receiver(folder, keys, carillon, ("-c", WAYWARD))
    told = [gateway.post("refused", to="+33639980001") for _ in range(2)]
    refusal = (422, b'{"reason": "invalid_number"}')
    check("a refusal of the network is a 422 with its reason, each time", told == [refusal] * 2, told)
    told = [gateway.post("later", to="+33639980002")[0] for _ in range(2)], gateway.handed_on()
    check("what the network did not take is a 503, and handed on again", told == ([503, 503], 3), told)
    told = [gateway.post("doubtful", to="+33639980003")[0] for _ in range(2)], gateway.handed_on()
    check("what nobody knows is no refusal, and not handed on again", told == ([500, 409], 4), told)
    check("… and unknown when asked", gateway.find("doubtful") == "unknown")
    gateway.post("deadly", to="+33639980009")
    said = gateway.said()
    gateway.kill()
    gateway = Receiver(folder, keys, carillon, ("-c", WAYWARD))
    again = gateway.post("deadly", to="+33639980009")[0], gateway.find("deadly"), gateway.handed_on()
    check("a gateway that died while handing on does not do it again", again == (409, "unknown", 0), again)
    gateway.kill()
    return said


def check_receiver(folder):
    carillon = ThreadingHTTPServer(("127.0.0.1", 0), Carillon)
    threading.Thread(target=carillon.serve_forever, daemon=True).start()
    address = f"http://127.0.0.1:{carillon.server_port}"
    old, new = secrets.token_bytes(32), secrets.token_bytes(64)
    with contextlib.ExitStack() as stack:
        gateway = Receiver(folder, [old], address)
        stack.callback(gateway.kill)
        check_requests(gateway)
        gateway.kill()
        said = gateway.said()
        gateway = Receiver(folder, [new, old], address)
        stack.callback(gateway.kill)
        check_restart(gateway)
        check_reports([old, new])
        said += check_reply(gateway) + gateway.said()
    (folder / "wayward").mkdir()
    said += check_wayward_network(folder / "wayward", [old], address)
    kept = b"".join(file.read_bytes() for file in folder.rglob("receiver.sqlite3*"))
    check("no number and no text is printed", not re.search(r"\d{5}|Réunion|STOP", said))
    check("no number and no text is kept", b"63998" not in kept and "Réunion".encode() not in kept)


def main():
    check_contract()
    with tempfile.TemporaryDirectory() as folder:
        check_receiver(pathlib.Path(folder))
    print(f"{len(FAILURES)} checks failed" if FAILURES else "all checks went through")
    sys.exit(1 if FAILURES else 0)


main()
