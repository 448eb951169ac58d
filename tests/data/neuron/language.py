"""What NEURON computes with parts of NMODL that need more than one compartment or a step's order.

Run in a folder with the compiled mechanisms of tests/data/mod:  nrnivmodl tests/data/mod && python language.py > language.json

Each case is a cell, what is recorded, and the recorded values at the end of each step. tests/language.rs builds the same
cell from the same description.
"""
import json
import sys
from neuron import h
from circuit import build_points, build_sections, connect_pointers, number_of, reference_to, section

h.load_file("stdrun.hoc")
pc = h.ParallelContext()


def case(sections, record, points=(), tables=(), pointers=(), events=(), steps=40, dt=0.025, v_init=-65.0,
         celsius=6.3, streams=()):
    """points: (mechanism, section, loc, parameters); tables: (mechanism, function, values, axes);
    pointers: (owner, variable, target), where owner is a point's number and target (section, loc, variable)
    or (point, variable); events: (point, time, weight); streams: (mechanism, names of its RANDOM variables)."""
    secs = build_sections(sections)
    objects = build_points(points, secs)
    for mech, names in streams:
        for s, sec in zip(sections, secs):
            for segment, seg in enumerate(sec):
                for stream, name in enumerate(names):
                    ids = number_of(mech) + stream, 0, number_of("%s[%d]" % (s["name"], segment))
                    getattr(getattr(seg, mech), name).set_ids(*ids)
                    getattr(getattr(seg, mech), name).set_seq(0)
    keep = []
    for mech, function, values, axes in tables:
        give = getattr(h, "table_%s_%s" % (function, mech))
        if not axes:
            give(values[0])
            continue
        data = [h.Vector(values)] + [h.Vector(a) for a in axes if isinstance(a, list)]
        keep.extend(data)
        if len(axes) == 1 and isinstance(axes[0], list):
            give(data[0]._ref_x[0], len(axes[0]), data[1]._ref_x[0])
        else:
            arguments = [data[0]._ref_x[0]]
            points_of = iter(data[1:])
            for a in axes:
                if isinstance(a, list):
                    arguments += [len(a), next(points_of)._ref_x[0]]
                else:
                    arguments += [a["count"], a["from"], a["to"]]
            give(*arguments)

    def reference(target):
        return reference_to(target, secs, objects)

    connect_pointers(pointers, secs, objects)
    inputs, weights = [], []
    for point, time, weight in events:
        stim = h.NetStim()
        stim.number, stim.start, stim.noise = 1, time, 0
        con = h.NetCon(stim, objects[point])
        con.delay = 0
        con.weight[0] = weight
        weights.append([weight] + [0.0] * (int(con.wcnt()) - 1))
        inputs.append((stim, con))
    h.celsius, h.dt, h.steps_per_ms = celsius, dt, 1 / dt
    vectors = [h.Vector().record(reference(r)) for r in record]
    h.finitialize(v_init)
    for _ in range(steps):
        h.fadvance()
    rows = [list(v) for v in vectors]
    return dict(sections=sections, points=[list(p) for p in points], tables=[list(t) for t in tables],
                pointers=[list(p) for p in pointers], events=[[e[0], e[1], w] for e, w in zip(events, weights)], record=[list(r) for r in record],
                steps=steps, dt=dt, v_init=v_init, celsius=celsius, values=rows)


out = {}


def functions():
    """FUNCTION_TABLE: of one argument, of two, constant."""
    cell = [section("soma", mechs=[("given", dict(shift=1.3)), ("pas", {})]),
            section("dend", parent=0, L=100, diam=2, nseg=3, mechs=[("given", {}), ("pas", {})])]
    grid = [-90.0, -70.0, -66.0, -60.0, -30.0, 20.0]
    tables = [("given", "steady", [0.0, 0.1, 0.25, 0.4, 0.9, 1.0], [grid]),
              ("given", "pace", [5, 6, 7, 4, 5, 6, 2, 2.5, 3, 1, 1, 1.5],
               [dict([("from", -80.0), ("to", -20.0), ("count", 4)]), dict([("from", 0.0), ("to", 2.0), ("count", 3)])]),
              ("given", "factor", [0.75], [])]
    record = [(0, 0.5, "v"), (0, 0.5, "n_given"), (1, 0.9, "v"), (1, 0.9, "ntau_given"), (1, 0.9, "ninf_given")]
    return case(cell, record, tables=tables, points=[("IClamp", 0, 0.5, dict(amp=0.3, dur=1e9))])


out["functions"] = functions()


def noise():
    """Draws everywhere in a density mechanism."""
    noisy = ("noisy", {})
    cell = [section("soma", mechs=[noisy]), section("dend", parent=0, L=200, diam=2, nseg=3, mechs=[noisy])]
    names = ["x", "y", "z", "start", "w", "s"]
    record = [(0, 0.5, "v"), (1, 0.5, "v")] + [(1, 0.5, n + "_noisy") for n in names]
    return case(cell, record, streams=[("noisy", ["r", "q"])])


