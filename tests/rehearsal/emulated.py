"""Ministack as a process, with additions for features of AWS that it lacks.

The template is deployed unchanged. Where the emulator would refuse or ignore a part of it, this module adds
the feature. Each function documents the behaviour of AWS; README.md lists them.
"""

import json
import re
from collections.abc import Callable

from ministack import app
from ministack.core import iam_actions, iam_evaluator
from ministack.services import apigateway
from ministack.services.cloudformation import changesets, engine, handlers, provisioners
from samtranslator.translator import transform

_AUTHORIZER = "x-amazon-apigateway-authorizer"


def _around_create(kind: str, around: Callable[[Callable, str, dict, str], tuple]) -> None:
    """Wraps the creation of one type of resource."""
    handler = provisioners._RESOURCE_HANDLERS[kind]
    make = handler["create"]
    handler["create"] = lambda logical_id, properties, stack: around(make, logical_id, properties, stack)


def _made(answer: tuple) -> dict:
    """The resource created by a call of the emulator's own API."""
    status, _, body = answer
    if status >= 400:
        raise ValueError(f"API Gateway refused it: {body!r}")
    return json.loads(body)


def _authorizers(api_id: str, schemes: dict) -> dict[str, str]:
    """The JWT authorizers of an OpenAPI body, by name."""
    made = {}
    for name, scheme in schemes.items():
        told = scheme[_AUTHORIZER]
        source = told["identitySource"]
        made[name] = _made(apigateway._create_authorizer(api_id, {
            "name": name,
            "authorizerType": told["type"].upper(),
            "identitySource": source if isinstance(source, list) else [source],
            "jwtConfiguration": told["jwtConfiguration"],
        }))["authorizerId"]
    return made


def _route(api_id: str, key: str, operation: dict, authorizers: dict[str, str]) -> None:
    told = operation["x-amazon-apigateway-integration"]
    integration = _made(apigateway._create_integration(api_id, {
        "integrationType": told["type"].upper(),
        "integrationUri": told["uri"],
        "integrationMethod": told["httpMethod"],
        "payloadFormatVersion": told["payloadFormatVersion"],
        "timeoutInMillis": told.get("timeoutInMillis", 30_000),
    }))
    names = [name for scheme in operation.get("security", []) for name in scheme if name in authorizers]
    route = {"routeKey": key, "target": f"integrations/{integration['integrationId']}"}
    if names:
        route |= {"authorizationType": "JWT", "authorizerId": authorizers[names[0]]}
    _made(apigateway._create_route(api_id, route))


def _import_body(api_id: str, body: dict) -> None:
    schemes = body.get("components", {}).get("securitySchemes", {})
    authorizers = _authorizers(api_id, schemes)
    for path, operations in body["paths"].items():
        for method, operation in operations.items():
            if method == "x-amazon-apigateway-any-method":
                method = "any"
            _route(api_id, f"{method.upper()} {path}", operation, authorizers)
    if cors := body.get("x-amazon-apigateway-cors"):
        _made(apigateway._update_api(api_id, {"corsConfiguration": cors}))


def teach_parameters_of_sam() -> None:
    """AWS passes the parameters' values to the SAM transform, whose output depends on them."""
    apply, translate = engine._apply_transforms, transform.transform

    def applied(template: dict, provided: list | None = None, previous: dict | None = None) -> dict:
        values = engine._transform_parameters(template, provided, previous)
        transform.transform = lambda told, _without, policies: translate(told, values, policies)
        return apply(template, provided, previous)

    for module in (engine, changesets, handlers):
        module._apply_transforms = applied


def teach_openapi_bodies() -> None:
    """AWS creates routes, integrations, authorizers and CORS from SAM's OpenAPI body."""
    def create(make: Callable, logical_id: str, properties: dict, stack: str) -> tuple:
        api_id, attributes = make(logical_id, properties, stack)
        _import_body(api_id, properties["Body"])
        return api_id, attributes

    _around_create("AWS::ApiGatewayV2::Api", create)


# The partition key of our one table, and its condition in a query: `pk = :pk`.
_PARTITION = "pk"
_LEADING_KEYS = "dynamodb:LeadingKeys"
_KEY_CONDITION = re.compile(r"([#\w]+)\s*=\s*(:\w+)")


