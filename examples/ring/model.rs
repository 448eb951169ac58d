//! The cells and their connections.

use netdsl::builder::*;
use netdsl::quantity::Units;

use crate::arguments::Arguments;

fn cell_type(a: &Arguments) -> CellType {
    let hh = || [("hh", [("gnabar", 0.12.s_per_cm2())])];
    let soma = Section::builder()
        .name("soma")
        .length(12.um())
        .diameter(12.um())
        .axial_resistivity(100.ohm_cm());
    let mut sections = vec![soma.mechanisms(hh()).build()];
    for _tree in 0..2 {
        let mut level = vec!["soma".to_string()];
        for depth in 0..a.depth {
            let children = if depth == 0 { 1 } else { 2 };
            let parents = std::mem::take(&mut level);
            for parent in parents
                .iter()
                .flat_map(|parent| std::iter::repeat_n(parent, children))
            {
                let name = format!("dend{}", sections.len() - 1);
                let branch = Section::builder()
                    .name(name.as_str())
                    .parent(Attachment::at(parent.as_str(), 1.0))
                    .length(80.um())
                    .diameter(2.um())
                    .axial_resistivity(100.ohm_cm())
                    .nseg(a.nseg);
                let branch = match a.everywhere {
                    true => branch.mechanisms(hh()).build(),
                    false => {
                        let leak = [
                            ("g", Value::from(0.001.s_per_cm2())),
                            ("e", Value::from((-65).mv())),
                        ];
                        branch.mechanisms([("pas", leak)]).build()
                    }
                };
                sections.push(branch);
                level.push(name);
            }
        }
    }
    let spikes = SpikeSource::Voltage {
        section: "soma".into(),
        loc: 0.5,
        threshold: Some((-10).mv().into()),
    };
    CellType::builder()
        .name("Cell")
        .sections(sections)
        .spikes(spikes)
        .build()
}

/// The network.
pub(crate) fn network(a: &Arguments) -> Result<Network, netdsl::check::Diagnostics> {
    let n = a.rings * a.cells;
    let branches = 2 * (2u32.pow(a.depth) - 1);
    let ring = |gid: u32| gid / a.cells * a.cells + (gid % a.cells + a.cells - 1) % a.cells;
    let pairs: Vec<(u32, u32)> = (0..n).map(|gid| (ring(gid), gid)).collect();
    let rule = |name: &str, section: u32, weight: f64, delay: f64, pairs: Vec<(u32, u32)>| {
        ConnRule::builder()
            .name(name)
            .pre("cells")
            .post("cells")
            .list(PairList::from(pairs))
            .weight(weight.micro_siemens())
            .delay(delay.ms())
            .synapses([Contact::new("Exc").at(format!("dend{section}"), 0.6)])
            .allow_self(true)
            .build()
    };
    let mut start = Stimulus::new("Start", "NetStim", "cells");
    start.target.cells = Some((0..a.rings).map(|ring| ring * a.cells).collect());
    start.parameters = [
        ("number", Value::from(1)),
        ("start", 1.ms().into()),
        ("interval", 10.ms().into()),
    ]
    .into();
    start.synapses = vec![Contact::new("Exc").at("dend0", 0.6)];
    start.weight = Some(0.05.micro_siemens().into());
    start.delay = Some(1.ms().into());
    let mut builder = NetworkBuilder::new("ring")
        .cell_type(cell_type(a))
        .synapse(
            Synapse::builder()
                .name("Exc")
                .mechanism("ExpSyn")
                .parameters([("tau", Value::from(2.ms())), ("e", Value::from(0.mv()))])
                .build(),
        )
        .population(
            Population::builder()
                .name("cells")
                .cell("Cell")
                .cells(n)
                .build(),
        )
        .connect(rule("ring", 0, 0.05, a.delay, pairs.clone()))
        .stimulate(start);
    if a.min_delay > 0.0 {
        builder = builder.connect(rule("silent", 0, 0.0, a.min_delay, pairs));
    }
    for k in 1..a.synapses {
        let next = (0..n).map(|gid| ((gid + 1) % n, gid)).collect();
        builder = builder.connect(rule(&format!("extra{k}"), k % branches, 0.0, a.delay, next));
    }
    builder.build()
}
