//! A cell type with its expressions ready to be evaluated.

use std::sync::Arc;

use netdsl_lang::check::MechanismInfo;
use netdsl_lang::model::{
    ArtificialCell, CellPoint, CellType, IonSetting, Parameters, Population, Section, Setting,
    SpikeSource, Table, Value,
};

use super::cells::Range;
use super::error::{Mistake, NetworkErrors};
use super::formula::Formula;
use super::names::{Locals, Names, Scope};
use super::pointers::{PointerPlan, plan_pointers};
use super::variable::Variable;

/// A formula of a place or a cell.
pub(crate) type CellFormula = Formula<Variable>;

/// One formula for all segments or elements, or one for each.
#[derive(Clone, Debug)]
pub(crate) enum Plan {
    One(CellFormula),
    Each(Vec<CellFormula>),
}

/// Parameters of a mechanism.
pub(crate) type ParameterPlan = Vec<PlannedParameter>;

/// A parameter of a mechanism, ready to be evaluated.
#[derive(Clone, Debug)]
pub(crate) struct PlannedParameter {
    pub(crate) name: String,
    pub(crate) plan: Plan,
    /// The limits that the mechanism's file gives.
    pub(crate) range: Range,
}

/// A cell type, ready.
#[derive(Clone, Debug)]
pub(crate) struct CellPlan {
    pub(crate) name: String,
    /// Drawn once for each cell.
    pub(crate) per_cell: Vec<CellFormula>,
    /// In the order written: that of evaluation.
    pub(crate) sections: Vec<SectionPlan>,
    /// Order of the sections in a template: parents first.
    pub(crate) order: Vec<usize>,
    pub(crate) artificial: Option<ArtificialPlan>,
    pub(crate) spikes: SpikePlan,
    /// Whether cells of this type differ.
    pub(crate) varies: bool,
    /// Whether an expression asks for distances along the cell.
    pub(crate) distances: bool,
    /// Names for several sections, as indices in the order of the template.
    pub(crate) section_lists: Vec<(String, Vec<u32>)>,
    /// What POINTERs lead to.
    pub(crate) pointers: Vec<PointerPlan>,
    /// The point process that events without synapses go to: its number among those of the cell, and its mechanism.
    pub(crate) receiver: Option<(u32, String)>,
}

/// A section, ready.
#[derive(Clone, Debug)]
pub(crate) struct SectionPlan {
    pub(crate) name: String,
    /// Parent (in the order written), location on it, joined end.
    pub(crate) parent: Option<(usize, f64, f64)>,
    pub(crate) length: Option<CellFormula>,
    pub(crate) diameter: Option<Plan>,
    pub(crate) points: Vec<[f64; 4]>,
    pub(crate) nseg: u32,
    pub(crate) axial_resistivity: CellFormula,
    pub(crate) capacitance: Plan,
    pub(crate) mechanisms: Vec<(String, ParameterPlan)>,
    pub(crate) ions: Vec<(String, [Option<Plan>; 3])>,
    pub(crate) point_processes: Vec<PointPlan>,
    pub(crate) v_init: Option<Plan>,
}

/// A point process of a cell, ready.
#[derive(Clone, Debug)]
pub(crate) struct PointPlan {
    pub(crate) name: String,
    pub(crate) mechanism: Arc<String>,
    pub(crate) location: CellFormula,
    pub(crate) parameters: ParameterPlan,
}

/// An artificial cell, ready.
#[derive(Clone, Debug)]
pub(crate) enum ArtificialPlan {
    Mechanism {
        mechanism: String,
        parameters: ParameterPlan,
    },
    Times(Vec<std::sync::Arc<[f64]>>),
}

/// What counts as a spike; sections are given in the order of the template.
#[derive(Clone, Debug)]
pub(crate) enum SpikePlan {
    Voltage {
        section: u32,
        location: f64,
        threshold: CellFormula,
    },
    Point {
        section: u32,
        point: String,
    },
    PointVariable {
        section: u32,
        point: String,
        variable: String,
        threshold: CellFormula,
    },
    Events,
    Silent,
}

/// Compiles cell types and notes what is wrong.
pub(crate) struct Planner<'a> {
    pub(crate) names: &'a Names,
    pub(crate) mechanisms: &'a dyn MechanismInfo,
    pub(crate) errors: &'a mut NetworkErrors,
    pub(crate) place: String,
    pub(crate) locals: Locals,
}

