"""A school's journey through its front end, from the registration to the sent log."""

import datetime
import random
import zoneinfo

from caller import Caller
from emulator import Emulator
from issuer import Issuer
from steps import expect, until

# Crockford's alphabet, for ULIDs.
_ULID = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"

# Real carriers never receive simulated numbers, and for the service this carrier is real. Texts to these
# numbers end in a process on loopback, without a connection to a telephone network.
CLAIRE, JULIEN, SOPHIE = "+33799999910", "+33799999911", "+33799999912"
PHONES = {CLAIRE, JULIEN, SOPHIE}

# A file of school software, in Windows-1252. An HTTP API converts a body with a text type to UTF-8; a binary
# type passes unchanged.
PEOPLE = """\
Catégorie;Nom;Prénom;Classe;Tél. portable;Adresse;Code postal;Ville;Nom élève;Prénom élève
élève;MARTIN;Emma;6e A;;;;;;
élève;PETIT;Hugo;6e A;;;;;;
responsable;MARTIN;Claire;;07 99 99 99 10;12 bis avenue de la République;95100;Argenteuil;MARTIN;Emma
responsable;MARTIN;Julien;;07 99 99 99 11;12BIS, AV. DE LA REPUBLIQUE;95100;ARGENTEUIL;MARTIN;Emma
responsable;PETIT;Sophie;;07 99 99 99 12;3 rue Pasteur;95100;Argenteuil;PETIT;Hugo
responsable;PETIT;Paul;;01 99 00 12 34;8 rue Pasteur;95100;Argenteuil;PETIT;Hugo
"""


def new_school() -> str:
    """The id of a new school."""
    return "sch_0" + "".join(random.choices(_ULID, k=25))


