"""What NEURON computes with events: point processes and artificial cells that get, send and wait for them.

Run in a folder with the compiled mechanisms:
    nrnivmodl tests/data/mod/events && python events.py > events.json

Each case is a cell with point processes, artificial cells and connections between them; variables at the end of each step,
and spikes. tests/language/events.rs builds the same from the same description.
"""
import json
import sys
from neuron import h
from circuit import build_points, build_sections, connect_pointers, reference_to, section

h.load_file("stdrun.hoc")
out = {}


def artificial_cells(artificial):
    cells = []
    for mech, params in artificial:
        cell = getattr(h, mech)()
        for name, value in params.items():
            setattr(cell, name, value)
        cells.append(cell)
    return cells


def case(sections, record, points=(), artificial=(), pointers=(), events=(), connections=(), streams=(),
         cell_streams=(), spiking=None, steps=400, dt=0.025, v_init=-65.0, celsius=6.3, sampled=4):
    """points: (mechanism, section, loc, parameters); artificial: (mechanism, parameters); pointers: see circuit.py;
    events: (target, weights, times); connections: (source, target, weights, delay), where source and target are
    ("point", number) or ("cell", number); streams: (point, names of its RANDOM variables, numbers of the first), and
    cell_streams alike, where those of artificial cell k are 2001 + k, 0, 0; record: (section, loc, variable),
    (point, variable) or ("cell", number, variable); spiking: the point whose events are the spikes of the cell with
    sections. Every `sampled`-th step is kept."""
    secs = build_sections(sections)
    objects = build_points(points, secs)
    cells = artificial_cells(artificial)
    connect_pointers(pointers, secs, objects)
    for of, names, ids in [(objects[s[0]], *s[1:]) for s in streams] + [(cells[s[0]], *s[1:]) for s in cell_streams]:
        for k, name in enumerate(names):
            stream = getattr(of, name)
            stream.set_ids(ids[0] + k, ids[1], ids[2])
            stream.set_seq(0)

    def found(which):
        return {"point": objects, "cell": cells}[which[0]][which[1]]

    def connect(source, target, weights, delay):
        con = h.NetCon(source, found(target))
        con.delay = delay
        assert int(con.wcnt()) == len(weights), (target, con.wcnt())
        for k, w in enumerate(weights):
            con.weight[k] = w
        return con

    inputs = [(connect(None, target, weights, 0), times) for target, weights, times in events]
    keep = [connect(found(source), target, weights, delay) for source, target, weights, delay in connections]
    handler = h.FInitializeHandler(lambda: [con.event(t) for con, times in inputs for t in times])
    spikes = []
    for emits in ([] if spiking is None else [objects[spiking]]) + cells:
        times = h.Vector()
        con = h.NetCon(emits, None)
        con.record(times)
        keep.append(con)
        spikes.append(times)
    h.celsius, h.dt, h.steps_per_ms = celsius, dt, 1 / dt

    def vector(target):
        if target[0] == "cell":
            return h.Vector().record(getattr(cells[target[1]], "_ref_" + target[2]))
        return h.Vector().record(reference_to(target, secs, objects))

    vectors = [vector(r) for r in record]
    h.finitialize(v_init)
    for _ in range(steps):
        h.fadvance()
    del handler
    return dict(sections=sections, points=[list(p) for p in points], artificial=[list(a) for a in artificial],
                tables=[], pointers=[list(p) for p in pointers], events=[],
                trains=[list(e) for e in events], connections=[list(c) for c in connections],
                streams=[list(s) for s in streams], spiking=spiking, record=[list(r) for r in record], steps=steps, dt=dt,
                v_init=v_init, celsius=celsius, sampled=sampled, values=[list(v)[::sampled] for v in vectors],
                spikes=[list(s) for s in spikes])


SOMA = [section("soma", mechs=[("pas", {})])]
V = (0, 0.5, "v")


def variables(point, *names):
    return [(point, name) for name in names]


def clamp(start, dur, amp):
    return {"del": start, "dur": dur, "amp": amp}


def to(point):
    return ("point", point)


