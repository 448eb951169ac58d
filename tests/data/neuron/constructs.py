"""What NEURON computes for each construct of the language: one compartment under a prescribed voltage.

Run in a folder with the compiled mechanisms:
    nrnivmodl tests/data/mod/constructs && python constructs.py tests/data/mod/constructs > constructs.json

Every density mechanism is driven through the same voltages (changed before each step; a huge capacitance holds them) at two
temperatures. All its RANGE variables and states and all quantities of its ions are written down after initialisation and
after every step.
"""
import json
import math
import os
import re
import sys
from neuron import h

h.load_file("stdrun.hoc")
# no voltage lies on a grid point or at a condition: the capacitance holds it to 1e-15 only
VOLTAGES = [-65.013] * 3 + [-90.017] * 5 + [-41.019] * 6 + [0.113] * 6 + [29.877] * 6 + [-64.511] * 4
out = {"dt": 0.025, "voltages": VOLTAGES, "runs": []}


def variables(mech):
    """Names and lengths of RANGE variables and states."""
    found = []
    standard = h.MechanismStandard(mech, 0)
    name = h.ref("")
    for k in range(int(standard.count())):
        length = int(standard.name(name, k))
        found.append((name[0], length))
    return found


def run(mech, ions, celsius):
    sec = h.Section(name="s")
    sec.diam = 10
    sec.L = 10 / math.pi  # an area of 100 um2
    sec.cm = 1e12
    sec.insert(mech)
    seg = sec(0.5)
    h.dt = 0.025
    h.steps_per_ms = 40
    h.celsius = celsius
    columns, references = [], []
    for full, length in variables(mech):
        name = full[: -len(mech) - 1]
        for k in range(length):
            columns.append(name if length == 1 else f"{name}[{k}]")
            references.append((getattr(seg, "_ref_" + full) if length == 1 else getattr(seg, full), k))
    for ion in ions:
        for name in (f"e{ion}", f"{ion}i", f"{ion}o", f"i{ion}"):
            columns.append(name)
            references.append((getattr(seg, "_ref_" + name), 0))
    h.finitialize(VOLTAGES[0])
    rows = [[r[k] for r, k in references]]
    for v in VOLTAGES[1:]:
        seg.v = v
        h.fadvance()
        rows.append([r[k] for r, k in references])
    return {"file": mech, "celsius": celsius, "ions": ions, "columns": columns, "rows": rows}


def fresh(mech, ions, celsius):
    """In a process of its own: NEURON fills a table once in a process."""
    import multiprocessing

    with multiprocessing.get_context("fork").Pool(1) as pool:
        return pool.apply(run, (mech, ions, celsius))


for file in sorted(os.listdir(sys.argv[1])):
    with open(os.path.join(sys.argv[1], file)) as f:
        text = f.read()
    found = re.search(r"SUFFIX (\w+)", text)
    if found:
        ions = re.findall(r"USEION (\w+)", text)
        for celsius in (6.3, 35.0):
            out["runs"].append(fresh(found[1], ions, celsius))
print(json.dumps(out))
