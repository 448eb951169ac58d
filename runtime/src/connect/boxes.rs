//! Cells sorted into boxes, and what is known of the pairs between two boxes.

use super::candidates::Side;
use crate::instantiate::formula::{BLOCK, Interval};
use crate::instantiate::variable::{Axis, End, Variable};

/// Cells in a box, about: fewer make tighter bounds, more make fewer boxes.
const CELLS: usize = 32;
/// Boxes along an axis at most, so that a pair of boxes stays cheap beside their cells.
const MOST: usize = 16;

/// Cells near to each other.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Neighbours {
    /// Indices in the side, ascending.
    pub(crate) cells: Vec<u32>,
    /// Where they are: by unit (µm, part of the extent) and axis.
    extent: [[Interval; 3]; 2],
}

impl Neighbours {
    fn new(cells: Vec<u32>, side: &Side) -> Self {
        let extent = [false, true].map(|norm| {
            [0, 1, 2].map(|axis| {
                let column = side.sites.column(axis, norm);
                let values = cells.iter().map(|&k| column[k as usize]);
                values.fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), x| {
                    (low.min(x), high.max(x))
                })
            })
        });
        Self { cells, extent }
    }

    fn at(&self, axis: Axis, norm: bool) -> Interval {
        self.extent[usize::from(norm)][usize::from(axis)]
    }
}

/// A side's cells by place.
pub(crate) fn by_place(side: &Side) -> Vec<Neighbours> {
    let along = (side.len() as f64 / CELLS as f64).cbrt().ceil() as usize;
    let along = along.clamp(1, MOST);
    let mut boxes = vec![Vec::new(); along.pow(3)];
    let whole = Neighbours::new((0..side.len() as u32).collect(), side);
    let step = |axis: Axis, k: usize| {
        let (low, high) = whole.at(axis, false);
        let part = (side.sites.column(axis, false)[k] - low) / (high - low);
        // an extent of 0 makes NaN, which is the first box
        ((part * along as f64) as usize).min(along - 1)
    };
    for k in 0..side.len() {
        let place = (step(0, k) * along + step(1, k)) * along + step(2, k);
        boxes[place].push(k as u32);
    }
    let filled = boxes.into_iter().filter(|cells| !cells.is_empty());
    filled.map(|cells| Neighbours::new(cells, side)).collect()
}

/// A side's cells by number: as good as any where places do not count.
pub(crate) fn by_number(side: &Side) -> Vec<Neighbours> {
    let all: Vec<u32> = (0..side.len() as u32).collect();
    let runs = all.chunks(BLOCK);
    runs.map(|cells| Neighbours::new(cells.to_vec(), side))
        .collect()
}

/// All of a side's cells as one box.
pub(crate) fn all(side: &Side) -> Vec<Neighbours> {
    vec![Neighbours::new((0..side.len() as u32).collect(), side)]
}

/// What a variable can be worth for pairs between two boxes.
pub(crate) fn bounds(pre: &Neighbours, post: &Neighbours, variable: Variable) -> Interval {
    let gap = |axis: Axis, norm: bool| {
        let (a, b) = (pre.at(axis, norm), post.at(axis, norm));
        let least = (a.0 - b.1).max(b.0 - a.1).max(0.0);
        (least, (a.1 - b.0).max(b.1 - a.0))
    };
    let distance = |axes: &[Axis], norm: bool| {
        let squares = axes.iter().fold((0.0, 0.0), |sum: Interval, &axis| {
            let (least, most) = gap(axis, norm);
            (sum.0 + least * least, sum.1 + most * most)
        });
        (squares.0.sqrt(), squares.1.sqrt())
    };
    match variable {
        Variable::Position { end, axis, norm } => match end {
            End::Pre => pre.at(axis, norm),
            End::Post => post.at(axis, norm),
        },
        Variable::Difference { axis, norm } => gap(axis, norm),
        Variable::Distance { norm } => distance(&[0, 1, 2], norm),
        Variable::FlatDistance { norm } => distance(&[0, 2], norm),
        Variable::PathDistance | Variable::EuclideanDistance | Variable::PerCell(_) => {
            (f64::NEG_INFINITY, f64::INFINITY)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::instantiate::Sites;
    use crate::rng::Stream;

    fn side(cells: u32, extent: [f64; 3]) -> Side {
        let mut stream = Stream::new(1, 2, 3);
        let mut sites = Sites::default();
        for _ in 0..cells {
            sites.push_norm([(); 3].map(|()| stream.unit()), extent);
        }
        Side::new((0..cells).collect(), &sites)
    }

    #[test]
    fn every_cell_is_in_one_box() {
        for (cells, extent) in [(1000, [100.0, 200.0, 300.0]), (50, [100.0, 0.0, 0.0])] {
            let side = side(cells, extent);
            for boxes in [by_place(&side), by_number(&side), all(&side)] {
                let mut found: Vec<u32> = boxes.into_iter().flat_map(|b| b.cells).collect();
                found.sort_unstable();
                assert_eq!(found, (0..cells).collect::<Vec<_>>());
            }
        }
    }

    #[test]
    fn bounds_hold_for_every_pair() {
        let side = side(300, [100.0, 200.0, 300.0]);
        let boxes = by_place(&side);
        assert!(boxes.len() > 20);
        for (pre, post) in [(0, 0), (0, boxes.len() - 1), (5, 9)] {
            let (pre, post) = (&boxes[pre], &boxes[post]);
            let (least, most) = bounds(pre, post, Variable::Distance { norm: false });
            let (low, high) = bounds(
                pre,
                post,
                Variable::Difference {
                    axis: 1,
                    norm: true,
                },
            );
            for &a in &pre.cells {
                for &b in &post.cells {
                    let (a, b) = (a as usize, b as usize);
                    let (p, q) = (side.sites.at(a), side.sites.at(b));
                    let square: f64 = (0..3).map(|k| (p[k] - q[k]).powi(2)).sum();
                    assert!((least..=most).contains(&square.sqrt()));
                    let part = (side.sites.norm_at(a)[1] - side.sites.norm_at(b)[1]).abs();
                    assert!((low..=high).contains(&part));
                }
            }
        }
    }
}
