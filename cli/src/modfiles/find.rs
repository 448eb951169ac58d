//! Finds the .mod files of a command line.

use std::fs;
use std::path::{Path, PathBuf};

/// The files of all paths: those named, and those in folders and the folders inside, sorted. A file that is met twice is
/// told once.
///
/// # Errors
/// All paths that are not there, cannot be read, or hold no .mod file.
pub(super) fn mod_files(paths: &[PathBuf]) -> Result<Vec<PathBuf>, Vec<String>> {
    let (mut files, mut errors) = (Vec::new(), Vec::new());
    for path in paths {
        let before = files.len();
        if !path.exists() {
            errors.push(format!("{}: no such file or folder", path.display()));
        } else if path.is_dir() {
            let failed = errors.len();
            search(path, &mut files, &mut errors);
            files[before..].sort();
            if files.len() == before && errors.len() == failed {
                errors.push(format!(
                    "{}: no .mod file is in this folder",
                    path.display()
                ));
            }
        } else {
            files.push(path.clone());
        }
    }
    let mut known = std::collections::BTreeSet::new();
    files.retain(|file| known.insert(file.clone()));
    if errors.is_empty() {
        Ok(files)
    } else {
        Err(errors)
    }
}

/// Folders behind symbolic links are left out: they may lead back.
fn search(folder: &Path, files: &mut Vec<PathBuf>, errors: &mut Vec<String>) {
    let entries = match fs::read_dir(folder) {
        Ok(entries) => entries,
        Err(error) => return errors.push(format!("{}: {error}", folder.display())),
    };
    for entry in entries {
        match entry.and_then(|e| Ok((e.path(), e.file_type()?))) {
            Ok((path, kind)) if kind.is_dir() => search(&path, files, errors),
            Ok((path, _)) if path.extension().is_some_and(|e| e == "mod") => files.push(path),
            Ok(_) => {}
            Err(error) => errors.push(format!("{}: {error}", folder.display())),
        }
    }
}