def moments():
    """BEFORE and AFTER blocks."""
    cell = [section("soma", mechs=[("moments", {}), ("pas", dict(e=-70))])]
    names = ["made", "before", "after", "first", "current", "solved", "sampled", "times", "vs", "m"]
    return case(cell, [(0, 0.5, "v"), (0, 0.5, "cai")] + [(0, 0.5, n + "_moments") for n in names])


def pointers():
    """POINTERs to variables of sections, of density mechanisms, of point processes."""
    cell = [section("soma", mechs=[("pas", {}), ("moments", {})]),
            section("dend", parent=0, L=150, diam=2, nseg=3, mechs=[("pas", dict(e=-55)), ("reader", {})])]
    points = [("Pointing", 0, 0.5, dict(share=0.3)), ("Pointing", 0, 0.5, dict(share=0.1)),
              ("Pointing", 1, 0.9, dict(g=0.002))]
    to = [(0, "source", (1, 0.9, "v")), (0, "total", (0, 0.5, "before_moments")),
          (1, "source", (0, 0.5, "cai")), (1, "total", (0, 0.5, "before_moments")),
          (2, "source", (0, "seen")), (2, "total", (1, 0.1, "e_pas")),
          ((1, 1 / 6, "reader"), "other", (0, 0.5, "v")),
          ((1, 0.5, "reader"), "other", (2, "i")),
          ((1, 5 / 6, "reader"), "other", (0, 0.5, "solved_moments"))]
    record = [(0, 0.5, "v"), (1, 0.1, "v"), (1, 0.9, "v"), (0, 0.5, "before_moments"), (0, "seen"), (1, "seen"),
              (2, "seen"), (2, "i"), (1, 0.1, "e_pas"), (1, 0.5, "i_reader")]
    return case(cell, record, points=points, pointers=to)


def connections():
    """FOR_NETCONS."""
    cell = [section("soma", mechs=[("pas", {})])]
    events = [(0, 0.2, 1.0), (0, 0.3, 0.5), (0, 0.55, 2.0), (1, 0.4, 1.5)]
    points = [("Counted", 0, 0.5, {}), ("Counted", 0, 0.5, {})]
    record = [(0, 0.5, "v")] + [(k, n) for k in (0, 1) for n in ("g", "sum", "n", "last")]
    return case(cell, record, points=points, events=events)


def loops():
    """Loops of unknown length."""
    cell = [section("soma", mechs=[("looped", {})]), section("dend", parent=0, nseg=2, mechs=[("looped", {}), ("pas", {})])]
    record = [(0, 0.5, "v"), (1, 0.75, "v")] + [(1, 0.25, n + "_looped") for n in ("rounds", "root", "s", "u", "i")]
    return case(cell, record)


def diffusion():
    """LONGITUDINAL_DIFFUSION through joints of all kinds, branches, and a gap without the mechanism."""
    mech = [("diffuse", {}), ("pas", {})]
    cell = [section("soma", L=15, diam=12, mechs=mech),
            section("a", parent=0, L=100, diam=3, nseg=5, mechs=mech),
            section("b", parent=1, L=60, diam=2, nseg=3, mechs=mech),
            section("c", parent=1, L=40, diam=1, nseg=1, mechs=mech),
            section("d", parent=1, loc=0.5, L=50, diam=1.5, nseg=3, mechs=mech),
            section("e", parent=0, loc=0.0, L=70, diam=2.5, nseg=3, mechs=mech),
            section("bare", parent=3, L=30, diam=1, nseg=2, mechs=[("pas", {})]),
            section("f", parent=6, L=30, diam=2, nseg=2, mechs=mech)]
    record = [(s, x, n) for s, x in ((0, 0.5), (1, 0.1), (1, 0.5), (1, 0.9), (2, 0.5), (3, 0.5), (4, 1 / 6), (5, 1 / 6),
                                     (7, 0.75)) for n in ("cai", "bca_diffuse")]
    return case(cell, record, steps=80)


def spreading():
    """LONGITUDINAL_DIFFUSION of an ion's concentration."""
    mech = [("spread", {})]
    cell = [section("soma", L=15, diam=12, mechs=mech), section("a", parent=0, L=100, diam=3, nseg=5, mechs=mech)]
    return case(cell, [(s, x, "xi") for s, x in ((0, 0.5), (1, 0.1), (1, 0.5), (1, 0.9))])


out["noise"] = noise()
out["diffusion"] = diffusion()
out["spreading"] = spreading()
out["moments"] = moments()
out["pointers"] = pointers()
out["connections"] = connections()
out["loops"] = loops()
json.dump(out, sys.stdout, indent=None, separators=(",", ":"))
print()
