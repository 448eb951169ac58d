//! KINETIC: reactions become flows into and out of states.
//!
//! `~ a + 2 b <-> c (kf, kb)` becomes `f_flux = kf*a*b*b; b_flux = kb*c; a' -= net; b' -= 2*net; c' += net` where
//! `net = f_flux - b_flux`.

use std::collections::BTreeMap;

use super::{Inliner, Meaning, Place};
use crate::mech::{BinOp, Kind, VarId};
use crate::nmodl::ast::{
    Callable, Expr, Name, Rates, Reaction, Span, Spread, Stmt, StmtKind, Term,
};
use crate::nmodl::hir::{Conserved, Local, Step, Value};

/// What a KINETIC block says of its states.
#[derive(Debug, Default)]
pub(super) struct Scheme {
    /// The variables `f_flux` and `b_flux`.
    fluxes: Option<(Local, Local)>,
    /// COMPARTMENT volumes of states.
    volumes: BTreeMap<(VarId, u32), Value>,
    /// No reaction multiplies states: then NEURON solves once, with the rates of the states before the step.
    linear: bool,
    /// States whose equation CONSERVE has replaced.
    replaced: Vec<(VarId, u32)>,
}

impl Scheme {
    /// Whether a KINETIC block is being read.
    pub(super) fn is_open(&self) -> bool {
        self.fluxes.is_some()
    }
}

