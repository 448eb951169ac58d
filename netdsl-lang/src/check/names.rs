//! Lists of names in sentences.

/// `` `a`, `b` and `c` ``; a long list is cut.
pub fn list(names: &[&str]) -> String {
    const SHOWN: usize = 24;
    let quoted: Vec<String> = names.iter().take(SHOWN).map(|n| format!("`{n}`")).collect();
    match &quoted[..] {
        [] => "none".into(),
        [only] => only.clone(),
        all if names.len() > SHOWN => {
            format!("{} and {} more", all.join(", "), names.len() - SHOWN)
        }
        [first @ .., last] => format!("{} and {last}", first.join(", ")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_read_as_sentences() {
        assert_eq!(list(&["a"]), "`a`");
        assert_eq!(list(&["a", "b", "c"]), "`a`, `b` and `c`");
    }
}
