//! 3-D points of a section, in the precision NEURON keeps them in.

/// Shorter steps than this between two points are steps in diameter, µm.
const SAME_PLACE: f64 = 1e-10;

/// A polyline with diameters.
#[derive(Clone, Debug)]
pub(super) struct Polyline {
    /// Coordinates in single precision, µm.
    places: Vec<[f32; 3]>,
    /// Diameters as stored (single precision), µm.
    diameters: Vec<f64>,
    /// Path length from the first point, µm.
    arc: Vec<f64>,
}

impl Polyline {
    /// From `[x, y, z, diameter]`; at least one point.
    pub(super) fn new(points: &[[f64; 4]]) -> Self {
        let places: Vec<_> = points
            .iter()
            .map(|p| [p[0] as f32, p[1] as f32, p[2] as f32])
            .collect();
        let diameters = points
            .iter()
            .map(|p| f64::from(p[3] as f32).abs())
            .collect();
        let mut arc = vec![0.0];
        for pair in places.windows(2) {
            // The differences are taken in single precision, their squares in double.
            let step = [0, 1, 2].map(|k| f64::from(pair[1][k] - pair[0][k]));
            let length = (step[0] * step[0] + step[1] * step[1] + step[2] * step[2]).sqrt();
            arc.push(arc[arc.len() - 1] + length);
        }
        Self {
            places,
            diameters,
            arc,
        }
    }

    /// Length, µm.
    pub(super) fn length(&self) -> f64 {
        self.arc[self.arc.len() - 1]
    }

    /// The place at path length `arc` from the first point, µm; linear between points.
    pub(super) fn place(&self, arc: f64) -> [f64; 3] {
        let last = self.arc.len() - 1;
        let next = self.arc.partition_point(|&s| s < arc).clamp(1, last);
        let (from, to) = (self.arc[next - 1], self.arc[next]);
        let fraction = if to > from {
            ((arc - from) / (to - from)).clamp(0.0, 1.0)
        } else {
            0.0
        };
        [0, 1, 2].map(|k| {
            let (a, b) = (
                f64::from(self.places[next - 1][k]),
                f64::from(self.places[next][k]),
            );
            a + fraction * (b - a)
        })
    }

    /// Walks along the line from its first point.
    pub(super) fn walk(&self) -> Walk<'_> {
        Walk {
            line: self,
            point: 0,
            at: self.arc[0],
            diameter: self.diameters[0],
        }
    }
}

/// Integrals over a stretch of a polyline.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Stretch {
    /// ∫ 2·diameter ds, µm².
    pub(super) twice_diameter: f64,
    /// Lateral area times 2/π, µm². A step in diameter adds its ring.
    pub(super) area: f64,
    /// ∫ 1/diameter² ds, 1/µm.
    pub(super) resistance: f64,
}

/// A position on a polyline that moves away from its first point.
pub(super) struct Walk<'a> {
    line: &'a Polyline,
    /// The last point passed.
    point: usize,
    /// Path length reached, µm.
    at: f64,
    /// Diameter there, µm.
    diameter: f64,
}

impl Walk<'_> {
    /// Moves on to path length `end` and integrates on the way.
    pub(super) fn advance(&mut self, end: f64) -> Stretch {
        let last = self.line.arc.len() - 1;
        let mut stretch = Stretch::default();
        loop {
            let next = self.point + 1;
            let inside = self.line.arc[next] > end || next == last;
            let (to, diameter) = if inside {
                (end, self.line.diameter_between(self.point, end))
            } else {
                (self.line.arc[next], self.line.diameters[next])
            };
            stretch.add_frustum(to - self.at, self.diameter, diameter);
            self.at = to;
            self.diameter = diameter;
            if inside {
                return stretch;
            }
            self.point = next;
        }
    }
}

impl Polyline {
    /// Diameter at path length `arc` on the line from `point` to the next one.
    fn diameter_between(&self, point: usize, arc: f64) -> f64 {
        let (from, to) = (self.arc[point], self.arc[point + 1]);
        let fraction = if (to - from).abs() < SAME_PLACE {
            1.0
        } else {
            (arc - from) / (to - from)
        };
        (1.0 - fraction) * self.diameters[point] + fraction * self.diameters[point + 1]
    }
}

impl Stretch {
    fn add_frustum(&mut self, length: f64, from: f64, to: f64) {
        self.twice_diameter += (to + from) * length;
        let length = length.max(1e-15);
        // A diameter of 0 is a cut, not an infinite number.
        let conductance = Some(to * from / length)
            .filter(|c| *c != 0.0)
            .unwrap_or(1e-15);
        self.resistance += 1.0 / conductance;
        let taper = 0.5 * (to - from);
        self.area += (to + from) * (length * length + taper * taper).sqrt();
    }
}
