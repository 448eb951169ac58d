//! Functions that NMODL brings: mathematics, events, random numbers.

use super::Inliner;
use crate::mech::{BinOp, CmpOp, RandomOp, UnOp};
use crate::nmodl::ast::{Expr, ExprKind, Name};
use crate::nmodl::hir::{Step, Value};

/// Functions of one number, by name.
const UNARY: [(&str, UnOp); 18] = [
    ("exp", UnOp::Exp),
    ("expm1", UnOp::Expm1),
    ("log", UnOp::Log),
    ("log10", UnOp::Log10),
    ("sqrt", UnOp::Sqrt),
    ("fabs", UnOp::Abs),
    ("abs", UnOp::Abs),
    ("sin", UnOp::Sin),
    ("cos", UnOp::Cos),
    ("tan", UnOp::Tan),
    ("asin", UnOp::Asin),
    ("acos", UnOp::Acos),
    ("atan", UnOp::Atan),
    ("sinh", UnOp::Sinh),
    ("cosh", UnOp::Cosh),
    ("tanh", UnOp::Tanh),
    ("floor", UnOp::Floor),
    ("ceil", UnOp::Ceil),
];

/// Functions of two numbers, by name.
const BINARY: [(&str, BinOp); 5] = [
    ("pow", BinOp::Pow),
    ("fmod", BinOp::Mod),
    ("fmin", BinOp::Min),
    ("fmax", BinOp::Max),
    ("atan2", BinOp::Atan2),
];

