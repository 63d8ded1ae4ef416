# ---- the two ends of a stream of parts


def tar_knows(*options):
    text = subprocess.run(["tar", "--help"], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env=C).stdout
    return [o for o in options if o.split("=")[0].encode() in text]


C = dict(os.environ, LC_ALL="C")
C.pop("TAR_OPTIONS", None)


class End:
    """One end: its tar, and a few threads that carry parts where URLs do."""

    def __init__(self, work):
        self.work, self.p = work, work.p
        self.stream = self.p["stream"].encode()
        if not re.match(br"[0-9]+\Z", self.stream):
            raise SystemExit("a stream has a number")
        self.forget()
        for name in ("", "parts", "urls"):
            work.folder(os.path.join(self.stream, name.encode()))
        work.say(state="running")  # whoever reads it may send parts
        self.errors = open(work.path(work.verb + ".err"), "w+b")
        self.carried, self.busy, self.mutex, self.wire = {}, set(), threading.Lock(), Wire(work)
        self.tar = None

    def forget(self):
        """An earlier stream broke off: its parts are of no use."""
        for name in os.listdir(self.work.dir):
            if re.match(br"[0-9]+\Z", name) and name != self.stream:
                fd = os.open(self.work.dir, FOLDER)
                discard(fd, name)
                os.close(fd)

    def at(self, *more):
        return os.path.join(self.stream, *more)

    def start(self, args, **pipes):
        # tar has the lock too: it is free only when nothing writes any more.
        self.tar = subprocess.Popen([b"tar"] + args, stderr=self.errors, env=C, pass_fds=(self.work.lock,), **pipes)
        for f in (self.tar.stdin, self.tar.stdout):
            try:
                fcntl.fcntl(f, 1031, CHUNK)  # F_SETPIPE_SZ
            except (OSError, TypeError):
                pass

    def stop(self):
        self.wire.stop()
        if self.tar and self.tar.poll() is None:
            self.tar.kill()
            self.tar.wait()

    def said(self):
        """The end of what tar complained of."""
        self.errors.seek(max(0, os.fstat(self.errors.fileno()).st_size - 2000))
        return self.errors.read().decode("utf-8", "replace")

    def part(self, n):
        return self.at(b"parts", b"p%07d" % n)

    def order(self, n):
        """What the other end wrote for part n, once it is whole: a URL and what it needs."""
        try:
            o = json.loads(self.work.read(self.at(b"urls", b"p%07d.json" % n)).decode())
            return o if isinstance(o, dict) and "url" in o else None
        except ValueError:
            return None

    def carry(self, n, move):
        """Moves part n by its URL in a thread of its own; carried says how it went."""
        with self.mutex:
            if n in self.busy or len(self.busy) >= self.p.get("streams", 4):
                return
            o = self.order(n)
            if o is None:
                return
            self.busy.add(n)

        def run():
            try:
                went = attempt(self.wire, lambda: move(n, o))
            except OSError as e:
                went = {"disk": errno.errorcode.get(e.errno, "")} if full(e) else {"again": type(e).__name__}
            except Exception as e:  # whatever it was, another URL is asked for, and the name says why
                went = {"again": type(e).__name__}
            unlink(self.work.path(self.at(b"urls", b"p%07d.json" % n)))
            with self.mutex:
                tries = self.carried.get(n, {}).get("try", 0) + 1
                self.carried[n] = dict({"stored": False, "version": "", "again": ""}, **went, **{"try": tries})
                self.busy.discard(n)

        threading.Thread(target=run, daemon=True).start()


# ---- the source


