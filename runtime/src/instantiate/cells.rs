//! Cells: their expressions evaluated, alike cells made one template.
//!
//! Random numbers of a cell come from one stream, NetPyNE's (`cellParams`, gid, seed), in this order: values drawn once
//! for each cell; the lengths of all sections, on which distances depend; then, section by section as written: diameter,
//! resistivity, capacitance, parameters of mechanisms, ions, initial voltage, point processes. What is evaluated for each segment is drawn segment by segment.

use std::borrow::Cow;
use std::sync::Arc;

use super::error::{Mistake, Whose};
use super::plan::{CellFormula, CellPlan, ParameterPlan, Plan, SectionPlan};
use super::variable::{CellColumns, Variable};
use crate::geometry::Tree;
use crate::instance::{
    Attachment, CellTemplate, Insertion, IonSetting, ParameterSet, PerSegment, Section, Shape,
};
use crate::rng::Stream;

/// A cell with its numbers drawn.
#[derive(Clone, Debug)]
pub(crate) struct DrawnCell {
    pub(crate) template: Arc<CellTemplate>,
    /// Values of the cell type's per-cell variables.
    pub(crate) per_cell: Vec<f64>,
    /// Point processes of the cell, in the order written.
    pub(crate) points: Vec<DrawnPoint>,
}

/// A point process of a cell.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct DrawnPoint {
    pub(crate) name: String,
    pub(crate) mechanism: Arc<String>,
    /// Index in the template's sections.
    pub(crate) section: u32,
    pub(crate) location: f64,
    pub(crate) parameters: ParameterSet,
}

/// Draws one cell.
pub(crate) struct Drawing<'a> {
    pub(crate) plan: &'a CellPlan,
    pub(crate) gid: u32,
    pub(crate) cell: CellColumns<'a>,
    pub(crate) stream: Stream,
}

/// Path and straight distance of each segment of each section, µm, in the order of the template.
type Distances = Vec<Vec<[f64; 2]>>;

impl Drawing<'_> {
    /// The cell.
    ///
    /// # Errors
    /// The first number that will not do.
    pub(crate) fn draw(mut self) -> Result<DrawnCell, Mistake> {
        let mut per_cell = Vec::with_capacity(self.plan.per_cell.len());
        for formula in &self.plan.per_cell {
            let columns = self.cell.with(&per_cell);
            let value = formula.value(&columns, &mut self.stream);
            per_cell.push(value);
        }
        let lengths = self.lengths(&per_cell)?;
        let distances = match self.plan.distances {
            true => Some(self.distances(&lengths)?),
            false => None,
        };
        let mut drawn = vec![None; self.plan.sections.len()];
        let mut points = Vec::new();
        for (k, section) in self.plan.sections.iter().enumerate() {
            let place = self.plan.order.iter().position(|&s| s == k).unwrap_or(k);
            let along = distances.as_ref().map(|all| &all[place][..]);
            let parent = self.attachment(section);
            let mut part = SectionDrawing {
                section,
                gid: self.gid,
                cell: self.cell.with(&per_cell),
                length: lengths[k],
                distances: along,
                stream: &mut self.stream,
            };
            let mut found = part.draw()?;
            found.parent = parent;
            drawn[k] = Some(found);
            part.points(place as u32, &mut points)?;
        }
        let sections = self
            .plan
            .order
            .iter()
            .filter_map(|&k| drawn[k].take())
            .collect();
        Ok(DrawnCell {
            template: Arc::new(CellTemplate { sections }),
            per_cell,
            points,
        })
    }

    fn attachment(&self, section: &SectionPlan) -> Option<Attachment> {
        let (parent, location, child_end) = section.parent?;
        let parent = self.plan.order.iter().position(|&k| k == parent)?;
        Some(Attachment {
            section: parent as u32,
            location,
            child_end,
        })
    }

    /// Length of each section as written, µm; of those with 3-D points it is not used.
    fn lengths(&mut self, per_cell: &[f64]) -> Result<Vec<f64>, Mistake> {
        let cell = self.cell.with(per_cell);
        let mut lengths = Vec::with_capacity(self.plan.sections.len());
        for section in &self.plan.sections {
            lengths.push(match &section.length {
                Some(length) => {
                    let value = length.value(&cell, &mut self.stream);
                    Range::Positive.check("L", value, self.gid)?
                }
                None => 100.0,
            });
        }
        Ok(lengths)
    }

    /// From lengths and joints.
    fn distances(&self, lengths: &[f64]) -> Result<Distances, Mistake> {
        let mut sections = Vec::new();
        for &k in &self.plan.order {
            let section = &self.plan.sections[k];
            let shape = if section.points.is_empty() {
                Shape::Stylised {
                    length: lengths[k],
                    diameter: PerSegment::Uniform(1.0),
                }
            } else {
                Shape::Points(section.points.clone())
            };
            let parent = self.attachment(section);
            sections.push(bare_section(section, parent, shape));
        }
        let template = CellTemplate { sections };
        let tree = Tree::build(&template).map_err(|errors| Mistake::Expression {
            message: errors.to_string(),
        })?;
        let origin = self.plan.origin();
        let from = tree.position(origin, 0.5);
        let path = tree.distances_from(tree.node(origin, 0.5));
        let of_segment = |section: u32, segment: u32| {
            let straight = match (from, tree.segment_position(section, segment)) {
                (Some(a), Some(b)) => {
                    let square = |axis: usize| (b[axis] - a[axis]) * (b[axis] - a[axis]);
                    (square(0) + square(1) + square(2)).sqrt()
                }
                _ => f64::NAN,
            };
            [path[tree.segment_node(section, segment) as usize], straight]
        };
        let of_section = |section: u32| {
            let segments = 0..tree.nseg(section);
            segments
                .map(|segment| of_segment(section, segment))
                .collect()
        };
        Ok((0..tree.section_count() as u32).map(of_section).collect())
    }
}

