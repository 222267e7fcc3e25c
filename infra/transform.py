"""Writes what SAM makes of the template: what is deployed in the end, with the roles and rights that it adds.

Run by check.py with the Python that has aws-sam-translator.
"""

import json
import logging
import pathlib
import sys
from types import SimpleNamespace

from samtranslator.translator.transform import transform
from samtranslator.yaml_helper import yaml_parse


def main() -> None:
    source, target = map(pathlib.Path, sys.argv[1:3])
    template = yaml_parse(source.read_text(encoding="utf-8"))
    for name, resource in template["Resources"].items():
        if resource["Type"] == "AWS::Serverless::Function":
            # Where a deployment would have put the code.
            resource["Properties"]["CodeUri"] = f"s3://code/{name}"
    # It talks of features of AWS's own that are switched off elsewhere.
    logging.disable(logging.WARNING)
    # The template uses no managed policies by name, which it would ask IAM for.
    no_policies = SimpleNamespace(load=dict)
    transformed = transform(template, {}, no_policies)
    target.write_text(json.dumps(transformed, indent=1), encoding="utf-8")
    print(f"{len(template['Resources'])} resources become {len(transformed['Resources'])}")


if __name__ == "__main__":
    main()
