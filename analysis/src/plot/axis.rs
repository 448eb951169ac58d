//! Round numbers for axes.

/// Ticks at round numbers.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Ticks {
    /// Positions, ascending, in the axis' unit.
    pub(crate) at: Vec<f64>,
    /// Digits after the point that tell neighbours apart.
    decimals: usize,
}

impl Ticks {
    /// At most about `count` ticks within `start..=end`.
    pub(crate) fn within(start: f64, end: f64, count: usize) -> Self {
        let step = round_up((end - start) / count.max(1) as f64);
        let first = (start / step - 1e-9).ceil() as i64;
        let last = (end / step + 1e-9).floor() as i64;
        let decimals = (-(step * 1.000_001).log10().floor()).max(0.0) as usize;
        Self {
            at: (first..=last).map(|k| k as f64 * step).collect(),
            decimals,
        }
    }

    /// The text at `value`.
    pub(crate) fn label(&self, value: f64) -> String {
        let value = if value == 0.0 { 0.0 } else { value };
        if self.decimals == 0 {
            grouped(value.round() as i64)
        } else {
            format!("{value:.*}", self.decimals).replace('-', "−")
        }
    }
}

/// The next of 1, 2, 5, 10, 20, 50, ... that is not below `x` (any positive scale).
pub(crate) fn round_up(x: f64) -> f64 {
    let exponent = x.log10().floor() as i32;
    let candidates = (exponent..=exponent + 1).flat_map(|e| {
        // Powers below one by division: 5 / 100 is 0.05, 5 * 0.01 is not.
        [1.0, 2.0, 5.0].map(|m| {
            if e < 0 {
                m / 10f64.powi(-e)
            } else {
                m * 10f64.powi(e)
            }
        })
    });
    candidates
        .into_iter()
        .find(|c| *c >= x * (1.0 - 1e-9))
        .unwrap_or(x)
}

/// An integer with its thousands set apart: 12,345.
pub(crate) fn grouped(value: i64) -> String {
    let digits = value.unsigned_abs().to_string();
    let mut text = String::new();
    for (k, digit) in digits.chars().enumerate() {
        if k > 0 && (digits.len() - k).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    if value < 0 {
        format!("−{text}")
    } else {
        text
    }
}

/// A number with three figures, without an exponent: 0.035, 1.20, 17.3, 250.
pub(crate) fn three_figures(x: f64) -> String {
    if x == 0.0 {
        return "0".to_owned();
    }
    let decimals = (2.0 - x.abs().log10().floor()).clamp(0.0, 6.0) as usize;
    if decimals == 0 {
        grouped(x.round() as i64)
    } else {
        format!("{x:.decimals$}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn ticks_are_round_and_labelled_with_the_digits_needed() {
        let ticks = Ticks::within(0.0, 1000.0, 6);
        assert_eq!(ticks.at, [0.0, 200.0, 400.0, 600.0, 800.0, 1000.0]);
        assert_eq!(ticks.label(1000.0), "1,000");
        let ticks = Ticks::within(0.0, 0.3, 6);
        assert_eq!(ticks.at.len(), 7);
        assert_eq!(ticks.label(ticks.at[3]), "0.15");
    }

    #[test]
    fn numbers_read_well() {
        assert_eq!(grouped(1_234_567), "1,234,567");
        assert_eq!(grouped(-123), "−123");
        assert_eq!(
            [0.0, 0.0351, 1.2, 17.34, 250.4, 1234.0].map(three_figures),
            ["0", "0.0351", "1.20", "17.3", "250", "1,234"]
        );
        assert_eq!(
            [0.03, 1.0, 1.1, 2.5, 7.0, 60.0].map(round_up),
            [0.05, 1.0, 2.0, 5.0, 10.0, 100.0]
        );
    }

    proptest! {
        #[test]
        fn ticks_lie_within_and_are_few(start in -1e4f64..1e4, length in 1e-3f64..1e5, count in 1usize..12) {
            let ticks = Ticks::within(start, start + length, count);
            let slack = 1e-6 * (length + start.abs());
            prop_assert!(ticks.at.iter().all(|t| *t >= start - slack && *t <= start + length + slack));
            prop_assert!(ticks.at.len() <= count + 1);
            prop_assert!(ticks.at.len() * 3 + 3 >= count);
            let labels: Vec<String> = ticks.at.iter().map(|t| ticks.label(*t)).collect();
            prop_assert!(labels.windows(2).all(|w| w[0] != w[1]));
        }
    }
}
