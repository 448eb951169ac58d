//! What comes in to a unit of work: its connections, and the events on their way.
//!
//! Events are delivered in the order (time, kind, key), where the key is the connection's number in the network or the
//! order of self-events within the unit: never in the order of arrival.

mod state;

use crate::simd::prefetch;
use std::cmp::Ordering;
use std::collections::{BinaryHeap, HashSet, VecDeque};

pub(crate) use state::OwnEvent;

/// Buckets beyond which events wait in one common list.
const CALENDAR: usize = 4096;

/// Deliveries of a span of time that are sorted together, about.
const SPAN: usize = 8;
const MOST_SPANS: usize = 4096;

/// An event to be handled.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Due {
    /// Through connection (index in this unit), whose weight is `weight` if it is one that does not change.
    Connection {
        time: f64,
        connection: u32,
        instance: u32,
        weight: Option<f64>,
    },
    /// An instance's own, sent while an event came `through` a connection, whose weights it sees.
    Own {
        time: f64,
        instance: u32,
        through: Option<u32>,
        flag: f64,
    },
}

/// Marks the keys of self-events, which come after all connections.
const OWN: u64 = 1 << 63;

/// No connection.
const NONE: u32 = u32::MAX;

/// An event in the heap. Of a connection, its number is the key; of an instance, a sequence number with the mark `OWN`.
#[derive(Clone, Copy, Debug)]
struct Timed {
    time: f64,
    key: u64,
    flag: f64,
    /// Or `NONE`.
    connection: u32,
    /// Whose own event it is.
    instance: u32,
}

impl Timed {
    fn through(&self) -> Option<u32> {
        (self.connection != NONE).then_some(self.connection)
    }
}

impl PartialEq for Timed {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}
impl Eq for Timed {}
impl PartialOrd for Timed {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}
impl Ord for Timed {
    /// Reversed: the heap's greatest is the earliest.
    fn cmp(&self, other: &Self) -> Ordering {
        let forward = self
            .time
            .total_cmp(&other.time)
            .then(self.key.cmp(&other.key));
        forward.reverse()
    }
}

#[derive(Clone, Copy, Debug)]
struct Delivery {
    time: f64,
    /// As `Port` says.
    weight: f64,
    connection: u32,
    /// The connection's number in the network, for the order.
    number: u32,
    /// As `Port` says.
    target: u32,
}

/// A spike for some connections of a unit, one behind the other.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Arrival {
    pub(crate) time: f64,
    pub(crate) first: u32,
    pub(crate) end: u32,
    /// Which of the units that run together, and whether the events are summed.
    pub(crate) unit: u32,
}

impl Delivery {
    const NONE: Self = Self {
        time: 0.0,
        weight: 0.0,
        connection: 0,
        number: 0,
        target: 0,
    };

    /// What deliveries are sorted by. The bits of times are in the order of the times, but for the sign.
    fn key(&self) -> (i64, u32) {
        let bits = self.time.to_bits() as i64;
        (bits ^ ((bits >> 63) as u64 >> 1) as i64, self.number)
    }
}

/// A connection as it is kept: what an event looks at lies together.
#[derive(Clone, Copy, Debug)]
struct Port {
    delay: f64,
    /// Its weight; of a connection marked `APART` the bits are where its weights lie, and how many they are.
    weight: f64,
    number: u32,
    /// The instance, and the marks below.
    target: u32,
}

/// Marks a connection within a cell.
const SAME_CELL: u32 = 1 << 31;
/// Marks a connection with several weights, or one that changes.
const APART: u32 = 1 << 30;

fn instance_of(target: u32) -> u32 {
    target & !(SAME_CELL | APART)
}

impl Port {
    fn is_same_cell(&self) -> bool {
        self.target & SAME_CELL != 0
    }

    /// Where its weights lie, if they do not lie here.
    fn apart(&self) -> Option<std::ops::Range<usize>> {
        let bits = self.weight.to_bits();
        let start = (bits & u64::from(u32::MAX)) as usize;
        let count = (bits >> 32) as usize;
        (self.target & APART != 0).then_some(start..start + count)
    }
}

