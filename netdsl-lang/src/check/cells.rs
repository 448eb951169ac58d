//! Cell types: the tree of sections, their shape, mechanisms, ions and spike source.

use super::context::{At, Check};
use super::mechanisms::Use;
use super::params::NamedValues;
use super::values::Want;
use crate::expr::ScopeKind;
use crate::mech::{Kind, Role};
use crate::model::{
    ArtificialCell, CellType, CellVariable, Section, Setting, SpikeSource, Table, VariableOwner,
};

impl<'a> Check<'a> {
    /// All cell types.
    pub(super) fn cell_types(&mut self) {
        let network = self.network;
        let item =
            |k: usize, c: &CellType| At::item("cell_types", k, format!("cell type `{}`", c.name));
        let entries = network.cell_types.iter().enumerate();
        self.names(
            "cell type",
            entries.map(|(k, c)| (c.name.as_str(), item(k, c))),
        );
        for (k, cell) in network.cell_types.iter().enumerate() {
            self.cell_type(&item(k, cell), cell);
        }
    }

    fn cell_type(&mut self, at: &At, cell: &CellType) {
        let constants = self.global.with(&cell.params);
        let named = &constants.with_per_cell(&cell.per_cell);
        self.params(&at.field("params"), &cell.params, ScopeKind::Segment);
        let keys = at.field("per_cell");
        self.names(
            "value of a cell",
            cell.per_cell.names().map(|n| (n, keys.key(n))),
        );
        self.free_names(&keys, &cell.per_cell, ScopeKind::Segment);
        for (name, value) in cell.per_cell.iter() {
            let at = at.field("per_cell").field(name);
            self.expression(&at, name, value, &Want::anything(), ScopeKind::Cell, named);
        }
        match &cell.artificial {
            Some(artificial) => self.artificial(at, cell, artificial),
            None if cell.sections.is_empty() => {
                self.problem(
                    at,
                    "this cell type has no sections",
                    "declare at least one section",
                );
            }
            None => self.tree(at, cell),
        }
        for (k, section) in cell.sections.iter().enumerate() {
            let at = at
                .field("sections")
                .index(k)
                .called(&format!("section `{}`", section.name));
            self.section(&at, section, named);
            self.pointers(&at, cell, section);
        }
        self.section_lists(at, cell);
        if let Some(spikes) = &cell.spikes {
            self.spike_source(&at.field("spikes"), cell, spikes, named);
        }
    }

    fn artificial(&mut self, at: &At, cell: &CellType, artificial: &ArtificialCell) {
        if !cell.sections.is_empty() {
            let message = "this cell type has sections and is `artificial`, too";
            self.problem(at, message, "leave out one of the two");
        }
        let at = at.field("artificial");
        match artificial {
            ArtificialCell::Mechanism {
                mechanism,
                parameters,
            } => {
                let at = at.field("mechanism");
                let found = self.mechanism_for(&at.field("mechanism"), mechanism, Use::Artificial);
                if let Some(program) = found {
                    let aliases = super::stimuli::aliases(mechanism);
                    let named = &self.global.with(&cell.params);
                    let at = at.field("parameters");
                    self.parameters(&at, program, parameters, ScopeKind::Cell, named, aliases);
                }
            }
            ArtificialCell::Times(lists) => {
                for (k, times) in lists.iter().enumerate() {
                    if times.iter().any(|t| !t.is_finite() || *t < 0.0) {
                        let at = at.field("times").index(k);
                        self.problem(&at, "a spike time lies before 0 ms or is not a number", "");
                    }
                }
            }
        }
    }

    /// One root, parents that exist, no cycles.
    fn tree(&mut self, at: &At, cell: &CellType) {
        let sections = &cell.sections;
        let item = |k: usize| {
            at.field("sections")
                .index(k)
                .called(&format!("section `{}`", sections[k].name))
        };
        let names = sections.iter().enumerate();
        self.names("section", names.map(|(k, s)| (s.name.as_str(), item(k))));
        let roots: Vec<&str> = sections
            .iter()
            .filter(|s| s.parent.is_none())
            .map(|s| s.name.as_str())
            .collect();
        if roots.len() > 1 {
            let message = format!(
                "{} have no parent: a cell has one root",
                super::list(&roots)
            );
            self.problem(at, message, "join all but one to a section");
        }
        for (k, section) in sections.iter().enumerate() {
            let Some(parent) = &section.parent else {
                continue;
            };
            let at = item(k).field("parent");
            if cell.section(&parent.section).is_none() {
                let known = sections.iter().map(|s| s.name.as_str());
                self.unknown(&at.field("section"), "section", &parent.section, known);
            }
            self.location(&at.field("loc"), "loc", parent.loc);
            if parent.child_end != 0.0 && parent.child_end != 1.0 {
                let message = format!("`child_end` is {}, but it is 0 or 1", parent.child_end);
                self.problem(&at.field("child_end"), message, "");
            }
        }
        if let Some(cycle) = find_cycle(cell) {
            let message = format!(
                "the parents of {} go round in a circle",
                super::list(&cycle)
            );
            self.problem(
                at,
                message,
                "one of them must be the root, or be joined to another section",
            );
        }
    }

