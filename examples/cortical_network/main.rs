//! Three populations of a cortical column, described with macros: two layers of pyramidal cells with a slow potassium
//! current, and fast-spiking basket cells, connected by distance and driven by noise.
//!
//! `cargo run --release --example cortical_network` prints a summary and writes spikes, a raster (SVG and PNG) and a
//! voltage trace to `out/cortical_network`. `-- --help` lists its options; `--set lambda=200um` changes the reach of
//! its connections.

use netdsl::prelude::*;
use std::path::Path;

mechanism! { pub Im = "im.mod" }

cell_rule! {
    /// A regular-spiking cell: soma, apical and basal dendrite.
    pub Pyramidal {
        soma {
            L: 20 um, diam: 20 um, Ra: 100 ohm*cm, cm: 1 uF/cm2,
            hh { gnabar: 0.12 S/cm2, gkbar: 0.036 S/cm2, gl: 0.0003 S/cm2, el: -65 mV }
            Im { gbar: 4e-4 S/cm2 }
        }
        apical: soma(1) {
            L: 300 um, diam: 2 um, nseg: 7, Ra: 100 ohm*cm,
            pas { g: 5e-5 S/cm2, e: -70 mV }
            Im { gbar: 1e-5 S/cm2 * exp(-dist_path / 100 um) }
        }
        basal: soma(0) {
            L: 150 um, diam: 2 um, nseg: 3, Ra: 100 ohm*cm,
            pas { g: 5e-5 S/cm2, e: -70 mV }
        }
    }
    /// A fast-spiking cell.
    pub Basket {
        soma {
            L: 15 um, diam: 15 um, Ra: 100 ohm*cm,
            hh { gnabar: 0.12 S/cm2, gkbar: 0.036 S/cm2, gl: 0.0003 S/cm2, el: -62 mV }
        }
    }
}

synapse! {
    pub Exc: Exp2Syn { tau1: 0.3 ms, tau2: 3 ms, e: 0 mV }
    pub Inh: Exp2Syn { tau1: 0.5 ms, tau2: 8 ms, e: -80 mV }
}

population! {
    pub L23: Pyramidal { cells: 240, y_norm: 0.1 .. 0.45 }
    pub L5: Pyramidal { cells: 160, y_norm: 0.5 .. 0.9 }
    pub PV: Basket { cells: 100, y_norm: 0.1 .. 0.9 }
}

// The reach of connections is a parameter of the network, so that a command line can change it.
conn_rule! { pub Recurrent: L23 -> L23 {
    param lambda: um;
    probability: 0.15 * exp(-dist_3d / lambda),
    weight: 0.0008 uS, delay: 1 ms + dist_3d / (300 um/ms), synapse: Exc at basal(0.5),
} }
conn_rule! { pub Descending: L23 -> L5 {
    param lambda: um;
    probability: 0.25 * exp(-dist_3d / lambda),
    weight: 0.0012 uS, delay: 1 ms + dist_3d / (300 um/ms), synapse: Exc at apical(0.3),
} }
conn_rule! { pub Ascending: L5 -> L23 {
    param lambda: um;
    probability: 0.05 * exp(-dist_3d / lambda),
    weight: 0.0008 uS, delay: 1 ms + dist_3d / (300 um/ms), synapse: Exc at apical(0.7),
} }
conn_rule! { pub Excites23: L23 -> PV {
    param lambda: um;
    probability: 0.3 * exp(-dist_3d / lambda),
    weight: 0.002 uS, delay: 0.8 ms + dist_3d / (300 um/ms), synapse: Exc at soma(0.5),
} }
conn_rule! { pub Excites5: L5 -> PV {
    param lambda: um;
    probability: 0.3 * exp(-dist_3d / lambda),
    weight: 0.002 uS, delay: 0.8 ms + dist_3d / (300 um/ms), synapse: Exc at soma(0.5),
} }
conn_rule! { pub Inhibits23: PV -> L23 {
    param lambda: um;
    probability: 0.5 * exp(-dist_3d / lambda),
    weight: 0.004 uS, delay: 0.8 ms + dist_3d / (300 um/ms), synapse: Inh at soma(0.5),
} }
conn_rule! { pub Inhibits5: PV -> L5 {
    param lambda: um;
    probability: 0.5 * exp(-dist_3d / lambda),
    weight: 0.004 uS, delay: 0.8 ms + dist_3d / (300 um/ms), synapse: Inh at soma(0.5),
} }

stimulus! {
    pub Drive23: NetStim { rate: 180 Hz, noise: 1 } -> L23 { synapse: Exc at apical(0.5), weight: 0.006 uS, delay: 1 ms }
    pub Drive5: NetStim { rate: 160 Hz, noise: 1 } -> L5 { synapse: Exc at apical(0.5), weight: 0.006 uS, delay: 1 ms }
}

/// The model.
pub(crate) fn network() -> Result<Network, Error> {
    Ok(network! {
        size: [400, 1000, 400] um,
        seed: 1,
        param lambda = 150 um;
        populations: [L23, L5, PV],
        connect: [Recurrent, Descending, Ascending, Excites23, Excites5, Inhibits23, Inhibits5],
        stimulate: [Drive23, Drive5],
    }?)
}

fn main() -> Result<(), Error> {
    let options = Options::parse();
    let mut network = network()?;
    options.apply(&mut network)?;
    let out = options.folder("out/cortical_network")?;
    let run = Simulation::builder()
        .duration(1.0.s())
        .temperature(6.3.deg_c())
        .record(voltage(L5.cell(0), Pyramidal::soma(0.5)))
        .options(&options)
        .build(network)?
        .run()?;
    if !options.quiet {
        println!("{}", run.summary());
    }
    save(&run, &out)
}

/// Writes spikes, raster and voltage.
fn save(run: &Run, out: &Path) -> Result<(), Error> {
    run.save_spikes(out.join("spikes.csv"))?;
    run.save_traces(out.join("voltage.csv"))?;
    for picture in ["raster.svg", "raster.png"] {
        run.raster().save(out.join(picture))?;
    }
    println!(
        "spikes.csv, voltage.csv, raster.svg and raster.png are in {}",
        out.display()
    );
    Ok(())
}
