"""The template, deployed by SAM to the emulator, and an operator's view of the stack."""

import json
import pathlib

import boto3

from command import run
from emulator import REGION, ROOT_KEY, Emulator, aws_environment
from issuer import AUDIENCE, Issuer
from steps import expect
from tools import BIN, ROOT

TEMPLATE = ROOT / "infra" / "template.yaml"
SETTINGS = ROOT / "infra" / "samconfig.toml"
STACK = "carillon-rehearsal"
# The browser origin of the rehearsal.
ORIGIN = "https://school.example"


def _parameters(issuer: Issuer) -> dict[str, str]:
    """The parameters that differ from a first deployment: the token issuer, and settings of the rehearsal."""
    return {
        "Architecture": "x86_64",
        "JwtIssuer": issuer.url,
        "JwtAudience": AUDIENCE,
        "Carriers": "sns",
        "Sender": "Carillon",
        "AllowedOrigins": ORIGIN,
        # The stack and its table are deleted after the rehearsal.
        "DeletionProtection": "false",
        # A canary takes minutes and would prove nothing: the emulator has no traffic to move.
        "Deployment": "AllAtOnce",
    }


def _sam_deploy(emulator: Emulator, parameters: dict[str, str], template: pathlib.Path) -> None:
    command = [
        BIN / "sam", "deploy", "--template-file", template, "--config-file", SETTINGS, "--stack-name", STACK,
        "--region", REGION, "--no-confirm-changeset", "--no-progressbar",
        "--parameter-overrides", *(f"{name}={value}" for name, value in parameters.items()),
    ]
    run(command, aws_environment(emulator.url) | {"SAM_CLI_TELEMETRY": "0"})


class Deployment:
    """The stack, with an administrator's clients."""

    def __init__(self, emulator: Emulator) -> None:
        self._emulator = emulator
        self.sqs, self.sns, self.iam = (self.client(name) for name in ("sqs", "sns", "iam"))
        self._logs, self._lambda = self.client("logs"), self.client("lambda")
        cloudformation = self.client("cloudformation")
        stack = cloudformation.describe_stacks(StackName=STACK)["Stacks"][0]
        expect(stack["StackStatus"] == "CREATE_COMPLETE", stack["StackStatus"])
        self.outputs = {output["OutputKey"]: output["OutputValue"] for output in stack["Outputs"]}
        pages = cloudformation.get_paginator("list_stack_resources").paginate(StackName=STACK)
        resources = [resource for page in pages for resource in page["StackResourceSummaries"]]
        self.ids = {each["LogicalResourceId"]: each["PhysicalResourceId"] for each in resources}

    def client(self, service: str):
        """A client of the emulator."""
        return boto3.client(
            service, endpoint_url=self._emulator.url, region_name=REGION,
            aws_access_key_id=ROOT_KEY["AWS_ACCESS_KEY_ID"],
            aws_secret_access_key=ROOT_KEY["AWS_SECRET_ACCESS_KEY"],
        )

    @property
    def api(self) -> str:
        """The emulator's address of the HTTP API; the stack's output has AWS's host name."""
        return f"{self._emulator.url}/_aws/execute-api/{self.ids['Api']}/$default"

    def role_of(self, function: str) -> str:
        """The name of a function's role."""
        configuration = self._lambda.get_function_configuration(FunctionName=f"{STACK}-{function}")
        return configuration["Role"].rsplit("/", 1)[-1]

    def invoke(self, function: str, event: bytes) -> dict:
        """The response of a function's deployed version to an event."""
        answer = self._lambda.invoke(FunctionName=f"{STACK}-{function}", Qualifier="live", Payload=event)
        body = json.load(answer["Payload"])
        expect("FunctionError" not in answer, body)
        return body

    def invoke_streaming(self, function: str, event: bytes) -> bytes:
        """The same for a streaming function: status and headers, then the body."""
        answer = self._lambda.invoke(FunctionName=f"{STACK}-{function}", Qualifier="live", Payload=event)
        body = answer["Payload"].read()
        expect("FunctionError" not in answer, body)
        return body

    def logs_of(self, function: str) -> list[str]:
        """A function's log so far."""
        group = f"/aws/lambda/{STACK}-{function}"
        try:
            pages = self._logs.get_paginator("filter_log_events").paginate(logGroupName=group)
            return [event["message"] for page in pages for event in page["events"]]
        except self._logs.exceptions.ResourceNotFoundException:
            return []


def deploy(emulator: Emulator, issuer: Issuer, template: pathlib.Path = TEMPLATE) -> Deployment:
    """`sam deploy`, as to an account."""
    _sam_deploy(emulator, _parameters(issuer), template)
    return Deployment(emulator)