def _queried(request: dict) -> list[dict]:
    names, values = request.get("ExpressionAttributeNames", {}), request.get("ExpressionAttributeValues", {})
    found = _KEY_CONDITION.findall(request.get("KeyConditionExpression", ""))
    return [{_PARTITION: values[value]} for name, value in found if names.get(name, name) == _PARTITION]


def _batched(tables: dict) -> list[dict]:
    """The keys and items of a batch, which reads with `Keys` and writes with a list of requests."""
    found = []
    for told in tables.values():
        if isinstance(told, dict):
            found += told.get("Keys", [])
        else:
            changes = [change for request in told for change in request.values()]
            found += [change.get("Item") or change.get("Key") for change in changes]
    return found


def leading_keys(request: dict) -> list[str]:
    """The partition keys in a DynamoDB request."""
    single = [request[part] for part in ("Key", "Item") if part in request]
    members = [member for item in request.get("TransactItems", []) for member in item.values()]
    joined = [member.get("Key") or member.get("Item") for member in members]
    named = single + _queried(request) + _batched(request.get("RequestItems", {})) + joined
    return sorted({item[_PARTITION]["S"] for item in named})


class _Keyed(str):
    """The ARN of a table with the partition keys in one item of a transaction."""

    keys: list[str]


def _keyed(arn: str, item: dict) -> _Keyed:
    keyed = _Keyed(arn)
    keyed.keys = leading_keys({"TransactItems": [item]})
    return keyed


def teach_leading_keys() -> None:
    """AWS compares the partition keys of a request with `dynamodb:LeadingKeys` of a policy.

    A transaction is authorized item by item: each is an action of its own on its own key.
    """
    context_of, checks_of, enforce = (
        iam_actions.dynamodb_service_context, iam_actions.dynamodb_transaction_checks, iam_evaluator.enforce,
    )

    def context(body: bytes) -> dict:
        keys = leading_keys(json.loads(body or b"{}"))
        return context_of(body) | ({_LEADING_KEYS: keys} if keys else {})

    def checks(action: str, body: bytes, region: str, account: str) -> list[tuple[str, str]]:
        if not checks_of(action, body, region, account):
            return []
        items = json.loads(body)["TransactItems"]
        alone = [(item, json.dumps({"TransactItems": [item]}).encode()) for item in items]
        return [
            (needed, _keyed(arn, item))
            for item, request in alone for needed, arn in checks_of(action, request, region, account)
        ]

    def judged(*told: object, **named: object):
        arn = named.get("resource_arn")
        if isinstance(arn, _Keyed):
            named["service_context"] = {**(named["service_context"] or {}), _LEADING_KEYS: arn.keys}
        return enforce(*told, **named)

    iam_actions.dynamodb_service_context = context
    iam_actions.dynamodb_transaction_checks = checks
    iam_evaluator.enforce = judged


def teach_batches() -> None:
    """AWS has no separate action for a batch of queue messages: `sqs:SendMessage` covers it."""
    action_of = iam_actions.extract_iam_action

    def action(*told: object, **named: object) -> str | None:
        found = action_of(*told, **named)
        return found.removesuffix("Batch") if found and found.startswith("sqs:") else found

    iam_actions.extract_iam_action = action


def teach_encryption() -> None:
    """AWS is reached over TLS, which policies require; here loopback counts as TLS."""
    pin = app.pin_request_origin
    app.pin_request_origin = lambda source_ip, _encrypted: pin(source_ip, True)


def teach_alarms_of_expressions() -> None:
    """AWS computes alarms over several metrics; here such an alarm has a name only."""
    def create(make: Callable, logical_id: str, properties: dict, stack: str) -> tuple:
        if "Metrics" in properties:
            return f"{stack}-{logical_id}", {}
        return make(logical_id, properties, stack)

    _around_create("AWS::CloudWatch::Alarm", create)


def teach_numbers() -> None:
    """AWS takes a parameter's text for a number where a property is one."""
    def create(make: Callable, logical_id: str, properties: dict, stack: str) -> tuple:
        scaling = {name: int(value) for name, value in properties.get("ScalingConfig", {}).items()}
        return make(logical_id, properties | ({"ScalingConfig": scaling} if scaling else {}), stack)

    _around_create("AWS::Lambda::EventSourceMapping", create)


if __name__ == "__main__":
    teach_parameters_of_sam()
    teach_openapi_bodies()
    teach_leading_keys()
    teach_batches()
    teach_encryption()
    teach_alarms_of_expressions()
    teach_numbers()
    app.main()
