# ---- into place


class Place:
    """Moves what was unpacked to where it belongs, name by name, and never over what is there.

    It can be killed at any time and run again. A folder that is moved or merged is
    noted first with the mode and the time that it shall have; that is set at the end.
    """

    def __init__(self, work):
        self.work = work
        self.n = {"placed": 0, "equal": 0, "replaced": 0, "removed": 0, "differ": 0}
        self.differ = []
        self.may, self.gone, self.links = changes(work)
        self.folders = self.noted()
        self.notes = open(work.path("place.folders"), "ab")
        self.seen_at = 0.0

    def noted(self):
        """By path: whether its mode and time are settled, the mode that it had, and the mode and time that it shall have."""
        out = {}
        try:
            with open(self.work.path("place.folders"), "rb") as f:
                for line in f.read().split(b"\n")[:-1]:
                    path, *numbers = line.split(b"\t")
                    out[unquote(path)] = tuple(int(n) for n in numbers)
        except FileNotFoundError:
            pass
        return out

    def note(self, path, *numbers):
        self.folders[path] = numbers
        self.notes.write(quote(path) + b"".join(b"\t%d" % n for n in numbers) + b"\n")
        self.notes.flush()
        os.fsync(self.notes.fileno())

    def run(self):
        root = os.open(os.path.realpath(self.work.root), FOLDER)
        try:
            stage = os.open(self.work.path("stage"), FOLDER)
        except FileNotFoundError:
            stage = None
        for path in reversed(self.gone):
            self.remove(root, path)
        if stage is not None:
            os.fchmod(stage, 0o700)
            self.merge(stage, root, b"")
        for first, path, content in self.links:
            self.link(root, first, path, content)
        for path, (_, _, mode, mtime) in sorted(self.folders.items(), reverse=True):
            self.settle(root, path, mode, mtime)
        os.sync()
        unlink(self.work.path("place.folders"))  # the next round has notes of its own
        self.work.say(state="done", differences=self.differ, **self.n)

    def merge(self, src, dst, up):
        for name in list(names(src)):
            self.tick()
            path = up + name
            s = os.lstat(name, dir_fd=src)
            try:
                d = os.lstat(name, dir_fd=dst)
            except FileNotFoundError:
                d = None
            if path.split(b"/")[0] == self.work.name:
                self.differs(path, "it has the name of the folder that the copy works in")
            elif d is None:
                self.put(src, dst, name, path, s)
            elif stat.S_ISDIR(s.st_mode) and stat.S_ISDIR(d.st_mode):
                self.folder(src, dst, name, path, s, d)
            elif (s.st_dev, s.st_ino) == (d.st_dev, d.st_ino):
                os.unlink(name, dir_fd=src)  # killed between the two halves of put
                self.n["placed"] += 1
            else:
                self.meet(src, dst, name, path, s, d)

    def put(self, src, dst, name, path, s):
        if stat.S_ISDIR(s.st_mode):
            if os.geteuid() != 0 and not s.st_mode & stat.S_IWUSR:  # moving a folder writes to it
                self.note(path, 1, 0, stat.S_IMODE(s.st_mode), s.st_mtime_ns)
                os.chmod(name, stat.S_IMODE(s.st_mode) | stat.S_IRWXU, dir_fd=src)
            os.rename(name, name, src_dir_fd=src, dst_dir_fd=dst)  # refused over anything but an empty folder
        else:
            os.link(name, name, src_dir_fd=src, dst_dir_fd=dst, follow_symlinks=False)  # refused over anything
            os.unlink(name, dir_fd=src)
        self.n["placed"] += 1

    def folder(self, src, dst, name, path, s, d):
        """What is in a folder that is there already goes into it. Its mode stays, unless it came from us."""
        settled, had, _, _ = self.folders.get(path, (0, stat.S_IMODE(d.st_mode), 0, 0))
        if not settled:
            ours = path in self.may and self.may[path][1] == b"%o" % had
            self.note(path, 1, had, stat.S_IMODE(s.st_mode) if ours else had, s.st_mtime_ns)
        for parent, st in ((src, s), (dst, d)):
            unlock(parent, name, st)
        a = os.open(name, FOLDER, dir_fd=src)
        try:
            b = os.open(name, FOLDER, dir_fd=dst)
            try:
                self.merge(a, b, path + b"/")
            finally:
                os.close(b)
        finally:
            os.close(a)
        try:
            os.rmdir(name, dir_fd=src)
        except OSError:
            pass  # what differs stays in it

    def meet(self, src, dst, name, path, s, d):
        """Something else is there: the same counts as the same, all else as a difference."""
        if path in self.may and self.still(dst, name, path):
            self.replace(src, dst, name, path, s, d)
        elif same(src, dst, name, s, d):
            os.unlink(name, dir_fd=src)
            self.n["equal"] += 1
        else:
            self.differs(path, "something else is there")

    def replace(self, src, dst, name, path, s, d):
        try:
            if stat.S_ISDIR(d.st_mode):
                os.rmdir(name, dir_fd=dst)
            elif stat.S_ISDIR(s.st_mode):
                os.unlink(name, dir_fd=dst)
            os.rename(name, name, src_dir_fd=src, dst_dir_fd=dst)
            self.n["replaced"] += 1
        except OSError as e:
            self.differs(path, "it cannot be replaced: " + (e.strerror or ""))

    def still(self, fd, name, path):
        """Whether a name is what the manifest said of it."""
        t, _, size, mtime, content, _, _, link = self.may[path][:8]
        s = os.lstat(name, dir_fd=fd)
        if TYPES.get(stat.S_IFMT(s.st_mode)) != t:
            return False
        if t == b"f":
            return b"%d" % s.st_size == size and (digest(fd, name) == content or content[:1] == b"!" and b"%d" % s.st_mtime_ns == mtime)
        return t != b"l" or b">" + quote(os.readlink(name, dir_fd=fd)) == link

    def remove(self, root, path):
        fd, name = descend(root, path)
        if fd is None:
            return
        try:
            if not self.still(fd, name, path):
                self.differs(path, "it is gone on the source, and was changed here")
                return
            self.unlock_parent(fd, path)
            if self.may[path][0] == b"d":
                os.rmdir(name, dir_fd=fd)
            else:
                os.unlink(name, dir_fd=fd)
            self.n["removed"] += 1
        except FileNotFoundError:
            pass
        except OSError as e:
            self.differs(path, "it is gone on the source, and cannot be removed here: " + (e.strerror or ""))
        finally:
            os.close(fd)

    def link(self, root, first, path, content):
        """Gives a file another name, in place of what the manifest said of that name."""
        fd, name = descend(root, path)
        up, head = descend(root, first)
        try:
            if fd is None or up is None or digest(up, head) != content:
                raise OSError(0, "the file that it is a name of is another")
            self.unlock_parent(fd, path)
            try:
                d = os.lstat(name, dir_fd=fd)
                if d.st_ino == os.lstat(head, dir_fd=up).st_ino:
                    return
                if path not in self.may or stat.S_ISDIR(d.st_mode) or not self.still(fd, name, path):
                    raise OSError(0, "something else is there")
                os.unlink(name, dir_fd=fd)
            except FileNotFoundError:
                pass
            os.link(head, name, src_dir_fd=up, dst_dir_fd=fd, follow_symlinks=False)
            self.n["placed"] += 1
        except OSError as e:
            self.differs(path, "it cannot be linked: " + (e.strerror or ""))
        finally:
            for f in (fd, up):
                if f is not None:
                    os.close(f)

    def unlock_parent(self, fd, path):
        """Makes the folder of what is removed writable for as long as it takes."""
        up = path.rpartition(b"/")[0]
        st = os.fstat(fd)
        if not up or os.geteuid() == 0 or st.st_mode & stat.S_IRWXU == stat.S_IRWXU:
            return
        if up not in self.folders:
            mode = stat.S_IMODE(st.st_mode)
            self.note(up, 0, mode, mode, st.st_mtime_ns)
        os.fchmod(fd, stat.S_IMODE(st.st_mode) | stat.S_IRWXU)

    def settle(self, root, path, mode, mtime):
        fd, name = descend(root, path)
        if fd is None:
            return
        try:
            if stat.S_ISDIR(os.lstat(name, dir_fd=fd).st_mode):
                os.chmod(name, mode, dir_fd=fd)
                os.utime(name, ns=(mtime, mtime), dir_fd=fd)
        except OSError as e:
            self.differs(path, "its mode or time cannot be set: " + (e.strerror or ""))
        finally:
            os.close(fd)

    def differs(self, path, why):
        self.n["differ"] += 1
        if len(self.differ) < 1000:
            self.differ.append([os.fsdecode(quote(path)), why])

    def tick(self):
        if time.monotonic() - self.seen_at > 0.5:
            self.seen_at = time.monotonic()
            self.work.check()
            self.work.say(now=False, **self.n)


