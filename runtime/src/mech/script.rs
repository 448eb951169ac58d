//! What a script (INITIAL, NET_RECEIVE) sees: one instance, and a list in which its effects are noted.

use crate::engine::ports::Ports;
use crate::mech::args::{Cursor, Lists, Strided};
use crate::mech::table::TableData;
use crate::rng::Stream;
use netdsl_lang::lane::Lane;
use netdsl_lang::mech::abi::{Access, Host};
use netdsl_lang::mech::{IonQuantity, RandomOp};

/// Something a script asked for. Applied by the caller after the script, in order.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Effect {
    /// Event to the instance itself.
    Send { time: f64, flag: f64 },
    /// Spike of the instance.
    Spike { time: f64 },
    /// The pending self-event moves.
    Move { time: f64 },
    /// A watch becomes active.
    Watch { watch: u32, replace: bool },
}

/// The word of a stream that NEURON's `random_setseq` means.
fn sequence_number(sequence: f64) -> u64 {
    if !(0.0..=1_099_511_627_775.0).contains(&sequence) {
        return 0;
    }
    sequence as u64 & 0x3_ffff_ffff
}

/// One instance, as a script sees it.
pub(crate) struct ScriptHost<'a> {
    cursor: Cursor<'a>,
    lane: usize,
    /// Weight vector of the connection that delivers; empty outside NET_RECEIVE.
    pub(crate) weights: &'a mut [f64],
    pub(crate) flag: f64,
    pub(crate) effects: &'a mut Vec<Effect>,
    /// The instance's random streams.
    pub(crate) streams: &'a mut [Stream],
    /// The connections to the instance, where NET_RECEIVE looks at them.
    pub(crate) peers: Option<Peers<'a>>,
}

/// The connections to an instance, as FOR_NETCONS sees them.
pub(crate) struct Peers<'a> {
    pub(crate) ports: &'a mut Ports,
    /// In the order of the network.
    pub(crate) connections: &'a [u32],
    /// The one whose event is delivered, whose weights the script has.
    pub(crate) delivering: Option<u32>,
    /// The one that the script is at.
    pub(crate) visited: u32,
}

impl<'a> ScriptHost<'a> {
    /// The instance at (row, block, lane) of the arguments, whose `time` is the script's.
    pub(crate) fn new(
        lists: &'a Lists<'a>,
        (row, block, lane): (usize, usize, usize),
        weights: &'a mut [f64],
        flag: f64,
        effects: &'a mut Vec<Effect>,
        streams: &'a mut [Stream],
    ) -> Self {
        Self {
            cursor: Cursor::new(lists, row, block),
            lane,
            weights,
            flag,
            effects,
            streams,
            peers: None,
        }
    }

    /// What a slot leads to, if it is a connected POINTER.
    fn pointed(&self, slot: usize) -> Option<*mut f64> {
        // SAFETY: null, or the pointers of the group that owns the arguments
        let pointers = unsafe { self.cursor.args().pointers.as_ref()? };
        pointers.target(slot, (self.cursor.row, self.cursor.block, self.lane))
    }

    fn read(&self, at: *mut f64) -> f64 {
        // SAFETY: `KernelArgs` promises valid, exclusive columns
        unsafe { *at.wrapping_add(self.lane) }
    }

    fn read_node(&self, column: &Strided) -> f64 {
        self.read(self.cursor.by_node(column))
    }

    fn write(&mut self, at: *mut f64, value: f64) {
        // SAFETY: as `read`
        unsafe { *at.wrapping_add(self.lane) = value }
    }

    fn slot(&self, slot: usize) -> Option<*mut f64> {
        let column = &self.cursor.lists.slots[slot];
        (!column.is_nowhere()).then(|| column.at(self.cursor.row, self.cursor.block))
    }
}

