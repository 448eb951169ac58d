//! The instances of mechanisms in a unit of work, and what events do to them.

mod state;

use crate::engine::group::{Address, MechanismGroup};
use crate::engine::mechanisms::{evaluate, run_script};
use crate::engine::ports::{Due, Ports};
use crate::engine::sums::{Growth, Multiplier, Sums};
use crate::mech::Lists;
use crate::mech::script::{Effect, Peers, ScriptHost};
use netdsl_lang::mech::{Factor, Moment, Role};
use std::collections::HashMap;

pub(crate) use state::{Waiting, read_slots, write_slots};

/// What NEURON adds to the time of a threshold crossing, ms.
pub(crate) const CROSSING_OFFSET: f64 = 1e-10;

/// The flag of self-events that `net_move` moves, in NEURON as here.
const MOVABLE: f64 = 1.0;

/// NEURON's `hoc_epsilon`: so little below its threshold a value is above it when a condition is first looked at.
const EPSILON: f64 = 1e-11;

/// A spike on its way: when, and from which emitter.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Spike {
    pub(crate) time: f64,
    pub(crate) emitter: u32,
}

/// An instance that handles events: a point process, or an artificial cell.
#[derive(Clone, Copy, Debug)]
pub(crate) struct PointInstance {
    pub(crate) group: u32,
    pub(crate) address: Address,
}

/// A condition that an instance waits for.
#[derive(Debug)]
struct Watching {
    instance: u32,
    watch: u32,
    was_true: bool,
    /// Its last event.
    event: Option<u64>,
}

/// Instances, and their events.
#[derive(Debug, Default)]
pub(crate) struct Instances {
    /// In the order of evaluation.
    pub(crate) groups: Vec<MechanismGroup>,
    /// Those that events may reach.
    pub(crate) points: Vec<PointInstance>,
    /// Instances and who hears their `net_event`, ascending.
    emitters: Vec<(u32, u32)>,
    pub(crate) ports: Ports,
    /// Connections whose events only add to states.
    pub(crate) sums: Sums,
    /// Number of other events handled.
    pub(crate) delivered: u64,
    /// Spikes of this epoch.
    pub(crate) spikes: Vec<Spike>,
    /// By instance, where FOR_NETCONS wants them.
    connections: Vec<Vec<u32>>,
    watches: Vec<Watching>,
    effects: Vec<Effect>,
    /// Last self-event of an instance that `net_move` may move.
    last_sent: HashMap<u32, u64>,
}

impl Instances {
    /// Watched conditions at time `t`.
    pub(crate) fn check_watches(&mut self, t: f64) {
        let mut watches = std::mem::take(&mut self.watches);
        for watching in &mut watches {
            let (value, flag) = self.watched_value(watching.instance, watching.watch, t);
            let is_true = value > 0.0;
            if is_true && !watching.was_true {
                let event = self.ports.send_own(t, (watching.instance, None), flag);
                watching.event = Some(event);
            }
            watching.was_true = is_true;
        }
        self.watches = watches;
    }

    fn watched_value(&mut self, instance: u32, watch: u32, t: f64) -> (f64, f64) {
        let point = &self.points[instance as usize];
        let group = &mut self.groups[point.group as usize];
        group.args.time = t;
        let program = &group.prepared.program;
        let receive = program
            .net_receive
            .as_ref()
            .expect("only NET_RECEIVE watches");
        let watch = &receive.watches[watch as usize];
        let lists = Lists::of(&group.args);
        let mut host = ScriptHost::new(
            &lists,
            point.address.triple(),
            &mut [],
            0.0,
            &mut self.effects,
            &mut [],
        );
        (
            evaluate(program, &watch.block, watch.value, &mut host),
            watch.flag,
        )
    }

    /// Delivers all events up to `limit`.
    pub(crate) fn deliver(&mut self, limit: f64) {
        while let Some(due) = self.ports.next(limit) {
            self.delivered += 1;
            match due {
                Due::Connection {
                    time,
                    connection,
                    instance,
                    weight,
                } => match weight {
                    Some(weight) => {
                        let through = (instance, Some(connection));
                        self.net_receive(through, time, 0.0, &mut [weight]);
                        self.apply_effects(through, time);
                    }
                    None => self.deliver_through(instance, connection, time, 0.0),
                },
                Due::Own {
                    time,
                    instance,
                    through: Some(connection),
                    flag,
                } => self.deliver_through(instance, connection, time, flag),
                Due::Own {
                    time,
                    instance,
                    through: None,
                    flag,
                } => {
                    self.net_receive((instance, None), time, flag, &mut []);
                    self.apply_effects((instance, None), time);
                }
            }
        }
    }

