//! `secs` of cell rules: sections with shape, membrane and point processes.

use super::at::At;
use super::finding::Found;
use super::formula::Formulas;
use super::shared::Shared;
use netdsl_lang::mech::Kind;
use netdsl_lang::model::{Attachment, CellPoint, IonSetting, Parameters, Section, Table, Value};

const KEYS: [&str; 10] = [
    "geom",
    "topol",
    "mechs",
    "ions",
    "pointps",
    "spikeGenLoc",
    "vinit",
    "threshold",
    "synMechs",
    "weightNorm",
];

/// Adds what a rule says of a section: later rules add to earlier ones and override them.
pub(super) fn layer(
    found: &mut Found,
    shared: &Shared,
    formulas: &Formulas,
    at: &At,
    section: &mut Section,
) {
    at.only(found, &KEYS, "nothing: the key is not looked at");
    for key in ["synMechs", "weightNorm"] {
        if let Some(entry) = at.get(key).filter(At::is_true) {
            let netpyne = match key {
                "synMechs" => "synapses of a cell that was saved are made again",
                _ => "weights of synapses there are multiplied by the number of their segment",
            };
            found.unsupported(&entry, &format!("`{key}`"), "leave it out", netpyne);
        }
    }
    if let Some(geom) = at.get("geom") {
        geometry(found, formulas, &geom, section);
    }
    if let Some(topol) = at.get("topol").filter(At::is_true) {
        section.parent = attachment(found, &topol);
    }
    for (name, entry) in at.get("mechs").map(|m| m.object(found)).unwrap_or_default() {
        mechanism(found, shared, formulas, name, &entry, section);
    }
    for (ion, entry) in at.get("ions").map(|m| m.object(found)).unwrap_or_default() {
        ions(found, shared, formulas, ion, &entry, section);
    }
    for (name, entry) in at
        .get("pointps")
        .map(|m| m.object(found))
        .unwrap_or_default()
    {
        if let Some(point) = point_process(found, shared, formulas, &entry) {
            section.point_processes.push(name, point);
        }
    }
    if let Some(entry) = at.get("vinit") {
        section.v_init = shared.setting(found, &entry, formulas, "mV");
    }
}

fn geometry(found: &mut Found, formulas: &Formulas, at: &At, section: &mut Section) {
    at.only(
        found,
        &["L", "diam", "Ra", "cm", "nseg", "pt3d"],
        "an attribute of the section that nothing reads",
    );
    let mut value = |key: &str, unit: &str| {
        let entry = at.get(key)?;
        if entry.items().is_some() {
            found.slip(
                &entry,
                "a list is given",
                "give one value for the section",
                "the list is passed over",
            );
            return None;
        }
        Some(Value::new(formulas.value(found, &entry, unit)?))
    };
    if let Some(length) = value("L", "um") {
        section.length = Some(length);
    }
    if let Some(diameter) = value("diam", "um") {
        section.diameter = Some(diameter.text().into());
    }
    if let Some(resistivity) = value("Ra", "ohm*cm") {
        section.axial_resistivity = Some(resistivity);
    }
    if let Some(capacitance) = value("cm", "uF/cm2") {
        section.capacitance = Some(capacitance.text().into());
    }
    if let Some(nseg) = value("nseg", "") {
        section.nseg = Some(nseg);
    }
    if let Some(points) = at.get("pt3d").filter(At::is_true) {
        let rows = points.items().unwrap_or_default();
        let rows: Option<Vec<[f64; 4]>> = rows.iter().map(|row| row.numbers(found)).collect();
        section.points = rows.unwrap_or_default();
    }
}

/// NEURON's shape where nothing is said; 3-D points take the place of a length and diameter.
pub(super) fn complete(section: &mut Section) {
    if !section.points.is_empty() {
        section.length = None;
        section.diameter = None;
        return;
    }
    section.length.get_or_insert_with(|| Value::new("100 um"));
    section.diameter.get_or_insert_with(|| "500 um".into());
}