def grid():
    """Times on the grid, between its points, at their middle, and twice the same."""
    times = [0.5, 1.0125, 1.0375, 1.44, 2.1, 2.1, 3.3002, 3.3124, 3.3126, 4.9875, 6.0, 6.0]
    record = [V] + variables(0, "g", "order", "last", "flags", "n", "late", "i")
    return case(SOMA, record, points=[("Grid", 0, 0.5, {})], events=[(to(0), [0.002], times), (to(0), [0.0007], [0.7, 2.1, 3.0])])


def carried():
    """Events that a synapse sends itself know the connection that began them."""
    points = [("Carried", 0, 0.5, {}), ("Carried", 0, 0.5, dict(lasting=1.3))]
    weights = [0, 0, 0, 0]
    events = [(to(0), [0.5] + weights, [0.5, 2.0, 2.4, 5.1]), (to(0), [0.3] + weights, [0.7, 2.2, 5.113]),
              (to(1), [0.8] + weights, [1.0, 1.5, 1.9, 6.0])]
    record = [V] + [(k, n) for k in (0, 1) for n in ("on", "off", "open", "seen", "i")]
    return case(SOMA, record, points=points, events=events)


def unset():
    """NEURON begins with 0 what no INITIAL sets, but for the weight."""
    events = [(to(0), [0.001, 0.25, 3.0], [0.5, 1.5, 4.0]), (to(0), [-0.0004, 1.0, 1.0], [1.0, 4.5])]
    return case(SOMA, [V, (0, "g"), (0, "sum")], points=[("Unset", 0, 0.5, {})], events=events)


def depress():
    points = [("Depress", 0, 0.5, {}), ("Depress", 0, 0.5, dict(tau1=2, tau2=1.5, facil=0, y0=0, e=-80))]
    rest = [0, 0, 0, 0]
    events = [(to(0), [0.003] + rest, [0.5, 1.5, 2.5, 3.0, 8.2]), (to(0), [0.001] + rest, [1.5, 2.6, 2.7]),
              (to(1), [0.004] + rest, [0.3, 4.0, 4.41, 4.82])]
    record = [V] + [(k, n) for k in (0, 1) for n in ("g", "used", "i")]
    return case(SOMA, record, points=points, events=events)


def plastic():
    """Pairs of spikes: the voltage crosses the level three times, and events of the synapse reach another one."""
    points = [("IClamp", 0, 0.5, clamp(1.0, 1.5, 0.6)), ("IClamp", 0, 0.5, clamp(6.0, 1.0, 0.6)),
              ("IClamp", 0, 0.5, clamp(8.6, 1.0, 0.6)), ("Plastic", 0, 0.5, {}), ("Plastic", 0, 0.5, dict(level=-55))]
    events = [(to(3), [0.002, 0, 0], [0.5, 5.5, 7.0, 9.0]), (to(3), [0.004, 0.3, 0.4], [1.7, 6.9]), (to(4), [0.001, 0, 0], [0.6, 9.1])]
    connections = [(to(3), to(4), [0.003, 0, 0], 0.6)]
    record = [V] + [(k, n) for k in (3, 4) for n in ("g", "post", "heaviest", "total", "stage")]
    return case(SOMA, record, points=points, events=events, connections=connections, spiking=3, steps=480)


def watching():
    clamps = [("IClamp", 0, 0.5, clamp(d, 1.1, a)) for d, a in ((0.5, 0.4), (2.5, -0.4), (4.2, 0.6), (6.1, -0.5), (7.9, 0.7))]
    points = clamps + [("Watching", 0, 0.5, {}), ("Watching", 0, 0.5, dict(high=-60, low=-66))]
    events = [(to(5), [1.5], [0.4]), (to(6), [0.2], [0.5])]
    record = [V] + [(k, n) for k in (5, 6) for n in ("level", "up", "down", "kept", "again", "order", "when")]
    return case(SOMA, record, points=points, events=events, spiking=5)


def alarm():
    events = [(to(0), [1.0], [0.6, 1.1, 1.9]), (to(0), [0.5], [4.0, 4.2]), (to(0), [0.7], [6.0, 6.2, 8.83])]
    return case(SOMA, [V] + variables(0, "rings", "rang", "waits"), points=[("Alarm", 0, 0.5, {})], events=events, spiking=0)


def jumps():
    events = [(to(0), [0.3, 0], [0.5, 0.5, 1.1, 3.0]), (to(0), [-0.5, 0], [1.1, 2.0]), (to(0), [-3.0, 0], [2.5, 4.0125])]
    record = [V] + variables(0, "a", "b", "c", "shunt", "i")
    return case(SOMA, record, points=[("Jumps", 0, 0.5, {}), ("IClamp", 0, 0.5, clamp(0, 1e9, 0.1))], events=events)


