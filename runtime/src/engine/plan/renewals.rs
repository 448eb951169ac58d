//! Which generators need no queue: see [`crate::engine::sums`].

use super::Plan;
use crate::engine::sums::Described;
use crate::instance::{Artificial, Source};
use netdsl_lang::mech::shipped;

impl Plan<'_> {
    /// By generator: it is a NetStim as shipped, with one connection, whose events are summed. Depends on the network
    /// alone.
    pub(super) fn find_renewals(&self) -> Vec<bool> {
        let known = shipped::programs().iter().find(|p| p.name == "NetStim");
        let own = self.mechanisms.index("NetStim");
        let own = own.map(|index| &*self.mechanisms.all[index].program);
        let mut found = vec![false; self.instance.generators.len()];
        if own != known {
            return found;
        }
        let connections = &self.instance.connections;
        let mut counts = vec![0_u8; found.len()];
        for k in 0..connections.len() {
            let source = connections.source(k) as usize;
            if let Source::Generator(generator) = self.instance.sources[source] {
                let generator = generator as usize;
                counts[generator] = counts[generator].saturating_add(1);
                found[generator] = counts[generator] == 1 && self.is_summed(k);
            }
        }
        for (found, generator) in found.iter_mut().zip(&self.instance.generators) {
            let Artificial::Mechanism { mechanism, .. } = generator else {
                *found = false;
                continue;
            };
            *found &= mechanism == "NetStim";
        }
        found
    }

    /// The generator that a connection comes from, if it is such a one.
    pub(crate) fn renewal(&self, connection: usize) -> Option<u32> {
        let source = self.instance.connections.source(connection) as usize;
        match self.instance.sources[source] {
            Source::Generator(generator) if self.renewals[generator as usize] => Some(generator),
            _ => None,
        }
    }

    /// It, for the instances that receive.
    pub(crate) fn describe_renewal(
        &self,
        generator: u32,
        connection: usize,
        mut receivers: impl Iterator<Item = u32>,
    ) -> Described {
        let Artificial::Mechanism {
            parameters, stream, ..
        } = &self.instance.generators[generator as usize]
        else {
            unreachable!("lists of times are no NetStims")
        };
        let index = self.mechanisms.index("NetStim");
        let program = &self.mechanisms.all[index.expect("one is there")].program;
        let value = |name: &str| {
            let given = parameters.iter().find(|(given, _)| given == name);
            let given = given.and_then(|(_, values)| values.first().copied());
            given.unwrap_or_else(|| program.variable(name).map_or(0.0, |(_, v)| v.default))
        };
        let connections = &self.instance.connections;
        Described {
            generator,
            instances: [receivers.next(), receivers.next()],
            delay: connections.delay(connection),
            weight: connections.weight(connection)[0],
            interval: value("interval"),
            number: value("number"),
            start: value("start"),
            noise: value("noise"),
            stream: *stream,
        }
    }
}
