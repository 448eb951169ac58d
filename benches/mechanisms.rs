//! What a mechanism costs, native and in the VM: cells of one compartment with the mechanism in it. Throughput is in
//! instances and steps; `none` has the membrane alone, which is in every other figure as well.
//! `benches/peers/mechanisms_neuron.py` measures the same cells in NEURON.
//!
//! `cargo bench --bench mechanisms`

use criterion::{BatchSize, Criterion, Throughput, criterion_group, criterion_main};
use netdsl::Simulation;
use netdsl::builder::*;
use netdsl::quantity::Units;
use netdsl::runtime::config::Kernels;

/// Mechanism files, each with what makes it typical.
mod typical {
    use netdsl::prelude::*;
    mechanism! { pub(super) RefNa = "../tests/data/mod/refna.mod" } // rates with a singular point
    mechanism! { pub(super) RefKv = "../tests/data/mod/refkv.mod" } // one gate
    mechanism! { pub(super) RefKm = "../tests/data/mod/refkm.mod" } // temperature
    mechanism! { pub(super) RefCa = "../tests/data/mod/refca.mod" } // writes an ion's current
    mechanism! { pub(super) RefCad = "../tests/data/mod/refcad.mod" } // writes a concentration
    mechanism! { pub(super) RefIh = "../tests/data/mod/refih.mod" } // nonspecific current
    mechanism! { pub(super) RefSk = "../tests/data/mod/refsk.mod" } // reads a concentration
    mechanism! { pub(super) Tables = "../tests/data/mod/constructs/tabsafe.mod" } // TABLE
    mechanism! { pub(super) Kinetics = "../tests/data/mod/constructs/kinetics.mod" } // KINETIC
}

const CELLS: u32 = 4096;
const STEPS: u32 = 100;
const DT: f64 = 0.025;

/// Cells with `hh`, a mechanism of ours, or (`none`) neither.
fn simulation(mechanism: &str, kernels: Kernels) -> Simulation {
    let nothing = || Vec::<(String, Value)>::new();
    let own = [mechanism].into_iter().filter(|name| *name != "none");
    let soma = Section::builder()
        .name("soma")
        .length(20.um())
        .diameter(20.um())
        .mechanisms(
            own.chain(["pas"])
                .map(|name| (name, nothing()))
                .collect::<Vec<_>>(),
        )
        .build();
    let network = NetworkBuilder::new("cells")
        .declared::<typical::RefNa>()
        .declared::<typical::RefKv>()
        .declared::<typical::RefKm>()
        .declared::<typical::RefCa>()
        .declared::<typical::RefCad>()
        .declared::<typical::RefIh>()
        .declared::<typical::RefSk>()
        .declared::<typical::Tables>()
        .declared::<typical::Kinetics>()
        .cell_type(CellType::builder().name("Cell").sections([soma]).build())
        .population(
            Population::builder()
                .name("All")
                .cell("Cell")
                .cells(CELLS)
                .build(),
        )
        .build()
        .expect("the cells are a sound model");
    Simulation::builder()
        .duration((f64::from(STEPS) * DT).ms())
        .dt(DT.ms())
        .threads(1)
        .kernels(kernels)
        .build(network)
        .expect("the cells can be built")
}

fn instances(c: &mut Criterion) {
    let mut group = c.benchmark_group("instance");
    group.throughput(Throughput::Elements(u64::from(CELLS) * u64::from(STEPS)));
    for mechanism in [
        "none", "hh", "refna", "refkv", "refkm", "refca", "refcad", "refih", "refsk", "tabsafe",
        "kinetics",
    ] {
        for (how, kernels) in [("native", Kernels::Native), ("VM", Kernels::Vm)] {
            group.bench_function(format!("{mechanism}, {how}"), |b| {
                b.iter_batched(
                    || simulation(mechanism, kernels),
                    |simulation| simulation.run().expect("the cells run"),
                    BatchSize::PerIteration,
                );
            });
        }
    }
    group.finish();
}

criterion_group! {
    name = mechanisms;
    config = Criterion::default().sample_size(10);
    targets = instances
}
criterion_main!(mechanisms);
