//! A tree as NMODL again: parsing the result gives the same tree.

use std::fmt::Write;

use super::ast::{
    Argument, BinaryOp, Callable, CallableKind, Declaration, Expr, ExprKind, File, Item, Moment,
    Name, NeuronStmt, Rates, Reaction, Size, Spread, Stmt, StmtKind, TableStmt, Term,
    UNARY_PRECEDENCE, UnaryOp, UnitEntry,
};

/// The file's text in one style.
pub fn print(file: &File) -> String {
    let mut p = Printer::default();
    if let Some(comment) = &file.comment {
        comment.lines().for_each(|l| p.line(&format!(": {l}")));
    }
    if let Some(title) = &file.title {
        p.line(&format!("TITLE {title}"));
    }
    file.items.iter().for_each(|i| p.item(i));
    p.out
}

/// An expression's text.
pub fn print_expr(expr: &Expr) -> String {
    shown(expr, 0)
}

/// Statements' text, one a line.
pub fn print_statements(body: &[Stmt]) -> String {
    let mut p = Printer::default();
    p.statements(body);
    p.out
}

#[derive(Default)]
struct Printer {
    out: String,
    indent: usize,
}

impl Printer {
    fn line(&mut self, text: &str) {
        let indent = "    ".repeat(self.indent);
        let _ = writeln!(self.out, "{indent}{text}");
    }

    fn braced(&mut self, head: &str, body: impl FnOnce(&mut Self)) {
        self.line(&format!("{head} {{"));
        self.indent += 1;
        body(self);
        self.indent -= 1;
        self.line("}");
    }

    fn statements(&mut self, body: &[Stmt]) {
        body.iter().for_each(|s| self.statement(s));
    }

    fn block(&mut self, head: &str, body: &[Stmt]) {
        self.braced(head, |p| p.statements(body));
    }

    fn declarations(&mut self, head: &str, all: &[Declaration]) {
        self.braced(head, |p| all.iter().for_each(|d| p.line(&declaration(d))));
    }

    fn item(&mut self, item: &Item) {
        match item {
            Item::Neuron(all) => self.braced("NEURON", |p| {
                all.iter().for_each(|s| p.line(&neuron(&s.kind)))
            }),
            Item::Units(all) => {
                self.braced("UNITS", |p| all.iter().for_each(|u| p.line(&unit_entry(u))))
            }
            Item::Parameter(all) => self.declarations("PARAMETER", all),
            Item::Assigned(all) => self.declarations("ASSIGNED", all),
            Item::State(all) => self.declarations("STATE", all),
            Item::Constant(all) => self.declarations("CONSTANT", all),
            Item::Define(name, value) => self.line(&format!("DEFINE {name} {value}")),
            Item::Local(all) => self.line(&locals(all)),
            Item::Initial(body) => self.block("INITIAL", body),
            Item::Breakpoint(body) => self.block("BREAKPOINT", body),
            Item::Callable(callable) if callable.kind == CallableKind::FunctionTable => {
                self.line(&callable_head(callable));
            }
            Item::Callable(callable) => self.block(&callable_head(callable), &callable.body),
            Item::NetReceive(args, body) => {
                self.block(&format!("NET_RECEIVE ({})", arguments(args)), body)
            }
            Item::Around(after, moment, body) => {
                let side = if *after { "AFTER" } else { "BEFORE" };
                let moment = match moment.kind {
                    Moment::Initial => "INITIAL",
                    Moment::Breakpoint => "BREAKPOINT",
                    Moment::Solve => "SOLVE",
                    Moment::Step => "STEP",
                };
                self.block(&format!("{side} {moment}"), body);
            }
            Item::Constructor(body) => self.block("CONSTRUCTOR", body),
            Item::Destructor(body) => self.block("DESTRUCTOR", body),
            Item::Verbatim(text) => self.verbatim(&text.kind),
            Item::Word(word) => self.line(word),
            Item::Unsupported(what) => self.line(&format!("{} {{ }}", what.kind)),
        }
    }

