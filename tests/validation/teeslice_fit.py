"""Fits the enclave of TEESlice's measurements on ResNet-18 and AlexNet, and says how it does on VGG16-BN.

    python3 tests/validation/teeslice_fit.py build/dev/coinfer teeslice_split_latency.csv

The first argument is the program, which says what the layers are; the second the table of measured cuts (60 rows: model,
protect, k, sgx_ms, cpu_ms and more), facts from ziqi-zhang/TEESlice-artifact@93505cb plot/flops_validation. The model is
that of workloads/enclave_cost.hpp with one slowdown for arithmetic and memory and all activations kept, for which it says

    sgx_ms = slowdown * cpu_ms                                where the working set W is at most P
    sgx_ms = slowdown * cpu_ms + jump + (W - P) / rate        beyond

P, the protected memory that programs can use, is taken between the largest working set of the two calibration models that
shows no jump and the smallest that does; slowdown, jump and rate are a least-squares fit of relative errors. Only four
measurements of the calibration models lie beyond P, all near it: they fix the jump far better than the rate. A second fit
therefore ties them, jump = P / rate: every page is read again in every execution. The catalogue entry sgx1_teeslice has the
first fit; teeslice_test.cpp checks what it predicts and fits nothing."""

import csv
import io
import subprocess
import sys

import numpy as np
from scipy.optimize import least_squares

CALIBRATION = ("resnet18", "alexnet")
BYTES_PER_VALUE = 4
IN_PLACE = ("relu", "flatten")




def layers_of(program, model):
    """Per layer of a model: its block, weight bytes, output bytes, whether it writes in place."""
    text = subprocess.run([program, "show", "model", f"teeslice_{model}_224px", "--csv"], capture_output=True, check=True,
                          text=True).stdout
    layers = []
    block = -1
    pool_waits = False
    previous = None
    for row in csv.DictReader(io.StringIO(text)):
        name = row["layer"]
        if model == "resnet18":
            group = name.split(".")[0] if "." in name else "head" if name in ("avgpool", "flatten", "fc") else "stem"
            if group != previous:
                block += 1
            previous = group
        elif name.startswith("pool"):
            block += 1
            pool_waits = True
        elif name.startswith("conv"):
            block += 0 if pool_waits else 1
            pool_waits = False
        values = np.prod([int(size) for size in row["output_shape"].split("x")])
        layers.append((block, float(row["weight_bytes"]), BYTES_PER_VALUE * float(values), row["kind"] in IN_PLACE))
    return layers


def working_set(layers, protect, k):
    """Largest working set inside, for the first or last k + 1 blocks."""
    last = layers[-1][0]
    inside = [i for i, layer in enumerate(layers) if (layer[0] <= k if protect == "shallow" else layer[0] >= last - k)]
    held = BYTES_PER_VALUE * 3.0 * 224 * 224 if inside[0] == 0 else layers[inside[0] - 1][2]
    for i in inside:
        _, weights, output, in_place = layers[i]
        held += weights + (0 if in_place else output)
    return held


def predicted(parameters, row, limit):
    """Milliseconds inside; `parameters` are slowdown, ms per MB and, unless it is tied to them, the jump in ms."""
    slowdown, slope = parameters[:2]
    jump = parameters[2] if len(parameters) > 2 else slope * limit / 1e6
    beyond = row["held"] - limit
    return slowdown * row["cpu"] + (jump + slope * beyond / 1e6 if beyond > 0 else 0)


def fit(rows, limit, start):
    """Parameters and their standard errors."""
    result = least_squares(lambda parameters: [predicted(parameters, row, limit) / row["sgx"] - 1 for row in rows], start)
    variance = np.sum(result.fun**2) / (len(rows) - len(start))
    return result.x, np.sqrt(np.diag(np.linalg.inv(result.jac.T @ result.jac)) * variance)


def report(name, rows, parameters, limit):
    """Median and worst error of each model."""
    for model in ("resnet18", "alexnet", "vgg16_bn"):
        mine = [row for row in rows if row["model"] == model]
        errors = np.array([predicted(parameters, row, limit) / row["sgx"] - 1 for row in mine])
        worst = mine[int(np.argmax(np.abs(errors)))]
        kind = "fitted" if model in CALIBRATION else "predicted"
        print(f"  {name}, {model} ({kind}): median error {np.median(np.abs(errors)):.1%}, worst {np.max(np.abs(errors)):.1%} "
              f"at {worst['protect']} {worst['k']}")


def main():
    program, table = sys.argv[1:3]
    with open(table, newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    layers = {model: layers_of(program, model) for model in ("resnet18", "alexnet", "vgg16_bn")}
    for row in rows:
        row["held"] = working_set(layers[row["model"]], row["protect"], int(row["k"]))
        row["sgx"], row["cpu"] = float(row["sgx_ms"]), float(row["cpu_ms"])
    calibration = [row for row in rows if row["model"] in CALIBRATION]
    # A jump stands out: SGX takes more than four times what the CPU does.
    fits = max(row["held"] for row in calibration if row["sgx"] < 4 * row["cpu"])
    beyond = min(row["held"] for row in calibration if row["sgx"] >= 4 * row["cpu"])
    limit = (fits + beyond) / 2
    print(f"protected memory between {fits / 2**20:.2f} and {beyond / 2**20:.2f} MiB, taken {limit / 2**20:.2f}")
    for name, start in (("jump fitted", [1.4, 3, 100]), ("jump tied", [1.4, 3])):
        parameters, errors = fit(calibration, limit, start)
        print(f"{name}: slowdown {parameters[0]:.3f} ± {errors[0]:.3f}, {parameters[1]:.2f} ± {errors[1]:.2f} ms per MB "
              f"= {1 / parameters[1]:.3f} GB/s"
              + (f", jump {parameters[2]:.0f} ± {errors[2]:.0f} ms" if len(start) > 2 else ""))
        report(name, rows, parameters, limit)


if __name__ == "__main__":
    main()
