"""Runs the ring network in several simulators in turn (A B C A B C ...) and prints medians and ratios.

Turns, so that whatever else the machine does meets all alike. Each command prints one line of JSON.
"""
import argparse
import json
import os
import statistics
import subprocess
import sys

here = os.path.dirname(os.path.abspath(__file__))


def commands(ring, build):
    """Name and command of each competitor."""
    def python(script, *more):
        return [sys.executable, os.path.join(here, script), *ring, *more]

    ours = [os.path.join(build, "release", "examples", "ring"), *ring, "--no-table"]
    return {
        "netdsl": ours,
        "netdsl, AVX2": [*ours, "--kernels", "avx2"],
        "netdsl, files at run time (VM)": [*ours, "--kernels", "vm"],
        "NEURON, no table": python("ring_neuron.py", "--no-table"),
        "NEURON, table": python("ring_neuron.py"),
        "CoreNEURON, table": python("ring_neuron.py", "--coreneuron"),
        "Arbor": python("ring_arbor.py"),
        "Arbor, groups of 8 cells": python("ring_arbor.py", "--group", "8"),
    }


def measure(command):
    found = subprocess.run(command, capture_output=True, text=True)
    lines = [line for line in found.stdout.splitlines() if line.startswith("{")]
    if found.returncode != 0 or not lines:
        sys.exit("%s failed:\n%s%s" % (" ".join(command), found.stdout, found.stderr))
    return json.loads(lines[-1])


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("-n", type=int, default=3, help="rounds")
    parser.add_argument("ring", nargs="*", help="arguments of the ring, after --")
    arguments = parser.parse_args()
    build = os.environ.get("CARGO_TARGET_DIR", os.path.join(here, "..", "..", "target"))
    ring = arguments.ring or ["--tstop", "50"]
    for variant in ([], ["--everywhere"]):
        rounds = {name: [] for name in commands(ring, build)}
        for _ in range(arguments.n):
            for name, command in commands(ring + variant, build).items():
                rounds[name].append(measure(command))
        report(variant, rounds)


def report(variant, rounds):
    one = rounds["netdsl"][0]
    place = "hh everywhere" if variant else "hh in the soma, passive dendrites"
    print("%s: %d cells, %d compartments, %g ms of %g ms" % (
        place, one["n_cells"], one["n_compartments"], one["t_stop"], one["dt"]))
    print("  %-32s %10s %8s %8s" % ("", "ns/comp/step", "times", "spikes"))
    ours = statistics.median(r["ns_per_comp_step"] for r in rounds["netdsl"])
    for name, runs in rounds.items():
        median = statistics.median(r["ns_per_comp_step"] for r in runs)
        print("  %-32s %10.2f %8.1f %8d" % (name, median, median / ours, runs[0]["spikes"]))


main()
