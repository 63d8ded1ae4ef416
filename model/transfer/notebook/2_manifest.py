# ---- the walk and the manifest

SAFE = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._/+@,=:-"
QUOTED = [bytes([c]) if c in SAFE else b"%%%02X" % c for c in range(256)]


def quote(b):
    return b"".join([QUOTED[c] for c in b]) if b.translate(None, SAFE) else b


def unquote(b):
    return re.sub(br"%([0-9A-F]{2})", lambda m: bytes([int(m.group(1), 16)]), b)


def code(e):
    return b"!" + errno.errorcode.get(e.errno, "E%s" % e.errno).encode()


class Rules:
    """What is left out: by name, by the beginning of a name, and what is mounted."""

    def __init__(self, p):
        self.exact, self.heads = {}, []
        for r in p.get("rules") or ():
            path, why = r["path"].encode(), b"!" + r["code"].encode()
            if path.endswith(b"*"):
                self.heads.append((unquote(path[:-1]), why))
            else:
                self.exact[unquote(path)] = why
        root = os.path.realpath(os.fsencode(p["root"]))
        self.dev = os.lstat(root).st_dev
        self.mounts = sorted(mounts(root))
        for m in self.mounts:
            self.exact.setdefault(m, b"!mount")

    def of(self, path, st):
        why = self.exact.get(path)
        if why is None and stat.S_ISDIR(st.st_mode) and st.st_dev != self.dev:
            return b"!mount"
        if why is None:
            for head, w in self.heads:
                if path.startswith(head) and b"/" not in path[len(head):]:
                    return w
        return why


def mounts(root):
    """Every mount point below root, also those of the same device."""
    try:
        with open("/proc/self/mountinfo", "rb") as f:
            for line in f:
                at = re.sub(br"\\([0-7]{3})", lambda m: bytes([int(m.group(1), 8)]), line.split(b" ")[4])
                if at.startswith(root.rstrip(b"/") + b"/"):
                    yield at[len(root.rstrip(b"/")) + 1:]
    except OSError:
        pass


def names(fd):
    """The names in a folder in the order of their bytes; a long list is sorted in files."""
    out, files = [], []
    with os.scandir(fd) as entries:
        for e in entries:
            out.append(os.fsencode(e.name))
            if len(out) == SPILL:
                files.append(spill(sorted(out)))
                out = []
    out.sort()
    return heapq.merge(out, *map(spilled, files)) if files else iter(out)


def spill(some):
    f = tempfile.TemporaryFile()
    f.writelines(n + b"\0" for n in some)
    f.seek(0)
    return f


def spilled(f):
    rest = b""
    with f:
        for block in iter(lambda: f.read(CHUNK), b""):
            *whole, rest = (rest + block).split(b"\0")
            yield from whole


def enter(fd, name, path):
    sub = None
    try:
        sub = os.open(name, FOLDER, dir_fd=fd)
        return (sub, path + b"/", names(sub)), None
    except OSError as e:
        if sub is not None:
            os.close(sub)
        return None, code(e)


def walk(root, rules):
    """Yields (folder fd, name, path, lstat or OSError, rule or error code), a folder before what is in it."""
    top = os.open(root, FOLDER)
    stack = [(top, b"", names(top))]
    try:
        while stack:
            fd, up, left = stack[-1]
            name = next(left, None)
            if name is None:
                os.close(fd)
                stack.pop()
                continue
            path, inner, why = up + name, None, None
            try:
                st = os.lstat(name, dir_fd=fd)
            except OSError as e:
                yield fd, name, path, None, code(e)
                continue
            why = rules.of(path, st)
            if why is not None:
                yield fd, name, path, None, b"x" + why
                continue
            if stat.S_ISDIR(st.st_mode):
                inner, why = enter(fd, name, path)
            yield fd, name, path, st, why
            if inner:
                stack.append(inner)
    finally:
        for fd, _, _ in stack:
            os.close(fd)


TYPES = {stat.S_IFREG: b"f", stat.S_IFDIR: b"d", stat.S_IFLNK: b"l", stat.S_IFIFO: b"p",
         stat.S_IFSOCK: b"s", stat.S_IFCHR: b"c", stat.S_IFBLK: b"b"}
ACLS = ("system.posix_acl_access", "system.posix_acl_default")


def attributes(fd, name):
    """Digests of the access control list and of the extended attributes that a copy can keep."""
    path = b"/proc/self/fd/%d/" % fd + name
    try:
        found = sorted(os.listxattr(path, follow_symlinks=False))
    except OSError as e:
        none = b"-" if e.errno in (errno.ENOTSUP, errno.ENOSYS) else code(e)
        return none, none
    if not found:
        return b"-", b"-"
    kept = [x for x in found if x.startswith("user.") or x == "security.capability"]
    return digest_of(path, [x for x in found if x in ACLS]), digest_of(path, kept)


def digest_of(path, keys):
    if not keys:
        return b"-"
    h = hashlib.sha256()
    try:
        for k in keys:
            v = os.getxattr(path, k, follow_symlinks=False)
            h.update(b"%s\0%d\0%s" % (os.fsencode(k), len(v), v))
    except OSError as e:
        return code(e)
    return h.hexdigest().encode()


