//! What a declaration names.
//!
//! A name is mentioned once in an expansion, as an associated type of one of the traits here, and reached through the
//! type that uses it: so a name that is no mechanism is one error of the compiler, not one for each check.

use crate::handle::{Mechanism, Population, Rule, Stimulus, Synapse};

/// The `N`-th mechanism that a declaration names.
pub trait UsesMechanism<const N: usize> {
    /// Which.
    type Mechanism: Mechanism;
}

/// The `N`-th synapse that a declaration names.
pub trait UsesSynapse<const N: usize> {
    /// Which.
    type Synapse: Synapse;
}

/// The `N`-th population that a declaration names, beyond those of its header.
pub trait UsesPopulation<const N: usize> {
    /// Which.
    type Population: Population;
}

/// A rule's populations: 0 is the presynaptic one.
impl<R: Rule> UsesPopulation<0> for R {
    type Population = R::Pre;
}

/// 1 is the postsynaptic one.
impl<R: Rule> UsesPopulation<1> for R {
    type Population = R::Post;
}

/// A stimulus's population.
impl<S: Stimulus> UsesPopulation<2> for S {
    type Population = S::Target;
}

/// The `N`-th rule that a network names.
pub trait UsesRule<const N: usize> {
    /// Which.
    type Rule: Rule;
}

/// The `N`-th stimulus that a network names.
pub trait UsesStimulus<const N: usize> {
    /// Which.
    type Stimulus: Stimulus;
}
