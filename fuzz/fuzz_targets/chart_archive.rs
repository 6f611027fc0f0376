//! See `src/chart_archive.rs`.
#![no_main]

#[path = "../src/chart_archive.rs"]
mod chart_archive;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| chart_archive::run(bytes));
