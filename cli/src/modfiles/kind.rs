//! Kinds of failure: messages that differ in names and numbers only are one kind.

/// The message with `…` for what stands in backticks or quotes, and for numbers.
pub(super) fn kind(message: &str) -> String {
    let line = message.lines().next().unwrap_or_default();
    let mut out = String::new();
    let mut rest = line.chars().peekable();
    while let Some(c) = rest.next() {
        match c {
            '`' | '"' => {
                // an odd backtick belongs to the text
                let inside: String = rest.by_ref().take_while(|x| *x != c).collect();
                out.push_str(if inside.is_empty() { "" } else { "…" });
            }
            c if c.is_ascii_digit() && !out.ends_with(char::is_alphanumeric) => {
                while rest.next_if(|x| x.is_ascii_digit() || *x == '.').is_some() {}
                out.push('…');
            }
            // a unit in a message
            '(' => {
                while rest.next_if(|x| *x != ')').is_some() {}
                out.push_str("(…");
            }
            c => out.push(c),
        }
    }
    without_names(&out)
}

/// Words that a name of the file follows.
const BEFORE_NAMES: [&str; 9] = [
    "KINETIC",
    "LINEAR",
    "NONLINEAR",
    "DISCRETE",
    "PARTIAL",
    "FUNCTION_TABLE",
    "DERIVATIVE",
    "EXTERNAL",
    "USEION",
];

fn without_names(message: &str) -> String {
    let mut words: Vec<&str> = message.split(' ').collect();
    for k in 1..words.len() {
        if BEFORE_NAMES.contains(&words[k - 1]) {
            words[k] = "…";
        }
    }
    words.join(" ")
}

#[cfg(test)]
mod tests {
    use super::kind;

    #[test]
    fn names_and_numbers_make_no_kind() {
        assert_eq!(
            kind("`minf` is declared twice"),
            kind("`h` is declared twice")
        );
        assert_eq!(
            kind("`f` takes 3 arguments, not 10"),
            "… takes … arguments, not …"
        );
        assert_eq!(kind("cm2 stays"), "cm2 stays");
        assert_eq!(
            kind("KINETIC kin is not supported yet"),
            "KINETIC … is not supported yet"
        );
        assert_eq!(
            kind("the value of (k) in (joule/degC)"),
            "the value of (…) in (…)"
        );
        assert_ne!(kind("KINETIC a"), kind("LINEAR a"));
    }
}
