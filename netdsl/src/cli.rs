//! What the `main` of a model understands on its command line.

use crate::quantity::Time;
use netdsl_lang::check::{Diagnostic, Diagnostics};
use netdsl_lang::diag::did_you_mean;
use netdsl_lang::expr::{self, ScopeKind, Want};
use netdsl_lang::model::{Network, Seeds, Table, Value};
use netdsl_lang::units::Dim;
use std::fmt;
use std::path::PathBuf;

/// Options that every model's program has.
///
/// ```
/// use netdsl::cli::Options;
/// let options = Options::from_args(["--duration", "0.5s", "--set", "lambda=120um"]).unwrap();
/// assert_eq!(options.duration.unwrap().in_ms(), 500.0);
/// assert_eq!(options.set, [("lambda".to_owned(), "120um".to_owned())]);
/// ```
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Options {
    /// How long to run.
    pub duration: Option<Time>,
    /// Step.
    pub dt: Option<Time>,
    /// Threads; one for each core if absent.
    pub threads: Option<usize>,
    /// Seed of all random streams.
    pub seed: Option<u32>,
    /// Folder for results.
    pub out: Option<PathBuf>,
    /// File for checkpoints.
    pub checkpoint: Option<PathBuf>,
    /// Simulated time between them.
    pub checkpoint_every: Option<Time>,
    /// Checkpoint to go on from.
    pub resume: Option<PathBuf>,
    /// Tell what a run on so many ranks would need, instead of running.
    pub dry_run: Option<usize>,
    /// Named parameters of the model with their new values.
    pub set: Vec<(String, String)>,
    /// No progress, no summary.
    pub quiet: bool,
}

const HELP: &str = "\
  --duration TIME    how long to run: 0.5s, 200ms
  --dt TIME          the step: 0.025ms
  --threads N        threads; one for each core if not given
  --seed N           the seed of all random streams
  --out FOLDER       where results go
  --set NAME=VALUE   a named parameter of the model: lambda=120um, EI.lambda=120um
  --checkpoint FILE  keep the state of the run there: on SIGUSR1, and on SIGTERM before the run ends
  --checkpoint-every TIME
                     and after so much simulated time: 100ms
  --resume FILE      go on from a checkpoint
  --dry-run N        tell what a run on N ranks would need: memory, balance, time of a step
  --quiet            no progress and no summary
  --help             this text";

const NAMES: [&str; 12] = [
    "--duration",
    "--dt",
    "--threads",
    "--seed",
    "--out",
    "--set",
    "--checkpoint",
    "--checkpoint-every",
    "--resume",
    "--dry-run",
    "--quiet",
    "--help",
];

/// What is wrong with a command line: all of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OptionErrors(pub Vec<String>);

impl fmt::Display for OptionErrors {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for message in &self.0 {
            writeln!(f, "error: {message}")?;
        }
        write!(f, "the options are\n{HELP}")
    }
}

impl std::error::Error for OptionErrors {}

impl Options {
    /// The options of this program. Ends the program after `--help`, and with a message and exit code 2 if the command
    /// line is wrong.
    #[must_use]
    pub fn parse() -> Self {
        let args: Vec<String> = std::env::args().skip(1).collect();
        if args.iter().any(|a| a == "--help" || a == "-h") {
            println!("{HELP}");
            std::process::exit(0);
        }
        Self::from_args(args).unwrap_or_else(|errors| {
            eprintln!("{errors}");
            std::process::exit(2)
        })
    }

    /// Options from words.
    ///
    /// # Errors
    /// Every word that is not understood.
    pub fn from_args<S: Into<String>>(
        args: impl IntoIterator<Item = S>,
    ) -> Result<Self, OptionErrors> {
        let mut options = Self::default();
        let mut errors = Vec::new();
        let mut words = args.into_iter().map(Into::into).peekable();
        while let Some(word) = words.next() {
            let (name, given) = match word.split_once('=') {
                Some((name, value)) if name.starts_with("--") => {
                    (name.to_owned(), Some(value.to_owned()))
                }
                _ => (word, None),
            };
            if name == "--quiet" && given.is_none() {
                options.quiet = true;
                continue;
            }
            if !NAMES.contains(&name.as_str()) || name == "--quiet" {
                errors.push(unknown(&name, given.is_some()));
                // its value is no mistake of its own
                words.next_if(|next| name.starts_with("--") && !next.starts_with("--"));
                continue;
            }
            let next = || words.next_if(|next| !next.starts_with("--"));
            match given.or_else(next) {
                Some(value) => {
                    let taken = options.take(&name, &value);
                    errors.extend(taken.err().map(|e| format!("{name}: {e}")));
                }
                None => errors.push(format!("{name} needs a value")),
            }
        }
        if errors.is_empty() {
            Ok(options)
        } else {
            Err(OptionErrors(errors))
        }
    }

