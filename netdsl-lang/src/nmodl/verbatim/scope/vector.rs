//! Vectors that hoc hands over: as nothing calls the procedure that takes them, there are none.

use super::super::build::{Number, Ty, refuse};
use super::super::tree::{Accepted, CExpr};
use super::{Operand, Pointee, Scope};

/// What to do about Vectors.
pub(super) const VECTORS: &str =
    "give times of events to a VecStim or a list of the model, other numbers as an array PARAMETER";

impl Scope<'_> {
    /// `vector_capacity(vv)`, `vector_vec(vv)` of a Vector that was not given.
    pub(super) fn vector_call(
        &mut self,
        name: &str,
        arguments: &[CExpr],
        e: &CExpr,
    ) -> Accepted<Option<Operand>> {
        if !matches!(name, "vector_capacity" | "vector_vec" | "vector_pobj") {
            return Ok(None);
        }
        let [vector] = arguments else {
            return refuse(e, format!("`{name}` takes one argument"), VECTORS);
        };
        match self.pointee_of(vector)? {
            Pointee::Null if name == "vector_capacity" => {
                Ok(Some(Operand::Number(Number::known(0.0, Ty::Int, e.span))))
            }
            Pointee::Null => Ok(Some(Operand::Address(Pointee::Null))),
            _ => refuse(e, "it reads a Vector", VECTORS),
        }
    }
}
