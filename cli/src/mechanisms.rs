//! The mechanisms a command may use: the shipped ones and those of a folder.

use std::fs;
use std::path::{Path, PathBuf};

use netdsl_runtime::Catalogue;

/// Mechanisms, and what became of files that gave none.
pub(crate) struct Mechanisms {
    /// All that can be used.
    pub(crate) catalogue: Catalogue,
    /// One message for each file that was left out.
    pub(crate) left_out: Vec<String>,
}

/// Shipped mechanisms and those of the `.mod` files in `folder`. A file that cannot be compiled is left out: it matters
/// only if a model uses it. Shipped mechanisms keep their names, as in NEURON.
pub(crate) fn load(folder: Option<&Path>) -> Result<Mechanisms, String> {
    let mut mechanisms = Mechanisms {
        catalogue: Catalogue::shipped(),
        left_out: Vec::new(),
    };
    for file in folder.map(mod_files).transpose()?.unwrap_or_default() {
        if let Err(message) = mechanisms.add(&file) {
            mechanisms.left_out.push(message);
        }
    }
    Ok(mechanisms)
}

/// The `.mod` files of a folder, sorted.
pub(crate) fn mod_files(folder: &Path) -> Result<Vec<PathBuf>, String> {
    let unreadable = |error| format!("{}: {error}", folder.display());
    let mut files = Vec::new();
    for entry in fs::read_dir(folder).map_err(unreadable)? {
        let path = entry.map_err(unreadable)?.path();
        if path.extension().is_some_and(|extension| extension == "mod") {
            files.push(path);
        }
    }
    if files.is_empty() {
        return Err(format!(
            "{}: no .mod file is in this folder",
            folder.display()
        ));
    }
    files.sort();
    Ok(files)
}

impl Mechanisms {
    fn add(&mut self, file: &Path) -> Result<(), String> {
        let shown = file.display().to_string();
        let text = Catalogue::read_text(file).map_err(|error| error.to_string())?;
        let mut alone = Catalogue::empty();
        let name = alone
            .add_text(&shown, &text)
            .map_err(|error| error.to_string())?;
        if self.catalogue.get(&name).is_some() {
            return Err(format!(
                "{shown}: mechanism `{name}` comes with netdsl or is in an earlier file; that one is used"
            ));
        }
        let added = self.catalogue.add_text(&shown, &text);
        added.map(|_| ()).map_err(|error| error.to_string())
    }

    /// Tells on stderr which files were left out.
    pub(crate) fn warn(&self) {
        for message in &self.left_out {
            eprintln!("warning: left out: {message}");
        }
    }
}
