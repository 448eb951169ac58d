//! Against NEURON's numbers.

use std::io::Read;
use std::path::PathBuf;

use serde_json::Value;

use super::*;
use crate::instance::{Attachment, CellTemplate, PerSegment, Section, Shape};

fn data(name: &str) -> Value {
    let path = PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../tests/data")).join(name);
    let bytes = std::fs::read(&path).expect("the test data is in the repository");
    let mut text = String::new();
    if name.ends_with(".gz") {
        let mut unzipped = flate2::read::GzDecoder::new(bytes.as_slice());
        unzipped.read_to_string(&mut text).expect("it is gzip");
    } else {
        text = String::from_utf8(bytes).expect("it is text");
    }
    serde_json::from_str(&text).expect("it is JSON")
}

fn number(value: &Value) -> f64 {
    value.as_f64().expect("a number")
}

fn per_segment(value: &Value) -> PerSegment {
    match value.as_array() {
        Some(values) => PerSegment::Each(values.iter().map(number).collect()),
        None => PerSegment::Uniform(number(value)),
    }
}

fn points(value: &Value) -> Vec<[f64; 4]> {
    let rows = value.as_array().expect("a list of points");
    rows.iter()
        .map(|p| [0, 1, 2, 3].map(|k| number(&p[k])))
        .collect()
}

/// Sections of a file; parents are given by name or by number.
fn template(sections: &[Value]) -> CellTemplate {
    let find = |parent: &Value| match parent.as_str() {
        Some(name) => sections
            .iter()
            .position(|s| s["name"] == *name)
            .expect("it exists"),
        None => number(parent) as usize,
    };
    let section = |s: &Value| Section {
        name: s["name"].as_str().expect("a name").to_owned(),
        parent: s.get("parent").map(|p| Attachment {
            section: find(&p[0]) as u32,
            location: number(&p[1]),
            child_end: number(&p[2]),
        }),
        nseg: number(&s["nseg"]) as u32,
        shape: match s.get("pt3d") {
            Some(list) => Shape::Points(points(list)),
            None => Shape::Stylised {
                length: number(&s["L"]),
                diameter: per_segment(&s["diam"]),
            },
        },
        axial_resistivity: number(&s["Ra"]),
        capacitance: s.get("cm").map_or(PerSegment::Uniform(1.0), per_segment),
        mechanisms: vec![],
        ions: vec![],
        v_init: None,
    };
    CellTemplate {
        sections: sections.iter().map(section).collect(),
    }
}

#[track_caller]
fn close(found: f64, expected: f64, tolerance: f64, what: &str) {
    let error = (found - expected).abs() / expected.abs().max(1e-9);
    assert!(
        error <= tolerance,
        "{what}: {found} instead of {expected}, relative error {error:e}"
    );
}

/// Diameters, areas and resistances of every section; `expected` holds them as in reference files.
fn compare_sections(tree: &Tree, expected: &[Value], tolerance: f64) {
    for (k, section) in expected.iter().enumerate() {
        for segment in 0..tree.nseg(k as u32) {
            let node = tree.segment_node(k as u32, segment) as usize;
            let at = |key: &str| per_segment(&section[key]).at(segment as usize);
            close(tree.diameter[node], at("diam"), tolerance, "diam");
            close(tree.area[node], at("area"), tolerance, "area");
            if at("ri") < 1e29 {
                close(1.0 / tree.axial[node], at("ri"), tolerance, "ri");
            }
        }
        close(
            tree.section_length(k as u32),
            number(&section["L"]),
            tolerance,
            "L",
        );
    }
}

#[test]
fn reference_cells_have_neurons_areas_and_resistances() {
    for case in [
        "p02a_ball_and_stick_hh",
        "p03_multisection",
        "p10_lfp",
        "p11_geometry",
    ] {
        let file = data(&format!("reference/{case}.json.gz"));
        for cell in file["templates"].as_array().expect("templates") {
            let sections = cell["sections"].as_array().expect("sections");
            let tree = Tree::build(&template(sections)).expect("it is sound");
            compare_sections(&tree, sections, 1e-12);
        }
    }
}

#[test]
fn reference_places_have_neurons_path_distances() {
    let file = data("reference/p11_geometry.json.gz");
    let rows = file["results"]["placement"]["rows"]
        .as_array()
        .expect("rows");
    assert_eq!(rows.len(), 175);
    for row in rows {
        let cell = &file["templates"][number(&row[0]) as usize];
        let tree = Tree::build(&template(cell["sections"].as_array().expect("sections")))
            .expect("it is sound");
        let found = tree.path_distance((0, 0.5), (1, number(&row[2])));
        close(found, number(&row[4]), 1e-12, "path distance");
    }
}

