"""Deployment files agree with the code and with each other; their linters run in `make check`."""

import json
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml
from tools.release_notes import notes

from tests.support.house import ROOT

DEPLOY = ROOT / "deploy"
COMPOSE: dict[str, Any] = yaml.safe_load((ROOT / "compose.yaml").read_text(encoding="utf-8"))
RULES = yaml.safe_load((DEPLOY / "prometheus" / "alerts.yml").read_text(encoding="utf-8"))["groups"][0]["rules"]
WORKFLOWS = sorted((ROOT / ".github" / "workflows").glob("*.yml"))
MANIFESTS = sorted((DEPLOY / "kubernetes" / "base").glob("*.yaml"))


def resources() -> list[dict[str, Any]]:
    found = []
    for path in MANIFESTS:
        if path.name != "kustomization.yaml":
            found += list(yaml.safe_load_all(path.read_text(encoding="utf-8")))
    return found


def pod_specs() -> list[tuple[str, dict[str, Any]]]:
    specs = []
    for resource in resources():
        spec = resource.get("spec", {})
        spec = spec.get("jobTemplate", {}).get("spec", spec)
        if "template" in spec:
            specs.append((resource["metadata"]["name"], spec["template"]["spec"]))
    return specs


def test_every_setting_that_a_deployment_names_exists() -> None:
    known = set(re.findall(r"^#?(PLUM_\w+)=", (ROOT / ".env.example").read_text(encoding="utf-8"), re.MULTILINE))
    files = [ROOT / "Dockerfile", ROOT / "compose.yaml", *(path for path in DEPLOY.rglob("*") if path.is_file())]
    named = {
        (path.name, name)
        for path in files
        for name in re.findall(r"PLUM_[A-Z]+__\w+", path.read_text(encoding="utf-8"))
    }
    assert named
    assert {pair for pair in named if pair[1] not in known} == set()


@pytest.mark.parametrize(("folder", "others"), [("base", []), ("example", ["../base"])])
def test_kustomize_takes_every_manifest(folder: str, others: list[str]) -> None:
    here = DEPLOY / "kubernetes" / folder
    listed = yaml.safe_load((here / "kustomization.yaml").read_text(encoding="utf-8"))
    own = [path.name for path in here.glob("*.yaml") if path.name != "kustomization.yaml"]
    assert sorted(listed["resources"]) == sorted([*others, *own])


@pytest.mark.parametrize(("name", "spec"), pod_specs(), ids=[name for name, _ in pod_specs()])
def test_no_pod_is_more_than_it_needs_to_be(name: str, spec: dict[str, Any]) -> None:
    assert spec["securityContext"]["runAsNonRoot"] is True
    assert spec["automountServiceAccountToken"] is False
    assert spec["enableServiceLinks"] is False  # PLUM_BOT_PORT and its like are no settings
    for container in [*spec["containers"], *spec.get("initContainers", [])]:
        locked = container["securityContext"]
        assert locked["readOnlyRootFilesystem"] is True
        assert locked["allowPrivilegeEscalation"] is False
        assert locked["capabilities"] == {"drop": ["ALL"]}
        assert "memory" in container["resources"]["limits"]


def test_compose_publishes_nothing_to_the_world() -> None:
    ports = {name: service.get("ports", []) for name, service in COMPOSE["services"].items()}
    assert {name: given for name, given in ports.items() if given} == {"grafana": ["127.0.0.1:3000:3000"]}


def test_compose_waits_for_the_database_and_its_migrations() -> None:
    services = COMPOSE["services"]
    assert services["migrations"]["depends_on"]["postgres"]["condition"] == "service_healthy"
    for name in ("bot", "worker"):
        assert services[name]["depends_on"]["migrations"]["condition"] == "service_completed_successfully"
    assert all("limits" in service["deploy"]["resources"] for service in services.values())
    assert all("restart" in service for service in services.values())


def test_no_secret_stands_in_a_deployment_file() -> None:
    secrets = {key for key in COMPOSE["secrets"] if "file" in COMPOSE["secrets"][key]}
    assert secrets == set(COMPOSE["secrets"]) != set()
    environment = COMPOSE["x-plum"]["environment"]
    assert [key for key in environment if key.endswith(("TOKEN", "KEY", "URL"))] == []


def test_the_image_sets_nothing_that_a_deployment_gives_as_a_file() -> None:
    """Both set is an error that ends every process."""
    image = set(re.findall(r"(PLUM_\w+)=", (ROOT / "Dockerfile").read_text(encoding="utf-8")))
    deployed = [ROOT / "compose.yaml", *MANIFESTS]
    by_file = {name for path in deployed for name in re.findall(r"(PLUM_\w+)_FILE\b", path.read_text(encoding="utf-8"))}
    assert "PLUM_DATABASE__URL" in by_file
    assert image & by_file == set()


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.stem)
def test_actions_are_pinned_by_commit(path: Path) -> None:
    used = re.findall(r"uses: (?!\./)(\S+)(.*)", path.read_text(encoding="utf-8"))
    assert used
    assert [name for name, _ in used if not re.search(r"@[0-9a-f]{40}$", name)] == []
    assert [name for name, rest in used if not re.match(r" # v\d", rest)] == []


