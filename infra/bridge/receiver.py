#!/usr/bin/env python3
"""An example gateway behind Carillon's bridge: everything that openapi.json asks for, but no network.

Replace `bring_to_network`; the rest is the contract and may stay as it is. No phone number and no text is
printed or kept: the database holds references only.
"""

import argparse
import base64
import hmac
import http.client
import json
import os
import re
import sqlite3
import sys
import threading
import time
import urllib.error
import urllib.request
import uuid
from datetime import datetime, timezone
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

REFERENCE, E164 = re.compile(r"[A-Za-z0-9_-]{1,80}"), re.compile(r"\+[1-9][0-9]{6,14}")
CLOCKS_DIFFER_BY_S = 5 * 60
MAX_BODY_BYTES = 16 * 1024
RETRY_AFTER_S = (1, 5, 30, 2 * 60, 15 * 60, 60 * 60)  # and then each hour
REPORTED_FOR_S = 72 * 60 * 60

# What the ledger says of a reference; any other word is the reason of a refusal.
BEING_HANDED_ON, ACCEPTED, NEVER_RECEIVED = "being_handed_on", "accepted", "never_received"


class Refused(Exception):
    """The network will never take this SMS. Its argument is one of the contract's reasons."""


class NotTaken(Exception):
    """The network certainly did not take this SMS, and may take it later."""


def bring_to_network(to, text):
    """Hands one SMS to the network: the part to replace.

    It returns once the SMS is taken, or raises `Refused` or `NotTaken`. Any other exception says that nobody
    knows. Carillon waits five seconds for all of it: give your provider less.
    """
    note(f"would send {len(text)} characters to {to[:3]}…{to[-2:]}")


def note(sentence):
    print(sentence, file=sys.stderr, flush=True)


def signature(key, name, timestamp, body):
    code = hmac.digest(key, f"{name}.{timestamp}.".encode() + body, "sha256")
    return "v1," + base64.b64encode(code).decode()


def is_signed(keys, headers, body):
    """Whether a request is fresh and carries the signature of one of our keys."""
    name, timestamp = headers.get("webhook-id", ""), headers.get("webhook-timestamp", "")
    # Without this, whoever once recorded a request could repeat it for ever.
    if not re.fullmatch(r"[0-9]{1,12}", timestamp) or abs(time.time() - int(timestamp)) > CLOCKS_DIFFER_BY_S:
        return False
    ours = [signature(key, name, timestamp, body).encode() for key in keys]
    theirs = headers.get("webhook-signature", "").encode().split(b" ")
    # In constant time: how long a refusal takes must not tell how much of a guess was right.
    return any([hmac.compare_digest(our, their) for our in ours for their in theirs])


class Ledger:
    """What became of each reference, and the reports that Carillon has yet to take. It survives a restart.

    Rows of `sms` are never deleted but for `NotTaken`. Whoever loses the file no longer knows what came, and
    answers `unknown` instead of `never_received` for a day.
    """

    def __init__(self, file):
        self.lock, self.database = threading.Lock(), sqlite3.connect(file, check_same_thread=False)
        self.run("CREATE TABLE IF NOT EXISTS sms (reference TEXT PRIMARY KEY, state TEXT NOT NULL)")
        self.run("CREATE TABLE IF NOT EXISTS report (id TEXT PRIMARY KEY, body TEXT NOT NULL,"
                 " kept_at REAL NOT NULL, due_at REAL NOT NULL, tries INTEGER NOT NULL)")

    def run(self, sql, *values):
        with self.lock, self.database:
            return self.database.execute(sql, values).fetchall()

    def claim(self, reference, state):
        """Keeps the state of a reference that was never seen. Of a known one it tells the state instead."""
        with self.lock, self.database:
            if self.database.execute("INSERT OR IGNORE INTO sms VALUES (?, ?)", (reference, state)).rowcount:
                return None
            known = self.database.execute("SELECT state FROM sms WHERE reference = ?", (reference,))
            return known.fetchone()[0]

    def accept(self, reference):
        """Keeps that the network has it, and two receipts, which a real network would tell by and by."""
        now = time.time()
        with self.lock, self.database:
            self.database.execute("UPDATE sms SET state = ? WHERE reference = ?", (ACCEPTED, reference))
            for state, at in (("sent", now), ("delivered", now + 1)):
                receipt = {"type": "receipt", "reference": reference, "state": state, "at": rfc3339(at)}
                row = ("evt_" + uuid.uuid4().hex, json.dumps(receipt), now, at, 0)
                self.database.execute("INSERT INTO report VALUES (?, ?, ?, ?, ?)", row)