class Send(End):
    """Cuts the tar of the tree into parts, and keeps no more of them than the window."""

    def __init__(self, work):
        End.__init__(self, work)
        self.live, self.n, self.bytes = {}, 0, 0

    def run(self):
        self.start(self.args(), stdout=subprocess.PIPE)
        while True:
            data, sha = self.cut()
            if not data:
                break
            self.n += 1
            while self.n > self.acked() + self.p["window"]:
                self.wait()
            self.store(data, sha)
            self.tick()
        self.work.say(state="cut", last=self.n, tar=self.tar.wait(), errors=self.said(), full=None)
        while self.acked() < self.n:
            self.wait()
        self.tick()
        self.work.say(state="done")

    def args(self):
        rules = Rules(self.p)
        args = [b"--create", b"--file=-", b"--format=posix", b"--sparse", b"--one-file-system"]
        args += [o.encode() for o in tar_knows("--acls", "--xattrs", "--xattrs-include=*")]
        args += [b"--anchored", b"--no-wildcards"] + [b"--exclude=./" + x for x in sorted(rules.exact)]
        args += [b"--wildcards", b"--no-wildcards-match-slash"] + [b"--exclude=./" + h.replace(b"[", b"[[]") + b"*" for h, _ in rules.heads]
        args += [b"--directory=" + os.path.realpath(self.work.root)]
        if self.p.get("list"):
            return args + [b"--no-recursion", b"--null", b"--files-from=" + self.work.path(self.p["list"])]
        return args + [b"."]

    def cut(self):
        """One part, in memory: a full disk can wait with it."""
        out, fd, size, h = [], self.tar.stdout.fileno(), 0, hashlib.sha256()
        while size < self.p["part"]:
            while not select.select([fd], [], [], 0.2)[0]:
                self.tick()
            b = os.read(fd, min(CHUNK, self.p["part"] - size))
            if not b:
                break
            h.update(b)
            out.append(b)
            size += len(b)
        return b"".join(out), h.hexdigest()

    def store(self, data, sha):
        while True:
            try:
                self.work.write(self.part(self.n), data)
                break
            except OSError as e:
                if not full(e):
                    raise
            self.work.say(full=self.work.free())
            self.wait(0.5)
        self.bytes += len(data)
        self.live[self.n] = {"n": self.n, "size": len(data), "sha256": sha}
        self.work.say(full=None)

    def acked(self):
        return self.work.number(self.at(b"ack")) or 0

    def wait(self, seconds=0.05):
        self.tick()
        time.sleep(seconds)

    def tick(self):
        self.work.check()
        done = self.acked()
        for n in [n for n in self.live if n <= done]:
            del self.live[n]
            unlink(self.work.path(self.part(n)))
        if self.p.get("urls"):
            self.carry_up()
        self.work.say(parts=list(self.live.values()), cut=self.n, bytes=self.bytes, acked=done)

    def carry_up(self):
        """What was stored is put once more where it is ordered so: it may be lost."""
        for n, part in list(self.live.items()):
            with self.mutex:
                part.update(self.carried.get(n, {}))
            self.carry(n, self.put)

    def put(self, n, o):
        return {"stored": True, "version": self.wire.put(o, os.fsdecode(self.part(n)))}


# ---- the replacement


def changes(work):
    """Of a delta: what may be replaced while it is what its line says, what is gone on the source, and what is a name of another file."""
    may, gone, links = {}, [], []
    if work.p.get("changes"):
        with open(work.path(work.p["changes"]), "rb") as f:
            for line in f:
                verb, *fields = line.rstrip(b"\n").split(b"\t")
                path = unquote(fields[8])
                if verb == b"link":
                    links.append((unquote(fields[7][1:]), path, fields[4]))
                    continue
                may[path] = fields
                if verb == b"remove":
                    gone.append(path)
    return may, gone, links


