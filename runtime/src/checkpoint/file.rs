//! The file of a checkpoint.

use super::CheckpointError;
use crate::bytes::Put;
use md5::{Digest, Md5};
use std::fs::{self, File};
use std::io::{self, BufReader, BufWriter, Read, Write};
use std::path::{Path, PathBuf};

const MAGIC: &[u8; 18] = b"netdsl checkpoint\n";
const VERSION: u32 = 2;
/// Kind of the record behind the last.
const END: u32 = 0;
/// A record is read in pieces of so many bytes, so that a damaged length asks for no memory.
const PIECE: usize = 1 << 20;

/// What a record holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[repr(u32)]
pub(crate) enum Record {
    /// The state of a cell or generator.
    Cell = 1,
    /// Samples of a probe.
    Trace = 2,
    /// Spikes so far.
    Spikes = 3,
    /// How far the files are that results go to.
    Streams = 4,
}

impl Record {
    fn of(kind: u32) -> Option<Self> {
        [Self::Cell, Self::Trace, Self::Spikes, Self::Streams]
            .into_iter()
            .find(|known| *known as u32 == kind)
    }

    /// Writes one.
    pub(crate) fn put(self, key: [u32; 3], bytes: &[u8], into: &mut Vec<u8>) {
        into.put_u32(self as u32);
        key.iter().for_each(|k| into.put_u32(*k));
        into.put_u64(bytes.len() as u64);
        into.put(bytes);
    }
}

/// Writes a file that gets its name when it is complete.
pub(crate) struct Writer {
    path: PathBuf,
    unfinished: PathBuf,
    file: BufWriter<File>,
    hash: Md5,
}

impl Writer {
    /// Begins with the fingerprint, the time (ms) and the number of steps.
    pub(crate) fn begin(path: &Path, fingerprint: [u8; 16], at: (f64, u64)) -> io::Result<Self> {
        crate::stream::tell_size_limits();
        let mut name = path.file_name().unwrap_or_default().to_owned();
        name.push(".unfinished");
        let unfinished = path.with_file_name(name);
        let file = BufWriter::with_capacity(PIECE, File::create(&unfinished)?);
        let mut writer = Self {
            path: path.to_owned(),
            unfinished,
            file,
            hash: Md5::new(),
        };
        let mut head = Vec::new();
        head.put(MAGIC);
        head.put_u32(VERSION);
        head.put(&fingerprint);
        head.put_f64(at.0);
        head.put_u64(at.1);
        writer.add(&head)?;
        Ok(writer)
    }

    /// Adds records.
    pub(crate) fn add(&mut self, records: &[u8]) -> io::Result<()> {
        self.hash.update(records);
        self.file.write_all(records)
    }

    /// Gives the file its name.
    pub(crate) fn finish(mut self) -> io::Result<()> {
        self.add(&END.to_le_bytes())?;
        let sum = self.hash.clone().finalize();
        self.file.write_all(&sum)?;
        self.file.flush()?;
        self.file.get_ref().sync_all()?;
        fs::rename(&self.unfinished, &self.path)?;
        // the name too is to outlive a crash of the machine
        let folder = self.path.parent().filter(|p| !p.as_os_str().is_empty());
        File::open(folder.unwrap_or(Path::new(".")))?.sync_all()
    }
}

/// What was not finished has no use.
impl Drop for Writer {
    fn drop(&mut self) {
        let _ = fs::remove_file(&self.unfinished);
    }
}

/// Reads a file record by record.
pub(crate) struct Reader {
    path: PathBuf,
    file: BufReader<File>,
    hash: Md5,
    /// Time of the checkpoint, ms.
    pub(crate) time: f64,
    /// Steps taken.
    pub(crate) step: u64,
}

impl Reader {
    /// Opens a checkpoint of the model with that fingerprint.
    pub(crate) fn open(path: &Path, fingerprint: [u8; 16]) -> Result<Self, CheckpointError> {
        let file = File::open(path).map_err(|cause| CheckpointError::Unreadable {
            path: path.to_owned(),
            cause: cause.to_string(),
        })?;
        let mut reader = Self {
            path: path.to_owned(),
            file: BufReader::with_capacity(PIECE, file),
            hash: Md5::new(),
            time: 0.0,
            step: 0,
        };
        let path = || path.to_owned();
        let magic = reader.array::<18>();
        if magic != Ok(*MAGIC) {
            return Err(CheckpointError::Foreign { path: path() });
        }
        let found = u32::from_le_bytes(reader.array()?);
        if found != VERSION {
            let known = VERSION;
            return Err(CheckpointError::Version {
                path: path(),
                found,
                known,
            });
        }
        if reader.array::<16>()? != fingerprint {
            return Err(CheckpointError::OtherModel { path: path() });
        }
        reader.time = f64::from_le_bytes(reader.array()?);
        reader.step = u64::from_le_bytes(reader.array()?);
        Ok(reader)
    }

