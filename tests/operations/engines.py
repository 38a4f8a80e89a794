"""Docker and kubectl as far as the pages use them.

What a command names is looked up in the real files, and whatever is not there is refused. plumbot is run for real, with
the settings that the container would have.
"""

import argparse
import re
import shlex
import sys
from pathlib import Path
from typing import Any, NoReturn

import yaml

from tests.house.test_documented_commands import misunderstood
from tests.operations.machine import Machine, Said
from tests.operations.unplayed import needs

Some = dict[str, Any]


class Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        raise AssertionError(f"{self.prog}: {message}")


def read(path: Path) -> Any:
    return yaml.safe_load(path.read_text(encoding="utf-8"))


def variables(path: Path) -> dict[str, str]:
    lines = path.read_text(encoding="utf-8").splitlines()
    return dict(line.split("=", 1) for line in lines if "=" in line and not line.startswith("#"))


class Containers:
    """What both have in common: an image, and a container's program run beside it."""

    def __init__(self, it: Machine, checkout: Path) -> None:
        self.it, self.checkout = it, checkout
        self.ours: dict[str, str] = {}  # settings that this machine needs: 127.0.0.1 and a free port
        self.images: set[str] = set()

    def environment(self, given: dict[str, str], secrets: dict[str, Path]) -> dict[str, str]:
        image = dict(re.findall(r"(PLUM_\w+)=(\S+)", (self.checkout / "Dockerfile").read_text(encoding="utf-8")))
        found = {}
        for name, value in (image | {"PLUM_HTTP__HOST": "127.0.0.1"} | given | self.ours).items():
            if name.endswith("_FILE"):
                assert secrets[value].stat().st_size, value
                found[name] = str(secrets[value])
            else:
                found[name] = re.sub(r"^(sqlite:///)?/data\b", lambda at: f"{at[1] or ''}{self.it.folder}/data", value)
        return found

    async def plumbot(self, words: list[str], given: dict[str, str]) -> Said:
        if needs(" ".join(["plumbot", *words])):
            return int(bool(why := misunderstood(words))), why or ""
        return await self.it.plumbot(["plumbot", *words], given)