impl Planner<'_> {
    /// A formula, or 0 with a note.
    pub(crate) fn formula(
        &mut self,
        what: &str,
        value: &Value,
        unit: &str,
        scope: Scope,
    ) -> CellFormula {
        let found = self.names.formula(what, value, unit, scope, &self.locals);
        self.errors
            .take(&self.place, found)
            .unwrap_or_else(|| Formula::number(0.0))
    }

    fn plan(&mut self, what: &str, setting: &Setting, unit: &str, scope: Scope) -> Plan {
        match setting {
            Setting::One(value) => Plan::One(self.formula(what, value, unit, scope)),
            Setting::Each(values) => {
                let each = values
                    .iter()
                    .map(|value| self.formula(what, value, unit, scope));
                Plan::Each(each.collect())
            }
        }
    }

    /// Parameters in the units of the mechanism's file.
    pub(crate) fn parameters(
        &mut self,
        mechanism: &str,
        parameters: &Parameters,
        scope: Scope,
    ) -> ParameterPlan {
        let mechanisms = self.mechanisms;
        let program = mechanisms.program(mechanism);
        parameters
            .iter()
            .map(|(name, setting)| {
                let variable = program.and_then(|program| program.variable(name));
                let (unit, limits) = match variable {
                    Some((_, variable)) => (variable.unit.as_str(), variable.limits),
                    None if name == "rate" => ("Hz", None),
                    None => ("", None),
                };
                let what = format!("{mechanism}.{name}");
                PlannedParameter {
                    name: name.to_owned(),
                    plan: self.plan(&what, setting, unit, scope),
                    range: limits.map_or(Range::Any, |(low, high)| Range::Within(low, high)),
                }
            })
            .collect()
    }

    /// A cell type.
    pub(crate) fn cell(&mut self, cell: &CellType) -> CellPlan {
        let per_cell = cell.per_cell.iter();
        let per_cell: Vec<_> = per_cell
            .map(|(name, value)| self.per_cell(name, value))
            .collect();
        let order = parents_first(cell);
        let sections: Vec<_> = cell
            .sections
            .iter()
            .map(|section| self.section(cell, section))
            .collect();
        let artificial = cell
            .artificial
            .as_ref()
            .map(|artificial| self.artificial(artificial));
        let spikes = self.spikes(cell, &order);
        let mut plan = CellPlan {
            name: cell.name.clone(),
            per_cell,
            sections,
            section_lists: lists(cell, &order),
            pointers: plan_pointers(cell),
            receiver: receiver(cell, self.mechanisms),
            order,
            artificial,
            spikes,
            varies: false,
            distances: false,
        };
        plan.varies = plan.uses(&|formula| formula.draws() || formula.uses(differs));
        plan.distances = plan.uses(&|formula| formula.uses(is_distance));
        plan
    }

    fn per_cell(&mut self, name: &str, value: &Value) -> CellFormula {
        let found = self
            .names
            .any_formula(name, value, Scope::Cell, &self.locals);
        match self.errors.take(&self.place, found) {
            Some((formula, dimension)) => {
                self.locals.push_per_cell(name, dimension);
                formula
            }
            None => Formula::number(0.0),
        }
    }

    fn section(&mut self, cell: &CellType, section: &Section) -> SectionPlan {
        let outer = self.place.clone();
        self.place = format!("{outer}, section `{}`", section.name);
        let plan = self.section_inside(cell, section);
        self.place = outer;
        plan
    }

    fn section_inside(&mut self, cell: &CellType, section: &Section) -> SectionPlan {
        let optional = |value: &Option<Value>, what, unit, planner: &mut Self| {
            value
                .as_ref()
                .map(|value| planner.formula(what, value, unit, Scope::Cell))
        };
        let number = Formula::number;
        let nseg = match &section.nseg {
            Some(value) => self.count(value),
            None => 1,
        };
        SectionPlan {
            name: section.name.clone(),
            parent: section.parent.as_ref().and_then(|joint| {
                let index = cell.sections.iter().position(|s| s.name == joint.section)?;
                Some((index, joint.loc, joint.child_end))
            }),
            length: optional(&section.length, "L", "um", self),
            diameter: section
                .diameter
                .as_ref()
                .map(|d| self.plan("diam", d, "um", Scope::Segment)),
            points: section.points.clone(),
            nseg,
            axial_resistivity: optional(&section.axial_resistivity, "Ra", "ohm*cm", self)
                .unwrap_or_else(|| number(35.4)),
            capacitance: match &section.capacitance {
                Some(value) => self.plan("cm", value, "uF/cm2", Scope::Segment),
                None => Plan::One(number(1.0)),
            },
            mechanisms: self.insertions(&section.mechanisms),
            ions: self.ions(&section.ions),
            point_processes: self.points(&section.point_processes),
            v_init: section
                .v_init
                .as_ref()
                .map(|v| self.plan("v_init", v, "mV", Scope::Segment)),
        }
    }

    fn count(&mut self, value: &Value) -> u32 {
        let found = self
            .names
            .constant("nseg", value, "1", &self.locals)
            .and_then(|n| {
                let fine = n >= 1.0 && n.fract() == 0.0 && n <= 32767.0;
                super::populations::must(fine, "nseg", n, "must be a whole number from 1 to 32767")
            });
        self.errors.take(&self.place, found).unwrap_or(1.0) as u32
    }

    fn insertions(&mut self, mechanisms: &Table<Parameters>) -> Vec<(String, ParameterPlan)> {
        let plan = |(name, parameters): (&str, &Parameters)| {
            (
                name.to_owned(),
                self.parameters(name, parameters, Scope::Segment),
            )
        };
        mechanisms.iter().map(plan).collect()
    }

    fn ions(&mut self, ions: &Table<IonSetting>) -> Vec<(String, [Option<Plan>; 3])> {
        ions.iter()
            .map(|(name, ion)| {
                let values = [
                    (&ion.reversal, "e", "mV"),
                    (&ion.inside, "i", "mM"),
                    (&ion.outside, "o", "mM"),
                ];
                let plans = values.map(|(value, what, unit)| {
                    let what = format!("{name}.{what}");
                    value
                        .as_ref()
                        .map(|v| self.plan(&what, v, unit, Scope::Segment))
                });
                (name.to_owned(), plans)
            })
            .collect()
    }

    fn points(&mut self, points: &Table<CellPoint>) -> Vec<PointPlan> {
        points
            .iter()
            .map(|(name, point)| PointPlan {
                name: name.to_owned(),
                mechanism: Arc::new(point.mechanism.clone()),
                location: match &point.loc {
                    Some(value) => self.formula("loc", value, "1", Scope::Cell),
                    None => Formula::number(0.5),
                },
                parameters: self.parameters(&point.mechanism, &point.parameters, Scope::Cell),
            })
            .collect()
    }

    fn artificial(&mut self, artificial: &ArtificialCell) -> ArtificialPlan {
        match artificial {
            ArtificialCell::Mechanism {
                mechanism,
                parameters,
            } => ArtificialPlan::Mechanism {
                mechanism: mechanism.clone(),
                parameters: self.parameters(mechanism, parameters, Scope::Cell),
            },
            ArtificialCell::Times(lists) => {
                let sorted = |times: &Vec<f64>| {
                    let mut times = times.clone();
                    times.sort_by(f64::total_cmp);
                    times.into()
                };
                ArtificialPlan::Times(lists.iter().map(sorted).collect())
            }
        }
    }

    fn spikes(&mut self, cell: &CellType, order: &[usize]) -> SpikePlan {
        let section = |name: &str| template_index(cell, order, name);
        match &cell.spikes {
            None if cell.artificial.is_some() => SpikePlan::Events,
            None => SpikePlan::Voltage {
                section: 0,
                location: 0.5,
                threshold: Formula::number(10.0),
            },
            Some(SpikeSource::Voltage {
                section: name,
                loc,
                threshold,
            }) => SpikePlan::Voltage {
                section: section(name),
                location: *loc,
                threshold: match threshold {
                    Some(value) => self.formula("threshold", value, "mV", Scope::Cell),
                    None => Formula::number(10.0),
                },
            },
            Some(SpikeSource::Point {
                section: name,
                point,
            }) => SpikePlan::Point {
                section: section(name),
                point: point.clone(),
            },
            Some(SpikeSource::PointVariable {
                section: name,
                point,
                variable,
                threshold,
            }) => {
                let unit = self.variable_unit(cell, name, point, variable);
                SpikePlan::PointVariable {
                    section: section(name),
                    point: point.clone(),
                    variable: variable.clone(),
                    threshold: self.formula("threshold", threshold, &unit, Scope::Cell),
                }
            }
            Some(SpikeSource::Silent) => SpikePlan::Silent,
        }
    }

    fn variable_unit(&self, cell: &CellType, section: &str, point: &str, variable: &str) -> String {
        let point = cell
            .section(section)
            .and_then(|s| s.point_processes.get(point));
        let program = point.and_then(|point| self.mechanisms.program(&point.mechanism));
        let variable = program.and_then(|program| program.variable(variable));
        variable.map_or_else(String::new, |(_, variable)| variable.unit.clone())
    }

    /// A population's own parameters for its artificial cells, in place of the cell type's.
    pub(crate) fn population(
        &mut self,
        plan: &CellPlan,
        population: &Population,
    ) -> Option<ArtificialPlan> {
        match &plan.artificial {
            Some(ArtificialPlan::Mechanism {
                mechanism,
                parameters,
            }) => {
                let mut parameters = parameters.clone();
                for own in self.parameters(mechanism, &population.parameters, Scope::Cell) {
                    parameters.retain(|known| {
                        known.name != own.name && !replaces(&own.name, &known.name)
                    });
                    parameters.push(own);
                }
                Some(ArtificialPlan::Mechanism {
                    mechanism: mechanism.clone(),
                    parameters,
                })
            }
            other => {
                if !population.parameters.is_empty() {
                    self.errors.add(&self.place, Mistake::Conflict {
                        what: "`parameters` are given, but the cells are not of an ARTIFICIAL_CELL mechanism".into(),
                        help: "leave them out, or set them in the cell type",
                    });
                }
                other.clone()
            }
        }
    }
}

