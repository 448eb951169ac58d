//! Numbers with units in Rust code: `1.0.s()`, `18.8.um()`.
//!
//! Each quantity is a type, so that a time is not taken for a length. Quantities keep the number and the unit as they
//! were written, and become [`Value`]s of a model as such.

use netdsl_lang::model::{Setting, Value};
use std::fmt;

macro_rules! quantities {
    ($($(#[$doc:meta])* $name:ident ($base:literal, $reader:ident) {
        $($(#[$unit_doc:meta])* $unit:ident = $text:literal, $scale:expr;)*
    })*) => {
        $(
            $(#[$doc])*
            #[derive(Clone, Copy, Debug, PartialEq)]
            pub struct $name {
                number: f64,
                unit: &'static str,
                scale: Scale,
            }

            impl $name {
                #[doc = concat!("The number of ", $base, ".")]
                #[must_use]
                pub fn $reader(self) -> f64 {
                    self.scale.apply(self.number)
                }

                /// The unit that it was written in.
                #[must_use]
                pub fn unit(self) -> &'static str {
                    self.unit
                }

                /// Reads a number and a unit: what a command line says.
                ///
                /// # Errors
                /// What is expected instead.
                pub fn parse(text: &str) -> Result<Self, String> {
                    let units = &[$(($text, $scale)),*];
                    let (number, unit, scale) = parse(text, units)?;
                    Ok(Self { number, unit, scale })
                }
            }

            impl fmt::Display for $name {
                fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                    write!(f, "{} {}", self.number, self.unit)
                }
            }

            impl From<$name> for Value {
                fn from(quantity: $name) -> Self {
                    Value::new(quantity.to_string())
                }
            }
        )*

        /// Units after numbers: `1.0.s()`, `200.um()`.
        pub trait Units: Into<f64> {
            $($(
                $(#[$unit_doc])*
                #[must_use]
                fn $unit(self) -> $name {
                    $name {
                        number: self.into(),
                        unit: $text,
                        scale: $scale,
                    }
                }
            )*)*
        }
    };
}

quantities! {
    /// A time.
    Time("ms", in_ms) {
        /// Seconds.
        s = "s", Scale::Times(1e3);
        /// Milliseconds.
        ms = "ms", Scale::ONE;
        /// Microseconds.
        us = "us", Scale::Over(1e3);
    }
    /// A length.
    Length("um", in_um) {
        /// Micrometres.
        um = "um", Scale::ONE;
        /// Millimetres.
        mm = "mm", Scale::Times(1e3);
        /// Nanometres.
        nm = "nm", Scale::Over(1e3);
    }
    /// A voltage.
    Voltage("mV", in_mv) {
        /// Millivolts.
        mv = "mV", Scale::ONE;
        /// Volts.
        v = "V", Scale::Times(1e3);
    }
    /// A current.
    Current("nA", in_na) {
        /// Nanoamperes.
        na = "nA", Scale::ONE;
        /// Picoamperes.
        pa = "pA", Scale::Over(1e3);
    }
    /// A conductance.
    Conductance("uS", in_us) {
        /// Microsiemens; `us` are microseconds.
        micro_siemens = "uS", Scale::ONE;
        /// Nanosiemens.
        nano_siemens = "nS", Scale::Over(1e3);
    }
    /// A conductance per area.
    ConductanceDensity("S/cm2", in_s_per_cm2) {
        /// Siemens per square centimetre.
        s_per_cm2 = "S/cm2", Scale::ONE;
        /// Millisiemens per square centimetre.
        ms_per_cm2 = "mS/cm2", Scale::Over(1e3);
    }
    /// A capacitance per area.
    CapacitanceDensity("uF/cm2", in_uf_per_cm2) {
        /// Microfarads per square centimetre.
        uf_per_cm2 = "uF/cm2", Scale::ONE;
    }
    /// A resistivity.
    Resistivity("ohm*cm", in_ohm_cm) {
        /// Ohm centimetres.
        ohm_cm = "ohm*cm", Scale::ONE;
    }
    /// A resistance.
    Resistance("Mohm", in_mohm) {
        /// Megaohms.
        mohm = "Mohm", Scale::ONE;
    }
    /// A frequency or rate.
    Frequency("Hz", in_hz) {
        /// Hertz.
        hz = "Hz", Scale::ONE;
        /// Kilohertz.
        khz = "kHz", Scale::Times(1e3);
    }
    /// Cells per volume.
    Density("/mm3", in_per_mm3) {
        /// Per cubic millimetre.
        per_mm3 = "/mm3", Scale::ONE;
    }
    /// A concentration.
    Concentration("mM", in_mm) {
        /// Millimoles per litre.
        m_molar = "mM", Scale::ONE;
    }
    /// A temperature.
    Temperature("degC", in_deg_c) {
        /// Degrees Celsius.
        deg_c = "degC", Scale::ONE;
    }
}

impl Units for f64 {}
impl Units for i32 {}
impl Units for u32 {}

/// An exact power of ten, to multiply or divide by.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Scale {
    Times(f64),
    Over(f64),
}

impl Scale {
    const ONE: Self = Self::Times(1.0);

    fn apply(self, number: f64) -> f64 {
        match self {
            Self::Times(scale) => number * scale,
            Self::Over(scale) => number / scale,
        }
    }
}

fn parse(
    text: &str,
    units: &'static [(&'static str, Scale)],
) -> Result<(f64, &'static str, Scale), String> {
    let text = text.trim();
    let example = units[0].0;
    let mut by_length: Vec<_> = units.iter().collect();
    by_length.sort_by_key(|(unit, _)| std::cmp::Reverse(unit.len()));
    for (unit, scale) in by_length {
        let Some(number) = text.strip_suffix(unit) else {
            continue;
        };
        if let Ok(number) = number.trim_end().parse::<f64>()
            && number.is_finite()
        {
            return Ok((number, unit, *scale));
        }
    }
    let known: Vec<&str> = units.iter().map(|(unit, _)| *unit).collect();
    let wanted = netdsl_lang::check::list(&known);
    if text.parse::<f64>().is_ok() {
        return Err(format!(
            "`{text}` needs a unit ({wanted}): write `{text}{example}`"
        ));
    }
    Err(format!("`{text}` is not a number with a unit ({wanted})"))
}

/// An expression of a model: `expr("0.4 * exp(-dist_3d / lambda)")`.
pub fn expr(text: impl Into<String>) -> Value {
    Value::new(text)
}

/// One value for each segment, or for each element of an array parameter.
pub fn each<V: Into<Value>>(values: impl IntoIterator<Item = V>) -> Setting {
    Setting::Each(values.into_iter().map(Into::into).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quantities_keep_what_was_written() {
        assert_eq!(1.0.s().in_ms(), 1000.0);
        assert_eq!(18.8.um().to_string(), "18.8 um");
        assert_eq!(Value::from(3.57e-5.s_per_cm2()).text(), "0.0000357 S/cm2");
        assert_eq!((-70).mv().in_mv(), -70.0);
    }

    #[test]
    fn quantities_are_read_from_text() {
        assert_eq!(Time::parse("0.5s").unwrap().in_ms(), 500.0);
        assert_eq!(Time::parse(" 25 us ").unwrap().in_ms(), 0.025);
        let message = Time::parse("500").unwrap_err();
        assert_eq!(
            message,
            "`500` needs a unit (`s`, `ms` and `us`): write `500s`"
        );
        assert!(
            Time::parse("5 mV")
                .unwrap_err()
                .contains("not a number with a unit")
        );
        assert!(Time::parse("inf s").is_err());
    }
}