/// A connection of a unit, as it is added.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Incoming<'a> {
    /// What emits.
    pub(crate) emitter: u32,
    /// Number of the connection in the network.
    pub(crate) number: u32,
    /// Instance of the unit that receives.
    pub(crate) instance: u32,
    pub(crate) delay: f64,
    pub(crate) weights: &'a [f64],
    /// Nothing changes the weights.
    pub(crate) fixed_weight: bool,
    /// Source and target are on one cell: delivered without waiting for the exchange.
    pub(crate) same_cell: bool,
}

/// Connections and events of a unit.
#[derive(Debug, Default)]
pub(crate) struct Ports {
    /// Emitters with connections here, ascending, each with its first connection.
    sources: Vec<(u32, u32)>,
    ports: Vec<Port>,
    weights: Vec<f64>,
    /// Deliveries of this epoch in order, and how many are done.
    due: Vec<Delivery>,
    done: usize,
    /// Memory for sorting.
    sorting: Vec<Delivery>,
    ends: Vec<u32>,
    calendar: VecDeque<Vec<Delivery>>,
    first_bucket: u64,
    far: Vec<Delivery>,
    /// Buckets a ms.
    buckets: f64,
    /// A connection's source and target are on one cell.
    within_cells: bool,
    /// Self-events, and same-cell deliveries that are due in the running epoch.
    soon: BinaryHeap<Timed>,
    sequence: u64,
    cancelled: HashSet<u64>,
    /// Weights of the connection that is being delivered.
    pub(crate) scratch: Vec<f64>,
}

impl Ports {
    /// Takes connections in any order.
    pub(crate) fn new(mut incoming: Vec<Incoming<'_>>) -> Self {
        incoming.sort_by_key(|c| (c.emitter, c.number));
        let mut ports = Self {
            buckets: 1.0,
            within_cells: incoming.iter().any(|c| c.same_cell),
            ..Self::default()
        };
        for (k, connection) in incoming.iter().enumerate() {
            if ports
                .sources
                .last()
                .is_none_or(|&(emitter, _)| emitter != connection.emitter)
            {
                ports.sources.push((connection.emitter, k as u32));
            }
            let apart = !connection.fixed_weight || connection.weights.len() != 1;
            let weight = if apart {
                let (start, count) = (ports.weights.len() as u64, connection.weights.len() as u64);
                ports.weights.extend_from_slice(connection.weights);
                f64::from_bits(start | count << 32)
            } else {
                connection.weights[0]
            };
            assert!(connection.instance < APART, "a unit has few instances");
            let mark = |is, mark| if is { mark } else { 0 };
            let marks = mark(connection.same_cell, SAME_CELL) | mark(apart, APART);
            ports.ports.push(Port {
                delay: connection.delay,
                weight,
                number: connection.number,
                target: connection.instance | marks,
            });
        }
        ports.sources.push((u32::MAX, incoming.len() as u32));
        ports
    }

    /// Number of connections.
    pub(crate) fn len(&self) -> usize {
        self.ports.len()
    }

    /// Sets the width of the event buckets: an epoch.
    pub(crate) fn set_epoch(&mut self, ms: f64) {
        let waiting: Vec<Delivery> = self
            .calendar
            .drain(..)
            .flatten()
            .chain(self.far.drain(..))
            .collect();
        self.buckets = 1.0 / ms;
        self.first_bucket = 0;
        for delivery in waiting {
            self.put(delivery);
        }
    }

    pub(crate) fn instance(&self, connection: u32) -> u32 {
        instance_of(self.ports[connection as usize].target)
    }

    pub(crate) fn weights(&mut self, connection: u32) -> &mut [f64] {
        let port = &mut self.ports[connection as usize];
        match port.apart() {
            Some(range) => &mut self.weights[range],
            None => std::slice::from_mut(&mut port.weight),
        }
    }

    /// The weights of a connection.
    pub(crate) fn weights_of(&self, connection: u32) -> &[f64] {
        let port = &self.ports[connection as usize];
        match port.apart() {
            Some(range) => &self.weights[range],
            None => std::slice::from_ref(&port.weight),
        }
    }

