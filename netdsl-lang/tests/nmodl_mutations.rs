//! Files with mistakes: whatever a file says, the compiler comes back with a program or with messages.
//!
//! `PROPTEST_CASES=500000 cargo test -p netdsl-lang --test nmodl_mutations` looks longer; `MUTATED_FILES=FOLDER` changes
//! the files of that folder instead of the project's.

use netdsl_lang::mech::verify;
use netdsl_lang::nmodl::compile;
use proptest::prelude::*;
use std::sync::OnceLock;

fn files() -> Vec<String> {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../tests/data/mod").to_owned();
    let folders = match std::env::var("MUTATED_FILES") {
        Ok(given) => vec![given],
        Err(_) => vec![format!("{folder}/constructs"), folder],
    };
    let mut paths: Vec<_> = folders
        .iter()
        .flat_map(|f| std::fs::read_dir(f).expect("the folder can be read"))
        .map(|entry| entry.expect("readable").path())
        .filter(|path| path.extension().is_some_and(|e| e == "mod"))
        .collect();
    paths.sort();
    paths
        .iter()
        .map(|path| String::from_utf8_lossy(&std::fs::read(path).expect("readable")).into_owned())
        .collect()
}

/// Lines, or words and marks with the space between them.
fn pieces(text: &str, lines: bool) -> Vec<String> {
    if lines {
        return text.split_inclusive('\n').map(str::to_owned).collect();
    }
    let mut pieces: Vec<String> = Vec::new();
    let mut word = false;
    for c in text.chars() {
        let in_word = c.is_alphanumeric() || c == '_';
        match pieces.last_mut() {
            Some(last) if word && in_word => last.push(c),
            _ => pieces.push(c.to_string()),
        }
        word = in_word;
    }
    pieces
}

/// What is done to a file.
#[derive(Clone, Debug)]
enum Change {
    Delete(usize),
    Double(usize),
    Swap(usize, usize),
    Truncate(usize),
    /// Replaces a piece, or puts another before it.
    Foreign(usize, String, bool),
}

/// Words and numbers that mean something, in places where they may not.
const FOREIGN: [&str; 24] = [
    "TABLE",
    "LOCAL",
    "SOLVE",
    "METHOD",
    "cnexp",
    "FROM",
    "TO",
    "0",
    "-1",
    "1e300",
    "1000000",
    "99999999999",
    "{",
    "}",
    "(",
    ")",
    "[",
    "]",
    "=",
    "'",
    "@",
    "~",
    "\u{e9}",
    "\u{0}",
];

fn change() -> impl Strategy<Value = Change> {
    let at = || any::<usize>();
    prop_oneof![
        4 => at().prop_map(Change::Delete),
        4 => at().prop_map(Change::Double),
        4 => (at(), at()).prop_map(|(a, b)| Change::Swap(a, b)),
        1 => at().prop_map(Change::Truncate),
        3 => (at(), prop::sample::select(FOREIGN.as_slice()), any::<bool>())
            .prop_map(|(k, word, replace)| Change::Foreign(k, word.to_owned(), replace)),
    ]
}

fn apply(pieces: &mut Vec<String>, change: &Change) {
    if pieces.is_empty() {
        return;
    }
    let n = pieces.len();
    match change {
        Change::Delete(k) => {
            pieces.remove(k % n);
        }
        Change::Double(k) => {
            let piece = pieces[k % n].clone();
            pieces.insert(k % n, piece);
        }
        Change::Swap(a, b) => pieces.swap(a % n, b % n),
        Change::Truncate(k) => pieces.truncate(k % n),
        Change::Foreign(k, word, true) => pieces[k % n].clone_from(word),
        Change::Foreign(k, word, false) => pieces.insert(k % n, word.clone()),
    }
}

static FILES: OnceLock<Vec<String>> = OnceLock::new();

fn cases() -> u32 {
    let asked = std::env::var("PROPTEST_CASES").ok();
    asked.and_then(|n| n.parse().ok()).unwrap_or(2000)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: cases(), failure_persistence: None, ..ProptestConfig::default() })]
    #[test]
    fn no_file_stops_the_compiler(
        file in any::<prop::sample::Index>(),
        lines in any::<bool>(),
        changes in prop::collection::vec(change(), 1..5),
    ) {
        let files = FILES.get_or_init(files);
        let mut pieces = pieces(&files[file.index(files.len())], lines);
        changes.iter().for_each(|c| apply(&mut pieces, c));
        let text = pieces.concat();
        match compile(&text, "changed.mod") {
            Ok(program) => prop_assert!(verify::verify(&program).is_empty()),
            Err(mistakes) => prop_assert!(mistakes.iter().count() > 0),
        }
    }
}

#[test]
fn code_that_would_grow_without_bound_is_refused() {
    let loops = "FROM i = 0 TO 200 { ".repeat(6) + "x = x + 1" + &" }".repeat(6);
    let head = "NEURON { SUFFIX big } ASSIGNED { x }";
    let mistakes = compile(&format!("{head} INITIAL {{ {loops} }}"), "big.mod");
    assert!(mistakes.is_err());
    let states = "NEURON { SUFFIX big } STATE { s[1000] } BREAKPOINT { SOLVE k METHOD sparse }
        KINETIC k { FROM i = 0 TO 250 { ~ s[i] <-> s[i+1] (1, 2) } FROM i = 251 TO 500 { ~ s[i] <-> s[i+1] (1, 2) } }";
    assert!(compile(states, "big.mod").is_err());
    let mut doubling = "FUNCTION f0(x) { f0 = x }\n".to_owned();
    for k in 1..38 {
        let line = format!(
            "FUNCTION f{k}(x) {{ f{k} = f{0}(x) + f{0}(x + 1) }}\n",
            k - 1
        );
        doubling.push_str(&line);
    }
    let text = format!("{head} INITIAL {{ x = f37(1) }} {doubling}");
    assert!(compile(&text, "big.mod").is_err());
}
