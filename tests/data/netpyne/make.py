"""Writes the networks that NetPyNE draws for a set of rules: `python make.py`, with NetPyNE 1.1.1 and NEURON 9.0.2.

Each file holds the populations' cell positions (µm) and the connections in the order NetPyNE makes them for each
postsynaptic cell: [pre gid, post gid, section, location, weight, delay].
"""
import json
import re

from netpyne import specs, sim


def cells():
    return {
        'secs': {
            'soma': {'geom': {'L': 20, 'diam': 20}, 'mechs': {'pas': {'g': 0.001, 'e': -70}}},
            'dend': {'geom': {'L': 10, 'diam': 1}, 'topol': {'parentSec': 'soma', 'parentX': 1, 'childX': 0},
                     'mechs': {'pas': {'g': 0.001, 'e': -70}}},
            'apic': {'geom': {'L': 20, 'diam': 1}, 'topol': {'parentSec': 'dend', 'parentX': 1, 'childX': 0},
                     'mechs': {'pas': {'g': 0.001, 'e': -70}}},
        },
        'secLists': {'far': ['dend', 'apic']},
    }


def network(shape='cuboid', pops=None, conns=None, seeds=None, allow_self=False):
    p, c = specs.NetParams(), specs.SimConfig()
    c.verbose = False
    c.progressBar = 0
    c.seeds = seeds or {'conn': 1, 'stim': 1, 'loc': 1, 'cell': 1}
    c.allowSelfConns = allow_self
    p.sizeX, p.sizeY, p.sizeZ, p.shape = 200.0, 600.0, 300.0, shape
    p.cellParams['PYR'] = cells()
    p.synMechParams['exc'] = {'mod': 'Exp2Syn', 'tau1': 0.1, 'tau2': 5, 'e': 0}
    p.synMechParams['inh'] = {'mod': 'Exp2Syn', 'tau1': 0.1, 'tau2': 9, 'e': -80}
    for name, pop in (pops or {'E': {'numCells': 12}, 'I': {'numCells': 8, 'yRange': [100, 300]}}).items():
        p.popParams[name] = {'cellType': 'PYR', **pop}
    for name, (pre, post, rule) in (conns or {}).items():
        p.connParams[name] = {'preConds': pre, 'postConds': post, 'synMech': 'exc', 'sec': 'soma', 'loc': 0.5,
                              'weight': 0.01, 'delay': 2, **rule}
    sim.create(p, c)
    found = {'positions': {}, 'connections': {}}
    for name, pop in sim.net.pops.items():
        found['positions'][name] = [[float(sim.net.cells[g].tags[k]) for k in 'xyz'] for g in pop.cellGids]
    for rule in conns or {}:
        found['connections'][rule] = [
            [k['preGid'], cell.gid, k['sec'], float(k['loc']), float(k['weight']), float(k['delay'])]
            for cell in sim.net.cells for k in cell.conns if k['label'] == rule]
    sim.clearAll()
    return found


E, I = {'pop': 'E'}, {'pop': 'I'}
distance = {'probability': '0.8*exp(-dist_3D/150)'}