class Manifest:
    """Writes a manifest: the format is that of nbscope's package manifest."""

    def __init__(self, work):
        self.work, self.p = work, work.p
        self.cold = bool(self.p.get("cold"))
        self.tree, self.sum = hashlib.sha256(), hashlib.sha256()
        self.n = {"entries": 0, "files": 0, "bytes": 0, "unread": 0, "excluded": 0}
        self.read = 0
        self.linked = {}  # of files with several names: those that are not all seen yet
        self.seen_at = 0.0

    def make(self, out):
        root = self.work.path("stage") if self.p.get("of") == "stage" else os.path.realpath(self.work.root)
        head = {k: self.p[k] for k in ("run", "request", "side")}
        head.update(root=os.fsdecode(quote(root)), made=int(time.time()), uid=os.geteuid(), cold=self.cold, rules=self.p.get("rules") or [])
        self.put(out, b"#nbscope-manifest\t1\t" + json.dumps(head).encode())
        for fd, name, path, st, why in walk(root, Rules(self.p)):
            self.tick()
            if st is None:
                self.hidden(out, path, why)
            else:
                self.entry(out, fd, name, path, st, why)
        end = dict(self.n, tree=self.tree.hexdigest(), sum=self.sum.hexdigest())
        out.write(b"#end\t" + json.dumps(end).encode() + b"\n")
        out.flush()
        self.work.say(state="done", end=end, read=self.read, **self.n)

    def put(self, out, line):
        line += b"\n"
        self.sum.update(line)
        out.write(line)
        return line

    def hidden(self, out, path, why):
        left_out = why.startswith(b"x")
        self.n["excluded" if left_out else "entries"] += 1
        line = self.put(out, b"\t".join((b"x" if left_out else b"?", b"0", b"0", b"0", why[1:] if left_out else why, b"-", b"-", b"-", quote(path))))
        if not left_out:
            self.n["unread"] += 1
            self.tree.update(line)

    def entry(self, out, fd, name, path, st, why):
        t = TYPES.get(stat.S_IFMT(st.st_mode), b"?")
        content, link, size, shown = why or b"-", b"-", 0, quote(path)
        if t == b"f":
            size = st.st_size
            content, link = self.file(fd, name, st, shown)
            self.n["files"] += 1
            self.n["bytes"] += size
        elif t == b"l":
            try:
                link = b">" + quote(os.readlink(name, dir_fd=fd))
            except OSError as e:
                content = code(e)
        elif t in b"cb":
            link = b"@%d:%d" % (os.major(st.st_rdev), os.minor(st.st_rdev))
        acl, xattrs = attributes(fd, name)
        self.n["entries"] += 1
        self.n["unread"] += content[:1] == b"!" or acl[:1] == b"!" or xattrs[:1] == b"!"
        mode = b"%o" % stat.S_IMODE(st.st_mode)
        self.tree.update(self.put(out, b"\t".join((t, mode, b"%d" % size, b"%d" % st.st_mtime_ns, content, acl, xattrs, link, shown))))

    def file(self, fd, name, st, shown):
        """The content's digest, and the first name of the same file where this is another."""
        if st.st_nlink < 2:
            return self.digest(fd, name, st), b"-"
        was = self.linked.get((st.st_dev, st.st_ino))
        if was is None:
            content = self.digest(fd, name, st)
            self.linked[st.st_dev, st.st_ino] = [shown, content, st.st_nlink - 1, st.st_mtime_ns]
            return content, b"-"
        was[2] -= 1
        if was[2] < 1:
            del self.linked[st.st_dev, st.st_ino]
        content = was[1] if was[3] == st.st_mtime_ns else self.digest(fd, name, st)
        return content, b"=" + was[0]

    def digest(self, fd, name, st):
        try:
            # What became a FIFO meanwhile must not be waited for, nor a link be followed.
            f = os.open(name, READ, dir_fd=fd)
        except OSError as e:
            return code(e)
        try:
            return self.content(f, st)
        except OSError as e:
            return code(e)
        finally:
            os.close(f)

    def content(self, f, st):
        before = os.fstat(f)
        if not stat.S_ISREG(before.st_mode):
            return b"!changed"
        if self.cold:  # pages that are not on the disk yet stay in memory whatever is advised
            os.fdatasync(f)
            os.posix_fadvise(f, 0, 0, os.POSIX_FADV_DONTNEED)
        os.posix_fadvise(f, 0, 0, os.POSIX_FADV_SEQUENTIAL)
        h, n, dropped = hashlib.sha256(), 0, 0
        while True:
            b = os.read(f, CHUNK)
            if not b:
                break
            h.update(b)
            n += len(b)
            self.read += len(b)
            self.tick()
            if n - dropped >= 32 * CHUNK:  # leave the notebook's own cache alone
                os.posix_fadvise(f, dropped, n - dropped, os.POSIX_FADV_DONTNEED)
                dropped = n
            if n > before.st_size:  # it grows: its end may never come
                break
        if self.cold:
            os.posix_fadvise(f, 0, 0, os.POSIX_FADV_DONTNEED)
        after = os.fstat(f)
        same = all((s.st_size, s.st_mtime_ns, s.st_ctime_ns) == (st.st_size, st.st_mtime_ns, st.st_ctime_ns) for s in (before, after))
        return h.hexdigest().encode() if same and n == st.st_size else b"!changed"

    def tick(self):
        at = time.monotonic()
        if at - self.seen_at < 0.5:
            return
        self.seen_at = at
        self.work.check()
        self.work.say(now=False, read=self.read, **self.n)


def manifest(work):
    name = work.p["out"]
    with open(work.path(name), "wb", CHUNK) as out:
        work.give(work.path(name))
        Manifest(work).make(out)