def rfc3339(seconds):
    return datetime.fromtimestamp(seconds, timezone.utc).isoformat(timespec="seconds")


class Gateway(BaseHTTPRequestHandler):
    """The two addresses that Carillon calls. `server` has the keys and the ledger.

    Each request has its own connection, as HTTP/1.0 says: an idle one that closes in the moment in which it
    is used again would leave Carillon in doubt about an SMS.
    """

    timeout = 10  # a caller that stops in the middle must not keep a thread for ever

    def do_POST(self):
        length = self.headers.get("Content-Length", "")
        if not re.fullmatch(r"[0-9]{1,9}", length):
            return self.answer(400)
        # Read even if it is too large, for a connection that closes on unread bytes may lose the answer.
        body = self.rfile.read(min(int(length), 64 * MAX_BODY_BYTES))
        if len(body) > MAX_BODY_BYTES:
            return self.answer(413)
        if self.path != "/":
            return self.answer(404)
        # The bytes as they came: JSON that was read and written again need not be the same.
        if not is_signed(self.server.keys, self.headers, body):
            return self.answer(401)
        try:
            sms = json.loads(body)
        except (ValueError, RecursionError):
            return self.answer(400)
        fields = [sms.get(name) for name in ("reference", "to", "text")] if isinstance(sms, dict) else [None]
        if not all(isinstance(field, str) for field in fields) or not REFERENCE.fullmatch(fields[0]):
            return self.answer(422, {"reason": "refused"})
        if not E164.fullmatch(fields[1]):
            return self.answer(422, {"reason": "invalid_number"})
        return self.take(*fields)

    def take(self, reference, to, text):
        ledger = self.server.ledger
        # Kept before it is handed on: should we die in between, nobody hands it on a second time.
        known = ledger.claim(reference, BEING_HANDED_ON)
        if known == ACCEPTED:
            return self.answer(202)
        if known == BEING_HANDED_ON:
            return self.answer(409)  # another request is still at it, or died: Carillon takes it as unknown
        if known is not None:
            return self.answer(422, {"reason": "refused" if known == NEVER_RECEIVED else known})
        try:
            bring_to_network(to, text)
        except NotTaken:
            ledger.run("DELETE FROM sms WHERE reference = ?", reference)
            return self.answer(503)
        except Refused as refusal:
            ledger.run("UPDATE sms SET state = ? WHERE reference = ?", str(refusal), reference)
            return self.answer(422, {"reason": str(refusal)})
        except Exception as error:  # only its type is told: the message may hold the number or the text
            note(f"nobody knows what became of an SMS: {type(error).__name__}")
            return self.answer(500)
        ledger.accept(reference)
        return self.answer(202)

    def do_GET(self):
        reference = self.path.removeprefix("/")
        if not REFERENCE.fullmatch(reference):
            return self.answer(404)
        # No signature covers a path: the reference is also the id, which it does cover.
        if not is_signed(self.server.keys, self.headers, b"") or self.headers["webhook-id"] != reference:
            return self.answer(401)
        # What is said to have never come must not be sent when it comes late, so the answer claims it.
        state = self.server.ledger.claim(reference, NEVER_RECEIVED)
        told = {ACCEPTED: "accepted", BEING_HANDED_ON: "unknown"}.get(state, "never_received")
        return self.answer(200, {"reference": reference, "state": told})

    def answer(self, status, document=None):
        body = b"" if document is None else json.dumps(document).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        """Says nothing: a path may hold anything."""


class Server(ThreadingHTTPServer):
    request_queue_size = 64  # Carillon sends ten at once from each worker, and Python would queue five