class Docker(Containers):
    def __init__(self, it: Machine, checkout: Path) -> None:
        super().__init__(it, checkout)
        self.compose: Some = read(checkout / "compose.yaml")
        self.up: set[str] = set()
        self.pushed: set[str] = set()
        it.programs["docker"] = self.run
        self.parser = Parser("docker")
        verbs = self.parser.add_subparsers(dest="verb", required=True)
        (build := verbs.add_parser("build")).add_argument("--tag", required=True)
        build.add_argument("context")
        verbs.add_parser("push").add_argument("image")
        (compose := verbs.add_parser("compose")).add_argument("--profile", choices=self.profiles())
        verbs = compose.add_subparsers(dest="what", required=True)
        for what in ("build", "ps"):
            verbs.add_parser(what)
        verbs.add_parser("up").add_argument("-d", action="store_true", required=True)
        names = list(self.compose["services"])
        verbs.add_parser("stop").add_argument("services", nargs="+", choices=names)
        (logs := verbs.add_parser("logs")).add_argument("-f", action="store_true")
        logs.add_argument("services", nargs="+", choices=names)
        (one := verbs.add_parser("run")).add_argument("--rm", action="store_true", required=True)
        one.add_argument("--no-deps", action="store_true")
        one.add_argument("-v", dest="mount")
        for parser in (one, verbs.add_parser("exec")):
            parser.add_argument("service", choices=names)
            parser.add_argument("words", nargs=argparse.REMAINDER)

    def profiles(self) -> set[str]:
        return {name for service in self.compose["services"].values() for name in service.get("profiles", [])}

    async def run(self, words: list[str]) -> Said:
        asked = self.parser.parse_args(words)
        if asked.verb == "build":
            assert (self.checkout / asked.context / "Dockerfile").exists()
            self.images.add(asked.tag)
        elif asked.verb == "push":
            assert asked.image in self.images, f"{asked.image} was not built"
            self.pushed.add(asked.image)
        else:
            return await getattr(self, f"_{asked.what}")(asked)  # type: ignore[no-any-return]
        return 0, ""

    async def _build(self, asked: argparse.Namespace) -> Said:
        for service in self.compose["services"].values():
            if "build" in service:
                assert (self.checkout / service["build"] / "Dockerfile").exists()
                self.images.add(service["image"])
        return 0, ""

    async def _ps(self, asked: argparse.Namespace) -> Said:
        return 0, "\n".join(sorted(self.up))

    async def _up(self, asked: argparse.Namespace) -> Said:
        for name, service in self.compose["services"].items():
            if not service.get("profiles") or asked.profile in service["profiles"]:
                code, told = await self.bring_up(name)
                if code:
                    return code, told
        return 0, ""

    async def bring_up(self, name: str) -> Said:
        """With what it depends on first."""
        service = self.compose["services"][name]
        if (said := await self.bring_what_it_needs(name))[0] or name in self.up:
            return said
        settings = self.settings_of(name)
        for mount in service["volumes"]:
            source = mount.split(":")[0]
            assert (self.checkout / source).exists() if source.startswith(".") else source in self.compose["volumes"]
        if "build" not in service:
            self.up.add(name)
            return 0, ""
        assert service["image"] in self.images, f"{name}: nobody built {service['image']}"
        if "on-failure" in service["restart"]:  # it ends, and is run at each `up`
            return await self.plumbot(service["command"], settings)
        self.up.add(name)
        return await self.it.start(name, service["command"], settings)

    async def bring_what_it_needs(self, name: str) -> Said:
        for other in self.compose["services"][name].get("depends_on", {}):
            if (said := await self.bring_up(other))[0]:
                return said
        return 0, ""

    def settings_of(self, name: str) -> dict[str, str]:
        service = self.compose["services"][name]
        secrets = {
            f"/run/secrets/{key}": self.checkout / self.compose["secrets"][key]["file"] for key in service["secrets"]
        } if "secrets" in service else {}  # fmt: skip
        given: dict[str, str] = {}
        for file in service.get("env_file", []):
            given |= variables(self.checkout / file["path"])
        given |= service.get("environment", {})
        return self.environment({key: value for key, value in given.items() if key.startswith("PLUM_")}, secrets)

    async def _stop(self, asked: argparse.Namespace) -> Said:
        for name in asked.services:
            assert name in self.up, f"{name} does not run"
            self.up.remove(name)
            await self.it.stop(name)
        return 0, ""

    async def _logs(self, asked: argparse.Namespace) -> Said:
        return 0, "".join((self.it.folder / f"{name}.log").read_text(encoding="utf-8") for name in asked.services)

    async def _run(self, asked: argparse.Namespace) -> Said:
        if not asked.no_deps and (said := await self.bring_what_it_needs(asked.service))[0]:
            return said
        if asked.mount:  # what is mounted is found in its place
            here, there, how = asked.mount.split(":")
            assert how == "ro"
            here = here.replace("$PWD", str(self.it.folder))
            asked.words = [here + word.removeprefix(there) if word.startswith(there) else word for word in asked.words]
        return await self.plumbot(asked.words, self.settings_of(asked.service))

    async def _exec(self, asked: argparse.Namespace) -> Said:
        assert self.it.services[asked.service].is_alive()
        assert asked.words[0] == "python"
        return await self.it.run(shlex.join([sys.executable, *asked.words[1:]]))


