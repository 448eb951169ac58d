//! How weights of connections change.

use super::{Table, Value};
use serde::{Deserialize, Serialize};

/// A law that the weights of a rule's connections follow.
///
/// ```
/// use netdsl_lang::model::{Law, Plasticity};
///
/// let stdp = Plasticity::new(Law::Stdp).with("w_max", "0.002 uS").with("tau_plus", "17 ms");
/// assert_eq!(stdp.params.len(), 2);
/// ```
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Plasticity {
    /// The law.
    pub law: Law,
    /// Its parameters, as [`Law::parameters`] lists them. Scope: network, and the rule's `params`.
    #[serde(default, skip_serializing_if = "Table::is_empty")]
    pub params: Table<Value>,
}

impl Plasticity {
    /// With all parameters at their defaults.
    pub fn new(law: Law) -> Self {
        Self {
            law,
            params: Table::default(),
        }
    }

    /// With this parameter.
    #[must_use]
    pub fn with(mut self, name: impl Into<String>, value: impl Into<Value>) -> Self {
        self.params.0.push((name.into(), value.into()));
        self
    }
}

/// How weights change.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Law {
    /// With the times of spikes: pairs (Song, Miller & Abbott 2000; Gütig et al. 2003), and triplets where their amplitudes
    /// are given (Pfister & Gerstner 2006); at once, or where `tau_eligibility` is given when a reward comes
    /// (Izhikevich 2007).
    Stdp,
    /// For a while, by use: depression and facilitation (Tsodyks, Pawelzik & Markram 1998).
    TsodyksMarkram,
}

/// Unit of a law's parameter.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LawUnit {
    /// A time, ms.
    Time,
    /// A number.
    Number,
    /// That of the rule's weight.
    Weight,
    /// True or false.
    Truth,
}

/// A parameter of a law.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct LawParameter {
    /// Name.
    pub name: &'static str,
    /// Unit.
    pub unit: LawUnit,
    /// Its value where none is given; `None`: one must be given.
    pub default: Option<f64>,
    /// It must be above 0; else, if a time, not below.
    pub positive: bool,
    /// Not more.
    pub most: f64,
    /// What it is.
    pub help: &'static str,
}

const fn time(name: &'static str, default: f64, help: &'static str) -> LawParameter {
    LawParameter {
        name,
        unit: LawUnit::Time,
        default: Some(default),
        positive: default > 0.0,
        most: f64::INFINITY,
        help,
    }
}

const fn number(name: &'static str, default: f64, help: &'static str) -> LawParameter {
    LawParameter {
        unit: LawUnit::Number,
        positive: false,
        ..time(name, default, help)
    }
}

/// Parameters of [`Law::Stdp`].
pub const STDP: [LawParameter; 14] = [
    LawParameter {
        unit: LawUnit::Weight,
        default: None,
        ..number("w_max", 0.0, "the weight furthest from 0")
    },
    LawParameter {
        unit: LawUnit::Weight,
        ..number("w_min", 0.0, "the weight nearest to 0")
    },
    number(
        "a_plus",
        0.005,
        "potentiation by a pair, a fraction of `w_max`",
    ),
    number(
        "a_minus",
        0.00525,
        "depression by a pair, a fraction of `w_max`",
    ),
    time("tau_plus", 20.0, "how long an event is remembered"),
    time(
        "tau_minus",
        20.0,
        "how long a spike of the postsynaptic cell is remembered",
    ),
    number(
        "triplet_plus",
        0.0,
        "potentiation by a triplet, a fraction of `w_max`",
    ),
    number(
        "triplet_minus",
        0.0,
        "depression by a triplet, a fraction of `w_max`",
    ),
    time(
        "tau_x",
        101.0,
        "how long a triplet remembers the event before",
    ),
    time(
        "tau_y",
        125.0,
        "how long a triplet remembers the spike before",
    ),
    LawParameter {
        most: 1.0,
        ..number(
            "mu_plus",
            0.0,
            "0: potentiation is additive, 1: multiplicative",
        )
    },
    LawParameter {
        most: 1.0,
        ..number(
            "mu_minus",
            0.0,
            "0: depression is additive, 1: multiplicative",
        )
    },
    LawParameter {
        unit: LawUnit::Truth,
        ..number(
            "nearest",
            0.0,
            "only the nearest event and spike make a pair",
        )
    },
    time(
        "tau_eligibility",
        0.0,
        "how long changes wait for a reward; 0: they are made at once",
    ),
];

/// Parameters of [`Law::TsodyksMarkram`].
pub const TSODYKS_MARKRAM: [LawParameter; 3] = [
    LawParameter {
        default: None,
        positive: true,
        most: 1.0,
        ..number("u", 0.0, "the release at rest, a fraction of the resources")
    },
    LawParameter {
        default: None,
        ..time("tau_rec", 1.0, "the recovery time of the resources")
    },
    time("tau_facil", 0.0, "decay of facilitation; 0: there is none"),
];

/// Names of parameters.
pub const fn names<const N: usize>(of: &[LawParameter; N]) -> [&'static str; N] {
    let mut names = [""; N];
    let mut k = 0;
    while k < N {
        names[k] = of[k].name;
        k += 1;
    }
    names
}

impl Law {
    /// All laws.
    pub const ALL: [Self; 2] = [Self::Stdp, Self::TsodyksMarkram];

    /// As it is written.
    pub fn name(self) -> &'static str {
        match self {
            Self::Stdp => "Stdp",
            Self::TsodyksMarkram => "TsodyksMarkram",
        }
    }

    /// The law of that name.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|law| law.name() == name)
    }

    /// Its parameters.
    pub fn parameters(self) -> &'static [LawParameter] {
        match self {
            Self::Stdp => &STDP,
            Self::TsodyksMarkram => &TSODYKS_MARKRAM,
        }
    }
}
