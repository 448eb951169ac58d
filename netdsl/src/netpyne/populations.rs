//! `popParams`.

use super::at::At;
use super::finding::Found;
use super::formula::{Formulas, Scope};
use super::json::Json;
use super::shared::{Shared, name};
use netdsl_lang::mech::Kind;
use netdsl_lang::model::{Interval, Population, Value};

/// A population as the rest of a loader knows it.
pub(super) struct Pop<'j> {
    /// NetPyNE's label.
    pub(super) label: &'j str,
    /// Our name.
    pub(super) name: String,
    pub(super) at: At<'j>,
    /// Tags that its cells have.
    tags: Vec<(&'j str, Json)>,
    /// The mechanism of artificial cells.
    pub(super) artificial: Option<String>,
}

impl Pop<'_> {
    /// The value of a tag of its cells.
    pub(super) fn tag(&self, key: &str) -> Option<&Json> {
        self.tags.iter().find(|(k, _)| *k == key).map(|(_, v)| v)
    }
}

/// Keys that say what a population is and where.
pub(super) const KEYS: [&str; 19] = [
    "cellType",
    "cellModel",
    "numCells",
    "density",
    "gridSpacing",
    "cellsList",
    "xRange",
    "yRange",
    "zRange",
    "xnormRange",
    "ynormRange",
    "znormRange",
    "pop",
    "diversity",
    "label",
    "popLabel",
    "tags",
    "vref",
    "synList",
];

/// The populations, in the order of their gids where the file tells it.
pub(super) fn all<'j>(
    found: &mut Found,
    shared: &Shared,
    params: &At<'j>,
    cells: Option<&At<'j>>,
) -> Vec<Pop<'j>> {
    let copied = params.get("popTagsCopiedToCells");
    let copied = copied
        .map(|list| list.texts(found))
        .unwrap_or(vec!["cellModel", "cellType"]);
    let mut pops: Vec<Pop> = Vec::new();
    let Some(list) = params.get("popParams") else {
        found.error(
            params,
            "there is no `popParams`",
            "a model has populations",
            "an empty network",
        );
        return pops;
    };
    for (label, at) in list.object(found) {
        let word = name(label, |word| pops.iter().any(|p| p.name == word));
        let mut tags = vec![("pop", Json::Text(label.to_owned()))];
        for key in &copied {
            if let Some(tag) = at.get(key) {
                tags.push((key, tag.value.clone()));
            }
        }
        let artificial = artificial(shared, params, &at);
        pops.push(Pop {
            label,
            name: word,
            at,
            tags,
            artificial,
        });
    }
    if let Some(cells) = cells {
        let first = |pop: &Pop| {
            let gids = cells.get(pop.label)?.get("cellGids")?;
            gids.items()?.first()?.as_number()
        };
        pops.sort_by(|a, b| {
            let key = |pop| first(pop).unwrap_or(f64::INFINITY);
            key(a).total_cmp(&key(b))
        });
    }
    pops
}

/// The mechanism of a population of artificial cells: its `cellModel`, or that of the cell rule called as its `cellType`.
fn artificial(shared: &Shared, params: &At, at: &At) -> Option<String> {
    let own = at.get("cellModel");
    let rule = at
        .get("cellType")
        .and_then(|t| t.as_text())
        .and_then(|t| params.get("cellParams")?.get(t));
    let of_rule = rule.and_then(|rule| rule.get("cellModel"));
    let model = own.or(of_rule)?.as_text()?;
    let artificial = |kind| kind == Kind::Artificial;
    let known = shared.program(model).is_some_and(|p| artificial(p.kind));
    (known || model == "VecStim").then(|| model.to_owned())
}

/// Number of cells, place and tags of a population; its cell type is called `cell`.
pub(super) fn population(
    found: &mut Found,
    shared: &Shared,
    volume: &Volume,
    pop: &Pop,
    cell: &str,
) -> Population {
    let mut population = Population::new(&pop.name, cell);
    let at = &pop.at;
    if at.has("diversity") {
        let netpyne = "each cell has the tag `fraction`, by which cell rules with `diversityFraction` are chosen";
        found.unsupported(
            at,
            "`diversity`",
            "make a population for each kind of cell",
            netpyne,
        );
    }
    let axes = [
        ("x", &mut population.x),
        ("y", &mut population.y),
        ("z", &mut population.z),
    ];
    for (axis, interval) in axes {
        *interval = range(found, at, axis, volume.built);
    }
    // a network that was built has the number of cells beside what it came from
    let order = match volume.built {
        true => ["cellsList", "density", "gridSpacing", "numCells"],
        false => ["cellsList", "numCells", "density", "gridSpacing"],
    };
    let given: Vec<&str> = order
        .into_iter()
        .filter(|key| at.get(key).is_some())
        .collect();
    if given.len() > 1 && !volume.built {
        let message = format!("{} are given", netdsl_lang::check::list(&given));
        found.slip(
            at,
            message,
            "leave one",
            &format!("the first of them counts: `{}`", given[0]),
        );
    }
    match given.first().copied() {
        Some("cellsList") => population.positions = cells_list(found, at, volume),
        Some("numCells") => population.cells = number_of_cells(found, at, volume.scale),
        Some("density") => population.density = density(found, shared, at),
        Some(_) => grid(found, at, volume, &mut population),
        None => {
            let help = "give one of `numCells`, `density`, `gridSpacing` and `cellsList`";
            found.slip(
                at,
                "how many cells there are is not said",
                help,
                "one cell, and a printed warning",
            );
            population.cells = Some(1.into());
        }
    }
    population
}

