"""What has to happen before anything else: keep standard output for the handshake, and watch the lifeline."""
import os
import signal
import sys
import threading

COOKIE_KEY = "DOUGONG_PLUGIN"
COOKIE_VALUE = "dougong.plugin.v1"
LIFELINE_KEY = "DOUGONG_LIFELINE"
DATA_DIR_KEY = "DOUGONG_DATA_DIR"

# A thread's stack is data that the host's limit counts; 8 MiB for each of many calls would use it up.
STACK_SIZE = 1 << 20

_handshake = None  # the descriptor that the host reads the handshake from


def started_by_host() -> bool:
    """Whether a Dougong host started this process."""
    return os.environ.get(COOKIE_KEY) == COOKIE_VALUE


def prepare() -> None:
    """Divert standard output and watch the lifeline; nothing, unless a host started this process."""
    global _handshake
    if not started_by_host() or _handshake is not None:
        return
    sys.dont_write_bytecode = True  # the plugin's folder is not ours to change
    _handshake = os.dup(1)  # not inherited by children
    os.dup2(2, 1)  # what Python prints, and what a C library prints
    threading.stack_size(STACK_SIZE)
    if os.environ.get(LIFELINE_KEY):
        lifeline = os.dup(0)
        threading.Thread(target=_watch, args=(lifeline,), name="lifeline", daemon=True).start()
    null = os.open(os.devnull, os.O_RDONLY)
    os.dup2(null, 0)
    os.close(null)


def handshake(line: str) -> None:
    """Tell the host where to connect. Once."""
    os.write(_handshake, line.encode() + b"\n")
    os.close(_handshake)


def _watch(lifeline: int) -> None:
    """The host never writes: any end of reading means that it is gone."""
    try:
        while os.read(lifeline, 512):
            pass
    except OSError:
        pass
    end_group()


def end_group(*_) -> None:
    """Kill the process group, which the host made for this plugin, and with it what the plugin has started."""
    if os.getpgrp() == os.getpid():
        os.kill(0, signal.SIGKILL)
    os._exit(1)


def outlive_host() -> None:
    """Replace the SIGKILL that the host arranged for its own death by SIGTERM, at which the whole group is ended.

    For plugins that start processes: one that is killed outright cannot take its children along.
    """
    signal.signal(signal.SIGTERM, end_group)
    if sys.platform != "linux":
        return
    import ctypes

    ctypes.CDLL(None).prctl(1, signal.SIGTERM, 0, 0, 0)  # 1 is PR_SET_PDEATHSIG
