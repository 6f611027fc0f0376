//! See `src/tpl.rs`.
#![no_main]

#[path = "../src/tpl.rs"]
mod tpl;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| tpl::run(bytes));