    /// The weights of all connections that change them, to be put back; and where those of `connection` are among
    /// them. `None` if those of `connection` do not change.
    pub(crate) fn take_weights(
        &mut self,
        connection: u32,
    ) -> Option<(Vec<f64>, std::ops::Range<usize>)> {
        let own = self.ports[connection as usize].apart()?;
        Some((std::mem::take(&mut self.weights), own))
    }

    /// Puts back what was taken.
    pub(crate) fn put_weights(&mut self, weights: Vec<f64>) {
        self.weights = weights;
    }

    /// The connections to each of so many instances, in the order of the network.
    pub(crate) fn by_instance(&self, instances: usize) -> Vec<Vec<u32>> {
        let mut lists = vec![Vec::new(); instances];
        for (connection, port) in self.ports.iter().enumerate() {
            lists[instance_of(port.target) as usize].push(connection as u32);
        }
        for list in &mut lists {
            list.sort_unstable_by_key(|c| self.ports[*c as usize].number);
        }
        lists
    }

    fn connections_of(&self, emitter: u32) -> std::ops::Range<usize> {
        match self.sources.binary_search_by_key(&emitter, |&(e, _)| e) {
            Ok(at) => self.sources[at].1 as usize..self.sources[at + 1].1 as usize,
            Err(_) => 0..0,
        }
    }

    /// Emitters with connections here, each with the first of them and the one behind the last.
    pub(crate) fn sources(&self) -> impl Iterator<Item = (u32, u32, u32)> {
        let pairs = self.sources.windows(2);
        pairs.map(|pair| (pair[0].0, pair[0].1, pair[1].1))
    }

    /// Who leads where is known elsewhere now.
    pub(crate) fn forget_sources(&mut self) {
        if !self.within_cells {
            self.sources = Vec::new();
        }
    }

    /// A spike from outside: for all connections but those within the emitting cell.
    pub(crate) fn receive(&mut self, emitter: u32, time: f64) {
        let connections = self.connections_of(emitter);
        self.take_in(time, connections.start as u32, connections.end as u32);
    }

    /// A spike from outside for these connections.
    pub(crate) fn take_in(&mut self, time: f64, first: u32, end: u32) {
        for connection in first..end {
            let port = &self.ports[connection as usize];
            if !port.is_same_cell() {
                let time = time + port.delay;
                self.put_through(connection, time);
            }
        }
    }

    /// An event through a connection comes at `time`.
    #[inline]
    fn put_through(&mut self, connection: u32, time: f64) {
        let port = self.ports[connection as usize];
        self.put(Delivery {
            time,
            weight: port.weight,
            connection,
            number: port.number,
            target: port.target,
        });
    }

    /// Asks for the memory of connections that will be taken in soon.
    pub(crate) fn prefetch(&self, first: u32, end: u32) {
        // a line of the cache holds some
        for connection in (first..end).step_by(2) {
            prefetch(&self.ports[connection as usize]);
        }
    }

    /// A spike of this unit: for the connections within the emitting cell.
    pub(crate) fn receive_own(&mut self, emitter: u32, time: f64) {
        if !self.within_cells {
            return;
        }
        for connection in self.connections_of(emitter) {
            let port = self.ports[connection];
            if port.is_same_cell() {
                self.soon.push(Timed {
                    time: time + port.delay,
                    key: u64::from(port.number),
                    flag: 0.0,
                    connection: connection as u32,
                    instance: instance_of(port.target),
                });
            }
        }
    }

    /// An event of an instance to itself; the result names it for [`Ports::cancel`].
    pub(crate) fn send_own(
        &mut self,
        time: f64,
        (instance, through): (u32, Option<u32>),
        flag: f64,
    ) -> u64 {
        self.sequence += 1;
        let key = OWN | self.sequence;
        self.soon.push(Timed {
            time,
            key,
            flag,
            connection: through.unwrap_or(NONE),
            instance,
        });
        key
    }

    /// Takes back a self-event: its flag, and the connection whose weights it sees.
    pub(crate) fn cancel(&mut self, event: u64) -> Option<(f64, Option<u32>)> {
        let found = self.soon.iter().find(|e| e.key == event)?;
        let was = (found.flag, found.through());
        self.cancelled.insert(event).then_some(was)
    }

