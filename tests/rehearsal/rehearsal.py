"""The steps of the rehearsal, in order."""

import argparse
import contextlib
import functools
import pathlib
import signal
import sys
import tempfile

import building
import deployment
import emulator
import issuer
import proofs
from school import School
from steps import Steps, Unmet


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="run.py", description=__doc__)
    parser.add_argument("--arm64", action="store_true", help="only build what is shipped, for arm64")
    parser.add_argument("--release", action="store_true", help="with what is shipped, which takes longer to build")
    parser.add_argument("--keep", action="store_true", help="leave it running at the end, for a look around")
    return parser.parse_args()


def _rehearse(steps: Steps, stack: deployment.Deployment, tokens: issuer.Issuer, school: School) -> None:
    take = steps.take
    take("only the issuer's tokens are let in", lambda: proofs.only_tokens_of_the_issuer(stack, tokens))
    take("a browser of the front end may call", lambda: proofs.browsers_of_the_front_end(stack))
    take("other paths do not exist", lambda: proofs.nothing_elsewhere(stack, tokens))
    take("a carrier calls without a token", lambda: proofs.callbacks_without_a_token(stack))
    take("sign up", school.sign_up)
    take("confirm, licence", school.be_confirmed)
    take("people from a file", school.import_people)
    take("a template", school.write_template)
    take("preview", school.preview)
    take("a planned send", school.plan)
    take("send", school.send)
    take("queue, deliver, SNS", school.receive)
    take("the sent log", school.read_the_log)
    take("a receipt by topic and queue", lambda: proofs.a_receipt_by_the_topic(school, stack))
    take("another school sees nothing", lambda: proofs.another_school_sees_nothing(school, stack, tokens))
    take("no right beyond the role's", lambda: proofs.no_more_rights_than_told(school, stack))
    take("the schedule releases the planned send", school.be_released)
    take("the night's round", lambda: proofs.a_night(stack))
    take("a link that leads nowhere", lambda: proofs.a_link_that_leads_nowhere(stack))
    take("a poison message ends as a dead letter", lambda: proofs.a_poison_message(school, stack))
    take("figures for CloudWatch", lambda: proofs.figures_add_up(stack))
    take("nothing personal in the logs", lambda: proofs.nothing_personal_in_the_logs(stack))


def _look_around(stack: deployment.Deployment, tokens: issuer.Issuer, aws: emulator.Emulator) -> None:
    print(f"\nAPI       {stack.api}\nAWS       {aws.url}\ntexts     {aws.url}/_ministack/sns/sms-messages")
    print(f"log       {aws.log}\nissuer    {tokens.url}\noperator  {tokens.token('operator')}")
    print("Ctrl-C ends it.", flush=True)
    with contextlib.suppress(KeyboardInterrupt):
        signal.pause()


def _tell_the_logs(stack: deployment.Deployment | None, aws: emulator.Emulator) -> None:
    """Prints the last log lines after a failure: of the functions, without personal data, and of AWS."""
    for name in building.FUNCTIONS if stack else ():
        own = [line for line in stack.logs_of(name) if not line.startswith(("START", "END", "REPORT"))]
        print("".join(f"{name}: {line.rstrip()}\n" for line in own[-10:]), end="", file=sys.stderr)
    lines = aws.log.read_text(encoding="utf-8", errors="replace").splitlines()
    print("\n".join(f"emulator: {line}" for line in lines[-25:]), file=sys.stderr)


def _in_a_folder(folder: pathlib.Path, steps: Steps, keep: bool) -> None:
    with contextlib.ExitStack() as running:
        tokens, certificate = running.enter_context(issuer.running(folder))
        emulating = emulator.running(folder, certificate)
        aws = steps.take("the emulator starts", functools.partial(running.enter_context, emulating))
        stack = None
        try:
            stack = steps.take("sam deploy", lambda: deployment.deploy(aws, tokens))
            _rehearse(steps, stack, tokens, School(stack.api, tokens, aws))
        except Exception:
            _tell_the_logs(stack, aws)
            raise
        if keep:
            _look_around(stack, tokens, aws)


def main() -> int:
    """Runs the rehearsal, and stops all processes in any case."""
    options = _options()
    # Any signal, in the background too, ends it through every `finally`.
    for stop in (signal.SIGINT, signal.SIGTERM):
        signal.signal(stop, signal.default_int_handler)
    steps = Steps()
    try:
        if options.arm64:
            steps.take("build for arm64", building.build_for_arm64)
        else:
            steps.take("build", lambda: building.build_for_this_machine(options.release))
            with tempfile.TemporaryDirectory(prefix="carillon-rehearsal-") as folder:
                _in_a_folder(pathlib.Path(folder), steps, options.keep)
    except Unmet as unmet:
        print(f"── failed: {unmet}\n\n{steps.table()}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("\n── stopped", file=sys.stderr)
        return 130
    print(f"\n{steps.table()}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