    fn take(&mut self, name: &str, value: &str) -> Result<(), String> {
        let whole = |least: u32| {
            let number = value.parse::<u32>().ok().filter(|n| *n >= least);
            number.ok_or_else(|| format!("`{value}` is not a whole number from {least} up"))
        };
        let positive = |time: Time| {
            let wrong = format!("{time} is not a positive time");
            Some(time).filter(|t| t.in_ms() > 0.0).ok_or(wrong)
        };
        match name {
            "--duration" => self.duration = Some(Time::parse(value).and_then(positive)?),
            "--dt" => self.dt = Some(Time::parse(value).and_then(positive)?),
            "--threads" => self.threads = Some(whole(1)? as usize),
            "--seed" => self.seed = Some(whole(0)?),
            "--checkpoint" => self.checkpoint = Some(PathBuf::from(value)),
            "--checkpoint-every" => {
                self.checkpoint_every = Some(Time::parse(value).and_then(positive)?);
            }
            "--dry-run" => self.dry_run = Some(whole(1)? as usize),
            "--resume" => self.resume = Some(PathBuf::from(value)),
            "--out" => self.out = Some(PathBuf::from(value)),
            _ => match value.split_once('=') {
                Some((name, value)) if !name.is_empty() && !value.is_empty() => {
                    self.set
                        .push((name.trim().to_owned(), value.trim().to_owned()));
                }
                _ => return Err(format!("`{value}` is not NAME=VALUE")),
            },
        }
        Ok(())
    }

    /// The folder for results, made if it is not there: `--out`, or `otherwise`. Called before a long run, it finds out
    /// in time what cannot be written.
    ///
    /// # Errors
    /// The folder cannot be made.
    #[cfg(feature = "runtime")]
    pub fn folder(&self, otherwise: impl Into<PathBuf>) -> Result<PathBuf, crate::Error> {
        let folder = self.out.clone().unwrap_or_else(|| otherwise.into());
        std::fs::create_dir_all(&folder).map_err(|cause| crate::Error::File {
            path: folder.clone(),
            cause: format!("the folder for results cannot be made: {cause}"),
        })?;
        Ok(folder)
    }

    /// Puts the seed and the parameters into a model. `lambda` is a parameter of the network, or of the only rule, cell
    /// type or stimulus that has one of that name; `EI.lambda` is that of `EI`.
    ///
    /// # Errors
    /// Parameters that the model does not have.
    pub fn apply(&self, network: &mut Network) -> Result<(), Diagnostics> {
        if let Some(seed) = self.seed {
            network.seeds = Seeds::all(seed);
        }
        let mut problems = Diagnostics::default();
        for (name, value) in &self.set {
            if let Err(problem) = set(network, name, value) {
                problems.push(problem);
            }
        }
        problems.into_result(())
    }
}

/// What kind of quantity a text without variables is, if it is one.
fn dimension(text: &str) -> Option<Dim> {
    let checked = expr::compile(text, ScopeKind::Network, &[], Want::Any).ok()?;
    Some(checked.unit.dim)
}

/// Why a new value cannot stand for the old one of a parameter.
fn unfit(name: &str, old: &str, new: &str) -> Option<String> {
    if let Err(mistakes) = expr::compile(new, ScopeKind::Network, &[], Want::Any) {
        let messages: Vec<_> = mistakes.iter().map(|m| m.message.as_str()).collect();
        return Some(format!("`{new}`: {}", messages.join("; ")));
    }
    let (old_dim, new_dim) = (dimension(old)?, dimension(new)?);
    (old_dim != new_dim).then(|| {
        format!(
            "`{name}` is {}, as in `{old}`, but `{new}` is {}",
            old_dim.describe(),
            new_dim.describe()
        )
    })
}

fn unknown(name: &str, with_value: bool) -> String {
    if name == "--quiet" && with_value {
        return "--quiet takes no value".into();
    }
    format!("there is no option `{name}`{}", did_you_mean(name, NAMES))
}

