//! Variables of expressions, and what they are worth for pairs and for places in cells.

use super::Sites;
use super::formula::Columns;
use crate::connect::candidates::{Lanes, PairBlock, Side};

/// A coordinate axis: 0, 1, 2 for x, y (depth), z.
pub(crate) type Axis = u8;

/// A variable that an expression may use.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Variable {
    /// Coordinate of a cell: µm, or a part of the extent.
    Position { end: End, axis: Axis, norm: bool },
    /// Absolute difference of a coordinate.
    Difference { axis: Axis, norm: bool },
    /// Distance in space.
    Distance { norm: bool },
    /// Distance in the horizontal plane: without y.
    FlatDistance { norm: bool },
    /// Along the cell from the middle of its origin section, µm.
    PathDistance,
    /// In a straight line from there, µm.
    EuclideanDistance,
    /// A value that the cell type draws once for each cell, by its number.
    PerCell(u16),
}

/// Whose coordinate.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum End {
    /// The presynaptic cell's.
    Pre,
    /// The postsynaptic cell's, or that of the only cell there is.
    Post,
}

/// A block of pairs with the cells it speaks of.
pub(crate) struct PairColumns<'a> {
    pub(crate) pre: &'a Side,
    pub(crate) post: &'a Side,
    pub(crate) block: &'a PairBlock<'a>,
}

impl PairColumns<'_> {
    fn column(&self, end: End, axis: Axis, norm: bool) -> (&[f64], &Lanes<'_>) {
        let (side, lanes) = match end {
            End::Pre => (self.pre, &self.block.pre),
            End::Post => (self.post, &self.block.post),
        };
        (side.sites.column(axis, norm), lanes)
    }

    /// pre - post.
    fn difference(&self, axis: Axis, norm: bool, out: &mut [f64]) {
        let (pre, pre_lanes) = self.column(End::Pre, axis, norm);
        let (post, post_lanes) = self.column(End::Post, axis, norm);
        pre_lanes.load(pre, out);
        match post_lanes {
            Lanes::Same(k) => out.iter_mut().for_each(|value| *value -= post[*k]),
            Lanes::Run(range) => {
                for (value, post) in out.iter_mut().zip(&post[range.clone()]) {
                    *value -= post;
                }
            }
            Lanes::Each(cells) => {
                for (value, &k) in out.iter_mut().zip(*cells) {
                    *value -= post[k as usize];
                }
            }
        }
    }

    /// Euclidean norm of the differences, summed in the order of the axes.
    fn distance(&self, axes: &[Axis], norm: bool, out: &mut [f64]) {
        let mut squares = [0.0; super::formula::BLOCK];
        let squares = &mut squares[..out.len()];
        for &axis in axes {
            self.difference(axis, norm, out);
            for (sum, difference) in squares.iter_mut().zip(&*out) {
                *sum += difference * difference;
            }
        }
        for (value, square) in out.iter_mut().zip(squares) {
            *value = square.sqrt();
        }
    }
}

impl Columns<Variable> for PairColumns<'_> {
    fn load(&self, variable: Variable, out: &mut [f64]) {
        match variable {
            Variable::Position { end, axis, norm } => {
                let (column, lanes) = self.column(end, axis, norm);
                lanes.load(column, out);
            }
            Variable::Difference { axis, norm } => {
                self.difference(axis, norm, out);
                out.iter_mut().for_each(|value| *value = value.abs());
            }
            Variable::Distance { norm } => self.distance(&[0, 1, 2], norm, out),
            Variable::FlatDistance { norm } => self.distance(&[0, 2], norm, out),
            Variable::PathDistance | Variable::EuclideanDistance | Variable::PerCell(_) => {
                unreachable!("a pair of cells has no place within a cell")
            }
        }
    }
}

/// A place in a cell, or the cell as a whole.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct CellColumns<'a> {
    /// The cell, µm and as parts of the extent.
    pub(crate) position: [f64; 3],
    pub(crate) norm: [f64; 3],
    /// Values of the cell type's per-cell variables.
    pub(crate) per_cell: &'a [f64],
    /// µm; NaN where the cell as a whole is meant.
    pub(crate) path_distance: f64,
    /// µm; NaN where the cell as a whole is meant.
    pub(crate) euclidean_distance: f64,
}

impl<'a> CellColumns<'a> {
    /// Cell `k` as a whole.
    pub(crate) fn of(sites: &Sites, k: usize) -> Self {
        Self {
            position: sites.at(k),
            norm: sites.norm_at(k),
            per_cell: &[],
            path_distance: f64::NAN,
            euclidean_distance: f64::NAN,
        }
    }

    /// The same with values of per-cell variables.
    pub(crate) fn with(self, per_cell: &'a [f64]) -> Self {
        Self { per_cell, ..self }
    }
}

impl Columns<Variable> for CellColumns<'_> {
    fn load(&self, variable: Variable, out: &mut [f64]) {
        out.fill(match variable {
            Variable::Position {
                axis, norm: false, ..
            } => self.position[usize::from(axis)],
            Variable::Position {
                axis, norm: true, ..
            } => self.norm[usize::from(axis)],
            Variable::PathDistance => self.path_distance,
            Variable::EuclideanDistance => self.euclidean_distance,
            Variable::PerCell(k) => self.per_cell[usize::from(k)],
            Variable::Difference { .. }
            | Variable::Distance { .. }
            | Variable::FlatDistance { .. } => unreachable!("one cell has no distance to another"),
        });
    }
}