    fn section(&mut self, at: &At, section: &Section, named: &NamedValues) {
        self.shape(at, section);
        let mut value = |name: &str, value: &Option<_>, want: Want, scope| {
            if let Some(value) = value {
                self.value(&at.field(name), name, value, &want, scope, named);
            }
        };
        value(
            "L",
            &section.length,
            Want::unit("um").above(0.0),
            ScopeKind::Cell,
        );
        value(
            "nseg",
            &section.nseg,
            Want::count().at_least(1.0),
            ScopeKind::Network,
        );
        value(
            "Ra",
            &section.axial_resistivity,
            Want::unit("ohm*cm").above(0.0),
            ScopeKind::Cell,
        );
        let mut setting = |at: &At, name: &str, setting: &Option<Setting>, want: Want| {
            if let Some(setting) = setting {
                self.setting(
                    &at.field(name),
                    name,
                    setting,
                    &want,
                    ScopeKind::Segment,
                    named,
                );
                self.per_segment(&at.field(name), name, setting, section);
            }
        };
        setting(at, "diam", &section.diameter, Want::unit("um").above(0.0));
        setting(
            at,
            "cm",
            &section.capacitance,
            Want::unit("uF/cm2").at_least(0.0),
        );
        setting(at, "v_init", &section.v_init, Want::unit("mV"));
        for (ion, values) in section.ions.iter() {
            let at = at.field("ions").field(ion);
            setting(&at, "e", &values.reversal, Want::unit("mV"));
            setting(&at, "i", &values.inside, Want::unit("mM").at_least(0.0));
            setting(&at, "o", &values.outside, Want::unit("mM").at_least(0.0));
        }
        self.insertions(at, section, named);
        self.ions(at, section);
    }

    fn shape(&mut self, at: &At, section: &Section) {
        let name = &section.name;
        if section.points.len() == 1 {
            let message = format!("`{name}` has one 3-D point: a shape has two at least");
            self.problem(
                &at.field("pt3d"),
                message,
                "add a point, or give `L` and `diam`",
            );
        }
        for (k, point) in section.points.iter().enumerate() {
            if point.iter().any(|x| !x.is_finite()) || point[3] <= 0.0 {
                let message = "a 3-D point has a diameter that is not positive, or no number";
                self.problem(&at.field("pt3d").index(k), message, "");
            }
        }
        let stylised = [
            ("L", section.length.is_some()),
            ("diam", section.diameter.is_some()),
        ];
        for (field, given) in stylised {
            if given && !section.points.is_empty() {
                let message = format!("`{name}` has 3-D points and `{field}`, too");
                self.problem(
                    &at.key(field),
                    message,
                    format!("leave out `{field}` or the points"),
                );
            } else if !given && section.points.is_empty() {
                let message = format!("`{name}` has no `{field}`");
                self.problem(
                    at,
                    message,
                    format!("write `{field}: 20 um`, or give 3-D points"),
                );
            }
        }
    }

    fn insertions(&mut self, at: &At, section: &Section, named: &NamedValues) {
        let mechanisms = at.field("mechanisms");
        for (k, (name, parameters)) in section.mechanisms.iter().enumerate() {
            if section.mechanisms.names().take(k).any(|n| n == name) {
                let message = format!("`{name}` is inserted twice");
                self.problem(
                    &mechanisms.key(name),
                    message,
                    "put all its parameters together",
                );
            }
            if let Some(program) = self.mechanism_for(&mechanisms.key(name), name, Use::Density) {
                let at = mechanisms.field(name);
                self.parameters(&at, program, parameters, ScopeKind::Segment, named, &[]);
                for (parameter, setting) in parameters.iter() {
                    self.per_segment(&at.field(parameter), parameter, setting, section);
                }
            }
        }
        let points = at.field("point_processes");
        for (name, point) in section.point_processes.iter() {
            let at = points
                .field(name)
                .called(&format!("point process `{name}`"));
            if let Some(loc) = &point.loc {
                self.value(
                    &at.field("loc"),
                    "loc",
                    loc,
                    &Want::location(),
                    ScopeKind::Cell,
                    named,
                );
            }
            let found = self.mechanism_for(&at.field("mechanism"), &point.mechanism, Use::Point);
            if let Some(program) = found {
                let at = at.field("parameters");
                self.parameters(&at, program, &point.parameters, ScopeKind::Cell, named, &[]);
            }
        }
    }