/// Sets a named parameter of a network to an expression.
///
/// # Errors
/// There is none of that name, or several.
pub fn set(network: &mut Network, name: &str, value: &str) -> Result<(), Diagnostic> {
    let mut found = parameters(network);
    let names: Vec<String> = found
        .iter()
        .map(|(owner, name, _)| full_name(owner, name))
        .collect();
    let exact = names.iter().position(|n| n == name);
    let short: Vec<usize> = (0..found.len()).filter(|k| found[*k].1 == name).collect();
    let place = format!("--set {name}");
    match (exact, &short[..]) {
        (Some(k), _) | (None, &[k]) => {
            if let Some(message) = unfit(name, found[k].2.text(), value) {
                return Err(Diagnostic::new(place, message));
            }
            *found[k].2 = Value::new(value);
            Ok(())
        }
        (None, []) => {
            let known = names.iter().map(String::as_str);
            Err(Diagnostic::unknown(place, "named parameter", name, known))
        }
        (None, several) => {
            let names: Vec<&str> = several.iter().map(|k| names[*k].as_str()).collect();
            let message = format!("`{name}` could be {}", netdsl_lang::check::list(&names));
            Err(Diagnostic::new(place, message).help("write the one that is meant"))
        }
    }
}

fn full_name(owner: &str, name: &str) -> String {
    if owner.is_empty() {
        name.to_owned()
    } else {
        format!("{owner}.{name}")
    }
}

fn parameters(network: &mut Network) -> Vec<(String, String, &mut Value)> {
    fn all<'n>(owner: &str, params: &'n mut Table<Value>) -> Vec<(String, String, &'n mut Value)> {
        let entries = params.0.iter_mut();
        entries
            .map(|(name, value)| (owner.to_owned(), name.clone(), value))
            .collect()
    }
    let mut found = all("", &mut network.params);
    for cell in &mut network.cell_types {
        found.extend(all(&cell.name, &mut cell.params));
    }
    for rule in &mut network.connections {
        found.extend(all(&rule.name, &mut rule.params));
    }
    for stimulus in &mut network.stimuli {
        found.extend(all(&stimulus.name, &mut stimulus.params));
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use netdsl_lang::model::ConnRule;

    fn read(words: &str) -> Result<Options, OptionErrors> {
        Options::from_args(words.split_whitespace())
    }

    #[test]
    fn options_are_read() {
        let options =
            read("--duration 1s --dt=0.05ms --threads 2 --seed 7 --out run --quiet").unwrap();
        assert_eq!(options.duration.unwrap().in_ms(), 1000.0);
        assert_eq!(options.dt.unwrap().in_ms(), 0.05);
        assert_eq!(
            (options.threads, options.seed, options.quiet),
            (Some(2), Some(7), true)
        );
        assert_eq!(options.out, Some(PathBuf::from("run")));
    }

    #[test]
    fn all_that_is_wrong_is_told() {
        let errors =
            read("--durration 1s --dt 0 --threads 0 --seed --set x --quiet=1").unwrap_err();
        let text = errors.to_string();
        for words in [
            "no option `--durration`; did you mean `--duration`?",
            "--dt: `0` needs a unit",
            "--threads: `0` is not a whole number from 1 up",
            "--seed needs a value",
            "--set: `x` is not NAME=VALUE",
            "--quiet takes no value",
            "--out FOLDER",
        ] {
            assert!(text.contains(words), "no {words:?} in\n{text}");
        }
    }

    fn network() -> Network {
        let mut network = Network::new("example");
        network.params = Table::from([("scale", "1")]);
        for name in ["EI", "IE"] {
            let mut rule = ConnRule::new(name, "E", "I");
            rule.params = Table::from([("lambda", "100 um")]);
            network.connections.push(rule);
        }
        network.connections[0].params.push("peak", "0.5");
        network
    }

    #[test]
    fn parameters_are_set() {
        let mut net = network();
        let options = read("--set scale=2 --set IE.lambda=50um --set peak=0.4 --seed 3").unwrap();
        options.apply(&mut net).unwrap();
        assert_eq!(net.params.get("scale"), Some(&Value::new("2")));
        assert_eq!(
            net.connections[1].params.get("lambda"),
            Some(&Value::new("50um"))
        );
        assert_eq!(
            net.connections[0].params.get("lambda"),
            Some(&Value::new("100 um"))
        );
        assert_eq!(
            net.connections[0].params.get("peak"),
            Some(&Value::new("0.4"))
        );
        assert_eq!(net.seeds, Seeds::all(3));
    }

    #[test]
    fn parameters_that_are_not_there_are_told() {
        let options = read("--set lambda=2um --set scael=2").unwrap();
        let text = options.apply(&mut network()).unwrap_err().to_string();
        assert!(
            text.contains("`lambda` could be `EI.lambda` and `IE.lambda`"),
            "{text}"
        );
        assert!(
            text.contains("no named parameter `scael`; did you mean `scale`?"),
            "{text}"
        );
    }
}
