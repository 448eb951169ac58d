//! The contract between a mechanism's compiled code and the runtime.
//!
//! The runtime owns every array. A kernel sees one instance (or one instance per lane) through [`Access`], a script
//! sees one instance through [`Host`]; both address storage by slot, and everything else by variable.

use crate::lane::Lane;
use crate::mech::{Current, IonQuantity, RandomOp};

/// What a kernel can reach for the instances of its lanes.
pub trait Access<L: Lane> {
    /// Value of a slot.
    fn get(&self, slot: usize) -> L;
    /// Value of a slot of [`changing_slots`](crate::mech::Program::changing_slots), which each instance has for itself.
    #[inline(always)]
    fn own(&self, slot: usize) -> L {
        self.get(slot)
    }
    /// Sets a slot, which is one of those.
    fn set(&mut self, slot: usize, value: L);
    /// Global variable `index` of the mechanism.
    fn global(&self, index: usize) -> L;
    /// Membrane potential, mV.
    fn voltage(&self) -> L;
    /// Time, ms.
    fn time(&self) -> L;
    /// Step, ms.
    fn dt(&self) -> L;
    /// Temperature, °C.
    fn celsius(&self) -> L;
    /// Diameter, µm.
    fn diam(&self) -> L;
    /// Area, µm².
    fn area(&self) -> L;
    /// Quantity of the mechanism's `ion`-th ion.
    fn ion(&self, ion: usize, what: IonQuantity) -> L;
    /// Sets a quantity of the mechanism's `ion`-th ion (concentrations and reversal potentials; currents are returned
    /// by `current`).
    fn set_ion(&mut self, ion: usize, what: IonQuantity, value: L);
    /// Position of `x` in table `table`.
    fn table_at(&self, table: usize, x: L) -> L;
    /// Column of a table at a position from [`Access::table_at`].
    fn table_get(&self, table: usize, column: usize, at: L) -> L;
    /// The columns of a table from `8 * eight` on at one position: the first `count` of the result are meant.
    #[inline(always)]
    fn eight_columns(&self, table: usize, eight: usize, count: usize, at: L) -> [L; 8] {
        let mut values = [at; 8];
        for (k, value) in values.iter_mut().enumerate().take(count) {
            *value = self.table_get(table, 8 * eight + k, at);
        }
        values
    }
    /// The FUNCTION_TABLE number `table` at its arguments, of which the last one is repeated.
    fn look_up(&self, table: usize, at: [L; 3]) -> L;
}

/// What a script can reach: one instance, and the event machinery.
pub trait Host: Access<f64> {
    /// Sets the membrane potential.
    fn set_voltage(&mut self, value: f64);
    /// Element of the weight vector of the connection whose event is delivered.
    fn weight(&self, index: usize) -> f64;
    /// Changes it.
    fn set_weight(&mut self, index: usize, value: f64);
    /// Flag of the delivered event: 0 from a connection.
    fn flag(&self) -> f64;
    /// Event to this instance.
    fn net_send(&mut self, delay: f64, flag: f64);
    /// Spike of this instance.
    fn net_event(&mut self, time: f64);
    /// Moves the pending self-event.
    fn net_move(&mut self, time: f64);
    /// Activates a watch.
    fn watch(&mut self, watch: usize, replace: bool);
    /// A draw of the instance's stream.
    fn random(&mut self, stream: usize, op: RandomOp) -> f64;
    /// The stream goes to a word of it.
    fn set_sequence(&mut self, stream: usize, sequence: f64);
    /// The stream becomes another.
    fn set_ids(&mut self, stream: usize, ids: [f64; 3]);
    /// Calls hook `hook`, which reads and changes the values.
    fn hook(&mut self, hook: usize, stream: usize, values: &mut [f64]);
    /// Number of connections to this instance.
    fn connections(&self) -> usize;
    /// Goes to one of them.
    fn visit(&mut self, connection: usize);
    /// Element of the weight vector of the connection that was gone to.
    fn peer_weight(&self, index: usize) -> f64;
    /// Changes it.
    fn set_peer_weight(&mut self, index: usize, value: f64);
}

/// What a computed current goes to, besides the matrix.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sink {
    /// Electrode currents are positive inwards.
    pub electrode: bool,
    /// Number among the mechanism's ions, if one carries it.
    pub ion: Option<u32>,
}

impl Sink {
    /// Of a current of a program.
    pub fn of(current: &Current) -> Self {
        Self {
            electrode: current.electrode,
            ion: current.ion,
        }
    }
}

/// The random stream of an instance, for the function that takes the place of C: the same draws for any number of ranks
/// and threads.
pub trait Draws {
    /// Between 0 and 1, both excluded.
    fn uniform(&mut self) -> f64;
    /// Of mean 0 and variance 1.
    fn normal(&mut self) -> f64;
    /// Exponential, of mean 1.
    fn negexp(&mut self) -> f64;
    /// 32 bits.
    fn integer(&mut self) -> u32;
}

/// What takes the place of C: it reads and changes the values of [`crate::mech::Hook`], its result first. Results must
/// depend on nothing else.
pub type HookFunction = fn(&mut dyn Draws, &mut [f64]);

/// The most currents a native kernel may return.
pub const MAX_CURRENTS: usize = 8;

/// A mechanism compiled by rustc: printed by [`crate::mech::emit`] from a [`crate::mech::Program`].
///
/// Implementations contain no `unsafe`; the runtime instantiates the functions for each instruction set.
pub trait Kernel: 'static {
    /// The program, serialised by [`crate::mech::encode`]: what the functions below were printed from.
    const PROGRAM: &'static [u8];
    /// Hash of `PROGRAM`: native code stands in for a loaded file only if both hashes are equal.
    const HASH: u64;
    /// Of each current: as many elements of what `current` returns are meant.
    const SINKS: &'static [Sink];
    /// Whether the file has TABLEs, so that the `_tabled` functions differ.
    const HAS_TABLES: bool;
    /// Whether `current` exists natively: false where it is a script, which the VM runs.
    const HAS_CURRENT: bool;
    /// Whether `state` exists natively: false where it is a script, which the VM runs.
    const HAS_STATE: bool;
    /// Whether `net_receive` exists natively.
    const HAS_NET_RECEIVE: bool;
    /// `Blocks::current` of `Program::exact`: value and conductance of each current, in order.
    fn current<L: Lane, A: Access<L>>(access: &mut A) -> [(L, L); MAX_CURRENTS];
    /// `Blocks::state` of `Program::exact`.
    fn state<L: Lane, A: Access<L>>(access: &mut A);
    /// `current` of `Program::tabled`.
    fn current_tabled<L: Lane, A: Access<L>>(access: &mut A) -> [(L, L); MAX_CURRENTS];
    /// `state` of `Program::tabled`.
    fn state_tabled<L: Lane, A: Access<L>>(access: &mut A);
    /// The body of `Program::net_receive`.
    fn net_receive<H: Host>(host: &mut H);
}
