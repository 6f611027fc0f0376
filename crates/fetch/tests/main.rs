//! Tests fetching against servers on loopback, well-behaved and hostile ones.

mod index;
mod repositories;
mod settings;
mod support;
