//! Statistics and figures of netdsl runs.
//!
//! Everything takes plain slices of spikes ([`SpikeData`]), so results can come from a run, from a file or
//! from another simulator.
//!
//! ```
//! use netdsl_analysis::{Population, SpikeData, raster, stats};
//!
//! let populations = [Population { name: "E", first_gid: 0, count: 2 }];
//! let data = SpikeData { populations: &populations, times: &[10.0, 30.0, 50.0], gids: &[0, 0, 1], duration: 100.0 };
//! let summary = stats::summarise(&data)?;
//! assert_eq!(summary.populations[0].rate, 15.0);
//! assert!(raster(&data)?.svg().starts_with("<svg"));
//! # Ok::<(), netdsl_analysis::DataError>(())
//! ```
#![forbid(unsafe_code)]

mod data;
mod figure;
mod plot;
pub mod stats;

pub use data::{DataError, Population, SpikeData};
pub use figure::{Figure, SaveError};
pub use plot::color::{Color, palette};
pub use plot::raster::{RasterOptions, raster, raster_with};
pub use plot::scene::{Anchor, Item, Scene, Text};
