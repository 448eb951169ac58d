//! What it costs to draw connections. Throughput is in candidate pairs.
//!
//! `cargo bench --bench building`

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use netdsl::builder::*;
use netdsl::model::Sampler;
use netdsl::quantity::{Units, expr};
use netdsl::runtime::Catalogue;
use netdsl::runtime::instantiate::instantiate;

const CELLS: u64 = 2000;

/// Cells in a cube of 500 µm, connected with this probability.
fn network(probability: &str, sampler: Sampler) -> Network {
    let soma = Section::builder()
        .name("soma")
        .length(20.um())
        .diameter(20.um())
        .build();
    let rule = ConnRule::builder()
        .name("EE")
        .pre("E")
        .post("E")
        .probability(expr(probability))
        .weight(0.001.micro_siemens())
        .delay(1.ms())
        .synapses([Contact::new("Exc").at("soma", 0.5)]);
    let mut network = NetworkBuilder::new("cube")
        .size([500.um(), 500.um(), 500.um()])
        .cell_type(CellType::builder().name("Cell").sections([soma]).build())
        .synapse(
            Synapse::builder()
                .name("Exc")
                .mechanism("ExpSyn")
                .parameters([("tau", 2.ms())])
                .build(),
        )
        .population(
            Population::builder()
                .name("E")
                .cell("Cell")
                .cells(CELLS as f64)
                .build(),
        )
        .connect(rule.build())
        .build()
        .expect("the model is sound");
    network.sampler = sampler;
    network
}

fn probabilities(c: &mut Criterion) {
    let catalogue = Catalogue::shipped();
    let mut group = c.benchmark_group("probability");
    group.throughput(Throughput::Elements(CELLS * CELLS));
    let distance = "0.1 * exp(-dist_3d / (100 um))";
    for (name, probability, sampler) in [
        ("none", "0", Sampler::Fast),
        ("constant", "0.05", Sampler::Fast),
        ("by distance", distance, Sampler::Fast),
        ("constant, NetPyNE's draws", "0.05", Sampler::Netpyne),
        ("by distance, NetPyNE's draws", distance, Sampler::Netpyne),
    ] {
        let network = network(probability, sampler);
        group.bench_function(name, |b| {
            b.iter(|| instantiate(&network, &catalogue).expect("the network can be drawn"));
        });
    }
    group.finish();
}

criterion_group! {
    name = building;
    config = Criterion::default().sample_size(10);
    targets = probabilities
}
criterion_main!(building);
