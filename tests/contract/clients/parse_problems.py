"""Gives every example of a problem to the client in Python, as the response of each operation that may have it, and
prints how many there were. It runs in the environment of the client."""

import importlib
import json
import pathlib
import re
import sys
from typing import Any

import httpx
from carillon_client.client import Client
from carillon_client.models.gateway_error import GatewayError
from carillon_client.models.problem import Problem

CLIENT = Client(base_url="http://carillon.example")


def parsed(operation: dict[str, Any], status: int, body: dict[str, Any]) -> Any:
    """What the client makes of a body."""
    name = re.sub(r"(?<!^)([A-Z])", lambda letter: f"_{letter[1].lower()}", operation["operationId"])
    module = importlib.import_module(f"carillon_client.api.{operation['tags'][0]}.{name}")
    return module._parse_response(client=CLIENT, response=httpx.Response(status, json=body))


def main() -> None:
    """Every operation, every refusal, every example."""
    document = json.loads(pathlib.Path(sys.argv[1]).read_text(encoding="utf-8"))
    count = 0
    for operation in (operation for path in document["paths"].values() for operation in path.values()):
        for status, reference in operation["responses"].items():
            if "$ref" not in reference:
                continue
            response = document["components"]["responses"][reference["$ref"].rsplit("/", 1)[1]]
            for example in response["content"]["application/problem+json"]["examples"].values():
                problem = parsed(operation, int(status), example["value"])
                assert isinstance(problem, Problem), (operation["operationId"], status, problem)
                assert problem.to_dict() == example["value"], (operation["operationId"], status)
                count += 1
            if "application/json" in response["content"]:
                error = parsed(operation, int(status), {"message": "Unauthorized"})
                assert isinstance(error, GatewayError), (operation["operationId"], status, error)
    print(count)


if __name__ == "__main__":
    main()
