//! Pairs against those of NetPyNE 1.1.1 (`tests/data/netpyne`).

use std::collections::BTreeMap;

use super::candidates::{PairFormula, PairStreams, PairValues, Side};
use super::choose::Candidates;
use super::pairs::Pairs;
use crate::instantiate::Sites;
use crate::instantiate::formula::{Formula, Node};
use crate::instantiate::variable::{End, Variable};
use crate::rng::Distribution;
use netdsl_lang::expr::BinaryOp;

/// pre, post, synapse, weight, delay and location, as the file has them.
type Row = (u32, u32, String, f64, f64, f64);

/// A network as `make.py` writes it.
#[derive(serde::Deserialize)]
struct Drawn {
    positions: BTreeMap<String, Vec<[f64; 3]>>,
    connections: BTreeMap<String, Vec<Row>>,
}

impl Drawn {
    fn read(name: &str) -> Self {
        let path = format!(
            "{}/../tests/data/netpyne/{name}.json",
            env!("CARGO_MANIFEST_DIR")
        );
        let text = std::fs::read_to_string(path).expect("the file is part of the sources");
        serde_json::from_str(&text).expect("make.py wrote it")
    }

    /// E, I, and all cells.
    fn sides(&self) -> [Side; 3] {
        let mut sites = Sites::default();
        for position in self.positions["E"].iter().chain(&self.positions["I"]) {
            sites.push_position(*position, [200.0, 600.0, 300.0]);
        }
        let excitatory = self.positions["E"].len() as u32;
        let all = sites.len() as u32;
        [0..excitatory, excitatory..all, 0..all].map(|cells| Side::new(cells.collect(), &sites))
    }

    /// (pre, post) of a rule, by post cell in the order made.
    fn pairs(&self, rule: &str) -> Vec<(u32, u32)> {
        self.connections[rule].iter().map(|c| (c.0, c.1)).collect()
    }
}

fn flat(pairs: &Pairs, pre: &Side, post: &Side) -> Vec<(u32, u32)> {
    let of = |k: usize| {
        pairs
            .of(k)
            .iter()
            .map(move |&p| (pre.cells[p as usize], post.cells[k]))
    };
    (0..post.len()).flat_map(of).collect()
}

fn candidates<'a>(pre: &'a Side, post: &'a Side, seed: u32) -> Candidates<'a> {
    Candidates {
        pre,
        post,
        allow_self: false,
        condition: None,
        wanted: &|_| true,
        seed,
        capped: false,
        rule: None,
    }
}

type Tree = Node<Variable>;

fn multiply(a: Tree, b: Tree) -> Tree {
    Node::Multiply(Box::new([a, b]))
}

fn position(end: End, axis: u8) -> Tree {
    Node::Variable(Variable::Position {
        end,
        axis,
        norm: true,
    })
}

/// 0.8*exp(-dist_3D/150)
fn falling() -> Formula<Variable> {
    let distance = Node::Variable(Variable::Distance { norm: false });
    let exponent = Node::Divide(Box::new([
        Node::Negate(Box::new(distance)),
        Node::Number(150.0),
    ]));
    Formula::new(multiply(
        Node::Number(0.8),
        Node::Exponential(Box::new(exponent)),
    ))
}

fn formula<'a>(formula: &'a Formula<Variable>, pre: &'a Side, post: &'a Side) -> PairFormula<'a> {
    PairFormula {
        formula,
        pre,
        post,
        streams: PairStreams::of_values(1),
    }
}

#[test]
fn full_and_probability_rules() {
    let drawn = Drawn::read("rules");
    let [e, i, all] = &drawn.sides();
    let check = |rule: &str, pre: &Side, post: &Side, chance: &dyn PairValues| {
        let pairs = candidates(pre, post, 1).probability(chance).unwrap();
        assert_eq!(flat(&pairs, pre, post), drawn.pairs(rule), "{rule}");
    };
    for (rule, pre, post) in [("full", e, i), ("full_within", i, i)] {
        let pairs = candidates(pre, post, 1).full();
        assert_eq!(flat(&pairs, pre, post), drawn.pairs(rule), "{rule}");
    }
    check("probability", e, i, &0.3);
    check("probability_within", e, e, &0.3);
    check("probability_distance", e, i, &formula(&falling(), e, i));
    let depth = multiply(Node::Number(0.9), position(End::Pre, 1));
    let depth = Formula::new(multiply(depth, position(End::Post, 0)));
    check("probability_depth", all, e, &formula(&depth, all, e));
}

#[test]
fn convergence_and_divergence() {
    let drawn = Drawn::read("rules");
    let [e, i, _] = &drawn.sides();
    for (rule, pre, post, number) in [
        ("convergence", e, i, 3.0),
        ("convergence_within", e, e, 4.0),
        ("convergence_function", e, i, f64::NAN),
    ] {
        let number = |k: usize| match number {
            n if n > 0.0 => n,
            _ => 1.0 + 6.0 * post.sites.norm[0][k],
        };
        let pairs = candidates(pre, post, 1).convergence(&number).unwrap();
        assert_eq!(flat(&pairs, pre, post), drawn.pairs(rule), "{rule}");
    }
    for (rule, pre, post, number) in [
        ("divergence", e, i, 3.0),
        ("divergence_within", e, e, 4.0),
        ("divergence_function", e, i, f64::NAN),
    ] {
        let number = |k: usize| match number {
            n if n > 0.0 => n,
            _ => 1.0 + 6.0 * pre.sites.norm[0][k],
        };
        let pairs = candidates(pre, post, 1).divergence(&number).unwrap();
        assert_eq!(flat(&pairs, pre, post), drawn.pairs(rule), "{rule}");
    }
}

