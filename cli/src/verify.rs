//! `netdsl verify`.

use crate::say::say;
use std::path::{Path, PathBuf};

use netdsl_runtime::formats::nref::compare::{Comparison, compare};
use netdsl_runtime::ranks::world;
use serde::Serialize;

use crate::UNUSABLE;
use crate::args::Verify;
use crate::mechanisms;
use crate::report;
use crate::simulate::simulate;

/// Exit code: a result is out of tolerance.
const DIFFERS: u8 = 1;

/// What became of a file.
#[derive(Debug, Serialize)]
pub(crate) struct Verified {
    pub(crate) file: PathBuf,
    pub(crate) verdict: Verdict,
    /// Name of the case, where the file could be read.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) case: Option<String>,
    /// Time to integrate, s.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) seconds: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) comparison: Option<Comparison>,
    /// Why the file could not be run.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) error: Option<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Verdict {
    /// All that was compared is within tolerance.
    Passed,
    /// Something is out of tolerance.
    Failed,
    /// The file could not be read or built.
    Unusable,
}

/// Verifies all files and returns the exit code.
pub(crate) fn verify(args: &Verify) -> u8 {
    let ranks = match world() {
        Ok(ranks) => ranks,
        Err(error) => {
            eprintln!("error: {error}");
            return UNUSABLE;
        }
    };
    let folder = args.simulation.mechanisms.as_deref();
    let mechanisms = match mechanisms::load(folder) {
        Ok(mechanisms) => mechanisms,
        Err(message) => {
            eprintln!("error: {message}");
            return UNUSABLE;
        }
    };
    mechanisms.warn();
    let check = |file: &PathBuf| {
        let outcome = simulate(&ranks, file, &mechanisms.catalogue, &args.simulation, None);
        match outcome {
            Ok(outcome) => {
                let (spikes, traces) = (&outcome.spikes, &outcome.traces);
                let comparison = compare(&outcome.expected, outcome.dt, spikes, traces);
                if comparison.is_empty() {
                    return unusable(file, "it has no results to compare with".into());
                }
                let passed = comparison.passed();
                Verified {
                    file: file.clone(),
                    verdict: if passed {
                        Verdict::Passed
                    } else {
                        Verdict::Failed
                    },
                    case: Some(outcome.case),
                    seconds: Some(outcome.took.as_secs_f64()),
                    comparison: Some(comparison),
                    error: None,
                }
            }
            Err(error) => unusable(file, error),
        }
    };
    let verified: Vec<_> = args.files.iter().map(check).collect();
    // of several ranks the first has the results
    ranks.leave();
    if args.json {
        let json = serde_json::to_string_pretty(&verified).expect("it holds no maps with odd keys");
        say!("{json}");
    } else {
        crate::say::put(format_args!("{}", report::text(&verified)));
    }
    exit_code(&verified)
}

fn unusable(file: &Path, error: String) -> Verified {
    Verified {
        file: file.to_path_buf(),
        verdict: Verdict::Unusable,
        case: None,
        seconds: None,
        comparison: None,
        error: Some(error),
    }
}

fn exit_code(verified: &[Verified]) -> u8 {
    let any = |verdict| verified.iter().any(|v| v.verdict == verdict);
    if any(Verdict::Unusable) {
        UNUSABLE
    } else if any(Verdict::Failed) {
        DIFFERS
    } else {
        0
    }
}
