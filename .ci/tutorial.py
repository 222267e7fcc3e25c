"""Runs `cargo run` and types the README's tutorial into it, as a newcomer would.

Then kills it, starts it again on the same folder, and looks whether everything is still there.
"""

import json
import os
import pathlib
import re
import signal
import subprocess
import tempfile
import urllib.request

ROOT = pathlib.Path(__file__).resolve().parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")
TUTORIAL = README.split("<!-- tutorial: begin -->")[1].split("<!-- tutorial: end -->")[0]
COMMANDS = "\n".join(re.findall(r"```sh\n(.*?)```", TUTORIAL, re.S))

# What must stand in the output, in this order.
EXPECTED = [
    '"version":"2026-09"',
    '"state":"applied"',
    "application/pdf, ",
    '"state":"confirmed"',
    '"may_send":true',
    '"stage":"planned"',
    '"counts":{"created":8,',
    '"phone_landline"',
    '"stage":"applied"',
    '"household_rule":"one_per_household"',
    '"totals":{"messages":2,"segments":2,"price_micro_eur":0}',
    "Réunion pour Emma le 30/11. Collège Jean Moulin",
    '"same_household"',
    '"id":"snd_',
    "Réunion pour Emma le 30/11. Collège Jean Moulin",
    "Réunion pour Hugo le 30/11. Collège Jean Moulin",
    '"state":"delivered"',
    '"state":"closed"',
    '"reason":"stopped"',
    '"state":"scheduled"',
    '"cancelled":1,"too_late":0',
    '"states":{"cancelled":1}',
]


def start(folder, *options):
    process = subprocess.Popen(
        ["cargo", "run", "--quiet", "--", "--port", "0", "--data", folder, *options],
        cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, encoding="utf-8",
        start_new_session=True,
    )
    line = process.stdout.readline()
    assert line, "cargo run said nothing:\n" + process.stderr.read()
    return process, json.loads(line)


def type_in(commands, addresses):
    commands = commands.replace("http://127.0.0.1:8080", addresses["gateway"])
    result = subprocess.run(["bash", "-euc", commands], cwd=ROOT, capture_output=True, text=True, encoding="utf-8")
    assert result.returncode == 0, result.stdout + result.stderr
    return result.stdout


def expect_in_order(output, expected):
    place = 0
    for text in expected:
        found = output.find(text, place)
        assert found >= 0, f"{text!r} is missing after:\n{output[:place]}\n…\n{output[place:]}"
        place = found


def stop(process, how):
    # `cargo run` stays the parent of the service: both get the signal.
    os.killpg(process.pid, how)
    _, errors = process.communicate(timeout=30)
    return errors


def get(addresses, path, token=""):
    request = urllib.request.Request(addresses["gateway"] + path, headers={"Authorization": f"Bearer {token}"})
    with urllib.request.urlopen(request) as answer:
        return json.load(answer)


def demo_people(addresses):
    return get(addresses, "/v1/people?limit=500", addresses["demo"]["tokens"]["admin"])["people"]


def follow_the_readme(folder):
    process, addresses = start(folder, "--fresh")
    assert all(url.startswith("http://127.0.0.1:") for name, url in addresses.items() if name != "demo"), addresses
    expect_in_order(type_in(COMMANDS, addresses), EXPECTED)
    print(f"the tutorial's {len(COMMANDS.splitlines())} lines went through")
    return process, demo_people(addresses)


def start_a_second_one(folder):
    command = ["cargo", "run", "--quiet", "--", "--port", "0", "--data", folder]
    second = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert second.returncode == 1 and "another Carillon is running" in second.stderr, second.stderr
    assert "panicked" not in second.stderr and "backtrace" not in second.stderr, second.stderr
    print("a second run on the same folder was told why it cannot start")


def find_everything_again(folder, people):
    process, addresses = start(folder)
    assert demo_people(addresses) == people, "the people are still there after a kill"
    phone = get(addresses, "/local/phones/0639987010")
    assert "Réunion pour Emma" in json.dumps(phone, ensure_ascii=False), phone
    assert "panicked" not in stop(process, signal.SIGINT)
    print("a killed run was found again as it was")


def main():
    with tempfile.TemporaryDirectory() as folder:
        process, people = follow_the_readme(folder)
        start_a_second_one(folder)
        assert "panicked" not in stop(process, signal.SIGKILL)
        find_everything_again(folder, people)


main()