    /// Never decreases with time, so that no event comes into a later bucket than its epoch's end.
    fn bucket(&self, time: f64) -> u64 {
        (time * self.buckets) as u64
    }

    fn put(&mut self, delivery: Delivery) {
        let bucket = self.bucket(delivery.time);
        let index = bucket.saturating_sub(self.first_bucket) as usize;
        if index >= CALENDAR {
            self.far.push(delivery);
            return;
        }
        while self.calendar.len() <= index {
            self.calendar.push_back(Vec::new());
        }
        self.calendar[index].push(delivery);
    }

    /// Makes the events before `end` ready.
    pub(crate) fn begin_epoch(&mut self, end: f64) {
        self.due.drain(..self.done);
        self.done = 0;
        let last = self.bucket(end);
        while self.first_bucket <= last {
            match self.calendar.front_mut() {
                Some(bucket) if self.first_bucket < last => {
                    self.due.append(bucket);
                    let spent = self.calendar.pop_front().expect("there is a front bucket");
                    self.reuse(spent);
                    self.first_bucket += 1;
                }
                Some(bucket) => {
                    // the last bucket stays open: more may arrive for it
                    self.due.append(bucket);
                    break;
                }
                None => {
                    self.first_bucket = last;
                    break;
                }
            }
        }
        self.bring_near();
        self.sort_due();
    }

    /// Sorts what is due: first into short spans of time, then each of them.
    fn sort_due(&mut self) {
        let times = || self.due.iter().map(|d| d.time);
        let (low, high) = (
            times().fold(f64::INFINITY, f64::min),
            times().fold(0.0, f64::max),
        );
        let spans = (self.due.len() / SPAN).next_power_of_two().min(MOST_SPANS);
        if spans < 4 || high <= low {
            self.due.sort_unstable_by_key(Delivery::key);
            return;
        }
        // never decreases with time
        let scale = (spans - 1) as f64 / (high - low);
        let span = |delivery: &Delivery| ((delivery.time - low) * scale) as usize;
        self.ends.clear();
        self.ends.resize(spans + 1, 0);
        for delivery in &self.due {
            self.ends[span(delivery) + 1] += 1;
        }
        for k in 1..=spans {
            self.ends[k] += self.ends[k - 1];
        }
        self.sorting.clear();
        self.sorting.resize(self.due.len(), Delivery::NONE);
        for delivery in &self.due {
            let next = &mut self.ends[span(delivery)];
            self.sorting[*next as usize] = *delivery;
            *next += 1;
        }
        std::mem::swap(&mut self.due, &mut self.sorting);
        let mut first = 0;
        for end in &self.ends[..spans] {
            let end = *end as usize;
            self.due[first..end].sort_unstable_by_key(Delivery::key);
            first = end;
        }
    }

    /// Keeps an emptied bucket's memory for later ones.
    fn reuse(&mut self, spent: Vec<Delivery>) {
        if self.calendar.len() < CALENDAR && spent.capacity() > 0 {
            self.calendar.push_back(spent);
        }
    }

    fn bring_near(&mut self) {
        if self.far.is_empty() {
            return;
        }
        let horizon = self.first_bucket + CALENDAR as u64;
        let (waiting, buckets) = (std::mem::take(&mut self.far), self.buckets);
        let (near, far) = waiting
            .into_iter()
            .partition(|d| ((d.time * buckets) as u64) < horizon);
        self.far = far;
        let near: Vec<Delivery> = near;
        for delivery in near {
            self.put(delivery);
        }
    }