def test_a_release_is_published_only_after_all_of_ci() -> None:
    ci, release = (
        yaml.safe_load((ROOT / ".github" / "workflows" / f"{name}.yml").read_text()) for name in ("ci", "release")
    )
    assert "workflow_call" in ci[True]  # YAML 1.1 reads `on` as a boolean
    assert release["jobs"]["ci"]["uses"] == "./.github/workflows/ci.yml"
    assert release["jobs"]["release"]["needs"] == "ci"
    run = {step["run"] for job in ci["jobs"].values() for step in job["steps"] if "run" in step}
    assert {"make check", "make test", "make coverage", "make audit"} <= run


def test_each_job_that_tests_alert_rules_has_promtool() -> None:
    jobs = yaml.safe_load((ROOT / ".github" / "workflows" / "ci.yml").read_text())["jobs"]
    for name in ("check", "test", "coverage"):
        (fetched,) = (step["run"] for step in jobs[name]["steps"] if "apt-get install" in step.get("run", ""))
        assert "prometheus" in fetched.split()


@pytest.mark.parametrize(("ci", "code"), [("true", 1), ("", 0)])
def test_in_ci_rules_that_nobody_tested_are_a_failure(tmp_path: Path, ci: str, code: int) -> None:
    for name in ("tools", ".tools", ".ci", "linters"):
        (tmp_path / name).mkdir()
    for part in ("deploy", ".github"):
        shutil.copytree(ROOT / part, tmp_path / part)
    for linter in ("hadolint", "check-jsonschema", "kubernetes-validate", "shellcheck"):
        (tmp_path / "linters" / linter).symlink_to("/bin/true")
    for program in ("bash", "dirname", "mktemp", "rm", "find", "env"):
        (tmp_path / "linters" / program).symlink_to(str(shutil.which(program)))
    shutil.copy(ROOT / "tools" / "check_deploy.sh", tmp_path / "tools")
    here = {"PATH": str(tmp_path / "linters"), "BIN": str(tmp_path / "linters"), "CI": ci}
    done = subprocess.run(
        [tmp_path / "tools" / "check_deploy.sh"], env=here, capture_output=True, text=True, check=False
    )
    assert done.returncode == code, done.stderr
    assert "the alert rules were not checked" in done.stdout + done.stderr
    assert ("Deployment files are well." in done.stdout) == (code == 0)


def test_workflows_run_only_make_targets_that_exist() -> None:
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
    lines = [
        line for path in WORKFLOWS for line in re.findall(r"run: make ([a-z -]+)$", path.read_text(), re.MULTILINE)
    ]
    assert lines
    assert {target for line in lines for target in line.split()} <= targets


def test_every_alert_is_tested_and_has_its_runbook() -> None:
    tests = yaml.safe_load((DEPLOY / "prometheus" / "alerts_test.yml").read_text(encoding="utf-8"))["tests"]
    runbook = (ROOT / "docs" / "operations" / "alerts.md").read_text(encoding="utf-8")
    names = [rule["alert"] for rule in RULES]
    assert list(dict.fromkeys(test["name"].split()[0] for test in tests)) == names
    for test in tests:
        fires, resolves = (check["exp_alerts"] for check in test["alert_rule_test"])
        assert fires, f"{test['name']} never fires in its test"
        assert not resolves
    assert re.findall(r"^## (\w+)$", runbook, re.MULTILINE) == names
    for rule in RULES:
        assert rule["annotations"]["runbook"] == f"docs/operations/alerts.md#{rule['alert'].lower()}"


def test_the_dashboard_says_what_each_panel_means() -> None:
    panels = json.loads((DEPLOY / "grafana" / "dashboards" / "plum.json").read_text(encoding="utf-8"))["panels"]
    shown = [panel for panel in panels if panel["type"] != "row"]
    assert len(shown) > 10
    assert [panel["title"] for panel in shown if not panel.get("description")] == []


CHANGELOG = "# Changes\n\n## 1.2.0 (soon)\n\nNew things.\n\n## 1.1.0\n\nOld things.\n"


def test_a_release_takes_its_notes_from_the_changelog() -> None:
    assert notes("v1.2.0", CHANGELOG, "1.2.0") == "New things."
    assert notes("v1.1.0", CHANGELOG, "1.1.0") == "Old things."


def test_a_release_that_disagrees_with_the_version_is_refused() -> None:
    with pytest.raises(SystemExit, match="does not name the version"):
        notes("v1.2.1", CHANGELOG, "1.2.0")
    with pytest.raises(SystemExit, match="says nothing of"):
        notes("v1.3.0", CHANGELOG, "1.3.0")
