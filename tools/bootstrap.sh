#!/usr/bin/env bash
# Make .venv hold the named layers (files of requirements/) and the project itself. Quick when nothing has changed.
# Layers that were asked for earlier stay: `make demo` after `make test` takes nothing away.
set -euo pipefail
cd "$(dirname "$0")/.."

export UV_PYTHON_DOWNLOADS=never
venv=.venv
state=$venv/.plum
tools=.tools

say() { echo "plum: $*" >&2; }
fail() {
    say "$*"
    exit 1
}

find_python() {
    local name
    for name in "${PYTHON:-python3.11}" python3.11 python3.12 python3.13 python3.14 python3; do
        if "$name" -c 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
            "$name" -c 'import sys; print(sys.executable)'
            return
        fi
    done
    fail "needs Python 3.11 or newer with pip and venv (on Debian: apt-get install python3 python3-venv python3-pip)."
}

# A Python with pip, in a folder of the project: the system is left alone.
tools_python() {
    if ! "$tools/bin/python" -m pip --version >/dev/null 2>&1; then
        "$python" -m venv --clear "$tools"
    fi
    echo "$tools/bin/python"
}

find_uv() { # prints nothing if there is none and none can be had
    if [ -n "${UV:-}" ]; then
        echo "$UV"
    elif uv --version >/dev/null 2>&1; then
        echo uv
    else
        if ! "$tools/bin/uv" --version >/dev/null 2>&1; then
            say "installing uv in $tools"
            "$(tools_python)" -m pip install --quiet --disable-pip-version-check --require-hashes \
                -r requirements/uv.txt >&2 || return 0
        fi
        echo "$tools/bin/uv"
    fi
}

files() { printf 'requirements/%s.txt\n' "${layers[@]}"; }

fingerprint() {
    # shellcheck disable=SC2046
    { "$venv/bin/python" -V && cat pyproject.toml src/plumbot/__init__.py $(files); } | sha256sum | cut -d' ' -f1
}

fresh() {
    [ -x "$venv/bin/plumbot" ] && [ -f "$state/fingerprint" ] && "$venv/bin/python" -c '' 2>/dev/null &&
        [ "$(cat "$state/layers" 2>/dev/null)" = "${layers[*]}" ] &&
        [ "$(cat "$state/fingerprint")" = "$(fingerprint)" ]
}

make_venv() {
    if "$venv/bin/python" -c '' 2>/dev/null; then return; fi
    if [ -n "$uv" ]; then
        "$uv" venv --quiet --clear --python "$python" "$venv"
    else
        "$python" -m venv --clear --without-pip "$venv"
    fi
}

sync_with_uv() {
    local quiet=()
    if [ ! -t 2 ] && [ -z "${PLUM_SHOW_PROGRESS:-}" ]; then quiet=(--quiet); fi # progress for people, not for logs
    # shellcheck disable=SC2046
    [ -n "$uv" ] && "$uv" pip sync ${quiet[@]+"${quiet[@]}"} --python "$venv" --require-hashes --compile-bytecode $(files) &&
        "$uv" pip install --quiet --python "$venv" --no-deps --no-build-isolation --editable .
}

# uv does not read pip's settings: where only pip knows the way to an index, pip does the work.
sync_with_pip() {
    local pip quiet=(--quiet)
    if [ -n "${PLUM_SHOW_PROGRESS:-}" ]; then quiet=(--progress-bar off); fi
    pip=("$(tools_python)" -m pip --python "$venv/bin/python" --disable-pip-version-check install "${quiet[@]}")
    # shellcheck disable=SC2046
    PYTHONDONTWRITEBYTECODE='' "${pip[@]}" --compile --require-hashes $(files | sed 's/^/-r /') &&
        "${pip[@]}" --no-deps --no-build-isolation --editable .
}

main() {
    # shellcheck disable=SC2046,SC2207
    layers=($(printf '%s\n' build "$@" $(cat "$state/layers" 2>/dev/null || true) | sort -u))
    if fresh; then return; fi
    python=$(find_python)
    uv=$(find_uv)
    make_venv
    say "installing ${layers[*]} in $venv"
    if ! sync_with_uv; then
        say "uv could not install; trying pip"
        sync_with_pip || fail "could not install the packages: see the lines above, then run the same command again."
    fi
    mkdir -p "$state"
    echo "${layers[*]}" >"$state/layers"
    fingerprint >"$state/fingerprint"
}

if [ "${1:-}" = --uv ]; then
    python=$(find_python)
    find_uv
    exit
fi
mkdir -p "$tools"
# Two makes at once take turns.
if command -v flock >/dev/null; then
    exec 9>"$tools/.lock"
    flock 9
fi
main "$@"
