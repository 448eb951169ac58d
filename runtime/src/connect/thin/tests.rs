//! The pairs have the probabilities asked for.

use super::*;
use crate::connect::candidates::{PairFormula, PairStreams, Side};
use crate::instantiate::Sites;
use crate::instantiate::formula::{Formula, Node};
use crate::instantiate::variable::{End, Variable};
use crate::rng::Stream;
use netdsl_lang::expr::BinaryOp;

const DISTANCE: Node<Variable> = Node::Variable(Variable::Distance { norm: false });

/// Cells anywhere in a box of 400, 200 and 300 µm.
fn side(cells: std::ops::Range<u32>) -> Side {
    let mut stream = Stream::new(4, 5, 6);
    let mut sites = Sites::default();
    for _ in 0..cells.end {
        let place = [(); 3].map(|()| stream.unit());
        sites.push_norm(place, [400.0, 200.0, 300.0]);
    }
    Side::new(cells.collect(), &sites)
}

fn candidates<'a>(pre: &'a Side, post: &'a Side, rule: u32) -> Candidates<'a> {
    Candidates {
        pre,
        post,
        allow_self: false,
        condition: None,
        wanted: &|_| true,
        seed: 1,
        capped: false,
        rule: Some(rule),
    }
}

/// `peak * exp(-dist_3d / length)`
fn falling(peak: f64, length: f64) -> Formula<Variable> {
    let exponent = Node::Divide(Box::new([DISTANCE, Node::Number(-length)]));
    let factors = [Node::Number(peak), Node::Exponential(Box::new(exponent))];
    Formula::new(Node::Multiply(Box::new(factors)))
}

fn over<'a>(formula: &'a Formula<Variable>, pre: &'a Side, post: &'a Side) -> PairFormula<'a> {
    PairFormula {
        formula,
        pre,
        post,
        streams: PairStreams::of("probability", 1),
    }
}

fn distance(pre: &Side, post: &Side, a: usize, b: usize) -> f64 {
    let (p, q) = (pre.sites.at(a), post.sites.at(b));
    let square: f64 = (0..3).map(|k| (p[k] - q[k]).powi(2)).sum();
    square.sqrt()
}

/// Numbers of pairs by distance are as often beyond 5 standard deviations as they should: never.
fn check_counts(pre: &Side, post: &Side, pairs: &Pairs, p: impl Fn(usize, usize) -> f64) {
    const BINS: usize = 12;
    let bin = |a: usize, b: usize| ((distance(pre, post, a, b) / 30.0) as usize).min(BINS - 1);
    let (mut mean, mut variance, mut found) = ([0.0; BINS], [0.0; BINS], [0.0; BINS]);
    for b in 0..post.len() {
        for a in (0..pre.len()).filter(|&a| pre.cells[a] != post.cells[b]) {
            let p = p(a, b);
            mean[bin(a, b)] += p;
            variance[bin(a, b)] += p * (1.0 - p);
        }
        let chosen = pairs.of(b);
        assert!(chosen.is_sorted_by(|x, y| x < y), "each once, in order");
        for &a in chosen {
            assert_ne!(pre.cells[a as usize], post.cells[b], "no autapse");
            found[bin(a as usize, b)] += 1.0;
        }
    }
    for k in 0..BINS {
        let off = found[k] - mean[k];
        let likely = 5.0 * f64::sqrt(variance[k]) + 1e-9;
        assert!(off.abs() <= likely, "bin {k}: {} for {}", found[k], mean[k]);
    }
}

#[test]
fn probabilities_by_distance() {
    let (pre, post) = (side(0..1200), side(600..1400));
    for (peak, length) in [(0.1, 100.0), (1.0, 20.0), (0.9, 1e6), (1e-2, 50.0)] {
        let formula = falling(peak, length);
        let chance = over(&formula, &pre, &post);
        let pairs = probability(&candidates(&pre, &post, 7), &chance).unwrap();
        assert!(pairs.len() > 20);
        let p = |a, b| peak * (-distance(&pre, &post, a, b) / length).exp();
        check_counts(&pre, &post, &pairs, p);
    }
}

#[test]
fn constant_probabilities() {
    let (pre, post) = (side(0..900), side(300..800));
    for p in [0.0, 0.003, 0.2, 0.6, 1.0] {
        let pairs = probability(&candidates(&pre, &post, 7), &p).unwrap();
        check_counts(&pre, &post, &pairs, |_, _| p);
    }
    let [pairs, other] = [7, 8].map(|rule| probability(&candidates(&pre, &post, rule), &0.2));
    let (pairs, other) = (pairs.unwrap(), other.unwrap());
    let both = |k| {
        let shared = pairs.of(k).iter().filter(|a| other.of(k).contains(a));
        shared.count()
    };
    let both: usize = (0..post.len()).map(both).sum();
    // 500 * 900 pairs have probability 0.04 of being in two independent rules
    let off = both as f64 - 0.04 * 500.0 * 900.0;
    assert!(off.abs() < 5.0 * f64::sqrt(0.04 * 500.0 * 900.0), "{off}");
}

#[test]
fn parts_are_drawn_as_in_the_whole() {
    let (pre, post) = (side(0..700), side(0..700));
    let formula = falling(0.5, 80.0);
    let chance = over(&formula, &pre, &post);
    let whole = probability(&candidates(&pre, &post, 7), &chance).unwrap();
    let part = Candidates {
        wanted: &|cell| cell % 3 == 1,
        ..candidates(&pre, &post, 7)
    };
    let part = probability(&part, &chance).unwrap();
    for k in 0..post.len() {
        let expected = if k % 3 == 1 { whole.of(k) } else { &[] };
        assert_eq!(part.of(k), expected);
    }
}

#[test]
fn conditions_hold() {
    let (pre, post) = (side(0..800), side(0..800));
    let near = Node::Two(BinaryOp::Lt, Box::new([DISTANCE, Node::Number(70.0)]));
    let near = Formula::new(near);
    let near = over(&near, &pre, &post);
    let rule = Candidates {
        condition: Some(&near),
        ..candidates(&pre, &post, 7)
    };
    let formula = falling(0.4, 90.0);
    let chance = over(&formula, &pre, &post);
    let pairs = probability(&rule, &chance).unwrap();
    let p = |a, b| {
        let d = distance(&pre, &post, a, b);
        if d < 70.0 {
            0.4 * (-d / 90.0).exp()
        } else {
            0.0
        }
    };
    check_counts(&pre, &post, &pairs, p);
}

#[test]
fn probabilities_that_cannot_be_are_all_told() {
    let (pre, post) = (side(0..300), side(0..200));
    let depth = Node::Variable(Variable::Position {
        end: End::Post,
        axis: 1,
        norm: true,
    });
    let shifted = Node::Subtract(Box::new([depth, Node::Number(0.25)]));
    let formula = Formula::new(shifted);
    let chance = over(&formula, &pre, &post);
    let fast = probability(&candidates(&pre, &post, 7), &chance).unwrap_err();
    let exact = Candidates {
        rule: None,
        ..candidates(&pre, &post, 7)
    };
    assert_eq!(fast, exact.probability(&chance).unwrap_err());
    let wrong = post.sites.norm[1].iter().filter(|&&y| y < 0.25).count();
    assert!(wrong > 20 && fast.count < 300 * wrong as u64);
    assert_eq!(
        fast.count,
        299 * wrong as u64,
        "a cell is no candidate of its own"
    );
}
