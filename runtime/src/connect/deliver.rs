//! What a connection delivers: synapses with weights, delays and places, ready to be evaluated.

use std::sync::Arc;

use netdsl_lang::check::{MechanismInfo, is_conductance};
use netdsl_lang::mech::{Program, Role};
use netdsl_lang::model::{Contact, Synapse, Value};

use crate::instance::ParameterSet;
use crate::instantiate::cells::Range;
use crate::instantiate::formula::Formula;
use crate::instantiate::names::{Locals, Names, Scope};
use crate::instantiate::plan::{ParameterPlan, Plan, PlannedParameter, Planner};
use crate::instantiate::variable::Variable;
use crate::instantiate::{Mistake, NetworkErrors};

/// A formula of a pair of cells, or of a stimulated cell.
pub(crate) type PairPlan = Formula<Variable>;

/// A kind of synapse, ready.
#[derive(Clone, Debug)]
pub(crate) struct SynapsePlan {
    pub(crate) name: String,
    pub(crate) mechanism: Arc<String>,
    pub(crate) parameters: ParameterPlan,
    /// The parameters, if they are the same everywhere.
    pub(crate) constant: Option<ParameterSet>,
    /// Whether they depend on where on the cell the synapse is.
    pub(crate) distances: bool,
    pub(crate) weights: WeightVector,
    /// Unit of the first weight.
    pub(crate) weight_unit: String,
}

/// What a mechanism keeps for each connection to it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct WeightVector {
    pub(crate) len: usize,
    /// What the first weight may be.
    pub(crate) range: Range,
}

impl WeightVector {
    fn of(program: Option<&Program>) -> Self {
        let len = program.map_or(1, weight_count);
        let conductance = program.is_some_and(|program| is_conductance(&weight_unit(program)));
        let range = if conductance {
            Range::Conductance
        } else {
            Range::Any
        };
        Self { len, range }
    }
}

/// A synapse of each pair.
#[derive(Clone, Debug)]
pub(crate) struct ContactPlan {
    /// Index of the kind of synapse.
    pub(crate) synapse: usize,
    pub(crate) sections: Vec<String>,
    pub(crate) locations: Vec<PairPlan>,
    pub(crate) count: Option<PairPlan>,
    /// In the synapse's unit; whether it is the rule's.
    pub(crate) weight: Option<PairPlan>,
    pub(crate) own_weight: bool,
    /// ms; `None` where the rule's holds.
    pub(crate) delay: Option<PairPlan>,
}

/// All that a rule delivers.
#[derive(Clone, Debug)]
pub(crate) struct DeliveryPlan {
    /// ms.
    pub(crate) delay: Option<PairPlan>,
    pub(crate) contacts: Vec<ContactPlan>,
    /// Without synapses: the mechanism that receives, weight in its unit, and the weight vector.
    pub(crate) direct: Vec<(String, Option<PairPlan>, WeightVector)>,
    /// Whether any of them draws random numbers.
    pub(crate) draws: bool,
}

/// Compiles the kinds of synapses.
pub(crate) fn plan_synapses(
    synapses: &[Synapse],
    names: &Names,
    mechanisms: &dyn MechanismInfo,
    errors: &mut NetworkErrors,
) -> Vec<SynapsePlan> {
    let mut plan_one = |synapse: &Synapse| {
        let mut planner = Planner {
            names,
            mechanisms,
            errors,
            place: format!("synapse `{}`", synapse.name),
            locals: Locals::default(),
        };
        let parameters =
            planner.parameters(&synapse.mechanism, &synapse.parameters, Scope::Segment);
        let program = mechanisms.program(&synapse.mechanism);
        SynapsePlan {
            name: synapse.name.clone(),
            mechanism: Arc::new(synapse.mechanism.clone()),
            constant: constant_set(&parameters),
            distances: uses_distances(&parameters),
            parameters,
            weights: WeightVector::of(program),
            weight_unit: program.map_or_else(String::new, weight_unit),
        }
    };
    synapses.iter().map(&mut plan_one).collect()
}

/// Length of the weight vector of a connection to the mechanism.
pub(crate) fn weight_count(program: &Program) -> usize {
    program
        .net_receive
        .as_ref()
        .map_or(1, |receive| receive.weights.len().max(1))
}

/// Unit of the first weight.
pub(crate) fn weight_unit(program: &Program) -> String {
    let weight = program.variables.iter().find(|v| v.role == Role::Weight(0));
    weight.map_or_else(String::new, |weight| weight.unit.clone())
}

