//! Declarations: PARAMETER, ASSIGNED, STATE, CONSTANT, LOCAL, and what the NEURON block says about them.

use std::collections::BTreeSet;

use super::{Class, Receive, Symbols, ions, outside, units};
use crate::mech::{Current, Kind, Role};
use crate::nmodl::ast::{
    Argument, Declaration, File, Item, Name, NeuronStmt, Size, Span, Stmt, StmtKind,
};
use crate::nmodl::report::Report;

/// What the NEURON block says about names.
#[derive(Default)]
struct Listed<'a> {
    range: Vec<&'a Name>,
    global: Vec<&'a Name>,
    pointer: Vec<&'a Name>,
    external: Vec<&'a Name>,
    current: Vec<(&'a Name, bool)>,
}

pub(super) fn declare_variables<'a>(
    symbols: &mut Symbols<'a>,
    file: &'a File,
    report: &mut Report,
) {
    let listed = read_neuron(symbols, file, report);
    let range: BTreeSet<&str> = listed.range.iter().map(|n| n.kind.as_str()).collect();
    for item in &file.items {
        match item {
            Item::Units(entries) => units::define_constants(symbols, entries, report),
            Item::Constant(all) => define(symbols, all, report),
            Item::Parameter(all) => declare(symbols, all, Block::Parameter, &range, report),
            Item::Assigned(all) => declare(symbols, all, Block::Assigned, &range, report),
            Item::State(all) => declare(symbols, all, Block::State, &range, report),
            Item::Local(all) => declare_locals(symbols, all, report),
            _ => {}
        }
    }
    // last, so that a variable's name finds the variable before the weight that hides it
    for item in &file.items {
        if let Item::NetReceive(arguments, body) = item {
            declare_receive(symbols, arguments, body, report);
        }
    }
    ions::attach(symbols, report);
    list_currents(symbols, &listed, report);
    mark(symbols, &listed, report);
    initial_values(symbols);
    check_kind(symbols, report);
}

fn read_neuron<'a>(symbols: &mut Symbols<'a>, file: &'a File, report: &mut Report) -> Listed<'a> {
    let mut listed = Listed::default();
    let blocks = file.items.iter().filter_map(|i| match i {
        Item::Neuron(statements) => Some(statements),
        _ => None,
    });
    for statement in blocks.flatten() {
        symbols.span = statement.span;
        match &statement.kind {
            NeuronStmt::Suffix(n) => name(symbols, n, Kind::Density, report),
            NeuronStmt::PointProcess(n) => name(symbols, n, Kind::Point, report),
            NeuronStmt::ArtificialCell(n) => name(symbols, n, Kind::Artificial, report),
            NeuronStmt::UseIon {
                ion,
                read,
                write,
                valence,
            } => ions::declare(symbols, ion, read, write, *valence, report),
            NeuronStmt::NonspecificCurrent(all) => {
                listed.current.extend(all.iter().map(|n| (n, false)))
            }
            NeuronStmt::ElectrodeCurrent(all) => {
                listed.current.extend(all.iter().map(|n| (n, true)))
            }
            NeuronStmt::Range(all) => listed.range.extend(all),
            NeuronStmt::Global(all) => listed.global.extend(all),
            NeuronStmt::Pointer(all) | NeuronStmt::BbCorePointer(all) => listed.pointer.extend(all),
            NeuronStmt::External(all) => listed.external.extend(all),
            NeuronStmt::Random(all) => {
                for n in all {
                    let stream = symbols.streams.len() as u32;
                    symbols.streams.entry(n.kind.clone()).or_insert(stream);
                }
            }
            NeuronStmt::ThreadSafe | NeuronStmt::Represents => {}
        }
    }
    if symbols.name.is_empty() && !report.failed() {
        report.error_help(
            symbols.span,
            "the mechanism has no name",
            "say SUFFIX, POINT_PROCESS or ARTIFICIAL_CELL in a NEURON block",
        );
    }
    listed
}