impl<'a> Inliner<'_, 'a> {
    /// The value of a call that is not the file's own.
    pub(super) fn built_in(&mut self, name: &'a Name, arguments: &'a [Expr]) -> Value {
        if let Some((_, op)) = UNARY.iter().find(|(n, _)| *n == name.kind) {
            let found = self.numbers(name, arguments);
            return found.map_or(Value::Const(0.0), |[a]| Value::un(*op, a));
        }
        if let Some((_, op)) = BINARY.iter().find(|(n, _)| *n == name.kind) {
            let found = self.numbers(name, arguments);
            return found.map_or(Value::Const(0.0), |[a, b]| Value::bin(*op, a, b));
        }
        match name.kind.as_str() {
            // tells an adaptive step about a jump; a fixed step needs no help
            "at_time" => {
                self.numbers::<1>(name, arguments);
                Value::Const(0.0)
            }
            "nrn_ghk" => self.ghk(name, arguments),
            "scop_random" | "exprand" | "normrand" | "poisrand" => {
                self.shared_draw(name, arguments)
            }
            n if n.starts_with("random_") => self.draw(name, arguments),
            _ => self.foreign_function(name, arguments),
        }
    }

    /// A call for its effects.
    pub(super) fn call_statement(&mut self, name: &'a Name, arguments: &'a [Expr]) {
        if self.step_of_block(name, arguments) {
            return;
        }
        if self.symbols.callables.contains_key(&name.kind) {
            self.call_value(name, arguments);
            return;
        }
        match name.kind.as_str() {
            "net_send" | "net_event" | "net_move" => self.event(name, arguments),
            "state_discontinuity" => self.jump(name, arguments),
            "printf" | "fprintf" => {
                let message = format!("{name} is ignored: mechanisms do not print");
                self.report.warning(name.span, message);
            }
            "random_setseq" | "random_setids" => self.restart_stream(name, arguments),
            "set_seed" => {
                self.numbers::<1>(name, arguments);
                let message = "set_seed is ignored: every instance has a stream of its own, which the model's seeds start";
                self.report.warning(name.span, message);
            }
            _ => {
                self.built_in(name, arguments);
            }
        }
    }

    pub(super) fn unknown_function(&mut self, name: &Name) {
        let message = format!("there is no function `{name}`");
        match self.symbols.near(&name.kind) {
            Some(help) => self.report.error_help(name.span, message, help),
            None => {
                let help = "if it is C of another file, let a Rust function take its place";
                let example = super::hook::example(&name.kind);
                let help = format!("{help}: {example}");
                self.report.error_help(name.span, message, help);
            }
        }
    }

    pub(super) fn numbers<const N: usize>(
        &mut self,
        name: &Name,
        arguments: &'a [Expr],
    ) -> Option<[Value; N]> {
        let values: Vec<Value> = arguments.iter().map(|a| self.number(a)).collect();
        let found = values.len();
        let values = values.try_into().ok();
        if values.is_none() {
            let message = format!("`{name}` takes {N} arguments, not {found}");
            self.report.error(name.span, message);
        }
        values
    }

    fn event(&mut self, name: &'a Name, arguments: &'a [Expr]) {
        if !self.place.may_send() {
            let message = format!("{name} is for INITIAL and NET_RECEIVE");
            return self.report.error(name.span, message);
        }
        let step = match name.kind.as_str() {
            "net_send" => self
                .numbers(name, arguments)
                .map(|[delay, flag]| Step::NetSend(delay, flag)),
            "net_event" => self
                .numbers(name, arguments)
                .map(|[time]| Step::NetEvent(time)),
            _ => self
                .numbers(name, arguments)
                .map(|[time]| Step::NetMove(time)),
        };
        self.out.extend(step);
    }

    /// `state_discontinuity(g, g + w)` assigns, which is all a fixed step needs.
    fn jump(&mut self, name: &'a Name, arguments: &'a [Expr]) {
        let [state, value] = arguments else {
            let message = format!("`{name}` takes a state and its new value");
            return self.report.error(name.span, message);
        };
        let id = match &state.kind {
            ExprKind::Name(n) => self.symbols.by_name.get(n).copied(),
            _ => None,
        };
        let value = self.number(value);
        match id {
            Some(id) => {
                self.check_assignable(id, name);
                self.out.push(Step::Store(id, 0, value));
            }
            None => self.report.error(state.span, "a state is expected here"),
        }
    }

    fn stream(&mut self, name: &Name, arguments: &[Expr]) -> Option<u32> {
        let stream = match arguments.first().map(|a| &a.kind) {
            Some(ExprKind::Name(n)) => self.symbols.streams.get(n).copied(),
            _ => None,
        };
        if stream.is_none() {
            let message = format!(
                "the first argument of `{name}` must be declared RANDOM in the NEURON block"
            );
            self.report.error(name.span, message);
        }
        stream
    }

    fn restart_stream(&mut self, name: &'a Name, arguments: &'a [Expr]) {
        let Some(stream) = self.stream(name, arguments) else {
            return;
        };
        let numbers: Vec<Value> = arguments[1..].iter().map(|a| self.number(a)).collect();
        let step = match (name.kind.as_str(), numbers.len()) {
            ("random_setseq", 1) => numbers
                .into_iter()
                .next()
                .map(|n| Step::SetSequence(stream, n)),
            ("random_setids", 3) => numbers.try_into().ok().map(|ids| Step::SetIds(stream, ids)),
            _ => None,
        };
        match step {
            Some(step) => self.out.push(step),
            None => {
                self.wrong_arguments(name);
            }
        }
    }

    fn draw(&mut self, name: &'a Name, arguments: &'a [Expr]) -> Value {
        let op = match name.kind.as_str() {
            "random_uniform" | "random_dpick" => RandomOp::Uniform,
            "random_negexp" => RandomOp::NegExp,
            "random_normal" => RandomOp::Normal,
            "random_ipick" => RandomOp::Integer,
            _ => {
                self.unknown_function(name);
                return Value::Const(0.0);
            }
        };
        let Some(stream) = self.stream(name, arguments) else {
            return Value::Const(0.0);
        };
        let mut rest: Vec<Value> = arguments[1..].iter().map(|a| self.number(a)).collect();
        let second = (rest.len() == 2).then(|| rest.pop()).flatten();
        let first = (rest.len() == 1).then(|| rest.pop()).flatten();
        // each draw is a step of its own, so that draws are in the order of calls
        let local = self.fresh();
        self.out.push(Step::Set(local, Value::Random(stream, op)));
        let drawn = Value::Local(local);
        match (op, first, second) {
            _ if !rest.is_empty() => self.wrong_arguments(name),
            (_, None, None) => drawn,
            (RandomOp::Uniform, Some(low), Some(high)) => {
                let width = Value::bin(BinOp::Sub, high, low.clone());
                Value::bin(BinOp::Add, low, Value::bin(BinOp::Mul, width, drawn))
            }
            (RandomOp::NegExp, Some(mean), None) => Value::bin(BinOp::Mul, mean, drawn),
            (RandomOp::Normal, Some(mean), Some(deviation)) => {
                Value::bin(BinOp::Add, mean, Value::bin(BinOp::Mul, deviation, drawn))
            }
            _ => self.wrong_arguments(name),
        }
    }

    fn wrong_arguments(&mut self, name: &Name) -> Value {
        self.report
            .error(name.span, format!("`{name}` does not take these arguments"));
        Value::Const(0.0)
    }

    /// `nrn_ghk(v, inside, outside, valence)`: the Goldman-Hodgkin-Katz current of an ion, mA/cm2 for a permeability of
    /// 1 cm/s, with potentials in mV and concentrations in mM.
    fn ghk(&mut self, name: &'a Name, arguments: &'a [Expr]) -> Value {
        const FARADAY: f64 = f64::from_bits(0x40f7_8e55_5060_882c);
        const GAS: f64 = f64::from_bits(0x4020_a101_3e89_90be);
        let (Some([v, inside, outside, valence]), Some(celsius)) = (
            self.numbers(name, arguments),
            self.symbols.variable("celsius"),
        ) else {
            return Value::Const(0.0);
        };
        let bin = Value::bin;
        let valence = self.keep(valence);
        // kT/e in mV
        let kelvin = bin(BinOp::Add, Value::Var(celsius, 0), Value::Const(273.15));
        let thermal = bin(BinOp::Mul, Value::Const(1000.0 * GAS / FARADAY), kelvin);
        let x = bin(BinOp::Div, bin(BinOp::Mul, valence.clone(), v), thermal);
        let x = self.keep(x);
        let outward = self.flux(x.clone());
        let inward = self.flux(Value::un(UnOp::Neg, x));
        let net = bin(
            BinOp::Sub,
            bin(BinOp::Mul, inside, inward),
            bin(BinOp::Mul, outside, outward),
        );
        let scale = bin(BinOp::Mul, valence, Value::Const(0.001 * FARADAY));
        bin(BinOp::Mul, scale, net)
    }

    /// x/(exp(x) - 1), by its series near 0.
    fn flux(&mut self, x: Value) -> Value {
        let x = self.keep(x);
        let small = Value::cmp(
            CmpOp::Lt,
            Value::un(UnOp::Abs, x.clone()),
            Value::Const(1e-4),
        );
        let half = Value::bin(BinOp::Mul, x.clone(), Value::Const(0.5));
        let series = Value::bin(BinOp::Sub, Value::Const(1.0), half);
        let rise = Value::bin(
            BinOp::Sub,
            Value::un(UnOp::Exp, x.clone()),
            Value::Const(1.0),
        );
        let full = Value::bin(BinOp::Div, x, rise);
        let value = Value::Select(Box::new(small), Box::new(series), Box::new(full));
        self.keep(value)
    }
}