    fn damaged(&self) -> CheckpointError {
        let path = self.path.clone();
        CheckpointError::Damaged { path }
    }

    fn fill(&mut self, bytes: &mut [u8]) -> Result<(), CheckpointError> {
        self.file.read_exact(bytes).map_err(|cause| {
            if cause.kind() == io::ErrorKind::UnexpectedEof {
                return self.damaged();
            }
            CheckpointError::Unreadable {
                path: self.path.clone(),
                cause: cause.to_string(),
            }
        })?;
        self.hash.update(bytes);
        Ok(())
    }

    fn array<const N: usize>(&mut self) -> Result<[u8; N], CheckpointError> {
        let mut bytes = [0; N];
        self.fill(&mut bytes)?;
        Ok(bytes)
    }

    /// Reads all records, and keeps those that are wanted; complete and unchanged, or an error.
    pub(crate) fn records(
        mut self,
        wanted: impl Fn(Record, [u32; 3]) -> bool,
        mut keep: impl FnMut(Record, [u32; 3], Vec<u8>),
    ) -> Result<(), CheckpointError> {
        let mut passed = vec![0; PIECE];
        loop {
            let kind = u32::from_le_bytes(self.array()?);
            if kind == END {
                break;
            }
            let record = Record::of(kind).ok_or_else(|| self.damaged())?;
            let mut key = [0; 3];
            for k in &mut key {
                *k = u32::from_le_bytes(self.array()?);
            }
            let mut left = u64::from_le_bytes(self.array()?);
            let is_wanted = wanted(record, key);
            let mut bytes = Vec::new();
            while left > 0 {
                let piece = left.min(PIECE as u64) as usize;
                self.fill(&mut passed[..piece])?;
                if is_wanted {
                    bytes.extend_from_slice(&passed[..piece]);
                }
                left -= piece as u64;
            }
            if is_wanted {
                keep(record, key, bytes);
            }
        }
        let sum: [u8; 16] = self.hash.clone().finalize().into();
        let mut stated = [0; 16];
        let whole = self.file.read_exact(&mut stated).is_ok();
        let behind = self.file.read(&mut [0]).unwrap_or(1);
        if !whole || stated != sum || behind != 0 {
            return Err(self.damaged());
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_come_back_and_damage_is_noticed() {
        let folder = std::env::temp_dir().join(format!("netdsl-{}", std::process::id()));
        fs::create_dir_all(&folder).unwrap();
        let path = folder.join("state");
        let mut writer = Writer::begin(&path, [7; 16], (1.5, 60)).unwrap();
        let mut records = Vec::new();
        Record::Cell.put([0, 4, 0], b"four", &mut records);
        Record::Cell.put([0, 5, 0], b"five", &mut records);
        writer.add(&records).unwrap();
        assert!(!path.exists());
        writer.finish().unwrap();
        let read = |fingerprint| {
            let reader = Reader::open(&path, fingerprint)?;
            assert_eq!((reader.time, reader.step), (1.5, 60));
            let mut found = Vec::new();
            reader.records(
                |_, key| key[1] == 5,
                |_, key, bytes| found.push((key, bytes)),
            )?;
            Ok(found)
        };
        assert_eq!(read([7; 16]).unwrap(), [([0, 5, 0], b"five".to_vec())]);
        let other = CheckpointError::OtherModel { path: path.clone() };
        assert_eq!(read([8; 16]), Err(other));
        let whole = fs::read(&path).unwrap();
        let refused = |bytes: &[u8]| {
            fs::write(&path, bytes).unwrap();
            read([7; 16]).unwrap_err()
        };
        for end in 0..whole.len() {
            let error = refused(&whole[..end]);
            let foreign = end < MAGIC.len();
            match error {
                CheckpointError::Foreign { .. } => assert!(foreign),
                CheckpointError::Damaged { .. } => assert!(!foreign),
                other => panic!("{other}"),
            }
        }
        let mut changed = whole.clone();
        changed[whole.len() - 30] ^= 1;
        assert!(matches!(refused(&changed), CheckpointError::Damaged { .. }));
        let longer = [&whole[..], b"x"].concat();
        assert!(matches!(refused(&longer), CheckpointError::Damaged { .. }));
        fs::remove_dir_all(&folder).unwrap();
    }
}