#[test]
fn random_cells_are_cut_as_neuron_does() {
    let file = data("geometry/random.json");
    for cell in file["cells"].as_array().expect("cells") {
        let sections = cell["sections"].as_array().expect("sections");
        let tree = Tree::build(&template(sections)).expect("it is sound");
        let expected: Vec<Value> = sections.iter().map(|s| s["expect"].clone()).collect();
        compare_sections(&tree, &expected, 1e-12);
        for (k, section) in sections.iter().enumerate() {
            let reversed = section.get("parent").is_some_and(|p| number(&p[2]) == 1.0);
            let far = tree.node(k as u32, if reversed { 0.0 } else { 1.0 });
            let found = 1.0 / tree.axial[far as usize];
            close(found, number(&section["expect"]["far_ri"]), 1e-12, "far ri");
        }
        for path in cell["paths"].as_array().expect("paths") {
            let place = |k: usize| (number(&path[k]) as u32, number(&path[k + 1]));
            let found = tree.path_distance(place(0), place(2));
            assert!((found - number(&path[4])).abs() < 1e-9, "{path}: {found}");
            let all = tree.distances_from(tree.node(place(0).0, place(0).1));
            let to = tree.node(place(2).0, place(2).1);
            assert!((all[to as usize] - found).abs() < 1e-9, "{path}");
        }
    }
}

#[test]
fn nodes_are_in_depth_first_order() {
    let file = data("geometry/random.json");
    for cell in file["cells"].as_array().expect("cells") {
        let sections = cell["sections"].as_array().expect("sections");
        let tree = Tree::build(&template(sections)).expect("it is sound");
        assert_eq!(tree.parent[0], NO_PARENT);
        let mut ancestors = vec![0];
        for node in 1..tree.len() {
            // The parent is an ancestor of the node before: the order is depth first.
            while ancestors.last() != Some(&tree.parent[node]) {
                assert!(ancestors.pop().is_some(), "node {node}");
            }
            ancestors.push(node as u32);
        }
    }
}

fn soma() -> Section {
    Section {
        name: "soma".into(),
        parent: None,
        nseg: 1,
        shape: Shape::Stylised {
            length: 20.0,
            diameter: PerSegment::Uniform(20.0),
        },
        axial_resistivity: 100.0,
        capacitance: PerSegment::Uniform(1.0),
        mechanisms: vec![],
        ions: vec![],
        v_init: None,
    }
}

#[test]
fn every_mistake_is_told() {
    let wrong = Section {
        nseg: 0,
        parent: Some(Attachment {
            section: 0,
            location: 1.5,
            child_end: 0.5,
        }),
        shape: Shape::Stylised {
            length: 0.0,
            diameter: PerSegment::Each(vec![-1.0]),
        },
        ..soma()
    };
    let loose = Section {
        name: "loose".into(),
        shape: Shape::Points(vec![[0.0, 0.0, 0.0, 1.0]]),
        axial_resistivity: f64::NAN,
        ..soma()
    };
    let late = Section {
        name: "late".into(),
        parent: Some(Attachment {
            section: 3,
            location: 1.0,
            child_end: 0.0,
        }),
        shape: Shape::Points(vec![[0.0, 0.0, 0.0, 0.0], [5.0, 0.0, 0.0, 0.0]]),
        ..soma()
    };
    let template = CellTemplate {
        sections: vec![soma(), wrong, loose, late],
    };
    let errors = Tree::build(&template).expect_err("it is wrong").to_string();
    let expected = [
        "two sections are called `soma`; names must differ",
        "section `loose` is joined to nothing, and so is the root `soma`; give it a parent",
        "section `late` is joined to section number 3, which is not one of those before it",
        "section `soma`: nseg is 0, must be 1 to 32767",
        "section `soma`: the position on the parent is 1.5, must be 0 to 1",
        "section `soma`: the end that is joined is 0.5, must be 0 or 1",
        "section `soma`: the length (µm) is 0, must be a number above 0",
        "section `soma`: the diameter (µm) has 1 values for 0 segments",
        "section `soma`: the diameter (µm) is -1, must be a number above 0",
        "section `loose`: the axial resistivity (Ω·cm) is NaN, must be a number above 0",
        "section `loose` has 1 3-D point(s); a shape needs at least two",
        "section `late`: the diameter of 3-D points 0 and 1, both (µm) is 0, must be above 0 for one of them",
    ];
    assert_eq!(errors.lines().collect::<Vec<_>>(), expected);
    let nothing = Tree::build(&CellTemplate::default()).expect_err("there is no section");
    assert_eq!(nothing.0, [GeometryError::NoSection]);
}

#[test]
fn places_in_space_lie_on_the_points() {
    let line = Section {
        nseg: 2,
        shape: Shape::Points(vec![
            [0.0, 0.0, 0.0, 2.0],
            [30.0, 0.0, 0.0, 2.0],
            [30.0, 10.0, 0.0, 2.0],
        ]),
        ..soma()
    };
    let reversed = Section {
        name: "reversed".into(),
        parent: Some(Attachment {
            section: 0,
            location: 1.0,
            child_end: 1.0,
        }),
        ..line.clone()
    };
    let template = CellTemplate {
        sections: vec![line, reversed],
    };
    let tree = Tree::build(&template).expect("it is sound");
    assert_eq!(tree.segment_position(0, 0), Some([10.0, 0.0, 0.0]));
    assert_eq!(tree.segment_position(0, 1), Some([30.0, 0.0, 0.0]));
    assert_eq!(tree.position(0, 1.0), Some([30.0, 10.0, 0.0]));
    assert_eq!(tree.segment_position(1, 1), Some([10.0, 0.0, 0.0]));
    assert_eq!(tree.segment_centre(0, 0.7), 0.75);
    assert_eq!(tree.segment_length(0), 20.0);
    let plain = Tree::build(&CellTemplate {
        sections: vec![soma()],
    });
    assert_eq!(plain.expect("it is sound").position(0, 0.5), None);
}
