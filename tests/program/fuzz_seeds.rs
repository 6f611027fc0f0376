//! Runs the body of each fuzz target over its committed seeds, without a nightly compiler; `yaml::writer` runs that of the
//! writer.

#[path = "../../fuzz/src/chart_archive.rs"]
mod chart_archive;
#[path = "../../fuzz/src/chart_values.rs"]
mod chart_values;
#[path = "../../fuzz/src/set_flags.rs"]
mod set_flags;
#[path = "../../fuzz/src/template.rs"]
mod template;
#[path = "../../fuzz/src/tpl.rs"]
mod tpl;
#[path = "../../fuzz/src/values_reader.rs"]
mod values_reader;

use mkmanifests_testing::run_seeds;

#[test]
fn values_reader() {
    run_seeds("values_reader", values_reader::run);
}

#[test]
fn set_flags() {
    run_seeds("set_flags", set_flags::run);
}

#[test]
fn template() {
    run_seeds("template", template::run);
}

#[test]
fn tpl() {
    run_seeds("tpl", tpl::run);
}

#[test]
fn chart_archive() {
    run_seeds("chart_archive", chart_archive::run);
}

#[test]
fn chart_values() {
    run_seeds("chart_values", chart_values::run);
}
