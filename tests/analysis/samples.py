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


def run(out, *settings):
    """Runs the sample scenario, shortened, into a results folder."""
    options = [option for setting in (*SHORT, *settings) for option in ("--set", setting)]
    subprocess.run([str(BINARY), "run", SCENARIO, *options, "--out", str(out), "--quiet"], check=True,
                   stdout=subprocess.DEVNULL)
    return Path(out)


class SampleTest(unittest.TestCase):
    """Gives each class one real run, `self.real`, and each test an empty folder, `self.scratch`."""

    @classmethod
    def setUpClass(cls):
        kept = tempfile.TemporaryDirectory()
        cls.addClassCleanup(kept.cleanup)
        cls.real = run(Path(kept.name) / "real")

    def setUp(self):
        scratch = tempfile.TemporaryDirectory()
        self.addCleanup(scratch.cleanup)
        self.scratch = Path(scratch.name)

    def copy(self, name="copy"):
        """A copy of the real run that a test may alter."""
        return Path(shutil.copytree(self.real, self.scratch / name))


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