    /// The next event at or before `limit`, in order.
    pub(crate) fn next(&mut self, limit: f64) -> Option<Due> {
        loop {
            let listed = self.due.get(self.done).filter(|d| d.time <= limit).copied();
            let heaped = self.soon.peek().filter(|e| e.time <= limit).copied();
            let take_listed = match (&listed, &heaped) {
                (Some(d), Some(e)) => {
                    let key = u64::from(d.number);
                    d.time.total_cmp(&e.time).then(key.cmp(&e.key)) != Ordering::Greater
                }
                (Some(_), None) => true,
                (None, Some(_)) => false,
                (None, None) => return None,
            };
            if take_listed {
                self.done += 1;
                return listed.map(|d| Due::Connection {
                    time: d.time,
                    connection: d.connection,
                    instance: instance_of(d.target),
                    weight: (d.target & APART == 0).then_some(d.weight),
                });
            }
            self.soon.pop();
            let event = heaped?;
            if event.key & OWN == 0 {
                let port = self.ports[event.connection as usize];
                return Some(Due::Connection {
                    time: event.time,
                    connection: event.connection,
                    instance: instance_of(port.target),
                    weight: (port.target & APART == 0).then_some(port.weight),
                });
            }
            if !self.cancelled.remove(&event.key) {
                return Some(Due::Own {
                    time: event.time,
                    instance: event.instance,
                    through: event.through(),
                    flag: event.flag,
                });
            }
        }
    }

    /// Bytes held for events.
    pub(crate) fn event_bytes(&self) -> usize {
        let buckets: usize = self.calendar.iter().map(Vec::capacity).sum();
        let lists = self.due.capacity() + self.sorting.capacity() + self.far.capacity();
        (buckets + lists) * size_of::<Delivery>() + self.soon.capacity() * size_of::<Timed>()
    }

    /// Bytes held for connections.
    pub(crate) fn bytes(&self) -> usize {
        self.len() * size_of::<Port>() + self.weights.len() * 8 + self.sources.len() * 8
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ports() -> Ports {
        let connection = |emitter, number, delay, same_cell| Incoming {
            emitter,
            number,
            instance: number * 10,
            delay,
            weights: &[1.0, 2.0],
            fixed_weight: false,
            same_cell,
        };
        Ports::new(vec![
            connection(7, 2, 1.5, false),
            connection(3, 1, 1.0, false),
            connection(7, 0, 1.5, false),
            connection(3, 3, 0.0, true),
        ])
    }

    fn drain(ports: &mut Ports, limit: f64) -> Vec<Due> {
        std::iter::from_fn(|| ports.next(limit)).collect()
    }

    #[test]
    fn ties_go_by_connection_number_then_self_events() {
        let mut ports = ports();
        ports.set_epoch(1.0);
        ports.send_own(2.5, (5, None), 1.0);
        ports.receive(7, 1.0);
        ports.receive(3, 1.5);
        ports.begin_epoch(3.0);
        let numbers: Vec<_> = drain(&mut ports, 3.0)
            .into_iter()
            .map(|due| match due {
                Due::Connection { instance, .. } => i64::from(instance),
                Due::Own { instance, .. } => -i64::from(instance),
            })
            .collect();
        assert_eq!(numbers, [0, 10, 20, -5]);
    }

    #[test]
    fn events_wait_for_their_time_over_many_epochs() {
        let mut ports = ports();
        ports.set_epoch(0.5);
        ports.receive(7, 9000.0);
        ports.receive(3, 0.2);
        let mut seen = Vec::new();
        for epoch in 0..18010 {
            let end = 0.5 * f64::from(epoch + 1);
            ports.begin_epoch(end);
            while let Some(due) = ports.next(end - 0.01) {
                seen.push((epoch, due));
            }
        }
        let epochs: Vec<i32> = seen.iter().map(|(epoch, _)| *epoch).collect();
        assert_eq!(epochs, [2, 18003, 18003]);
    }

    #[test]
    fn cancelled_self_events_do_not_come() {
        let mut ports = ports();
        ports.set_epoch(1.0);
        let first = ports.send_own(1.0, (1, Some(2)), 4.0);
        ports.send_own(2.0, (1, Some(3)), 5.0);
        assert_eq!(ports.cancel(first), Some((4.0, Some(2))));
        assert_eq!(ports.cancel(first), None);
        assert_eq!(
            drain(&mut ports, 9.0),
            [Due::Own {
                time: 2.0,
                instance: 1,
                through: Some(3),
                flag: 5.0
            }]
        );
    }
}
