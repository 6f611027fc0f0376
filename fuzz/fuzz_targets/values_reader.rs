//! See `src/values_reader.rs`.
#![no_main]

#[path = "../src/values_reader.rs"]
mod values_reader;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| values_reader::run(bytes));