impl Access<f64> for ScriptHost<'_> {
    fn get(&self, slot: usize) -> f64 {
        if let Some(at) = self.pointed(slot) {
            // SAFETY: POINTERs lead to numbers of the tile that runs this script
            return unsafe { *at };
        }
        self.slot(slot).map_or(0.0, |at| self.read(at))
    }
    fn set(&mut self, slot: usize, value: f64) {
        if let Some(at) = self.pointed(slot) {
            // SAFETY: as `get`
            unsafe { *at = value };
            return;
        }
        // a transient variable that nobody records has no column
        if let Some(at) = self.slot(slot) {
            self.write(at, value);
        }
    }
    fn global(&self, index: usize) -> f64 {
        // SAFETY: the program was verified: it has that many globals
        self.cursor.lists.globals[index]
    }
    fn voltage(&self) -> f64 {
        self.read_node(&self.cursor.args().voltage)
    }
    fn time(&self) -> f64 {
        self.cursor.args().time
    }
    fn dt(&self) -> f64 {
        self.cursor.args().dt
    }
    fn celsius(&self) -> f64 {
        self.cursor.args().celsius
    }
    fn diam(&self) -> f64 {
        self.read_node(&self.cursor.args().diam)
    }
    fn area(&self) -> f64 {
        self.read_node(&self.cursor.args().area)
    }
    fn ion(&self, ion: usize, what: IonQuantity) -> f64 {
        self.read(self.cursor.ion_column(ion, what))
    }
    fn set_ion(&mut self, ion: usize, what: IonQuantity, value: f64) {
        let at = self.cursor.ion_column(ion, what);
        self.write(at, value);
    }
    fn table_at(&self, table: usize, x: f64) -> f64 {
        self.cursor.table(table).position(x)
    }
    fn table_get(&self, table: usize, column: usize, at: f64) -> f64 {
        let floor = Lane::floor(at);
        let (low, high) = self.cursor.table(table).neighbours(column, floor);
        TableData::interpolate(low, high, at - floor)
    }
    fn look_up(&self, table: usize, at: [f64; 3]) -> f64 {
        self.cursor.function_table(table).value(at)
    }
}

impl Host for ScriptHost<'_> {
    fn set_voltage(&mut self, value: f64) {
        let at = self.cursor.by_node(&self.cursor.args().voltage);
        self.write(at, value);
    }
    fn weight(&self, index: usize) -> f64 {
        self.weights.get(index).copied().unwrap_or(0.0)
    }
    fn set_weight(&mut self, index: usize, value: f64) {
        if let Some(weight) = self.weights.get_mut(index) {
            *weight = value;
        }
    }
    fn flag(&self) -> f64 {
        self.flag
    }
    fn net_send(&mut self, delay: f64, flag: f64) {
        let time = self.time() + delay;
        self.effects.push(Effect::Send { time, flag });
    }
    fn net_event(&mut self, time: f64) {
        self.effects.push(Effect::Spike { time });
    }
    fn net_move(&mut self, time: f64) {
        self.effects.push(Effect::Move { time });
    }
    fn watch(&mut self, watch: usize, replace: bool) {
        self.effects.push(Effect::Watch {
            watch: watch as u32,
            replace,
        });
    }
    fn set_sequence(&mut self, stream: usize, sequence: f64) {
        self.streams[stream].seek(sequence_number(sequence));
    }
    fn set_ids(&mut self, stream: usize, ids: [f64; 3]) {
        self.streams[stream].rename(ids.map(|id| id as i64 as u32));
    }
    fn connections(&self) -> usize {
        self.peers.as_ref().map_or(0, |p| p.connections.len())
    }
    fn visit(&mut self, connection: usize) {
        if let Some(peers) = &mut self.peers {
            peers.visited = peers.connections[connection];
        }
    }
    fn peer_weight(&self, index: usize) -> f64 {
        match &self.peers {
            Some(peers) if peers.delivering == Some(peers.visited) => self.weight(index),
            Some(peers) => {
                let weights = peers.ports.weights_of(peers.visited);
                weights.get(index).copied().unwrap_or(0.0)
            }
            None => 0.0,
        }
    }
    fn set_peer_weight(&mut self, index: usize, value: f64) {
        match &mut self.peers {
            Some(peers) if peers.delivering == Some(peers.visited) => {
                self.set_weight(index, value);
            }
            Some(peers) => {
                let visited = peers.visited;
                if let Some(weight) = peers.ports.weights(visited).get_mut(index) {
                    *weight = value;
                }
            }
            None => {}
        }
    }
    fn hook(&mut self, hook: usize, stream: usize, values: &mut [f64]) {
        self.cursor
            .hook(hook)
            .call(&mut self.streams[stream], values);
    }
    fn random(&mut self, stream: usize, op: RandomOp) -> f64 {
        let stream = &mut self.streams[stream];
        match op {
            RandomOp::Uniform => stream.unit(),
            RandomOp::Normal => stream.normal(),
            RandomOp::NegExp => stream.negexp(),
            RandomOp::Integer => f64::from(stream.word()),
        }
    }
}