def tonic():
    """Cells that drive each other and a synapse."""
    artificial = [("Tonic", {}), ("Tonic", dict(tau=12, rest=3.1, twice=1)), ("Tonic", dict(rest=0.77))]
    cell = lambda k: ("cell", k)
    events = [(cell(0), [0.6, 0, 0], [0.5, 1.0, 1.31, 5.0, 5.2, 8.033, 9.0]), (cell(1), [0.45, 0, 0], [0.9, 3.5, 4.2, 9.4]),
              (cell(2), [1.2, 0, 0], [2.05, 2.5, 9.9])]
    connections = [(cell(0), cell(1), [0.7, 0, 0], 1.0), (cell(1), cell(2), [0.8, 0, 0], 0.63), (cell(2), cell(0), [0.35, 0, 0], 1.91),
                   (cell(2), to(0), [0.003, 0, 0], 0.5), (cell(1), to(0), [-0.001, 0, 0], 1.25)]
    record = [V, (0, "g"), (0, "sum"), ("cell", 0, "fired"), ("cell", 1, "fired"), ("cell", 2, "fired")]
    return case(SOMA, record, points=[("Unset", 0, 0.5, {})], artificial=artificial, events=events, connections=connections, steps=800, sampled=16)


def drifting():
    artificial = [("Drifting", {}), ("Drifting", dict(tau=4, level=1.1)), ("IntFire1", dict(tau=9, refrac=1.3)), ("IntFire4", {})]
    cell = lambda k: ("cell", k)
    events = [(cell(0), [0.2], [0.5, 3.0, 7.7]), (cell(1), [-0.3], [1.0, 1.2, 12.0]), (cell(3), [0.9], [2.0, 2.5])]
    connections = [(cell(0), cell(1), [0.4], 1.3), (cell(1), cell(0), [-0.15], 0.87), (cell(0), cell(2), [0.7], 1.0),
                   (cell(1), cell(2), [0.6], 1.0), (cell(0), cell(3), [0.8], 2.0), (cell(2), cell(3), [-0.5], 1.1)]
    return case(SOMA, [V, ("cell", 0, "n"), ("cell", 1, "n")], artificial=artificial, events=events, connections=connections, steps=2400, sampled=40)


def quadratic():
    points = [("Quadratic", 0, 0.5, dict(drive=300)), ("Quadratic", 0, 0.5, dict(drive=90, peak=25, c=-45, a=0.1)), ("Unset", 0, 0.5, {})]
    events = [(to(0), [6.0], [3.0, 9.0]), (to(1), [12.0], [4.0, 4.5, 5.0, 20.0])]
    connections = [(to(0), to(1), [5.0], 0.4), (to(1), to(2), [0.002, 0, 0], 0.0), (to(0), to(2), [0.001, 0, 0], 0.6)]
    record = [V] + [(k, n) for k in (0, 1) for n in ("V", "u", "spikes")] + [(2, "g")]
    return case(SOMA, record, points=points, events=events, connections=connections, spiking=0, steps=2400, sampled=16)


def receptor():
    events = [(to(0), [1.0], [0.5, 3.0, 3.7, 9.01]), (to(0), [0.4], [3.2]), (to(1), [0.7], [1.0, 5.0])]
    points = [("Scheme5", 0, 0.5, {}), ("Scheme5", 0, 0.5, dict(mg=0.2, length=0.3))]
    record = [V] + [(k, n) for k in (0, 1) for n in ("C0", "C2", "D", "O", "T", "i")]
    return case(SOMA, record, points=points, events=events)


def graded():
    two = [section("soma", mechs=[("pas", {})]), section("far", parent=0, L=300, diam=1, nseg=3, mechs=[("pas", dict(e=-50))])]
    points = [("IClamp", 1, 0.9, clamp(1.0, 2, 0.2)), ("Graded", 0, 0.5, {}), ("Jumps", 1, 0.9, {})]
    return case(two, [V, (1, 0.9, "v"), (1, "s"), (1, "i"), (2, "b")], points=points, pointers=[(1, "vpre", (1, 5 / 6, "v"))],
                events=[(to(2), [0.4, 0], [0.5, 3.3])])


