"""`plumbot worker` where onnx-asr is the only engine that is installed: the others cannot be imported."""

import sys

for name in ("faster_whisper", "ctranslate2", "vosk", "pocketsphinx"):
    sys.modules[name] = None  # type: ignore[assignment]  # so Python says that there is no such module

from plumbot.apps import worker  # noqa: E402

if __name__ == "__main__":
    worker.run()