fn bare_section(plan: &SectionPlan, parent: Option<Attachment>, shape: Shape) -> Section {
    Section {
        name: plan.name.clone(),
        parent,
        nseg: plan.nseg,
        shape,
        axial_resistivity: 1.0,
        capacitance: PerSegment::Uniform(1.0),
        mechanisms: Vec::new(),
        ions: Vec::new(),
        v_init: None,
    }
}

/// Draws one section.
struct SectionDrawing<'a> {
    section: &'a SectionPlan,
    gid: u32,
    cell: CellColumns<'a>,
    /// µm.
    length: f64,
    /// Of each segment.
    distances: Option<&'a [[f64; 2]]>,
    stream: &'a mut Stream,
}

impl SectionDrawing<'_> {
    fn draw(&mut self) -> Result<Section, Mistake> {
        let plan = self.section;
        let shape = if plan.points.is_empty() {
            let length = self.length;
            let diameter = match &plan.diameter {
                Some(plan) => self.each("diam", plan, Range::Positive)?,
                None => PerSegment::Uniform(500.0),
            };
            Shape::Stylised { length, diameter }
        } else {
            Shape::Points(plan.points.clone())
        };
        let axial_resistivity = self.whole("Ra", &plan.axial_resistivity, Range::Positive)?;
        let capacitance = self.each("cm", &plan.capacitance, Range::NotNegative)?;
        let mut mechanisms = Vec::with_capacity(plan.mechanisms.len());
        for (mechanism, parameters) in &plan.mechanisms {
            let mut drawn = Vec::with_capacity(parameters.len());
            for parameter in parameters {
                let name = &parameter.name;
                let what = format!("{mechanism}.{name}");
                let values = self.each(&what, &parameter.plan, parameter.range)?;
                drawn.push((name.clone(), values));
            }
            mechanisms.push(Insertion {
                mechanism: mechanism.clone(),
                parameters: drawn,
            });
        }
        let mut ions = Vec::with_capacity(plan.ions.len());
        for (ion, [reversal, inside, outside]) in &plan.ions {
            let mut value = |what: &str, plan: &Option<Plan>, range| match plan {
                Some(plan) => self.each(&format!("{ion}.{what}"), plan, range).map(Some),
                None => Ok(None),
            };
            ions.push(IonSetting {
                ion: ion.clone(),
                reversal: value("e", reversal, Range::Any)?,
                inside: value("i", inside, Range::NotNegative)?,
                outside: value("o", outside, Range::NotNegative)?,
            });
        }
        let v_init = match &plan.v_init {
            Some(plan) => Some(self.each("v_init", plan, Range::Any)?),
            None => None,
        };
        Ok(Section {
            shape,
            axial_resistivity,
            capacitance,
            mechanisms,
            ions,
            v_init,
            ..bare_section(plan, None, Shape::Points(Vec::new()))
        })
    }

    /// Adds the point processes.
    fn points(&mut self, section: u32, points: &mut Vec<DrawnPoint>) -> Result<(), Mistake> {
        for point in &self.section.point_processes {
            let location = self.whole("loc", &point.location, Range::Location)?;
            let cell = self.cell;
            let (gid, stream) = (self.gid, &mut *self.stream);
            points.push(DrawnPoint {
                name: point.name.clone(),
                mechanism: Arc::clone(&point.mechanism),
                section,
                location,
                parameters: draw_parameters(&point.parameters, &cell, stream, gid)?,
            });
        }
        Ok(())
    }

    /// A value of the cell.
    fn whole(&mut self, what: &str, formula: &CellFormula, range: Range) -> Result<f64, Mistake> {
        let value = formula.value(&self.cell, self.stream);
        range.check(what, value, self.gid)
    }

    /// A value of each segment.
    fn each(&mut self, what: &str, plan: &Plan, range: Range) -> Result<PerSegment, Mistake> {
        let nseg = self.section.nseg as usize;
        if let Plan::One(formula) = plan
            && let Some(value) = formula.constant()
        {
            return Ok(PerSegment::Uniform(range.check(what, value, self.gid)?));
        }
        let mut values = Vec::with_capacity(nseg);
        for k in 0..nseg {
            let formula = match plan {
                Plan::One(formula) => formula,
                Plan::Each(formulas) => formulas.get(k).ok_or_else(|| Mistake::Length {
                    what: what.into(),
                    found: formulas.len(),
                    wanted: nseg,
                    each: "segment",
                })?,
            };
            values.push(range.check(what, self.at_segment(what, formula, k)?, self.gid)?);
        }
        let first = values[0].to_bits();
        Ok(if values.iter().all(|value| value.to_bits() == first) {
            PerSegment::Uniform(values[0])
        } else {
            PerSegment::Each(values)
        })
    }

    fn at_segment(&mut self, what: &str, formula: &CellFormula, k: usize) -> Result<f64, Mistake> {
        let mut columns = self.cell;
        if let Some(distances) = self.distances {
            [columns.path_distance, columns.euclidean_distance] = distances[k];
        }
        if columns.euclidean_distance.is_nan()
            && formula.uses(|variable| variable == Variable::EuclideanDistance)
        {
            return Err(Mistake::Conflict {
                what: format!(
                    "`{what}` uses `dist_euclidean`, but section `{}` or that of the soma has no 3-D points",
                    self.section.name
                ),
                help: "give `pt3d`, or use `dist_path`",
            });
        }
        Ok(formula.value(&columns, self.stream))
    }
}

