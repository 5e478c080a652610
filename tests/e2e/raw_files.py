"""GitHub's raw files of this repository, on loopback, for a Home Assistant without a network.

It asks for https://raw.githubusercontent.com as always and checks the certificate. What stands in is where the name
leads, which resolving/sitecustomize.py says, and who vouches for the certificate.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
import os
from pathlib import Path
import ssl
from typing import Final

from aiohttp import web
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
import pytest

from tests.automating import BLUEPRINTS
from tests.simulator.config_folder import ROOT
from tests.simulator.dashboard import LOOPBACK

HOST: Final = "raw.githubusercontent.com"
BRANCH: Final = "/zender-home-assistant/zender/main"
RESOLVING: Final = Path(__file__).with_name("resolving")


@asynccontextmanager
async def raw_files(folder: Path) -> AsyncIterator[None]:
    """Serve the blueprints to each Home Assistant that starts meanwhile."""
    certificate = folder / "certificate.pem"
    certificate.write_bytes(make_certificate())
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(certificate)
    app = web.Application()
    app.router.add_static(f"{BRANCH}/{BLUEPRINTS.relative_to(ROOT)}", BLUEPRINTS)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=1)
    await runner.setup()
    await web.TCPSite(runner, LOOPBACK, 0, ssl_context=context).start()
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv("PYTHONPATH", str(RESOLVING), prepend=os.pathsep)
        environment.setenv("RAW_FILES_PORT", str(runner.addresses[0][1]))
        environment.setenv("REQUESTS_CA_BUNDLE", str(certificate))
        yield
    await runner.cleanup()


def make_certificate() -> bytes:
    """Return a key and a certificate for the host, which vouches for itself."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, HOST)])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(
            x509.SubjectAlternativeName([x509.DNSName(HOST)]), critical=False
        )
        .sign(key, hashes.SHA256())
    )
    return key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    ) + certificate.public_bytes(serialization.Encoding.PEM)
