//! What a cell's geometry may not be.

use std::collections::HashMap;
use std::fmt;

use crate::instance::{CellTemplate, PerSegment, Section, Shape};

/// The most segments a section may have.
pub(super) const MOST_SEGMENTS: u32 = 32767;

/// A mistake in the geometry of a cell.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum GeometryError {
    /// There is nothing.
    #[error("the cell has no section")]
    NoSection,
    /// Two sections of one name.
    #[error("two sections are called `{section}`; names must differ")]
    DuplicateName {
        /// The name.
        section: String,
    },
    /// A section that is joined to nothing, besides the first such.
    #[error(
        "section `{section}` is joined to nothing, and so is the root `{root}`; give it a parent"
    )]
    Disconnected {
        /// The section.
        section: String,
        /// The first one without a parent.
        root: String,
    },
    /// No such section, or one that comes later.
    #[error(
        "section `{section}` is joined to section number {parent}, which is not one of those before it"
    )]
    Parent {
        /// The section.
        section: String,
        /// The index of its parent.
        parent: u32,
    },
    /// A number out of range.
    #[error("section `{section}`: {quantity} is {value}, must be {must_be}")]
    Value {
        /// The section.
        section: String,
        /// What.
        quantity: String,
        /// The number, in the quantity's unit.
        value: f64,
        /// What is allowed.
        must_be: &'static str,
    },
    /// A list that is not one number a segment.
    #[error("section `{section}`: {quantity} has {found} values for {nseg} segments")]
    Count {
        /// The section.
        section: String,
        /// What.
        quantity: String,
        /// Number of values.
        found: usize,
        /// Number of segments.
        nseg: u32,
    },
    /// Fewer than two points.
    #[error("section `{section}` has {found} 3-D point(s); a shape needs at least two")]
    Points {
        /// The section.
        section: String,
        /// Number of points.
        found: usize,
    },
}

/// All mistakes in the geometry of a cell.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub struct GeometryErrors(pub Vec<GeometryError>);

impl fmt::Display for GeometryErrors {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (k, error) in self.0.iter().enumerate() {
            let line_end = if k == 0 { "" } else { "\n" };
            write!(f, "{line_end}{error}")?;
        }
        Ok(())
    }
}

/// Finds every mistake in `template`.
pub(super) fn check_template(template: &CellTemplate) -> Result<(), GeometryErrors> {
    let mut errors = Vec::new();
    if template.sections.is_empty() {
        errors.push(GeometryError::NoSection);
    }
    check_names(template, &mut errors);
    check_parents(template, &mut errors);
    for section in &template.sections {
        Checker {
            section,
            errors: &mut errors,
        }
        .check();
    }
    if errors.is_empty() {
        Ok(())
    } else {
        Err(GeometryErrors(errors))
    }
}

fn check_names(template: &CellTemplate, errors: &mut Vec<GeometryError>) {
    let mut seen: HashMap<&str, u32> = HashMap::new();
    for section in &template.sections {
        let times = seen.entry(&section.name).or_default();
        *times += 1;
        if *times == 2 {
            errors.push(GeometryError::DuplicateName {
                section: section.name.clone(),
            });
        }
    }
}

fn check_parents(template: &CellTemplate, errors: &mut Vec<GeometryError>) {
    let mut root: Option<&Section> = None;
    for (k, section) in template.sections.iter().enumerate() {
        match (&section.parent, root) {
            (Some(parent), _) if parent.section as usize >= k => {
                errors.push(GeometryError::Parent {
                    section: section.name.clone(),
                    parent: parent.section,
                });
            }
            (Some(_), _) => {}
            (None, None) => root = Some(section),
            (None, Some(root)) => errors.push(GeometryError::Disconnected {
                section: section.name.clone(),
                root: root.name.clone(),
            }),
        }
    }
}

/// Checks the numbers of one section.
struct Checker<'a> {
    section: &'a Section,
    errors: &'a mut Vec<GeometryError>,
}

impl Checker<'_> {
    fn check(&mut self) {
        let section = self.section;
        let nseg = section.nseg;
        let possible = (1..=MOST_SEGMENTS).contains(&nseg);
        self.require("nseg", f64::from(nseg), possible, "1 to 32767");
        let resistivity = section.axial_resistivity;
        self.positive("the axial resistivity (Ω·cm)", resistivity);
        self.per_segment("the capacitance (µF/cm²)", &section.capacitance, true);
        if let Some(parent) = &section.parent {
            let x = parent.location;
            self.require(
                "the position on the parent",
                x,
                (0.0..=1.0).contains(&x),
                "0 to 1",
            );
            let end = parent.child_end;
            self.require(
                "the end that is joined",
                end,
                end == 0.0 || end == 1.0,
                "0 or 1",
            );
        }
        match &section.shape {
            Shape::Stylised { length, diameter } => {
                self.positive("the length (µm)", *length);
                self.per_segment("the diameter (µm)", diameter, false);
            }
            Shape::Points(points) => self.points(points),
        }
    }

    fn require(&mut self, quantity: &str, value: f64, fulfilled: bool, must_be: &'static str) {
        if !fulfilled {
            self.errors.push(GeometryError::Value {
                section: self.section.name.clone(),
                quantity: quantity.to_owned(),
                value,
                must_be,
            });
        }
    }

    fn positive(&mut self, quantity: &str, value: f64) {
        let fulfilled = value > 0.0 && value.is_finite();
        self.require(quantity, value, fulfilled, "a number above 0");
    }

    fn not_negative(&mut self, quantity: &str, value: f64) {
        let fulfilled = value >= 0.0 && value.is_finite();
        self.require(quantity, value, fulfilled, "a number not below 0");
    }

    fn per_segment(&mut self, quantity: &str, values: &PerSegment, zero_allowed: bool) {
        let values = match values {
            PerSegment::Uniform(value) => std::slice::from_ref(value),
            PerSegment::Each(values) => {
                if values.len() != self.section.nseg as usize {
                    self.errors.push(GeometryError::Count {
                        section: self.section.name.clone(),
                        quantity: quantity.to_owned(),
                        found: values.len(),
                        nseg: self.section.nseg,
                    });
                }
                values
            }
        };
        for &value in values {
            if zero_allowed {
                self.not_negative(quantity, value);
            } else {
                self.positive(quantity, value);
            }
        }
    }

    fn points(&mut self, points: &[[f64; 4]]) {
        if points.len() < 2 {
            self.errors.push(GeometryError::Points {
                section: self.section.name.clone(),
                found: points.len(),
            });
            return;
        }
        for (k, point) in points.iter().enumerate() {
            for (axis, value) in ["x", "y", "z"].iter().zip(point) {
                let quantity = format!("{axis} of 3-D point {k} (µm)");
                self.require(&quantity, *value, (*value as f32).is_finite(), "a number");
            }
            self.not_negative(&format!("the diameter of 3-D point {k} (µm)"), point[3]);
        }
        let length = super::points::Polyline::new(points).length();
        self.require(
            "the length of its 3-D points (µm)",
            length,
            length > 0.0 || length.is_nan(),
            "a number above 0",
        );
        for (k, pair) in points.windows(2).enumerate() {
            let missing = pair[0][3] == 0.0 && pair[1][3] == 0.0;
            let quantity = format!("the diameter of 3-D points {k} and {}, both (µm)", k + 1);
            self.require(&quantity, 0.0, !missing, "above 0 for one of them");
        }
    }
}
