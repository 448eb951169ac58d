"""Cells and point processes in NEURON, from the descriptions that the recorded cases keep."""
import hashlib
from neuron import h


def section(name, parent=None, loc=1.0, L=20.0, diam=10.0, nseg=1, Ra=100.0, cm=1.0, mechs=()):
    return dict(name=name, parent=parent, loc=loc, L=L, diam=diam, nseg=nseg, Ra=Ra, cm=cm,
                mechs=[[m, dict(p)] for m, p in mechs])


def number_of(text):
    """The first 32 bits of the MD5 of a text."""
    return int(hashlib.md5(text.encode()).hexdigest()[:8], 16)


def build_sections(sections):
    secs = []
    for s in sections:
        sec = h.Section(name=s["name"])
        sec.L, sec.diam, sec.nseg, sec.Ra, sec.cm = s["L"], s["diam"], s["nseg"], s["Ra"], s["cm"]
        if s["parent"] is not None:
            sec.connect(secs[s["parent"]](s["loc"]))
        for mech, params in s["mechs"]:
            sec.insert(mech)
            for seg in sec:
                for name, value in params.items():
                    setattr(getattr(seg, mech), name, value)
        secs.append(sec)
    return secs


def build_points(points, secs):
    """points: (mechanism, section, loc, parameters)."""
    objects = []
    # NEURON runs the point processes of a place from the youngest to the oldest
    for mech, sec, loc, params in reversed(points):
        p = getattr(h, mech)(secs[sec](loc))
        for name, value in params.items():
            setattr(p, name, value)
        objects.insert(0, p)
    return objects


def reference_to(target, secs, objects):
    """target: (section, loc, variable) or (point, variable)."""
    if len(target) == 3:
        sec, loc, name = target
        return getattr(secs[sec](loc), "_ref_" + name)
    return getattr(objects[target[0]], "_ref_" + target[1])


def connect_pointers(pointers, secs, objects):
    """pointers: (owner, variable, target), where owner is a point's number or (section, loc, mechanism)."""
    for owner, name, target in pointers:
        of = objects[owner] if isinstance(owner, int) else getattr(secs[owner[0]](owner[1]), owner[2])
        h.setpointer(reference_to(target, secs, objects), name, of)
