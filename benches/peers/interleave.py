"""Runs a network in several simulators in turn (A B C A B C ...) and prints medians and ratios.

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


def point_neurons(model, arguments, build):
    """Ours and NEST's, on one thread and on two."""
    both = {}
    for threads in ("1", "2"):
        more = [*arguments, "--threads", threads]
        both["netdsl, threads: " + threads] = [os.path.join(build, "release", "examples", model), *more]
        nest = os.path.join(here, model + "_nest.py")
        both["NEST, threads: " + threads] = [sys.executable, nest, *more]
    return both


def measure(command):
    found = subprocess.run(command, capture_output=True, text=True)
    lines = [line for line in found.stdout.splitlines() if line.startswith("{")]
    if found.returncode != 0 or not lines:
        sys.exit("%s failed:\n%s%s" % (" ".join(command), found.stdout, found.stderr))
    return json.loads(lines[-1])


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("-n", type=int, default=3, help="rounds")
    parser.add_argument("--model", choices=["ring", "brunel", "pdcm", "stdp"], default="ring")
    parser.add_argument("model_arguments", nargs="*", help="arguments of the model, after --")
    arguments = parser.parse_args()
    build = os.environ.get("CARGO_TARGET_DIR", os.path.join(here, "..", "..", "target"))
    if arguments.model == "ring":
        rings(arguments.n, arguments.model_arguments or ["--tstop", "50"], build)
    elif arguments.model == "stdp":
        learning(arguments.n, arguments.model_arguments or ["--tstop", "3000"], build)
    else:
        points(arguments.n, arguments.model, arguments.model_arguments, build)


def points(n, model, arguments, build):
    competitors = point_neurons(model, arguments or ["--tstop", "300"], build)
    rounds = {name: [] for name in competitors}
    for _ in range(n):
        for name, command in competitors.items():
            rounds[name].append(measure(command))
    one = next(iter(rounds.values()))[0]
    print("%s: %d cells, %d synapses, %g ms" % (model, one["n_cells"], one["n_synapses"], one["t_stop"]))
    print("  %-20s %8s %8s %8s %10s %12s" % ("", "run, s", "times", "build, s", "spikes", "B/synapse"))
    # NEST does not count the time before its measurement
    took = lambda run: run.get("run_s_without_presim", run["run_s"])
    for name, runs in rounds.items():
        same = name.replace("NEST", "netdsl")
        ours = statistics.median(took(r) for r in rounds[same])
        median = statistics.median(took(r) for r in runs)
        build_s = statistics.median(r["setup_s"] for r in runs)
        print("  %-20s %8.2f %8.2f %8.2f %10d %12.1f" % (
            name, median, median / ours, build_s, runs[0]["spikes"], runs[0]["bytes_per_synapse"]))


def learning(n, arguments, build):
    """What an event takes that changes its synapse, beyond one that does not."""
    competitors = {}
    for name, command in (("netdsl", [os.path.join(build, "release", "examples", "stdp")]),
                          ("NEST", [sys.executable, os.path.join(here, "stdp_nest.py")])):
        competitors[name] = [*command, *arguments]
        competitors[name + ", static"] = [*command, *arguments, "--static"]
    rounds = {name: [] for name in competitors}
    for _ in range(n):
        for name, command in competitors.items():
            rounds[name].append(measure(command))
    took = lambda name: statistics.median(r["run_s"] for r in rounds[name])
    print("  %-10s %8s %10s %12s %20s" % ("", "run, s", "static, s", "spikes", "ns an event more"))
    for name in ("netdsl", "NEST"):
        events, apart = (rounds[k][0]["events"] for k in (name, name + ", static"))
        # as many events on both sides
        more = took(name) - took(name + ", static") * events / apart
        print("  %-10s %8.2f %10.2f %12d %20.1f" % (
            name, took(name), took(name + ", static"), rounds[name][0]["spikes"], more * 1e9 / events))


def rings(n, ring, build):
    for variant in ([], ["--everywhere"]):
        rounds = {name: [] for name in commands(ring, build)}
        for _ in range(n):
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
