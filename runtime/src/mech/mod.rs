//! Mechanisms at run time: which there are, and who executes them.

mod args;
mod catalogue;
mod drive;
pub(crate) mod hooks;
pub(crate) mod look_up;
mod native;
mod pair;
pub(crate) mod script;
mod shipped;
pub(crate) mod table;
mod vm;

pub(crate) use args::accumulate;
pub(crate) use args::{Cursor, IonColumns, KernelArgs, Lists, Strided};
pub use catalogue::{Catalogue, CatalogueError, Mechanism};
pub use hooks::HookCode;
pub use native::NativeTable;
pub(crate) use native::call;
pub(crate) use vm::run_kernel;