fn attachment(found: &mut Found, at: &At) -> Option<Attachment> {
    at.only(
        found,
        &["parentSec", "parentX", "childX"],
        "nothing: the key is not looked at",
    );
    let section = at.get("parentSec").and_then(|p| p.text(found));
    let mut number = |key, usual| at.get(key).map_or(Some(usual), |x| x.number(found));
    let (loc, child_end) = (number("parentX", 1.0)?, number("childX", 0.0)?);
    let Some(section) = section else {
        found.error(
            at,
            "`parentSec` is missing",
            "name the parent",
            "an exception",
        );
        return None;
    };
    Some(Attachment {
        section: section.to_owned(),
        loc,
        child_end,
    })
}

/// The entry of a table, made if it is not there.
fn entry<'t, T: Default>(table: &'t mut Table<T>, name: &str) -> &'t mut T {
    if table.get(name).is_none() {
        table.0.push((name.to_owned(), T::default()));
    }
    table.get_mut(name).expect("it was just added")
}

fn mechanism(
    found: &mut Found,
    shared: &Shared,
    formulas: &Formulas,
    name: &str,
    at: &At,
    section: &mut Section,
) {
    if name == "dipole" {
        found.note(
            at,
            "the dipole of HNN is not recorded",
            "a mechanism for recording, that changes nothing",
        );
        return;
    }
    if let Some(ion) = name.strip_suffix("_ion") {
        return ions(found, shared, formulas, ion, at, section);
    }
    let Some(program) = shared.mechanism(found, at, name, |kind| kind == Kind::Density) else {
        return;
    };
    let parameters = entry(&mut section.mechanisms, name);
    for (key, value) in at.object(found) {
        if let Some(unit) = shared.parameter_unit(found, &value, program, key)
            && let Some(setting) = shared.setting(found, &value, formulas, &unit)
        {
            parameters.0.retain(|(known, _)| known != key);
            parameters.push(key, setting);
        }
    }
}

fn ions(
    found: &mut Found,
    shared: &Shared,
    formulas: &Formulas,
    ion: &str,
    at: &At,
    section: &mut Section,
) {
    at.only(found, &["e", "i", "o"], "nothing: the key is not looked at");
    let mut setting: IonSetting = section.ions.get(ion).cloned().unwrap_or_default();
    let mut get = |key, unit| {
        let entry = at.get(key)?;
        shared.setting(found, &entry, formulas, unit)
    };
    setting.reversal = get("e", "mV").or(setting.reversal);
    setting.inside = get("i", "mM").or(setting.inside);
    setting.outside = get("o", "mM").or(setting.outside);
    section.ions.0.retain(|(known, _)| known != ion);
    section.ions.0.push((ion.to_owned(), setting));
}

fn point_process(
    found: &mut Found,
    shared: &Shared,
    formulas: &Formulas,
    at: &At,
) -> Option<CellPoint> {
    let Some(named) = at.get("mod") else {
        found.error(
            at,
            "`mod` is missing",
            "name the point process",
            "an exception",
        );
        return None;
    };
    let mechanism = named.text(found)?;
    let program = shared.mechanism(found, &named, mechanism, |kind| kind == Kind::Point)?;
    let mut parameters = Parameters::default();
    for (key, value) in at.object(found) {
        if ["mod", "loc", "vref", "synList"].contains(&key) {
            continue;
        }
        if value.as_text() == Some("gid") {
            found.unsupported(
                &value,
                "the gid as a parameter",
                "leave it out",
                "the number of the cell",
            );
            continue;
        }
        if let Some(unit) = shared.parameter_unit(found, &value, program, key)
            && let Some(setting) = shared.setting(found, &value, formulas, &unit)
        {
            parameters.push(key, setting);
        }
    }
    let loc = match at.get("loc") {
        Some(loc) => Some(Value::new(formulas.value(found, &loc, "")?)),
        None => None,
    };
    Some(CellPoint {
        mechanism: mechanism.to_owned(),
        loc,
        parameters,
        pointers: Table::default(),
    })
}