class Kubectl(Containers):
    """`registry` has the images that were pushed."""

    def __init__(self, it: Machine, checkout: Path, registry: Docker) -> None:
        super().__init__(it, checkout)
        self.registry = registry
        self.namespace = ""
        self.there: dict[str, Some] = {}  # by kind/name, in lower case
        self.done: set[str] = set()
        self.settings: dict[str, str] = {}
        self.secrets: dict[str, Path] = {}
        it.programs["kubectl"] = self.run
        self.parser = Parser("kubectl")
        self.parser.add_argument("-n", dest="namespace", default="default")
        verbs = self.parser.add_subparsers(dest="verb", required=True)
        kinds = verbs.add_parser("create").add_subparsers(dest="kind", required=True)
        kinds.add_parser("namespace").add_argument("name")
        (job := kinds.add_parser("job")).add_argument("--from", dest="source", required=True)
        job.add_argument("name")
        verbs.add_parser("apply").add_argument("-k", dest="folder", required=True)
        (inside := verbs.add_parser("exec")).add_argument("what")
        inside.add_argument("-c", dest="container", required=True)
        (logs := verbs.add_parser("logs")).add_argument("what")
        logs.add_argument("-c", dest="container", required=True)
        (wait := verbs.add_parser("wait")).add_argument("--for", dest="state", choices=["condition=complete"])
        wait.add_argument("--timeout", required=True)
        wait.add_argument("what")
        (delete := verbs.add_parser("delete")).add_argument("kind", choices=["job"])
        delete.add_argument("names", nargs="+")
        delete.add_argument("--ignore-not-found", action="store_true")
        (rollout := verbs.add_parser("rollout")).add_argument("how", choices=["status"])
        rollout.add_argument("what")
        verbs.add_parser("get").add_argument("kind", choices=["pods", "cronjobs"])

    async def run(self, words: list[str]) -> Said:
        own, _, inside = " ".join(words).partition(" -- ")
        asked = self.parser.parse_args(own.split())
        asked.words = inside.split()
        if asked.verb != "apply" and words[:2] != ["create", "namespace"]:
            assert asked.namespace == self.namespace, f"nothing of ours is in the namespace {asked.namespace}"
        return await getattr(self, f"_{asked.verb}")(asked)  # type: ignore[no-any-return]

    def found(self, what: str) -> Some:
        name = what.replace("deploy/", "deployment/")
        assert name in self.there, f"{what} is not there, but {sorted(self.there)}"
        return self.there[name]

    async def _create(self, asked: argparse.Namespace) -> Said:
        if asked.kind == "namespace":
            self.namespace = asked.name
            return 0, ""
        job = self.there[f"job/{asked.name}"] = self.found(asked.source)["spec"]["jobTemplate"]
        return await self._work_off(asked.name, job)

    async def _work_off(self, name: str, job: Some) -> Said:
        (container,) = job["spec"]["template"]["spec"]["containers"]
        said = await self.plumbot(container["args"], self.settings_of(container))
        if said[0] == 0:
            self.done.add(f"job/{name}")
        return said

    def settings_of(self, container: Some) -> dict[str, str]:
        (settings,) = (one["configMapRef"]["name"] for one in container["envFrom"])
        assert settings == "plum-settings"
        own = {one["name"]: one["value"] for one in container["env"]}
        return self.environment(self.settings | own, self.secrets)

    async def _apply(self, asked: argparse.Namespace) -> Said:
        """As kustomize builds it: the base, what is beside it, the image's name, settings and secrets."""
        folder = self.checkout / asked.folder
        ours = read(folder / "kustomization.yaml")
        assert ours["namespace"] == self.namespace, f"there is no namespace {ours['namespace']}"
        (image,) = ours["images"]
        tag = f"{image['newName']}:{image['newTag']}"
        assert tag in self.registry.pushed, f"{tag} was not pushed"
        ((config, secret),) = zip(ours["configMapGenerator"], ours["secretGenerator"], strict=True)
        assert (config["name"], secret["name"]) == ("plum-settings", "plum-secrets")
        self.settings = variables(folder / config["envs"][0])
        for name, value in variables(folder / secret["envs"][0]).items():
            self.secrets[f"/run/secrets/plum/{name}"] = self.it.home / name
            (self.it.home / name).write_text(value, encoding="utf-8")
        for path in self.manifests(folder):
            for one in yaml.safe_load_all(path.read_text(encoding="utf-8").replace("plum:latest", tag)):
                name = f"{one['kind']}/{one['metadata']['name']}".lower()
                if one["kind"] == "Job" and self.there.get(name, one) != one:
                    return 1, f"The {name} is invalid: field is immutable"
                new = name not in self.there
                self.there[name] = one
                if one["kind"] == "Job" and new and (said := await self._work_off(one["metadata"]["name"], one))[0]:
                    return said
        return 0, ""

    def manifests(self, folder: Path) -> list[Path]:
        found: list[Path] = []
        for name in read(folder / "kustomization.yaml")["resources"]:
            found += self.manifests(folder / name) if (folder / name).is_dir() else [folder / name]
        return found

    def container_of(self, asked: argparse.Namespace) -> Some:
        containers = self.found(asked.what)["spec"]["template"]["spec"]["containers"]
        (container,) = (one for one in containers if one["name"] == asked.container)
        return dict(container)

    async def _exec(self, asked: argparse.Namespace) -> Said:
        settings = self.settings_of(self.container_of(asked))
        assert asked.words[0] == "plumbot"
        return await self.plumbot(asked.words[1:], settings)

    async def _logs(self, asked: argparse.Namespace) -> Said:
        return 0, self.container_of(asked)["name"]

    async def _wait(self, asked: argparse.Namespace) -> Said:
        self.found(asked.what)
        return int(asked.what not in self.done), ""

    async def _delete(self, asked: argparse.Namespace) -> Said:
        for name in asked.names:
            if not asked.ignore_not_found:
                self.found(f"job/{name}")
            self.there.pop(f"job/{name}", None)
        return 0, ""

    async def _rollout(self, asked: argparse.Namespace) -> Said:
        self.found(asked.what)
        return int("job/plum-migrations" not in self.done), ""

    async def _get(self, asked: argparse.Namespace) -> Said:
        kind = {"pods": "deployment/", "cronjobs": "cronjob/"}[asked.kind]
        return 0, "\n".join(name for name in self.there if name.startswith(kind))
