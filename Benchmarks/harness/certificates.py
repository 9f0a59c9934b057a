"""Throw-away certificates for the floor and rsyslog, made with the openssl command."""

import os

from .processes import run

SERVER, CLIENT = "server.bench.test", "client.bench.test"
_EC = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes"]


def make(work):
    """A folder with authority.crt, server.crt, server.key, client.crt and client.key."""
    folder = os.path.join(work, "certificates")
    if os.path.exists(os.path.join(folder, "client.crt")):
        return folder
    os.makedirs(folder, mode=0o700, exist_ok=True)
    run(["openssl", "req", "-x509", *_EC, "-days", "3650", "-subj", "/CN=bench authority",
         "-keyout", "authority.key", "-out", "authority.crt"], cwd=folder)
    for name, host in (("server", SERVER), ("client", CLIENT)):
        with open(os.path.join(folder, f"{name}.ext"), "w") as extensions:
            extensions.write(f"subjectAltName=DNS:{host}\n")
        run(["openssl", "req", *_EC, "-subj", f"/CN={host}", "-keyout", f"{name}.key", "-out", f"{name}.csr"],
            cwd=folder)
        run(["openssl", "x509", "-req", "-in", f"{name}.csr", "-CA", "authority.crt", "-CAkey", "authority.key",
             "-CAcreateserial", "-days", "3650", "-extfile", f"{name}.ext", "-out", f"{name}.crt"], cwd=folder)
    return folder