impl<'a> Inliner<'_, 'a> {
    /// The steps of a KINETIC block.
    pub(super) fn kinetic(&mut self, callable: &'a Callable) -> Vec<Step> {
        self.place = Place::Solved;
        self.scopes = vec![BTreeMap::new()];
        self.out = Vec::new();
        self.bind_shadows();
        let (forward, backward) = (self.fresh(), self.fresh());
        self.scheme.fluxes = Some((forward, backward));
        self.scheme.linear = has_linear_reactions(callable);
        for (name, local) in [("f_flux", forward), ("b_flux", backward)] {
            self.bind(name, Meaning::Scalar(local));
            self.out.push(Step::Set(local, Value::Const(0.0)));
        }
        // volumes hold for the whole block, wherever they stand
        for statement in &callable.body {
            if let StmtKind::Compartment(spread) = &statement.kind {
                self.compartment(spread);
            }
        }
        self.scoped(&callable.body);
        for ((id, element), volume) in std::mem::take(&mut self.scheme.volumes) {
            self.out.push(Step::Dilute(id, element, volume));
        }
        std::mem::take(&mut self.out)
    }

    fn compartment(&mut self, spread: &'a Spread) {
        for name in &spread.names {
            let Some(id) = self.symbols.by_name.get(&name.kind).copied() else {
                self.unknown(&name.kind, name.span);
                continue;
            };
            // NEURON takes other variables too, and does nothing with them
            if !self.is_unknown(id) {
                continue;
            }
            for element in 0..self.symbols.variables[id as usize].length {
                let mut scope = BTreeMap::new();
                if let Some(index) = &spread.index {
                    scope.insert(index.kind.clone(), Meaning::Number(f64::from(element)));
                }
                self.scopes.push(scope);
                let volume = self.number(&spread.value);
                self.scopes.pop();
                let volume = self.keep(volume);
                self.scheme.volumes.insert((id, element), volume);
            }
        }
    }

    /// LONGITUDINAL_DIFFUSION of a KINETIC block: what couples its states along a section.
    pub(crate) fn diffusions(&mut self, callable: &'a Callable) -> Vec<Spreading> {
        let mut found = Vec::new();
        for statement in &callable.body {
            let StmtKind::Diffusion(spread) = &statement.kind else {
                continue;
            };
            if self.symbols.kind != Kind::Density {
                let message = "LONGITUDINAL_DIFFUSION is for mechanisms of sections (SUFFIX)";
                self.report.error(statement.span, message);
                return found;
            }
            for name in &spread.names {
                let Some(id) = self.symbols.by_name.get(&name.kind).copied() else {
                    self.unknown(&name.kind, name.span);
                    continue;
                };
                if !self.symbols.state_ids.contains(&id) {
                    let message = format!("LONGITUDINAL_DIFFUSION: `{name}` is no STATE");
                    self.report.error(name.span, message);
                    continue;
                }
                let Some(volume) = compartment_of(callable, &name.kind) else {
                    let message = format!("`{name}` diffuses, but no COMPARTMENT says its volume");
                    self.report.error(name.span, message);
                    continue;
                };
                for element in 0..self.symbols.variables[id as usize].length {
                    found.push(self.spreading((id, element), volume, spread, name.span));
                }
            }
        }
        found
    }

    fn spreading(
        &mut self,
        state: (VarId, u32),
        volume: &'a Spread,
        constant: &'a Spread,
        span: Span,
    ) -> Spreading {
        self.place = Place::Table;
        self.scopes = vec![BTreeMap::new()];
        self.out = Vec::new();
        self.copies = BTreeMap::new();
        let [volume, constant] = [volume, constant].map(|spread| {
            let mut scope = BTreeMap::new();
            if let Some(index) = &spread.index {
                scope.insert(index.kind.clone(), Meaning::Number(f64::from(state.1)));
            }
            self.scopes.push(scope);
            let value = self.number(&spread.value);
            self.scopes.pop();
            self.keep(value)
        });
        Spreading {
            state,
            steps: std::mem::take(&mut self.out),
            volume,
            constant,
            span,
        }
    }

    /// `~ a + b <-> c (kf, kb)`
    pub(super) fn reaction(&mut self, reaction: &'a Reaction, span: Span) {
        let Some((f_flux, b_flux)) = self.scheme.fluxes else {
            return self.report.error(
                span,
                "a reaction stands outside of a KINETIC block that SOLVE names",
            );
        };
        let (forward, backward) = match &reaction.rates {
            Rates::Flux(flux) => {
                let flux = self.number(flux);
                return self.add_flux(&reaction.left, flux, (f_flux, b_flux), span);
            }
            Rates::Decay(rate) => (self.speed(rate, &reaction.left), Value::Const(0.0)),
            Rates::Both { forward, backward } => (
                self.speed(forward, &reaction.left),
                self.speed(backward, &reaction.right),
            ),
        };
        self.out.push(Step::Set(f_flux, forward));
        self.out.push(Step::Set(b_flux, backward));
        let net = Value::bin(BinOp::Sub, Value::Local(f_flux), Value::Local(b_flux));
        let net = self.keep(net);
        self.flow(&reaction.left, &net, -1.0);
        self.flow(&reaction.right, &net, 1.0);
    }

    fn add_flux(&mut self, left: &'a [Term], flux: Value, fluxes: (Local, Local), span: Span) {
        let [term] = left else {
            return self
                .report
                .error(span, "`<<` adds to one state: ~ ca << (flux)");
        };
        self.out.push(Step::Set(fluxes.0, Value::Const(0.0)));
        self.out.push(Step::Set(fluxes.1, flux));
        match self.element(term) {
            Some((id, element)) if self.is_unknown(id) => {
                if self.scheme.replaced.contains(&(id, element)) {
                    let message = format!("`{}` is conserved and has a flux", term.name);
                    self.report.error(span, message);
                }
                self.out
                    .push(Step::Flow(id, element, Value::Local(fluxes.1)));
            }
            Some(_) => self.report.error(
                term.name.span,
                format!("`{}` is no STATE that is solved", term.name),
            ),
            None => {}
        }
    }

    /// A rate times all that takes part.
    fn speed(&mut self, rate: &'a Expr, terms: &'a [Term]) -> Value {
        let mut product = self.number(rate);
        for term in terms {
            let amount = self.amount(term);
            for _ in 0..term.count.min(MOST_COPIES) {
                product = Value::bin(BinOp::Mul, product, amount.clone());
            }
        }
        product
    }

    fn flow(&mut self, terms: &'a [Term], net: &Value, sign: f64) {
        for term in terms {
            if term.count > MOST_COPIES {
                let message = format!("more than {MOST_COPIES} of `{}` react", term.name);
                self.report.error(term.name.span, message);
            }
            let Some((id, element)) = self.element(term) else {
                continue;
            };
            // what is no state stays as it is
            if !self.is_unknown(id) || self.scheme.replaced.contains(&(id, element)) {
                continue;
            }
            let count = Value::Const(sign * f64::from(term.count));
            let change = match term.count {
                1 if sign > 0.0 => net.clone(),
                1 => Value::un(crate::mech::UnOp::Neg, net.clone()),
                _ => Value::bin(BinOp::Mul, count, net.clone()),
            };
            self.out.push(Step::Flow(id, element, change));
        }
    }

    /// The value of a term.
    fn amount(&mut self, term: &'a Term) -> Value {
        let value = match &term.index {
            Some(index) => self.read_element(&term.name, index),
            None => self.read(&term.name.kind, term.name.span),
        };
        match value {
            Value::Var(id, element) if self.scheme.linear && self.is_unknown(id) => {
                Value::Unknown(id, element)
            }
            other => other,
        }
    }

    /// The variable of a term.
    fn element(&mut self, term: &'a Term) -> Option<(VarId, u32)> {
        let name: &Name = &term.name;
        let Some(id) = self.symbols.variable(&name.kind) else {
            self.unknown(&name.kind, name.span);
            return None;
        };
        let length = self.symbols.variables[id as usize].length;
        match &term.index {
            None if length > 1 => {
                self.wants_index(name, length);
                None
            }
            None => Some((id, 0)),
            Some(index) => {
                let index = self.index(index);
                let element = self.fixed_index(&index, length, name)?;
                Some((id, element))
            }
        }
    }

    /// `CONSERVE a + 2 b = total`: stands for the equation of its last state, as in NEURON, to which goes what is amiss.
    pub(super) fn conserve(&mut self, terms: &'a [Term], total: &'a Expr, span: Span) {
        if self.scheme.fluxes.is_none() {
            return self.report.error(span, "CONSERVE is for KINETIC blocks");
        }
        let mut rest = self.number(total);
        let mut place = None;
        for term in terms {
            let Some(state) = self.element(term) else {
                continue;
            };
            if !self.is_unknown(state.0) {
                let message = format!("CONSERVE: `{}` is no STATE that is solved", term.name);
                self.report.error(term.name.span, message);
            }
            let single = self.symbols.variables[state.0 as usize].length == 1;
            if single && !self.scheme.replaced.contains(&state) {
                place = Some(state);
            }
            let mut amount = self.amount(term);
            if let Some(volume) = self.scheme.volumes.get(&state) {
                amount = Value::bin(BinOp::Mul, volume.clone(), amount);
            }
            if term.count != 1 {
                amount = Value::bin(BinOp::Mul, Value::Const(f64::from(term.count)), amount);
            }
            rest = Value::bin(BinOp::Sub, rest, amount);
        }
        match place {
            Some(state) => {
                self.scheme.replaced.push(state);
                self.out.push(Step::Conserve(Conserved { state, rest }));
            }
            None => self.report.error_help(
                span,
                "CONSERVE has no state of its own",
                "each CONSERVE needs a state that is no array and that no other CONSERVE needs",
            ),
        }
    }
}

