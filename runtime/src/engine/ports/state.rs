//! Events on their way to a unit, for checkpoints.

use super::{APART, NONE, OWN, Ports, SAME_CELL, Timed, instance_of};

/// An event of an instance to itself.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct OwnEvent {
    pub(crate) instance: u32,
    pub(crate) time: f64,
    pub(crate) flag: f64,
    /// The connection whose weights it sees.
    pub(crate) through: Option<u32>,
    /// Its name in this unit; later ones have greater names.
    pub(crate) name: u64,
}

impl Ports {
    /// Events through connections that have not come yet: connection and time.
    pub(crate) fn waiting(&self) -> Vec<(u32, f64)> {
        let due = self.due[self.done..].iter();
        let later = self.calendar.iter().flatten().chain(&self.far);
        let listed = due.chain(later).map(|d| (d.connection, d.time));
        let soon = self.soon.iter().filter(|e| e.key & OWN == 0);
        listed.chain(soon.map(|e| (e.connection, e.time))).collect()
    }

    /// Events of instances to themselves that have not come yet, in the order in which they were sent.
    pub(crate) fn own_events(&self) -> Vec<OwnEvent> {
        let own = self.soon.iter().filter(|e| e.key & OWN != 0);
        let mut events: Vec<OwnEvent> = own
            .filter(|e| !self.cancelled.contains(&e.key))
            .map(|e| OwnEvent {
                instance: e.instance,
                time: e.time,
                flag: e.flag,
                through: e.through(),
                name: e.key,
            })
            .collect();
        events.sort_unstable_by_key(|event| event.name);
        events
    }

    /// Forgets all events; time is `now`.
    pub(crate) fn forget_events(&mut self, now: f64) {
        self.due.clear();
        self.done = 0;
        self.calendar.iter_mut().for_each(Vec::clear);
        self.far.clear();
        self.soon.clear();
        self.cancelled.clear();
        self.sequence = 0;
        self.first_bucket = self.bucket(now);
    }

    /// An event through a connection comes at `time`.
    pub(crate) fn put_back(&mut self, connection: u32, time: f64) {
        let port = self.ports[connection as usize];
        if port.target & SAME_CELL != 0 {
            self.soon.push(Timed {
                time,
                key: u64::from(port.number),
                flag: 0.0,
                connection,
                instance: instance_of(port.target),
            });
        } else {
            self.put_through(connection, time);
        }
    }

    /// Whether a connection's weights may change, or are several.
    pub(crate) fn keeps_apart(&self, connection: u32) -> bool {
        self.ports[connection as usize].target & APART != 0
    }
}

const _: () = assert!(NONE == u32::MAX);