#[test]
fn cells_chosen_by_place() {
    let drawn = Drawn::read("rules");
    let [e, _, _] = &drawn.sides();
    let choose = |keep: &dyn Fn(usize) -> bool| {
        let cells = (0..e.len() as u32).filter(|&k| keep(k as usize)).collect();
        Side::new(cells, &e.sites)
    };
    let pre = choose(&|k| (100.0..400.0).contains(&e.sites.position[1][k]));
    let post = choose(&|k| e.sites.norm[0][k] < 0.5);
    let pairs = candidates(&pre, &post, 1).probability(&0.5).unwrap();
    assert_eq!(flat(&pairs, &pre, &post), drawn.pairs("where"));
}

#[test]
fn other_seeds_and_self_connections() {
    let drawn = Drawn::read("seeds");
    let [e, i, _] = &drawn.sides();
    let rule = candidates(e, i, 4_000_000_000);
    assert_eq!(
        flat(&rule.probability(&0.3).unwrap(), e, i),
        drawn.pairs("probability")
    );
    assert_eq!(
        flat(&rule.convergence(&|_| 3.0).unwrap(), e, i),
        drawn.pairs("convergence")
    );
    assert_eq!(
        flat(&rule.divergence(&|_| 3.0).unwrap(), e, i),
        drawn.pairs("divergence")
    );

    let drawn = Drawn::read("autapses");
    let [e, i, _] = &drawn.sides();
    let all = Candidates {
        allow_self: true,
        ..candidates(i, i, 1)
    };
    assert_eq!(flat(&all.full(), i, i), drawn.pairs("full"));
    let some = Candidates {
        allow_self: true,
        ..candidates(e, e, 1)
    };
    assert_eq!(
        flat(&some.probability(&0.4).unwrap(), e, e),
        drawn.pairs("probability")
    );
}

#[test]
fn numbers_that_cannot_be_reached() {
    let drawn = Drawn::read("rules");
    let [e, i, _] = &drawn.sides();
    let all = candidates(e, i, 1).convergence(&|_| 12.0).unwrap();
    assert_eq!(all.len(), 12 * 8);
    let bad = candidates(e, e, 1)
        .convergence(&|post| 9.0 + post as f64)
        .unwrap_err();
    assert_eq!((bad.post, bad.value, bad.count), (Some(3), 12.0, 9));
    let bad = candidates(e, i, 1).divergence(&|_| f64::NAN).unwrap_err();
    assert_eq!((bad.pre, bad.count), (Some(0), 12));
    let bad = candidates(e, i, 1).divergence(&|_| -0.6).unwrap_err();
    assert_eq!(bad.value, -0.6);
}

#[test]
fn probabilities_out_of_range() {
    let drawn = Drawn::read("rules");
    let [e, i, _] = &drawn.sides();
    let twice = Formula::new(multiply(Node::Number(2.0), position(End::Post, 0)));
    let bad = candidates(e, i, 1)
        .probability(&formula(&twice, e, i))
        .unwrap_err();
    let wrong = (0..8)
        .filter(|&k| i.sites.norm[0][k] > 0.5)
        .collect::<Vec<_>>();
    assert_eq!((bad.pre, bad.post), (Some(0), Some(wrong[0])));
    assert_eq!(bad.count, 12 * wrong.len() as u64);
    assert_eq!(bad.value, 2.0 * i.sites.norm[0][wrong[0]]);
}

/// Random numbers of a pair do not depend on the block in which it stands.
#[test]
fn drawn_values_belong_to_the_pair() {
    use super::candidates::{Lanes, PairBlock};
    let drawn = Drawn::read("values");
    let [e, i, _] = &drawn.sides();
    let parameters = Box::new([Node::Number(0.001), Node::Number(0.01)]);
    let uniform = Formula::new(Node::Draw(Distribution::Uniform, parameters));
    let weights = formula(&uniform, e, i);
    for &(pre, post, _, _, weight, _) in &drawn.connections["weight_uniform"] {
        let mut out = [0.0; 12];
        let block = PairBlock {
            pre: Lanes::Run(0..12),
            post: Lanes::Same(post as usize - 12),
            len: 12,
        };
        weights.fill(&block, &mut out);
        assert_eq!(out[pre as usize], weight);
    }
}

/// Pairs that a condition excludes take no place among the partners.
#[test]
fn conditions_on_pairs() {
    let drawn = Drawn::read("rules");
    let [e, i, _] = &drawn.sides();
    let distance = Node::Variable(Variable::Difference {
        axis: 1,
        norm: false,
    });
    let near = Formula::new(Node::Two(
        BinaryOp::Lt,
        Box::new([distance, Node::Number(250.0)]),
    ));
    let near = formula(&near, e, i);
    let rule = Candidates {
        condition: Some(&near),
        ..candidates(e, i, 1)
    };
    let y = |cell: u32| {
        if cell < 12 {
            e.sites.position[1][cell as usize]
        } else {
            i.sites.position[1][cell as usize - 12]
        }
    };
    let is_near = |&(pre, post): &(u32, u32)| (y(pre) - y(post)).abs() < 250.0;
    let expected: Vec<_> = drawn
        .pairs("probability")
        .into_iter()
        .filter(is_near)
        .collect();
    assert_eq!(flat(&rule.probability(&0.3).unwrap(), e, i), expected);
    let full: Vec<_> = drawn.pairs("full").into_iter().filter(is_near).collect();
    assert_eq!(flat(&rule.full(), e, i), full);
    assert!(full.len() < 96);
    for pairs in [rule.convergence(&|_| 2.0), rule.divergence(&|_| 2.0)] {
        assert!(flat(&pairs.unwrap(), e, i).iter().all(is_near));
    }
}