/// A state that diffuses between compartments.
#[derive(Debug)]
pub(crate) struct Spreading {
    pub(crate) state: (VarId, u32),
    /// What is computed before the two values.
    pub(crate) steps: Vec<Step>,
    pub(crate) volume: Value,
    pub(crate) constant: Value,
    pub(crate) span: Span,
}

/// Whether no side of a reaction has more than one taker.
pub(super) fn has_linear_reactions(callable: &Callable) -> bool {
    fn linear(body: &[Stmt]) -> bool {
        body.iter().all(|s| match &s.kind {
            StmtKind::Reaction(r) if !matches!(r.rates, Rates::Flux(_)) => {
                let count = |side: &[Term]| side.iter().map(|t| t.count).sum::<u32>();
                count(&r.left) <= 1 && count(&r.right) <= 1
            }
            StmtKind::If(_, yes, no) => linear(yes) && linear(no),
            StmtKind::While(_, body) | StmtKind::From { body, .. } | StmtKind::Block(body) => {
                linear(body)
            }
            _ => true,
        })
    }
    linear(&callable.body)
}

/// The COMPARTMENT that a state is in.
fn compartment_of<'a>(callable: &'a Callable, name: &str) -> Option<&'a Spread> {
    callable.body.iter().find_map(|s| match &s.kind {
        StmtKind::Compartment(spread) if spread.names.iter().any(|n| n.kind == name) => {
            Some(spread)
        }
        _ => None,
    })
}

/// So many of one kind may take part in a reaction.
const MOST_COPIES: u32 = 64;
