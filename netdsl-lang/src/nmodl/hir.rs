//! Code with resolved names and without calls: what the passes of [`super::lower`] work on.

use super::ast::Span;
use crate::mech::{BinOp, BoolOp, CmpOp, RandomOp, UnOp, VarId};

/// A local variable of a block: a LOCAL, an argument, a loop's index, the value of a function.
pub(crate) type Local = u32;

/// A number or truth value.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Value {
    /// A number.
    Const(f64),
    /// Element of a variable.
    Var(VarId, u32),
    /// A state that takes part in a linear reaction: at the end of the step, where all else is as before it.
    Unknown(VarId, u32),
    /// Element of an array whose index is computed.
    VarAt(VarId, Box<Value>),
    /// A local variable.
    Local(Local),
    /// Function of one number.
    Un(UnOp, Box<Value>),
    /// Operation on two numbers.
    Bin(BinOp, Box<Value>, Box<Value>),
    /// Comparison, a truth value.
    Cmp(CmpOp, Box<Value>, Box<Value>),
    /// Operation on two truth values.
    Bool(BoolOp, Box<Value>, Box<Value>),
    /// Opposite of a truth value.
    Not(Box<Value>),
    /// `cond ? yes : no`
    Select(Box<Value>, Box<Value>, Box<Value>),
    /// Position in a table.
    TableAt(u32, Box<Value>),
    /// Column of a table at a position.
    TableGet(u32, u32, Box<Value>),
    /// A FUNCTION_TABLE at its arguments.
    LookUp(u32, Vec<Value>),
    /// A draw.
    Random(u32, RandomOp),
}

/// METHOD of SOLVE.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Method {
    Cnexp,
    /// Implicit Euler: derivimplicit, sparse.
    Implicit,
    /// STEADYSTATE sparse: an implicit step of so long a time that nothing changes behind it.
    SteadyKinetic,
    /// STEADYSTATE derivimplicit, to which NEURON gives a step of no length.
    SteadyDerivative,
    Euler,
    Runge,
    /// A PROCEDURE that is run.
    Run,
    /// A LINEAR or NONLINEAR block: equations without time.
    Simultaneous,
}

/// SOLVE.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Solve {
    pub(crate) method: Method,
    pub(crate) steps: Vec<Step>,
    /// Only [`Value::Unknown`]s are at the end of the step: rates are those before it.
    pub(crate) frozen: bool,
    /// The unknowns of a LINEAR or NONLINEAR block.
    pub(crate) unknowns: Vec<(VarId, u32)>,
    pub(crate) span: Span,
}

/// CONSERVE.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Conserved {
    /// The state whose equation it replaces.
    pub(crate) state: (VarId, u32),
    /// Total less what there is.
    pub(crate) rest: Value,
}

/// A step.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Step {
    /// `local = value`
    Set(Local, Value),
    /// `variable[element] = value`
    Store(VarId, u32, Value),
    /// `variable[index] = value`
    StoreAt(VarId, Value, Value),
    /// A condition.
    If(Value, Vec<Step>, Vec<Step>),
    /// Runs the first steps, leaves if the condition is false, runs the second steps, again.
    While(Vec<Step>, Value, Vec<Step>),
    /// `state[element]' = value`
    Derivative(VarId, u32, Value, Span),
    /// `state[element]' += value`
    Flow(VarId, u32, Value),
    /// `state[element]' /= value`, of all that came before
    Dilute(VarId, u32, Value),
    /// A sum of states that does not change.
    Conserve(Conserved),
    /// What an equation of a LINEAR or NONLINEAR block makes 0.
    Equation(Value, Span),
    /// A block that is solved here.
    Solve(Box<Solve>),
    /// Event to this instance: delay and flag.
    NetSend(Value, Value),
    /// A spike at this time.
    NetEvent(Value),
    /// The pending event comes at this time.
    NetMove(Value),
    /// Activates a watch.
    Watch(u32),
    /// A stream goes to a word of it.
    SetSequence(u32, Value),
    /// A stream becomes another.
    SetIds(u32, [Value; 3]),
    /// Calls a hook, which reads and changes these locals.
    Hook(u32, Vec<Local>),
    /// For each connection to the instance.
    ForConnections(Vec<Step>),
}

impl Value {
    /// `op(a)`
    pub(crate) fn un(op: UnOp, a: Value) -> Value {
        match (op, a) {
            (UnOp::Neg, Value::Const(x)) => Value::Const(-x),
            (op, a) => Value::Un(op, Box::new(a)),
        }
    }

    /// `a op b`
    pub(crate) fn bin(op: BinOp, a: Value, b: Value) -> Value {
        match (op, &a, &b) {
            (
                BinOp::Add | BinOp::Sub | BinOp::Mul | BinOp::Div,
                Value::Const(x),
                Value::Const(y),
            ) => Value::Const(crate::mech::interpret::binary(op, *x, *y)),
            _ => Value::Bin(op, Box::new(a), Box::new(b)),
        }
    }

    /// `a op b`
    pub(crate) fn cmp(op: CmpOp, a: Value, b: Value) -> Value {
        Value::Cmp(op, Box::new(a), Box::new(b))
    }

    /// Shows this value and all that it is computed from.
    pub(crate) fn visit(&self, see: &mut impl FnMut(&Value)) {
        see(self);
        match self {
            Value::Const(_)
            | Value::Var(..)
            | Value::Unknown(..)
            | Value::Local(_)
            | Value::Random(..) => {}
            Value::VarAt(_, a)
            | Value::Un(_, a)
            | Value::Not(a)
            | Value::TableAt(_, a)
            | Value::TableGet(_, _, a) => a.visit(see),
            Value::Bin(_, a, b) | Value::Cmp(_, a, b) | Value::Bool(_, a, b) => {
                a.visit(see);
                b.visit(see);
            }
            Value::LookUp(_, at) => at.iter().for_each(|a| a.visit(see)),
            Value::Select(a, b, c) => {
                a.visit(see);
                b.visit(see);
                c.visit(see);
            }
        }
    }

    /// The opposite of a truth value.
    pub(crate) fn negated(self) -> Value {
        Value::Not(Box::new(self))
    }

    /// Whether this is a truth value.
    pub(crate) fn is_truth(&self) -> bool {
        matches!(self, Value::Cmp(..) | Value::Bool(..) | Value::Not(_))
    }

    /// As a truth value: a number is true unless it is 0.
    pub(crate) fn truth(self) -> Value {
        if self.is_truth() {
            self
        } else {
            Value::cmp(CmpOp::Eq, self, Value::Const(0.0)).negated()
        }
    }

    /// As a number: true is 1, false 0.
    pub(crate) fn number(self) -> Value {
        if self.is_truth() {
            Value::Select(
                Box::new(self),
                Box::new(Value::Const(1.0)),
                Box::new(Value::Const(0.0)),
            )
        } else {
            self
        }
    }
}
