"""What the tests of plots share: running a plot as its users do, and looking at what it wrote."""

import contextlib
import io
import subprocess
import sys

from matplotlib import pyplot

from samples import ROOT, SampleTest


def script(name, *arguments):
    """Runs a plot as its users do; every warning is an error."""
    command = [sys.executable, "-B", "-W", "error", str(ROOT / "analysis" / name), *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, check=False)


class PictureCase(SampleTest):
    """A test of plots, on the sample runs."""

    def assert_is_picture(self, path):
        """Large enough to read, and neither empty nor flooded: between 1 % and 60 % of its pixels are not white."""
        pixels = pyplot.imread(path)[:, :, :3]
        self.assertGreaterEqual(pixels.shape[1], 1200)
        self.assertGreaterEqual(pixels.shape[0], 500)
        inked = float((pixels.min(axis=2) < 0.9).mean())
        self.assertTrue(0.01 < inked < 0.6, f"{inked:.1%} of the pixels are not white")

    def plot(self, name, *arguments):
        out = self.scratch / "picture.png"
        done = script(name, *arguments, "--out", out)
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assert_is_picture(out)

    def assert_refuses(self, plot, arguments, reason):
        """The exit code is 2, the reason on stderr is as given, and there is no picture."""
        out = self.scratch / "refused.png"
        with contextlib.redirect_stderr(io.StringIO()) as stderr:
            code = plot.main([*map(str, arguments), *([] if "--out" in arguments else ["--out", str(out)])])
        self.assertEqual((code, stderr.getvalue()), (2, reason + "\n"))
        self.assertFalse(out.exists())
