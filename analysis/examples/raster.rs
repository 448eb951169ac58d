//! Draws a raster of made-up spikes: three populations that follow a common rhythm.
//!
//! `cargo run --release -p netdsl-analysis --example raster -- out/raster.png`

use netdsl_analysis::{Population, RasterOptions, SpikeData, raster_with, stats};

/// A small generator of uniform numbers in 0..1 (Weyl sequence, mixed).
struct Uniform(u64);

impl Uniform {
    fn next(&mut self) -> f64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut x = self.0;
        x = (x ^ (x >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        x = (x ^ (x >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((x ^ (x >> 31)) >> 11) as f64 / (1u64 << 53) as f64
    }
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let path = std::env::args()
        .nth(1)
        .unwrap_or_else(|| "out/raster.svg".to_owned());
    let populations = [
        Population {
            name: "Pyramidal",
            first_gid: 0,
            count: 700,
        },
        Population {
            name: "Basket",
            first_gid: 700,
            count: 200,
        },
        Population {
            name: "Martinotti",
            first_gid: 900,
            count: 100,
        },
    ];
    // Mean rate in Hz, lag behind the rhythm in ms.
    let activity = [(6.0, 0.0), (18.0, 4.0), (10.0, 20.0)];
    let duration = 1000.0;
    let mut uniform = Uniform(1);
    let (mut times, mut gids) = (Vec::new(), Vec::new());
    for (population, (rate, lag)) in populations.iter().zip(activity) {
        for gid in population.first_gid..population.first_gid + population.count {
            for step in 0..duration as u32 {
                let time = f64::from(step) + uniform.next();
                let phase = std::f64::consts::TAU * (time - lag) / 125.0;
                // The modulation's mean over a period is 1.266 / e.
                let modulation = (2.0 * (phase.sin() - 1.0)).exp() / 0.3085;
                if uniform.next() < rate * modulation / 1000.0 {
                    times.push(time);
                    gids.push(gid);
                }
            }
        }
    }
    let data = SpikeData {
        populations: &populations,
        times: &times,
        gids: &gids,
        duration,
    };
    println!("{}", stats::summarise(&data)?);
    let options = RasterOptions {
        title: Some("Three populations, 8 Hz".to_owned()),
        ..Default::default()
    };
    raster_with(&data, &options)?.save(&path)?;
    println!("written: {path}");
    Ok(())
}
