//! Units of mechanisms' files in the spelling of our expressions.

use netdsl_lang::units::{Unit, canonical, parse, parse_nmodl};

/// Units that files name in ways of their own.
const USUAL: [&str; 24] = [
    "ms", "mV", "nA", "uS", "S/cm2", "mS/cm2", "mA/cm2", "uA/cm2", "uF/cm2", "um", "um2", "mM",
    "uM", "/ms", "/mV", "/mV/ms", "mV/ms", "Hz", "Mohm", "ohm*cm", "degC", "mM/ms", "/mM/ms", "s",
];

/// `unit` of a file as we write it; empty for plain numbers and where the file does not say what it is. `None` if it
/// cannot be written.
pub(super) fn spelled(unit: &str) -> Option<String> {
    let Some(meaning) = parse_nmodl(unit) else {
        return Some(String::new());
    };
    if meaning == Unit::ONE {
        return Some(String::new());
    }
    let same = |text: &str| parse(text).is_ok_and(|found| found == meaning);
    if let Some(usual) = USUAL.iter().find(|text| same(text)) {
        return Some((*usual).to_owned());
    }
    let own = canonical(unit).ok()?;
    same(&own).then_some(own)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn units_of_files_are_written_as_ours() {
        for (theirs, ours) in [
            ("mho/cm2", "S/cm2"),
            ("umho", "uS"),
            ("1", ""),
            ("", ""),
            ("megohm", "Mohm"),
            ("1/ms", "/ms"),
        ] {
            assert_eq!(spelled(theirs).as_deref(), Some(ours), "{theirs}");
        }
    }
}