/// The network's extent, as far as populations need it.
pub(super) struct Volume {
    pub(super) size: [f64; 3],
    pub(super) scale: f64,
    /// The file holds a network that was built.
    pub(super) built: bool,
}

fn range(found: &mut Found, at: &At, axis: &str, built: bool) -> Option<Interval> {
    let absolute = at.get(&format!("{axis}Range"));
    let norm = at.get(&format!("{axis}normRange"));
    if let (Some(absolute), Some(_), false) = (&absolute, &norm, built) {
        let netpyne = "the absolute one counts, for `gridSpacing` the other";
        found.slip(absolute, "the range is given twice", "leave one", netpyne);
    }
    match (absolute, norm) {
        (Some(range), _) => {
            let [low, high] = range.numbers(found)?;
            Some(Interval::Absolute(
                [low, high].map(|x| Value::new(format!("{x} um"))),
            ))
        }
        (None, Some(range)) => {
            let [low, high] = range.numbers(found)?;
            Some(Interval::Norm([low, high].map(Value::from)))
        }
        (None, None) => None,
    }
}

fn number_of_cells(found: &mut Found, at: &At, scale: f64) -> Option<Value> {
    let number = at.get("numCells")?;
    let wanted = number.number(found)?;
    if scale != 1.0 {
        let netpyne =
            "positions are those of the unscaled number, gids have holes below 1, above 1 it stops";
        found.note(
            &number,
            "the number of cells is multiplied by `scale`; gids stay consecutive",
            netpyne,
        );
    }
    Some(((wanted * scale).trunc()).into())
}

fn density(found: &mut Found, shared: &Shared, at: &At) -> Option<Value> {
    let density = at.get("density")?;
    let formulas = Formulas::new(Scope::Density, &shared.numbers);
    Some(Value::new(formulas.value(found, &density, "/mm3")?))
}

/// A grid that ends as NetPyNE's, which goes up to 1 µm beyond the range.
fn grid(found: &mut Found, at: &At, volume: &Volume, population: &mut Population) {
    let Some(spacing) = at.get("gridSpacing") else {
        return;
    };
    let steps = match spacing.as_number() {
        Some(step) => Some([step; 3]),
        None => spacing.numbers(found),
    };
    let Some(steps) = steps else { return };
    if steps.iter().any(|step| *step <= 0.0) {
        found.error(
            &spacing,
            "a spacing is not positive",
            "give lengths above 0 um",
            "an exception",
        );
        return;
    }
    let mut lines = [Vec::new(), Vec::new(), Vec::new()];
    for (axis, letter) in ["x", "y", "z"].into_iter().enumerate() {
        let size = volume.size[axis];
        let ends: Option<[f64; 2]> = match (
            at.get(&format!("{letter}normRange")),
            at.get(&format!("{letter}Range")),
        ) {
            (Some(norm), _) => norm.numbers::<2>(found).map(|ends| ends.map(|x| x * size)),
            (None, Some(range)) => range.numbers(found),
            (None, None) => Some([0.0, size]),
        };
        let Some([low, high]) = ends else { return };
        let count = ((high + 1.0 - low) / steps[axis]).ceil().max(0.0);
        if count > 1e6 {
            found.error(
                &spacing,
                "the spacing gives millions of cells",
                "give a wider one",
                "",
            );
            return;
        }
        let delta = (low + steps[axis]) - low;
        lines[axis] = (0..count as usize)
            .map(|k| low + k as f64 * delta)
            .collect();
    }
    let mut positions = Vec::new();
    for &x in &lines[0] {
        for &y in &lines[1] {
            positions.extend(lines[2].iter().map(|&z| [x, y, z]));
        }
    }
    population.positions = Some(positions);
    (population.x, population.y, population.z) = (None, None, None);
}

/// The positions of cells that are listed one by one.
fn cells_list(found: &mut Found, at: &At, volume: &Volume) -> Option<Vec<[f64; 3]>> {
    let list = at.get("cellsList")?;
    let Some(items) = list.items() else {
        list.expected(found, "a list of dictionaries");
        return None;
    };
    let mut positions = Vec::new();
    for item in &items {
        let known = [
            "x",
            "y",
            "z",
            "xnorm",
            "ynorm",
            "znorm",
            "cellLabel",
            "spkTimes",
        ];
        item.only(found, &known, "a tag of that cell");
        let mut position = [0.0; 3];
        for (axis, letter) in ["x", "y", "z"].into_iter().enumerate() {
            let norm = item.get(&format!("{letter}norm"));
            position[axis] = match (item.get(letter), norm) {
                (Some(own), _) => own.number(found)?,
                (None, Some(norm)) => norm.number(found)? * volume.size[axis],
                (None, None) => 0.0,
            };
        }
        positions.push(position);
    }
    Some(positions)
}
