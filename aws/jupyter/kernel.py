import os

# Jupyter starts a kernel in the nearest folder that there is: files would land there.
if not os.getcwd().endswith(os.sep + _nbscope_dir):
    raise NotADirectoryError(_nbscope_dir)


def _nbscope_target(comm, opened):
    home = os.getcwd()
    parts = {}  # name -> its temporary name

    def take(data, buffers):
        name, at = data["name"], data["at"]
        path = os.path.join(home, name)
        if at == 0:
            old = parts.pop(name, None)
            if old and os.path.exists(old):
                os.unlink(old)
            parts[name] = path + "." + data["try"] + ".tmp"
        temporary = parts.get(name)
        if temporary != path + "." + data["try"] + ".tmp":
            raise ValueError("a frame of an earlier try")
        flags = os.O_WRONLY | (os.O_CREAT | os.O_EXCL if at == 0 else 0)
        f = os.open(temporary, flags, 0o600)
        try:
            n = 0
            for b in buffers:
                view = memoryview(b)
                while len(view):
                    k = os.pwrite(f, view, at + n)
                    n, view = n + k, view[k:]
            size = os.fstat(f).st_size
        finally:
            os.close(f)
        if size != at + n:
            raise ValueError("a frame is missing")
        if data["last"]:
            os.rename(temporary, path)
            del parts[name]
        return n

    @comm.on_msg
    def _(message):
        data = message["content"]["data"]
        try:
            comm.send({"id": data["id"], "n": take(data, message["buffers"])})
        except Exception as e:
            comm.send({"id": data["id"], "error": "%s: %s" % (type(e).__name__, e)})


get_ipython().kernel.comm_manager.register_target("nbscope", _nbscope_target)