def tell(options, name, body):
    """Brings a report to Carillon once. The status of the answer, or None when there was none."""
    # The id stays with the report; the time is that of this attempt, for an old one would be refused.
    timestamp = str(int(time.time()))
    signatures = " ".join(signature(key, name, timestamp, body) for key in options.key)
    headers = {"Content-Type": "application/json", "webhook-id": name, "webhook-timestamp": timestamp,
               "webhook-signature": signatures}
    url = options.carillon.rstrip("/") + "/v1/receipts/bridge"
    try:
        with urllib.request.urlopen(urllib.request.Request(url, body, headers), timeout=10) as answer:
            return answer.status
    except urllib.error.HTTPError as error:
        error.close()
        return error.code
    except (OSError, ValueError, http.client.HTTPException):
        return None


def report_for_ever(options, ledger):
    while True:
        try:
            report_what_is_due(options, ledger)
        except sqlite3.Error as error:
            # The file may be busy or full for a moment: whoever reports must not stop for ever.
            note(f"reports wait: {error}")
            time.sleep(5)
        time.sleep(0.2)


def report_what_is_due(options, ledger):
    due = "SELECT id, body, kept_at, tries FROM report WHERE due_at <= ? ORDER BY due_at"
    for name, body, kept_at, tries in ledger.run(due, time.time()):
        status, now = tell(options, name, body.encode()), time.time()
        # A body that was refused will be again; a wrong key or clock (401) may be mended in time.
        if status in (202, 400, 413, 422) or now - kept_at > REPORTED_FOR_S:
            ledger.run("DELETE FROM report WHERE id = ?", name)
        else:
            due_at = now + RETRY_AFTER_S[min(tries, len(RETRY_AFTER_S) - 1)]
            ledger.run("UPDATE report SET due_at = ?, tries = ? WHERE id = ?", due_at, tries + 1, name)
        if status != 202:
            note(f"Carillon answered a receipt with {status}")


def reply(options):
    """Tells Carillon what a person answered. Whether it was taken."""
    event = {"type": "reply", "from": options.sender, "text": options.reply, "at": rfc3339(time.time())}
    if options.in_reply_to:
        event["in_reply_to"] = options.in_reply_to
    name, body = "evt_" + uuid.uuid4().hex, json.dumps(event).encode()
    for wait_s in (*RETRY_AFTER_S[:3], 0):
        status = tell(options, name, body)
        note(f"Carillon answered the reply with {status}")
        if status in (202, 400, 401, 422):
            break
        time.sleep(wait_s)
    return status == 202


def read_keys(text):
    try:
        keys = [base64.b64decode(key, validate=True) for key in text.split()]
    except ValueError:
        keys = []
    if not keys or not all(24 <= len(key) <= 64 for key in keys):
        # This kind of error is shown without the value, which is a secret.
        raise argparse.ArgumentTypeError("a key is needed, the base64 of 24 to 64 random bytes")
    return keys


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--port", type=int, default=9100, help="on 127.0.0.1; 0 for any free one")
    parser.add_argument("--key", type=read_keys, default=os.environ.get("BRIDGE_KEY", ""), metavar="BASE64",
                        help="two with a space between during a rotation; BRIDGE_KEY if left out")
    parser.add_argument("--carillon", metavar="URL", default="http://127.0.0.1:8080")
    parser.add_argument("--database", metavar="FILE", default="receiver.sqlite3")
    parser.add_argument("--reply", metavar="TEXT", help="send this reply instead of serving")
    parser.add_argument("--from", metavar="NUMBER", dest="sender", default="", help="whose reply, in E.164")
    parser.add_argument("--in-reply-to", metavar="REFERENCE", help="the SMS that it answers")
    options = parser.parse_args()
    if options.reply is not None:
        if not E164.fullmatch(options.sender):
            parser.error("a reply needs --from and a number in E.164, such as +33639981234")
        sys.exit(0 if reply(options) else 1)
    server = Server(("127.0.0.1", options.port), Gateway)
    server.keys, server.ledger = options.key, Ledger(options.database)
    threading.Thread(target=report_for_ever, args=(options, server.ledger), daemon=True).start()
    print(json.dumps({"url": f"http://127.0.0.1:{server.server_port}"}), flush=True)
    try:
        server.serve_forever()
    except KeyboardInterrupt:
        pass


if __name__ == "__main__":
    main()
