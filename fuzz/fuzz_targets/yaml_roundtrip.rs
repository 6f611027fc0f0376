//! See `src/yaml_roundtrip.rs`.
#![no_main]

#[path = "../src/arbitrary.rs"]
mod arbitrary;
#[path = "../src/yaml_roundtrip.rs"]
mod yaml_roundtrip;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| yaml_roundtrip::run(bytes));
