"""What NEURON computes for single mechanisms: one compartment, one or a few steps.

Run in a folder with the compiled mechanisms of tests/data/mod:  nrnivmodl tests/data/mod && python make.py > mechanisms.json
"""
import json
from neuron import h

h.load_file("stdrun.hoc")
out = {}


def fixed_voltage():
    """A section whose capacitance holds the voltage."""
    sec = h.Section(name="s")
    sec.L = sec.diam = 10
    sec.cm = 1e20
    return sec


def gates(mech, states, params=(), ions=(), celsius=6.3, table=None):
    """States after INITIAL, and after one step from fixed values, at several voltages."""
    rows = []
    sec = fixed_voltage()
    sec.insert(mech)
    for name, value in ions:
        setattr(sec, name, value)
    h.celsius = celsius
    h.dt = 0.025
    if table is not None:
        h.usetable_hh = table
    for v in (-110.0, -91.3, -77.0, -65.0, -55.0, -54.99, -40.0, -39.7, -12.25, 0.0, 18.0, 55.5):
        h.finitialize(v)
        m = getattr(sec(0.5), mech)
        start = [getattr(m, s) for s in states]
        for k, s in enumerate(states):
            setattr(m, s, 0.2 + 0.3 * k)
        h.fadvance()
        rows.append({"v": v, "start": start, "after": [getattr(m, s) for s in states]})
    return {"mech": mech, "states": states, "celsius": celsius, "ions": dict(ions), "table": table, "rows": rows}


hh = ["m", "h", "n"]
out["gates"] = [
    gates("hh", hh, table=0),
    gates("hh", hh, table=1),
    gates("hh", hh, celsius=20, table=0),
    gates("hh", hh, celsius=20, table=1),
    gates("hhn", hh),
    gates("refna", ["m", "h"], celsius=36),
    gates("refkv", ["n"], celsius=36),
    gates("refkm", ["m"], celsius=36),
    gates("refca", ["m", "h"]),
    gates("refih", ["m"]),
    gates("kmx", ["m"]),
]
h.usetable_hh = 1
h.celsius = 6.3


def currents(mech, names, params, ions):
    """Currents after the first step from a voltage that stays."""
    sec = fixed_voltage()
    sec.insert(mech)
    for name, value in ions:
        setattr(sec, name, value)
    for name, value in params:
        setattr(getattr(sec(0.5), mech), name, value)
    rows = []
    for v in (-80.0, -65.0, -30.5, 0.0, 31.0):
        h.finitialize(v)
        h.fadvance()
        rows.append([v] + [getattr(sec(0.5), n) for n in names])
    return {"mech": mech, "names": names, "params": dict(params), "ions": dict(ions), "rows": rows}


h.usetable_hh = 0
out["currents"] = [
    currents("hh", ["ina", "ik", "il_hh"], [("gl", 4e-4)], [("ena", 50), ("ek", -77)]),
    currents("pas", ["i_pas"], [("g", 2e-4), ("e", -61)], []),
]
h.usetable_hh = 1


def methods():
    """States after each step of 0.1 ms."""
    result = {}
    h.dt = 0.1
    for name, states in (
        ("nonlinear", ["x", "u", "cubed"]),
        ("linear", ["p", "q", "sum"]),
        ("explicit", ["r", "s"]),
        ("pool", ["twice"]),
        ("fallback", ["n", "w", "z"]),
        ("scheme", ["c", "o", "b", "left"]),
        ("carrier", ["ca", "pump", "capump", "flux"]),
        ("unknowns", ["x", "a", "z", "u", "w", "r", "s"]),
    ):
        sec = fixed_voltage()
        sec.insert(name)
        m = getattr(sec(0.5), name)
        if name == "pool":
            for k, x in enumerate((0.1, 0.02, 0.003)):
                m.load[k] = x
        h.finitialize(-65)
        rows = []
        for _ in range(20):
            h.fadvance()
            rows.append([getattr(m, s) for s in states])
        result[name] = {"names": states, "rows": rows}
    return result


