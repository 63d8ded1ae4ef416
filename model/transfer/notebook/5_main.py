# ---- the end


def clean(work):
    """Ends whatever runs in the work folder, waits for it, and removes the folder."""
    try:
        work.write("abort", b"")
    except OSError:
        pass  # on a full disk, or it is gone
    until = time.monotonic() + work.p.get("patience", 60)
    for verb in VERBS:
        try:
            lock = os.open(work.path(verb + ".lock"), os.O_RDWR | os.O_CLOEXEC)
        except FileNotFoundError:
            continue
        while True:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except OSError:
                if time.monotonic() > until:
                    raise SystemExit("something still runs in the work folder: " + verb)
                time.sleep(0.1)
    root = os.open(os.path.realpath(work.root), FOLDER)
    try:
        discard(root, work.name)
    except FileNotFoundError:
        pass  # two verbs end at once


def discard(fd, name):
    """Removes a tree; it follows no link, and opens what its owner had closed."""
    s = os.lstat(name, dir_fd=fd)
    if not stat.S_ISDIR(s.st_mode):
        os.unlink(name, dir_fd=fd)
        return
    if s.st_mode & stat.S_IRWXU != stat.S_IRWXU:
        os.chmod(name, 0o700, dir_fd=fd)
    inner = os.open(name, FOLDER, dir_fd=fd)
    try:
        for n in list(names(inner)):
            discard(inner, n)
    finally:
        os.close(inner)
    os.rmdir(name, dir_fd=fd)


def detach(work):
    """Leaves the terminal: neither its end nor that of Jupyter ends the work."""
    if os.fork():
        os._exit(0)
    os.setsid()
    if os.fork():
        os._exit(0)
    null = os.open(os.devnull, os.O_RDWR)
    log = os.open(work.path(work.verb + ".log"), os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    for fd, to in ((null, 0), (log, 1), (log, 2)):
        os.dup2(fd, to)


VERBS = {
    "survey": survey,
    "manifest": manifest,
    "exchange": exchange,
    "send": lambda work: finish(Send(work)),
    "receive": lambda work: finish(Receive(work)),
    "place": lambda work: Place(work).run(),
}


def finish(end):
    try:
        end.run()
    finally:
        end.stop()


def main(verb, parameters):
    os.umask(0o077)
    sys.setrecursionlimit(20000)
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)  # one for each level of the tree
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(hard, 65536) if hard > 0 else 65536, hard))
    with open(parameters, "rb") as f:
        work = Work(verb, json.loads(f.read().decode()))
    if verb == "clean":
        return clean(work)
    if work.p.get("detach"):
        detach(work)
    work.take()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # so that what was started ends too
    try:
        if verb not in ("send", "receive"):  # they say so once there is a place for parts
            work.say(state="running")
        VERBS[verb](work)
    except Gone:
        os.close(work.lock)
        clean(work)  # nobody is there to do it
    except OSError as e:
        work.say(state="failed", why="full" if full(e) else errno.errorcode.get(e.errno, ""), text=str(e), free=work.free())
        raise
    except Exception as e:
        work.say(state="failed", why="program", text=str(e))
        raise


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2])
