"""What is freed does not stay with the process."""

import ctypes
from pathlib import Path

import pytest

from plumbot.kit.memory import give_back_memory

BLOCK, BLOCKS = 64 * 1024, 1_000
PAGE = 4096


def resident() -> int:
    return int(Path("/proc/self/statm").read_text().split()[1]) * PAGE


@pytest.mark.skipif(not hasattr(ctypes.CDLL(None), "malloc_trim"), reason="it is another library than glibc")
def test_what_lies_free_below_something_in_use_is_given_back() -> None:
    libc = ctypes.CDLL(None)
    libc.malloc.restype, libc.free.argtypes = ctypes.c_void_p, [ctypes.c_void_p]
    blocks = [libc.malloc(BLOCK) for _ in range(BLOCKS)]
    for block in blocks:
        ctypes.memset(block, 1, BLOCK)
    for block in blocks[:-1]:
        libc.free(block)
    before = resident()
    give_back_memory()
    given_back = before - resident()
    libc.free(blocks[-1])
    assert given_back > BLOCK * BLOCKS / 2