out["methods"] = methods()


def pools():
    """refcad and refsk: calcium."""
    sec = fixed_voltage()
    for name in ("refca", "refcad", "refsk"):
        sec.insert(name)
    h.dt = 0.05
    h.celsius = 6.3
    sec.eca = 120
    h.finitialize(-20)
    rows = []
    for _ in range(30):
        h.fadvance()
        rows.append([sec(0.5).cai, sec(0.5).ica, sec(0.5).refsk.z])
    return {"dt": 0.05, "rows": rows}


out["pools"] = pools()


def synapses():
    result = []
    for name, params in (("ExpSyn", {"tau": 1.7}), ("Exp2Syn", {"tau1": 0.3, "tau2": 4.1}), ("Exp2Syn", {"tau1": 5, "tau2": 5})):
        sec = fixed_voltage()
        syn = getattr(h, name)(sec(0.5))
        for k, x in params.items():
            setattr(syn, k, x)
        con = h.NetCon(None, syn)
        con.delay = 0
        con.weight[0] = 0.25
        h.dt = 0.1
        handler = h.FInitializeHandler(lambda: (con.event(0.3), con.event(1.0)))
        h.finitialize(-65)
        rows = []
        for _ in range(30):
            h.fadvance()
            rows.append([h.t, syn.g, syn.i])
        result.append({"mech": name, "params": params, "weight": 0.25, "events": [0.3, 1.0], "dt": 0.1, "rows": rows})
        del handler
    return result


out["synapses"] = synapses()


def clamps():
    """A passive compartment with an electrode: v and i after each step."""
    result = []
    cases = [
        ("IClamp", {"delay": 1.0, "dur": 3.0, "amp": 0.02}, {}),
        ("SEClamp", {"dur1": 1.0, "amp1": -80, "dur2": 2.0, "amp2": -20, "dur3": 1.0, "amp3": -60, "rs": 5}, {}),
        ("VClamp", {}, {"dur": (1.0, 2.0, 1.0), "amp": (-80, -20, -60)}),
        ("VClamp", {"gain": 1000, "tau1": 0.05, "tau2": 0.02, "rstim": 3}, {"dur": (1.0, 2.0, 1.0), "amp": (-80, -20, -60)}),
        ("VClamp", {"gain": 50, "tau1": 0.2, "tau2": 0.1, "rstim": 3, "fac": 0.4}, {"dur": (1.0, 2.0, 1.0), "amp": (-80, -20, -60)}),
        ("AlphaSynapse", {"onset": 0.6, "tau": 0.35, "gmax": 0.004, "e": 5}, {}),
        ("RefIzhi", {"I": 150}, {}),
    ]
    for name, params, arrays in cases:
        sec = h.Section(name="s")
        sec.L = 20
        sec.diam = 15
        sec.cm = 1.2
        sec.insert("pas")
        sec.g_pas = 1.5e-4
        sec.e_pas = -67
        pp = getattr(h, name)(sec(0.5))
        for k, x in params.items():
            setattr(pp, k, x)
        for k, xs in arrays.items():
            for j, x in enumerate(xs):
                getattr(pp, k)[j] = x
        h.dt = 0.05
        h.finitialize(-65)
        rows = []
        for _ in range(110):
            h.fadvance()
            rows.append([sec(0.5).v, pp.i])
        if "delay" in params:
            params["del"] = params.pop("delay")
        result.append({"mech": name, "params": params, "arrays": arrays, "area": sec(0.5).area(), "cm": 1.2, "g": 1.5e-4,
                       "e": -67, "v": -65, "dt": 0.05, "rows": rows})
        pp = None
    return result


out["clamps"] = clamps()


