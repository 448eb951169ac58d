//! One test a part of the language.

use netdsl_runtime::Simulation;
use netdsl_runtime::config::Config;

use crate::cases::Case;
use crate::native::catalogue;

#[test]
fn function_tables_are_interpolated_as_in_neuron() {
    Case::named("functions").agrees(1e-10);
}

#[test]
fn a_function_table_that_the_model_does_not_give_is_named() {
    let mut instance = Case::named("functions").instance();
    instance.function_tables.retain(|t| t.name != "pace");
    let steady = instance
        .function_tables
        .iter_mut()
        .find(|t| t.name == "steady");
    steady.expect("it is given").data.values.pop();
    let config = Config::default();
    let errors = Simulation::new(instance, &catalogue(), config, Vec::new())
        .expect_err("two mistakes")
        .to_string();
    assert!(
        errors.contains("no values for its FUNCTION_TABLE `pace(v, s)`"),
        "{errors}"
    );
    assert!(errors.contains("5 values for 6 points"), "{errors}");
}

#[test]
fn draws_everywhere_are_neurons() {
    Case::named("noise").agrees(1e-9);
}

#[test]
fn before_and_after_blocks_run_when_neuron_runs_them() {
    Case::named("moments").agrees(1e-10);
}

#[test]
fn pointers_read_and_write_what_they_lead_to() {
    Case::named("pointers").agrees(1e-9);
}

#[test]
fn a_pointer_that_leads_nowhere_is_named() {
    let mut instance = Case::named("pointers").instance();
    instance.pointers.retain(|p| p.variable != "total");
    instance.pointers.pop();
    let config = Config::default();
    let errors = Simulation::new(instance, &catalogue(), config, Vec::new())
        .expect_err("four are missing")
        .to_string();
    let first = "`Pointing` on cell 0, soma(0.5): its POINTER `total` leads nowhere";
    assert!(errors.contains(first), "{errors}");
    assert!(
        errors.contains("`reader` on cell 0, dend(0.8333333333333334)"),
        "{errors}"
    );
}

#[test]
fn synapses_look_at_all_their_connections() {
    Case::named("connections").agrees(1e-10);
}

#[test]
fn loops_run_in_breakpoint_and_before_equations() {
    Case::named("loops").agrees(1e-8);
}

#[test]
fn states_diffuse_along_sections() {
    // NEURON leaves its iteration when all states together change by less than 1e-6
    Case::named("diffusion").agrees(5e-9);
}

#[test]
fn concentrations_of_ions_diffuse() {
    Case::named("spreading").agrees(1e-12);
}