    fn statement(&mut self, statement: &Stmt) {
        match &statement.kind {
            StmtKind::Local(all) => self.line(&locals(all)),
            StmtKind::Assign(name, index, value) => {
                self.line(&format!(
                    "{name}{} = {}",
                    index_text(index),
                    print_expr(value)
                ));
            }
            StmtKind::Derivative(name, index, value) => {
                self.line(&format!(
                    "{name}'{} = {}",
                    index_text(index),
                    print_expr(value)
                ));
            }
            StmtKind::Call(name, args) => self.line(&format!("{name}({})", list(args))),
            StmtKind::If(cond, yes, no) => self.if_statement("if", cond, yes, no),
            StmtKind::While(cond, body) => {
                self.block(&format!("while ({})", print_expr(cond)), body)
            }
            StmtKind::From {
                index,
                from,
                to,
                by,
                body,
            } => {
                let by = by
                    .as_ref()
                    .map_or(String::new(), |b| format!(" BY {}", print_expr(b)));
                let head = format!(
                    "FROM {index} = {} TO {}{by}",
                    print_expr(from),
                    print_expr(to)
                );
                self.block(&head, body);
            }
            StmtKind::Solve(solve) => {
                let word = if solve.steady {
                    "STEADYSTATE"
                } else {
                    "METHOD"
                };
                let method = match &solve.method {
                    Some(method) => format!(" {word} {method}"),
                    None => String::new(),
                };
                self.line(&format!("SOLVE {}{method}", solve.block));
            }
            StmtKind::Reaction(reaction) => self.line(&reaction_text(reaction)),
            StmtKind::Equation(left, right) => {
                self.line(&format!("~ {} = {}", print_expr(left), print_expr(right)));
            }
            StmtKind::Conserve(all, total) => {
                self.line(&format!("CONSERVE {} = {}", terms(all), print_expr(total)));
            }
            StmtKind::Compartment(spread) => self.line(&spread_text("COMPARTMENT", spread)),
            StmtKind::Diffusion(spread) => {
                self.line(&spread_text("LONGITUDINAL_DIFFUSION", spread));
            }
            StmtKind::Conductance(name, ion) => {
                let ion = ion
                    .as_ref()
                    .map_or(String::new(), |i| format!(" USEION {i}"));
                self.line(&format!("CONDUCTANCE {name}{ion}"));
            }
            StmtKind::ForNetCons(args, body) => {
                self.block(&format!("FOR_NETCONS ({})", arguments(args)), body);
            }
            StmtKind::Table(table) => self.line(&table_text(table)),
            StmtKind::Watch(all) => {
                let one = |(cond, flag): &(Expr, Expr)| {
                    format!("({}) {}", print_expr(cond), print_expr(flag))
                };
                let all: Vec<_> = all.iter().map(one).collect();
                self.line(&format!("WATCH {}", all.join(", ")));
            }
            StmtKind::Initial(body) => self.block("INITIAL", body),
            StmtKind::Block(body) => {
                self.line("{");
                self.indent += 1;
                self.statements(body);
                self.indent -= 1;
                self.line("}");
            }
            StmtKind::Word(word) => self.line(word),
            StmtKind::Verbatim(text) => self.verbatim(text),
            StmtKind::Refused(message, _) => self.line(&format!(": {message}")),
            StmtKind::Hook(hook) => self.line(&format!(": {}", hook.message)),
            StmtKind::Unsupported(what) => self.line(what),
        }
    }

    /// The text itself is not indented, so that it stays what it is.
    fn verbatim(&mut self, text: &str) {
        let indent = "    ".repeat(self.indent);
        let _ = writeln!(self.out, "{indent}VERBATIM{text}ENDVERBATIM");
    }

    fn if_statement(&mut self, head: &str, cond: &Expr, yes: &[Stmt], no: &[Stmt]) {
        self.line(&format!("{head} ({}) {{", print_expr(cond)));
        self.indent += 1;
        self.statements(yes);
        self.indent -= 1;
        match no {
            [] => self.line("}"),
            [only] if matches!(only.kind, StmtKind::If(..)) => {
                if let StmtKind::If(cond, yes, no) = &only.kind {
                    self.if_statement("} else if", cond, yes, no);
                }
            }
            _ => {
                self.line("} else {");
                self.indent += 1;
                self.statements(no);
                self.indent -= 1;
                self.line("}");
            }
        }
    }
}

