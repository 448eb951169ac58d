//! Weights against sums over all pairs and triplets of events.

use super::*;
use crate::plasticity::{ShortTerm, Stdp};

const DT: f64 = 0.1;

fn stdp() -> Stdp {
    Stdp {
        tau_plus: 17.0,
        tau_minus: 34.0,
        tau_x: 101.0,
        tau_y: 125.0,
        a_plus: 0.01,
        a_minus: 0.012,
        triplet_plus: 0.0,
        triplet_minus: 0.0,
        mu_plus: 0.0,
        mu_minus: 0.0,
        w_max: 10.0,
        w_min: 0.0,
        nearest: false,
        tau_eligibility: 0.0,
    }
}

/// Two synapses of two cells: events at `pre` (both), spikes of the first cell at `post`, for 100 ms; a reward of 1 at the
/// end. The weights, and what events added to the first receiver.
fn after(law: Plasticity, pre: &[f64], post: &[f64]) -> ([f64; 2], Vec<f64>) {
    let connection = |number, cell, instance| Plastic {
        rule: 3,
        emitter: 9,
        cell,
        number,
        instances: [Some(instance), None],
        delay: 1.0,
        weight: 5.0,
    };
    let all = vec![connection(1, 20, 1), connection(0, 10, 0)];
    let mut synapses = Synapses::new(all, |_| law, |instance| instance);
    synapses.set_epoch(5);
    let middle = |step: u64| (step as f64 + 0.5) * DT;
    let mut added = Vec::new();
    for epoch in 0..200 {
        let first = epoch * 5;
        let middles: Vec<f64> = (first..first + 40).map(middle).collect();
        let calendar = Calendar {
            first,
            middles: &middles,
            per_ms: 1.0 / DT,
        };
        let within = |at: f64, from: f64, to: f64| at >= from - 1e-9 && at < to - 1e-9;
        for &time in pre {
            // an event comes a ms after its spike, which is told in the epoch after it
            if within(time - 1.0, (first as f64 - 5.0) * DT, first as f64 * DT) {
                synapses.take_in(time - 1.0, 0, 2, &calendar);
            }
        }
        synapses.begin_epoch(first, 5);
        for step in first..first + 5 {
            let (from, to) = (step as f64 * DT, (step + 1) as f64 * DT);
            let spikes = post.iter().filter(|at| within(**at, from, to));
            let spikes: Vec<Spike> = spikes.map(|&time| Spike { time, emitter: 10 }).collect();
            synapses.advance(step, &spikes, |receiver, weight| {
                if receiver == 0 {
                    added.push(weight);
                }
            });
        }
    }
    let rewarded = law.stdp.is_some_and(|s| s.is_rewarded());
    assert_eq!(synapses.reward(3, 1.0, 100.0), rewarded);
    let mut weights = [0.0; 2];
    synapses.each_weight(3, |number, weight| weights[number as usize] = weight);
    (weights, added)
}

const PRE: [f64; 5] = [5.0, 11.3, 11.4, 40.0, 77.7];
const POST: [f64; 4] = [7.0, 11.35, 40.0, 60.2];

/// The change that the law describes, in order of time.
fn described(law: &Stdp) -> f64 {
    let kernel = |since: f64, tau: f64| (-since / tau).exp();
    let earlier = |all: &[f64], t: f64, own: bool| -> Vec<f64> {
        let is_before = |x: &&f64| **x < t - 1e-6 || (own && (**x - t).abs() < 1e-6);
        all.iter().filter(is_before).copied().collect()
    };
    let trace = |all: Vec<f64>, t: f64, tau: f64| -> f64 {
        let counted: Vec<f64> = if law.nearest {
            all.last().copied().into_iter().collect()
        } else {
            all
        };
        counted.iter().map(|x| kernel(t - x, tau)).sum()
    };
    let slow =
        |all: Vec<f64>, t: f64, tau: f64| -> f64 { all.iter().map(|x| kernel(t - x, tau)).sum() };
    let mut events: Vec<(f64, bool)> = PRE.iter().map(|t| (*t, true)).collect();
    events.extend(POST.iter().map(|t| (*t, false)));
    // an event comes before the spike of its moment
    events.sort_by(|a, b| a.0.total_cmp(&b.0).then(b.1.cmp(&a.1)));
    let mut weight = 5.0;
    for (t, is_event) in events {
        let change = if is_event {
            let x_slow = slow(earlier(&PRE, t, false), t, law.tau_x);
            -(law.a_minus + law.triplet_minus * x_slow)
                * trace(earlier(&POST, t, false), t, law.tau_minus)
        } else {
            let y_slow = slow(earlier(&POST, t, false), t, law.tau_y);
            (law.a_plus + law.triplet_plus * y_slow)
                * trace(earlier(&PRE, t, true), t, law.tau_plus)
        };
        weight = law.changed(weight, change);
    }
    weight
}

