#!/usr/bin/env bash
# The linters of what is not Python: containers, Compose, Kubernetes, workflows, shell, systemd units, alert rules.
# systemd-analyze and promtool are Debian's (packages systemd and prometheus), kubectl is Kubernetes' own: where one is missing, one line says so;
# with CI=true rules that were not tested are a failure.
set -euo pipefail
cd "$(dirname "$0")/.."
bin=${BIN:-.venv/bin}
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

"$bin/hadolint" Dockerfile
"$bin/check-jsonschema" --quiet --builtin-schema vendor.compose-spec compose.yaml
"$bin/check-jsonschema" --quiet --builtin-schema vendor.github-workflows .github/workflows/*.yml
"$bin/check-jsonschema" --quiet --builtin-schema vendor.dependabot .github/dependabot.yml
find deploy/kubernetes -name '*.yaml' ! -name kustomization.yaml -exec "$bin/kubernetes-validate" --strict --quiet {} +
if command -v kubectl >/dev/null; then # the example as somebody would apply it; nothing is asked of a cluster
    cp -r deploy/kubernetes "$scratch/kubernetes"
    touch "$scratch/kubernetes/example/secrets.env" # made by whoever installs
    kubectl kustomize "$scratch/kubernetes/example" >"$scratch/built.yaml"
    "$bin/kubernetes-validate" --strict --quiet "$scratch/built.yaml"
else
    echo "kubectl is not here: the example for Kubernetes was not built."
fi
"$bin/shellcheck" .ci/run tools/*.sh deploy/*/*.sh deploy/systemd/plumbot

if command -v systemd-analyze >/dev/null; then
    for unit in deploy/systemd/*.service; do # the program is not installed where this runs
        sed 's#^ExecStart=/opt/plum/.venv/bin/plumbot#ExecStart=/bin/true#; /^Documentation=/d' "$unit" >"$scratch/${unit##*/}"
    done
    systemd-analyze verify "$scratch"/*.service
else
    echo "systemd-analyze is not here: the units were not checked (Debian's package systemd has it)."
fi

promtool=$(command -v promtool || echo .tools/promtool)
if [ -x "$promtool" ]; then
    "$promtool" check config deploy/prometheus/prometheus.yml >/dev/null
    "$promtool" test rules deploy/prometheus/alerts_test.yml >/dev/null
elif [ "${CI:-}" = true ]; then
    echo "promtool is not here: the alert rules were not checked (Debian's package prometheus has it)." >&2
    exit 1
else
    echo "promtool is not here: the alert rules were not checked (Debian's package prometheus has it)."
fi
echo "Deployment files are well."
