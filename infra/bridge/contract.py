"""Checks that openapi.json and the README's vectors agree with themselves and each other."""

import base64
import hmac
import json
import pathlib
import re

HERE = pathlib.Path(__file__).resolve().parent
FAILURES = []
ANNOTATIONS = {"description", "examples", "format", "title"}


def check(sentence, holds, detail=""):
    print(("ok      " if holds else "FAILED  ") + sentence + (f": {detail}" if not holds and detail else ""))
    if not holds:
        FAILURES.append(sentence)


def sign(key, name, timestamp, body):
    signed = b".".join([name.encode(), timestamp.encode(), body])
    return "v1," + base64.b64encode(hmac.digest(key, signed, "sha256")).decode()


def compact(value):
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()


def resolve(document, schema):
    """A schema with what it refers to; words beside a `$ref` only describe."""
    while "$ref" in schema:
        schema = at_pointer(document, schema["$ref"])
    return schema


def at_pointer(document, pointer):
    assert pointer.startswith("#/"), pointer
    for part in pointer[2:].split("/"):
        document = document[part.replace("~1", "/").replace("~0", "~")]
    return document


def mistakes(document, schema, value, place=""):
    """What JSON Schema says against a value, as far as this document uses it."""
    schema = resolve(document, schema)
    kinds = {"object": dict, "string": str, "array": list, "integer": int}
    for word, rule in schema.items():
        match word:
            case "type":
                holds = isinstance(value, kinds[rule]) and not isinstance(value, bool)
            case "required":
                holds = all(name in value for name in rule)
            case "enum":
                holds = value in rule
            case "const":
                holds = value == rule
            case "pattern":
                holds = re.search(rule, value) is not None
            case "minLength":
                holds = len(value) >= rule
            case "minimum":
                holds = value >= rule
            case "maximum":
                holds = value <= rule
            case "properties":
                holds = value.keys() <= rule.keys()  # an example shows nothing that is not described
                for name in value.keys() & rule.keys():
                    yield from mistakes(document, rule[name], value[name], f"{place}/{name}")
            case "items":
                holds = True
                for index, item in enumerate(value):
                    yield from mistakes(document, rule, item, f"{place}/{index}")
            case _:
                holds = word in ANNOTATIONS
        if not holds:
            yield f"{place or '/'} against {word}"


def every_object(value):
    if isinstance(value, dict):
        yield value
    for child in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        yield from every_object(child)


def examples_with_schemas(document):
    for item in every_object(document):
        schema = item.get("schema")
        if isinstance(schema, dict):
            yield from ((schema, item[name]) for name in ("example",) if name in item)
            yield from ((schema, example["value"]) for example in item.get("examples", {}).values())
        elif isinstance(item.get("examples"), list):
            yield from ((item, value) for value in item["examples"])


def check_contract():
    vectors = read_vectors()
    signed = [sign(key, name, timestamp, body) == code for key, name, timestamp, body, code in vectors]
    check("the README's vectors are signed as they say", len(signed) == 3 and all(signed))
    text = (HERE / "openapi.json").read_text(encoding="utf-8")
    document = json.loads(text)
    check("the document is JSON and OpenAPI 3.1", document["openapi"].startswith("3.1"))
    dangling = []
    for pointer in (item["$ref"] for item in every_object(document) if isinstance(item.get("$ref"), str)):
        try:
            at_pointer(document, pointer)
        except (KeyError, TypeError, AssertionError):
            dangling.append(pointer)
    check("every $ref of the document leads somewhere", not dangling, dangling)
    pairs = list(examples_with_schemas(document))
    wrong = [mistake for schema, value in pairs for mistake in mistakes(document, schema, value)]
    check(f"all {len(pairs)} examples of it fit their schemas", len(pairs) > 30 and not wrong, wrong)
    sms = document["components"]["schemas"]["Sms"]
    good = {"reference": "a", "to": "+33639981234", "text": "x"}
    bad = [{**good, "reference": "a b"}, {**good, "to": "0639981234"}, {**good, "text": ""}, {"text": "x"}]
    fit = [not list(mistakes(document, sms, value)) for value in (good, *bad)]
    check("an SMS fits its schema, and what is none does not", fit == [True] + [False] * len(bad), fit)
    places = [*document["paths"].values(), *document["webhooks"].values()]
    operations = [item[method] for item in places for method in ("get", "post") if method in item]
    described = [resolve(document, part).get("description") for operation in operations for part in
                 (operation, *operation["parameters"], *operation["responses"].values())]
    check("every operation, header and status is described", len(operations) == 4 and all(described))
    unsigned = []
    for operation in operations:
        header = {one["name"]: one["example"] for one in operation["parameters"] if one["in"] == "header"}
        body = b""
        if "requestBody" in operation:
            examples = operation["requestBody"]["content"]["application/json"]["examples"]
            body = compact(next(iter(examples.values()))["value"])
        ours = sign(vectors[0][0], header["webhook-id"], header["webhook-timestamp"], body)
        if ours != header["webhook-signature"]:
            unsigned.append(operation["operationId"])
    check("the signatures of the examples are those of the README's key", not unsigned, unsigned)
    readme = (HERE / "README.md").read_text(encoding="utf-8")
    numbers = re.findall(r"\+33\d+|\b0\d(?: \d\d){4}\b", text + readme)
    strangers = [number for number in numbers if not re.match(r"\+3363998|06 39 98", number)]
    check("the examples' phone numbers belong to nobody", numbers and not strangers, strangers)


def read_vectors():
    """The vectors of the README: key, id, time, body, signature."""
    readme = (HERE / "README.md").read_text(encoding="utf-8")
    key = re.search(r"^key +(\S+)$", readme, re.M)[1]
    found = re.findall(r"^id +(\S+)\ntime +(\S+)\nbody ?(.*)\nsign +(\S+)$", readme, re.M)
    return [(base64.b64decode(key), name, timestamp, body.strip().encode(), code)
            for name, timestamp, body, code in found]
