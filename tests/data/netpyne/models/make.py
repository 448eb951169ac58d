"""Small models of NetPyNE with what NetPyNE 1.1.1 builds and runs from them.

Run as `python make.py [NAME ...]` where vecevent.mod is compiled; writes NAME.json.gz: netParams, simConfig, cells, connections and spikes.
"""

import gzip
import json
import os
import sys
import tempfile

from netpyne import sim, specs

MODELS = {}


def model(function):
    MODELS[function.__name__] = function
    return function


def start(duration=100.0):
    net, cfg = specs.NetParams(), specs.SimConfig()
    cfg.duration = duration
    cfg.verbose = False
    cfg.progressBar = 0
    return net, cfg


SOMA = {
    'geom': {'diam': 18.8, 'L': 18.8, 'Ra': 123.0},
    'mechs': {'hh': {'gnabar': 0.12, 'gkbar': 0.036, 'gl': 0.003, 'el': -70}},
}


def dendrite(parent='soma', length=200.0, nseg=5):
    return {
        'geom': {'L': length, 'diam': 1.5, 'Ra': 150.0, 'cm': 1, 'nseg': nseg},
        'topol': {'parentSec': parent, 'parentX': 1.0, 'childX': 0},
        'mechs': {'pas': {'g': 0.0000357, 'e': -70}},
    }


def add_drive(net, conds, weight=0.01, **target):
    net.stimSourceParams['bkg'] = {'type': 'NetStim', 'rate': 40, 'noise': 0.5}
    net.stimTargetParams['bkg'] = {'source': 'bkg', 'conds': conds, 'weight': weight, 'delay': 5, 'synMech': 'exc', **target}


def add_exc(net):
    net.synMechParams['exc'] = {'mod': 'Exp2Syn', 'tau1': 0.1, 'tau2': 5.0, 'e': 0}


@model
def two_populations():
    net, cfg = start()
    net.popParams['S'] = {'cellType': 'PYR', 'numCells': 20}
    net.popParams['M'] = {'cellType': 'PYR', 'numCells': 20}
    net.cellParams['PYR'] = {'secs': {'soma': SOMA}}
    add_exc(net)
    add_drive(net, {'cellType': 'PYR'})
    net.connParams['S->M'] = {
        'preConds': {'pop': 'S'}, 'postConds': {'pop': 'M'}, 'probability': '0.5*exp(-dist_3D/100)',
        'weight': 'uniform(0.005,0.01)', 'delay': 'defaultDelay + dist_3D/propVelocity', 'synMech': 'exc'}
    return net, cfg


@model
def layers():
    """Densities, ranges, conditions on depth, convergence, divergence, several synapses."""
    net, cfg = start(150)
    net.sizeX, net.sizeY, net.sizeZ = 100, 1000, 100
    net.propVelocity = 100.0
    net.probLengthConst = 150.0
    cfg.hParams['celsius'] = 20
    cfg.seeds = {'conn': 3, 'stim': 5, 'loc': 7, 'cell': 2}
    for layer, rng in (('2', [0.1, 0.3]), ('4', [0.3, 0.6])):
        net.popParams['E' + layer] = {'cellType': 'E', 'numCells': 12, 'ynormRange': rng}
        net.popParams['I' + layer] = {'cellType': 'I', 'numCells': 6, 'yRange': [rng[0] * 1000, rng[1] * 1000]}
    net.popParams['E5'] = {'cellType': 'E', 'density': 3000.0, 'ynormRange': [0.6, 1.0]}
    net.popParams['D'] = {'cellType': 'E', 'density': '2000*ynorm', 'ynormRange': [0.6, 1.0]}
    net.cellParams['E'] = {'secs': {'soma': SOMA, 'dend': dendrite()}}
    net.cellParams['I'] = {'secs': {'soma': {'geom': {'diam': 10.0, 'L': 9.0, 'Ra': 110.0}, 'mechs': SOMA['mechs']}}}
    add_exc(net)
    net.synMechParams['inh'] = {'mod': 'Exp2Syn', 'tau1': 0.6, 'tau2': 8.5, 'e': -75}
    add_drive(net, {'cellType': ['E', 'I'], 'y': [100, 900]}, weight='max(0, normal(0.01,1e-6))', delay='max(1, normal(5,2))')
    net.connParams['E->all'] = {
        'preConds': {'cellType': 'E'}, 'postConds': {'y': [100, 1000]}, 'probability': 0.1,
        'weight': '0.005*post_ynorm', 'delay': 'dist_3D/propVelocity + 1', 'synMech': 'exc'}
    net.connParams['I->E'] = {
        'preConds': {'cellType': 'I'}, 'postConds': {'pop': ['E2', 'E4', 'E5']},
        'probability': '0.4*exp(-dist_3D/probLengthConst)', 'weight': 0.001, 'delay': 2.5, 'synMech': 'inh'}
    net.connParams['conv'] = {
        'preConds': {'cellType': 'E'}, 'postConds': {'cellType': 'I'}, 'convergence': '4 if post_ynorm > 0.3 else 2',
        'weight': 0.002, 'delay': 3, 'synMech': 'exc'}
    net.connParams['div'] = {
        'preConds': {'cellType': 'I'}, 'postConds': {'cellType': 'I'}, 'divergence': 30,
        'weight': 0.002, 'delay': 'discunif(2,4)', 'synMech': 'inh'}
    return net, cfg


