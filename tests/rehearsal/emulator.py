"""The AWS emulator as a process on a free port of loopback."""

import contextlib
import json
import os
import pathlib
import signal
import socket
import subprocess
import urllib.error
import urllib.request
from collections.abc import Iterator

from steps import until
from tools import BIND, BIN

REGION = "eu-west-3"
# The emulator's root credentials. They are valid nowhere else.
ROOT_KEY = {"AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test"}


def aws_environment(url: str) -> dict[str, str]:
    """An environment that points AWS tools to the emulator, without credentials of any account."""
    ours = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
    return ours | ROOT_KEY | {
        "AWS_ENDPOINT_URL": url,
        "AWS_REGION": REGION,
        "AWS_DEFAULT_REGION": REGION,
        "AWS_CONFIG_FILE": os.devnull,
        "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
        "AWS_EC2_METADATA_DISABLED": "true",
    }


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind((BIND, 0))
        return probe.getsockname()[1]


class Emulator:
    """A running emulator."""

    def __init__(self, url: str, process: subprocess.Popen[bytes], log: pathlib.Path) -> None:
        self.url = url
        self.log = log
        self._process = process

    def get(self, path: str) -> dict | None:
        """The emulator's health; empty while it is not running."""
        try:
            with urllib.request.urlopen(self.url + path, timeout=5) as answer:
                return json.load(answer)
        except (urllib.error.URLError, TimeoutError, ConnectionError):
            return None

    def _up(self) -> dict | None:
        if self._process.poll() is not None:
            raise RuntimeError(f"the emulator ended at once:\n{self.log.read_text(encoding='utf-8')[-2000:]}")
        return self.get("/_ministack/health")

    def wait(self) -> None:
        """Waits until it responds."""
        until("the emulator answers", self._up)

    def texts(self) -> list[dict]:
        """The texts published to SNS: `PhoneNumber` and `Message` of each."""
        told = self.get("/_ministack/sns/sms-messages") or {}
        return [text for texts in told.get("sms_messages", {}).values() for text in texts]

    def stop(self) -> None:
        """Stops it and its functions: they are in its process group."""
        for how in (signal.SIGTERM, signal.SIGKILL):
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self._process.pid, how)
            with contextlib.suppress(subprocess.TimeoutExpired):
                self._process.wait(timeout=5)


@contextlib.contextmanager
def running(folder: pathlib.Path, certificate: pathlib.Path) -> Iterator[Emulator]:
    """An emulator with its data in a folder, and with one trusted certificate, the token issuer's."""
    port = _free_port()
    url = f"http://{BIND}:{port}"
    environment = aws_environment(url) | {
        "BIND_HOST": BIND,
        "GATEWAY_PORT": str(port),
        "MINISTACK_HOST": BIND,
        "MINISTACK_REGION": REGION,
        # Roles and policies are enforced: a function that lacks a permission fails here.
        "AUTH": "true",
        "LOG_LEVEL": "WARNING",
        # The default is all interfaces.
        "IOT_MTLS_ENABLED": "0",
        "TMPDIR": str(folder),
        "SSL_CERT_FILE": str(certificate),
    }
    log = folder / "emulator.log"
    with log.open("wb") as output:
        process = subprocess.Popen(
            [BIN / "python", pathlib.Path(__file__).with_name("emulated.py")],
            env=environment, stdin=subprocess.DEVNULL, stdout=output, stderr=output, start_new_session=True,
        )
    emulator = Emulator(url, process, log)
    try:
        emulator.wait()
        yield emulator
    finally:
        emulator.stop()
