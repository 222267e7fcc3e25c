"""Tells which resources of the template do not follow SAM's own schema.

A misspelt property of an event is noticed by nothing else: neither `sam validate --lint` nor cfn-lint, and the
deployment goes through without it. Run by check.py with the Python that has aws-sam-translator.
"""

import pathlib
import sys

import jsonschema
from samtranslator.internal.schema_source.schema import SamModel, get_schema
from samtranslator.yaml_helper import yaml_parse


def is_of_another_type(error: jsonschema.ValidationError) -> bool:
    """Whether an error only says that this is another kind of resource or event."""
    return list(error.path)[-1:] == ["Type"] and error.validator in ("enum", "const")


def innermost(error: jsonschema.ValidationError) -> jsonschema.ValidationError:
    """The error itself, where the schema offers a choice: that of the kind that was meant."""
    while error.context:
        kinds = {}
        for inner in error.context:
            kinds.setdefault(inner.schema_path[0], []).append(inner)
        meant = [errors for errors in kinds.values() if not any(map(is_of_another_type, errors))]
        candidates = min(meant or kinds.values(), key=len)
        error = max(candidates, key=lambda inner: len(inner.path))
    return error


def main() -> None:
    template = yaml_parse(pathlib.Path(sys.argv[1]).read_text(encoding="utf-8"))
    validator = jsonschema.Draft4Validator(get_schema(SamModel))
    errors = [innermost(error) for error in validator.iter_errors(template)]
    for error in errors:
        print(f"{'.'.join(map(str, error.absolute_path))}: {error.message}")
    sys.exit(1 if errors else 0)


if __name__ == "__main__":
    main()
