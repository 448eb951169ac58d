//! What a model needs: `use netdsl::prelude::*;`.

pub use crate::cli::Options;
pub use crate::handle::{
    CellRef, CellType, Loc, Mechanism, PopHandle, Population, Rule, Stimulus, Synapse,
    point_variable, stimulus_variable, synapse_variable, variable, voltage,
};
pub use crate::mechanisms::*;
pub use crate::quantity::{Units, expr};
pub use crate::spec::{ExtendNetwork, RuleSpec, StimulusSpec};
#[cfg(feature = "runtime")]
pub use crate::{Error, Run, Simulation};
pub use netdsl_lang::mech::abi::Draws;
pub use netdsl_lang::model::Network;
pub use netdsl_macros::{cell_rule, conn_rule, mechanism, network, population, stimulus, synapse};
