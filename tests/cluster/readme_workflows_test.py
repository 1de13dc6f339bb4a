"""The workflows in README.md are YAML, their coinfer commands are ones the binary takes, and the one that runs a sweep as matrix
jobs gives the table of one machine. Usage: readme_workflows_test.py README COINFER

Of GitHub's own actions only the two that carry files between jobs are played: an artifact is a folder under its name.
"""

import re
import shlex
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import yaml

FENCE = re.compile(r"^```yaml[ \t]*\n(.*?)^```[ \t]*$", re.MULTILINE | re.DOTALL)
COINFER = "build/release/coinfer"
SWEEP_STEP = COINFER + " sweep "


def workflows(readme):
    return [yaml.safe_load(block) for block in FENCE.findall(Path(readme).read_text(encoding="utf-8"))]


def scripts(workflow):
    """What its steps run, line by line, backslashes at ends of lines resolved."""
    for job in workflow["jobs"].values():
        for step in job["steps"]:
            yield from step.get("run", "").replace("\\\n", " ").splitlines()


def wrong_commands(workflow, coinfer):
    """Commands or options that the binary does not know."""
    wrong = []
    for line in scripts(workflow):
        for command in re.split(r"&&|\|\||;", line):
            words = shlex.split(re.sub(r"\$\{\{.*?\}\}", "1", command))
            if not words or words[0] != COINFER:
                continue
            shown = subprocess.run([coinfer, words[1], "--help"], text=True, capture_output=True, check=False)
            options = [word.split("=")[0] for word in words if word.startswith("--")]
            known = re.findall(r"--[a-z-]+", shown.stdout)
            if shown.returncode != 0:
                wrong.append(f"no command: {command.strip()}")
            wrong += [f"{option} is no option of coinfer {words[1]}" for option in options if option not in known]
    return wrong


class Runner:
    """Runs the jobs of a workflow, each in a folder of its own, as far as they are coinfer's."""

    def __init__(self, coinfer, scratch):
        self.coinfer, self.scratch, self.artifacts = Path(coinfer).resolve(), scratch, scratch / "artifacts"
        self.artifacts.mkdir()

    def run(self, workflow):
        done = set()
        while len(done) < len(workflow["jobs"]):
            ready = [name for name, job in workflow["jobs"].items() if name not in done
                     and done.issuperset([job.get("needs", [])] if isinstance(job.get("needs"), str) else job.get("needs", []))]
            for name in ready:
                job = workflow["jobs"][name]
                matrix = job.get("strategy", {}).get("matrix", {})
                (key, values), = matrix.items() or [("none", [""])]
                for value in values:
                    self.run_job(f"{name}-{value}", job, {f"matrix.{key}": str(value)})
                done.add(name)

    def run_job(self, name, job, values):
        folder = self.scratch / name
        (folder / "build" / "release").mkdir(parents=True)
        (folder / COINFER).symlink_to(self.coinfer)
        for step in job["steps"]:
            action = step.get("uses", "").split("@")[0]
            inputs = {key: filled(str(text), values) for key, text in step.get("with", {}).items()}
            if action == "actions/upload-artifact":
                shutil.copytree(folder / inputs["path"], self.artifacts / inputs["name"])
            elif action == "actions/download-artifact":
                for artifact in self.artifacts.glob(inputs["pattern"]):
                    shutil.copytree(artifact, folder / inputs["path"] / artifact.name)
            elif COINFER in step.get("run", ""):
                done = subprocess.run(["bash", "-euo", "pipefail", "-c", filled(step["run"], values)], cwd=folder, text=True,
                                      capture_output=True, timeout=120, check=False)
                if done.returncode != 0:
                    raise AssertionError(f"{name}: {step['run']}\n{done.stderr}")


def filled(text, values):
    """The text with ${{ matrix.shard }} in it replaced; any other expression is an error."""
    text = re.sub(r"\$\{\{\s*(.*?)\s*\}\}", lambda found: values[found[1]], text)
    return text


def main(readme, coinfer):
    found = workflows(readme)
    wrong = [problem for workflow in found for problem in wrong_commands(workflow, coinfer)]
    sharded = [workflow for workflow in found if "merge" in workflow["jobs"]]
    if len(sharded) != 1:
        wrong.append("no single workflow of README.md has a job 'merge'")
    if wrong:
        print("\n".join(wrong))
        return 1
    with tempfile.TemporaryDirectory(prefix="coinfer_workflow_") as scratch:
        runner = Runner(coinfer, Path(scratch))
        runner.run(sharded[0])
        step, = {line.strip() for line in scripts(sharded[0]) if line.strip().startswith(SWEEP_STEP)}
        sweep = shlex.split(step)[2]
        alone = Path(scratch) / "alone"
        subprocess.run([coinfer, "sweep", sweep, "--out", alone, "--quiet"], check=True, capture_output=True)
        tables = [path.read_bytes() for path in (runner.artifacts / "points").glob("points.csv")]
        if tables != [(alone / "points.csv").read_bytes()]:
            print("the merged table of the workflow is not that of one machine")
            return 1
    print(f"{len(found)} workflows, their commands are known, and the merged table is that of one machine")
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