class School:
    """A school with its administrator, and the operator."""

    def __init__(self, api: str, issuer: Issuer, emulator: Emulator) -> None:
        self.id = new_school()
        self.admin = Caller(api, issuer.token("admin", self.id))
        self.operator = Caller(api, issuer.token("operator"))
        self._emulator = emulator
        self._template = ""
        self.sent = ""
        self.planned = ""

    def sign_up(self) -> str:
        """Acknowledges the prices and registers."""
        version = self.admin.get("/v1/rate-card").expect(200)["version"]
        applied = self.admin.post("/v1/registrations", {
            "school": {"name": "Collège Jean Moulin", "uai": "0951099D"},
            "contact": {"name": "Dominique Chef", "email": "chef@college-moulin.example"},
            "acknowledged_rate_card": version,
        }).expect(201)
        form = self.admin.get("/v1/registration/form", accept="application/pdf")
        form.expect(200)
        expect(form.content.startswith(b"%PDF-"), form.content[:20])
        return f"{applied['state']} under the prices of {version}, form of {len(form.content)} bytes"

    def be_confirmed(self) -> str:
        """The operator confirms the school, and the school refreshes its licence."""
        confirmed = self.operator.post(f"/v1/operator/schools/{self.id}/confirm").expect(200)
        licence = self.admin.post("/v1/licence/refresh").expect(200)
        expect(licence["may_send"], licence)
        return f"{confirmed['state']}, licence until {licence['valid_until']}"

    def import_people(self) -> str:
        """Imports the file of the school's software, and sets one SMS per household."""
        file, kind = PEOPLE.encode("cp1252"), "application/octet-stream"
        plan = self.admin.call("POST", "/v1/imports?scope=whole_school", file, content_type=kind).expect(201)
        notes = [note["reason"] for row in plan["rows"] for note in row.get("notes", [])]
        expect(notes == ["phone_landline"], plan)
        report = self.admin.post(f"/v1/imports/{plan['id']}/apply", {"digest": plan["digest"]}).expect(200)
        expect((report["stage"], report["counts"]["created"], report["counts"]["doubtful"]) == ("applied", 6, 0), report)
        self.admin.change("/v1/school", {"household_rule": "one_per_household"}).expect(200)
        return f"{report['counts']['created']} people, {report['counts']['doubtful']} doubtful"

    def write_template(self) -> str:
        """A template with variables."""
        template = self.admin.post("/v1/templates", {
            "label": "Réunion", "audience": "guardians", "context": "meeting",
            "body": "Réunion pour {{pupils}} le {{meeting.date}}. {{school.name}}",
        }).expect(201)
        self._template = template["id"]
        return template["label"]

    def _order(self, date: str, **more: object) -> dict:
        of_a_class = {"view": "pupils", "selection": {"classes": ["6e A"]}}
        return {**of_a_class, "template": self._template, "values": {"meeting.date": date}, **more}

    def preview(self) -> str:
        """Previews the recipients with their texts, and the others with reasons."""
        preview = self.admin.post("/v1/sends/preview", self._order("30/11")).expect(200)
        reasons = sorted(dropped["reason"] for dropped in preview["dropped"])
        expect(preview["totals"]["messages"] == 2, preview)
        return f"2 messages for {preview['totals']['price_micro_eur']} µ€, dropped: {', '.join(reasons)}"

    def send(self) -> str:
        """Sends, with one repetition of the request."""
        order = self._order("30/11")
        first = self.admin.post("/v1/sends", order, idempotency_key="meeting-30-11").expect(201)
        again = self.admin.post("/v1/sends", order, idempotency_key="meeting-30-11").expect(201)
        expect(first["id"] == again["id"], "the same key made another send")
        self.sent = first["id"]
        return first["id"]

    def texts(self, word: str) -> dict[str, str]:
        """The texts in SNS with a word, by phone. No phone has two of them."""
        found = [text for text in self._emulator.texts() if word in text["Message"]]
        phones = {text["PhoneNumber"]: text["Message"] for text in found}
        expect(len(phones) == len(found), f"a phone has a text twice: {len(found)} texts")
        return phones

    def states(self, send: str) -> dict[str, int]:
        """The number of a send's messages in each state."""
        return self.admin.get(f"/v1/sends/{send}").expect(200)["states"]

    def wait_for(self, send: str, state: str, seconds: float = 60) -> dict[str, int]:
        """Waits until all messages of a send are in a state."""
        def reached() -> dict[str, int] | None:
            states = self.states(send)
            return states if set(states) == {state} else None

        return until(f"the send is {state}", reached, seconds)

    def receive(self) -> str:
        """The queue invokes `deliver`, which publishes to SNS; the sent log shows it."""
        self.wait_for(self.sent, "sent")
        texts = self.texts("30/11")
        text = "Réunion pour {} le 30/11. Collège Jean Moulin"
        expected = {CLAIRE: text.format("Emma"), SOPHIE: text.format("Hugo")}
        expect(texts == expected, sorted(texts.values()))
        return f"{len(texts)} phones with one text each"

    def log(self) -> list[dict]:
        """The sent log of the first send."""
        return self.admin.get(f"/v1/messages?send={self.sent}").expect(200)["messages"]

    def read_the_log(self) -> str:
        """The sent log has each person and state."""
        messages = self.log()
        told = [f"{message['name']} {message['state']}" for message in messages]
        expect(sorted(told) == ["Claire MARTIN sent", "Sophie PETIT sent"], told)
        return ", ".join(told)

    def plan(self) -> str:
        """Schedules a send for the first whole minute that is certainly in the future."""
        now = datetime.datetime.now(zoneinfo.ZoneInfo("Europe/Paris"))
        # `send_at` has minutes only: near the end of one, the next might be over on arrival.
        at = now + datetime.timedelta(seconds=75)
        order = self._order("15/12", send_at=at.strftime("%Y-%m-%dT%H:%M"))
        planned = self.admin.post("/v1/sends", order, idempotency_key="planned").expect(201)
        self.planned = planned["id"]
        expect(self.states(self.planned) == {"scheduled": 2}, self.states(self.planned))
        return f"for {at:%H:%M} of the school's clock"

    def be_released(self) -> str:
        """Only the schedule enqueues the planned send at its hour."""
        self.wait_for(self.planned, "sent", seconds=240)
        texts = self.texts("15/12")
        expect(set(texts) == {CLAIRE, SOPHIE}, f"{len(texts)} phones have the planned text")
        return f"{len(texts)} phones with one text each"
