//! Typed builders: the parts of a model from Rust values.
//!
//! Each part has a `builder()`; what is missing or given twice does not compile. Values are numbers
//! ([`Units`](crate::quantity::Units): `18.8.um()`) or expressions ([`expr`](crate::quantity::expr)).
//!
//! ```
//! use netdsl::builder::*;
//! use netdsl::quantity::{Units, expr};
//!
//! let soma = Section::builder()
//!     .name("soma")
//!     .length(18.8.um())
//!     .diameter(18.8.um())
//!     .mechanisms([("hh", [("gnabar", 0.12.s_per_cm2())])])
//!     .build();
//! let net = NetworkBuilder::new("pair")
//!     .size([200.um(), 600.um(), 200.um()])
//!     .param("lambda", 120.um())
//!     .cell_type(CellType::builder().name("Pyramidal").sections([soma]).build())
//!     .synapse(Synapse::builder().name("Exc").mechanism("Exp2Syn").parameters([("tau2", 5.ms())]).build())
//!     .population(Population::builder().name("E").cell("Pyramidal").cells(200).y(100.um()..300.um()).build())
//!     .connect(
//!         ConnRule::builder()
//!             .name("EE")
//!             .pre("E")
//!             .post("E")
//!             .probability(expr("0.4 * exp(-dist_3d / lambda)"))
//!             .weight(0.005.micro_siemens())
//!             .delay(expr("1 ms + dist_3d / (500 um/ms)"))
//!             .synapses([Contact::new("Exc").at("soma", 0.5)])
//!             .build(),
//!     )
//!     .build()?;
//! assert_eq!(net.populations[0].name, "E");
//! # Ok::<(), netdsl::check::Diagnostics>(())
//! ```

pub use crate::network::NetworkBuilder;
pub use netdsl_lang::model::{
    ArtificialCell, Attachment, Axis, CellPoint, CellType, CellVariable, ConnRule, Contact,
    FunctionTable, Interval, IonSetting, Network, PairList, Parameters, Population, Quirks,
    Recorded, Recording, RunConfig, Scheme, Section, Seeds, Selector, Setting, Shape, SpikeSource,
    Stimulus, Synapse, Table, Tag, Value,
};