@model
def dendrites():
    """Sections, section lists, several synapses of several kinds, rules in layers, lists of pairs."""
    net, cfg = start()
    net.popParams['A'] = {'cellType': 'A', 'numCells': 6}
    net.popParams['B'] = {'cellType': 'B', 'numCells': 5, 'cellModel': 'HH'}
    net.popParams['G'] = {'cellType': 'A', 'gridSpacing': 50, 'xRange': [0, 50], 'yRange': [0, 50], 'zRange': [20, 50]}
    net.popParams['L'] = {'cellType': 'B', 'cellsList': [{'x': 1, 'y': 2, 'z': 3}, {'xnorm': 0.5, 'ynorm': 0.25, 'z': 10}]}
    net.cellParams['A'] = {'secs': {'soma': SOMA, 'dend1': dendrite(), 'dend2': dendrite('dend1', 100.0, 3), 'dend3': dendrite('dend1', 50.0, 1)},
                           'secLists': {'all': ['soma', 'dend1', 'dend2', 'dend3'], 'far': ['dend2', 'dend3']}}
    net.cellParams['B'] = {'conds': {'cellType': 'B'}, 'secs': {'soma': SOMA, 'far': dendrite()}}
    net.cellParams['C'] = {'conds': {'cellType': ['A', 'B']}, 'secs': {'soma': {'geom': {'L': 20.0}, 'mechs': {'pas': {'g': 1e-5, 'e': -65}}, 'vinit': -68.0, 'threshold': -5.0}}}
    add_exc(net)
    net.synMechParams['inh'] = {'mod': 'ExpSyn', 'tau': 7.0, 'e': -75}
    add_drive(net, {'pop': 'A', 'cellList': [0, 2, 4]}, 0.03, sec='far', loc=0.2, synsPerConn=1)
    net.stimSourceParams['two'] = {'type': 'NetStim', 'interval': '10 + post_x/20', 'noise': 0, 'start': 3}
    net.stimTargetParams['two'] = {'source': 'two', 'conds': {'pop': ['A', 'B']}, 'weight': [0.004, 0.001], 'delay': 1, 'synMech': ['exc', 'inh'], 'sec': 'soma', 'loc': 0.5}
    net.stimSourceParams['amp'] = {'type': 'IClamp', 'delay': 10, 'dur': 50, 'amp': '1 + 0.5*post_xnorm'}
    net.stimTargetParams['amp'] = {'source': 'amp', 'conds': {'pop': ['G', 'L']}, 'sec': 'soma', 'loc': 0.3}
    net.connParams['far'] = {
        'preConds': {'pop': 'A'}, 'postConds': {'pop': 'A'}, 'synMech': ['exc', 'inh'], 'weight': [0.001, 0.0005], 'delay': [2, 3],
        'sec': 'far', 'loc': [0.4, 0.9], 'probability': 0.7}
    net.connParams['many'] = {
        'preConds': {'pop': 'A'}, 'postConds': {'pop': 'G'}, 'synMech': 'exc', 'weight': 0.001, 'delay': 2, 'sec': ['dend1', 'dend2', 'soma'], 'synsPerConn': 5, 'convergence': 3}
    net.connParams['few'] = {
        'preConds': {'pop': 'B'}, 'postConds': {'cellType': ['A', 'B']}, 'synMech': 'inh', 'weight': 'uniform(0,0.001)', 'delay': 2, 'sec': 'soma', 'synsPerConn': 3, 'divergence': 4}
    net.connParams['list'] = {
        'preConds': {'pop': ['A', 'B']}, 'postConds': {'pop': 'L'}, 'connList': [[0, 1], [3, 0], [10, 0]], 'weight': [0.001, 0.002, 0.003], 'delay': 'normal(5, 0.5)', 'synMech': 'exc', 'loc': 0.25}
    net.connParams['full'] = {
        'preConds': {'pop': 'L'}, 'postConds': {'pop': ['B', 'L']}, 'weight': 'lognormal(0.001, 1e-8)', 'delay': 'uniform(2, 5)', 'synMech': 'exc'}
    return net, cfg


