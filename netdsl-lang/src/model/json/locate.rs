//! Where in a file's text a value stands, found again by its path.

use crate::check::Step;
use std::ops::Range;

/// The bytes of what `path` leads to in `text`, which is well-formed JSON; of the innermost value on the way if there is
/// nothing.
pub(super) fn locate(text: &str, path: &[Step]) -> Range<usize> {
    let mut scan = Scan {
        bytes: text.as_bytes(),
        at: 0,
    };
    scan.space();
    let mut found = scan.clone().value();
    for step in path {
        let Some((label, value)) = scan.enter(step) else {
            break;
        };
        found = match step {
            Step::Key(_) => label,
            _ => value.clone(),
        };
        scan.at = value.start;
    }
    found
}

#[derive(Clone)]
struct Scan<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl Scan<'_> {
    fn peek(&self) -> u8 {
        self.bytes.get(self.at).copied().unwrap_or(0)
    }

    fn space(&mut self) {
        while self.peek().is_ascii_whitespace() {
            self.at += 1;
        }
    }

    /// Skips a value and says where it was.
    fn value(&mut self) -> Range<usize> {
        let start = self.at;
        match self.peek() {
            b'"' => self.text(),
            b'{' | b'[' => self.nested(),
            _ => {
                while !matches!(self.peek(), b',' | b'}' | b']' | 0)
                    && !self.peek().is_ascii_whitespace()
                {
                    self.at += 1;
                }
            }
        }
        start..self.at
    }

    fn text(&mut self) {
        self.at += 1;
        while !matches!(self.peek(), b'"' | 0) {
            self.at += if self.peek() == b'\\' { 2 } else { 1 };
        }
        self.at += 1;
    }

    fn nested(&mut self) {
        let mut depth = 0usize;
        loop {
            match self.peek() {
                b'"' => {
                    self.text();
                    continue;
                }
                b'{' | b'[' => depth += 1,
                b'}' | b']' => depth -= 1,
                0 => return,
                _ => {}
            }
            self.at += 1;
            if depth == 0 {
                return;
            }
        }
    }

    /// The name (or the value, in a list) and the value that `step` leads to from the value here. Of repeated names
    /// the last.
    fn enter(&self, step: &Step) -> Option<(Range<usize>, Range<usize>)> {
        let mut scan = self.clone();
        let opened = scan.peek();
        if !matches!(
            (opened, step),
            (b'{', Step::Name(_) | Step::Key(_)) | (b'[', Step::Index(_))
        ) {
            return None;
        }
        scan.at += 1;
        let mut found = None;
        for index in 0.. {
            scan.space();
            if matches!(scan.peek(), b'}' | b']' | 0) {
                break;
            }
            let label = scan.value();
            let value = if opened == b'{' {
                scan.space();
                scan.at += 1;
                scan.space();
                scan.value()
            } else {
                label.clone()
            };
            let wanted = match step {
                Step::Name(name) | Step::Key(name) => {
                    serde_json::from_slice::<String>(&scan.bytes[label.clone()])
                        .is_ok_and(|l| l == *name)
                }
                Step::Index(k) => index == *k,
            };
            if wanted {
                found = Some((label, value));
            }
            scan.space();
            if scan.peek() == b',' {
                scan.at += 1;
            }
        }
        found
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn name(n: &str) -> Step {
        Step::Name(n.into())
    }

    #[test]
    fn values_and_names_are_found_again() {
        let text = r#" {"a": [1, {"b\"": "x]}"}], "c" : -2.5e3 , "a": [true]} "#;
        let at = |path: &[Step]| &text[locate(text, path)];
        assert_eq!(at(&[name("c")]), "-2.5e3");
        assert_eq!(at(&[Step::Key("c".into())]), "\"c\"");
        assert_eq!(at(&[name("a"), Step::Index(0)]), "true");
        let text = r#"{"a": [1, {"b\"": "x]}"}]}"#;
        let at = |path: &[Step]| &text[locate(text, path)];
        assert_eq!(at(&[name("a"), Step::Index(1), name("b\"")]), "\"x]}\"");
        assert_eq!(at(&[name("a"), name("z")]), r#"[1, {"b\"": "x]}"}]"#);
    }
}
