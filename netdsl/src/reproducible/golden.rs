//! Results in a few kilobytes: the first spikes and some samples as they are, and checksums of all.

use crate::outcome::Run;
use netdsl_runtime::checkpoint::fingerprint;
use std::fmt;

/// Spikes that are kept.
const SPIKES: usize = 200;
/// Samples of a trace that are kept, about, and traces.
const SAMPLES: usize = 40;
const TRACES: usize = 20;

/// Lines of a file of stored results.
pub(super) struct Golden(Vec<Line>);

#[derive(Clone, Debug, PartialEq)]
enum Line {
    Spike {
        time: String,
        gid: String,
    },
    Sample {
        label: String,
        time: String,
        value: String,
    },
    /// Of what, and the checksum of all of it.
    Sum {
        what: String,
        count: String,
        sum: String,
    },
}

impl Golden {
    /// What is kept of a run.
    pub(super) fn of(run: &Run) -> Self {
        let mut lines = Vec::new();
        let mut bytes = Vec::new();
        for (k, (time, gid)) in run.spikes().iter().enumerate() {
            bytes.extend(time.to_le_bytes());
            bytes.extend(gid.to_le_bytes());
            if k < SPIKES {
                let (time, gid) = (format!("{time:?}"), gid.to_string());
                lines.push(Line::Spike { time, gid });
            }
        }
        lines.push(sum("spikes", run.spikes().len(), &bytes));
        let mut bytes = Vec::new();
        let mut count = 0;
        for (k, trace) in run.traces().iter().enumerate() {
            bytes.extend(trace.label.bytes());
            bytes.extend(trace.values.iter().flat_map(|x| x.to_le_bytes()));
            count += trace.values.len();
            let every = trace.values.len().div_ceil(SAMPLES).max(1);
            let kept = trace.values.iter().enumerate().step_by(every);
            for (sample, value) in kept.take_while(|_| k < TRACES) {
                lines.push(Line::Sample {
                    label: trace.label.clone(),
                    time: (sample as f64 * trace.interval).to_string(),
                    value: format!("{value:?}"),
                });
            }
        }
        for trace in &run.weights {
            bytes.extend(trace.rule.bytes());
            let values = trace.values.iter().flatten();
            bytes.extend(values.clone().flat_map(|x| x.to_le_bytes()));
            count += values.count();
        }
        lines.push(sum("samples", count, &bytes));
        Self(lines)
    }

    /// What is first not as it was stored.
    pub(super) fn difference(&self, stored: &str) -> Option<String> {
        let stored: Vec<Line> = stored.lines().filter_map(Line::parse).collect();
        let spikes = |lines: &[Line]| -> Vec<Line> {
            let is_spike = |line: &&Line| matches!(line, Line::Spike { .. });
            lines.iter().filter(is_spike).cloned().collect()
        };
        let (was, is) = (spikes(&stored), spikes(&self.0));
        for k in 0..was.len().max(is.len()) {
            if was.get(k) != is.get(k) {
                let was = was
                    .get(k)
                    .map_or("no cell spiked".into(), |l| l.told("spiked"));
                let is = is
                    .get(k)
                    .map_or("no cell spikes".into(), |l| l.told("spikes"));
                return Some(format!("{was}, and now {is}"));
            }
        }
        let others = |lines: &[Line]| -> Vec<Line> {
            let is_other = |line: &&Line| !matches!(line, Line::Spike { .. });
            lines.iter().filter(is_other).cloned().collect()
        };
        let (was, is) = (others(&stored), others(&self.0));
        // checksums come after what they are of, but samples tell more
        let differs = |(was, is): &(&Line, &Line)| was != is;
        let mut pairs: Vec<_> = was.iter().zip(&is).filter(differs).collect();
        pairs.sort_by_key(|(was, _)| matches!(was, Line::Sum { .. }));
        if let Some((was, is)) = pairs.first() {
            return Some(was.changed(is));
        }
        (was.len() != is.len()).then(|| "other variables are recorded, or for another time".into())
    }
}

fn sum(what: &str, count: usize, bytes: &[u8]) -> Line {
    let hex = fingerprint(&[bytes]).map(|byte| format!("{byte:02x}"));
    Line::Sum {
        what: what.into(),
        count: count.to_string(),
        sum: hex.concat(),
    }
}

impl Line {
    fn parse(line: &str) -> Option<Self> {
        let mut words = line.split('\t').map(str::to_owned);
        let mut next = || words.next();
        match next()?.as_str() {
            "spike" => Some(Self::Spike {
                time: next()?,
                gid: next()?,
            }),
            "sample" => Some(Self::Sample {
                label: next()?,
                time: next()?,
                value: next()?,
            }),
            "sum" => Some(Self::Sum {
                what: next()?,
                count: next()?,
                sum: next()?,
            }),
            _ => None,
        }
    }

    fn told(&self, does: &str) -> String {
        match self {
            Self::Spike { time, gid } => format!("cell {gid} {does} at {time} ms"),
            other => other.to_string(),
        }
    }

    fn changed(&self, now: &Self) -> String {
        match (self, now) {
            (
                Self::Sample { label, time, value },
                Self::Sample {
                    label: l,
                    time: t,
                    value: v,
                },
            ) if label == l && time == t => {
                format!("`{label}` was {value} at {time} ms, and is {v} now")
            }
            (Self::Sum { what, count, .. }, Self::Sum { count: now, .. }) => format!(
                "the {what} differ behind those that were stored: there were {count}, and are {now} now"
            ),
            _ => "other variables are recorded, or at other times".into(),
        }
    }
}

impl fmt::Display for Line {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Spike { time, gid } => write!(f, "spike\t{time}\t{gid}"),
            Self::Sample { label, time, value } => write!(f, "sample\t{label}\t{time}\t{value}"),
            Self::Sum { what, count, sum } => write!(f, "sum\t{what}\t{count}\t{sum}"),
        }
    }
}

impl fmt::Display for Golden {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(
            f,
            "# stored results: times and values in full, checksums (MD5) of all"
        )?;
        self.0.iter().try_for_each(|line| writeln!(f, "{line}"))
    }
}
