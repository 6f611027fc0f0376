//! See `src/chart_values.rs`.
#![no_main]

#[path = "../src/chart_values.rs"]
mod chart_values;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| chart_values::run(bytes));
