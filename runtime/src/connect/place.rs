//! Where synapses go on the postsynaptic cell.
//!
//! * One synapse, one section: there, at the given location or the middle.
//! * One synapse, several sections: one of them, drawn for the pair. Two contacts of a pair that name the same sections
//!   fall on the same one.
//! * Several synapses, one section: at the given locations, or at (i + ½)/n.
//! * Several synapses, several sections: at (i + ½)/n of the sections' joint length. The location is measured from the
//!   section's beginning (NetPyNE, and [`Quirks::Netpyne`], mirror it).
//!
//! The drawn section depends on the seed for locations; NetPyNE's does not, and is ours for seed 1, or for any with
//! [`Quirks::Netpyne`].

use netdsl_lang::model::{Network, Quirks};

use crate::instantiate::Mistake;
use crate::rng::{Distribution, Stream, hash_text};

/// A section of the postsynaptic cell that may hold a synapse.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Spot {
    /// Index of the section.
    pub(crate) section: u32,
    /// Its length, µm.
    pub(crate) length: f64,
}

/// Names the streams that choose sections.
#[derive(Clone, Copy, Debug)]
pub(crate) struct SectionDraw {
    purpose: u32,
    global_index: u32,
    quirks: Quirks,
}

impl SectionDraw {
    /// The streams of a network.
    pub(crate) fn of(network: &Network) -> Self {
        let seed = match network.quirks {
            Quirks::None => network.seeds.loc,
            Quirks::Netpyne => 1,
        };
        Self {
            quirks: network.quirks,
            ..Self::new(seed)
        }
    }

    fn new(seed: u32) -> Self {
        Self {
            purpose: hash_text("connSynMechsSecs"),
            global_index: seed.wrapping_sub(1),
            quirks: Quirks::None,
        }
    }

    /// The presynaptic side of a generator's streams, from the hash of its name.
    pub(crate) fn of_generator(self, name: u32) -> u32 {
        match self.quirks {
            Quirks::None => name,
            Quirks::Netpyne => 0,
        }
    }

    /// One of `count` sections for a pair.
    pub(crate) fn choose(self, pre: u32, post: u32, count: usize) -> usize {
        let ids = [self.purpose, post, pre];
        let mut stream = Stream::with_global_index(ids, self.global_index);
        Distribution::Discunif(0.0, (count - 1) as f64).draw(&mut stream) as usize
    }
}

/// The places of `count` synapses: (section, location). `given` are the stated locations, `choose` draws one of several
/// sections by its position.
pub(crate) fn places(
    spots: &[Spot],
    given: &[f64],
    count: usize,
    draw: SectionDraw,
    (pre, post): (u32, u32),
) -> Result<Vec<(u32, f64)>, Mistake> {
    if given.len() > 1 && given.len() != count {
        return Err(Mistake::Length {
            what: "loc".into(),
            found: given.len(),
            wanted: count,
            each: "synapse",
        });
    }
    if given.is_empty() && count > 1 {
        return Ok(spread(spots, count, draw.quirks));
    }
    if given.len() > 1 && spots.len() > 1 {
        return Err(Mistake::Conflict {
            what: "several sections and several locations are given".into(),
            help: "leave out `loc` to spread the synapses, or name one section for each synapse",
        });
    }
    let chosen = match spots {
        [only] => only.section,
        spots => spots[draw.choose(pre, post, spots.len())].section,
    };
    let at = |i: usize| match given {
        [] => 0.5,
        [only] => *only,
        each => each[i],
    };
    Ok((0..count).map(|i| (chosen, at(i))).collect())
}

/// `count` places evenly spread over the sections end to end: (section, location).
pub(crate) fn spread(spots: &[Spot], count: usize, quirks: Quirks) -> Vec<(u32, f64)> {
    if let [only] = spots {
        let step = 1.0 / count as f64;
        // NetPyNE's sum, to the bit
        let places = (0..count).map(|i| i as f64 / count as f64 + step / 2.0);
        return places.map(|location| (only.section, location)).collect();
    }
    let total: f64 = spots.iter().map(|spot| spot.length).sum();
    let step = total / count as f64;
    let mut places = Vec::with_capacity(count);
    let (mut k, mut begin) = (0, 0.0);
    for i in 0..count {
        let at = i as f64 * step + step / 2.0;
        while k + 1 < spots.len() && at > begin + spots[k].length {
            begin += spots[k].length;
            k += 1;
        }
        let location = match quirks {
            Quirks::None => (at - begin) / spots[k].length,
            Quirks::Netpyne => (begin + spots[k].length - at) / spots[k].length,
        };
        let location = location.clamp(0.0, 1.0);
        places.push((spots[k].section, location));
    }
    places
}

#[cfg(test)]
mod tests {
    use super::*;

    fn spots() -> [Spot; 2] {
        [(4, 10.0), (7, 20.0)].map(|(section, length)| Spot { section, length })
    }

    #[test]
    fn places_lie_along_the_joint_length() {
        let expected = [(4, 0.3), (4, 0.9), (7, 0.25), (7, 0.55), (7, 0.85)];
        let found = spread(&spots(), 5, Quirks::None);
        for ((section, location), (expected, at)) in found.iter().zip(expected) {
            assert!(*section == expected && (location - at).abs() < 1e-12);
        }
    }

    #[test]
    fn netpyne_measures_from_the_far_end() {
        let found = spread(&spots(), 5, Quirks::Netpyne);
        let expected = [0.7, 0.1, 0.75, 0.45, 0.15];
        for ((_, location), at) in found.iter().zip(expected) {
            assert!((location - at).abs() < 1e-12);
        }
    }

    #[test]
    fn places_in_one_section() {
        let places = spread(&spots()[..1], 3, Quirks::None);
        assert_eq!(places[1], (4, 0.5));
        assert_eq!(places.len(), 3);
    }

    #[test]
    fn the_seed_changes_the_section() {
        let choose = |seed| -> Vec<usize> {
            (0..40)
                .map(|pre| SectionDraw::new(seed).choose(pre, 3, 3))
                .collect()
        };
        assert_ne!(choose(1), choose(2));
        assert!((0..3).all(|k| choose(1).contains(&k)));
    }
}