def chancy():
    points = [("Chancy", 0, 0.5, {}), ("Chancy", 0, 0.5, dict(p=0.4))]
    events = [(to(0), [0.001, 0], [0.5, 1.0, 1.5, 2.0, 4.0, 4.3, 6.1]), (to(1), [0.002, 0], [0.5 + 0.45*k for k in range(18)]),
              (to(1), [0.0005, 0], [3.0, 3.3])]
    record = [V] + [(k, n) for k in (0, 1) for n in ("g", "failed", "size", "drawn")]
    return case(SOMA, record, points=points, events=events, streams=[(0, ["coin", "amount"], [1000, 7, 3]), (1, ["coin", "amount"], [1001, 7, 3])])


def around():
    events = [(to(0), [0.3], [0.0, 0.5, 1.0125, 2.0, 2.0, 5.03]), (to(0), [-0.1], [1.1, 5.02])]
    record = [V] + variables(0, "g", "started", "sampled", "solved", "came", "highest")
    return case(SOMA, record, points=[("Surround", 0, 0.5, {})], events=events)


def bursts():
    cell = lambda k: ("cell", k)
    artificial = [("Bursts", {}), ("Bursts", dict(first=-1, size=2)), ("Bursts", dict(first=0, gap=0.4, pause=6.05)), ("Played", {})]
    events = [(cell(0), [-1], [5.0]), (cell(0), [2.0], [9.0]), (cell(1), [1.0], [2.0, 6.6]), (cell(3), [1.0], [2.0])]
    connections = [(cell(2), to(0), [0.001], 0.3), (cell(1), to(0), [0.002], 1.0125)]
    record = [V, (0, "g"), (0, "order")] + [("cell", k, n) for k in (0, 1, 2) for n in ("left", "bursts", "size", "on")]
    return case(SOMA, record, points=[("Grid", 0, 0.5, {})], artificial=artificial, events=events, connections=connections, steps=800, sampled=16)


def putoff():
    """Events of flag 1 are moved, others not; conditions on the time."""
    events = [(to(0), [1.0, 0], [0.5, 3.0, 7.0]), (to(0), [-2.21, 0], [1.1]), (to(0), [-0.3, 0], [3.2]), (to(0), [0.5, 0], [5.2])]
    return case(SOMA, [V] + variables(0, "order", "flags", "last", "tail"), points=[("PutOff", 0, 0.5, {})], events=events, spiking=0)


def ionic():
    cell = [section("soma", mechs=[("pas", {}), ("pooling", {})])]
    events = [(to(0), [0.002, 0, 0], [0.5, 1.0, 1.51, 4.0, 4.5, 7.0]), (to(0), [0.001, 2, 0], [1.0, 5.0]), (to(0), [0.0, 1, 0], [6.0])]
    record = [V, (0, 0.5, "cai"), (0, 0.5, "eca"), (0, 0.5, "mark_pooling")] + variables(0, "ica", "seen", "gain", "crossed", "sum")
    return case(cell, record, points=[("Ionic", 0, 0.5, {})], events=events, pointers=[(0, "other", (0, 0.5, "mark_pooling"))])


def scatter():
    cell = lambda k: ("cell", k)
    artificial = [("Scatter", {}), ("Scatter", dict(mean=0.9, spread=0.5))]
    names = ["wait", "any"]
    connections = [(cell(0), to(0), [0.002, 0, 0], 0.3), (cell(1), to(0), [0.001, 0, 0], 1.1), (cell(1), cell(0), [0.4, 0], 1.3)]
    record = [V, (0, "g"), (0, "sum")] + [("cell", k, n) for k in (0, 1) for n in ("count", "drawn")]
    return case(SOMA, record, points=[("Unset", 0, 0.5, {})], artificial=artificial, connections=connections,
                cell_streams=[(0, names, [2001, 0, 0]), (1, names, [2002, 0, 0])], steps=1200, sampled=24)


for make in (putoff, ionic, scatter, grid, carried, unset, depress, plastic, watching, alarm, jumps, tonic, drifting, quadratic, receptor, graded, chancy,
             around, bursts):
    print(make.__name__, file=sys.stderr)
    out[make.__name__] = make()
json.dump(out, sys.stdout, indent=None, separators=(",", ":"))
print()
