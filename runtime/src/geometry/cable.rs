//! One section cut into segments.

use std::f64::consts::PI;

use super::points::Polyline;
use crate::instance::{PerSegment, Section, Shape};

/// A segment, seen from the end at which its section is joined.
#[derive(Clone, Copy, Debug)]
pub(super) struct Segment {
    /// Mean diameter, µm.
    pub(super) diameter: f64,
    /// Membrane area, µm².
    pub(super) area: f64,
    /// Axial resistance of the half towards the parent, MΩ.
    pub(super) near: f64,
    /// Axial resistance of the other half, MΩ.
    pub(super) far: f64,
}

/// A section's segments in the order from the joined end to the other one.
pub(super) struct Cable {
    /// Length of the section, µm.
    pub(super) length: f64,
    /// Its segments.
    pub(super) segments: Vec<Segment>,
    /// Its points, where it has any.
    pub(super) points: Option<Polyline>,
}

impl Cable {
    /// Cuts a section that has passed the checks. `reversed`: it is joined with its end 1.
    pub(super) fn new(section: &Section, reversed: bool) -> Self {
        match &section.shape {
            Shape::Stylised { length, diameter } => Self {
                length: *length,
                segments: cylinders(section, *length, diameter, reversed),
                points: None,
            },
            Shape::Points(points) => {
                let line = Polyline::new(points);
                Self {
                    length: line.length(),
                    segments: frusta(section, &line),
                    points: Some(line),
                }
            }
        }
    }
}

/// Each segment a cylinder.
fn cylinders(
    section: &Section,
    length: f64,
    diameter: &PerSegment,
    reversed: bool,
) -> Vec<Segment> {
    let nseg = section.nseg as usize;
    let dx = length / nseg as f64;
    let cut = |k: usize| {
        let diameter = diameter.at(if reversed { nseg - 1 - k } else { k });
        let half = 1e-2 * section.axial_resistivity * (dx / 2.0) / (PI * diameter * diameter / 4.0);
        Segment {
            diameter,
            area: PI * diameter * dx,
            near: half,
            far: half,
        }
    };
    (0..nseg).map(cut).collect()
}

/// Segments integrated over 3-D points. NEURON takes the first point to be at the joined end, whichever end that is.
fn frusta(section: &Section, line: &Polyline) -> Vec<Segment> {
    let ds = line.length() / f64::from(section.nseg);
    let ohms = |integral: f64| integral * section.axial_resistivity / PI * (4.0 * 0.01);
    let mut walk = line.walk();
    let cut = |k: u32| {
        let middle = f64::from(k) * ds + ds / 2.0;
        let near = walk.advance(middle);
        let far = walk.advance(middle + ds / 2.0);
        Segment {
            diameter: (near.twice_diameter + far.twice_diameter) * (0.5 / ds),
            area: (near.area + far.area) * 0.5 * PI,
            near: ohms(near.resistance),
            far: ohms(far.resistance),
        }
    };
    (0..section.nseg).map(cut).collect()
}
