//! What mechanisms are compiled to.

use netdsl_lang::mech::{BinOp, Block, Instr, Program, Role, UnOp, decode, encode, hash, shipped};
use netdsl_lang::nmodl::compile;

fn shipped_program(name: &str) -> &'static Program {
    let found = shipped::programs().iter().find(|p| p.name == name);
    found.unwrap_or_else(|| panic!("{name} is shipped"))
}

fn reference(name: &str) -> Program {
    let path = format!(
        "{}/../tests/data/mod/{name}.mod",
        env!("CARGO_MANIFEST_DIR")
    );
    let text = std::fs::read_to_string(&path).expect("the file is part of the repository");
    compile(&text, &path).unwrap_or_else(|mistakes| panic!("{mistakes}"))
}

fn count(block: &Block, wanted: impl Fn(&Instr) -> bool) -> usize {
    block.code.iter().filter(|i| wanted(i)).count()
}

fn divisions(block: &Block) -> usize {
    count(block, |i| matches!(i, Instr::Bin { op: BinOp::Div, .. }))
}

fn exponentials(block: &Block) -> usize {
    count(block, |i| matches!(i, Instr::Un { op: UnOp::Exp, .. }))
}

fn powers(block: &Block) -> usize {
    count(block, |i| matches!(i, Instr::Bin { op: BinOp::Pow, .. }))
}

#[test]
fn all_shipped_mechanisms_compile_and_come_back_from_their_bytes() {
    assert_eq!(shipped::names().count(), shipped::programs().len());
    for (name, program) in shipped::names().zip(shipped::programs()) {
        assert_eq!(program.name, name);
        let bytes = encode(program);
        assert_eq!(decode(&bytes).as_ref(), Ok(program), "{name}");
        assert_eq!(bytes, encode(program));
        assert_ne!(hash(&bytes), hash(&bytes[1..]));
    }
}

#[test]
fn all_reference_mechanisms_compile() {
    for name in [
        "refca", "refcad", "refgap", "refih", "refizhi", "refkm", "refkv", "refna", "refsk",
        "refstdp", "hhn", "kmx",
    ] {
        let program = reference(name);
        assert_eq!(decode(&encode(&program)), Ok(program), "{name}");
    }
}

#[test]
fn hh_has_the_fewest_operations() {
    let hh = &shipped_program("hh").exact;
    assert_eq!((divisions(&hh.state), exponentials(&hh.state)), (6, 6));
    assert_eq!(
        powers(&hh.state),
        0,
        "the factor of the temperature is computed once"
    );
    assert_eq!((divisions(&hh.current), exponentials(&hh.current)), (0, 0));
    let tabled = shipped_program("hh")
        .tabled
        .as_ref()
        .expect("hh has a table");
    assert_eq!(
        (divisions(&tabled.state), exponentials(&tabled.state)),
        (3, 3)
    );
    assert_eq!(
        count(&tabled.state, |i| matches!(i, Instr::TableAt { .. })),
        1
    );
    let hhn = reference("hhn").exact;
    assert!(divisions(&hhn.state) <= 6 && exponentials(&hhn.state) <= 9);
}

#[test]
fn synapses_cost_a_multiplication_a_step() {
    let blocks = &shipped_program("Exp2Syn").exact;
    assert_eq!(
        (divisions(&blocks.state), exponentials(&blocks.state)),
        (0, 0)
    );
    assert_eq!(
        count(&blocks.state, |i| matches!(
            i,
            Instr::Bin { op: BinOp::Mul, .. }
        )),
        2
    );
    assert_eq!(exponentials(&blocks.setup), 2);
}

