//! Spikes from rank to rank, once an epoch.

use super::packet::{self, Word};
use super::{Gathered, Lost, Ranks};
use crate::engine::Spike;
use std::ops::Range;
use std::time::Instant;

/// Exchanges spikes, and counts what that takes.
#[derive(Debug)]
pub(crate) struct Exchange {
    pub(crate) ranks: Ranks,
    /// Emitters whose spikes stay on their rank: generators, each of which is on the rank of what it stimulates.
    local: Range<u32>,
    outgoing: Vec<u8>,
    gathered: Gathered,
    /// Bytes given to the other ranks.
    pub(crate) sent: u64,
    /// Time spent in the exchange, most of it waiting for slower ranks, s.
    pub(crate) wait_s: f64,
}

impl Exchange {
    /// Among `ranks`, where `local` emitters concern nobody else.
    pub(crate) fn new(ranks: Ranks, local: Range<u32>) -> Self {
        Self {
            ranks,
            local,
            outgoing: Vec::new(),
            gathered: Gathered::default(),
            sent: 0,
            wait_s: 0.0,
        }
    }

    /// More than one rank takes part.
    pub(crate) fn is_needed(&self) -> bool {
        self.ranks.size() > 1
    }

    /// Adds the spikes of all other ranks: those of the epoch whose steps end at `times`, and those of generators that run
    /// ahead. What all ranks together have to tell.
    pub(crate) fn spikes(
        &mut self,
        word: Word,
        times: &[f64],
        (epoch, ahead): (&mut Vec<Spike>, &mut Vec<Spike>),
    ) -> Result<Word, Lost> {
        if !self.is_needed() {
            return Ok(word);
        }
        let local = &self.local;
        let travels = |spike: &&Spike| !local.contains(&spike.emitter);
        let own: Vec<&Spike> = epoch.iter().filter(travels).collect();
        let own_ahead: Vec<&Spike> = ahead.iter().filter(travels).collect();
        packet::write(word, times, (&own, &own_ahead), &mut self.outgoing);
        self.sent += self.outgoing.len() as u64;
        let started = Instant::now();
        self.ranks.all_gather(&self.outgoing, &mut self.gathered)?;
        self.wait_s += started.elapsed().as_secs_f64();
        // a rank that only pretends to have others hears itself alone
        let own = self.ranks.rank().min(self.gathered.len() - 1);
        let others = self.gathered.iter().enumerate();
        let others = others.filter(|(rank, _)| *rank != own);
        Ok(others.fold(word, |word, (_, bytes)| {
            word.and(packet::read(bytes, times, epoch, ahead))
        }))
    }
}
