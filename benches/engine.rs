//! What a step of a compartment costs, by what is in it and by what runs it. Throughput is in compartment-steps.
//!
//! `cargo bench --bench engine`, or `-- hh` for those with `hh` in their names.

#[allow(dead_code, reason = "a bench asks for few of the settings")]
#[path = "../examples/ring/arguments.rs"]
mod arguments;
#[allow(dead_code, reason = "a bench prints no line of JSON")]
#[path = "../examples/common/mod.rs"]
mod common;
#[path = "../examples/ring/model.rs"]
mod model;

use arguments::Arguments;
use criterion::{BatchSize, Criterion, Throughput, criterion_group, criterion_main};
use netdsl::Simulation;
use netdsl::quantity::Units;

/// Steps of a run: enough to make what happens once small.
const STEPS: u64 = 200;
const DT: f64 = 0.025;

/// A ring as its command line says it.
fn ring(options: &str) -> Arguments {
    let words = options.split_whitespace().map(str::to_owned);
    Arguments::parse(words).expect("the options are those of the ring")
}

fn simulation(ring: &Arguments) -> Simulation {
    Simulation::builder()
        .duration((STEPS as f64 * DT).ms())
        .dt(DT.ms())
        .use_tables(!ring.no_table)
        .threads(ring.threads)
        .kernels(ring.kernels)
        .build(model::network(ring).expect("the ring is a sound model"))
        .expect("the ring can be built")
}

fn steps(c: &mut Criterion) {
    let mut group = c.benchmark_group("step");
    for (name, options) in [
        ("hh", "--everywhere --no-table"),
        ("hh, table", "--everywhere"),
        ("hh, AVX2", "--everywhere --no-table --kernels avx2"),
        ("hh, VM", "--everywhere --no-table --kernels vm --rings 2"),
        ("hh in the soma, pas", "--no-table"),
        (
            "hh in the soma, pas, 100 synapses",
            "--no-table --nsyn 100 --rings 4",
        ),
        ("hh, 2 threads", "--everywhere --no-table --threads 2"),
    ] {
        let ring = ring(options);
        let built = simulation(&ring).run().expect("the ring runs");
        group.throughput(Throughput::Elements(built.summary().compartments * STEPS));
        group.bench_function(name, |b| {
            b.iter_batched(
                || simulation(&ring),
                |simulation| simulation.run().expect("the ring runs"),
                BatchSize::PerIteration,
            );
        });
    }
    group.finish();
}

criterion_group! {
    name = engine;
    config = Criterion::default().sample_size(10);
    targets = steps
}
criterion_main!(engine);