    /// An event with the weights of a connection.
    fn deliver_through(&mut self, instance: u32, connection: u32, time: f64, flag: f64) {
        let through = (instance, Some(connection));
        let taken = if self.connections.is_empty() {
            self.ports.take_weights(connection)
        } else {
            None
        };
        match taken {
            Some((mut all, own)) => {
                self.net_receive(through, time, flag, &mut all[own]);
                self.ports.put_weights(all);
            }
            None => self.deliver_among_others(instance, connection, time, flag),
        }
        self.apply_effects(through, time);
    }

    /// As `deliver`, where a NET_RECEIVE may look at the weights of other connections.
    fn deliver_among_others(&mut self, instance: u32, connection: u32, time: f64, flag: f64) {
        let mut weights = std::mem::take(&mut self.ports.scratch);
        weights.clear();
        weights.extend_from_slice(self.ports.weights(connection));
        self.net_receive((instance, Some(connection)), time, flag, &mut weights);
        self.ports.weights(connection).copy_from_slice(&weights);
        self.ports.scratch = weights;
    }

    fn net_receive(
        &mut self,
        (instance, connection): (u32, Option<u32>),
        time: f64,
        flag: f64,
        weights: &mut [f64],
    ) {
        let point = &self.points[instance as usize];
        let group = &mut self.groups[point.group as usize];
        group.args.time = time;
        let address = point.address.triple();
        let own = group.prepared.streams_of(group.blocks, address);
        let streams = &mut group.streams[own];
        let lists = Lists::of(&group.args);
        let mut host = ScriptHost::new(&lists, address, weights, flag, &mut self.effects, streams);
        if let Some(connections) = self.connections.get(instance as usize) {
            host.peers = Some(Peers {
                ports: &mut self.ports,
                connections,
                delivering: connection,
                visited: 0,
            });
        }
        group.prepared.net_receive(&mut host);
    }

    /// Lets `emitter` hear the `net_event` of an instance.
    pub(crate) fn add_emitter(&mut self, instance: u32, emitter: u32) {
        let at = self.emitters.partition_point(|e| *e < (instance, emitter));
        self.emitters.insert(at, (instance, emitter));
    }

    /// Notes the connections of each instance, where a NET_RECEIVE has FOR_NETCONS.
    pub(crate) fn list_connections(&mut self) {
        let walks = |group: &MechanismGroup| {
            let variables = &group.prepared.program.variables;
            variables
                .iter()
                .any(|v| matches!(v.role, Role::PeerWeight(_)))
        };
        if self.groups.iter().any(walks) {
            self.connections = self.ports.by_instance(self.points.len());
        }
    }

    /// Runs the BEFORE and AFTER blocks of a moment at time `t`.
    pub(crate) fn around(&mut self, moment: Moment, t: f64) {
        for group in &mut self.groups {
            group.around(moment, t);
        }
    }

    /// Does what a script of `instance` asked for at `time`, in which it saw the weights `through` a connection.
    fn apply_effects(&mut self, (instance, through): (u32, Option<u32>), time: f64) {
        if self.effects.is_empty() {
            return;
        }
        let effects = std::mem::take(&mut self.effects);
        let mut replaced = false;
        for &effect in &effects {
            match effect {
                Effect::Send { time, flag } => {
                    let event = self.ports.send_own(time, (instance, through), flag);
                    if flag == MOVABLE {
                        self.last_sent.insert(instance, event);
                    }
                }
                Effect::Move { time } => {
                    let last = self.last_sent.get(&instance);
                    if let Some((flag, through)) = last.and_then(|&event| self.ports.cancel(event))
                    {
                        let event = self.ports.send_own(time, (instance, through), flag);
                        self.last_sent.insert(instance, event);
                    }
                }
                Effect::Spike { time } => {
                    let first = self.emitters.partition_point(|(i, _)| *i < instance);
                    let mut next = first;
                    while let Some(&(_, emitter)) =
                        self.emitters.get(next).filter(|(i, _)| *i == instance)
                    {
                        self.emit(emitter, time);
                        next += 1;
                    }
                }
                Effect::Watch { watch, replace } => {
                    if replace && !replaced {
                        self.stop_watching(instance);
                        replaced = true;
                    }
                    let (value, _) = self.watched_value(instance, watch, time);
                    self.watches.push(Watching {
                        instance,
                        watch,
                        was_true: value >= -EPSILON,
                        event: None,
                    });
                }
            }
        }
        self.effects = effects;
        self.effects.clear();
    }

    /// Forgets the conditions of an instance, with those of their events that have not come yet.
    fn stop_watching(&mut self, instance: u32) {
        let own = self.watches.extract_if(.., |w| w.instance == instance);
        for event in own.filter_map(|watching| watching.event) {
            self.ports.cancel(event);
        }
    }

