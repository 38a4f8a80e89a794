#!/usr/bin/env bash
# Lock every set of requirements: all of them together first, then each by itself within that answer, because
# resolved alone one set may choose a version that another refuses. Names, versions and hashes only, no addresses.
set -euo pipefail
cd "$(dirname "$0")/.."

uv=${UV:?"say which uv to use: run 'make lock'"}
export UV_PYTHON_DOWNLOADS=never

resolve() { # resolve NAME ARGUMENTS...
    local name=$1
    shift
    "$uv" pip compile "$@" --quiet --universal --python-version 3.11 --fork-strategy fewest --generate-hashes \
        --no-header --no-annotate --no-emit-index-url --no-emit-find-links --output-file "requirements/$name.txt"
    echo "requirements/$name.txt: $(grep -c '==' "requirements/$name.txt") packages"
}

# Without --upgrade the versions already in all.txt are kept; `make lock UPGRADE=1` looks for newer ones.
upgrade=()
if [ -n "${UPGRADE:-}" ]; then upgrade=(--upgrade); fi

resolve all pyproject.toml --all-extras --group dev --group supply --group docs ${upgrade[@]+"${upgrade[@]}"}
within=(--constraints requirements/all.txt)
resolve base pyproject.toml "${within[@]}"
resolve postgres pyproject.toml --extra postgres "${within[@]}"
for extra in audio onnx vosk sphinx; do resolve "$extra" pyproject.toml --extra "$extra" "${within[@]}"; done
resolve models --group models "${within[@]}"
resolve runtime pyproject.toml --all-extras --group models "${within[@]}" # of `make sbom`: no tools of ours
resolve build --group build "${within[@]}"
resolve test pyproject.toml --all-extras --group test "${within[@]}"
resolve dev pyproject.toml --all-extras --group dev "${within[@]}"
resolve supply --group supply "${within[@]}"
resolve docs pyproject.toml --group docs "${within[@]}"
resolve uv --group tools ${upgrade[@]+"${upgrade[@]}"}