/// A rate stands for an interval and the reverse.
fn replaces(name: &str, known: &str) -> bool {
    matches!((name, known), ("rate", "interval") | ("interval", "rate"))
}

impl CellPlan {
    /// Whether any formula is such.
    fn uses(&self, such: &dyn Fn(&CellFormula) -> bool) -> bool {
        let of_plan = |plan: &Plan| match plan {
            Plan::One(formula) => such(formula),
            Plan::Each(formulas) => formulas.iter().any(such),
        };
        let of_parameters = |p: &ParameterPlan| p.iter().any(|parameter| of_plan(&parameter.plan));
        self.sections.iter().any(|section| {
            section
                .length
                .iter()
                .chain([&section.axial_resistivity])
                .any(such)
                || [&section.diameter, &section.v_init]
                    .into_iter()
                    .flatten()
                    .any(of_plan)
                || of_plan(&section.capacitance)
                || section.mechanisms.iter().any(|(_, p)| of_parameters(p))
                || section
                    .ions
                    .iter()
                    .any(|(_, values)| values.iter().flatten().any(of_plan))
                || section
                    .point_processes
                    .iter()
                    .any(|p| such(&p.location) || of_parameters(&p.parameters))
        })
    }

    /// The section of that name, in the order of the template.
    pub(crate) fn section(&self, name: &str) -> Option<u32> {
        let at = self
            .order
            .iter()
            .position(|&k| self.sections[k].name == name)?;
        Some(at as u32)
    }