fn join(names: &[Name]) -> String {
    names
        .iter()
        .map(|n| n.kind.as_str())
        .collect::<Vec<_>>()
        .join(", ")
}

fn list(exprs: &[Expr]) -> String {
    exprs.iter().map(print_expr).collect::<Vec<_>>().join(", ")
}

fn neuron(statement: &NeuronStmt) -> String {
    match statement {
        NeuronStmt::Suffix(n) => format!("SUFFIX {n}"),
        NeuronStmt::PointProcess(n) => format!("POINT_PROCESS {n}"),
        NeuronStmt::ArtificialCell(n) => format!("ARTIFICIAL_CELL {n}"),
        NeuronStmt::UseIon {
            ion,
            read,
            write,
            valence,
        } => {
            let part = |word: &str, names: &[Name]| match names {
                [] => String::new(),
                _ => format!(" {word} {}", join(names)),
            };
            let valence = valence.map_or(String::new(), |v| format!(" VALENCE {v}"));
            format!(
                "USEION {ion}{}{}{valence}",
                part("READ", read),
                part("WRITE", write)
            )
        }
        NeuronStmt::NonspecificCurrent(n) => format!("NONSPECIFIC_CURRENT {}", join(n)),
        NeuronStmt::ElectrodeCurrent(n) => format!("ELECTRODE_CURRENT {}", join(n)),
        NeuronStmt::Range(n) => format!("RANGE {}", join(n)),
        NeuronStmt::Global(n) => format!("GLOBAL {}", join(n)),
        NeuronStmt::Pointer(n) => format!("POINTER {}", join(n)),
        NeuronStmt::BbCorePointer(n) => format!("BBCOREPOINTER {}", join(n)),
        NeuronStmt::External(n) => format!("EXTERNAL {}", join(n)),
        NeuronStmt::Random(n) => format!("RANDOM {}", join(n)),
        NeuronStmt::ThreadSafe => "THREADSAFE".to_owned(),
        NeuronStmt::Represents => "REPRESENTS ontology".to_owned(),
    }
}

fn unit_entry(entry: &UnitEntry) -> String {
    match entry {
        UnitEntry::Alias(short, long) => format!("({}) = ({})", short.kind, long.kind),
        UnitEntry::Constant(name, of, Some(unit)) => {
            format!("{name} = ({}) ({})", of.kind, unit.kind)
        }
        UnitEntry::Constant(name, of, None) => format!("{name} = ({})", of.kind),
        UnitEntry::Number(name, value, Some(unit)) => format!("{name} = {value} ({})", unit.kind),
        UnitEntry::Number(name, value, None) => format!("{name} = {value}"),
    }
}

fn size(size: &Size) -> String {
    match size {
        Size::Number(n) => n.kind.to_string(),
        Size::Name(n) => n.kind.clone(),
    }
}

fn declaration(d: &Declaration) -> String {
    let mut text = d.name.kind.clone();
    if let Some(length) = &d.length {
        let _ = write!(text, "[{}]", size(length));
    }
    if let Some(value) = d.value {
        let _ = write!(text, " = {value:?}");
    }
    if let Some((from, to)) = d.bounds {
        let _ = write!(text, " FROM {from:?} TO {to:?}");
    }
    if let Some(start) = d.start {
        let _ = write!(text, " START {start:?}");
    }
    if let Some(unit) = &d.unit {
        let _ = write!(text, " ({})", unit.kind);
    }
    if let Some((low, high)) = d.limits {
        let _ = write!(text, " <{low:?}, {high:?}>");
    }
    text
}

fn locals(all: &[(Name, Option<Size>)]) -> String {
    let one = |(name, length): &(Name, Option<Size>)| match length {
        Some(length) => format!("{name}[{}]", size(length)),
        None => name.kind.clone(),
    };
    format!(
        "LOCAL {}",
        all.iter().map(one).collect::<Vec<_>>().join(", ")
    )
}

