"""What a mechanism costs in NEURON: the cells of benches/mechanisms.rs. Prints one line of JSON.

    nrnivmodl FOLDER_WITH_MOD_FILES; python mechanisms_neuron.py refna refkv ...
"""
import argparse
import json
import statistics
import time

from neuron import h

h.load_file("stdrun.hoc")


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cells", type=int, default=4096)
    parser.add_argument("--steps", type=int, default=2000)
    parser.add_argument("mechanisms", nargs="+")
    arguments = parser.parse_args()
    empty = cost(None, arguments)
    found = {"none": empty}
    for name in arguments.mechanisms:
        found[name] = cost(name, arguments) - empty
    print(json.dumps({"bench": "mechanisms", "simulator": "NEURON", "version": h.nrnversion(0),
                      "ns_per_instance_step": {name: round(ns, 2) for name, ns in found.items()}}))


def cost(mechanism, arguments):
    """ns for each cell and step, the median of three runs."""
    cells = []
    for k in range(arguments.cells):
        cell = h.Section(name="soma%d" % k)
        cell.L = cell.diam = 20
        cell.insert("pas")
        if mechanism:
            cell.insert(mechanism)
        cells.append(cell)
    h.dt = 0.025
    runs = []
    for _ in range(3):
        h.finitialize(-65)
        started = time.perf_counter()
        for _ in range(arguments.steps):
            h.fadvance()
        runs.append((time.perf_counter() - started) * 1e9 / (arguments.cells * arguments.steps))
    return statistics.median(runs)


main()
