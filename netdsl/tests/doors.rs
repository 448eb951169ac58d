//! The same model from builders and from a file.

use netdsl::builder::*;
use netdsl::quantity::{Units, expr};

fn built() -> Network {
    let soma = Section::builder()
        .name("soma")
        .length(18.8.um())
        .diameter(18.8.um())
        .axial_resistivity(123.ohm_cm())
        .mechanisms([(
            "hh",
            [("gnabar", 0.12.s_per_cm2()), ("gkbar", 0.036.s_per_cm2())],
        )])
        .build();
    let dend = Section::builder()
        .name("dend")
        .parent(Attachment::at("soma", 1.0))
        .length(200.um())
        .diameter(1.5.um())
        .nseg(5)
        .mechanisms([(
            "pas",
            [("g", expr("1e-4 S/cm2 * exp(-dist_path / 100 um)"))],
        )])
        .build();
    let mut drive = Stimulus::new("Drive", "NetStim", "E");
    drive.parameters = [("rate", Value::from(20.hz())), ("noise", 1.into())].into();
    drive.synapses = vec![Contact::new("Exc").at("soma", 0.5)];
    drive.weight = Some(0.01.micro_siemens().into());
    drive.delay = Some(1.ms().into());
    NetworkBuilder::new("doors")
        .size([200.um(), 600.um(), 200.um()])
        .seed(7)
        .param("lambda", 120.um())
        .cell_type(
            CellType::builder()
                .name("Pyramidal")
                .sections([soma, dend])
                .build(),
        )
        .synapse(
            Synapse::builder()
                .name("Exc")
                .mechanism("Exp2Syn")
                .parameters([("tau1", 0.1.ms()), ("tau2", 5.ms())])
                .build(),
        )
        .population(
            Population::builder()
                .name("E")
                .cell("Pyramidal")
                .cells(200)
                .y(100.um()..300.um())
                .tags([("layer", "L5")])
                .build(),
        )
        .population(
            Population::builder()
                .name("I")
                .cell("Pyramidal")
                .density(20_000.per_mm3())
                .y(Interval::norm(0.1..0.5))
                .build(),
        )
        .connect(
            ConnRule::builder()
                .name("EI")
                .pre("E")
                .post("I")
                .condition(expr("pre.y < 250 um"))
                .probability(expr("0.4*exp(-dist_3d/lambda)"))
                .weight(0.005.micro_siemens())
                .delay(expr("1 ms + dist_3d / (500 um/ms)"))
                .synapses([Contact::new("Exc").at("dend", 0.5)])
                .build(),
        )
        .stimulate(drive)
        .build()
        .unwrap_or_else(|e| panic!("{e}"))
}

/// The same with macros.
mod by_macros {
    use netdsl::check::Diagnostics;
    use netdsl::prelude::*;

    cell_rule! {
        Pyramidal {
            soma {
                L: 18.8 um, diam: 18.8 um, Ra: 123 ohm*cm,
                hh { gnabar: 0.12 S/cm2, gkbar: 0.036 S/cm2 }
            }
            dend: soma(1) {
                L: 200 um, diam: 1.5 um, nseg: 5,
                pas { g: 1e-4 S/cm2 * exp(-dist_path / 100 um) }
            }
        }
    }
    synapse! { Exc: Exp2Syn { tau1: 0.1 ms, tau2: 5 ms } }
    population! { E: Pyramidal { cells: 200, y: 100 um .. 300 um, tags: { layer: "L5" } } }
    population! { I: Pyramidal { density: 20_000 /mm3, y_norm: 0.1 .. 0.5 } }
    conn_rule! { EI: E -> I where pre.y < 250 um {
        param lambda: um;
        probability: 0.4 * exp(-dist_3d / lambda),
        weight: 0.005 uS,
        delay: 1 ms + dist_3d / (500 um/ms),
        synapse: Exc at dend(0.5),
    } }
    stimulus! { Drive: NetStim { rate: 20 Hz, noise: 1 } -> E {
        synapse: Exc at soma(0.5), weight: 0.01 uS, delay: 1 ms,
    } }

    pub(super) fn network() -> Result<Network, Diagnostics> {
        network! {
            name: "doors",
            size: [200, 600, 200] um,
            seed: 7,
            param lambda = 120 um;
            populations: [E, I],
            connect: [EI],
            stimulate: [Drive],
        }
    }
}

