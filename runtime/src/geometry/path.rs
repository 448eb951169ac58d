//! Distances and places on a tree.

use super::tree::Tree;

impl Tree {
    /// Path distance between two locations, µm, as NEURON's `h.distance`: between the nodes they fall on, that is between
    /// centres of segments or ends of sections.
    pub fn path_distance(&self, from: (u32, f64), to: (u32, f64)) -> f64 {
        self.node_distance(self.node(from.0, from.1), self.node(to.0, to.1))
    }

    /// Path distance between two nodes, µm.
    pub fn node_distance(&self, mut a: u32, mut b: u32) -> f64 {
        let mut distance = 0.0;
        // A parent has a smaller number than its child, so the larger one cannot be the common ancestor.
        while a != b {
            let lower = if a > b { &mut a } else { &mut b };
            distance += self.step[*lower as usize];
            *lower = self.parent[*lower as usize];
        }
        distance
    }

    /// Path distance of each node from `node`, µm.
    pub fn distances_from(&self, node: u32) -> Vec<f64> {
        let mut distance = vec![f64::NAN; self.len()];
        let (mut ancestor, mut travelled) = (node as usize, 0.0);
        loop {
            distance[ancestor] = travelled;
            if ancestor == 0 {
                break;
            }
            travelled += self.step[ancestor];
            ancestor = self.parent[ancestor] as usize;
        }
        for k in 0..self.len() {
            if distance[k].is_nan() {
                distance[k] = distance[self.parent[k] as usize] + self.step[k];
            }
        }
        distance
    }

    /// Where a location is in space, relative to the cell, µm; `None` for a section without 3-D points. The location is
    /// taken as it is, not moved to the centre of its segment. Where a section is joined with its end 1, its first
    /// point is taken to be there, as NEURON does for areas.
    pub fn position(&self, section: u32, location: f64) -> Option<[f64; 3]> {
        let nodes = &self.sections[section as usize];
        let along = if nodes.reversed {
            1.0 - location
        } else {
            location
        };
        let points = nodes.points.as_ref()?;
        Some(points.place(along * nodes.length))
    }

    /// Where the centre of a segment is in space, relative to the cell, µm; `None` for a section without 3-D points.
    pub fn segment_position(&self, section: u32, segment: u32) -> Option<[f64; 3]> {
        let centre = (f64::from(segment) + 0.5) / f64::from(self.nseg(section));
        self.position(section, centre)
    }

    /// The location (0..1) of the node a location falls on.
    pub fn segment_centre(&self, section: u32, location: f64) -> f64 {
        if location <= 0.0 || location >= 1.0 {
            return location.clamp(0.0, 1.0);
        }
        let nseg = f64::from(self.nseg(section));
        ((nseg * location).floor() + 0.5) / nseg
    }
}
