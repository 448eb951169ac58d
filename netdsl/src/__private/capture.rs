//! Rust values in declarations: captured numbers, run-time populations, lists of pairs.

use super::UsesPopulation;
use crate::handle::{PopHandle, Population};

/// A Rust value that a `param` may capture.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be the value of a parameter",
    label = "expected a number here",
    note = "a parameter takes a number (`f64`, `f32`, `i32`, `u32`, ..) in the unit that follows its name"
)]
pub trait IntoParam {
    /// The number as text.
    fn text(self) -> String;
}

macro_rules! numbers {
    ($($number:ty)*) => {
        $(
            impl IntoParam for $number {
                fn text(self) -> String {
                    self.to_string()
                }
            }
            impl IntoParam for &$number {
                fn text(self) -> String {
                    (*self).text()
                }
            }
        )*
    };
}

numbers!(i8 i16 i32 i64 isize u8 u16 u32 u64 usize);

impl IntoParam for f64 {
    fn text(self) -> String {
        let size = self.abs();
        if self == 0.0 || (1e-5..1e16).contains(&size) {
            self.to_string()
        } else {
            format!("{self:e}")
        }
    }
}

impl IntoParam for f32 {
    fn text(self) -> String {
        f64::from(self).text()
    }
}

impl IntoParam for &f64 {
    fn text(self) -> String {
        (*self).text()
    }
}

/// A captured number with its unit, as the model has it.
pub fn captured(value: impl IntoParam, unit: &str) -> String {
    let text = value.text();
    match unit {
        "1" => text,
        unit => format!("{text} {unit}"),
    }
}

/// The `N`-th population of a declaration as a value.
#[must_use]
pub fn handle_of<T: UsesPopulation<N>, const N: usize>() -> PopHandle {
    T::Population::handle()
}

/// A Rust value in parentheses that stands for a population.
#[must_use]
pub fn handle(handle: PopHandle) -> PopHandle {
    handle
}

/// A Rust value in parentheses that stands for pairs of indices.
pub fn pairs(pairs: impl IntoIterator<Item = (u32, u32)>) -> Vec<(u32, u32)> {
    pairs.into_iter().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn captured_numbers_read_as_written() {
        assert_eq!(captured(150.0, "um"), "150 um");
        assert_eq!(captured(1e-7, "uS"), "1e-7 uS");
        assert_eq!(captured(-70, "mV"), "-70 mV");
        assert_eq!(captured(0.5f32, "1"), "0.5");
        assert_eq!(captured(0.0, "ms"), "0 ms");
    }
}