@model
def generators():
    """Artificial cells as sources and targets."""
    net, cfg = start(200)
    cfg.seeds['stim'] = 11
    net.popParams['N'] = {'cellModel': 'NetStim', 'numCells': 5, 'rate': 50, 'noise': 0.7}
    net.popParams['T'] = {'cellModel': 'VecStim', 'numCells': 2, 'spkTimes': [[5.0, 20.0, 90.0], [1.0, 30.0]]}
    net.popParams['F'] = {'cellModel': 'IntFire1', 'numCells': 4, 'tau': 15.0, 'refrac': 3.0}
    net.popParams['F4'] = {'cellModel': 'IntFire4', 'numCells': 3}
    net.popParams['E'] = {'cellType': 'E', 'numCells': 4}
    net.cellParams['E'] = {'secs': {'soma': SOMA}}
    add_exc(net)
    net.connParams['N->F'] = {'preConds': {'pop': 'N'}, 'postConds': {'pop': 'F'}, 'weight': 0.6, 'delay': 2, 'probability': 0.6}
    net.connParams['F->F4'] = {'preConds': {'pop': ['F', 'T']}, 'postConds': {'pop': 'F4'}, 'weight': 0.5, 'delay': 2}
    net.connParams['N->E'] = {'preConds': {'pop': ['N', 'T']}, 'postConds': {'pop': 'E'}, 'weight': 0.01, 'delay': 2, 'synMech': 'exc'}
    return net, cfg


@model
def formulas():
    """Cells and synapses by formulas."""
    net, cfg = start()
    net.popParams['A'] = {'cellType': 'A', 'numCells': 8}
    soma = {'geom': {'diam': 'uniform(15, 20)', 'L': 18.8, 'Ra': 123.0}, 'mechs': {'hh': {'gnabar': '0.11 + spread', 'gkbar': 0.036, 'gl': 0.003, 'el': -70}}}
    dend = dendrite(nseg=7)
    dend['mechs'] = {'pas': {'g': '1e-4*exp(-dist_path/100)', 'e': '-70 + y/100'}}
    net.cellParams['A'] = {'secs': {'soma': soma, 'dend': dend}, 'vars': {'spread': 'normal(0, 1e-6)'}}
    net.synMechParams['exc'] = {'mod': 'Exp2Syn', 'tau1': 0.1, 'tau2': '3 + post_x/50', 'e': 0}
    add_drive(net, {'pop': 'A'}, weight=0.03, sec='dend', loc=0.7)
    net.connParams['p'] = {
        'preConds': {'pop': 'A'}, 'postConds': {'pop': 'A'}, 'probability': '(dist_x > 20 and dist_y < 80) * 0.9 + 0.05', 'weight': 'abs(pre_y - post_y)/1e4 if pre_x < post_x else 0.002',
        'delay': 'max(1, dist_2D // 10)', 'sec': 'dend', 'loc': 'uniform(0.1, 0.9)', 'synMech': 'exc'}
    return net, cfg


def run(name, folder):
    net, cfg = MODELS[name]()
    cfg.saveJson = True
    cfg.simLabel, cfg.saveFolder = name, folder
    sim.initialize(simConfig=cfg, netParams=net)
    sim.net.createPops()
    sim.net.createCells()
    sim.net.connectCells()
    sim.net.addStims()
    sim.setupRecording()
    sim.runSim()
    sim.gatherData()
    sim.saveData()
    with open(os.path.join(folder, name + '_data.json')) as file:
        data = json.load(file)
    keep = ('gid', 'tags', 'conns')
    data['net']['cells'] = [{key: cell[key] for key in keep if key in cell} for cell in data['net']['cells']]
    data['simData'] = {key: data['simData'][key] for key in ('spkt', 'spkid')}
    for key in ('saveFolder', 'filename', 'simLabel'):
        data['simConfig'][key] = ''
    text = json.dumps(data, separators=(',', ':'))
    here = os.path.dirname(os.path.abspath(__file__))
    with open(os.path.join(here, name + '.json.gz'), 'wb') as raw:
        with gzip.GzipFile(filename='', mode='wb', fileobj=raw, mtime=0) as file:
            file.write(text.encode())
    print(name, len(data['net']['cells']), 'cells', len(data['simData']['spkt']), 'spikes')


if __name__ == '__main__':
    names = sys.argv[1:]
    if len(names) == 1:
        with tempfile.TemporaryDirectory() as folder:
            run(names[0], folder)
    else:  # a process for each: NetPyNE keeps a model in its module
        for name in names or MODELS:
            os.system(f'{sys.executable} {os.path.abspath(__file__)} {name}')
