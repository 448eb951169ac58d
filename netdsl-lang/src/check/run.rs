//! Settings of a run and what is recorded.

use super::context::{At, Check};
use crate::mech::Program;
use crate::model::{ArtificialCell, CellType, Recorded, Recording, RunConfig, Section};

impl<'a> Check<'a> {
    /// A run and its recordings.
    pub(super) fn run(&mut self, at: &At, run: &'a RunConfig) {
        for (name, value) in [("duration", run.duration), ("dt", run.dt)] {
            if !(value > 0.0 && value.is_finite()) {
                let message = format!("`{name}` is a positive time (ms), not {value}");
                self.problem(&at.field(name), message, "");
            }
        }
        for (name, value) in [("v_init", run.v_init), ("celsius", run.celsius)] {
            if !value.is_finite() {
                self.problem(&at.field(name), format!("`{name}` is {value}"), "");
            }
        }
        let list = at.field("record");
        let item =
            |k: usize, r: &Recording| list.index(k).called(&format!("recording `{}`", r.label));
        for (k, recording) in run.record.iter().enumerate() {
            let at = item(k, recording);
            if run.record[..k].iter().any(|r| r.label == recording.label) {
                let message = format!("there is another recording `{}`", recording.label);
                self.problem(&at.field("label"), message, "give each a label of its own");
            }
            self.recording(&at, recording, run.dt);
        }
    }

    fn recording(&mut self, at: &At, recording: &'a Recording, dt: f64) {
        if let Some(interval) = recording.interval
            && !(interval >= dt && interval.is_finite())
        {
            let message = format!("`interval` is {interval} ms, but the step is {dt} ms");
            self.problem(&at.field("interval"), message, "sample every step at most");
        }
        let cells = self.selector(
            &at.field("cells"),
            &recording.cells,
            super::connections::RECORDED,
        );
        let at = at.field("what");
        for cell in cells {
            self.recorded(&at, cell, &recording.what);
        }
    }

    fn recorded(&mut self, at: &At, cell: &'a CellType, what: &'a Recorded) {
        match what {
            Recorded::Place {
                section,
                loc,
                variable,
            } => {
                let at = at.field("place");
                self.location(&at.field("loc"), "loc", *loc);
                if let Some(section) = self.section_of(&at.field("section"), cell, section) {
                    self.variable_of_section(&at.field("variable"), section, variable);
                }
            }
            Recorded::Point {
                section,
                point,
                variable,
            } => {
                let at = at.field("point");
                if let Some(mechanism) = self.point_of(&at, cell, section, point) {
                    self.variable_of(&at.field("variable"), &mechanism, variable);
                }
            }
            Recorded::Synapse { synapse, variable } => {
                let at = at.field("synapse");
                let network = self.network;
                match network.synapse(synapse) {
                    Some(found) => {
                        self.variable_of(&at.field("variable"), &found.mechanism, variable);
                    }
                    None => {
                        let known = network.synapses.iter().map(|s| s.name.as_str());
                        self.unknown(&at.field("synapse"), "synapse", synapse, known);
                    }
                }
            }
            Recorded::Stimulus { stimulus, variable } => {
                let at = at.field("stimulus");
                let network = self.network;
                match network.stimuli.iter().find(|s| s.name == *stimulus) {
                    Some(found) => {
                        self.variable_of(&at.field("variable"), &found.mechanism, variable);
                    }
                    None => {
                        let known = network.stimuli.iter().map(|s| s.name.as_str());
                        self.unknown(&at.field("stimulus"), "stimulus", stimulus, known);
                    }
                }
            }
            Recorded::Artificial { variable } => {
                let at = at.field("artificial");
                match &cell.artificial {
                    Some(ArtificialCell::Mechanism { mechanism, .. }) => {
                        self.variable_of(&at.field("variable"), mechanism, variable);
                    }
                    _ => {
                        let message = format!("cells of type `{}` are no mechanism", cell.name);
                        self.problem(&at, message, "name the section and the position");
                    }
                }
            }
        }
    }

    /// A variable of a mechanism; an unknown mechanism is reported where it is used.
    fn variable_of(&mut self, at: &At, mechanism: &str, variable: &str) {
        let Some(program) = self.mechanisms.program(mechanism) else {
            return;
        };
        if !recordable(program).any(|name| name == variable) {
            let kind = format!("variable of `{mechanism}` called");
            self.unknown(at, &kind, variable, recordable(program).collect::<Vec<_>>());
        }
    }

    fn variable_of_section(&mut self, at: &At, section: &Section, variable: &str) {
        let mechanisms = self.mechanisms;
        let programs: Vec<Option<&Program>> = section
            .mechanisms
            .names()
            .map(|name| mechanisms.program(name))
            .collect();
        if programs.iter().any(Option::is_none) {
            return;
        }
        let mut known = vec!["v".to_owned()];
        // `m` and `hh.m` are slips for `m_hh`
        let spoken = variable.rsplit_once('.');
        let (mechanism, short) = spoken.map_or((None, variable), |(m, name)| (Some(m), name));
        let mut meant = None;
        for program in programs.into_iter().flatten() {
            if mechanism.is_none_or(|m| m == program.name)
                && recordable(program).any(|name| name == short)
            {
                meant = meant.or(Some(format!("{short}_{}", program.name)));
            }
            for ion in &program.ions {
                let n = &ion.name;
                known.extend([
                    format!("i{n}"),
                    format!("e{n}"),
                    format!("{n}i"),
                    format!("{n}o"),
                ]);
            }
            known.extend(recordable(program).map(|name| format!("{name}_{}", program.name)));
        }
        if !known.iter().any(|name| name == variable) {
            let kind = format!("variable in section `{}` called", section.name);
            if let Some(meant) = meant {
                let message = format!("there is no {kind} `{variable}`; did you mean `{meant}`?");
                self.problem(at, message, "NEURON's names end with the mechanism's");
                return;
            }
            self.unknown(at, &kind, variable, known.iter().map(String::as_str));
        }
    }
}

/// What can be recorded of an instance.
fn recordable(program: &Program) -> impl Iterator<Item = &str> {
    use crate::mech::Role;
    let kept = |role| {
        matches!(
            role,
            Role::Parameter | Role::State | Role::Assigned | Role::Transient
        )
    };
    program
        .variables
        .iter()
        .filter(move |v| kept(v.role))
        .map(|v| v.name.as_str())
}
