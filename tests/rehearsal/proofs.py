"""Proofs of refusals and of failures."""

import base64
import contextlib
import json
from collections.abc import Iterator

from building import FUNCTIONS
from caller import Caller
from deployment import ORIGIN, Deployment
from issuer import Issuer
from school import CLAIRE, PHONES, School, new_school
from steps import expect, until
from tools import ROOT


def only_tokens_of_the_issuer(deployment: Deployment, issuer: Issuer) -> str:
    """The template's authorizer refuses other tokens: the function is not invoked."""
    school = new_school()
    unsigned = base64.urlsafe_b64encode(b'{"alg":"none"}').decode().rstrip("=")
    whole = issuer.token("admin", school)
    refused = {
        "none": None,
        "another key's": issuer.forged("admin", school),
        "unsigned": f"{unsigned}.{whole.split('.')[1]}.",
        "over": issuer.token("admin", school, exp=1),
        "for another service": issuer.token("admin", school, aud="somebody-else"),
        "another issuer's": issuer.token("admin", school, iss="https://issuer.invalid"),
    }
    for name, token in refused.items():
        answer = Caller(deployment.api, token).get("/v1/people")
        expect((answer.status, answer.body) == (401, {"message": "Unauthorized"}), f"{name}: {answer.status}")
    Caller(deployment.api, whole).get("/v1/rate-card").expect(200)
    return f"{len(refused)} kinds of tokens refused"


def browsers_of_the_front_end(deployment: Deployment) -> str:
    """The gateway itself answers CORS preflight requests, which carry no token."""
    stranger = Caller(deployment.api)

    def allowed(origin: str) -> str | None:
        told = {"origin": origin, "access_control_request_method": "POST"}
        return stranger.call("OPTIONS", "/v1/sends", **told).headers.get("access-control-allow-origin")

    expect(allowed(ORIGIN) == ORIGIN, allowed(ORIGIN))
    expect(allowed("https://elsewhere.example") is None, "another origin was let in")
    return f"{ORIGIN}, no other origin"


def nothing_elsewhere(deployment: Deployment, issuer: Issuer) -> str:
    """A path without a function does not exist, with any token."""
    admin = Caller(deployment.api, issuer.token("admin", new_school()))
    for path in ("/", "/v1/", "/v1/unknown", "/v2/sends"):
        admin.get(path).expect(404)
    return "404"


def callbacks_without_a_token(deployment: Deployment) -> str:
    """Carriers have no token: the function itself answers them, and here it has no carrier's key."""
    answer = Caller(deployment.api).post("/v1/receipts/bridge", {"id": "evt_1"})
    answer.expect(404)
    expect(answer.headers["content-type"] == "application/problem+json", answer.headers)
    return f"{answer.status} by the function"


def another_school_sees_nothing(school: School, deployment: Deployment, issuer: Issuer) -> str:
    """A school's resources do not exist for another registered school."""
    stranger = Caller(deployment.api, issuer.token("admin", new_school()))
    stranger.get(f"/v1/sends/{school.sent}").expect(404)
    for list_name in ("people", "messages", "templates"):
        found = stranger.get(f"/v1/{list_name}").expect(200)[list_name]
        expect(found == [], f"{len(found)} {list_name} of another school")
    stranger.post(f"/v1/operator/schools/{school.id}/suspend").expect(403)
    return "no people, messages, templates or sends; no operator's action"


def a_receipt_by_the_topic(school: School, deployment: Deployment) -> str:
    """A carrier's events arrive by the topic and the report queue."""
    message = next(message for message in school.log() if message["name"] == "Claire MARTIN")
    event = {
        "eventType": "TEXT_DELIVERED", "eventVersion": "1.0", "isFinal": True,
        "messageId": "00000000-0000-4000-8000-000000000001", "destinationPhoneNumber": CLAIRE,
        "context": {"m": f"{school.id}-{message['reference']}"},
    }
    deployment.sns.publish(TopicArn=deployment.outputs["ReceiptsTopicArn"], Message=json.dumps(event))
    until("a receipt is noted", lambda: school.states(school.sent) == {"delivered": 1, "sent": 1} or None)
    return "sent, then delivered"


def a_night(deployment: Deployment) -> str:
    """The nightly round, invoked like its schedule: it succeeds with its permissions."""
    event = ROOT / "events" / "schedule" / "night-0-failures.json"
    report = deployment.invoke("schedule", event.read_bytes())
    expect(report["failed"] == 0, report)
    return "no step failed"


def a_link_that_leads_nowhere(deployment: Deployment) -> str:
    """The function of links, invoked directly: the emulator has no streaming function URL."""
    event = ROOT / "events" / "exports" / "file-unknown-404.json"
    answer = deployment.invoke_streaming("exports", event.read_bytes())
    expect(b"404" in answer and b"problems/not-found" in answer, answer)
    return "not found"