CASES = {
    'positions': {
        'cuboid': network(pops={'A': {'numCells': 5}, 'B': {'numCells': 4, 'xnormRange': [0.2, 0.4], 'yRange': [100, 300]}}),
        'cylinder': network('cylinder', {'A': {'numCells': 5}, 'B': {'numCells': 4, 'znormRange': [0.5, 1]}}),
        'ellipsoid': network('ellipsoid', {'A': {'numCells': 5}, 'B': {'numCells': 4, 'yRange': [100, 300]}}),
        'density': network(pops={'A': {'density': 200}, 'B': {'density': 400, 'ynormRange': [0.1, 0.5]}}),
        'density_cylinder': network('cylinder', {'A': {'density': 200}}),
        'density_ellipsoid': network('ellipsoid', {'A': {'density': 200}}),
        'density_function': network(pops={'A': {'density': '900*(1-ynorm)', 'ynormRange': [0.1, 0.9]}}),
        'grid': network(pops={'A': {'gridSpacing': [100, 300, 200]}, 'B': {'gridSpacing': 100, 'xRange': [0, 100], 'yRange': [50, 200], 'zRange': [0, 0]}}),
        'seed': network(pops={'A': {'numCells': 3}}, seeds={'conn': 1, 'stim': 1, 'loc': 77, 'cell': 1}),
    },
    'rules': network(conns={
        'full': (E, I, {}),
        'full_within': (I, I, {}),
        'probability': (E, I, {'probability': 0.3}),
        'probability_within': (E, E, {'probability': 0.3}),
        'probability_distance': (E, I, distance),
        'probability_depth': ({'pop': ['E', 'I']}, E, {'probability': '0.9*pre_ynorm*post_xnorm'}),
        'convergence': (E, I, {'convergence': 3}),
        'convergence_within': (E, E, {'convergence': 4}),
        'convergence_function': (E, I, {'convergence': '1+6*post_xnorm'}),
        'divergence': (E, I, {'divergence': 3}),
        'divergence_within': (E, E, {'divergence': 4}),
        'divergence_function': (E, I, {'divergence': '1+6*pre_xnorm'}),
        'list': (E, I, {'connList': [[0, 0], [11, 7], [3, 2], [3, 2], [5, 1]], 'weight': [0.1, 0.2, 0.3, 0.4, 0.5], 'delay': [1, 2, 3, 4, 5]}),
        'where': ({'pop': 'E', 'y': [100, 400]}, {'pop': 'E', 'xnorm': [0, 0.5]}, {'probability': 0.5}),
    }),
    'values': network(conns={
        'delay_distance': (E, I, {'probability': 0.3, 'delay': '1 + dist_3D/500'}),
        'weight_uniform': (E, I, {'probability': 0.3, 'weight': 'uniform(0.001, 0.01)'}),
        'both_normal': (E, I, {'probability': 0.3, 'weight': 'normal(0.01, 1e-6)', 'delay': '1 + lognormal(2, 0.5)'}),
        'convergence_negexp': (E, I, {'convergence': 4, 'weight': 'negexp(0.01)', 'delay': '1 + dist_2D/500'}),
        'divergence_weibull': (E, E, {'divergence': 4, 'weight': '0.001*weibull(2, 3) + 0.001*discunif(1, 9)'}),
        'loc_uniform': (E, I, {'probability': 0.3, 'weight': 'uniform(0.001, 0.01)', 'loc': 'uniform(0, 1)'}),
        'other_distances': (E, I, {'probability': 0.3, 'weight': '1e-5*(dist_x + 2*dist_y + 3*dist_z)', 'delay': '1 + dist_xnorm + dist_ynorm + dist_znorm + pre_znorm'}),
    }),
    'placement': network(conns={
        'random_section': (E, I, {'probability': 0.3, 'sec': ['soma', 'dend', 'apic'], 'loc': 0.3}),
        'random_list': (E, I, {'probability': 0.3, 'sec': ['soma', 'far'], 'loc': 0.3}),
        'several_one_section': (E, I, {'probability': 0.2, 'sec': 'dend', 'synsPerConn': 3, 'loc': None}),
        'several_one_section_given': (E, I, {'probability': 0.2, 'sec': 'dend', 'synsPerConn': 3, 'loc': [0.1, 0.5, 0.9]}),
        'several_spread': (E, I, {'probability': 0.2, 'sec': ['dend', 'apic'], 'synsPerConn': 5, 'loc': None}),
        'several_random': (E, I, {'probability': 0.2, 'sec': ['soma', 'dend', 'apic'], 'synsPerConn': 2, 'loc': None, 'distributeSynsUniformly': False}),
        'two_mechanisms': (E, I, {'probability': 0.2, 'synMech': ['exc', 'inh'], 'weight': [0.1, 0.2], 'delay': [1, 2], 'loc': [0.1, 0.9]}),
    }),
    'seeds': network(conns={
        'probability': (E, I, {'probability': 0.3, 'weight': 'uniform(0, 1)'}),
        'convergence': (E, I, {'convergence': 3}),
        'divergence': (E, I, {'divergence': 3}),
    }, seeds={'conn': 4000000000, 'stim': 1, 'loc': 9, 'cell': 1}),
    'autapses': network(conns={
        'full': (I, I, {}),
        'probability': (E, E, {'probability': 0.4}),
    }, allow_self=True),
}



