//! All tests of the crate in one binary.

mod definitions;
mod samples;
mod serve;
