//! Named parameters: their units and values, for the expressions that use them.

use crate::expr::{self, Param, ScopeKind, Want};
use crate::model::{Network, Table, Value};
use crate::units::Unit;

/// A named parameter.
#[derive(Clone, Debug, PartialEq)]
pub struct NamedValue {
    /// Its name.
    pub name: String,
    /// Unit of its value; `None` if its expression has a mistake.
    pub unit: Option<Unit>,
    /// Its value in `unit`; `None` if its expression has a mistake, or is not the same for all cells.
    pub value: Option<f64>,
}

/// The named parameters that an expression may use: those of its rule, cell type or stimulus, then the network's.
///
/// A parameter may itself be computed from parameters declared before it, and from the network's.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct NamedValues(Vec<NamedValue>);

impl NamedValues {
    /// Those of a network.
    pub fn of(network: &Network) -> Self {
        Self::default().with(&network.params)
    }

    /// These, and before them the parameters of `table`, which hide those of the same name.
    #[must_use]
    pub fn with(&self, table: &Table<Value>) -> Self {
        let mut all = self.clone();
        for (name, value) in table.iter() {
            let value = evaluate(name, value, &all);
            all.0.retain(|known| known.name != value.name);
            all.0.push(value);
        }
        all
    }

    /// These, and before them values that every cell has of its own: their units are known, their values are not.
    #[must_use]
    pub fn with_per_cell(&self, table: &Table<Value>) -> Self {
        let mut all = self.clone();
        for (name, value) in table.iter() {
            let params = all.params();
            let checked = expr::compile(value.text(), ScopeKind::Cell, &params, Want::Any);
            let named = NamedValue {
                name: name.to_owned(),
                unit: checked.ok().map(|c| c.unit),
                value: None,
            };
            all.0.retain(|known| known.name != name);
            all.0.push(named);
        }
        all
    }

    /// As a check of an expression wants them.
    pub fn params(&self) -> Vec<Param<'_>> {
        self.0
            .iter()
            .map(|named| Param {
                name: &named.name,
                unit: named.unit,
            })
            .collect()
    }

    /// Their values, in the same order; NaN where there is none.
    pub fn values(&self) -> Vec<f64> {
        self.0
            .iter()
            .map(|named| named.value.unwrap_or(f64::NAN))
            .collect()
    }

    /// In order.
    pub fn iter(&self) -> impl Iterator<Item = &NamedValue> {
        self.0.iter()
    }

    /// The parameter of that name.
    pub fn get(&self, name: &str) -> Option<&NamedValue> {
        self.0.iter().find(|named| named.name == name)
    }
}

fn evaluate(name: &str, value: &Value, known: &NamedValues) -> NamedValue {
    let checked = expr::compile(value.text(), ScopeKind::Network, &known.params(), Want::Any);
    let checked = checked.ok().filter(|c| !c.truth);
    NamedValue {
        name: name.to_owned(),
        unit: checked.as_ref().map(|c| c.unit),
        value: checked
            .and_then(|c| c.constant(&known.values()))
            .filter(|x| !x.is_nan()),
    }
}
