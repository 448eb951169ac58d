//! Quantities that a model file may give as numbers in our units or, as everywhere else, as text with a unit.

use super::Value;
use crate::expr::{self, ScopeKind, Want};
use crate::units;
use serde::de::{Error, Unexpected, Visitor};
use serde::{Deserialize, Deserializer};
use std::fmt;

/// A number, in `unit`, from a number or from text such as `"10 ms"`.
struct In(&'static str);

impl Visitor<'_> for In {
    type Value = f64;

    fn expecting(&self, f: &mut fmt::Formatter) -> fmt::Result {
        let Self(unit) = self;
        write!(
            f,
            "a number (of {unit}) or text with a unit, as \"10 {unit}\""
        )
    }

    fn visit_f64<E: Error>(self, x: f64) -> Result<f64, E> {
        Ok(x)
    }

    fn visit_u64<E: Error>(self, x: u64) -> Result<f64, E> {
        Ok(x as f64)
    }

    fn visit_i64<E: Error>(self, x: i64) -> Result<f64, E> {
        Ok(x as f64)
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<f64, E> {
        let Self(unit) = self;
        let want = Want::Quantity {
            field: "this",
            unit: units::parse(unit).map_err(|_| E::invalid_value(Unexpected::Str(text), &self))?,
            written: unit,
        };
        let checked = expr::compile(text, ScopeKind::Network, &[], want).map_err(|mistakes| {
            let messages: Vec<String> = mistakes.into_iter().map(|m| m.message).collect();
            E::custom(messages.join("; "))
        })?;
        checked
            .constant(&[])
            .ok_or_else(|| E::invalid_value(Unexpected::Str(text), &self))
    }
}

pub(super) fn ms<'de, D: Deserializer<'de>>(from: D) -> Result<f64, D::Error> {
    from.deserialize_any(In("ms"))
}

pub(super) fn mv<'de, D: Deserializer<'de>>(from: D) -> Result<f64, D::Error> {
    from.deserialize_any(In("mV"))
}

pub(super) fn celsius<'de, D: Deserializer<'de>>(from: D) -> Result<f64, D::Error> {
    from.deserialize_any(In("degC"))
}

/// Perhaps a time.
pub(super) fn optional_ms<'de, D: Deserializer<'de>>(from: D) -> Result<Option<f64>, D::Error> {
    #[derive(Deserialize)]
    struct Time(#[serde(deserialize_with = "ms")] f64);
    Ok(Option::<Time>::deserialize(from)?.map(|Time(x)| x))
}

/// Perhaps three values; one stands for three.
pub(super) fn optional_three<'de, D: Deserializer<'de>>(
    from: D,
) -> Result<Option<[Value; 3]>, D::Error> {
    #[derive(Deserialize)]
    #[serde(
        untagged,
        expecting = "a list of three lengths, or one length for all three"
    )]
    enum Given {
        One(Value),
        Three([Value; 3]),
    }
    Ok(
        Option::<Given>::deserialize(from)?.map(|given| match given {
            Given::One(value) => std::array::from_fn(|_| value.clone()),
            Given::Three(values) => values,
        }),
    )
}

#[cfg(test)]
mod tests {
    use crate::model::{Population, RunConfig};

    #[test]
    fn a_run_may_have_units() {
        let run = |text: &str| serde_json::from_str::<RunConfig>(text);
        let with =
            run(r#"{"duration": "1 s", "dt": "50 us", "v_init": "-70 mV", "celsius": "34 degC"}"#);
        let without = run(r#"{"duration": 1000, "dt": 0.05, "v_init": -70, "celsius": 34.0}"#);
        assert_eq!(with.unwrap(), without.unwrap());
        for (wrong, message) in [
            (r#"{"duration": "1 mV"}"#, "time"),
            (r#"{"duration": "soon"}"#, "`soon`"),
            (r#"{"duration": true}"#, "text with a unit"),
        ] {
            let found = run(wrong).unwrap_err().to_string();
            assert!(found.contains(message), "{found}");
        }
    }

    #[test]
    fn a_grid_may_have_one_spacing() {
        let population = |grid: &str| {
            let text = format!(r#"{{"name": "E", "cell": "C", "grid": {grid}}}"#);
            serde_json::from_str::<Population>(&text).unwrap()
        };
        assert_eq!(
            population(r#""50 um""#),
            population(r#"["50 um", "50 um", "50 um"]"#)
        );
    }
}
