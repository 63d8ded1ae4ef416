"""What nbscope runs inside a notebook: python3 -I -S notebook.py VERB PARAMETERS.json

VERB is survey, manifest, exchange, send, receive, place or clean. All of it works in one folder at the
top of the tree that is copied, called the work folder. What it has to say stands in
VERB.status there, one JSON object that is only ever replaced as a whole. It needs
python 3.7 and tar 1.26, nothing else, and no root; what it may not read it names.

Paths are bytes: a name need not be UTF-8.
"""
import errno
import fcntl
import hashlib
import heapq
import http.client
import json
import os
import re
import resource
import select
import shutil
import signal
import stat
import subprocess
import sys
import tempfile
import threading
import time
import urllib.error
import urllib.request

READ = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
FOLDER = os.O_RDONLY | os.O_NOFOLLOW | os.O_DIRECTORY | os.O_CLOEXEC
CHUNK = 1 << 20
SPILL = 100000  # names of one folder that are sorted in memory
RESERVE = 1 << 20  # freed on a full disk, so that the last words can be written
LOCKED = 91  # exit code: this verb already runs in this work folder


class Gone(Exception):
    """Nobody waits for this any more: it was aborted, or no heartbeat came for long."""


# ---- the work folder


class Work:
    """The work folder: the lock of a verb, its status, what the other end writes."""

    def __init__(self, verb, p):
        self.verb, self.p = verb, p
        self.root = os.fsencode(p["root"])
        self.name = os.fsencode(p["work"])
        if not re.match(br"nbscope-[A-Za-z0-9._-]+\Z", self.name):
            raise SystemExit("the work folder has another name: %r" % self.name)
        self.dir = os.path.join(self.root, self.name)
        s = os.lstat(self.dir)
        if not stat.S_ISDIR(s.st_mode):
            raise SystemExit("the work folder is no folder")
        self.owner = (s.st_uid, s.st_gid)
        self.said, self.put_at, self.late = {"v": 1, "verb": verb, "run": p["run"], "stream": p.get("stream", ""), "state": "running"}, 0.0, False
        self.beat, self.beat_at = None, time.monotonic()
        self.lock = None

    def path(self, *names):
        return os.path.join(self.dir, *(n if isinstance(n, bytes) else n.encode() for n in names))

    def take(self):
        """The lock holds until this process and its tar are gone: a second start does nothing."""
        self.lock = os.open(self.path(self.verb + ".lock"), os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(self.lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise SystemExit(LOCKED)
        self.reserve()

    def reserve(self):
        try:
            if not os.path.exists(self.path("reserve")):
                self.write("reserve", b"\0" * RESERVE)
        except OSError:
            pass

    def give(self, path):
        """Root gives what it makes to whose folder it is: Jupyter has to read it."""
        if os.geteuid() == 0:
            os.chown(path, self.owner[0], self.owner[1])

    def write(self, name, data):
        """A file is there as a whole, or not at all."""
        new = self.path(b"." + os.path.basename(self.path(name)))
        try:
            with open(new, "wb") as f:
                f.write(data)
            self.give(new)
            os.rename(new, self.path(name))
        except OSError:
            unlink(new)
            raise

    def folder(self, name):
        try:
            os.mkdir(self.path(name), 0o700)
            self.give(self.path(name))
        except FileExistsError:
            pass

    def read(self, name):
        try:
            with open(self.path(name), "rb") as f:
                return f.read(CHUNK)
        except OSError:
            return b""

    def number(self, name):
        """The number that the other end wrote. A line without its end is half of one."""
        found = re.match(br"([0-9]{1,15})\n", self.read(name))
        return int(found.group(1)) if found else None

    def say(self, now=True, **what):
        """Replaces the status. On a full disk the last one that could be written stays."""
        changed = any(self.said.get(k, "") != v for k, v in what.items())
        self.said.update(what)
        at = time.monotonic()
        if not ((now and changed) or self.late or at - self.put_at > 1):
            return
        if at - self.put_at < 0.05 and self.said["state"] == "running":
            self.late = True
            return
        self.late, self.put_at = False, at
        self.said["pid"], self.said["clock"] = os.getpid(), int(time.time())
        data = (json.dumps(self.said) + "\n").encode()
        for _ in range(2):
            try:
                self.write(self.verb + ".status", data)
                return
            except OSError as e:
                if e.errno not in (errno.ENOSPC, errno.EDQUOT):
                    return
                unlink(self.path("reserve"))

    def check(self):
        """Raises Gone when nobody waits any more. Idle time is counted here, not by clocks that are set."""
        if os.path.exists(self.path("abort")) or not os.path.exists(self.dir):
            raise Gone("aborted")
        try:
            s = os.stat(self.path("beat"))
            beat = (s.st_mtime_ns, s.st_ino, s.st_size)
        except OSError:
            beat = None
        if beat != self.beat:
            self.beat, self.beat_at = beat, time.monotonic()
        if time.monotonic() - self.beat_at > self.p.get("idle", 259200):
            raise Gone("no heartbeat")

    def free(self):
        v = os.statvfs(self.dir)
        return v.f_bavail * v.f_frsize


def unlink(path):
    try:
        os.unlink(path)
    except OSError:
        pass


def full(e):
    return e.errno in (errno.ENOSPC, errno.EDQUOT)