#[test]
fn weights_are_what_the_pairs_make_of_them() {
    let laws = [
        stdp(),
        Stdp {
            nearest: true,
            ..stdp()
        },
        Stdp {
            triplet_plus: 0.02,
            triplet_minus: 0.007,
            ..stdp()
        },
        Stdp {
            mu_plus: 1.0,
            mu_minus: 1.0,
            ..stdp()
        },
        Stdp {
            mu_plus: 0.4,
            mu_minus: 0.7,
            ..stdp()
        },
        Stdp {
            a_plus: 1.0,
            ..stdp()
        },
        Stdp {
            a_minus: 1.0,
            ..stdp()
        },
        Stdp {
            w_max: 5.05,
            w_min: 4.9,
            ..stdp()
        },
    ];
    for law in laws {
        let plasticity = Plasticity {
            stdp: Some(law),
            short_term: None,
        };
        let ([first, second], added) = after(plasticity, &PRE, &POST);
        let wanted = described(&law);
        assert!(
            (first - wanted).abs() < 1e-12,
            "{law:?}: {first}, not {wanted}"
        );
        // the other cell never fired
        assert_eq!(second, 5.0);
        assert_eq!(added.len(), PRE.len());
        assert_eq!(added[0], 5.0);
    }
}

#[test]
fn rewards_make_changes_of_what_was_remembered() {
    let law = Stdp {
        tau_eligibility: 200.0,
        ..stdp()
    };
    let plasticity = Plasticity {
        stdp: Some(law),
        short_term: None,
    };
    let ([first, second], added) = after(plasticity, &[5.0], &[7.0]);
    let pair = law.a_plus * (-2.0_f64 / law.tau_plus).exp();
    let wanted = 5.0 + law.w_max * pair * (-93.0_f64 / 200.0).exp();
    assert!((first - wanted).abs() < 1e-12, "{first}, not {wanted}");
    assert_eq!((second, added), (5.0, vec![5.0]));
}

#[test]
fn releases_depress_and_facilitate() {
    let law = ShortTerm {
        u_0: 0.3,
        tau_rec: 50.0,
        tau_facil: 30.0,
    };
    let plasticity = Plasticity {
        stdp: None,
        short_term: Some(law),
    };
    let (weights, added) = after(plasticity, &[5.0, 15.0, 55.0], &POST);
    assert_eq!(weights, [5.0, 5.0]);
    let (mut u, mut r) = (0.3, 1.0);
    assert!((added[0] - 5.0 * u * r).abs() < 1e-12);
    for (k, since) in [(1, 10.0_f64), (2, 40.0)] {
        r = 1.0 + (r - r * u - 1.0) * (-since / 50.0).exp();
        u = 0.3 + u * 0.7 * (-since / 30.0).exp();
        assert!((added[k] - 5.0 * u * r).abs() < 1e-12, "{added:?}");
    }
}

#[test]
fn two_events_of_a_step_come_one_after_the_other() {
    let law = ShortTerm {
        u_0: 0.5,
        tau_rec: 50.0,
        tau_facil: 0.0,
    };
    let plasticity = Plasticity {
        stdp: Some(stdp()),
        short_term: Some(law),
    };
    let (_, added) = after(plasticity, &[5.02, 5.03], &[]);
    let r = 1.0 - 0.5 * (-0.01_f64 / 50.0).exp();
    assert!((added[1] - 5.0 * 0.5 * r).abs() < 1e-12, "{added:?}");
}
