//! Puts a network together from parts.

use crate::__private::Assembly;
use netdsl_lang::check::{Diagnostics, check_model};
use netdsl_lang::model::{
    CellType, ConnRule, FunctionTable, Mechanism, MechanismSource, Network, Parameters, Population,
    Quirks, RunConfig, Seeds, Shape, Stimulus, Synapse, Table, Value,
};

/// A network while parts are added to it. The parts may come in any order; names are resolved at the end.
#[derive(Clone, Debug)]
#[must_use]
pub struct NetworkBuilder {
    network: Network,
}

impl NetworkBuilder {
    /// A network without parts, 100 µm a side, all seeds 1.
    pub fn new(name: impl Into<String>) -> Self {
        Self {
            network: Network::new(name),
        }
    }

    /// Extent along x, y (depth) and z: lengths.
    pub fn size<V: Into<Value>>(mut self, size: [V; 3]) -> Self {
        self.network.size = size.map(Into::into);
        self
    }

    /// Shape of the volume.
    pub fn shape(mut self, shape: Shape) -> Self {
        self.network.shape = shape;
        self
    }

    /// Whose habits are followed where a model's meaning is not its plain one.
    pub fn quirks(mut self, quirks: Quirks) -> Self {
        self.network.quirks = quirks;
        self
    }

    /// Seeds of the random streams: one number for all, or [`Seeds`].
    pub fn seed(mut self, seeds: impl Into<Seeds>) -> Self {
        self.network.seeds = seeds.into();
        self
    }

    /// A named parameter: usable in every expression, settable from the command line.
    pub fn param(mut self, name: impl Into<String>, value: impl Into<Value>) -> Self {
        self.network.params.push(name, value);
        self
    }

    /// A mechanism of the model's own, as NMODL text; [`declared`](Self::declared) takes one of `mechanism!`.
    pub fn mechanism(
        mut self,
        name: impl Into<String>,
        file: impl Into<String>,
        text: impl Into<String>,
    ) -> Self {
        self.network.mechanisms.push(Mechanism {
            name: name.into(),
            source: MechanismSource::Mod {
                file: file.into(),
                text: text.into(),
                hooks: Vec::new(),
            },
        });
        self
    }

    /// As [`mechanism`](Self::mechanism), of a file with C that functions of the program take the place of:
    /// [`SimulationBuilder::hook`](crate::SimulationBuilder::hook) gives them. Each name is that of a FUNCTION or
    /// PROCEDURE, or `verbatim_2` for the second VERBATIM of the file.
    pub fn mechanism_with_hooks<H: Into<String>>(
        mut self,
        name: impl Into<String>,
        file: impl Into<String>,
        text: impl Into<String>,
        hooks: impl IntoIterator<Item = H>,
    ) -> Self {
        self.network.mechanisms.push(Mechanism {
            name: name.into(),
            source: MechanismSource::Mod {
                file: file.into(),
                text: text.into(),
                hooks: hooks.into_iter().map(H::into).collect(),
            },
        });
        self
    }

    /// A mechanism that the program declares with `mechanism!`, with its native code. One that is added as text runs
    /// in the VM, more slowly, with the same bits.
    pub fn declared<M: crate::Mechanism>(mut self) -> Self {
        let mut declared = Assembly::of(Network::new(""));
        M::declare(&mut declared);
        let found = declared.into_parts().mechanisms;
        self.network.mechanisms.extend(found);
        self
    }

    /// Values of a mechanism's global variables.
    pub fn globals(mut self, mechanism: impl Into<String>, values: impl Into<Parameters>) -> Self {
        self.network.globals.push(mechanism, values);
        self
    }

    /// A function that a mechanism wants as data (FUNCTION_TABLE).
    pub fn function_table(
        mut self,
        mechanism: impl Into<String>,
        function: impl Into<String>,
        table: FunctionTable,
    ) -> Self {
        let mechanism = mechanism.into();
        let all = &mut self.network.function_tables;
        match all.0.iter_mut().find(|(name, _)| *name == mechanism) {
            Some((_, known)) => known.push(function, table),
            None => {
                let mut first = Table::default();
                first.push(function, table);
                all.push(mechanism, first);
            }
        }
        self
    }

    /// A kind of cell.
    pub fn cell_type(mut self, cell: CellType) -> Self {
        self.network.cell_types.push(cell);
        self
    }

    /// A kind of synapse.
    pub fn synapse(mut self, synapse: Synapse) -> Self {
        self.network.synapses.push(synapse);
        self
    }

    /// A population; gids follow the order of populations.
    pub fn population(mut self, population: Population) -> Self {
        self.network.populations.push(population);
        self
    }

    /// A connection rule.
    pub fn connect(mut self, rule: ConnRule) -> Self {
        self.network.connections.push(rule);
        self
    }

    /// Several connection rules.
    pub fn connect_all(mut self, rules: impl IntoIterator<Item = ConnRule>) -> Self {
        self.network.connections.extend(rules);
        self
    }

    /// A stimulus.
    pub fn stimulate(mut self, stimulus: Stimulus) -> Self {
        self.network.stimuli.push(stimulus);
        self
    }

    /// How it is run, unless the program says otherwise.
    pub fn run(mut self, run: RunConfig) -> Self {
        self.network.run = Some(run);
        self
    }

    /// The network.
    ///
    /// # Errors
    /// All mistakes: those in the files of its own mechanisms or, if there are none, those of the model.
    pub fn build(self) -> Result<Network, Diagnostics> {
        check_model(&self.network)?;
        Ok(self.network)
    }

    /// The network as it is, unchecked.
    #[must_use]
    pub fn unchecked(self) -> Network {
        self.network
    }
}
