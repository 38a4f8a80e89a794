"""Kinds of media by their first bytes. A file's name and its claimed type are not asked."""

HEAD_BYTES = 64

# Where the mark stands, the mark, and the one reader of FFmpeg's that the file is given to.
MARKS = (
    (0, b"OggS", "ogg"),
    (0, b"fLaC", "flac"),
    (0, b"\x1aE\xdf\xa3", "matroska"),  # WebM too
    (0, b"#!AMR", "amr"),
    (0, b"caff", "caf"),
    (0, b"ID3", "mp3"),
    (4, b"ftyp", "mov"),  # MP4, M4A, 3GP
    (4, b"moov", "mov"),
    (8, b"WAVE", "wav"),
    (8, b"AIFF", "aiff"),
    (8, b"AIFC", "aiff"),
)
IN_FRONT = {"wav": b"RIFF", "aiff": b"FORM"}


def kind_of(head: bytes) -> str | None:
    """The name of the reader for a file that begins like this; None if it is none of those that we read."""
    for place, mark, kind in MARKS:
        if head[place : place + len(mark)] == mark and head.startswith(IN_FRONT.get(kind, b"")):
            return kind
    return _mpeg_frame(head)


def _mpeg_frame(head: bytes) -> str | None:
    """MP3 and AAC may begin with a frame: eleven bits set, then version and layer."""
    if len(head) < 4 or head[0] != 0xFF or head[1] & 0xE0 != 0xE0:
        return None
    version, layer = head[1] >> 3 & 3, head[1] >> 1 & 3
    if layer == 0:
        return "aac" if version in {2, 3} else None
    return "mp3" if version != 1 and head[2] >> 4 not in {0, 15} else None