    /// The section whose middle is the origin of distances: `soma`, else the first that begins with `som`, else the
    /// first.
    pub(crate) fn origin(&self) -> u32 {
        let begins = || self.sections.iter().find(|s| s.name.starts_with("som"));
        let first = || self.sections.first();
        self.section("soma")
            .or_else(|| self.section(&begins().or_else(first)?.name))
            .unwrap_or(0)
    }

    /// Where synapses go that name no section.
    pub(crate) fn default_section(&self) -> u32 {
        match &self.spikes {
            SpikePlan::Voltage { section, .. }
            | SpikePlan::Point { section, .. }
            | SpikePlan::PointVariable { section, .. } => *section,
            SpikePlan::Events | SpikePlan::Silent => 0,
        }
    }
}

/// Whether the variable may differ from cell to cell.
fn differs(variable: Variable) -> bool {
    matches!(variable, Variable::Position { .. } | Variable::PerCell(_))
}

fn is_distance(variable: Variable) -> bool {
    matches!(
        variable,
        Variable::PathDistance | Variable::EuclideanDistance
    )
}

/// The one point process that handles events.
fn receiver(cell: &CellType, mechanisms: &dyn MechanismInfo) -> Option<(u32, String)> {
    let mut found = netdsl_lang::check::receivers(cell, mechanisms);
    let (number, _, program) = found.next()?;
    found
        .next()
        .is_none()
        .then(|| (number, program.name.clone()))
}

/// Indices of the sections, each parent before its children, otherwise as written.
fn parents_first(cell: &CellType) -> Vec<usize> {
    let mut order: Vec<usize> = Vec::new();
    while order.len() < cell.sections.len() {
        let known = order.len();
        for (k, section) in cell.sections.iter().enumerate() {
            let ready = match &section.parent {
                None => true,
                Some(joint) => order
                    .iter()
                    .any(|&p| cell.sections[p].name == joint.section),
            };
            if ready && !order.contains(&k) {
                order.push(k);
            }
        }
        if order.len() == known {
            break;
        }
    }
    order
}

fn template_index(cell: &CellType, order: &[usize], name: &str) -> u32 {
    let at = order.iter().position(|&k| cell.sections[k].name == name);
    at.unwrap_or(0) as u32
}

fn lists(cell: &CellType, order: &[usize]) -> Vec<(String, Vec<u32>)> {
    let indices = |names: &Vec<String>| {
        names
            .iter()
            .map(|name| template_index(cell, order, name))
            .collect()
    };
    cell.section_lists
        .iter()
        .map(|(name, names)| (name.to_owned(), indices(names)))
        .collect()
}
