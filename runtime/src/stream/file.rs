//! A file that grows.

use super::{StreamError, tell_size_limits};
use md5::{Digest, Md5};
use std::fs::{self, File, OpenOptions};
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};

/// How far a file was written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Mark {
    pub(crate) position: u64,
    pub(crate) sum: [u8; 16],
}

/// Bytes that wait to be written, at most.
const BUFFER: usize = 1 << 20;

/// A file that grows during a run.
#[derive(Debug)]
pub(crate) struct StreamFile {
    path: PathBuf,
    partial: PathBuf,
    file: File,
    waiting: Vec<u8>,
    position: u64,
    hash: Md5,
}

fn partial(path: &Path) -> PathBuf {
    let mut name = path.file_name().unwrap_or_default().to_owned();
    name.push(".partial");
    path.with_file_name(name)
}

impl StreamFile {
    /// A file that begins with `head`.
    pub(crate) fn begin(path: &Path, head: &str) -> Result<Self, StreamError> {
        tell_size_limits();
        let partial = partial(path);
        let file = File::create(&partial).map_err(|cause| unwritable(&partial, &cause))?;
        let mut stream = Self {
            path: path.to_owned(),
            partial,
            file,
            waiting: head.as_bytes().to_vec(),
            position: 0,
            hash: Md5::new(),
        };
        stream.flush()?;
        Ok(stream)
    }

    /// Goes on with a file that was written up to `mark`, and perhaps farther: also with one that was finished.
    pub(crate) fn go_on(path: &Path, mark: Mark) -> Result<Self, StreamError> {
        tell_size_limits();
        let partial = partial(path);
        let other = || StreamError::Other {
            path: partial.clone(),
            position: mark.position,
        };
        if !partial.exists() && path.exists() {
            // a run that is to last longer than the one that finished it
            fs::copy(path, &partial).map_err(|cause| unwritable(&partial, &cause))?;
        }
        let opened = OpenOptions::new().read(true).append(true).open(&partial);
        let file = opened.map_err(|cause| match cause.kind() {
            io::ErrorKind::NotFound => other(),
            _ => unwritable(&partial, &cause),
        })?;
        let hash = hash_of(&file, mark.position).ok_or_else(other)?;
        let sum: [u8; 16] = hash.clone().finalize().into();
        if sum != mark.sum {
            return Err(other());
        }
        let cut = file.set_len(mark.position);
        cut.map_err(|cause| unwritable(&partial, &cause))?;
        Ok(Self {
            path: path.to_owned(),
            partial,
            file,
            waiting: Vec::new(),
            position: mark.position,
            hash,
        })
    }

    /// Adds what `write` puts behind the bytes that wait.
    pub(crate) fn add(&mut self, write: impl FnOnce(&mut Vec<u8>)) -> Result<(), StreamError> {
        write(&mut self.waiting);
        if self.waiting.len() < BUFFER {
            return Ok(());
        }
        self.flush()
    }

    /// Hands all bytes to the system.
    pub(crate) fn flush(&mut self) -> Result<(), StreamError> {
        let written = self.file.write_all(&self.waiting);
        written.map_err(|cause| unwritable(&self.partial, &cause))?;
        self.hash.update(&self.waiting);
        self.position += self.waiting.len() as u64;
        self.waiting.clear();
        Ok(())
    }

    /// How far the file is written; so much of it outlives a crash of the machine.
    pub(crate) fn mark(&mut self) -> Result<Mark, StreamError> {
        self.flush()?;
        let kept = self.file.sync_data();
        kept.map_err(|cause| unwritable(&self.partial, &cause))?;
        Ok(Mark {
            position: self.position,
            sum: self.hash.clone().finalize().into(),
        })
    }

    /// Brings all bytes to the disk, so that nothing is left that could fail but the name.
    pub(crate) fn complete(&mut self) -> Result<(), StreamError> {
        self.flush()?;
        let kept = self.file.sync_all();
        kept.map_err(|cause| unwritable(&self.partial, &cause))
    }

    /// Gives the completed file its name.
    pub(crate) fn finish(self) -> Result<(), StreamError> {
        let named = fs::rename(&self.partial, &self.path);
        named.map_err(|cause| unwritable(&self.path, &cause))
    }
}

fn unwritable(path: &Path, cause: &io::Error) -> StreamError {
    StreamError::Unwritable {
        path: path.to_owned(),
        cause: cause.to_string(),
    }
}

/// MD5 of the first bytes of a file; `None` if there are not so many, or they cannot be read.
fn hash_of(mut file: &File, length: u64) -> Option<Md5> {
    let mut hash = Md5::new();
    let mut piece = vec![0; BUFFER];
    let mut left = length;
    while left > 0 {
        let part = &mut piece[..left.min(BUFFER as u64) as usize];
        file.read_exact(part).ok()?;
        hash.update(&*part);
        left -= part.len() as u64;
    }
    Some(hash)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_goes_on_where_it_was_marked() {
        let folder = std::env::temp_dir().join(format!("netdsl-stream-{}", std::process::id()));
        fs::create_dir_all(&folder).unwrap();
        let path = folder.join("spikes.csv");
        let put = |file: &mut StreamFile, text: &str| {
            file.add(|bytes| bytes.extend_from_slice(text.as_bytes()))
                .unwrap();
        };
        let mut file = StreamFile::begin(&path, "head\n").unwrap();
        put(&mut file, "one\n");
        let mark = file.mark().unwrap();
        put(&mut file, "lost\n");
        file.flush().unwrap();
        drop(file);
        assert!(!path.exists(), "a file that is not whole has no name");
        for _ in 0..2 {
            // the second time from the finished file
            let mut file = StreamFile::go_on(&path, mark).unwrap();
            put(&mut file, "two\n");
            file.complete().unwrap();
            file.finish().unwrap();
            assert_eq!(fs::read_to_string(&path).unwrap(), "head\none\ntwo\n");
            assert!(!partial(&path).exists());
        }
        let other = |text: &str| {
            fs::write(partial(&path), text).unwrap();
            StreamFile::go_on(&path, mark).unwrap_err()
        };
        for text in ["head\n", "head\nTwo\nmore\n"] {
            assert!(matches!(other(text), StreamError::Other { .. }), "{text}");
        }
        fs::remove_dir_all(&folder).unwrap();
        let nowhere = StreamFile::begin(&path, "head\n").unwrap_err();
        assert!(matches!(nowhere, StreamError::Unwritable { .. }));
    }
}
