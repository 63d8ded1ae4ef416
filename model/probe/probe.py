"""What nbscope runs inside a notebook to see what it reaches: python3 -I -S probe.py PARAMETERS.json

It tries every host on one port, over one version of IP each: its name, a connection, TLS. It
writes one line of JSON to its output, and nothing anywhere else: the folder that it stands in is
removed before anything is tried. It is for python 3.7 and needs nothing but that.
"""
import errno
import json
import os
import shutil
import socket
import ssl
import sys
import threading
import time

STEP = 8  # seconds for a connection, and for TLS
WHOLE = 24  # seconds for everything: a name may take its resolvers longer than a step


def literal(host, family):
    try:
        socket.inet_pton(family, host)
        return True
    except OSError:
        return False


def millis(since):
    return max(1, int((time.monotonic() - since) * 1000))


def names(said, host, port, family):
    """The addresses of a host, in the order in which they are to be tried."""
    at = time.monotonic()
    try:
        found = socket.getaddrinfo(host, port, family, socket.SOCK_STREAM)
    except socket.gaierror as e:
        missing = (socket.EAI_NONAME, getattr(socket, "EAI_NODATA", None), getattr(socket, "EAI_ADDRFAMILY", None))
        said["why"] = "the name has no such address" if e.errno in missing else "the name could not be asked for: " + str(e.strerror)
        said["state"] = "no-name"
        return []
    if not literal(host, family):
        said["name"] = millis(at)
    return [f[4] for f in found]


def connect(said, address, family):
    """A connection to an address; none where the state says why."""
    at = time.monotonic()
    s = socket.socket(family, socket.SOCK_STREAM)
    s.settimeout(STEP)
    try:
        s.connect(address)
    except socket.timeout:
        said["state"], said["why"] = "timeout", "no answer from %s in %d s" % (address[0], STEP)
    except OSError as e:
        code = errno.errorcode.get(e.errno, str(e.errno))
        said["state"] = "refused"
        if e.errno in (errno.ENETUNREACH, errno.EHOSTUNREACH, errno.EADDRNOTAVAIL, errno.EAFNOSUPPORT, errno.ENETDOWN):
            said["state"] = "no-route"
        elif e.errno == errno.ETIMEDOUT:
            said["state"] = "timeout"
        said["why"] = "%s from %s" % (code, address[0])
    else:
        said["connection"], said["address"], said["from"] = millis(at), address[0], s.getsockname()[0]
        return s
    s.close()
    return None


def greet(said, s, host, family):
    """TLS with whoever is there. An address without a name has nobody who could be meant."""
    at = time.monotonic()
    context = ssl.create_default_context()
    name = host
    if literal(host, family):
        context.check_hostname, context.verify_mode, name = False, ssl.CERT_NONE, None
    try:
        context.wrap_socket(s, server_hostname=name).close()
        said["tls"], said["state"] = millis(at), "reached"
    except ssl.SSLCertVerificationError as e:
        said["state"], said["why"] = "untrusted", str(getattr(e, "verify_message", "") or "its certificate is not trusted")
    except socket.timeout:
        said["state"], said["why"] = "timeout", "no TLS in %d s" % STEP
    except (OSError, ValueError) as e:
        said["state"], said["why"] = "no-tls", str(getattr(e, "reason", None) or getattr(e, "strerror", None) or e)
    finally:
        s.close()
    if name is None and said["state"] != "reached":
        said["state"] = "reached"  # somebody is there, and speaks something else


def attempt(said, host, port):
    family = socket.AF_INET if said["family"] == "ipv4" else socket.AF_INET6
    try:
        for address in names(said, host, port, family)[:2]:
            s = connect(said, address, family)
            if s is not None:
                said.pop("why", None)
                greet(said, s, host, family)
                return
    except (OSError, ValueError, UnicodeError) as e:
        said["state"], said["why"] = "refused", str(e)


def proxy():
    """Host and port of a proxy that the environment names. Its password is not told."""
    for name in ("https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY"):
        at = os.environ.get(name, "")
        if at:
            return at.split("://")[-1].split("@")[-1].split("/")[0][:200]
    return ""


def main(parameters):
    with open(parameters, "rb") as f:
        asked = json.loads(f.read().decode())
    folder = os.path.dirname(os.path.abspath(parameters))
    if os.path.basename(folder).startswith("nbscope-probe-"):
        shutil.rmtree(folder, ignore_errors=True)
    all_said, threads = [], []
    for t in asked["tries"]:
        said = {"host": t["host"], "family": t["family"], "state": "", "why": ""}
        all_said.append(said)
        threads.append(threading.Thread(target=attempt, args=(said, t["host"], t["port"]), daemon=True))
    until = time.monotonic() + asked.get("seconds", WHOLE)
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(max(0, until - time.monotonic()))
    for said in all_said:
        if not said["state"]:  # of one that is still at it
            said["state"], said["why"] = ("timeout", "no end of it") if "name" in said else ("no-name", "no answer to its name")
    print("nbscope-probe " + json.dumps({"v": 1, "python": "%d.%d" % sys.version_info[:2], "proxy": proxy(), "tries": all_said}))
    sys.stdout.flush()
    os._exit(0)  # a name that is still asked for holds nobody up


if __name__ == "__main__":
    main(sys.argv[1])
