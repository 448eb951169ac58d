//! Values that belong to mechanisms and ions as such.

use std::collections::BTreeSet;

use super::error::NrefError;
use super::{Reading, templates};
use crate::instance::{GlobalValue, IonDefault};

/// NEURON's default concentration of ions that it does not know, mM.
const UNKNOWN_ION: f64 = 1.0;

/// Globals that NEURON's mechanism declares and never uses: no value of theirs has an effect, so ours do without.
const WITHOUT_EFFECT: [(&str, &str); 1] = [("IntFire4", "ib")];

impl Reading<'_> {
    /// Notes all mechanisms that are used but not there.
    pub(super) fn check_mechanisms(&mut self) {
        let mut used = BTreeSet::new();
        for template in &self.document.templates {
            let artificial = template.artificial.iter();
            used.extend(artificial.filter(|name| !templates::is_generator(name)));
            for section in template.sections.iter().flatten() {
                used.extend(section.mechs.0.iter().map(|(name, _)| name));
            }
        }
        used.extend(self.document.point_processes.rows.iter().map(|row| &row.0));
        let missing = |name: &&String| self.mechanisms.program(name).is_none();
        let names: Vec<String> = used.into_iter().filter(missing).cloned().collect();
        if !names.is_empty() {
            self.errors.push(NrefError::Mechanisms { names });
        }
    }

    /// Globals of mechanisms, and default concentrations.
    pub(super) fn globals(&mut self) -> (Vec<GlobalValue>, Vec<IonDefault>) {
        let mut globals = Vec::new();
        for (mechanism, values) in &self.document.mechanisms.globals.0 {
            for (key, value) in &values.0 {
                match key.strip_suffix(&format!("_{mechanism}")) {
                    Some(name) if WITHOUT_EFFECT.contains(&(mechanism, name)) => {}
                    Some(name) => globals.push(GlobalValue {
                        mechanism: mechanism.clone(),
                        name: name.to_owned(),
                        value: value.0,
                    }),
                    None => {
                        let place = format!("mechanisms.globals.{mechanism}.{key}");
                        self.wrong(place, format!("the name does not end in `_{mechanism}`"));
                    }
                }
            }
        }
        (globals, self.ion_defaults())
    }

    fn ion_defaults(&mut self) -> Vec<IonDefault> {
        let mut defaults = Vec::new();
        for (ion, values) in &self.document.mechanisms.ion_globals.0 {
            let mut default = IonDefault {
                ion: ion.clone(),
                inside: UNKNOWN_ION,
                outside: UNKNOWN_ION,
            };
            for (key, value) in &values.0 {
                if *key == format!("{ion}i0_{ion}_ion") {
                    default.inside = value.0;
                } else if *key == format!("{ion}o0_{ion}_ion") {
                    default.outside = value.0;
                } else {
                    let place = format!("mechanisms.ion_globals.{ion}.{key}");
                    self.wrong(
                        place,
                        "neither the inside nor the outside default concentration",
                    );
                }
            }
            defaults.push(default);
        }
        defaults
    }
}
