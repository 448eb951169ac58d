//! A group of cells side by side, and its step: deliver, assemble, solve, advance, record.

use crate::engine::clock::{Clock, Part};
use crate::engine::column::Column;
use crate::engine::group::MechanismGroup;
use crate::engine::instances::{CROSSING_OFFSET, Instances};
use crate::engine::ions::Pool;
use crate::engine::matrix::Matrix;
use crate::engine::recorder::Recorder;
use crate::simd::{Isa, LANES};
use netdsl_lang::mech::Moment;

/// A threshold on a number that is stored somewhere in the tile.
#[derive(Debug)]
pub(crate) struct Detector {
    pub(crate) value: *const f64,
    pub(crate) threshold: f64,
    pub(crate) above: bool,
    pub(crate) emitter: u32,
    /// Of the cell.
    pub(crate) gid: u32,
}

/// A variable that is set to a voltage elsewhere before each step.
#[derive(Debug)]
pub(crate) struct Follower {
    pub(crate) target: *mut f64,
    pub(crate) peer: *const f64,
}

/// Second-order correction of ionic currents: the voltages before the step.
#[derive(Debug)]
pub(crate) struct Correction {
    pub(crate) before: Column,
}

/// Cells side by side.
#[derive(Debug)]
pub(crate) struct Tile {
    pub(crate) isa: Isa,
    pub(crate) blocks: usize,
    pub(crate) matrix: Matrix,
    pub(crate) voltage: Column,
    /// Columns that `matrix` and the mechanisms point to.
    pub(crate) owned: Vec<Column>,
    pub(crate) pools: Vec<Pool>,
    pub(crate) instances: Instances,
    pub(crate) detectors: Vec<Detector>,
    pub(crate) followers: Vec<Follower>,
    pub(crate) recorders: Vec<Recorder>,
    pub(crate) correction: Option<Correction>,
    pub(crate) dt: f64,
    pub(crate) clock: Clock,
    /// Compartments of real cells, for reports.
    pub(crate) compartments: u64,
    /// Of the cell in each lane.
    pub(crate) gids: Vec<u32>,
    /// The instances of the cell in each lane.
    pub(crate) lane_instances: Vec<Vec<u32>>,
}

// SAFETY: the raw pointers lead into columns that the tile owns; `Follower::peer` is only read while all coupled
// tiles are borrowed by one thread
unsafe impl Send for Tile {}
// SAFETY: shared references do not follow the pointers
unsafe impl Sync for Tile {}

impl Tile {
    #[allow(clippy::too_many_arguments)]
    pub(crate) fn new(
        isa: Isa,
        blocks: usize,
        matrix: Matrix,
        voltage: Column,
        owned: Vec<Column>,
        pools: Vec<Pool>,
        instances: Instances,
        dt: f64,
    ) -> Self {
        Self {
            isa,
            blocks,
            matrix,
            voltage,
            owned,
            pools,
            instances,
            detectors: Vec::new(),
            followers: Vec::new(),
            recorders: Vec::new(),
            correction: None,
            dt,
            compartments: 0,
            clock: Clock::default(),
            gids: Vec::new(),
            lane_instances: Vec::new(),
        }
    }

    /// First half of step number `step`, from `t`: spikes, events, currents, voltages.
    pub(crate) fn advance_voltage(&mut self, t: f64, step: u64) {
        self.clock.start(step);
        let before = self.instances.spikes.len();
        self.detect(t);
        self.instances.sums.deliver(step - 1);
        self.instances.deliver(t + 0.5 * self.dt);
        let Instances { sums, spikes, .. } = &mut self.instances;
        sums.deliver_plastic(step - 1, &spikes[before..]);
        self.clock.stop(Part::Events);
        self.compute_currents(t + 0.5 * self.dt);
        self.clock.stop(Part::Currents);
        if let Some(correction) = &mut self.correction {
            correction.before.copy_from(&self.voltage);
        }
        self.matrix.solve(self.isa);
        self.correct_currents();
        self.clock.stop(Part::Solve);
    }

