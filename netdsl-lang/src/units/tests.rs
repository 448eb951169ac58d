use super::*;
use proptest::prelude::*;

fn same(a: &str, b: &str) {
    assert_eq!(parse_known(a), parse_known(b), "{a} and {b}");
}

#[test]
fn units_and_their_spellings() {
    same("S/cm2", "S/cm^2");
    same("um/ms", "mm/s");
    same("ohm*cm", "cm*ohm");
    same("µm", "um");
    same("mho", "S");
    assert_eq!(parse_known("/mm3").dim, parse_known("m").dim.power(-3));
    assert_eq!(parse_known("mM").dim, parse_known("mol/m3").dim);
    assert_eq!(parse_known("mM").exponent, 0);
    assert_eq!(
        parse("kmV").unwrap_err().message,
        "`kmV` is not a unit; did you mean `mV`?"
    );
    assert!(parse("MS").is_ok() && parse("Ms").is_ok());
    assert!(factor("g0").is_none() && factor("s1").is_none() && factor("s2").is_some());
    assert!(parse("S//cm2").is_err() && parse("S cm2").is_err() && parse("S/").is_err());
}

#[test]
fn conversions_are_exact_where_they_can_be() {
    let same = parse_known("S/cm2").conversion(parse_known("S/cm2"));
    assert!(same.is_identity());
    let milli = parse_known("mS/cm2").conversion(parse_known("S/cm2"));
    assert_eq!(milli.apply(120.0), 0.12);
    assert_eq!(milli.apply_to_text("1_20.0e0"), 0.12);
    assert_eq!(
        parse_known("s").conversion(parse_known("ms")).apply(2.0),
        2000.0
    );
}

#[test]
fn units_of_mod_files() {
    let same = |a: &str, b: &str| {
        assert_eq!(
            parse_nmodl(a).map(|u| (u.dim, u.exponent)),
            Some((parse_known(b).dim, parse_known(b).exponent)),
            "{a}"
        )
    };
    same("millivolt", "mV");
    same("nanoamp", "nA");
    same("microsiemens", "uS");
    same("micrometer", "um");
    same("mA/cm2", "mA/cm2");
    same("degC", "degC");
    same("/ms", "/ms");
    same("micron", "um");
    same("kilo-ohm", "kohm");
    same("umho/cm2", "uS/cm2");
    same("mmho", "mS");
    same("megohm", "Mohm");
    same("megaohms", "Mohm");
    same("milli/liter", "mM");
    same("micromolar", "uM");
    same("mole/liter", "M");
    same("umol/l", "uM");
    same("joule/degC", "J/degC");
    same("mV-coul/degC", "mV*C/degC");
    same("/ms-mM", "/ms/mM");
    same("1/liter", "M");
    same("coulombs", "C");
    same("msec", "ms");
    same("1", "1");
    same("", "1");
    same("kelvin", "K");
    assert_eq!(
        parse_nmodl("10000 coul").map(|u| (u.exponent, u.factor)),
        Some((4, 1.0))
    );
    assert_eq!(
        parse_nmodl("2.5e-3 mV").map(|u| (u.exponent, u.factor)),
        Some((-6, 2.5))
    );
    for text in ["nonsense", "mV+mA", "0 mV", "-", "milliliterfoo"] {
        let known = parse_nmodl(text);
        assert!(known.is_none() || text == "-", "{text}: {known:?}");
    }
}

#[test]
fn dimensions_have_names() {
    assert_eq!(parse_known("nS").dim.describe(), "a conductance (uS)");
    assert_eq!(Dim::NONE.describe(), "a number");
    assert_eq!(parse_known("m4").dim.describe(), "a quantity in m^4");
}

#[test]
fn celsius_is_no_multiple_of_kelvin() {
    assert_ne!(parse_known("degC").dim, parse_known("K").dim);
    assert_eq!(
        parse_known("K").dim.describe(),
        "an absolute temperature (K)"
    );
    assert_eq!(
        unknown("celsius"),
        "`celsius` is not a unit; did you mean `degC`?"
    );
}

#[test]
fn one_spelling() {
    for (text, ours) in [
        ("\u{b5}m^2 / ms", "um2/ms"),
        ("ohm * cm", "ohm*cm"),
        ("/mm3", "/mm3"),
        ("1/ms", "/ms"),
        ("", "1"),
        ("s^-1", "s^-1"),
        ("s^0", "s^0"),
        ("cm2^2", "cm2^2"),
        ("%", "%"),
    ] {
        assert_eq!(canonical(text).as_deref(), Ok(ours));
        assert_eq!(parse(ours), parse(text), "{text}");
    }
}

#[test]
fn mistakes_are_underlined() {
    let span = |text: &str| parse(text).unwrap_err().span;
    assert_eq!(span("S/cm2 \u{b5}m^2"), 6..9);
    assert_eq!(span("S^x"), 1..2);
    assert_eq!(span("S/"), 2..2);
    assert_eq!(span("mV/zz"), 3..5);
}

#[test]
fn large_powers_do_not_overflow() {
    let huge = parse_known("m100*m100*km100");
    assert_eq!(huge.dim.0[0], i8::MAX);
    assert!(power_of_ten(400).is_infinite() && power_of_ten(22) == 1e22);
    let _ = huge.power(-128).over(huge);
}

#[test]
fn powers_of_ten_are_the_nearest_doubles() {
    for n in 0..=308 {
        assert_eq!(power_of_ten(n), format!("1e{n}").parse::<f64>().unwrap());
    }
}

proptest! {
    /// One multiplication or division by an exact power gives the double that the shifted text means.
    #[test]
    fn numbers_of_fifteen_digits_convert_exactly(digits in 1u64..999_999_999_999_999, shift in -22i32..=22) {
        let conversion = Conversion { factor: 1.0, exponent: shift };
        prop_assert_eq!(conversion.apply(digits as f64), conversion.apply_to_text(&digits.to_string()));
    }

    #[test]
    fn no_text_panics(text in "[a-zA-Z0-9/*^% .\u{b5}-]{0,16}") {
        let _ = (parse(&text), canonical(&text), parse_nmodl(&text), unknown(&text));
    }

    #[test]
    fn canonical_spelling_means_the_same(text in "(/?(u|m|k|\u{b5})?(m|s|V|S|ohm)(2|\\^2|\\^-1)?)(\\*|/)(cm2|ms|M)") {
        let ours = canonical(&text).unwrap();
        prop_assert_eq!(parse(&ours), parse(&text));
        prop_assert_eq!(canonical(&ours), Ok(ours));
    }
}
