//! Whatever a model holds, its file brings back.

use crate::common::network;
use netdsl_lang::model::*;
use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;

fn value() -> impl Strategy<Value = Value> {
    prop_oneof![
        any::<i32>().prop_map(Value::from),
        finite().prop_map(Value::from),
        "[a-z_]{1,8}".prop_map(Value::new),
        "\\PC{0,20}".prop_map(Value::new),
        Just(Value::new("0.4 * exp(-dist_3d / lambda)")),
        Just(Value::new("1e-3 uS")),
        Just(Value::new("007")),
        Just(Value::new("-0")),
    ]
}

fn finite() -> impl Strategy<Value = f64> {
    any::<f64>().prop_filter("files hold finite numbers", |x| x.is_finite())
}

fn setting() -> impl Strategy<Value = Setting> {
    prop_oneof![
        value().prop_map(Setting::One),
        vec(value(), 0..4).prop_map(Setting::Each)
    ]
}

fn table<T: std::fmt::Debug>(item: impl Strategy<Value = T>) -> impl Strategy<Value = Table<T>> {
    vec(("\\PC{0,6}", item), 0..4).prop_map(Table)
}

fn tag() -> impl Strategy<Value = Tag> {
    prop_oneof![
        finite().prop_map(Tag::Number),
        "\\PC{0,6}".prop_map(Tag::Word)
    ]
}

fn seeds() -> impl Strategy<Value = Seeds> {
    prop_oneof![
        any::<u32>().prop_map(Seeds::all),
        any::<[u32; 4]>().prop_map(|[conn, stim, loc, cell]| Seeds {
            conn,
            stim,
            loc,
            cell
        })
    ]
}

fn interval() -> impl Strategy<Value = Interval> {
    let ends = || [value(), value()];
    prop_oneof![
        ends().prop_map(Interval::Absolute),
        ends().prop_map(Interval::Norm)
    ]
}

prop_compose! {
    fn population()(
        name in "\\PC{0,8}",
        cells in option::of(value()),
        density in option::of(value()),
        grid in option::of([value(), value(), value()]),
        positions in option::of(vec([finite(), finite(), finite()], 0..3)),
        x in option::of(interval()),
        parameters in table(setting()),
        tags in table(tag()),
    ) -> Population {
        Population { cells, density, grid, positions, x, parameters, tags, ..Population::new(name, "C") }
    }
}

fn law() -> impl Strategy<Value = Plasticity> {
    let laws = prop_oneof![Just(Law::Stdp), Just(Law::TsodyksMarkram)];
    (laws, table(value())).prop_map(|(law, params)| Plasticity { law, params })
}

prop_compose! {
    fn rule()(
        condition in option::of(value()),
        params in table(value()),
        pairs in option::of(vec(any::<(u32, u32)>(), 0..4)),
        weights in option::of(vec(finite(), 0..4)),
        loc in vec(value(), 0..3),
        count in option::of(value()),
        cells in option::of(vec(any::<u32>(), 0..3)),
        allow_self in any::<bool>(),
        plasticity in vec(law(), 0..3),
    ) -> ConnRule {
        let contact = Contact { loc, count, ..Contact::new("Exc") };
        let pre = Selector { cells, ..Selector::populations(["E", "I"]) };
        let list = pairs.map(|pairs| PairList { pairs, weights, delays: None });
        ConnRule { condition, params, list, allow_self, plasticity, synapses: vec![contact], ..ConnRule::new("R", pre, "I") }
    }
}

prop_compose! {
    fn section()(
        points in vec([finite(), finite(), finite(), finite()], 0..3),
        diameter in option::of(setting()),
        mechanisms in table(table(setting())),
        reversal in option::of(setting()),
        loc in finite(),
    ) -> Section {
        let ion = IonSetting { reversal, ..IonSetting::default() };
        let parent = Some(Attachment { section: "soma".into(), loc, child_end: 1.0 });
        Section { parent, points, diameter, mechanisms, ions: Table::default().with("na", ion), ..Section::new("s") }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]

    #[test]
    fn files_bring_models_back(
        seeds in seeds(),
        size in [value(), value(), value()],
        params in table(value()),
        populations in vec(population(), 0..3),
        rules in vec(rule(), 0..3),
        sections in vec(section(), 0..3),
        duration in finite(),
    ) {
        let mut written = network();
        written.seeds = seeds;
        written.size = size;
        written.params = params;
        written.populations.extend(populations);
        written.connections.extend(rules);
        written.cell_types[0].sections.extend(sections);
        written.run = Some(RunConfig::new(duration));
        let text = written.to_json();
        let read = Network::from_json(&text, "model.json");
        prop_assert_eq!(read.as_ref(), Ok(&written));
        // the macros read their own text without the finder of mistakes
        prop_assert_eq!(&serde_json::from_str::<Network>(&text).unwrap(), &written);
    }
}