fn formulas(plan: &Plan) -> &[PairPlan] {
    match plan {
        Plan::One(formula) => std::slice::from_ref(formula),
        Plan::Each(formulas) => formulas,
    }
}

fn constant_set(parameters: &ParameterPlan) -> Option<ParameterSet> {
    let value = |parameter: &PlannedParameter| {
        let formulas = formulas(&parameter.plan).iter();
        let values: Option<Vec<f64>> = formulas.map(Formula::constant).collect();
        let values = values?;
        // what will not do is told for each synapse
        let fine = values.iter().all(|v| parameter.range.refuses(*v).is_none());
        fine.then(|| (parameter.name.clone(), values))
    };
    parameters.iter().map(value).collect()
}

fn uses_distances(parameters: &ParameterPlan) -> bool {
    let distance = |v| matches!(v, Variable::PathDistance | Variable::EuclideanDistance);
    let of_plan = |p: &PlannedParameter| formulas(&p.plan).iter().any(|f| f.uses(distance));
    parameters.iter().any(of_plan)
}

/// Compiles what a rule or stimulus delivers.
pub(crate) struct Deliveries<'a> {
    pub(crate) names: &'a Names,
    pub(crate) mechanisms: &'a dyn MechanismInfo,
    pub(crate) synapses: &'a [SynapsePlan],
    pub(crate) errors: &'a mut NetworkErrors,
    pub(crate) place: &'a str,
    pub(crate) locals: &'a Locals,
    pub(crate) scope: Scope,
}

impl Deliveries<'_> {
    fn formula(&mut self, what: &str, value: &Value, unit: &str) -> PairPlan {
        let found = self
            .names
            .formula(what, value, unit, self.scope, self.locals);
        let found = self.errors.take(self.place, found);
        found.unwrap_or_else(|| Formula::number(0.0))
    }

    /// What `contacts` deliver, and what cells without synapses get, where these mechanisms receive.
    pub(crate) fn plan(
        &mut self,
        contacts: &[Contact],
        weight: Option<&Value>,
        delay: Option<&Value>,
        receiving: &[&str],
    ) -> DeliveryPlan {
        let delay = delay.map(|value| self.formula("delay", value, "ms"));
        let contacts: Vec<_> = contacts
            .iter()
            .filter_map(|c| self.contact(c, weight))
            .collect();
        let mechanisms = self.mechanisms;
        let direct = receiving
            .iter()
            .map(|&name| {
                let program = mechanisms.program(name);
                let unit = program.map_or_else(String::new, weight_unit);
                let weight = weight.map(|value| self.formula("weight", value, &unit));
                (name.to_owned(), weight, WeightVector::of(program))
            })
            .collect();
        let mut plan = DeliveryPlan {
            delay,
            contacts,
            direct,
            draws: false,
        };
        let draws = plan.formulas().any(Formula::draws);
        plan.draws = draws;
        plan
    }

    fn contact(&mut self, contact: &Contact, weight: Option<&Value>) -> Option<ContactPlan> {
        let found = self.synapses.iter().position(|s| s.name == contact.synapse);
        let Some(synapse) = found else {
            let name = contact.synapse.clone();
            let mistake = Mistake::Unknown {
                kind: "synapse",
                name,
                near: String::new(),
            };
            self.errors.add(self.place, mistake);
            return None;
        };
        let unit = self.synapses[synapse].weight_unit.clone();
        let weight_value = contact.weight.as_ref().or(weight);
        Some(ContactPlan {
            synapse,
            sections: contact.sections.clone(),
            weight: weight_value.map(|value| self.formula("weight", value, &unit)),
            own_weight: contact.weight.is_some(),
            delay: contact
                .delay
                .as_ref()
                .map(|value| self.formula("delay", value, "ms")),
            count: contact
                .count
                .as_ref()
                .map(|value| self.formula("count", value, "1")),
            locations: contact
                .loc
                .iter()
                .map(|value| self.formula("loc", value, "1"))
                .collect(),
        })
    }
}

impl DeliveryPlan {
    fn formulas(&self) -> impl Iterator<Item = &PairPlan> {
        let contacts = self.contacts.iter().flat_map(|c| {
            let given = [&c.weight, &c.delay, &c.count].into_iter().flatten();
            given.chain(&c.locations)
        });
        let direct = self.direct.iter();
        let direct = direct.filter_map(|(_, weight, _)| weight.as_ref());
        self.delay.iter().chain(contacts).chain(direct)
    }
}
