//! Functions that the model gives as data: FUNCTION_TABLE of NMODL.

use serde::{Deserialize, Serialize};

/// A function of a mechanism as a table, linear between its points and constant beyond them (for three arguments the
/// value of the point below, as in NEURON). Numbers are in the units of the mechanism's file.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FunctionTable {
    /// Values, row by row: the last argument varies fastest. One value where there are no axes.
    pub values: Vec<f64>,
    /// The points of each argument; none for a constant.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub axes: Vec<Axis>,
}

/// The points of an argument at which a function is known.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Axis {
    /// Ascending, in the argument's unit.
    Points(Vec<f64>),
    /// Evenly spaced.
    Even {
        /// First point, in the argument's unit.
        from: f64,
        /// Last point, in the argument's unit.
        to: f64,
        /// Number of points.
        count: u32,
    },
}

impl Axis {
    /// Number of points.
    pub fn count(&self) -> usize {
        match self {
            Self::Points(points) => points.len(),
            Self::Even { count, .. } => *count as usize,
        }
    }

    fn problem(&self) -> Option<String> {
        match self {
            Self::Points(points) if points.is_empty() => Some("an axis has no points".to_owned()),
            Self::Points(points) => {
                let ascends = points.windows(2).all(|p| p[0] < p[1]);
                let fine = ascends && points.iter().all(|p| p.is_finite());
                (!fine).then(|| "the points of an axis must ascend".to_owned())
            }
            Self::Even { from, to, count } => {
                let fine = *count >= 1 && from <= to && from.is_finite() && to.is_finite();
                (!fine).then(|| {
                    format!("an axis goes from {from} to {to} in {count} points: it must ascend")
                })
            }
        }
    }
}

impl FunctionTable {
    /// The same value everywhere.
    pub fn constant(value: f64) -> Self {
        Self {
            values: vec![value],
            axes: Vec::new(),
        }
    }

    /// A function of one argument, known at `points`: NEURON's `table_name_suffix(values, points)`.
    pub fn at_points(points: impl Into<Vec<f64>>, values: impl Into<Vec<f64>>) -> Self {
        Self {
            values: values.into(),
            axes: vec![Axis::Points(points.into())],
        }
    }

    /// What is wrong with it as a function of so many arguments.
    pub fn problem(&self, arguments: usize) -> Option<String> {
        if !self.axes.is_empty() && self.axes.len() != arguments {
            let axes = self.axes.len();
            return Some(format!(
                "it takes {arguments} argument(s), but the table has {axes} axes"
            ));
        }
        if let Some(problem) = self.axes.iter().find_map(Axis::problem) {
            return Some(problem);
        }
        let wanted = self
            .axes
            .iter()
            .try_fold(1_usize, |n, a| n.checked_mul(a.count()));
        if wanted != Some(self.values.len()) {
            let (found, wanted) = (self.values.len(), wanted.unwrap_or(usize::MAX));
            return Some(format!("the table has {found} values for {wanted} points"));
        }
        let finite = self.values.iter().all(|x| x.is_finite());
        (!finite).then(|| "the table has a value that is no finite number".to_owned())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shapes_are_checked() {
        assert_eq!(FunctionTable::constant(3.0).problem(2), None);
        let line = FunctionTable::at_points([0.0, 1.0], [5.0, 6.0]);
        assert_eq!(line.problem(1), None);
        assert!(line.problem(2).unwrap().contains("2 argument"));
        let short = FunctionTable::at_points([0.0, 1.0], [5.0]);
        assert!(short.problem(1).unwrap().contains("1 values for 2 points"));
        let falling = FunctionTable::at_points([1.0, 0.0], [5.0, 6.0]);
        assert!(falling.problem(1).unwrap().contains("ascend"));
    }

    #[test]
    fn both_kinds_of_axes_are_read() {
        let text = r#"{"values":[1,2,3,4],"axes":[[0,1],{"from":0,"to":1,"count":2}]}"#;
        let table: FunctionTable = serde_json::from_str(text).unwrap();
        assert_eq!(table.problem(2), None);
        let again: FunctionTable =
            serde_json::from_str(&serde_json::to_string(&table).unwrap()).unwrap();
        assert_eq!(again, table);
    }
}
