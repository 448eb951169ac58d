//! Names near a misspelt one, and lists of names in sentences.

/// The known name nearest to `word`, if it is near enough to have been meant.
pub fn did_you_mean<'a>(word: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let length = word.chars().count();
    let threshold = 1 + length / 4;
    known
        .into_iter()
        .map(|name| (distance(word, name), name.chars().count(), name))
        .filter(|(d, n, _)| *d <= threshold && *d < length.min(*n))
        .min_by_key(|(d, n, _)| (*d, n.abs_diff(length)))
        .map(|(_, _, name)| name)
}

/// Number of insertions, deletions, substitutions and swaps of neighbours between two words; case counts nothing.
fn distance(a: &str, b: &str) -> usize {
    let lower = |s: &str| s.to_lowercase().chars().collect::<Vec<_>>();
    let (a, b) = (lower(a), lower(b));
    let mut before = vec![0; b.len() + 1];
    let mut last: Vec<usize> = (0..=b.len()).collect();
    for i in 1..=a.len() {
        let mut row = vec![i; b.len() + 1];
        for j in 1..=b.len() {
            let substituted = last[j - 1] + usize::from(a[i - 1] != b[j - 1]);
            row[j] = substituted.min(last[j] + 1).min(row[j - 1] + 1);
            if i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] {
                row[j] = row[j].min(before[j - 2] + 1);
            }
        }
        before = std::mem::replace(&mut last, row);
    }
    last[b.len()]
}

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
    fn near_names_are_found_and_far_ones_are_not() {
        let known = ["Pyramidal", "Basket", "E", "I"];
        assert_eq!(did_you_mean("Piramidal", known), Some("Pyramidal"));
        assert_eq!(did_you_mean("Baskte", known), Some("Basket"));
        assert_eq!(did_you_mean("basket", known), Some("Basket"));
        assert_eq!(did_you_mean("x", known), None);
        assert_eq!(did_you_mean("Granule", known), None);
        assert_eq!(
            did_you_mean("cels", ["cell", "cells", "tags"]),
            Some("cell")
        );
    }

    #[test]
    fn lists_read_as_sentences() {
        assert_eq!(list(&["a"]), "`a`");
        assert_eq!(list(&["a", "b", "c"]), "`a`, `b` and `c`");
    }
}
