# ---- before a copy: how much there is


def survey(work):
    """Counts what a copy would take, without reading a file, and names what it could not."""
    n = {"entries": 0, "files": 0, "bytes": 0, "unread": 0, "excluded": 0, "changing": 0}
    unreadable, mounted, seen_at, now = [], [], 0.0, time.time()
    seen = set()
    for fd, name, path, st, why in walk(os.path.realpath(work.root), Rules(work.p)):
        if st is None and why.startswith(b"x"):
            n["excluded"] += 1
            if why == b"x!mount":
                mounted.append(os.fsdecode(quote(path)))
            continue
        n["entries"] += 1
        if st is not None and stat.S_ISREG(st.st_mode) and (st.st_nlink < 2 or (st.st_dev, st.st_ino) not in seen):
            n["files"] += 1
            n["bytes"] += st.st_size
            n["changing"] += now - st.st_mtime < 60
            if st.st_nlink > 1:
                seen.add((st.st_dev, st.st_ino))
            if not os.access(name, os.R_OK, dir_fd=fd, effective_ids=True):
                why = b"!EACCES"
        if why is not None:
            n["unread"] += 1
            if len(unreadable) < 1000:
                unreadable.append([os.fsdecode(quote(path)), why[1:].decode()])
        if time.monotonic() - seen_at > 0.5:
            seen_at = time.monotonic()
            work.check()
            work.say(now=False, **n)
    work.say(state="done", unreadable=unreadable, mounts=mounted[:1000], **n)