#[test]
fn macros_and_builders_give_the_same_model() {
    let written = by_macros::network().unwrap_or_else(|e| panic!("{e}"));
    assert_eq!(written.to_json(), built().to_json());
    assert_eq!(written, built());
}

const FILE: &str = r#"{
  "version": 1,
  "name": "doors",
  "size": ["200 um", "600 um", "200 um"],
  "seeds": 7,
  "params": { "lambda": "120um" },
  "cell_types": [
    {
      "name": "Pyramidal",
      "sections": [
        {
          "name": "soma", "L": "18.8 um", "diam": "18.8um", "Ra": "123 ohm*cm",
          "mechanisms": { "hh": { "gnabar": "0.12 S/cm2", "gkbar": "0.036 S/cm2" } }
        },
        {
          "name": "dend", "parent": { "section": "soma", "loc": 1 }, "L": "200 um", "diam": "1.5 um", "nseg": 5,
          "mechanisms": { "pas": { "g": "1e-4 S/cm2 * exp(-dist_path / 100 um)" } }
        }
      ]
    }
  ],
  "synapses": [
    { "name": "Exc", "mechanism": "Exp2Syn", "parameters": { "tau1": "0.1 ms", "tau2": "5 ms" } }
  ],
  "populations": [
    {
      "name": "E", "cell": "Pyramidal", "cells": 200, "y": { "absolute": ["100 um", "300 um"] },
      "tags": { "layer": "L5" }
    },
    { "name": "I", "cell": "Pyramidal", "density": "20000 /mm3", "y": { "norm": [0.1, 0.5] } }
  ],
  "connections": [
    {
      "name": "EI",
      "pre": { "populations": ["E"] },
      "post": { "populations": ["I"] },
      "where": "pre.y<250 um",
      "probability": "0.4 * exp(-dist_3d / lambda)",
      "weight": "0.005 uS",
      "delay": "1 ms + dist_3d/(500 um/ms)",
      "synapses": [{ "synapse": "Exc", "sections": ["dend"], "loc": [0.5] }]
    }
  ],
  "stimuli": [
    {
      "name": "Drive", "mechanism": "NetStim", "parameters": { "rate": "20 Hz", "noise": 1 },
      "target": { "populations": ["E"] },
      "synapses": [{ "synapse": "Exc", "sections": ["soma"], "loc": [0.5] }],
      "weight": "0.01 uS", "delay": "1 ms"
    }
  ]
}"#;

#[test]
fn builders_and_files_give_the_same_model() {
    let built = built();
    let read = Network::from_json(FILE, "doors.json").unwrap_or_else(|e| panic!("{e}"));
    assert_eq!(built, read);
    assert_eq!(built.to_json(), read.to_json());
}

/// Spikes of a run, as bits of the time and the cell.
#[cfg(feature = "runtime")]
fn spikes(network: Network) -> Vec<(u64, u32)> {
    use netdsl::Simulation;
    let simulation = Simulation::builder().duration(100.ms()).threads(1);
    let run = simulation.build(network).and_then(Simulation::run);
    let run = run.unwrap_or_else(|e| panic!("{e}"));
    let spikes = run.spikes().iter();
    spikes.map(|(time, cell)| (time.to_bits(), cell)).collect()
}

#[cfg(feature = "runtime")]
#[test]
fn the_three_give_the_same_spikes() {
    let written = by_macros::network().unwrap_or_else(|e| panic!("{e}"));
    let read = Network::from_json(FILE, "doors.json").unwrap_or_else(|e| panic!("{e}"));
    let of_macros = spikes(written);
    assert!(of_macros.len() > 100, "{} spikes", of_macros.len());
    assert_eq!(of_macros, spikes(built()));
    assert_eq!(of_macros, spikes(read));
}

#[test]
fn what_a_builder_cannot_see_is_found_at_the_end() {
    let twice = Population::builder()
        .name("E")
        .cell("Pyramidall")
        .cells(3)
        .density(20.per_mm3())
        .build();
    let found = NetworkBuilder::new("wrong")
        .population(twice)
        .build()
        .unwrap_err();
    let text = found.to_string();
    assert!(text.contains("no cell type `Pyramidall`"), "{text}");
    assert!(text.contains("`cells` and `density` are given"), "{text}");
}