    /// What POINTERs stand for must exist, as far as the model tells.
    fn pointers(&mut self, at: &At, cell: &CellType, section: &Section) {
        let pointers = at.field("pointers");
        for (mechanism, given) in section.pointers.iter() {
            if section.mechanisms.get(mechanism).is_none() {
                let kind = format!("mechanism of section `{}` called", section.name);
                let known = section.mechanisms.names();
                self.unknown(&pointers.key(mechanism), &kind, mechanism, known);
                continue;
            }
            let at = pointers.field(mechanism);
            self.pointers_of(&at, cell, mechanism, given);
        }
        for (name, point) in section.point_processes.iter() {
            let at = at.field("point_processes").field(name).field("pointers");
            self.pointers_of(&at, cell, &point.mechanism, &point.pointers);
        }
    }

    fn pointers_of(
        &mut self,
        at: &At,
        cell: &CellType,
        mechanism: &str,
        given: &Table<CellVariable>,
    ) {
        let program = self.mechanisms.program(mechanism);
        for (name, target) in given.iter() {
            if let Some(program) = program {
                let pointers = program.variables.iter();
                let pointers = pointers.filter(|v| v.role == Role::Pointer);
                let known: Vec<&str> = pointers.map(|v| v.name.as_str()).collect();
                if !known.contains(&name) {
                    let kind = format!("POINTER of `{mechanism}` called");
                    self.unknown(&at.key(name), &kind, name, known);
                }
            }
            let at = at.field(name);
            match &target.owner {
                VariableOwner::Here => {}
                VariableOwner::Place { section, .. } => {
                    self.section_of(&at, cell, section);
                }
                VariableOwner::Point { section, point } => {
                    let Some(found) = self.point_of(&at, cell, section, point) else {
                        continue;
                    };
                    let base = target.variable.split('[').next().unwrap_or_default();
                    if let Some(program) = self.mechanisms.program(&found)
                        && program.variable(base).is_none()
                    {
                        let known = program.variables.iter().map(|v| v.name.as_str());
                        let kind = format!("variable of `{found}` called");
                        self.unknown(&at, &kind, base, known);
                    }
                }
            }
        }
    }

    /// A list of values has one for each segment, where their number is known.
    fn per_segment(&mut self, at: &At, name: &str, setting: &Setting, section: &Section) {
        let Setting::Each(values) = setting else {
            return;
        };
        let nseg = section
            .nseg
            .as_ref()
            .map_or(Some(1.0), |n| n.plain_number());
        if let Some(nseg) = nseg
            && nseg != values.len() as f64
        {
            let message = format!("`{name}` has {} values for {nseg} segments", values.len());
            self.problem(at, message, "give one value, or one for each segment");
        }
    }

    /// Ions whose values are set must be used by something in the section.
    fn ions(&mut self, at: &At, section: &Section) {
        let mechanisms = self.mechanisms;
        let used: Vec<&str> = section
            .mechanisms
            .names()
            .filter_map(|name| mechanisms.program(name))
            .flat_map(|program| program.ions.iter().map(|ion| ion.name.as_str()))
            .collect();
        let all_known = section
            .mechanisms
            .names()
            .all(|n| mechanisms.program(n).is_some());
        for ion in section.ions.names() {
            if all_known && section.point_processes.is_empty() && !used.contains(&ion) {
                let message = format!("no mechanism of this section uses the ion `{ion}`");
                let near = crate::diag::nearest(ion, used.iter().copied());
                let help = near.map_or(String::new(), |near| format!("did you mean `{near}`?"));
                self.problem(&at.field("ions").key(ion), message, help);
            }
        }
    }

    fn section_lists(&mut self, at: &At, cell: &CellType) {
        let at = at.field("section_lists");
        for (name, members) in cell.section_lists.iter() {
            if cell.section(name).is_some() {
                let message = format!("`{name}` is a section and a list of sections");
                self.problem(&at.key(name), message, "rename the list");
            }
            if members.is_empty() {
                self.problem(&at.field(name), format!("the list `{name}` is empty"), "");
            }
            for (k, member) in members.iter().enumerate() {
                if cell.section(member).is_none() {
                    let known = cell.sections.iter().map(|s| s.name.as_str());
                    self.unknown(&at.field(name).index(k), "section", member, known);
                }
            }
        }
    }

