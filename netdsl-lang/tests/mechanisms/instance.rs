//! One instance of a mechanism in memory: what the tests run programs on.

use std::collections::BTreeMap;

use netdsl_lang::mech::abi::{Access, Host};
use netdsl_lang::mech::interpret::Interpreter;
use netdsl_lang::mech::{Blocks, IonQuantity, Program, RandomOp, Role};

/// An instance and its surroundings.
#[derive(Clone, Debug)]
pub(crate) struct Instance<'p> {
    pub(crate) program: &'p Program,
    pub(crate) slots: Vec<f64>,
    pub(crate) globals: Vec<f64>,
    pub(crate) v: f64,
    pub(crate) t: f64,
    pub(crate) dt: f64,
    pub(crate) celsius: f64,
    pub(crate) ions: BTreeMap<(usize, String), f64>,
    pub(crate) weights: Vec<f64>,
    pub(crate) flag: f64,
    /// Pending events of its own.
    pub(crate) own: Vec<(f64, f64)>,
    pub(crate) spikes: Vec<f64>,
    pub(crate) watches: Vec<usize>,
    /// Numbers that draws give, in turn.
    pub(crate) draws: Vec<f64>,
    /// Where its streams were told to go.
    pub(crate) sought: Vec<f64>,
    /// Weights of all connections to it, and which one a script is at.
    pub(crate) peers: Vec<Vec<f64>>,
    visited: usize,
    /// Lower end, intervals per unit, columns.
    tables: Vec<(f64, f64, Vec<Vec<f64>>)>,
}

impl<'p> Instance<'p> {
    /// With all defaults, dt 0.025, 6.3 °C.
    pub(crate) fn new(program: &'p Program) -> Self {
        let mut slots = vec![0.0; program.slots_full() as usize];
        let mut globals = vec![0.0; program.globals().iter().map(|g| g.length as usize).sum()];
        for v in &program.variables {
            for k in 0..v.length {
                match (v.slot, v.role) {
                    (Some(slot), _) => slots[(slot + k) as usize] = v.default,
                    (None, Role::Global(index)) => globals[(index + k) as usize] = v.default,
                    _ => {}
                }
            }
        }
        Self {
            program,
            slots,
            globals,
            v: -65.0,
            t: 0.0,
            dt: 0.025,
            celsius: 6.3,
            ions: BTreeMap::new(),
            weights: Vec::new(),
            flag: 0.0,
            own: Vec::new(),
            spikes: Vec::new(),
            watches: Vec::new(),
            draws: Vec::new(),
            sought: Vec::new(),
            peers: Vec::new(),
            visited: 0,
            tables: Vec::new(),
        }
    }

    /// Sets an element of a variable, or a global.
    pub(crate) fn set_named(&mut self, name: &str, element: u32, value: f64) {
        let (_, v) = self
            .program
            .variable(name)
            .unwrap_or_else(|| panic!("no variable {name}"));
        match (v.slot, v.role) {
            (Some(slot), _) => self.slots[(slot + element) as usize] = value,
            (None, Role::Global(index)) => self.globals[(index + element) as usize] = value,
            _ => panic!("{name} cannot be set"),
        }
    }

    /// An element of an array.
    pub(crate) fn element(&self, name: &str, element: u32) -> f64 {
        let (_, v) = self
            .program
            .variable(name)
            .unwrap_or_else(|| panic!("no variable {name}"));
        let slot = v.slot.unwrap_or_else(|| panic!("{name} is not kept"));
        self.slots[(slot + element) as usize]
    }

    /// The value of a variable, or of a global.
    pub(crate) fn named(&self, name: &str) -> f64 {
        let (_, v) = self
            .program
            .variable(name)
            .unwrap_or_else(|| panic!("no variable {name}"));
        match (v.slot, v.role) {
            (Some(slot), _) => self.slots[slot as usize],
            (None, Role::Global(index)) => self.globals[index as usize],
            _ => panic!("{name} is not kept"),
        }
    }

