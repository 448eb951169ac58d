//! Kinds of cells.

use std::collections::HashMap;
use std::sync::Arc;

use super::Reading;
use super::document::{IonDoc, SectionDoc};
use super::value::{Pairs, Values};
use crate::geometry::Tree;
use crate::instance::{
    Attachment, CellTemplate, Insertion, IonSetting, ParameterSet, PerSegment, Section, Shape,
};

/// Mechanisms whose event times are in the file.
pub(super) fn is_generator(mechanism: &str) -> bool {
    matches!(mechanism, "NetStim" | "VecStim")
}

/// A template of the file, ready for use.
pub(super) enum Template {
    /// A cell with sections.
    Compartments {
        template: Arc<CellTemplate>,
        /// Its tree; `None` if something is wrong with it.
        tree: Option<Tree>,
        /// Index in the template of each section of the file.
        order: Vec<u32>,
    },
    /// An artificial cell that is simulated.
    Artificial(String, ParameterSet),
    /// A cell whose event times are in the file.
    Generator,
    /// None of these (an error has been noted).
    Broken,
}

impl Reading<'_> {
    pub(super) fn templates(&mut self) -> Vec<Template> {
        let templates = self.document.templates.iter().enumerate();
        templates
            .map(|(k, doc)| match (&doc.artificial, &doc.sections) {
                (Some(name), None) if is_generator(name) => Template::Generator,
                (Some(name), None) => {
                    let place = format!("templates[{k}].params");
                    let none = Pairs(Vec::new());
                    let params = doc.params.as_ref().unwrap_or(&none);
                    Template::Artificial(name.clone(), self.parameters(&place, name, params))
                }
                (None, Some(sections)) if doc.params.is_none() => self.compartments(k, sections),
                _ => {
                    let message = "must have either `sections`, or `artificial` and `params`";
                    self.wrong(format!("templates[{k}]"), message);
                    Template::Broken
                }
            })
            .collect()
    }

    fn compartments(&mut self, number: usize, sections: &[SectionDoc]) -> Template {
        let place = format!("templates[{number}]");
        let Some(sorted) = self.parents_first(&place, sections) else {
            return Template::Broken;
        };
        let mut order = vec![0; sections.len()];
        for (new, &old) in sorted.iter().enumerate() {
            order[old] = new as u32;
        }
        let template = CellTemplate {
            sections: sorted
                .iter()
                .map(|&k| {
                    self.section(
                        &format!("{place}.sections[{k}]"),
                        &sections[k],
                        sections,
                        &order,
                    )
                })
                .collect(),
        };
        let tree = Tree::build(&template);
        if let Err(errors) = &tree {
            for error in &errors.0 {
                self.wrong(place.clone(), error.to_string());
            }
        }
        Template::Compartments {
            template: Arc::new(template),
            tree: tree.ok(),
            order,
        }
    }

    /// Sections sorted so that parents come first, in the file's order otherwise.
    fn parents_first(&mut self, place: &str, sections: &[SectionDoc]) -> Option<Vec<usize>> {
        let names: HashMap<_, _> = sections
            .iter()
            .enumerate()
            .map(|(k, s)| (&s.name, k))
            .collect();
        let mut known = true;
        for (k, section) in sections.iter().enumerate() {
            if let Some((parent, ..)) = &section.parent
                && !names.contains_key(parent)
            {
                let message = format!("the cell has no section `{parent}`");
                self.wrong(format!("{place}.sections[{k}].parent"), message);
                known = false;
            }
        }
        if !known {
            return None;
        }
        let mut done = vec![false; sections.len()];
        let mut sorted = Vec::with_capacity(sections.len());
        while sorted.len() < sections.len() {
            let before = sorted.len();
            for (k, section) in sections.iter().enumerate() {
                let parent = section.parent.as_ref().map(|(name, ..)| names[name]);
                if !done[k] && parent.is_none_or(|p| done[p]) {
                    done[k] = true;
                    sorted.push(k);
                }
            }
            if sorted.len() == before {
                let circle = (0..sections.len())
                    .find(|&k| !done[k])
                    .map(|k| &sections[k].name);
                let message = format!("section `{}` descends from itself", circle?);
                self.wrong(format!("{place}.sections"), message);
                return None;
            }
        }
        Some(sorted)
    }

    fn section(
        &mut self,
        place: &str,
        doc: &SectionDoc,
        sections: &[SectionDoc],
        order: &[u32],
    ) -> Section {
        let parent = doc.parent.as_ref().and_then(|(name, location, end)| {
            let index = sections.iter().position(|s| s.name == *name)?;
            Some(Attachment {
                section: order[index],
                location: *location,
                child_end: *end,
            })
        });
        let shape = match &doc.pt3d {
            Some(points) => Shape::Points(points.clone()),
            None => Shape::Stylised {
                length: doc.length,
                diameter: doc.diam.per_segment(),
            },
        };
        let numbers = [
            ("area", &doc.area),
            ("ri", &doc.ri),
            ("diam", &doc.diam),
            ("cm", &doc.cm),
        ];
        for (key, values) in numbers {
            self.per_segment(&format!("{place}.{key}"), values, doc.nseg);
        }
        let v_init = self.document.config.v_init;
        let v0 = self.per_segment(&format!("{place}.v0"), &doc.v0, doc.nseg);
        Section {
            name: doc.name.clone(),
            parent,
            nseg: doc.nseg,
            shape,
            axial_resistivity: doc.axial_resistivity,
            capacitance: doc.cm.per_segment(),
            mechanisms: self.insertions(place, doc),
            ions: self.ions(place, doc),
            v_init: Some(v0).filter(|v| *v != PerSegment::Uniform(v_init)),
        }
    }

    /// Density mechanisms; the file lists the last inserted first.
    fn insertions(&mut self, place: &str, doc: &SectionDoc) -> Vec<Insertion> {
        let mut insertions = Vec::new();
        for (mechanism, parameters) in doc.mechs.0.iter().rev() {
            let mut values = Vec::new();
            for (name, value) in &parameters.0 {
                let place = format!("{place}.mechs.{mechanism}.{name}");
                let name = self.spelling(mechanism, name);
                values.push((name, self.per_segment(&place, value, doc.nseg)));
            }
            insertions.push(Insertion {
                mechanism: mechanism.clone(),
                parameters: values,
            });
        }
        insertions
    }

    fn ions(&mut self, place: &str, doc: &SectionDoc) -> Vec<IonSetting> {
        let mut settings = Vec::new();
        for (ion, values) in doc.ions.iter().flat_map(|ions| &ions.0) {
            self.check_ion(&format!("{place}.ions.{ion}"), ion, values);
            let mut get = |key: &str, value: &Values, used: bool| {
                let place = format!("{place}.ions.{ion}.{key}");
                let value = self.per_segment(&place, value, doc.nseg);
                used.then_some(value)
            };
            settings.push(IonSetting {
                ion: ion.clone(),
                reversal: get("e", &values.e, values.e_style == 1),
                inside: get("i", &values.i, values.cinit == 0),
                outside: get("o", &values.o, values.cinit == 0),
            });
        }
        settings
    }

    /// The ion is one that mechanisms use, its styles are NEURON's.
    fn check_ion(&mut self, place: &str, ion: &str, values: &IonDoc) {
        let globals = &self.document.mechanisms.ion_globals.0;
        if !globals.iter().any(|(known, _)| known == ion) {
            let known: Vec<_> = globals.iter().map(|(ion, _)| format!("`{ion}`")).collect();
            let message = format!("no mechanism uses this ion; known are {}", known.join(", "));
            self.wrong(place, message);
        }
        let styles = [
            ("c_style", values.c_style, 3),
            ("cinit", values.cinit, 1),
            ("e_style", values.e_style, 3),
            ("einit", values.einit, 1),
            ("eadvance", values.eadvance, 1),
        ];
        for (key, value, largest) in styles {
            if value > largest {
                let message = format!("{value}, must be a whole number from 0 to {largest}");
                self.wrong(format!("{place}.{key}"), message);
            }
        }
    }

    /// One value, or one a segment.
    fn per_segment(&mut self, place: &str, values: &Values, nseg: u32) -> PerSegment {
        match values {
            Values::Several(list) if list.len() != nseg as usize => {
                let message = format!("{} values for {nseg} segments", list.len());
                self.wrong(place, message);
            }
            Values::Nested => self.wrong(place, "lists within a list are not supported"),
            Values::One(_) | Values::Several(_) => {}
        }
        values.per_segment()
    }

    /// Parameters of a point process or an artificial cell.
    pub(super) fn parameters(
        &mut self,
        place: &str,
        mechanism: &str,
        values: &Pairs<Values>,
    ) -> ParameterSet {
        let mut set = ParameterSet::new();
        for (name, value) in &values.0 {
            if *value == Values::Nested {
                let message = "lists within a list are not supported";
                self.wrong(format!("{place}.{name}"), message);
            }
            set.push((self.spelling(mechanism, name), value.list()));
        }
        set
    }

    /// The mechanism's own spelling: Python cannot say `del`, so that files have it or `delay`.
    fn spelling(&self, mechanism: &str, name: &str) -> String {
        let other = match name {
            "del" => "delay",
            "delay" => "del",
            _ => return name.to_owned(),
        };
        let has = |name| {
            let program = self.mechanisms.program(mechanism);
            program.is_some_and(|p| p.variable(name).is_some())
        };
        let right = if !has(name) && has(other) {
            other
        } else {
            name
        };
        right.to_owned()
    }
}
