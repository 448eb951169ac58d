"""Random branched cells and what NEURON makes of them: diameter, area and resistance of segments, resistance of far
ends, path distances.  usage: python make.py > random.json   (needs `pip install neuron`; made with 9.0.2)"""
import json
import random

from neuron import h


def walk(rng):
    """3-D points with tapers, steps in diameter and a point of diameter 0 now and then"""
    place = [rng.uniform(-50, 50) for _ in range(3)]
    pts = []
    for k in range(rng.randint(2, 9)):
        pts.append([*place, rng.uniform(0.2, 12)])
        if rng.random() < 0.25:
            pts.append([*place, rng.uniform(0.2, 12)])
        place = [c + rng.gauss(0, 25) for c in place]
    if rng.random() < 0.3:
        pts[-1][3] = 0.0
    return pts


def cell(seed, count):
    rng = random.Random(seed)
    secs, out = [], []
    for k in range(count):
        s = h.Section(name="s%d" % k)
        d = {"name": "s%d" % k}
        s.nseg = d["nseg"] = rng.choice([1, 1, 2, 3, 4, 5, 7, 10, 13])
        s.Ra = d["Ra"] = rng.uniform(30, 300)
        if rng.random() < 0.6:
            d["pt3d"] = walk(rng)
            for p in d["pt3d"]:
                s.pt3dadd(*p)
        else:
            s.L = d["L"] = rng.uniform(1, 300)
        if k:
            parent = rng.randrange(k)
            d["parent"] = [parent, rng.choice([0, 0.5, 1, 1, 1, rng.random()]), rng.choice([0, 0, 1])]
            s.connect(secs[parent](d["parent"][1]), d["parent"][2])
        if "L" in d:
            d["diam"] = [rng.uniform(0.3, 20) for _ in s]
            for seg, x in zip(s, d["diam"]):
                seg.diam = x
        secs.append(s)
        out.append(d)
    h.finitialize(-65)
    for s, d in zip(secs, out):
        d["expect"] = {"diam": [g.diam for g in s], "area": [g.area() for g in s], "ri": [g.ri() for g in s],
                       "far_ri": s(1 - s.orientation()).ri(), "L": s.L}
    paths = []
    for _ in range(60):
        a, b = rng.randrange(count), rng.randrange(count)
        x, y = (rng.choice([0, 1, 0.5, rng.random(), rng.random()]) for _ in range(2))
        paths.append([a, x, b, y, h.distance(secs[a](x), secs[b](y))])
    return {"sections": out, "paths": paths}


print(json.dumps({"made_with": "NEURON 9.0.2", "cells": [cell(k, 5 + 4 * k) for k in range(5)]}))
