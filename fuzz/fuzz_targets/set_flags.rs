//! See `src/set_flags.rs`.
#![no_main]

#[path = "../src/set_flags.rs"]
mod set_flags;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| set_flags::run(bytes));
