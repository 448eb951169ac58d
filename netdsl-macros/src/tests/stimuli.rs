//! `stimulus!`.

use super::{fine, model, one};
use crate::stimulus::expand;

#[test]
fn the_model_of_a_stimulus() {
    let code = fine(
        expand,
        "pub Drive: NetStim { rate: 20 Hz, noise: 1 } -> E[0..2] where post.y < 3 um
            { synapse: Exc at soma(0.5), weight: 0.01 uS, delay: 1 ms }",
    );
    let drive = model(&code);
    for part in [
        r#""parameters":{"rate":"20Hz","noise":1}"#,
        r#""target":{"cells":[0,1]}"#,
        r#""where":"post.y<3um""#,
        r#""synapses":[{"synapse":"$0","sections":["soma"],"loc":[0.5]}]"#,
        r#""weight":"0.01uS","delay":"1ms""#,
    ] {
        assert!(drive.contains(part), "{part} is not in {drive}");
    }
    let code = fine(
        expand,
        "pub Pulse: IClamp { param a: nA = AMP; delay: 100 ms, dur: 5 ms, amp: a } -> E at soma(0.5)
         pub Hold: VClamp { dur: [1, 2, 3] ms } -> E at soma where post.y > 1 um",
    );
    assert!(
        model(&code).contains(r#""section":"soma","loc":0.5"#),
        "{code}"
    );
    assert!(code.contains("enumHold"));
}

#[track_caller]
fn stimulus(source: &str, at: &str, says: &str) {
    one(expand, &format!("pub S: {source}"), at, says);
}

#[test]
fn mistakes() {
    stimulus("{} -> E", "{", "expected a mechanism");
    stimulus("IClamp {} E", "}", "expected `->` and the population");
    stimulus("IClamp {} -> 3", "3", "expected the stimulated population");
    stimulus(
        "IClamp {} -> (e) at soma(0.5)",
        "S",
        "needs a declared population",
    );
    stimulus("IClamp {} -> E at 3", "3", "expected a section after `at`");
    stimulus(
        "IClamp {} -> E at soma(2)",
        "2",
        "lies between 0 and 1, not 2",
    );
    stimulus(
        "IClamp {} -> E at soma(0.5) 3",
        "3",
        "expected `at section(0.5)`",
    );
    stimulus(
        "IClamp { amp: 1 nA, amp: 2 nA } -> E at soma",
        "amp",
        "`amp` is given twice",
    );
    stimulus("IClamp { amp: 1 nAA } -> E at soma", "nAA", "is not a unit");
    stimulus(
        "IClamp { amp: pre.y } -> E at soma",
        "pre.y",
        "not known in a stimulus",
    );
    stimulus(
        "NetStim {} -> E { synMech: 3 }",
        "synMech",
        "is NetPyNE's word",
    );
    stimulus("NetStim {} -> E { delay: 1 }", "1", "`delay` needs a unit");
    stimulus(
        "NetStim {} -> E where post.y { }",
        "post.y",
        "`where` is a condition",
    );
}