def cells():
    result = []
    inputs = [(1.0, 0.4), (2.5, 0.5), (4.25, 0.7), (6.0, 0.3), (6.5, 0.9), (21.0, 1.5), (30.0, 0.6), (31.0, 0.6),
              (40.0, -0.5), (41.0, 1.2), (60.0, 0.8), (60.5, 0.8), (61.0, 0.8), (90.0, -2.0), (92.0, 1.1), (95.0, 0.4)]
    cases = [
        ("IntFire1", {}), ("IntFire1", {"tau": 25, "refrac": 2.25}),
        ("IntFire2", {}), ("IntFire2", {"taum": 7, "taus": 31, "ib": 0.6}), ("IntFire2", {"ib": 1.3}), ("IntFire2", {"ib": -0.2, "taum": 4, "taus": 9}),
        ("IntFire4", {}), ("IntFire4", {"taue": 3, "taui1": 8, "taui2": 17, "taum": 30}), ("IntFire4", {"taue": 1, "taui1": 2, "taui2": 3, "taum": 200}),
    ]
    for name, params in cases:
        cell = getattr(h, name)()
        for k, x in params.items():
            setattr(cell, k, x)
        cons = []
        for t, w in inputs:
            con = h.NetCon(None, cell)
            con.weight[0] = w * (3 if name == "IntFire4" else 1)
            con.delay = 0
            cons.append((con, t))
        handler = h.FInitializeHandler(lambda: [c.event(t) for c, t in cons])
        times = h.Vector()
        out_con = h.NetCon(cell, None)
        out_con.record(times)
        h.dt = 0.025
        h.finitialize(-65)
        h.continuerun(150)
        result.append({"mech": name, "params": params, "inputs": [(t, w * (3 if name == "IntFire4" else 1)) for t, w in inputs], "spikes": list(times)})
        del handler, cons, out_con
    return result


out["cells"] = cells()


def stims():
    result = []
    for params in ({"start": 5, "interval": 7, "number": 6}, {"start": 2, "interval": 4, "number": 9, "noise": 1}, {"start": 2, "interval": 4, "number": 9, "noise": 0.3}):
        stim = h.NetStim()
        for k, x in params.items():
            setattr(stim, k, x)
        stim.noiseFromRandom123(1, 2, 3)
        times = h.Vector()
        con = h.NetCon(stim, None)
        con.record(times)
        h.finitialize(-65)
        h.continuerun(100)
        r = h.Random()
        r.Random123(1, 2, 3)
        draws = [r.negexp(1)] + [r.repick() for _ in range(20)]
        result.append({"mech": "NetStim", "params": params, "draws": draws, "spikes": list(times)})
        del con
    return result


out["stims"] = stims()

def verbatim():
    """refc: what C computes in INITIAL. refcsyn: C in NET_RECEIVE."""
    rows = []
    sec = fixed_voltage()
    sec.insert("refc")
    m = sec(0.5).refc
    h.dt = 0.025
    for x in (-3.5, -2.0, -0.25, 0.0, 0.5, 1.0, 1.75, 2.75, 3.0, 6.5, 9.0, 12.25, 120.0):
        m.x = x
        for k in range(40):
            m.r[k] = 0
        h.finitialize(-65)
        rows.append({"x": x, "r": [m.r[k] for k in range(40)]})
    syn = h.RefCSyn(fixed_voltage_of_syn(0.5))
    events = [(1.0, 0.5), (1.5, 0.25), (2.0, -1.0), (4.0, 0.125)]
    con = h.NetCon(None, syn)
    con.delay = 0
    seen = []
    h.finitialize(-65)
    for t, w in events:
        while h.t < t - 1e-9:
            h.fadvance()
        con.weight[0] = w
        con.event(h.t)
        h.fadvance()
        h.fadvance()
        seen.append([con.weight[1], syn.seen, syn.late, syn.missed])
    return {"rows": rows, "events": events, "seen": seen}


fixed_voltage_of_syn = fixed_voltage()
out["verbatim"] = verbatim()
print(json.dumps(out, indent=1))