    /// Sets what follows voltages of other cells.
    pub(crate) fn follow(&mut self) {
        for follower in &self.followers {
            // SAFETY: both lead into columns of coupled tiles, which one thread runs
            unsafe { *follower.target = *follower.peer };
        }
    }

    /// Second half of a step that ends at `t`: states and samples. `step` counts from 1.
    pub(crate) fn advance_states(&mut self, t: f64, step: u64) {
        self.clock.start(step);
        for group in &mut self.instances.groups {
            group.advance(t);
        }
        let groups = &mut self.instances.groups;
        groups.iter_mut().for_each(MechanismGroup::diffuse);
        self.instances.around(Moment::AfterState, t);
        self.clock.stop(Part::States);
        self.instances.around(Moment::BeforeSample, t);
        self.sample(step);
        self.clock.stop(Part::Record);
    }

    /// Samples what is due at the end of step number `step`.
    pub(crate) fn sample(&mut self, step: u64) {
        for recorder in &mut self.recorders {
            recorder.sample(step);
        }
    }

    /// Matrix, and currents of all mechanisms at time `t`.
    pub(crate) fn compute_currents(&mut self, t: f64) {
        self.matrix.assemble(self.isa);
        self.instances.around(Moment::BeforeCurrent, t);
        for pool in &mut self.pools {
            pool.begin(self.isa, self.blocks);
        }
        for group in &mut self.instances.groups {
            if group.prepared.program.currents.is_empty()
                && group.prepared.blocks().current.code.is_empty()
                && !group.full
            {
                continue;
            }
            if group.prepared.constant_current && !group.full {
                continue;
            }
            group.compute_currents(t);
        }
    }

    /// NEURON's `secondorder = 2`: ionic currents at the middle of the step.
    fn correct_currents(&mut self) {
        let Some(correction) = &self.correction else {
            return;
        };
        for pool in &mut self.pools {
            if let (Some(current), Some(conductance)) = (&mut pool.current, &pool.conductance) {
                // v - before is twice the change to the middle
                current.add_scaled_difference(conductance, &self.voltage, &correction.before, 0.5);
            }
        }
    }

    /// Threshold crossings and watched conditions at time `t`.
    pub(crate) fn detect(&mut self, t: f64) {
        let mut crossings = std::mem::take(&mut self.detectors);
        for detector in &mut crossings {
            // SAFETY: leads into a column of this tile
            let above = unsafe { *detector.value } > detector.threshold;
            if above && !detector.above {
                self.instances.emit(detector.emitter, t + CROSSING_OFFSET);
            }
            detector.above = above;
        }
        self.detectors = crossings;
        self.instances.check_watches(t);
    }

    /// Detectors start from the present values.
    pub(crate) fn arm_detectors(&mut self) {
        for detector in &mut self.detectors {
            // SAFETY: leads into a column of this tile
            detector.above = unsafe { *detector.value } > detector.threshold;
        }
    }

    /// The first cell, by gid, with a voltage that is no number.
    pub(crate) fn broken_cell(&self) -> Option<u32> {
        let voltages = self.voltage.as_slice();
        // 0 times infinity is no number either
        if voltages.iter().map(|v| v * 0.0).sum::<f64>() == 0.0 {
            return None;
        }
        let length = voltages.len() / self.blocks;
        let broken = |k: &usize| {
            let of_block = &voltages[k / LANES * length..][..length];
            let of_cell = of_block[k % LANES..].iter().step_by(LANES);
            of_cell.into_iter().any(|v| !v.is_finite())
        };
        let lanes = (0..self.gids.len()).filter(broken);
        lanes.map(|lane| self.gids[lane]).min()
    }

    /// Bytes of cells' states, and of connections.
    pub(crate) fn bytes(&self) -> (usize, usize) {
        let columns: usize = self.owned.iter().map(Column::bytes).sum();
        let pools: usize = self.pools.iter().map(Pool::bytes).sum();
        let groups: usize = self
            .instances
            .groups
            .iter()
            .map(MechanismGroup::bytes)
            .sum();
        (
            columns + pools + groups + self.voltage.bytes(),
            self.instances.ports.bytes() + self.instances.sums.bytes(),
        )
    }
}
