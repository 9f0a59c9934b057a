"""rsyslog as the peer: imfile → RELP over TLS → one file per source file, from Debian's packages.

The packages are unpacked in the work folder and not installed, so that no service is started, nothing
of the machine's logging changes and no privilege is needed. Both sides work without a queue in memory:
a message is acknowledged when it was written (and, with `sync`, synced), the state after that.
"""

import glob
import os
import shutil
import socket
import time

from . import certificates as names
from .processes import Failed, require_alive, run

_PACKAGES = ["rsyslog", "rsyslog-relp", "librelp0", "libestr0", "libfastjson4", "liblognorm5"]

_GLOBAL = """global(workDirectory="{state}" maxMessageSize="16m" processInternalMessages="off"
       parser.escapeControlCharactersOnReceive="off" oversizemsg.input.mode="accept")
"""
_TLS = """tls="on" tls.caCert="{tls}/authority.crt" tls.myCert="{tls}/{own}.crt" tls.myPrivKey="{tls}/{own}.key"
    tls.authMode="name" tls.permittedPeer=["{peer}"]"""

_SENDER = _GLOBAL + """module(load="imfile" mode="inotify")
module(load="omrelp" tls.tlslib="openssl")
template(name="line" type="list") {{
  constant(value="<134>1 - - ")
  property(name="$!metadata!filename" field.delimiter="47" field.number="{field}")
  constant(value=" - - - ")
  property(name="msg")
}}
input(type="imfile" file="{source}/*/*.jsonl" tag="bench" addMetadata="on" ruleset="ship" freshStartTail="off"
      reopenOnTruncate="on" persistStateInterval="200" persistStateAfterSubmission="on")
ruleset(name="ship" queue.type="Direct") {{
  action(type="omrelp" target="127.0.0.1" port="{port}" template="line" windowSize="128"
    action.resumeInterval="1" action.resumeRetryCount="-1"
    {security})
}}
"""
_RECEIVER = _GLOBAL + """module(load="imrelp" tls.tlslib="openssl")
template(name="path" type="string" string="{copies}/%app-name%")
template(name="bytes" type="string" string="%msg%\\n")
input(type="imrelp" address="127.0.0.1" port="{port}" maxDataSize="16m" ruleset="store"
    {security})
ruleset(name="store" queue.type="Direct") {{
  action(type="omfile" dynaFile="path" template="bytes" dynaFileCacheSize="1024" ioBufferSize="256k"
    flushOnTXEnd="on" sync="{sync}")
}}
"""


class Program:
    """Where rsyslogd, its modules and its libraries are; `version` is the package's."""

    def __init__(self, root):
        self.binary = os.path.join(root, "usr/sbin/rsyslogd")
        self.modules = os.path.dirname(next(iter(glob.glob(f"{root}/usr/lib/*/rsyslog/imfile.so")), ""))
        self.environment = {"PATH": os.defpath, "LD_LIBRARY_PATH": os.path.dirname(self.modules)}
        if not self.modules or not os.path.exists(os.path.join(self.modules, "omrelp.so")):
            raise Failed(f"rsyslog is not complete below {root}; remove that folder and run again")
        self.version = run([self.binary, "-v"], env=self.environment).split()[1]


def unpack(work):
    """Downloads and unpacks Debian's packages once."""
    root = os.path.join(work, "rsyslog")
    if not os.path.isdir(root):
        packages, making = os.path.join(work, "packages"), root + ".new"
        for folder in (packages, making):
            shutil.rmtree(folder, ignore_errors=True)
            os.makedirs(folder)
        _download(packages)
        for package in glob.glob(f"{packages}/*.deb"):
            run(["dpkg", "-x", package, making])
        os.rename(making, root)
    return Program(root)


def _download(folder):
    try:
        run(["apt-get", "-qq", "download", *_PACKAGES], limit=120, cwd=folder)
    except Failed:
        privileged = [] if os.geteuid() == 0 else ["sudo", "-n"]
        try:  # the lists may be missing or old
            run([*privileged, "apt-get", "-qq", "update"], limit=180)
            run(["apt-get", "-qq", "download", *_PACKAGES], limit=120, cwd=folder)
        except Failed as failure:
            raise Failed(f"Debian's rsyslog packages cannot be downloaded: {failure}")


class Pair:
    """A sender that follows SOURCE/*/*.jsonl and a receiver that writes into `copies`."""

    def __init__(self, program, children, source, folder, tls, sync):
        self.program, self.children, self.folder = program, children, folder
        self.copies, self.port = os.path.join(folder, "copies"), free_port()
        self.sender = self.receiver = None
        os.makedirs(self.copies)
        values = {"port": self.port, "copies": self.copies, "source": source, "sync": "on" if sync else "off",
                  "field": source.count("/") + 3}
        self._configure("sender", _SENDER, values, tls, "client", names.SERVER)
        self._configure("receiver", _RECEIVER, values, tls, "server", names.CLIENT)

    def _configure(self, side, template, values, tls, own, peer):
        state = os.path.join(self.folder, side)
        os.makedirs(state)
        text = template.format(state=state, security=_TLS.format(tls=tls, own=own, peer=peer), **values)
        with open(state + ".conf", "w") as file:
            file.write(text)

    def _start(self, side, cpus):
        base = os.path.join(self.folder, side)
        return self.children.start(
            [self.program.binary, "-n", "-f", base + ".conf", "-i", base + "/pid", "-M", self.program.modules],
            base + ".log", env=self.program.environment, cpus=cpus)

    def start_receiver(self, cpus=None):
        self.receiver = self._start("receiver", cpus)
        wait_for_port(self.port, self.receiver, "rsyslog's receiver")

    def start_sender(self, cpus=None):
        self.sender = self._start("sender", cpus)

    def stored(self):
        """Bytes in the server's files."""
        with os.scandir(self.copies) as entries:
            return sum(entry.stat().st_size for entry in entries)


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def wait_for_port(port, child, name, limit=15):
    """Waits until something accepts connections there."""
    deadline = time.monotonic() + limit
    while time.monotonic() < deadline:
        require_alive(child, name)
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
            return
        except OSError:
            time.sleep(0.02)
    raise Failed(f"{name} does not listen on 127.0.0.1:{port} after {limit} s")