/// Parameters of a point process or artificial cell.
pub(crate) fn draw_parameters(
    plan: &ParameterPlan,
    columns: &CellColumns,
    stream: &mut Stream,
    gid: u32,
) -> Result<ParameterSet, Mistake> {
    let mut set = Vec::with_capacity(plan.len());
    for parameter in plan {
        let formulas = match &parameter.plan {
            Plan::One(formula) => std::slice::from_ref(formula),
            Plan::Each(formulas) => formulas,
        };
        let mut values = Vec::with_capacity(formulas.len());
        for formula in formulas {
            let value = formula.value(columns, stream);
            values.push(parameter.range.check(&parameter.name, value, gid)?);
        }
        set.push((parameter.name.clone(), values));
    }
    Ok(set)
}

/// Which numbers will do.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Range {
    Any,
    NotNegative,
    Positive,
    /// 0..1.
    Location,
    /// From the first to the second.
    Within(f64, f64),
    /// A weight that is a conductance.
    Conductance,
}

impl Range {
    /// What such a number must be, or `None` if it will do.
    pub(crate) fn refuses(self, value: f64) -> Option<Cow<'static, str>> {
        let (fine, must) = match self {
            Self::Within(low, high) => {
                let fine = (low..=high).contains(&value) && value.is_finite();
                return (!fine).then(|| format!("must lie between {low} and {high}").into());
            }
            Self::Conductance => (
                value >= 0.0 && value.is_finite(),
                "is a conductance, which cannot be negative: limit it, as in `max(0 uS, ..)`",
            ),
            Self::Any => (value.is_finite(), "must be a finite number"),
            Self::NotNegative => (
                value >= 0.0 && value.is_finite(),
                "must be a number of at least 0",
            ),
            Self::Positive => (
                value > 0.0 && value.is_finite(),
                "must be a positive number",
            ),
            Self::Location => ((0.0..=1.0).contains(&value), "must lie between 0 and 1"),
        };
        (!fine).then_some(must.into())
    }

    fn check(self, what: &str, value: f64, gid: u32) -> Result<f64, Mistake> {
        match self.refuses(value) {
            None => Ok(value),
            Some(must) => Err(Mistake::Number {
                what: what.into(),
                value,
                must,
                of: Whose::Cell(gid),
                count: 1,
            }),
        }
    }
}
