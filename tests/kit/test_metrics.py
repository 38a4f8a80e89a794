"""What a process tells before anything has happened in it."""

import subprocess
import sys

from prometheus_client.parser import text_string_to_metric_families

FRESH = """
from prometheus_client import generate_latest
from plumbot.kit.metrics import REGISTRY
print(generate_latest(REGISTRY).decode())
"""


def test_what_the_alerts_count_begins_with_zero() -> None:
    """Otherwise the first event makes a series of 1, which `increase()` does not see."""
    told = subprocess.run([sys.executable, "-c", FRESH], capture_output=True, text=True, check=True).stdout
    found = {
        (one.name, *one.labels.values()): one.value
        for family in text_string_to_metric_families(told)
        for one in family.samples
    }
    counted = [("plum_faults_total",), ("plum_recognitions_total", "", "failed")]
    counted += [("plum_outbox_failed_total", reason) for reason in ("refused", "unreachable", "call")]
    assert {name: found.get(name) for name in counted} == dict.fromkeys(counted, 0)
