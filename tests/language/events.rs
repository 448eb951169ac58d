//! Events: point processes and artificial cells that get, send and wait for them.
//!
//! `tests/data/neuron/events.py` wrote each case.

use netdsl::{mechanism, native_code};
use netdsl_runtime::config::Config;
use netdsl_runtime::instance::{Artificial, Body};
use netdsl_runtime::{NativeTable, Simulation};

use crate::cases::Case;
use crate::native::catalogue;

mechanism! { Grid = "../data/mod/events/grid.mod" }
mechanism! { Carried = "../data/mod/events/carried.mod" }
mechanism! { Unset = "../data/mod/events/unset.mod" }
mechanism! { Depress = "../data/mod/events/depress.mod" }
mechanism! { Plastic = "../data/mod/events/plastic.mod" }
mechanism! { Watching = "../data/mod/events/watching.mod" }
mechanism! { Alarm = "../data/mod/events/alarm.mod" }
mechanism! { Jumps = "../data/mod/events/jumps.mod" }
mechanism! { Tonic = "../data/mod/events/tonic.mod" }
mechanism! { Drifting = "../data/mod/events/drifting.mod" }
mechanism! { Quadratic = "../data/mod/events/quadratic.mod" }
mechanism! { Scheme5 = "../data/mod/events/scheme5.mod" }
mechanism! { Graded = "../data/mod/events/graded.mod" }
mechanism! { Chancy = "../data/mod/events/chancy.mod" }
mechanism! { Surround = "../data/mod/events/around.mod" }
mechanism! { Bursts = "../data/mod/events/bursts.mod" }
mechanism! { Played = "../data/mod/events/played.mod" }
mechanism! { PutOff = "../data/mod/events/putoff.mod" }
mechanism! { Ionic = "../data/mod/events/ionic.mod" }
mechanism! { Pooling = "../data/mod/events/pooling.mod" }
mechanism! { Scatter = "../data/mod/events/scatter.mod" }

/// The mechanisms of `tests/data/mod/events`.
pub(crate) fn natives() -> Vec<NativeTable> {
    let all = [
        native_code::<Grid>(),
        native_code::<Carried>(),
        native_code::<Unset>(),
        native_code::<Depress>(),
        native_code::<Plastic>(),
        native_code::<Watching>(),
        native_code::<Alarm>(),
        native_code::<Jumps>(),
        native_code::<Tonic>(),
        native_code::<Drifting>(),
        native_code::<Quadratic>(),
        native_code::<Scheme5>(),
        native_code::<Graded>(),
        native_code::<Chancy>(),
        native_code::<Surround>(),
        native_code::<Bursts>(),
        native_code::<Played>(),
        native_code::<PutOff>(),
        native_code::<Ionic>(),
        native_code::<Pooling>(),
        native_code::<Scatter>(),
    ];
    all.into_iter().flatten().collect()
}

/// Compares with NEURON, relative to the largest value of each trace.
fn agrees(name: &str) {
    let wrong = Case::of("events", name).differences(1e-9);
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn events_come_at_the_nearest_step_and_know_their_time() {
    agrees("grid");
}

#[test]
fn events_to_itself_have_the_weights_of_their_connection() {
    agrees("carried");
}

#[test]
fn arguments_without_initial_begin_with_zero() {
    agrees("unset");
}

#[test]
fn weights_remember_what_a_connection_did() {
    agrees("depress");
}

#[test]
fn pairs_of_spikes_change_all_connections() {
    agrees("plastic");
}

#[test]
fn conditions_are_watched() {
    agrees("watching");
}

#[test]
fn events_to_itself_are_moved() {
    agrees("alarm");
}

#[test]
fn states_and_voltages_jump() {
    agrees("jumps");
}

#[test]
fn cells_without_membrane_drive_each_other() {
    agrees("tonic");
}

#[test]
fn cells_that_know_when_they_fire_are_exact() {
    agrees("drifting");
}

#[test]
fn own_states_are_watched_and_reset() {
    // NEURON leaves the iteration of derivimplicit early
    let wrong = Case::of("events", "quadratic").differences(1e-8);
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn schemes_follow_transmitter_that_comes_and_goes() {
    agrees("receptor");
}

#[test]
fn release_follows_a_voltage() {
    agrees("graded");
}

#[test]
fn chance_in_net_receive_is_neurons() {
    agrees("chancy");
}

#[test]
fn before_and_after_blocks_see_events() {
    agrees("around");
}

#[test]
fn chains_of_own_events_begin_in_initial() {
    agrees("bursts");
}

#[test]
fn events_of_flag_one_are_moved() {
    agrees("putoff");
}

#[test]
fn ions_pointers_and_arrays_in_net_receive() {
    agrees("ionic");
}

#[test]
fn artificial_cells_have_streams() {
    agrees("scatter");
}

#[test]
fn a_list_of_times_heeds_no_events_and_disturbs_no_cell() {
    let spikes = |times: Option<&[f64]>| {
        let mut instance = Case::of("events", "bursts").instance();
        // an event is sent to the last cell
        if let Some(times) = times {
            instance.cells[4].body = Body::Artificial(Artificial::Times(times.into()));
        }
        let built = Simulation::new(instance, &catalogue(), Config::default(), Vec::new());
        let mut simulation = built.unwrap_or_else(|errors| panic!("{errors}"));
        simulation
            .run(10.0, &mut |_| {})
            .expect("voltages stay finite");
        let all = simulation.spikes();
        let all = all.gids.iter().copied().zip(all.times.iter().copied());
        all.partition::<Vec<_>, _>(|(gid, _)| *gid == 4)
    };
    let (none, others) = spikes(None);
    assert!(none.is_empty() && !others.is_empty());
    assert_eq!(
        spikes(Some(&[1.0, 3.5])),
        (vec![(4, 1.0), (4, 3.5)], others)
    );
}