    fn spike_source(
        &mut self,
        at: &At,
        cell: &CellType,
        spikes: &SpikeSource,
        named: &NamedValues,
    ) {
        match spikes {
            SpikeSource::Silent => {}
            SpikeSource::Voltage {
                section,
                loc,
                threshold,
            } => {
                let at = at.field("voltage");
                self.section_of(&at.field("section"), cell, section);
                self.location(&at.field("loc"), "loc", *loc);
                if let Some(threshold) = threshold {
                    let at = at.field("threshold");
                    self.value(
                        &at,
                        "threshold",
                        threshold,
                        &Want::unit("mV"),
                        ScopeKind::Cell,
                        named,
                    );
                }
            }
            SpikeSource::Point { section, point } => {
                let at = at.field("point");
                self.point_of(&at, cell, section, point);
            }
            SpikeSource::PointVariable {
                section,
                point,
                variable,
                threshold,
            } => {
                let at = at.field("point_variable");
                let program = self
                    .point_of(&at, cell, section, point)
                    .and_then(|name| self.mechanisms.program(&name));
                let Some(program) = program else {
                    return;
                };
                match program.variable(variable) {
                    Some((_, found)) => {
                        let want = Want::unit(&found.unit);
                        let at = at.field("threshold");
                        self.value(&at, "threshold", threshold, &want, ScopeKind::Cell, named);
                    }
                    None => {
                        let known = program.variables.iter().map(|v| v.name.as_str());
                        let kind = format!("variable of `{}` called", program.name);
                        self.unknown(&at.field("variable"), &kind, variable, known);
                    }
                }
            }
        }
    }

    /// The mechanism of a point process of a cell.
    pub(super) fn point_of(
        &mut self,
        at: &At,
        cell: &CellType,
        section: &str,
        point: &str,
    ) -> Option<String> {
        let section = self.section_of(&at.field("section"), cell, section)?;
        if let Some(found) = section.point_processes.get(point) {
            return Some(found.mechanism.clone());
        }
        let kind = format!("point process in section `{}` called", section.name);
        self.unknown(
            &at.field("point"),
            &kind,
            point,
            section.point_processes.names(),
        );
        None
    }

    /// The section of that name.
    pub(super) fn section_of<'c>(
        &mut self,
        at: &At,
        cell: &'c CellType,
        name: &str,
    ) -> Option<&'c Section> {
        let found = cell.section(name);
        if found.is_none() {
            let kind = format!("section of `{}` called", cell.name);
            self.unknown(
                at,
                &kind,
                name,
                cell.sections.iter().map(|s| s.name.as_str()),
            );
        }
        found
    }

    /// `names` are sections or section lists of `cell`.
    pub(super) fn sections_of(&mut self, at: &At, cell: &CellType, names: &[String]) {
        for (k, name) in names.iter().enumerate() {
            if cell.section(name).is_none() && cell.section_lists.get(name).is_none() {
                let sections = cell.sections.iter().map(|s| s.name.as_str());
                let known = sections.chain(cell.section_lists.names());
                let kind = format!("section of `{}` called", cell.name);
                self.unknown(&at.index(k), &kind, name, known);
            }
        }
    }

    /// A position along a section.
    pub(super) fn location(&mut self, at: &At, name: &str, loc: f64) {
        if !(0.0..=1.0).contains(&loc) {
            let message =
                format!("`{name}`: a position along a section lies between 0 and 1, not {loc}");
            self.problem(at, message, "");
        }
    }

    /// Whether events can reach a cell of this type directly.
    pub(super) fn is_artificial(&self, cell: &CellType) -> bool {
        cell.artificial.as_ref().is_some_and(|a| match a {
            ArtificialCell::Mechanism { mechanism, .. } => self
                .mechanisms
                .program(mechanism)
                .is_none_or(|p| p.kind == Kind::Artificial),
            ArtificialCell::Times(_) => true,
        })
    }
}

/// The sections of a circle of parents.
fn find_cycle(cell: &CellType) -> Option<Vec<&str>> {
    for start in &cell.sections {
        let mut seen: Vec<&str> = Vec::new();
        let mut here = Some(start);
        while let Some(section) = here {
            if let Some(k) = seen.iter().position(|s| *s == section.name) {
                return Some(seen.split_off(k));
            }
            seen.push(&section.name);
            here = section
                .parent
                .as_ref()
                .and_then(|p| cell.section(&p.section));
        }
    }
    None
}
