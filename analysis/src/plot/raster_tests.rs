use proptest::prelude::*;

use super::*;
use crate::Population;

const POPULATIONS: [Population<'_>; 3] = [
    Population {
        name: "E",
        first_gid: 0,
        count: 4,
    },
    Population {
        name: "none",
        first_gid: 4,
        count: 0,
    },
    Population {
        name: "I",
        first_gid: 4,
        count: 1,
    },
];
const DATA: SpikeData<'_> = SpikeData {
    populations: &POPULATIONS,
    times: &[0.0, 100.0, 50.0, 50.0],
    gids: &[0, 3, 4, 4],
    duration: 100.0,
};

fn dots(figure: &Figure) -> Vec<Vec<[f32; 2]>> {
    let items = figure.scene().items.iter();
    items
        .filter_map(|item| match item {
            Item::Dots { centers, .. } => Some(centers.clone()),
            _ => None,
        })
        .collect()
}

fn texts(figure: &Figure) -> Vec<String> {
    let items = figure.scene().items.iter();
    items
        .filter_map(|item| match item {
            Item::Text(text) => Some(text.text.clone()),
            _ => None,
        })
        .collect()
}

#[test]
fn dots_lie_at_time_and_row() {
    let figure = raster(&DATA).unwrap();
    let dots = dots(&figure);
    let layout = Layout::of(&DATA, &RasterOptions::default());
    let [left, right] = layout.x.map(|x| x as f32);
    let [top, bottom] = layout.dots.map(|y| y as f32);
    let row = (bottom - top) / 5.0;
    assert_eq!(dots.iter().map(Vec::len).collect::<Vec<_>>(), [2, 0, 2]);
    let near = |a: [f32; 2], b: [f32; 2]| (a[0] - b[0]).abs() < 0.01 && (a[1] - b[1]).abs() < 0.01;
    assert!(near(dots[0][0], [left, top + 0.5 * row]));
    assert!(near(dots[0][1], [right, top + 3.5 * row]));
    assert!(near(dots[2][0], [0.5 * (left + right), bottom - 0.5 * row]));
}

#[test]
fn labels_carry_rates_of_the_range_shown() {
    let texts_of = |options: &RasterOptions| texts(&raster_with(&DATA, options).unwrap());
    let whole = texts_of(&RasterOptions::default());
    for text in [
        "5 cells · 4 spikes · 8.00 Hz",
        "5.00 Hz",
        "20.0 Hz",
        "no cells",
        "time (ms)",
    ] {
        assert!(whole.iter().any(|t| t == text), "{text} in {whole:?}");
    }
    let half = RasterOptions {
        time_range: Some([50.0, 100.0]),
        bin: Some(10.0),
        ..Default::default()
    };
    let half = texts_of(&half);
    for text in ["5 cells · 3 spikes · 12.0 Hz", "40.0 Hz", "bins of 10 ms"] {
        assert!(half.iter().any(|t| t == text), "{text} in {half:?}");
    }
}

#[test]
fn long_runs_have_seconds() {
    let figure = raster(&SpikeData {
        duration: 5000.0,
        ..DATA
    })
    .unwrap();
    assert!(texts(&figure).iter().any(|t| t == "time (s)"));
}

#[test]
fn nothing_to_see_is_still_a_figure() {
    let empty = SpikeData {
        populations: &[],
        times: &[],
        gids: &[],
        duration: 1.0,
    };
    let figure = raster(&empty).unwrap();
    assert!(figure.svg().contains("0 cells · 0 spikes · 0 Hz"));
    assert!(figure.png().is_ok());
}

#[test]
fn reports_wrong_options_and_data_together() {
    let options = RasterOptions {
        time_range: Some([50.0, 200.0]),
        bin: Some(-1.0),
        size: [10.0, f64::NAN],
        title: None,
    };
    let mistakes = raster_with(
        &SpikeData {
            gids: &[0, 3, 4, 9],
            ..DATA
        },
        &options,
    )
    .unwrap_err()
    .mistakes;
    assert_eq!(mistakes.len(), 4, "{mistakes:?}");
    assert!(
        mistakes[1].starts_with("time range is 50..200 ms"),
        "{mistakes:?}"
    );
}

#[test]
fn many_populations_make_the_figure_higher() {
    let populations: Vec<Population<'_>> = (0..80)
        .map(|k| Population {
            name: "p",
            first_gid: k,
            count: 1,
        })
        .collect();
    let data = SpikeData {
        populations: &populations,
        times: &[],
        gids: &[],
        duration: 1.0,
    };
    assert!(raster(&data).unwrap().scene().height > 80.0 * LINE);
}

#[test]
fn default_bins_are_round_and_not_too_fine() {
    assert_eq!(default_bin([0.0, 1000.0], 100_000), 5.0);
    assert_eq!(default_bin([0.0, 1000.0], 500), 20.0);
    assert_eq!(default_bin([0.0, 1000.0], 0), 200.0);
}

proptest! {
    #[test]
    fn spread_keeps_order_distance_and_room(mut centers in prop::collection::vec(0.0f64..100.0, 1..10)) {
        centers.sort_by(f64::total_cmp);
        let places = spread(&centers, 10.0, [0.0, 100.0]);
        prop_assert!(places.windows(2).all(|w| w[1] - w[0] > 10.0 - 1e-9));
        prop_assert!(places.iter().all(|p| *p > 5.0 - 1e-9 && *p < 95.0 + 1e-9));
    }
}
