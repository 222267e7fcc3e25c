"""An OIDC provider for the rehearsal, in place of a school's identity provider on AWS.

It uses HTTPS, because an HTTP API accepts no other issuer.
"""

import base64
import contextlib
import datetime
import http.server
import ipaddress
import json
import pathlib
import ssl
import threading
import time
from collections.abc import Iterator

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.x509.oid import NameOID

from tools import BIND

AUDIENCE = "carillon-rehearsal"
# Longer than any rehearsal, and any inspection afterwards.
LIFETIME_S = 12 * 3600
_KEY_ID = "rehearsal-1"


def _base64url(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode("ascii")


def _number(value: int) -> str:
    return _base64url(value.to_bytes((value.bit_length() + 7) // 8, "big"))


def _new_key() -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(public_exponent=65_537, key_size=2048)


def _certificate(key: rsa.RSAPrivateKey) -> bytes:
    """A self-signed certificate for loopback, valid for a day."""
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "carillon rehearsal")])
    now = datetime.datetime.now(datetime.timezone.utc)
    address = x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address(BIND))])
    builder = (
        x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(minutes=5))
        .not_valid_after(now + datetime.timedelta(days=1))
        .add_extension(address, critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
    )
    return builder.sign(key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM)


class Issuer:
    """Issues tokens and publishes the key that verifies them."""

    def __init__(self) -> None:
        self._key = _new_key()
        self.url = ""

    def keys(self) -> dict:
        """The published keys (JWKS)."""
        numbers = self._key.public_key().public_numbers()
        key = {"kty": "RSA", "use": "sig", "alg": "RS256", "kid": _KEY_ID}
        return {"keys": [key | {"n": _number(numbers.n), "e": _number(numbers.e)}]}

    def configuration(self) -> dict:
        """The OIDC discovery document."""
        return {"issuer": self.url, "jwks_uri": f"{self.url}/keys"}

    def token(self, role: str, school: str | None = None, **claims: object) -> str:
        """A token for a member of a school, or for the operator; `claims` replace the usual ones."""
        now = int(time.time())
        told = {"iss": self.url, "aud": AUDIENCE, "sub": f"rehearsal-{role}", "role": role}
        told |= {"iat": now, "exp": now + LIFETIME_S} | ({"school_id": school} if school else {}) | claims
        return _signed(told, self._key)

    def forged(self, role: str, school: str) -> str:
        """The same claims with the same key id, signed with another key."""
        _, claims, _ = self.token(role, school).split(".")
        padded = claims + "=" * (-len(claims) % 4)
        return _signed(json.loads(base64.urlsafe_b64decode(padded)), _new_key())


def _signed(claims: dict, key: rsa.RSAPrivateKey) -> str:
    parts = [{"alg": "RS256", "typ": "JWT", "kid": _KEY_ID}, claims]
    signed = ".".join(_base64url(json.dumps(part).encode()) for part in parts)
    signature = key.sign(signed.encode("ascii"), padding.PKCS1v15(), hashes.SHA256())
    return f"{signed}.{_base64url(signature)}"


def _handler(issuer: Issuer) -> type[http.server.BaseHTTPRequestHandler]:
    documents = {"/.well-known/openid-configuration": issuer.configuration, "/keys": issuer.keys}

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            document = documents.get(self.path)
            body = json.dumps(document()).encode() if document else b"{}"
            self.send_response(200 if document else 404)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_told: object) -> None:
            """Silent: only the steps are printed."""

    return Handler


@contextlib.contextmanager
def running(folder: pathlib.Path) -> Iterator[tuple[Issuer, pathlib.Path]]:
    """A running issuer, and its certificate."""
    issuer, key = Issuer(), _new_key()
    certificate, secret = folder / "issuer.pem", folder / "issuer.key"
    certificate.write_bytes(_certificate(key))
    form, encryption = serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    secret.write_bytes(key.private_bytes(serialization.Encoding.PEM, form, encryption))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, secret)
    secret.unlink()
    server = http.server.ThreadingHTTPServer((BIND, 0), _handler(issuer))
    server.socket = context.wrap_socket(server.socket, server_side=True)
    issuer.url = f"https://{BIND}:{server.server_address[1]}"
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield issuer, certificate
    finally:
        server.shutdown()
        server.server_close()
