//! Numbers that all ranks add up, and each rank's share of a network.

use super::{Communicator, Gathered, Lost};

/// What one rank has of a network.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Share {
    /// Cells, artificial ones included.
    pub cells: u64,
    /// Compartments with membrane.
    pub compartments: u64,
    /// Connections to its cells.
    pub connections: u64,
    /// Memory of states, connections, events and recordings, bytes.
    pub bytes: u64,
    /// Time to build and initialise, s.
    pub build_s: f64,
    /// Time of the run that was not spent in the exchange, s.
    pub work_s: f64,
    /// Time of the run that was spent in the exchange, most of it waiting for others, s.
    pub wait_s: f64,
    /// Bytes of spikes that it gave to the others.
    pub sent_bytes: u64,
}

impl Share {
    const NUMBERS: usize = 8;

    fn numbers(&self) -> [u64; Self::NUMBERS] {
        [
            self.cells,
            self.compartments,
            self.connections,
            self.bytes,
            self.build_s.to_bits(),
            self.work_s.to_bits(),
            self.wait_s.to_bits(),
            self.sent_bytes,
        ]
    }

    fn of(n: [u64; Self::NUMBERS]) -> Self {
        Self {
            cells: n[0],
            compartments: n[1],
            connections: n[2],
            bytes: n[3],
            build_s: f64::from_bits(n[4]),
            work_s: f64::from_bits(n[5]),
            wait_s: f64::from_bits(n[6]),
            sent_bytes: n[7],
        }
    }

    /// The shares of all ranks.
    pub(crate) fn gather(&self, ranks: &dyn Communicator) -> Result<Vec<Self>, Lost> {
        let all = gather_numbers(ranks, &self.numbers())?;
        let share = |n: Vec<u64>| n.try_into().map(Self::of);
        let shares: Result<Vec<Self>, _> = all.into_iter().map(share).collect();
        Ok(shares.expect("each rank gives one share"))
    }
}

fn gather_numbers(ranks: &dyn Communicator, own: &[u64]) -> Result<Vec<Vec<u64>>, Lost> {
    let bytes: Vec<u8> = own.iter().flat_map(|n| n.to_le_bytes()).collect();
    let mut all = Gathered::default();
    ranks.all_gather(&bytes, &mut all)?;
    let number = |bytes: &[u8]| u64::from_le_bytes(bytes.try_into().expect("chunks of 8 bytes"));
    let numbers = |bytes: &[u8]| bytes.chunks_exact(8).map(number).collect();
    Ok(all.iter().map(numbers).collect())
}

/// Adds up numbers of all ranks, place by place.
///
/// # Errors
/// A rank ended.
pub fn sum(ranks: &dyn Communicator, own: &mut [u64]) -> Result<(), Lost> {
    if ranks.size() == 1 {
        return Ok(());
    }
    let all = gather_numbers(ranks, own)?;
    for (place, total) in own.iter_mut().enumerate() {
        *total = all.iter().map(|numbers| numbers[place]).sum();
    }
    Ok(())
}

/// The smallest number of all ranks.
pub(crate) fn min(ranks: &dyn Communicator, own: f64) -> Result<f64, Lost> {
    if ranks.size() == 1 {
        return Ok(own);
    }
    let all = gather_numbers(ranks, &[own.to_bits()])?;
    let all = all.iter().flatten().map(|bits| f64::from_bits(*bits));
    Ok(all.fold(f64::INFINITY, f64::min))
}

/// Bits that are set on any rank.
pub(crate) fn any(ranks: &dyn Communicator, own: &mut [bool]) -> Result<(), Lost> {
    if ranks.size() == 1 {
        return Ok(());
    }
    let byte = |bits: &[bool]| {
        let bits = bits.iter().enumerate();
        bits.fold(0_u8, |byte, (k, bit)| byte | u8::from(*bit) << k)
    };
    let bytes: Vec<u8> = own.chunks(8).map(byte).collect();
    let mut all = Gathered::default();
    ranks.all_gather(&bytes, &mut all)?;
    for theirs in all.iter() {
        for (k, bit) in own.iter_mut().enumerate() {
            *bit |= theirs[k / 8] >> (k % 8) & 1 == 1;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ranks::Crew;

    #[test]
    fn ranks_add_up() {
        std::thread::scope(|scope| {
            for ranks in Crew::of(3) {
                scope.spawn(move || {
                    let ranks = &*ranks;
                    let k = ranks.rank();
                    let mut numbers = [k as u64, 10];
                    sum(ranks, &mut numbers).unwrap();
                    assert_eq!(numbers, [3, 30]);
                    assert_eq!(min(ranks, 2.0 - k as f64), Ok(0.0));
                    assert_eq!(min(ranks, f64::INFINITY), Ok(f64::INFINITY));
                    let mut bits = [false; 11];
                    bits[5 * k] = true;
                    any(ranks, &mut bits).unwrap();
                    let set: Vec<usize> = (0..11).filter(|k| bits[*k]).collect();
                    assert_eq!(set, [0, 5, 10]);
                    let share = Share {
                        cells: k as u64,
                        build_s: 0.5,
                        ..Share::default()
                    };
                    let shares = share.gather(ranks).unwrap();
                    assert_eq!((shares.len(), shares[k]), (3, share));
                });
            }
        });
    }
}