    /// The blocks in force.
    pub(crate) fn blocks(&self) -> &'p Blocks {
        let switch = self.program.tables.first().map(|t| t.switch as usize);
        let on = switch.is_some_and(|s| self.globals[s] != 0.0);
        match &self.program.tabled {
            Some(tabled) if on => tabled,
            _ => &self.program.exact,
        }
    }

    /// Fills the tables, runs INITIAL and setup.
    pub(crate) fn initialize(&mut self, with: &mut Interpreter) {
        for table in &self.program.tables {
            with.run_kernel(self.program, &table.range, self);
            let (from, to) = (with.register(table.from), with.register(table.to));
            let step = (to - from) / f64::from(table.intervals);
            let mut columns = vec![Vec::new(); table.values.len()];
            let mut x = from;
            for _ in 0..=table.intervals {
                with.set_register(0, x);
                with.run_kernel(self.program, &table.fill, self);
                for (column, value) in columns.iter_mut().zip(&table.values) {
                    column.push(with.register(*value));
                }
                x += step;
            }
            self.tables.push((from, 1.0 / step, columns));
        }
        let blocks = self.blocks();
        with.run_script(self.program, &blocks.init, self);
        with.run_kernel(self.program, &blocks.setup, self);
    }

    /// Value and conductance of each current.
    pub(crate) fn currents(&mut self, with: &mut Interpreter) -> Vec<(f64, f64)> {
        let blocks = self.blocks();
        with.run_kernel(self.program, &blocks.current, self);
        blocks
            .currents
            .iter()
            .map(|(i, g)| (with.register(*i), with.register(*g)))
            .collect()
    }

    /// As [`Self::currents`], keeping every variable that the file assigns.
    pub(crate) fn currents_full(&mut self, with: &mut Interpreter) -> Vec<(f64, f64)> {
        let blocks = self.blocks();
        with.run_kernel(self.program, &blocks.current_full, self);
        let results = blocks.currents_full.iter();
        results
            .map(|(i, g)| (with.register(*i), with.register(*g)))
            .collect()
    }

    /// As [`Self::advance`], keeping every variable that the file assigns.
    pub(crate) fn advance_full(&mut self, with: &mut Interpreter) {
        let blocks = self.blocks();
        with.run_script(self.program, &blocks.state_full, self);
    }

    /// Advances the states.
    pub(crate) fn advance(&mut self, with: &mut Interpreter) {
        let blocks = self.blocks();
        with.run_script(self.program, &blocks.state, self);
    }

    /// Delivers an event from a connection, or one of its own.
    pub(crate) fn deliver(&mut self, with: &mut Interpreter, time: f64, weight: f64, flag: f64) {
        self.t = time;
        self.weights = vec![weight];
        self.flag = flag;
        let receive = self.program.net_receive.as_ref().expect("it takes events");
        with.run_script(self.program, &receive.body, self);
    }

    /// Delivers inputs (time, weight) and the events it sends itself, by time, until `end`; the times of its spikes.
    pub(crate) fn play(
        &mut self,
        with: &mut Interpreter,
        inputs: &[(f64, f64)],
        end: f64,
    ) -> Vec<f64> {
        let mut inputs = inputs.iter().copied().peekable();
        loop {
            let own = (0..self.own.len()).min_by(|a, b| self.own[*a].0.total_cmp(&self.own[*b].0));
            let own_time = own.map_or(f64::INFINITY, |k| self.own[k].0);
            let input_time = inputs.peek().map_or(f64::INFINITY, |input| input.0);
            if own_time.min(input_time) > end {
                return std::mem::take(&mut self.spikes);
            }
            match own {
                Some(k) if own_time < input_time => {
                    let (time, flag) = self.own.remove(k);
                    self.deliver(with, time, 0.0, flag);
                }
                _ => {
                    let (time, weight) = inputs.next().expect("it comes first");
                    self.deliver(with, time, weight, 0.0);
                }
            }
        }
    }
}

impl Access<f64> for Instance<'_> {
    fn get(&self, slot: usize) -> f64 {
        self.slots[slot]
    }
    fn set(&mut self, slot: usize, value: f64) {
        self.slots[slot] = value;
    }
    fn global(&self, index: usize) -> f64 {
        self.globals[index]
    }
    fn voltage(&self) -> f64 {
        self.v
    }
    fn time(&self) -> f64 {
        self.t
    }
    fn dt(&self) -> f64 {
        self.dt
    }
    fn celsius(&self) -> f64 {
        self.celsius
    }
    fn diam(&self) -> f64 {
        10.0
    }
    fn area(&self) -> f64 {
        100.0
    }
    fn ion(&self, ion: usize, what: IonQuantity) -> f64 {
        let key = (ion, format!("{what:?}"));
        self.ions.get(&key).copied().unwrap_or(0.0)
    }
    fn set_ion(&mut self, ion: usize, what: IonQuantity, value: f64) {
        self.ions.insert((ion, format!("{what:?}")), value);
    }
    fn table_at(&self, table: usize, x: f64) -> f64 {
        let (from, per_unit, columns) = &self.tables[table];
        let last = (columns[0].len() - 1) as f64;
        ((x - from) * per_unit).clamp(0.0, last)
    }
    fn table_get(&self, table: usize, column: usize, at: f64) -> f64 {
        let values = &self.tables[table].2[column];
        let k = (at as usize).min(values.len() - 2);
        values[k] + (at - k as f64) * (values[k + 1] - values[k])
    }
    fn look_up(&self, table: usize, at: [f64; 3]) -> f64 {
        // a function that tells tables and arguments apart
        (table + 1) as f64 + 0.5 * at[0] - 0.25 * at[1] + 0.125 * at[2]
    }
}

impl Host for Instance<'_> {
    fn hook(&mut self, _: usize, _: usize, _: &mut [f64]) {
        panic!("no program is given here")
    }
    fn set_voltage(&mut self, value: f64) {
        self.v = value;
    }
    fn weight(&self, index: usize) -> f64 {
        self.weights[index]
    }
    fn set_weight(&mut self, index: usize, value: f64) {
        self.weights[index] = value;
    }
    fn flag(&self) -> f64 {
        self.flag
    }
    fn net_send(&mut self, delay: f64, flag: f64) {
        self.own.push((self.t + delay, flag));
    }
    fn net_event(&mut self, time: f64) {
        self.spikes.push(time);
    }
    fn net_move(&mut self, time: f64) {
        if let Some(own) = self.own.last_mut() {
            own.0 = time;
        }
    }
    fn watch(&mut self, watch: usize, _: bool) {
        self.watches.push(watch);
    }
    fn set_sequence(&mut self, _: usize, sequence: f64) {
        self.sought.push(sequence);
    }
    fn set_ids(&mut self, _: usize, ids: [f64; 3]) {
        self.sought.extend(ids);
    }
    fn connections(&self) -> usize {
        self.peers.len()
    }
    fn visit(&mut self, connection: usize) {
        self.visited = connection;
    }
    fn peer_weight(&self, index: usize) -> f64 {
        self.peers[self.visited][index]
    }
    fn set_peer_weight(&mut self, index: usize, value: f64) {
        self.peers[self.visited][index] = value;
    }
    fn random(&mut self, _: usize, _: RandomOp) -> f64 {
        self.draws.remove(0)
    }
}
