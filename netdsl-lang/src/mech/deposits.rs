//! What an event adds to an instance, where adding is all it does.
//!
//! Of such a mechanism it is enough to know the sum of the weights that come in a step.

use std::collections::BTreeMap;

use crate::mech::{BinOp, Block, Instr, Kind, Program, Reg, Role, UnOp, VarId};

/// An event of weight `w` adds `w` times all factors to a slot.
#[derive(Clone, Debug, PartialEq)]
pub struct Deposit {
    /// The slot that grows.
    pub slot: u32,
    /// What the weight is multiplied with, in this order.
    pub factors: Vec<Factor>,
}

/// Something that no event changes.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Factor {
    /// A number.
    Number(f64),
    /// A slot of the instance.
    Slot(u32),
    /// A global variable, by index.
    Global(u32),
}

/// What a register holds.
#[derive(Clone, Debug)]
enum Term {
    Product {
        weighted: bool,
        factors: Vec<Factor>,
    },
    /// A slot and what is added to it.
    Grown(Deposit),
}

impl Term {
    fn plain(factor: Factor) -> Self {
        Self::Product {
            weighted: false,
            factors: vec![factor],
        }
    }

    fn times(self, other: Self) -> Option<Self> {
        match (self, other) {
            (
                Self::Product { weighted, factors },
                Self::Product {
                    weighted: too,
                    factors: more,
                },
            ) if !(weighted && too) => Some(Self::Product {
                weighted: weighted || too,
                factors: [factors, more].concat(),
            }),
            _ => None,
        }
    }

    fn negated(self) -> Option<Self> {
        self.times(Self::plain(Factor::Number(-1.0)))
    }

    fn plus(self, other: Self) -> Option<Self> {
        let (
            Self::Product { weighted, factors },
            Self::Product {
                weighted: too,
                factors: more,
            },
        ) = (self, other)
        else {
            return None;
        };
        let (base, factors) = match (weighted, too) {
            (false, true) => (factors, more),
            (true, false) => (more, factors),
            _ => return None,
        };
        match base[..] {
            [Factor::Slot(slot)] => Some(Self::Grown(Deposit { slot, factors })),
            _ => None,
        }
    }
}

impl Program {
    /// What NET_RECEIVE adds, if it does nothing else: each slot grows by the weight times what no event changes.
    pub fn deposits(&self) -> Option<Vec<Deposit>> {
        let receive = self.net_receive.as_ref()?;
        let only = self.kind == Kind::Point
            && receive.weights.len() == 1
            && receive.watches.is_empty()
            && receive.init.is_none();
        let found = only.then(|| self.deposits_of(&receive.body))??;
        let grows = |slot: u32| found.iter().filter(|d| d.slot == slot).count();
        let sound = found.iter().all(|deposit| {
            let steady = |factor: &Factor| match factor {
                Factor::Slot(slot) => grows(*slot) == 0,
                _ => true,
            };
            grows(deposit.slot) == 1 && deposit.factors.iter().all(steady)
        });
        (sound && !found.is_empty()).then_some(found)
    }

    fn deposits_of(&self, block: &Block) -> Option<Vec<Deposit>> {
        let mut terms: BTreeMap<Reg, Term> = BTreeMap::new();
        let mut found = Vec::new();
        for instr in &block.code {
            let of = |register: &Reg| terms.get(register).cloned();
            let (dst, term) = match instr {
                Instr::Const { dst, value } => (dst, Term::plain(Factor::Number(*value))),
                Instr::Load {
                    dst,
                    var,
                    element,
                    index: None,
                } => (dst, self.term_of(*var, *element)?),
                Instr::Copy { dst, a } => (dst, of(a)?),
                Instr::Un {
                    dst,
                    op: UnOp::Neg,
                    a,
                } => (dst, of(a)?.negated()?),
                Instr::Bin { dst, op, a, b } => {
                    let (a, b) = (of(a)?, of(b)?);
                    let term = match op {
                        BinOp::Add => a.plus(b),
                        BinOp::Sub => a.plus(b.negated()?),
                        BinOp::Mul => a.times(b),
                        _ => None,
                    };
                    (dst, term?)
                }
                Instr::Fma { dst, a, b, c } => (dst, of(a)?.times(of(b)?)?.plus(of(c)?)?),
                Instr::Store {
                    var,
                    element,
                    index: None,
                    src,
                } => {
                    let own = self.variables[*var as usize].slot? + element;
                    match of(src)? {
                        Term::Grown(deposit) if deposit.slot == own => found.push(deposit),
                        _ => return None,
                    }
                    continue;
                }
                _ => return None,
            };
            terms.insert(*dst, term);
        }
        Some(found)
    }

    fn term_of(&self, var: VarId, element: u32) -> Option<Term> {
        let variable = &self.variables[var as usize];
        match variable.role {
            Role::Weight(0) => Some(Term::Product {
                weighted: true,
                factors: Vec::new(),
            }),
            Role::Global(index) => Some(Term::plain(Factor::Global(index + element))),
            Role::Parameter | Role::State | Role::Assigned | Role::Derived => {
                Some(Term::plain(Factor::Slot(variable.slot? + element)))
            }
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::mech::shipped;

    fn deposits(body: &str) -> Option<Vec<Deposit>> {
        let text = format!(
            "NEURON {{ POINT_PROCESS T RANGE f, tau NONSPECIFIC_CURRENT i }}
             PARAMETER {{ f = 2 tau = 1 (ms) }} ASSIGNED {{ v (mV) i (nA) last }} STATE {{ g h }}
             INITIAL {{ g = 0 h = 0 last = 0 }}
             BREAKPOINT {{ SOLVE s METHOD cnexp i = (g + h)*v*last }}
             DERIVATIVE s {{ g' = -g/tau h' = -h/tau }}
             NET_RECEIVE(w) {{ {body} }}"
        );
        let program = crate::nmodl::compile(&text, "t.mod").expect("the mechanism is sound");
        program.deposits()
    }

    #[test]
    fn sums_are_found_in_the_shipped_synapses() {
        for (name, count, factors) in [("ExpSyn", 1, 0), ("Exp2Syn", 2, 1)] {
            let program = shipped::programs().iter().find(|p| p.name == name);
            let found = program.expect("it is shipped").deposits().expect(name);
            assert_eq!(found.len(), count, "{name}");
            assert!(found.iter().all(|d| d.factors.len() == factors), "{name}");
        }
    }

    #[test]
    fn what_depends_on_more_than_the_weight_is_none() {
        assert!(deposits("g = g + w*f").is_some());
        assert!(deposits("g = g + w*f*2  h = h - f*w").is_some());
        assert_eq!(deposits("g = g + w*w"), None);
        assert_eq!(deposits("g = 2*g + w"), None);
        assert_eq!(deposits("g = w"), None);
        assert_eq!(deposits("g = g + w  last = t"), None);
        assert_eq!(deposits("g = g + w*h  h = h + w"), None);
        assert_eq!(deposits("if (w > 0) { g = g + w }"), None);
        assert_eq!(deposits("g = g + w  net_send(1, 1)"), None);
    }
}
