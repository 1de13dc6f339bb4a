"""Results folders for the tests: real ones, made by the program under test, and altered copies of them."""

import csv
import io
import json
import os
import shutil
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "analysis"))

BINARY = Path(os.environ.get("COINFER_BINARY", ROOT / "build/dev/coinfer"))
SCENARIO = str(ROOT / "scenarios/library/gpz_vgg19_phone_5g.textproto")
SHORT = ["stop.requests=400", "stop.warm_up_s=1"]


# A client that replaces the words of a prompt before it sends them: 20 requests of 100 tokens, answered with 50 each.
TOKENS = """
name: "tokens"
devices { name: "client" use: "xeon_8480" domain: "user" enclaves { name: "tee" use: "tdx" on: "cpu" } }
devices { name: "cloud" use: "a100_pcie_80" domain: "cloud operator" }
links { name: "wan" from: "client" to: "cloud" up_mbit_per_s: 100 latency_ms: 10 domain: "network" }
servers { on: "cloud.gpu" }
workloads {
  name: "chat" model: "llama_2_7b" source: "client" dataset: "chats"
  arrivals { closed_loop { users: 1 } }
  tokens { prompt { constant: 100 } output { constant: 50 } }
  protocol: "cmif" options { cmif { epsilon: 2 } }
  placement { stages { on: "client.tee" layers: "embedding" } stages { on: "cloud.gpu" } }
}
adversaries { name: "curious cloud" domains: "cloud operator" knowledge: BLACK_BOX }
stop { requests: 20 }
"""


def run_tokens(folder):
    """Runs the sample of a token model into a results folder inside `folder`."""
    scenario = folder / "tokens.textproto"
    scenario.write_text(TOKENS, encoding="utf-8")
    subprocess.run([str(BINARY), "run", str(scenario), "--out", str(folder / "tokens"), "--quiet"], check=True,
                   stdout=subprocess.DEVNULL)
    return folder / "tokens"


def run(out, *settings):
    """Runs the sample scenario, shortened, into a results folder."""
    options = [option for setting in (*SHORT, *settings) for option in ("--set", setting)]
    subprocess.run([str(BINARY), "run", SCENARIO, *options, "--out", str(out), "--quiet"], check=True,
                   stdout=subprocess.DEVNULL)
    return Path(out)


class SampleTest(unittest.TestCase):
    """Gives each class two real runs, `self.real` and `self.tokens`, and each test an empty folder, `self.scratch`."""

    @classmethod
    def setUpClass(cls):
        kept = tempfile.TemporaryDirectory()
        cls.addClassCleanup(kept.cleanup)
        cls.real = run(Path(kept.name) / "real")
        cls.tokens = run_tokens(Path(kept.name))

    def setUp(self):
        scratch = tempfile.TemporaryDirectory()
        self.addCleanup(scratch.cleanup)
        self.scratch = Path(scratch.name)

    def copy(self, name="copy", of=None):
        """A copy of the real run, or of another, that a test may alter."""
        return Path(shutil.copytree(of or self.real, self.scratch / name))


def change_json(path, change):
    """Rewrites a JSON file after `change(content)`."""
    content = json.loads(path.read_text(encoding="utf-8"))
    change(content)
    path.write_text(json.dumps(content), encoding="utf-8")


def change_rows(path, change):
    """Rewrites a table after `change(row)` of each row, a dictionary of texts; the schema line stays."""
    mark, body = path.read_text(encoding="utf-8").split("\n", 1)
    reader = csv.DictReader(io.StringIO(body))
    rows = [row for row in reader if change(row) is None]
    with path.open("w", encoding="utf-8", newline="") as file:
        file.write(mark + "\n")
        writer = csv.DictWriter(file, reader.fieldnames, lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