def a_poison_message(school: School, deployment: Deployment) -> str:
    """An unreadable message ends in the dead-letter queue, and the operator sees it."""
    queue = deployment.outputs["ParcelsQueueUrl"]
    named = {"QueueUrl": queue, "AttributeNames": ["VisibilityTimeout", "RedrivePolicy"]}
    attributes = deployment.sqs.get_queue_attributes(**named)["Attributes"]
    tries = json.loads(attributes["RedrivePolicy"])["maxReceiveCount"]
    # Between attempts the visibility timeout passes: shortened, because minutes would prove nothing.
    with _attribute(deployment, queue, "VisibilityTimeout", attributes["VisibilityTimeout"], "1"):
        sent = deployment.sqs.send_message(QueueUrl=queue, MessageBody='{"v":"nobody/9"}')["MessageId"]

        def told() -> dict | None:
            letters = school.operator.get("/v1/operator/delivery").expect(200)["dead_letters"]
            return next((letter for letter in letters if letter["message_id"] == sent), None)

        letter = until("the dead letter is listed", told, seconds=120)
    return f"after {tries} tries: {letter['fate']}"


@contextlib.contextmanager
def _attribute(deployment: Deployment, queue: str, name: str, usual: str, other: str) -> Iterator[None]:
    deployment.sqs.set_queue_attributes(QueueUrl=queue, Attributes={name: other})
    try:
        yield
    finally:
        deployment.sqs.set_queue_attributes(QueueUrl=queue, Attributes={name: usual})


def no_more_rights_than_told(school: School, deployment: Deployment) -> str:
    """A function has its role's permissions only: with less it cannot read, and logs the denial."""
    school.log()
    for right, other in (("dynamodb:Query", "dynamodb:Scan"), ("S#", "X#")):
        with _policy_of(deployment, "sentlog", right, other):
            status = school.admin.get("/v1/messages").status
            expect(status >= 500, f"{status} without {right}")
    denials = "".join(deployment.logs_of("sentlog")).count("not authorized to perform: dynamodb:")
    expect(denials >= 2, f"{denials} denials are logged")
    school.log()
    return "denied without the action, and without the keys"


@contextlib.contextmanager
def _policy_of(deployment: Deployment, function: str, part: str, other: str) -> Iterator[None]:
    """A function's only policy, with a part of it changed temporarily."""
    role = deployment.role_of(function)
    (name,) = deployment.iam.list_role_policies(RoleName=role)["PolicyNames"]
    usual = json.dumps(deployment.iam.get_role_policy(RoleName=role, PolicyName=name)["PolicyDocument"])
    expect(part in usual, f"no {part} in the policy of {function}")

    def put(document: str) -> None:
        deployment.iam.put_role_policy(RoleName=role, PolicyName=name, PolicyDocument=document)

    put(usual.replace(part, other))
    try:
        yield
    finally:
        put(usual)


def nothing_personal_in_the_logs(deployment: Deployment) -> str:
    """Each function has logged to its own group, and no line has a number, a name or a text."""
    lines = {name: deployment.logs_of(name) for name in FUNCTIONS}
    secrets = {*PHONES, *(phone.replace("+33", "0") for phone in PHONES), "MARTIN", "PETIT", "Réunion pour"}
    for name, told in lines.items():
        found = [secret for secret in secrets if any(secret in line for line in told)]
        expect(not found, f"the log of {name} has personal data")
    silent = [name for name, told in lines.items() if not told]
    expect(not silent, f"no log of {silent}")
    return f"{sum(map(len, lines.values()))} lines of {len(lines)} functions"


def figures_add_up(deployment: Deployment) -> str:
    """The functions write metrics in CloudWatch's embedded metric format, and their sums agree."""
    accepted, sent = _sum_of(deployment, "send", "Accepted"), _sum_of(deployment, "deliver", "Sent")
    expect(accepted == sent > 0, f"{accepted} texts accepted, {sent} sent")
    delivered = _sum_of(deployment, "receipts", "Delivered")
    expect(delivered == 1, f"{delivered} texts delivered, and one receipt came")
    return f"{accepted} texts accepted and sent, {delivered} delivered"


def _sum_of(deployment: Deployment, function: str, metric: str) -> int:
    """The sum of one metric over a function's log."""
    lines = [json.loads(line) for line in deployment.logs_of(function) if '"_aws"' in line]
    expect(lines, f"{function} wrote no metrics")
    spaces = {told["Namespace"] for line in lines for told in line["_aws"]["CloudWatchMetrics"]}
    expect(spaces == {"Carillon"}, f"{function} wrote metrics in {spaces}")
    return sum(line.get(metric, 0) for line in lines)
