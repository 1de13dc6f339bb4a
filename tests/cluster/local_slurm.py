"""A Slurm of its own on this machine: controller, node and authentication on loopback, in a private folder."""

import os
import shutil
import signal
import socket
import subprocess
import time
from pathlib import Path

PROGRAMS = ("munged", "mungekey", "slurmctld", "slurmd", "sbatch", "squeue", "sinfo", "scancel", "setpriv")
PATH = "/usr/sbin:/usr/bin:/sbin:/bin"
# Reasons: the default proctrack/cgroup needs a freezer that containers lack, and its jobs then never run although sbatch
# says they did; without the two intervals a job waits for seconds.
CONFIGURATION = """\
ClusterName=coinfer
SlurmctldHost=localhost(127.0.0.1)
SlurmUser=root
AuthType=auth/munge
AuthInfo=socket={folder}/munge/socket
SlurmctldPort={controller_port}
SlurmdPort={node_port}
StateSaveLocation={folder}/state
SlurmdSpoolDir={folder}/spool
SlurmctldPidFile={folder}/slurmctld.pid
SlurmdPidFile={folder}/slurmd.pid
SlurmctldLogFile={folder}/slurmctld.log
SlurmdLogFile={folder}/slurmd.log
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
MpiDefault=none
SelectType=select/cons_tres
SelectTypeParameters=CR_Core
ReturnToService=2
SchedulerParameters=batch_sched_delay=0,sched_min_interval=0
JobCompType=jobcomp/filetxt
JobCompLoc={folder}/completed
MailProg=/bin/true
NodeName=localhost NodeAddr=127.0.0.1 CPUs={cpus} RealMemory=256
PartitionName=debug Nodes=localhost Default=YES
"""


def why_not():
    """Why no Slurm can be started here, or None."""
    if os.geteuid() != 0:
        return "munge and slurmd start as root only"
    missing = [name for name in PROGRAMS if shutil.which(name, path=PATH) is None]
    return f"not installed: {', '.join(missing)}" if missing else None


def wait_for(what, condition, limit_s=60.0, pause_s=0.02):
    """Returns once the condition holds; fails after the limit."""
    end = time.monotonic() + limit_s
    while not condition():
        if time.monotonic() > end:
            raise TimeoutError(f"{what}: not within {limit_s:.0f} s")
        time.sleep(pause_s)


def free_ports(count):
    held = [socket.socket() for _ in range(count)]
    for one in held:
        one.bind(("127.0.0.1", 0))
    ports = [one.getsockname()[1] for one in held]
    for one in held:
        one.close()
    return ports


class LocalSlurm:
    """Daemons that run from `with` to its end, whatever happens between; `folder` is empty and root's."""

    def __init__(self, folder):
        self.folder = Path(folder)
        self.environment = {"PATH": PATH, "SLURM_CONF": str(self.folder / "slurm.conf"), "HOME": "/root", "LC_ALL": "C"}
        self.daemons = []

    def __enter__(self):
        try:
            self.start()
        except BaseException:
            self.stop()
            raise
        return self

    def __exit__(self, *_):
        self.stop()

    def start(self):
        self.folder.chmod(0o755)  # munge's clients must reach its socket
        for name in ("state", "spool", "munge"):
            (self.folder / name).mkdir(mode=0o755)
        controller_port, node_port = free_ports(2)
        (self.folder / "slurm.conf").write_text(CONFIGURATION.format(
            folder=self.folder, controller_port=controller_port, node_port=node_port,
            cpus=min(2, len(os.sched_getaffinity(0)))))
        munge = self.folder / "munge"
        subprocess.run(["mungekey", "--create", f"--keyfile={munge}/key"], check=True, env=self.environment)
        shutil.chown(munge, "munge", "munge")
        shutil.chown(munge / "key", "munge", "munge")
        self.daemon("munged", "setpriv", "--reuid=munge", "--regid=munge", "--clear-groups", "--pdeathsig=KILL", "munged",
                    "-F", f"--socket={munge}/socket", f"--key-file={munge}/key", f"--pid-file={munge}/pid",
                    f"--log-file={munge}/log", f"--seed-file={munge}/seed", "--num-threads=1")
        wait_for("the socket of munged", (munge / "socket").exists)
        self.daemon("slurmctld", "setpriv", "--pdeathsig=KILL", "slurmctld", "-D", "-c")
        self.daemon("slurmd", "setpriv", "--pdeathsig=KILL", "slurmd", "-D", "-N", "localhost")
        wait_for("an idle node", lambda: self.output("sinfo", "-h", "-o", "%T", check=False).strip() == "idle")

    def daemon(self, name, *command):
        with open(self.folder / f"{name}.out", "wb") as out:
            self.daemons.append(subprocess.Popen(command, env=self.environment, cwd=self.folder, stdin=subprocess.DEVNULL,
                                                 stdout=out, stderr=subprocess.STDOUT, start_new_session=True))

    def output(self, *command, check=True):
        done = subprocess.run(command, env=self.environment, cwd=self.folder, text=True, capture_output=True, timeout=30,
                              check=False)
        if check and done.returncode != 0:
            raise RuntimeError(f"{' '.join(command)} ends in {done.returncode}: {done.stderr}")
        return done.stdout

    def submit(self, script, *options):
        """The number of the job."""
        return self.output("sbatch", "--parsable", *options, str(script)).strip()

    def ended(self, job):
        """Polled by hand: `sbatch --wait` looks seldom, and says 0 of a job that could not run."""
        return self.output("squeue", "-h", "-j", job, check=False).strip() == ""

    def states(self):
        """The state in which each finished task ended, in the order of their ends."""
        text = (self.folder / "completed").read_text() if (self.folder / "completed").exists() else ""
        return [field.removeprefix("JobState=") for line in text.splitlines() for field in line.split()
                if field.startswith("JobState=")]

    def processes(self):
        """Everything below our daemons, by the configuration that it has in its environment."""
        mark = f"SLURM_CONF={self.folder}/slurm.conf".encode()
        found = []
        for entry in Path("/proc").iterdir():
            try:
                if entry.name.isdigit() and mark in (entry / "environ").read_bytes().split(b"\0"):
                    found.append(int(entry.name))
            except OSError:
                continue  # it has ended, or has no memory any more
        return found

    def stop(self):
        """Ends every process, jobs too; nothing is left behind."""
        for _ in range(100):
            for process in self.processes():
                try:
                    os.kill(process, signal.SIGKILL)
                except ProcessLookupError:
                    pass
            for daemon in self.daemons:
                daemon.poll()
            if not self.processes():
                return
            time.sleep(0.05)
        raise RuntimeError(f"processes that do not end: {self.processes()}")

    def logs(self):
        """The ends of all logs, for whoever must find out what went wrong."""
        parts = []
        for path in sorted([*self.folder.glob("*.log"), *self.folder.glob("*.out")]):
            parts.append(f"--- {path.name}\n{path.read_text(errors='replace')[-1500:]}")
        return "\n".join(parts)