class Receive(End):
    """Feeds the parts in their order to tar, which unpacks them beside the tree: in a folder of the same volume."""

    def __init__(self, work):
        End.__init__(self, work)
        self.fed, self.bytes, self.bad, self.files = 0, 0, {}, 0
        work.folder(b"stage")
        self.stage = os.open(work.path("stage"), FOLDER)

    def forget_gone(self, gone):
        """What an earlier stream unpacked, and is gone on the source, must not be put into place."""
        for path in reversed(gone):
            fd, name = descend(self.stage, path)
            if fd is not None:
                try:
                    discard(fd, name)
                except FileNotFoundError:
                    pass
                os.close(fd)

    def link(self, links):
        """Gives files that are there their other names. The folder stays as it was."""
        for first, path, _ in links:
            fd, name = descend(self.stage, path)
            up, head = descend(self.stage, first)
            if fd is not None and up is not None:
                st = os.fstat(fd)
                os.fchmod(fd, stat.S_IMODE(st.st_mode) | stat.S_IRWXU)
                try:
                    os.unlink(name, dir_fd=fd)
                except FileNotFoundError:
                    pass
                os.link(head, name, src_dir_fd=up, dst_dir_fd=fd, follow_symlinks=False)
                os.fchmod(fd, stat.S_IMODE(st.st_mode))
                os.utime(fd, ns=(st.st_atime_ns, st.st_mtime_ns))
            for f in (fd, up):
                if f is not None:
                    os.close(f)

    def run(self):
        _, gone, links = changes(self.work)
        self.forget_gone(gone)
        args = [b"--extract", b"--verbose", b"--file=-", b"--same-permissions", b"--numeric-owner", b"--delay-directory-restore", b"--directory=" + self.work.path("stage")]
        self.start(args + [o.encode() for o in tar_knows("--acls", "--xattrs", "--xattrs-include=*")], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        counting = threading.Thread(target=self.count, daemon=True)
        counting.start()
        while True:
            data = self.next()
            if data is None:
                break
            self.feed(data)
        self.tar.stdin.close()
        rc = self.tar.wait()
        counting.join()
        self.link(links)
        os.sync()
        self.work.say(state="done", fed=self.fed, bytes=self.bytes, files=self.files, tar=rc, errors=self.said())

    def count(self):
        """Counts what tar says that it unpacks: a line for each name, folders with a slash at their end."""
        last = b""
        for block in iter(lambda: self.tar.stdout.read1(CHUNK), b""):
            self.files += block.count(b"\n") - (last + block).count(b"/\n")
            last = block[-1:]

    def next(self):
        """The next part, whole and as it was cut, or None where the last one was."""
        n = self.fed + 1
        while True:
            self.tick(n)
            if self.fed == self.work.number(self.at(b"last")):
                return None
            if self.short():
                self.work.say(full=self.work.free())
                time.sleep(0.5)
                continue
            self.work.say(full=None)
            data = self.whole(n)
            if data is not None:
                return data
            time.sleep(0.02)

    def parts(self, n):
        head = b"p%07d-" % n
        return [x for x in os.listdir(self.work.path(self.at(b"parts"))) if x.startswith(head)]

    def whole(self, n):
        for name in self.parts(n):
            found = re.match(br"p\d+-(\d+)-([0-9a-f]{64})\Z", name)
            path = self.work.path(self.at(b"parts", name))
            # It is written in place: it counts when all of its bytes are there.
            if not found or os.stat(path).st_size < int(found.group(1)):
                continue
            with open(path, "rb") as f:
                data = f.read()
            if len(data) == int(found.group(1)) and hashlib.sha256(data).hexdigest().encode() == found.group(2):
                return data
            unlink(path)
            self.bad[n] = self.bad.get(n, 0) + 1
            with self.mutex:
                self.carried.get(n, {}).update(stored=False, again="damaged")
        return None

    def feed(self, data):
        view = memoryview(data)
        try:
            while view:
                view = view[os.write(self.tar.stdin.fileno(), view[:CHUNK]):]
        except BrokenPipeError:
            raise RuntimeError("tar ended before the data did: " + self.said())
        self.fed += 1
        self.bytes += len(data)
        self.bad.pop(self.fed, None)
        for name in self.parts(self.fed):
            unlink(self.work.path(self.at(b"parts", name)))

    def tick(self, n):
        self.work.check()
        again, come = {}, 0
        if self.p.get("urls"):
            for k in range(n, n + self.p["window"]):
                self.carry(k, self.get)
            with self.mutex:
                for k in [k for k in self.carried if k < n]:
                    del self.carried[k]
                again = {k: dict(v) for k, v in self.carried.items() if not v.get("stored")}
                come = len(self.carried) - len(again)
        self.work.say(fed=self.fed, bytes=self.bytes, files=self.files, bad=dict(self.bad), again=again, come=come)

    def get(self, n, o):
        if self.short():
            return {"disk": "ENOSPC"}  # tar needs what is left
        data = self.wire.get(o)
        if data is None:
            return {"again": "another content"}
        self.work.write(self.at(b"parts", b"p%07d-%d-%s" % (n, len(data), o["sha256"].encode())), data)
        return {"stored": True}

    def short(self):
        """Whether there is no room for a part, unpacked: small files take a block each."""
        return self.work.free() < 4 * self.p["part"] + 2 * RESERVE or low(self.work.dir)


def low(path):
    v = os.statvfs(path)
    return v.f_files > 0 and v.f_favail < 1000


