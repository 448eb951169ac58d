//! Help for messages: the nearest name, and "did you mean".

/// Letters to insert, delete, replace or swap to make `a` into `b` (optimal string alignment); upper and lower case count
/// as equal unless nothing else differs.
fn distance(a: &str, b: &str) -> usize {
    let a: Vec<char> = a.to_lowercase().chars().collect();
    let b: Vec<char> = b.to_lowercase().chars().collect();
    let mut before: Vec<usize> = Vec::new();
    let mut last: Vec<usize> = (0..=b.len()).collect();
    for i in 1..=a.len() {
        let mut row = vec![i];
        for j in 1..=b.len() {
            let mut best = last[j - 1] + usize::from(a[i - 1] != b[j - 1]);
            best = best.min(last[j] + 1).min(row[j - 1] + 1);
            if i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] {
                best = best.min(before[j - 2] + 1);
            }
            row.push(best);
        }
        before = std::mem::replace(&mut last, row);
    }
    last[b.len()]
}

/// The name of `known` that `name` may have been meant to be.
pub fn nearest<'a>(name: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let length = name.chars().count();
    known
        .into_iter()
        .map(|candidate| (distance(name, candidate), candidate))
        .filter(|(d, candidate)| {
            *d <= 1 + length / 4 && *d < length && *d < candidate.chars().count()
        })
        .min_by_key(|(d, candidate)| {
            let same = |(a, b): &(char, char)| a == b;
            let start = name.chars().zip(candidate.chars()).take_while(same).count();
            (*d, std::cmp::Reverse(start))
        })
        .map(|(_, candidate)| candidate)
}

/// "; did you mean `x`?", or nothing.
pub fn did_you_mean<'a>(name: &str, known: impl IntoIterator<Item = &'a str>) -> String {
    match nearest(name, known) {
        Some(found) => format!("; did you mean `{found}`?"),
        None => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn suggests_only_near_names() {
        assert_eq!(nearest("wieght", ["delay", "weight"]), Some("weight"));
        assert_eq!(nearest("x", ["A", "y"]), None);
        assert_eq!(nearest("dist_3D", ["dist_2d", "dist_3d"]), Some("dist_3d"));
        assert_eq!(did_you_mean("qqqq", ["weight"]), "");
    }
}
