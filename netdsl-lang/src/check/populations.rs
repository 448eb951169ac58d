//! Populations.

use super::context::{At, Check};
use super::values::Want;
use crate::expr::{Checked, ScopeKind};
use crate::model::{ArtificialCell, Interval, Placement, Population, Shape};
use std::rc::Rc;

impl<'a> Check<'a> {
    /// All populations.
    pub(super) fn populations(&mut self) {
        let network = self.network;
        let item = |k: usize, p: &Population| {
            At::item("populations", k, format!("population `{}`", p.name))
        };
        let entries = network.populations.iter().enumerate();
        self.names(
            "population",
            entries.map(|(k, p)| (p.name.as_str(), item(k, p))),
        );
        for (k, population) in network.populations.iter().enumerate() {
            self.population(&item(k, population), population);
        }
    }

    fn population(&mut self, at: &At, population: &Population) {
        let network = self.network;
        let Some(cell) = network.cell_type(&population.cell) else {
            let known = network.cell_types.iter().map(|c| c.name.as_str());
            self.unknown(&at.field("cell"), "cell type", &population.cell, known);
            self.placement(at, population);
            return;
        };
        self.placement(at, population);
        if population.parameters.is_empty() {
            return;
        }
        let at = at.field("parameters");
        let global = Rc::clone(&self.global);
        match &cell.artificial {
            Some(ArtificialCell::Mechanism { mechanism, .. }) => {
                // an unknown mechanism is the cell type's mistake
                if let Some(program) = self.mechanisms.program(mechanism) {
                    let aliases = super::stimuli::aliases(mechanism);
                    let given = &population.parameters;
                    self.parameters(&at, program, given, ScopeKind::Cell, &global, aliases);
                }
            }
            _ => {
                let message = format!(
                    "`{}` is not a mechanism: its cells have no parameters",
                    cell.name
                );
                self.problem(
                    &at,
                    message,
                    "parameters belong to the sections of the cell type",
                );
            }
        }
    }

    fn placement(&mut self, at: &At, population: &Population) {
        let given = population.placements();
        if given.is_empty() {
            let message = "the number of cells is missing";
            let help = "write `cells`, `density`, `grid` or `positions`";
            self.problem(at, message, help);
        } else if given.len() > 1 {
            let names: Vec<&str> = given.iter().map(name_of).collect();
            let message = format!(
                "{} are given: only one can say how many cells there are",
                super::list(&names)
            );
            self.problem(&at.key(names[1]), message, "leave one");
        }
        for placement in given {
            self.one_placement(at, population, placement);
        }
        let axes = [
            ("x", &population.x),
            ("y", &population.y),
            ("z", &population.z),
        ];
        for (name, interval) in axes {
            if let Some(interval) = interval {
                self.interval(&at.field(name), name, interval);
            }
        }
    }

    fn one_placement(&mut self, at: &At, population: &Population, placement: Placement) {
        let name = name_of(&placement);
        let at = at.field(name);
        let global = Rc::clone(&self.global);
        match placement {
            Placement::Cells(n) => {
                let want = Want::count().at_least(0.0);
                self.value(&at, name, n, &want, ScopeKind::Network, &global);
            }
            Placement::Density(density) => {
                let want = Want::unit("/mm3").at_least(0.0);
                let scope = ScopeKind::Density;
                if self
                    .value(&at, name, density, &want, scope, &global)
                    .is_none()
                    && let Some(checked) =
                        self.expression_again(name, density, &want, scope, &global)
                {
                    self.density(&at, &checked);
                }
            }
            Placement::Grid(spacing) => {
                for (k, step) in spacing.iter().enumerate() {
                    let want = Want::unit("um").above(0.0);
                    self.value(&at.index(k), name, step, &want, ScopeKind::Network, &global);
                }
            }
            Placement::Positions(positions) => {
                for (k, position) in positions.iter().enumerate() {
                    if position.iter().any(|x| !x.is_finite()) {
                        self.problem(&at.index(k), "a position is not a number", "");
                    }
                }
                if population.x.is_some() || population.y.is_some() || population.z.is_some() {
                    let message = "cells with `positions` have no ranges";
                    self.problem(&at, message, "leave out `x`, `y` and `z`, or give `cells`");
                }
            }
        }
    }

    /// A density that varies does so along one axis, in a cuboid.
    fn density(&mut self, at: &At, density: &Checked) {
        let variables = ScopeKind::Density.variables().iter().enumerate();
        let axes: Vec<&str> = variables
            .filter(|(k, _)| density.uses_variable(*k))
            .map(|(_, v)| v.name)
            .collect();
        if axes.len() > 1 {
            let message = format!(
                "the density depends on {}: it may on one",
                super::list(&axes)
            );
            self.problem(
                at,
                message,
                "use populations side by side for the other axis",
            );
        }
        if axes.len() == 1 && self.network.shape != Shape::Cuboid {
            let message = "a density that varies needs a network of the shape `cuboid`";
            self.problem(at, message, "give a constant density, or change the shape");
        }
    }

    fn interval(&mut self, at: &At, name: &str, interval: &Interval) {
        let (ends, want, at) = match interval {
            Interval::Absolute(ends) => (ends, Want::unit("um"), at.field("absolute")),
            Interval::Norm(ends) => (
                ends,
                Want::unit("1").at_least(0.0).at_most(1.0),
                at.field("norm"),
            ),
        };
        let global = Rc::clone(&self.global);
        let mut constant = [None, None];
        for (k, end) in ends.iter().enumerate() {
            constant[k] = self.value(&at.index(k), name, end, &want, ScopeKind::Network, &global);
        }
        if let [Some(from), Some(to)] = constant
            && from > to
        {
            let message = format!("`{name}` goes from {from} down to {to}");
            self.problem(&at, message, "write the smaller end first");
        }
    }
}

fn name_of(placement: &Placement) -> &'static str {
    match placement {
        Placement::Cells(_) => "cells",
        Placement::Density(_) => "density",
        Placement::Grid(_) => "grid",
        Placement::Positions(_) => "positions",
    }
}
