//! A drawn figure and its files.

use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use crate::plot::scene::Scene;
use crate::plot::{png, svg};

/// A figure, ready to be saved.
#[derive(Clone, Debug, PartialEq)]
pub struct Figure {
    scene: Scene,
}

/// Why a figure was not saved.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum SaveError {
    /// The file name does not say which kind of file is wanted.
    #[error("cannot tell the kind of figure from `{}`: end the name in .svg or .png", path.display())]
    UnknownExtension {
        /// The file asked for.
        path: PathBuf,
    },
    /// The figure cannot be a bitmap.
    #[error(
        "a figure of {width} x {height} points does not fit into a bitmap: choose a smaller size, or .svg"
    )]
    TooLarge {
        /// Points.
        width: f64,
        /// Points.
        height: f64,
    },
    /// The file system refused.
    #[error("cannot write `{}`: {source}", path.display())]
    Io {
        /// The file asked for.
        path: PathBuf,
        /// What the system says.
        source: io::Error,
    },
}

impl Figure {
    /// A figure of your own.
    pub fn new(scene: Scene) -> Self {
        Self { scene }
    }

    /// What is drawn.
    pub fn scene(&self) -> &Scene {
        &self.scene
    }

    /// The figure as an SVG document.
    pub fn svg(&self) -> String {
        svg::write(&self.scene)
    }

    /// The figure as a PNG file.
    pub fn png(&self) -> Result<Vec<u8>, SaveError> {
        let Scene { width, height, .. } = self.scene;
        png::write(&self.scene).ok_or(SaveError::TooLarge { width, height })
    }

    /// Writes the figure as the extension says: `.svg` or `.png`. Missing folders are made; the file appears
    /// complete or not at all.
    pub fn save(&self, path: impl AsRef<Path>) -> Result<(), SaveError> {
        let path = path.as_ref();
        let extension = path.extension().and_then(|e| e.to_str()).unwrap_or("");
        let bytes = match extension.to_ascii_lowercase().as_str() {
            "svg" => self.svg().into_bytes(),
            "png" => self.png()?,
            _ => {
                return Err(SaveError::UnknownExtension {
                    path: path.to_owned(),
                });
            }
        };
        write_whole(path, &bytes).map_err(|source| SaveError::Io {
            path: path.to_owned(),
            source,
        })
    }
}

/// Writes a file beside its place and moves it there, so that nobody sees half of it.
fn write_whole(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let folder = match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    };
    fs::create_dir_all(folder)?;
    let mut name = std::ffi::OsString::from(".");
    name.push(path.file_name().unwrap_or_default());
    name.push(format!(".{}.part", std::process::id()));
    let part = folder.join(name);
    let written = fs::File::create(&part)
        .and_then(|mut file| file.write_all(bytes).and_then(|()| file.sync_all()))
        .and_then(|()| fs::rename(&part, path));
    if written.is_err() {
        // The first error is the one to report; the part may not even exist.
        let _removed = fs::remove_file(&part);
    }
    written
}

#[cfg(test)]
mod tests {
    use super::*;

    fn figure() -> Figure {
        Figure::new(Scene {
            width: 40.0,
            height: 20.0,
            title: "t".into(),
            items: vec![],
        })
    }

    fn folder(name: &str) -> PathBuf {
        std::env::temp_dir().join(format!("netdsl-figure-{name}-{}", std::process::id()))
    }

    #[test]
    fn saves_by_extension_and_leaves_no_parts() {
        let folder = folder("save");
        figure().save(folder.join("deep/a.svg")).unwrap();
        figure().save(folder.join("deep/a.PNG")).unwrap();
        let svg = fs::read_to_string(folder.join("deep/a.svg")).unwrap();
        assert_eq!(svg, figure().svg());
        assert_eq!(
            fs::read(folder.join("deep/a.PNG")).unwrap()[..4],
            *b"\x89PNG"
        );
        assert_eq!(fs::read_dir(folder.join("deep")).unwrap().count(), 2);
        fs::remove_dir_all(folder).unwrap();
    }

    #[test]
    fn refuses_unknown_extensions_before_writing() {
        for name in ["a.pdf", "a", ".svg"] {
            let message = figure().save(name).unwrap_err().to_string();
            assert!(
                message.contains("end the name in .svg or .png"),
                "{message}"
            );
        }
    }

    #[test]
    fn names_the_file_that_cannot_be_written() {
        let folder = folder("blocked");
        fs::create_dir_all(folder.join("a.svg")).unwrap();
        let message = figure().save(folder.join("a.svg")).unwrap_err().to_string();
        assert!(message.contains("a.svg"), "{message}");
        assert_eq!(fs::read_dir(&folder).unwrap().count(), 1);
        fs::remove_dir_all(folder).unwrap();
    }

    #[test]
    fn bitmap_that_cannot_be_is_an_error() {
        let scene = Scene {
            width: 0.0,
            height: 20.0,
            title: String::new(),
            items: vec![],
        };
        assert!(matches!(
            Figure::new(scene).png(),
            Err(SaveError::TooLarge { .. })
        ));
    }
}