#[test]
fn variables_have_the_roles_that_neuron_gives_them() {
    let role = |p: &Program, name: &str| p.variable(name).map(|(_, v)| v.role);
    let hh = shipped_program("hh");
    assert_eq!(role(hh, "gnabar"), Some(Role::Parameter));
    assert_eq!(role(hh, "m"), Some(Role::State));
    assert_eq!(role(hh, "minf"), Some(Role::Transient));
    assert_eq!(role(hh, "ina"), Some(Role::Transient));
    assert_eq!(role(hh, "usetable"), Some(Role::Global(0)));
    assert!(hh.slots() < hh.slots_full());
    let kv = reference("refkv");
    assert_eq!(role(&kv, "q10"), Some(Role::Global(0)));
    assert_eq!(
        kv.globals().iter().map(|v| v.default).collect::<Vec<_>>(),
        [2.3, 23.0]
    );
    // also in point processes, what is not in RANGE is one for all
    assert_eq!(role(&reference("refstdp"), "w0"), Some(Role::Global(0)));
    // changed by events: kept per instance, not compressed
    assert_eq!(role(&reference("refizhi"), "I"), Some(Role::Assigned));
    let gap = reference("refgap");
    assert_eq!(role(&gap, "vpeer"), Some(Role::Assigned));
    assert!(
        gap.variable("vpeer")
            .is_some_and(|(_, v)| v.range && v.slot.is_some())
    );
}

#[test]
fn only_adding_events_are_additive() {
    let additive = |p: &Program| p.net_receive.as_ref().map(|r| r.additive);
    assert_eq!(additive(shipped_program("ExpSyn")), Some(true));
    assert_eq!(additive(shipped_program("Exp2Syn")), Some(true));
    assert_eq!(additive(shipped_program("StdpSyn")), Some(false));
    assert_eq!(additive(&reference("refizhi")), Some(false));
    assert_eq!(additive(shipped_program("pas")), None);
}

#[test]
fn linear_synapses_superpose() {
    let text = |equation: &str, start: &str, current: &str| {
        format!(
            "NEURON {{ POINT_PROCESS x NONSPECIFIC_CURRENT i RANGE tau, e, i, g }} PARAMETER {{ tau = 2 e = 0 }}
            ASSIGNED {{ v i g }} STATE {{ s r }} INITIAL {{ s = {start} r = 0 }}
            BREAKPOINT {{ SOLVE d METHOD cnexp  g = s - r  i = {current} }}
            DERIVATIVE d {{ s' = {equation}  r' = -r/3 }} NET_RECEIVE(w) {{ s = s + w  r = r + w/2 }}"
        )
    };
    let superposes = |equation, start, current| {
        let program = compile(&text(equation, start, current), "x.mod");
        program
            .unwrap_or_else(|mistakes| panic!("{mistakes}"))
            .superposes()
    };
    let ohm = "g*(v - e)";
    assert!(superposes("-s/tau", "0", ohm));
    assert!(
        superposes("-s/tau", "0", "g/(1 + exp(-0.062*v))*(v - e)"),
        "a block by magnesium"
    );
    assert!(superposes("-s/tau", "0", "2*s*v"));
    assert!(!superposes("(1 - s)/tau", "0", ohm), "a constant term");
    assert!(!superposes("-s*s/tau", "0", ohm), "not linear");
    assert!(!superposes("-s/tau", "1", ohm), "does not begin at 0");
    assert!(!superposes("-s/tau", "0", "s*r*v"), "a product of states");
    assert!(
        !superposes("-s/tau", "0", "g*(v - e) + 0.1"),
        "a constant current"
    );
    for (name, wanted) in [
        ("ExpSyn", true),
        ("Exp2Syn", true),
        ("StdpSyn", false),
        ("IClamp", false),
    ] {
        assert_eq!(shipped_program(name).superposes(), wanted, "{name}");
    }
}

#[test]
fn damaged_bytes_are_refused() {
    let bytes = encode(shipped_program("hh"));
    for k in 0..bytes.len() {
        let mut damaged = bytes.clone();
        damaged[k] ^= 0x55;
        // whatever comes out has passed the checks
        if let Ok(program) = decode(&damaged) {
            assert_eq!(program.version, netdsl_lang::mech::PROGRAM_VERSION);
        }
        assert!(decode(&bytes[..k]).is_err());
    }
}
