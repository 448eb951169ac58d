//! The mechanisms a simulation may use, by name.

use crate::mech::{HookCode, NativeTable};
use netdsl_lang::mech::{Program, decode};
use netdsl_lang::nmodl::expand_includes;
use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

/// A mechanism and what can execute it.
#[derive(Clone, Debug)]
pub struct Mechanism {
    /// Its program.
    pub program: Arc<Program>,
    /// Native code printed from that very program.
    pub(crate) native: Option<NativeTable>,
    /// Comes with the simulator.
    shipped: bool,
}

/// Why a mechanism could not be added.
#[derive(Clone, Debug, thiserror::Error)]
#[non_exhaustive]
pub enum CatalogueError {
    /// The file has mistakes; the text shows them with their places.
    #[error("{0}")]
    Source(String),
    /// Two different mechanisms of one name.
    #[error(
        "mechanism `{name}` is defined twice, differently; rename one of them (SUFFIX or POINT_PROCESS line)"
    )]
    Twice {
        /// The name.
        name: String,
    },
    /// The bytes of a compiled mechanism are not of this version.
    #[error("compiled mechanism cannot be read: {0}; rebuild the crate that declares it")]
    Encoded(String),
}

/// Mechanisms by name.
#[derive(Clone, Debug, Default)]
pub struct Catalogue {
    by_name: BTreeMap<String, Mechanism>,
    /// By mechanism and name.
    hooks: BTreeMap<(String, String), HookCode>,
}

impl Catalogue {
    /// None at all.
    pub fn empty() -> Self {
        Self::default()
    }

    /// The mechanisms that come with the simulator, compiled.
    pub fn shipped() -> Self {
        let mut catalogue = Self::empty();
        for native in crate::mech::shipped::ALL {
            catalogue
                .add_native(native)
                .expect("shipped mechanisms are of this version and have distinct names");
        }
        catalogue
            .by_name
            .values_mut()
            .for_each(|mechanism| mechanism.shipped = true);
        catalogue
    }

    /// The mechanism called `name`.
    pub fn get(&self, name: &str) -> Option<&Mechanism> {
        self.by_name.get(name)
    }

    /// All names, sorted.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.by_name.keys().map(String::as_str)
    }

    /// Adds a mechanism compiled by `mechanism!`.
    pub fn add_native(&mut self, native: NativeTable) -> Result<(), CatalogueError> {
        let program = decode(native.program).map_err(|e| CatalogueError::Encoded(e.to_string()))?;
        self.insert(Mechanism {
            program: Arc::new(program),
            native: Some(native),
            shipped: false,
        })
    }

    /// Gives the function that takes the place of C in a mechanism: of a FUNCTION or PROCEDURE by its name, or of the
    /// second VERBATIM of the file as `verbatim_2`. The mechanism must have been compiled with that name.
    pub fn give_hook(&mut self, mechanism: &str, name: &str, code: HookCode) {
        let key = (mechanism.to_owned(), name.to_owned());
        self.hooks.insert(key, code);
    }

    /// The function that was given.
    pub(crate) fn hook(&self, mechanism: &str, name: &str) -> Option<&HookCode> {
        self.hooks.get(&(mechanism.to_owned(), name.to_owned()))
    }

    /// Lets native code run a mechanism that is here already, if it was printed from the very same program.
    pub fn offer_native(&mut self, native: NativeTable) {
        if let Ok(program) = decode(native.program)
            && let Some(known) = self.by_name.get_mut(&program.name)
            && *known.program == program
        {
            known.native = Some(native);
        }
    }

    /// Adds a mechanism from NMODL text; it runs in the block VM, with the bits that native code would give. Returns its
    /// name.
    pub fn add_text(&mut self, file_name: &str, text: &str) -> Result<String, CatalogueError> {
        self.add_text_with_hooks(file_name, text, &[])
    }

    /// As [`Self::add_text`], of a file with C that functions of the program take the place of (see
    /// [`Self::give_hook`]), whose names are `hooks`.
    pub fn add_text_with_hooks(
        &mut self,
        file_name: &str,
        text: &str,
        hooks: &[String],
    ) -> Result<String, CatalogueError> {
        let program = netdsl_lang::nmodl::compile_with_hooks(text, file_name, hooks)
            .map_err(|mistakes| CatalogueError::Source(mistakes.to_string()))?;
        let name = program.name.clone();
        self.add_program(program)?;
        Ok(name)
    }

    /// The text of a .mod file, with what it includes (looked for beside the file). Comments of old files are in Latin-1
    /// or the like: bytes that are not UTF-8 become `\u{fffd}`.
    ///
    /// # Errors
    /// [`CatalogueError::Source`] if a file cannot be read.
    pub fn read_text(file: &Path) -> Result<String, CatalogueError> {
        let read = |path: &Path| {
            std::fs::read(path)
                .map(|bytes| String::from_utf8_lossy(&bytes).into_owned())
                .map_err(|error| format!("{}: {error}", path.display()))
        };
        let beside = |from: &str, name: &str| {
            let path = Path::new(from).with_file_name(name);
            Ok((path.display().to_string(), read(&path)?))
        };
        read(file)
            .and_then(|text| expand_includes(&text, &file.display().to_string(), &beside))
            .map_err(CatalogueError::Source)
    }

    /// Adds a program without native code.
    pub fn add_program(&mut self, program: Program) -> Result<(), CatalogueError> {
        self.insert(Mechanism {
            program: Arc::new(program),
            native: None,
            shipped: false,
        })
    }

    fn insert(&mut self, mechanism: Mechanism) -> Result<(), CatalogueError> {
        let name = mechanism.program.name.clone();
        match self.by_name.get_mut(&name) {
            Some(known) if known.program == mechanism.program => {
                known.native = known.native.or(mechanism.native);
            }
            // a user's file takes the place of a shipped mechanism of the same name
            Some(known) if known.shipped => *known = mechanism,
            Some(_) => return Err(CatalogueError::Twice { name }),
            None => {
                self.by_name.insert(name, mechanism);
            }
        }
        Ok(())
    }
}