fn name(symbols: &mut Symbols, n: &Name, kind: Kind, report: &mut Report) {
    if !symbols.name.is_empty() {
        report.error(
            n.span,
            format!("the mechanism already has a name, `{}`", symbols.name),
        );
    }
    symbols.name = n.kind.clone();
    symbols.kind = kind;
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Block {
    Parameter,
    Assigned,
    State,
}

fn define(symbols: &mut Symbols, all: &[Declaration], report: &mut Report) {
    for d in all {
        match d.value {
            Some(value) => symbols.constant(&d.name, value, report),
            None => report.error(
                d.name.span,
                format!("the constant `{}` has no value", d.name),
            ),
        }
    }
}

fn declare(
    symbols: &mut Symbols,
    all: &[Declaration],
    block: Block,
    range: &BTreeSet<&str>,
    report: &mut Report,
) {
    for d in all {
        let text = d.name.kind.as_str();
        if symbols.by_name.contains_key(text) || symbols.constants.contains_key(text) {
            report.error(d.name.span, format!("`{text}` is declared twice"));
            continue;
        }
        let in_range = range.contains(text);
        let class = match (outside(text), block) {
            (Some(role), _) => Class::Outside(role),
            (None, Block::State) => Class::State,
            (None, Block::Assigned) => Class::Assigned,
            (None, Block::Parameter) if in_range => Class::Parameter,
            (None, Block::Parameter) => Class::Global,
        };
        let length = d.length.as_ref().map_or(1, |l| symbols.size(l, report));
        let id = symbols.add(text, d.name.span, class);
        let symbol = &mut symbols.variables[id as usize];
        symbol.unit = d.unit.as_ref().map_or(String::new(), |u| u.kind.clone());
        symbol.length = length.max(1);
        symbol.range = in_range || class == Class::State;
        if block != Block::State {
            symbol.limits = d
                .limits
                .map(|(low, high)| (six_digits(low), six_digits(high)));
            symbol.default = six_digits(d.value.unwrap_or(0.0));
        } else {
            symbols.state_ids.insert(id);
            symbols
                .state_initials
                .insert(id, six_digits(d.start.or(d.value).unwrap_or(0.0)));
        }
    }
}

/// A number as NEURON's translator writes defaults, limits and START values into its C++: with six digits (`%g`). All other
/// numbers of a file (CONSTANT, UNITS, TABLE, expressions) keep theirs.
fn six_digits(x: f64) -> f64 {
    format!("{x:.5e}").parse().unwrap_or(x)
}

fn declare_locals(symbols: &mut Symbols, all: &[(Name, Option<Size>)], report: &mut Report) {
    for (n, length) in all {
        let length = length.as_ref().map_or(1, |l| symbols.size(l, report));
        if symbols.by_name.contains_key(&n.kind) {
            report.error(n.span, format!("`{n}` is declared twice"));
            continue;
        }
        let id = symbols.add(&n.kind, n.span, Class::Assigned);
        symbols.variables[id as usize].length = length.max(1);
    }
}

fn declare_receive<'a>(
    symbols: &mut Symbols<'a>,
    arguments: &'a [Argument],
    body: &'a [Stmt],
    report: &mut Report,
) {
    if symbols.receive.is_some() {
        report.error(symbols.span, "there are two NET_RECEIVE blocks");
    }
    // arguments are known in NET_RECEIVE only, and may hide a variable of the same name
    let hidden = |symbols: &mut Symbols<'a>, name: &str, span: Span, role: Role| {
        let before = symbols.by_name.get(name).copied();
        let id = symbols.add(name, span, Class::Outside(role));
        match before {
            Some(old) => symbols.by_name.insert(name.to_owned(), old),
            None => symbols.by_name.remove(name),
        };
        id
    };
    let weights = arguments
        .iter()
        .enumerate()
        .map(|(k, a)| {
            let id = hidden(symbols, &a.name.kind, a.name.span, Role::Weight(k as u32));
            symbols.variables[id as usize].unit = a.unit.clone().unwrap_or_default();
            id
        })
        .collect();
    // the same of another connection, where FOR_NETCONS wants them
    let peers = if walks_connections(body) {
        let peer = |(k, a): (usize, &Argument)| {
            let name = format!("{} of another connection", a.name);
            hidden(symbols, &name, a.name.span, Role::PeerWeight(k as u32))
        };
        arguments.iter().enumerate().map(peer).collect()
    } else {
        Vec::new()
    };
    let flag = hidden(symbols, "flag", Span::default(), Role::Flag);
    symbols.receive = Some(Receive {
        arguments,
        weights,
        peers,
        flag,
        body,
    });
}

