//! Random numbers: `nrn_random_pick`, `nrnran123_negexp` and others draw from the RANDOM stream of their pointer.

use super::super::build::{Number, Ty, call, named, refuse};
use super::super::leave::Flow;
use super::super::token::Token;
use super::super::tree::{Accepted, CExpr};
use super::{Operand, Pointee, Scope};
use crate::nmodl::ast::{Name, Node, StmtKind};

const STREAMS: &str = "declare RANDOM r in the NEURON block and say random_uniform(r, 0, 1), random_negexp(r, 1) or \
    random_normal(r, 0, 1) in NMODL";

impl Scope<'_> {
    /// The value of a call that draws.
    pub(super) fn draw(
        &mut self,
        name: &str,
        arguments: &[CExpr],
        e: &CExpr,
    ) -> Accepted<Option<Operand>> {
        let drawn = match name {
            "nrn_random_pick" => self.pick,
            "nrnran123_dblpick" | "nrnran123_uniform" => "random_uniform",
            "nrnran123_negexp" => "random_negexp",
            "nrnran123_normal" | "nrnran123_gauss" => "random_normal",
            "nrnran123_ipick" => "random_ipick",
            _ => return Ok(None),
        };
        let Some((stream, rest)) = arguments.split_first() else {
            return refuse(e, format!("`{name}` takes a stream"), STREAMS);
        };
        let Pointee::Stream(stream) = self.pointee_of(stream)? else {
            return refuse(
                e,
                "it is not known which stream of random numbers this is",
                STREAMS,
            );
        };
        let mut all = vec![named(&stream, e.span)];
        for argument in rest {
            all.push(self.number(argument)?.expr);
        }
        let ty = if drawn == "random_ipick" {
            Ty::Unsigned
        } else {
            Ty::Double
        };
        let number = Number {
            expr: call(drawn, all, e.span),
            ty,
        };
        // draws happen in the order of C
        Ok(Some(Operand::Number(self.kept(number))))
    }

    /// `nrnran123_setseq(r, 0, 0)`, `nrn_set_random_sequence(r, 0)`
    pub(super) fn restart(&mut self, name: &str, arguments: &[CExpr], e: &CExpr) -> Accepted<bool> {
        if !matches!(name, "nrnran123_setseq" | "nrn_set_random_sequence") {
            return Ok(false);
        }
        let [stream, sequence, rest @ ..] = arguments else {
            return refuse(
                e,
                format!("`{name}` takes a stream and a sequence"),
                STREAMS,
            );
        };
        let Pointee::Stream(stream) = self.pointee_of(stream)? else {
            return refuse(
                e,
                "it is not known which stream of random numbers this is",
                STREAMS,
            );
        };
        let sequence = self.number(sequence)?;
        for which in rest {
            if self.number(which)?.value() != Some(0.0) {
                return refuse(e, "a stream is set to the middle of four numbers", STREAMS);
            }
        }
        let arguments = vec![named(&stream, e.span), sequence.expr];
        let name = Name::new("random_setseq".to_owned(), e.span);
        self.out.push(Flow::Plain(Node::new(
            StmtKind::Call(name, arguments),
            e.span,
        )));
        Ok(true)
    }
}

/// What `nrn_random_pick` draws in a block: hoc says so when it makes the Random object, which is not known here.
///
/// First, what the block's other branches draw (`nrnran123_negexp`, or the fallback `exprand`); then what the name says
/// (`erand`, `exp_rand`: exponential of mean 1; `normrand`: normal); else a uniform number between 0 and 1.
pub(in super::super) fn pick(tokens: &[Token], written: &str, name: &str) -> &'static str {
    let draws = |names: &[&str]| {
        let in_c = tokens.iter().any(|t| names.iter().any(|n| t.is(n)));
        in_c || words(written).any(|w| names.contains(&w))
    };
    let lower = name.to_lowercase();
    if draws(&["nrnran123_negexp", "exprand", "random_negexp"]) {
        "random_negexp"
    } else if draws(&["nrnran123_normal", "normrand", "random_normal"]) {
        "random_normal"
    } else if draws(&["nrnran123_dblpick", "scop_random", "random_uniform"]) {
        "random_uniform"
    } else if lower.starts_with("erand") || lower.contains("exp") {
        "random_negexp"
    } else if lower.contains("norm") || lower.contains("gauss") {
        "random_normal"
    } else {
        "random_uniform"
    }
}

/// The words of a text.
pub(in super::super) fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split(|c: char| !c.is_ascii_alphanumeric() && c != '_')
        .filter(|w| !w.is_empty())
}