def unlock(parent, name, st):
    """Opens a folder for its owner, where that is who runs this; its mode was noted."""
    if os.geteuid() != 0 and st.st_uid == os.geteuid() and st.st_mode & stat.S_IRWXU != stat.S_IRWXU:
        os.chmod(name, stat.S_IMODE(st.st_mode) | stat.S_IRWXU, dir_fd=parent)


def descend(root, path):
    """The folder that a path is in, opened without following a link, and its last name."""
    fd = os.dup(root)
    *up, name = path.split(b"/")
    for part in up:
        try:
            inner = os.open(part, FOLDER, dir_fd=fd)
        except OSError:
            return None, name
        finally:
            os.close(fd)
        fd = inner
    return fd, name


def digest(fd, name):
    h = hashlib.sha256()
    try:
        f = os.open(name, READ, dir_fd=fd)
    except OSError:
        return b"!"
    try:
        for b in iter(lambda: os.read(f, CHUNK), b""):
            h.update(b)
    finally:
        os.close(f)
    return h.hexdigest().encode()


def same(src, dst, name, s, d):
    if stat.S_IFMT(s.st_mode) != stat.S_IFMT(d.st_mode):
        return False
    if stat.S_ISREG(s.st_mode):
        a = digest(src, name) if s.st_size == d.st_size else b"!"
        return a != b"!" and a == digest(dst, name)
    if stat.S_ISLNK(s.st_mode):
        return os.readlink(name, dir_fd=src) == os.readlink(name, dir_fd=dst)
    return s.st_rdev == d.st_rdev


