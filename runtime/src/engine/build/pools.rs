//! The ions of a tile: pools of those that its mechanisms use.

use super::TileBuilder;
use crate::config::Scheme;
use crate::engine::column::Column;
use crate::engine::ions::{Pool, Style, defaults, thermal_voltage};
use crate::engine::probes::{Request, Wanted};
use crate::instance::PerSegment;
use netdsl_lang::mech::IonQuantity;

impl<'a> TileBuilder<'a> {
    pub(super) fn make_pools(&self) -> Vec<Pool> {
        let structure = &self.tile.structure;
        let mut pools: Vec<Pool> = Vec::new();
        let uses: Vec<_> = structure
            .densities
            .iter()
            .chain(&structure.point_ions)
            .collect();
        for (mechanism, _) in &uses {
            for ion in &self.plan.mechanisms.all[*mechanism].program.ions {
                if !pools.iter().any(|pool| pool.name == ion.name) {
                    pools.push(self.make_pool(&ion.name, &uses));
                }
            }
        }
        pools
    }

    pub(super) fn make_pool(&self, ion: &str, uses: &[&(usize, Vec<u32>)]) -> Pool {
        let mut styles = vec![Style::default(); self.nodes];
        let (mut reads_current, mut writes, mut valence) = (false, false, defaults(ion).valence);
        for (mechanism, nodes) in uses {
            let program = &self.plan.mechanisms.all[*mechanism].program;
            let Some(k) = program.ions.iter().position(|i| i.name == ion) else {
                continue;
            };
            nodes
                .iter()
                .for_each(|&node| styles[node as usize].add(program, k));
            reads_current |= program.ions[k].reads.contains(&IonQuantity::Current);
            writes |= !program.ions[k]
                .writes
                .iter()
                .all(|q| *q == IonQuantity::Current);
            valence = program.ions[k].valence.map(f64::from).or(valence);
        }
        let recorded = |what: IonQuantity| {
            let is = |r: &Request| matches!(&r.wanted, Wanted::Ion { ion: i, what: w, .. } if i == ion && *w == what);
            self.requests.iter().any(is)
        };
        let pointing = &self.plan.pointing;
        let keeps_current = reads_current
            || recorded(IonQuantity::Current)
            || pointing.uses(ion, IonQuantity::Current);
        let concentrations = [
            IonQuantity::Inside,
            IonQuantity::Outside,
            IonQuantity::Reversal,
        ];
        writes |= concentrations.iter().any(|what| pointing.uses(ion, *what));
        let corrects = self.plan.config.scheme == Scheme::CrankNicolsonCurrents;
        let full = || Column::full(self.nodes, self.blocks);
        let mut pool = Pool {
            name: ion.to_string(),
            reversal: full(),
            inside: full(),
            outside: full(),
            current: keeps_current.then(full),
            conductance: (keeps_current && corrects).then(full),
            nernst_nodes: Vec::new(),
            thermal: thermal_voltage(self.plan.config.celsius, valence.unwrap_or(1.0)),
        };
        self.set_ion_values(&mut pool, &styles);
        let at_start = |node: &u32| styles[*node as usize].nernst_at_start();
        pool.nernst_nodes = (0..self.nodes as u32).filter(at_start).collect();
        pool.update_reversal(self.isa, self.blocks);
        pool.nernst_nodes
            .retain(|&node| styles[node as usize].nernst_at_each_step());
        if !writes {
            for column in [&mut pool.inside, &mut pool.outside, &mut pool.reversal] {
                let taken = std::mem::replace(column, Column::uniform(0.0));
                *column = taken.compress(self.nodes, self.blocks);
            }
        }
        pool
    }

    pub(super) fn set_ion_values(&self, pool: &mut Pool, styles: &[Style]) {
        let mut default = defaults(&pool.name);
        if let Some(given) = self
            .plan
            .instance
            .ion_defaults
            .iter()
            .rev()
            .find(|d| d.ion == pool.name)
        {
            (default.inside, default.outside) = (given.inside, given.outside);
        }
        let name = pool.name.clone();
        self.each(|node, block, lane, layout, tree_node| {
            let origin = layout.tree.origin[tree_node];
            let section = &layout.template.sections[origin.section as usize];
            let set = section.ions.iter().find(|setting| setting.ion == name);
            let value = |given: Option<&PerSegment>, otherwise: f64| match given {
                Some(PerSegment::Uniform(x)) => *x,
                Some(values) => origin
                    .segment
                    .map_or(otherwise, |segment| values.at(segment as usize)),
                None => otherwise,
            };
            let concentrations = set.filter(|_| !styles[node].starts_from_defaults());
            let reversal = value(set.and_then(|s| s.reversal.as_ref()), default.reversal);
            pool.reversal.set(node, block, lane, reversal);
            pool.inside.set(
                node,
                block,
                lane,
                value(
                    concentrations.and_then(|s| s.inside.as_ref()),
                    default.inside,
                ),
            );
            pool.outside.set(
                node,
                block,
                lane,
                value(
                    concentrations.and_then(|s| s.outside.as_ref()),
                    default.outside,
                ),
            );
        });
    }
}
