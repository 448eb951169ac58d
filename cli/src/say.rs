//! Output that may be cut short: whoever reads it, such as `head`, may stop before the end.

use std::io::{ErrorKind, Write, stdout};

/// Writes to standard output. Ends the program quietly when nobody reads any more.
pub(crate) fn put(text: std::fmt::Arguments<'_>) {
    if let Err(cause) = stdout().write_fmt(text) {
        let closed = cause.kind() == ErrorKind::BrokenPipe;
        std::process::exit(if closed {
            0
        } else {
            i32::from(crate::UNUSABLE)
        });
    }
}

/// As `println!`.
macro_rules! say {
    ($($word:tt)*) => {
        $crate::say::put(format_args!("{}\n", format_args!($($word)*)))
    };
}
pub(crate) use say;