def cells_and_stimuli():
    """Density of pas by segment, and amplitudes and delays of stimuli, with expressions and random numbers."""
    p, c = specs.NetParams(), specs.SimConfig()
    c.verbose, c.progressBar = False, 0
    c.seeds = {'conn': 1, 'stim': 5, 'loc': 1, 'cell': 7}
    p.sizeX, p.sizeY, p.sizeZ = 200.0, 600.0, 300.0
    rule = cells()
    rule['vars'] = {'scale': 'uniform(1, 2)'}
    rule['secs']['soma']['mechs']['pas']['g'] = '0.001*scale*(1 + ynorm)'
    rule['secs']['dend']['geom'].update({'nseg': 3, 'L': 90})
    rule['secs']['dend']['mechs']['pas'] = {'g': '0.001*uniform(0.5, 1.5)', 'e': '-70 + dist_path'}
    rule['secs']['apic']['geom']['nseg'] = 2
    rule['secs']['apic']['mechs']['pas'] = {'g': '0.001*normal(2, 0.01)', 'e': 'scale*dist_path'}
    p.cellParams['PYR'] = rule
    p.synMechParams['exc'] = {'mod': 'Exp2Syn', 'tau1': 0.1, 'tau2': 5, 'e': 0}
    p.popParams['E'] = {'cellType': 'PYR', 'numCells': 5}
    p.stimSourceParams['clamp'] = {'type': 'IClamp', 'dur': 'uniform(10, 20)', 'del': 'negexp(5)', 'amp': '0.1*post_ynorm'}
    p.stimTargetParams['clamp'] = {'source': 'clamp', 'conds': {'pop': 'E', 'cellList': [1, 3, 4]}, 'sec': 'dend', 'loc': 0.5}
    p.stimSourceParams['net'] = {'type': 'NetStim', 'rate': 'uniform(10, 20)', 'noise': 0.5}
    p.stimTargetParams['net'] = {'source': 'net', 'conds': {'pop': 'E'}, 'sec': 'soma', 'loc': 0.5, 'synMech': 'exc',
                                 'weight': 'uniform(0, 1)', 'delay': '1 + uniform(0, 1)'}
    sim.create(p, c)
    found = {'segments': [], 'clamps': [], 'generators': []}
    for cell in sim.net.cells:
        found['segments'].append({name: [[seg.pas.g, seg.pas.e] for seg in cell.secs[name]['hObj']]
                                  for name in ('soma', 'dend', 'apic')})
        for stim in cell.stims:
            if stim['label'] == 'clamp':
                h = stim['hObj']
                found['clamps'].append([cell.gid, h.delay, h.dur, h.amp])
            else:
                conn = [k for k in cell.conns if k['preGid'] == 'NetStim'][0]
                found['generators'].append([cell.gid, stim['hObj'].interval, float(conn['weight']), float(conn['delay'])])
    sim.clearAll()
    return found


CASES['cells'] = cells_and_stimuli()

for name, case in CASES.items():
    with open(f'{name}.json', 'w') as file:
        text = json.dumps(case, indent=1, sort_keys=False)
        # one row a line
        file.write(re.sub(r'\[\s+([^\[\]{}]*?)\s+\]', lambda m: '[' + re.sub(r'\s+', ' ', m.group(1)) + ']', text) + '\n')