fn arguments(all: &[Argument]) -> String {
    let one = |a: &Argument| match &a.unit {
        Some(unit) => format!("{} ({unit})", a.name),
        None => a.name.kind.clone(),
    };
    all.iter().map(one).collect::<Vec<_>>().join(", ")
}

fn callable_head(c: &Callable) -> String {
    let unit = c.unit.as_ref().map_or(String::new(), |u| format!(" ({u})"));
    if c.kind.is_solved() {
        let only = match c.solve_for.as_slice() {
            [] => String::new(),
            names => format!(" SOLVEFOR {}", join(names)),
        };
        return format!("{} {}{only}", c.kind.word(), c.name);
    }
    format!(
        "{} {}({}){unit}",
        c.kind.word(),
        c.name,
        arguments(&c.arguments)
    )
}

fn terms(all: &[Term]) -> String {
    let one = |t: &Term| {
        let count = match t.count {
            1 => String::new(),
            n => format!("{n} "),
        };
        format!("{count}{}{}", t.name, index_text(&t.index))
    };
    all.iter().map(one).collect::<Vec<_>>().join(" + ")
}

fn reaction_text(r: &Reaction) -> String {
    let left = terms(&r.left);
    match &r.rates {
        Rates::Both { forward, backward } => format!(
            "~ {left} <-> {} ({}, {})",
            terms(&r.right),
            print_expr(forward),
            print_expr(backward)
        ),
        Rates::Decay(rate) => format!("~ {left} -> ({})", print_expr(rate)),
        Rates::Flux(flux) => format!("~ {left} << ({})", print_expr(flux)),
    }
}

fn spread_text(word: &str, spread: &Spread) -> String {
    let index = spread
        .index
        .as_ref()
        .map_or(String::new(), |i| format!("{i}, "));
    let names: Vec<&str> = spread.names.iter().map(|n| n.kind.as_str()).collect();
    format!(
        "{word} {index}{} {{ {} }}",
        print_expr(&spread.value),
        names.join(" ")
    )
}

fn table_text(t: &TableStmt) -> String {
    let mut text = "TABLE".to_owned();
    if !t.columns.is_empty() {
        let _ = write!(text, " {}", join(&t.columns));
    }
    if !t.depend.is_empty() {
        let _ = write!(text, " DEPEND {}", join(&t.depend));
    }
    let _ = write!(
        text,
        " FROM {} TO {} WITH {}",
        print_expr(&t.from),
        print_expr(&t.to),
        size(&t.with)
    );
    text
}

fn index_text(index: &Option<Expr>) -> String {
    index
        .as_ref()
        .map_or(String::new(), |i| format!("[{}]", print_expr(i)))
}

/// With parentheses if the place holds only operators of a higher precedence.
fn shown(expr: &Expr, least: u8) -> String {
    let (text, precedence) = match &expr.kind {
        ExprKind::Number(x, None) => (format!("{x:?}"), u8::MAX),
        ExprKind::Number(x, Some(unit)) => (format!("{x:?} ({unit})"), u8::MAX),
        ExprKind::Name(name) => (name.clone(), u8::MAX),
        ExprKind::Text(text) => (format!("\"{text}\""), u8::MAX),
        ExprKind::Before(name, steps) => (format!("{name}@{steps}"), u8::MAX),
        ExprKind::Index(name, index) => (format!("{name}[{}]", print_expr(index)), u8::MAX),
        ExprKind::Call(name, args) => (format!("{name}({})", list(args)), u8::MAX),
        ExprKind::Unary(op, a) => {
            let sign = match op {
                UnaryOp::Neg => "-",
                UnaryOp::Not => "!",
            };
            (
                format!("{sign}{}", shown(a, UNARY_PRECEDENCE)),
                UNARY_PRECEDENCE,
            )
        }
        ExprKind::Binary(op, a, b) => {
            let p = op.precedence();
            let (left, right) = if *op == BinaryOp::Pow {
                (p + 1, p)
            } else {
                (p, p + 1)
            };
            (
                format!("{} {} {}", shown(a, left), op.symbol(), shown(b, right)),
                p,
            )
        }
    };
    if precedence < least {
        format!("({text})")
    } else {
        text
    }
}
