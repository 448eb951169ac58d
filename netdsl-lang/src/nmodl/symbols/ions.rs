//! USEION.

use super::{Class, Symbols, ion_quantity};
use crate::mech::{Current, Ion, IonQuantity, Role};
use crate::nmodl::ast::Name;
use crate::nmodl::report::Report;

pub(super) fn declare(
    symbols: &mut Symbols,
    ion: &Name,
    read: &[Name],
    write: &[Name],
    valence: Option<f64>,
    report: &mut Report,
) {
    if symbols.ions.iter().any(|i| i.name == ion.kind) {
        report.error(ion.span, format!("the ion `{ion}` is used twice"));
        return;
    }
    let mut quantities = |names: &[Name]| {
        let mut found = Vec::new();
        for n in names {
            match ion_quantity(&ion.kind, &n.kind) {
                Some(q) => found.push(q),
                None => report.error(
                    n.span,
                    format!(
                        "`{n}` is no variable of the ion: there are e{ion}, i{ion}, {ion}i, {ion}o"
                    ),
                ),
            }
        }
        found
    };
    let reads = quantities(read);
    let writes = quantities(write);
    let valence = valence.and_then(|x| {
        if x.fract() == 0.0 && x.abs() <= 100.0 {
            return Some(x as i32);
        }
        report.error(
            ion.span,
            format!("the valence {x} of `{ion}` is no whole number"),
        );
        None
    });
    symbols.ions.push(Ion {
        name: ion.kind.clone(),
        valence,
        reads,
        writes,
    });
}

/// The name of a quantity of an ion.
fn spelling(ion: &str, what: IonQuantity) -> String {
    match what {
        IonQuantity::Reversal => format!("e{ion}"),
        IonQuantity::Current => format!("i{ion}"),
        IonQuantity::Inside => format!("{ion}i"),
        IonQuantity::Outside => format!("{ion}o"),
        IonQuantity::Conductance => format!("di{ion}dv"),
    }
}

/// Connects the declared variables with the ions, and lists the ionic currents.
pub(super) fn attach(symbols: &mut Symbols, report: &mut Report) {
    for (k, ion) in symbols.ions.clone().into_iter().enumerate() {
        let mut used: Vec<IonQuantity> = ion.reads.clone();
        used.extend(ion.writes.iter().filter(|q| !ion.reads.contains(q)));
        for what in used {
            attach_one(symbols, k as u32, &ion, what, report);
        }
    }
}

fn attach_one(symbols: &mut Symbols, k: u32, ion: &Ion, what: IonQuantity, report: &mut Report) {
    let name = spelling(&ion.name, what);
    let Some(id) = symbols.by_name.get(&name).copied() else {
        let message = format!(
            "`{name}` of USEION {} is not declared: add it to ASSIGNED",
            ion.name
        );
        report.error(symbols.span, message);
        return;
    };
    let writes = ion.writes.contains(&what);
    let is_current = what == IonQuantity::Current;
    let symbol = &mut symbols.variables[id as usize];
    if symbol.length != 1 {
        report.error(
            symbol.span,
            format!("`{name}` belongs to an ion and cannot be an array"),
        );
        symbol.length = 1;
    }
    symbol.class = if is_current && writes && !ion.reads.contains(&what) {
        Class::Current
    } else {
        Class::Outside(Role::Ion { ion: k, what })
    };
    if is_current && writes {
        symbols.currents.push(Current {
            name,
            ion: Some(k),
            electrode: false,
        });
        symbols.current_variables.push(id);
    }
}
