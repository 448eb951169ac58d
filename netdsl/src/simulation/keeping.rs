//! Checkpoints of a run.

use super::{SimulationBuilder, agreed};
use crate::error::Error;
use netdsl_lang::check::{Diagnostic, Diagnostics};
use netdsl_lang::model::{Network, RunConfig};
use netdsl_runtime::Simulation as Engine;
use netdsl_runtime::checkpoint::{Asked, Checkpoints, fingerprint};
use netdsl_runtime::ranks::Ranks;
use netdsl_runtime::stream::Streams;

impl SimulationBuilder {
    /// Makes the folder that results are written to while the run goes on, if they are.
    pub(super) fn open_streams(
        &self,
        ranks: &Ranks,
        engine: &mut Engine,
    ) -> Result<Option<Streams>, Error> {
        let Some(folder) = &self.stream else {
            return Ok(None);
        };
        let made = match ranks.rank() {
            0 => std::fs::create_dir_all(folder),
            _ => Ok(()),
        };
        let made = made.map_err(|cause| Error::File {
            path: folder.clone(),
            cause: format!("the folder for results cannot be made: {cause}"),
        });
        agreed(ranks, made)?;
        let streams = Streams {
            spikes: folder.join("spikes.csv"),
            traces: folder.join("traces.csv"),
        };
        engine.stream(streams.clone())?;
        Ok(Some(streams))
    }

    /// Goes on from a checkpoint, and keeps others, as the settings say.
    pub(super) fn keep_or_resume(
        &self,
        engine: &mut Engine,
        network: &Network,
        run: &RunConfig,
    ) -> Result<(), Error> {
        if self.checkpoint.is_none() && self.resume.is_none() {
            return Ok(());
        }
        let mut model = network.clone();
        model.run = None;
        let mut settings = run.clone();
        settings.duration = 0.0;
        // of hooks that the program gives only the names can be known
        let hooks: Vec<_> = self.hooks.iter().map(|(m, name, _)| (m, name)).collect();
        let settings = format!("{settings:?} {} {hooks:?}", self.apart);
        let fingerprint = fingerprint(&[model.to_json().as_bytes(), settings.as_bytes()]);
        if let Some(path) = &self.resume {
            engine.resume(path, fingerprint)?;
            let (reached, duration) = (engine.time(), run.duration);
            if reached > duration + run.dt {
                let path = path.display();
                let message = format!(
                    "the checkpoint {path} was written at {reached:.3} ms, but the run is to end at {duration} ms"
                );
                let mut problems = Diagnostics::new();
                problems.push(Diagnostic::error(message).help("make the run longer"));
                return Err(problems.into());
            }
        }
        if let Some(path) = &self.checkpoint {
            let asked = Asked::by_signals().map_err(|cause| Error::File {
                path: path.clone(),
                cause: format!("signals that ask for checkpoints cannot be had: {cause}"),
            })?;
            engine.keep(Checkpoints {
                path: path.clone(),
                every: self.checkpoint_every,
                fingerprint,
                asked,
            });
        }
        Ok(())
    }
}