    /// A spike of this unit.
    pub(crate) fn emit(&mut self, emitter: u32, time: f64) {
        self.spikes.push(Spike { time, emitter });
        self.ports.receive_own(emitter, time);
    }

    /// Runs INITIAL of an instance (`None`: of density mechanisms nothing can be asked for).
    pub(crate) fn run_initial(&mut self, group: usize, address: Address, instance: Option<u32>) {
        let owner = &mut self.groups[group];
        owner.args.time = 0.0;
        let own = owner.prepared.streams_of(owner.blocks, address.triple());
        let streams = &mut owner.streams[own];
        let lists = Lists::of(&owner.args);
        let mut host = ScriptHost::new(
            &lists,
            address.triple(),
            &mut [],
            0.0,
            &mut self.effects,
            streams,
        );
        let program = &owner.prepared.program;
        run_script(program, &owner.prepared.blocks().init, &mut host);
        match instance {
            Some(instance) => self.apply_effects((instance, None), 0.0),
            None => self.effects.clear(),
        }
    }

    /// Runs NET_RECEIVE's INITIAL for every connection. Where there is none, all weights but the first begin with 0, as
    /// in NEURON.
    pub(crate) fn init_connections(&mut self) {
        for connection in 0..self.ports.len() as u32 {
            let instance = self.ports.instance(connection);
            let point = &self.points[instance as usize];
            let group = &mut self.groups[point.group as usize];
            let program = &group.prepared.program;
            let weights = self.ports.weights(connection);
            let init = program.net_receive.as_ref().and_then(|r| r.init.as_ref());
            let Some(init) = init else {
                weights.iter_mut().skip(1).for_each(|weight| *weight = 0.0);
                continue;
            };
            let address = point.address.triple();
            let own = group.prepared.streams_of(group.blocks, address);
            let lists = Lists::of(&group.args);
            let streams = &mut group.streams[own];
            let mut host =
                ScriptHost::new(&lists, address, weights, 0.0, &mut self.effects, streams);
            run_script(program, init, &mut host);
        }
        self.effects.clear();
    }

    /// Makes the events before `end` ready.
    pub(crate) fn begin_epoch(&mut self, end: f64) {
        self.ports.begin_epoch(end);
    }

    /// Tells the connections whose events are summed what they add to.
    pub(crate) fn connect_sums(&mut self) {
        let mut sums = std::mem::take(&mut self.sums);
        sums.connect(|instance| self.growths(instance));
        self.sums = sums;
    }

    /// What an event adds to an instance, if that is all it does.
    fn growths(&self, instance: u32) -> Vec<Growth> {
        let group = &self.groups[self.points[instance as usize].group as usize];
        let kept = |slot: u32| {
            let place = self.pointer(instance, slot);
            place.expect("what NET_RECEIVE uses is kept")
        };
        let multiplier = |factor: &Factor| match factor {
            Factor::Number(number) => Multiplier::Number(*number),
            Factor::Slot(slot) => Multiplier::At(kept(*slot)),
            Factor::Global(index) => Multiplier::Number(group.prepared.globals[*index as usize]),
        };
        let deposits = group.prepared.program.deposits().unwrap_or_default();
        let growth = |deposit: &netdsl_lang::mech::Deposit| Growth {
            state: kept(deposit.slot).cast_mut(),
            factors: deposit.factors.iter().map(multiplier).collect(),
        };
        deposits.iter().map(growth).collect()
    }

    /// Where a slot of an instance is stored, if it is kept.
    pub(crate) fn pointer(&self, instance: u32, slot: u32) -> Option<*const f64> {
        let point = &self.points[instance as usize];
        self.groups[point.group as usize].pointer(slot, point.address.triple())
    }

    /// Where a variable of an instance is stored, if the instance has one of its own that may be set.
    pub(crate) fn own_value(&self, instance: u32, variable: &str) -> Option<*mut f64> {
        let point = &self.points[instance as usize];
        let group = &self.groups[point.group as usize];
        let slot = group.prepared.program.variable(variable)?.1.slot?;
        group
            .slots
            .get(slot as usize)?
            .as_ref()?
            .is_full()
            .then_some(())?;
        group
            .pointer(slot, point.address.triple())
            .map(<*const f64>::cast_mut)
    }

    /// Where a variable of an instance is stored, if it is kept.
    pub(crate) fn value_of(&self, instance: u32, variable: &str) -> Option<*const f64> {
        let point = &self.points[instance as usize];
        let slot = self.groups[point.group as usize]
            .prepared
            .program
            .variable(variable)?
            .1
            .slot?;
        self.pointer(instance, slot)
    }
}
