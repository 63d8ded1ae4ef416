# ---- what goes by signed URLs


class Refused(Exception):
    """An answer that says no; its number is all that is told."""


class Lost(Exception):
    """No whole answer came; a name says why, and holds no URL."""


class Wire:
    """Puts files to URLs and gets what URLs lead to: with curl where there is one, else with python.

    curl reads the URL from its standard input: it stands in no list of processes, and in no file of curl's.
    """

    def __init__(self, work, patience=20):
        self.work, self.patience = work, patience
        self.curl = shutil.which("curl")
        self.running, self.mutex, self.over = set(), threading.Lock(), False

    def put(self, o, name):
        """Puts a file of the work folder. The version of the object comes back, "" for none."""
        if self.curl:
            said = self.by_curl(o, [("upload-file", name), ("dump-header", "-")], CHUNK)
            found = re.search(br"(?im)^x-amz-version-id:[ \t]*([\x21-\x7e]+)", said)
            return found.group(1).decode() if found else ""
        with open(self.work.path(name), "rb") as f:
            _, headers = self.by_python(o, "PUT", f.read(), CHUNK)
        return headers.get("x-amz-version-id") or ""

    def get(self, o):
        """What the URL leads to, or None where that is not what was ordered: an answer may be a page that says no."""
        size = int(o["size"])
        data = self.by_curl(o, [], size) if self.curl else self.by_python(o, "GET", None, size)[0]
        return data if len(data) == size and hashlib.sha256(data).hexdigest() == o["sha256"] else None

    def by_curl(self, o, more, limit):
        """Up to a byte more than the limit of what came."""
        config = [("url", o["url"]), ("connect-timeout", str(self.patience)), ("speed-limit", "1000"), ("speed-time", "30"), ("write-out", "%{http_code}")]
        config += [("header", "%s: %s" % h) for h in sorted((o.get("headers") or {}).items())] + more
        text = "silent\ngloboff\n" + "".join('%s = "%s"\n' % (k, v.replace("\\", "\\\\").replace('"', '\\"')) for k, v in config)
        with self.mutex:
            if self.over:
                raise Lost("over")
            # curl has the lock too: nothing is put any more once it is free.
            p = subprocess.Popen(
                [self.curl, "-q", "--config", "-"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
                cwd=self.work.dir, pass_fds=(self.work.lock,))
            self.running.add(p)
        try:
            try:
                p.stdin.write(text.encode())
                p.stdin.close()
            except BrokenPipeError:
                pass  # its exit code says why
            out = p.stdout.read(limit + 4)
            if len(out) > limit + 3:
                p.kill()
                return out[:limit + 1]
            if p.wait():
                raise Lost("curl %d" % p.returncode)
            if not out[-3:].startswith(b"2"):
                raise Refused(int(out[-3:]))
            return out[:-3]
        finally:
            p.kill()
            p.wait()
            p.stdout.close()
            with self.mutex:
                self.running.discard(p)

    def by_python(self, o, method, data, limit):
        headers = dict(o.get("headers") or {})
        if data is not None:
            headers.setdefault("Content-Type", "application/octet-stream")
        try:
            request = urllib.request.Request(o["url"], data, headers, method=method)
            with urllib.request.build_opener(Stay).open(request, timeout=3 * self.patience) as r:
                return r.read(limit + 1), r.headers
        except urllib.error.HTTPError as e:
            raise Refused(e.code)
        except urllib.error.URLError as e:
            raise Lost(type(e.reason).__name__)
        except (OSError, http.client.HTTPException) as e:
            raise Lost(type(e).__name__)

    def stop(self):
        with self.mutex:
            self.over = True
            for p in self.running:
                p.kill()


class Stay(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_):
        return None  # a signed URL leads nowhere else


def attempt(wire, move, waits=(1, 2, 4, 8, None)):
    """Tries again where the network failed; a refusal wants another URL."""
    for wait in waits:
        try:
            return move()
        except Refused as e:
            if e.args[0] < 500 or wait is None:
                return {"again": "HTTP %d" % e.args[0]}
        except Lost as e:
            if wait is None or wire.over:
                return {"again": e.args[0]}
        time.sleep(wait)


def exchange(work):
    """Tries the one URL that it is told, once: whether there is a way from here to where it leads."""
    o = work.p["order"]
    unlink(work.path("exchange.json"))  # the URL is in it
    wire, began = Wire(work, 10), time.monotonic()

    def move():
        if o["method"] == "PUT":
            work.write("exchange", work.p["text"].encode())
            return {"stored": True, "version": wire.put(o, "exchange")}
        return {"stored": True} if wire.get(o) is not None else {"again": "another content"}

    went = attempt(wire, move, (None,))
    work.say(state="done", exchanged=dict(went, ms=int(1000 * (time.monotonic() - began))))


