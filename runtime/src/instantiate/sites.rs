//! Where cells are.

/// Positions of cells, column by column, so that expressions are evaluated for many cells at once.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Sites {
    /// x, y and z, µm.
    pub position: [Vec<f64>; 3],
    /// The same as parts of the network's extent.
    pub norm: [Vec<f64>; 3],
}

impl Sites {
    /// Number of cells.
    pub fn len(&self) -> usize {
        self.position[0].len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Position of cell `k`, µm.
    pub fn at(&self, k: usize) -> [f64; 3] {
        [0, 1, 2].map(|axis| self.position[axis][k])
    }

    /// Position of cell `k` as parts of the extent.
    pub fn norm_at(&self, k: usize) -> [f64; 3] {
        [0, 1, 2].map(|axis| self.norm[axis][k])
    }

    /// One coordinate of all cells.
    pub(crate) fn column(&self, axis: u8, norm: bool) -> &[f64] {
        let columns = if norm { &self.norm } else { &self.position };
        &columns[usize::from(axis)]
    }

    /// Adds a cell at `norm` of the extent `size` (µm).
    pub(crate) fn push_norm(&mut self, norm: [f64; 3], size: [f64; 3]) {
        for axis in 0..3 {
            self.position[axis].push(size[axis] * norm[axis]);
            self.norm[axis].push(norm[axis]);
        }
    }

    /// Adds a cell at `position` (µm) in the extent `size` (µm).
    pub(crate) fn push_position(&mut self, position: [f64; 3], size: [f64; 3]) {
        for axis in 0..3 {
            self.position[axis].push(position[axis]);
            self.norm[axis].push(position[axis] / size[axis]);
        }
    }

    /// Adds all of `other`.
    pub(crate) fn append(&mut self, mut other: Sites) {
        for axis in 0..3 {
            self.position[axis].append(&mut other.position[axis]);
            self.norm[axis].append(&mut other.norm[axis]);
        }
    }

    /// The cells at these indices.
    pub(crate) fn gather(&self, cells: &[u32]) -> Sites {
        let pick = |column: &Vec<f64>| cells.iter().map(|&k| column[k as usize]).collect();
        Sites {
            position: [0, 1, 2].map(|axis| pick(&self.position[axis])),
            norm: [0, 1, 2].map(|axis| pick(&self.norm[axis])),
        }
    }
}