/// Whether statements have FOR_NETCONS.
fn walks_connections(body: &[Stmt]) -> bool {
    body.iter().any(|s| match &s.kind {
        StmtKind::ForNetCons(..) => true,
        StmtKind::If(_, yes, no) => walks_connections(yes) || walks_connections(no),
        StmtKind::While(_, body) | StmtKind::From { body, .. } | StmtKind::Block(body) => {
            walks_connections(body)
        }
        _ => false,
    })
}

/// A name in RANGE or GLOBAL that no block declares; NEURON lets it pass while nothing uses it.
fn unused(n: &Name, report: &mut Report) {
    let message = format!("`{n}` is not declared in PARAMETER, ASSIGNED or STATE: it is left away");
    report.warning(n.span, message);
}

fn undeclared(n: &Name, symbols: &Symbols, report: &mut Report) {
    let message = format!("`{n}` is not declared in PARAMETER, ASSIGNED or STATE");
    match symbols.near(&n.kind) {
        Some(help) => report.error_help(n.span, message, help),
        None => report.error(n.span, message),
    }
}

fn list_currents(symbols: &mut Symbols, listed: &Listed, report: &mut Report) {
    for (n, electrode) in &listed.current {
        let Some(id) = symbols.by_name.get(&n.kind).copied() else {
            undeclared(n, symbols, report);
            continue;
        };
        symbols.variables[id as usize].class = Class::Current;
        symbols.currents.push(Current {
            name: n.kind.clone(),
            ion: None,
            electrode: *electrode,
        });
        symbols.current_variables.push(id);
    }
}

fn mark(symbols: &mut Symbols, listed: &Listed, report: &mut Report) {
    for n in &listed.range {
        match symbols.by_name.get(&n.kind) {
            Some(id) => symbols.variables[*id as usize].range = true,
            None => unused(n, report),
        }
    }
    for n in &listed.global {
        match symbols.by_name.get(&n.kind).copied() {
            Some(id) => {
                if listed.range.iter().any(|r| r.kind == n.kind) {
                    let message = format!("`{n}` is both GLOBAL and RANGE: it is RANGE");
                    report.warning(n.span, message);
                    continue;
                }
                let symbol = &mut symbols.variables[id as usize];
                symbol.range = symbol.class == Class::State;
            }
            None => unused(n, report),
        }
    }
    for n in &listed.external {
        match symbols.by_name.get(&n.kind) {
            Some(id) => {
                symbols.variables[*id as usize].class = Class::External;
                symbols.variables[*id as usize].range = false;
            }
            None => undeclared(n, symbols, report),
        }
    }
    for n in &listed.pointer {
        match symbols.by_name.get(&n.kind) {
            Some(id) => {
                symbols.variables[*id as usize].class = Class::Pointer;
                symbols.variables[*id as usize].range = true;
            }
            None => undeclared(n, symbols, report),
        }
    }
}

/// A PARAMETER `m0` is the initial value of the state `m`: it is read in INITIAL like any variable.
fn initial_values(symbols: &mut Symbols) {
    let own: Vec<_> = symbols.state_initials.keys().copied().collect();
    for id in own {
        // a concentration that is a state starts from the ion's value, which the engine keeps
        if symbols.variables[id as usize].class != Class::State {
            symbols.state_initials.remove(&id);
        }
    }
}

fn check_kind(symbols: &Symbols, report: &mut Report) {
    if symbols.kind == Kind::Artificial {
        if !symbols.breakpoint.is_empty() {
            report.error(symbols.span, "an ARTIFICIAL_CELL has no BREAKPOINT");
        }
        if !symbols.currents.is_empty() || !symbols.ions.is_empty() {
            report.error(
                symbols.span,
                "an ARTIFICIAL_CELL has no currents and no ions",
            );
        }
    }
}
