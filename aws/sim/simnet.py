"""The network inside a simulated notebook: simnet.py SCRIPT ARGUMENTS

It runs a script whose names and connections the simulated AWS decides. What is reached is a
real connection to a real TLS server on loopback; nothing leaves the machine.
"""
import errno
import json
import os
import runpy
import socket
import sys
import time
import urllib.parse

SIM = urllib.parse.urlsplit(os.environ["NBSCOPE_SIM_NET"])
DOOR = int(os.environ["NBSCOPE_SIM_DOOR"])
SCALE = max(1.0, float(os.environ["NBSCOPE_SIM_SCALE"]))  # what lasts long lasts that much shorter

connect_really, name_really = socket.socket.connect, socket.socket.getsockname
fates, senders = {}, {}


def fate(host, family):
    query = SIM.query + "&" + urllib.parse.urlencode({"host": host, "family": "ipv4" if family == socket.AF_INET else "ipv6"})
    s = socket.socket(socket.AF_INET)
    try:
        connect_really(s, (SIM.hostname, SIM.port))
        s.sendall(("GET %s?%s HTTP/1.0\r\nHost: %s\r\n\r\n" % (SIM.path, query, SIM.netloc)).encode())
        answer = b"".join(iter(lambda: s.recv(65536), b""))
    finally:
        s.close()
    return json.loads(answer.partition(b"\r\n\r\n")[2].decode())


def getaddrinfo(host, port, family=0, type=0, proto=0, flags=0):
    f = fate(host, family)
    time.sleep(f["ms"] / 2000)
    if not f.get("address"):
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")
    fates[f["address"]] = f
    return [(family, socket.SOCK_STREAM, 6, "", (f["address"], port) if family == socket.AF_INET else (f["address"], port, 0, 0))]


def connect(self, address):
    f = fates.get(address[0])
    if f is None:
        return connect_really(self, address)
    if f["state"] == "no-route":
        raise OSError(errno.ENETUNREACH, "Network is unreachable")
    if f["state"] != "reached":
        time.sleep((self.gettimeout() or 60) / SCALE)
        raise socket.timeout("timed out")
    time.sleep(f["ms"] / 1000)
    connect_really(self, ("127.0.0.1", DOOR) if self.family == socket.AF_INET else ("::ffff:127.0.0.1", DOOR))
    senders[self.fileno()] = f["from"]


def getsockname(self):
    at = senders.get(self.fileno())
    return name_really(self) if at is None else (at, 0)


if __name__ == "__main__":
    os.environ["SSL_CERT_FILE"] = os.path.join(os.path.dirname(os.path.abspath(__file__)), "ca.pem")
    socket.getaddrinfo, socket.socket.connect, socket.socket.getsockname = getaddrinfo, connect, getsockname
    script = [i for i, a in enumerate(sys.argv) if a.endswith("/probe.py")][0]
    sys.argv = sys.argv[script:]
    runpy.run_path(sys.argv[0], run_name="__main__")
